//go:build !js

package app

import (
	"os"

	"chainglass/app/cli"
)

// Run runs the command line and returns its exit code.
func Run() int {
	cli.WatchMemory(os.Stderr)
	return cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
}
