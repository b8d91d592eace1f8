//go:build js

package role

import (
	"chainglass/app/browser"
	"chainglass/app/ui"
)

// Run runs the page or the engine. It returns only if that failed.
func Run() int {
	if browser.Role() == browser.RoleEngine {
		return runEngine(browser.NewPort())
	}
	return runPage(browser.NewWorker())
}

func runPage(worker *browser.Worker) int {
	ui.Run(worker)
	return 1
}
