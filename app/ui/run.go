package ui

import (
	"runtime/debug"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
)

// Run shows the page until the program ends. The page is one component,
// whatever the address is: a file somewhere on a disk, a folder on a server.
func Run(conn page.Conn) {
	debug.SetGCPercent(page.GCPercent)
	p := page.New(conn, &browser.Host{})
	browser.NextTask()
	app.RouteWithRegexp("", func() app.Composer { return &root{Page: p} })
	browser.NextTask()
	app.RunWhenOnBrowser()
}
