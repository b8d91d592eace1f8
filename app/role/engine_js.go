//go:build js

package role

import (
	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// runEngine answers the page's requests until the worker ends.
func runEngine(port *browser.Port) int {
	server := rpc.NewServer(engine.New(engine.Options{Pace: port.Yield}), port.Post)
	port.Listen(server.Receive)
	select {}
}
