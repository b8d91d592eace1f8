// Command chainglass-fleet folds the action chains of many net-mesh nodes on Apache Beam. It is
// its own worker.
package main

import (
	"os"

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/core/runtime/exec/optimized"
	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/runners/dataflow"
	_ "gocloud.dev/blob/azureblob"
	_ "gocloud.dev/blob/gcsblob"
	_ "gocloud.dev/blob/s3blob"

	"chainglass/app/fleet/command"
)

func main() { os.Exit(command.Fleet(os.Args[1:], os.Stdout, os.Stderr)) }
