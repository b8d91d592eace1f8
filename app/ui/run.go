package ui

import (
	"runtime/debug"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
)

// Conn is the page's end of the channel to the engine.
type Conn interface {
	// Post sends a message with files beside it.
	Post(message []byte, files []browser.Files)
	// Listen has receive called with every message of the engine, and crashed
	// with the reason if the engine ends.
	Listen(receive func(message []byte), crashed func(error))
	// Restart starts an engine that knows nothing of what was open.
	Restart()
}

// Run shows the page until the program ends. The page is one component,
// whatever the address is: a file somewhere on a disk, a folder on a server.
func Run(conn Conn) {
	debug.SetGCPercent(gcPercent)
	store := newStore(conn)
	browser.NextTask()
	app.RouteWithRegexp("", func() app.Composer { return &root{Store: store} })
	browser.NextTask()
	app.RunWhenOnBrowser()
}
