// Package engines drives the three browser engines, each the way it can be
// driven, and tests the page in all of them with one table of tests:
//
//	Chromium    DevTools protocol, through chromedp
//	Firefox     WebDriver BiDi, which the browser itself speaks
//	WebKitGTK   WebDriver, through WebKitWebDriver; it needs a screen: Xvfb
//
// [Browser] is what all three can do. A browser starts with an empty profile and
// with a proxy that lets nothing out and remembers what wanted to. What one
// engine cannot do is not left out of its tests but asserted there, so that the
// day it can is noticed.
package engines
