//go:build !js

// Command write writes the page into a folder: hosted, and as one file. It is
// what `make site` runs.
package main

import (
	"context"
	"flag"
	"log"

	"chainglass/app/site"
)

func main() {
	log.SetFlags(0)
	version := flag.String("version", "", "`version` to show on the page")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: write [-version VERSION] FOLDER")
	}
	if err := write(flag.Arg(0), *version); err != nil {
		log.Fatal(err)
	}
}

func write(folder, version string) error {
	program, err := site.Embedded()
	if err != nil {
		return err
	}
	s, err := site.New(program, site.Options{Version: version, Brotli: site.BrotliTool()})
	if err != nil {
		return err
	}
	_, err = s.Build(context.Background(), folder)
	return err
}
