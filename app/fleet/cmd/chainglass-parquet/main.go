// Command chainglass-parquet writes the action chains of net-mesh nodes as Parquet files, for
// every SQL engine that reads those.
package main

import (
	"os"

	_ "gocloud.dev/blob/azureblob"
	_ "gocloud.dev/blob/gcsblob"
	_ "gocloud.dev/blob/s3blob"

	"chainglass/app/fleet/command"
)

func main() { os.Exit(command.Parquet(os.Args[1:], os.Stdout, os.Stderr)) }
