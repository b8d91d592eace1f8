//go:build js

package role

import (
	"context"
	"io/fs"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// runEngine answers the page's requests until the worker ends. Until the first
// files come it gets the browser to compile the code that reads them.
func runEngine(port *browser.Port) int {
	options := engine.Options{Pace: port.Yield}
	server := rpc.NewServer(engine.New(options), port.Post)
	warming, stop := context.WithCancel(context.Background())
	port.Listen(func(message []byte, files fs.FS) {
		if files != nil {
			stop()
		}
		server.Receive(message, files)
	})
	engine.Warm(warming, options)
	select {}
}
