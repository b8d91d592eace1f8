//go:build js

// Command probe is a program with nothing in it but the browser package. The
// browser tests put it into the page in place of the real one and so see what
// the package does, whatever the user interface makes of it.
package main

import "chainglass/app/browser"

func main() {
	switch browser.Role() {
	case browser.RoleEngine:
		runEngine(browser.NewPort())
	case browser.RoleHelper:
		runHelper(browser.NewHelperPort())
	default:
		runPage(browser.NewWorker())
	}
	select {}
}
