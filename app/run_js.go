//go:build js

package app

import (
	"chainglass/app/browser"
	"chainglass/app/ui"
)

// Run runs the page, the engine or a helper of the engine. It returns only if that failed.
func Run() int {
	switch browser.Role() {
	case browser.RoleEngine:
		return runEngine(browser.NewPort())
	case browser.RoleHelper:
		return runHelper(browser.NewHelperPort())
	default:
		return runPage(browser.NewWorker())
	}
}

// runPage starts the page in a task of its own: starting Go and showing the
// first screen at once would keep the browser from answering for too long.
func runPage(worker *browser.Worker) int {
	browser.NextTask()
	ui.Run(worker)
	return 1
}
