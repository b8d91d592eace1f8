// Command chainglass opens the action chains of a net-mesh cluster.
//
// Built for the machine it is the command line; built for js/wasm it is the
// page or, in workers, the engine and its helpers.
package main

import (
	"os"

	"chainglass/app"
)

func main() { os.Exit(app.Run()) }
