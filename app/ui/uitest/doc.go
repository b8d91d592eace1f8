// Package uitest holds what the tests of the page's drawing share: a page over a
// real engine, and its components as HTML.
package uitest
