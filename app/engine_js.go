//go:build js

package app

import (
	"runtime"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// runEngine answers the page's requests until the worker ends.
func runEngine(port *browser.Port) int {
	readers := pool{port.Helpers()}
	server := rpc.NewServer(engine.New(engine.Options{Pace: port.Yield, Pool: readers, Zones: browser.Zone}), port.Post)
	port.Listen(server.Receive)
	// The page runs the same program. What has run here is compiled there, and the
	// first collection of garbage would be the longest task of the page.
	runtime.GC()
	select {}
}
