//go:build !js

package role

import "chainglass/app/cli"

// Run runs the command line and returns its exit code.
func Run() int { return cli.Main() }
