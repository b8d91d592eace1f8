//go:build !js

// Package cli is the command line.
package cli

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"chainglass/app/site"
)

// Main runs the command that the arguments name and returns the exit code.
func Main() int {
	root := &cobra.Command{Use: "chainglass", SilenceUsage: true}
	root.AddCommand(serveCommand(), siteCommand())
	if root.Execute() != nil {
		return 1
	}
	return 0
}

func embeddedSite() (*site.Site, error) {
	program, err := site.Embedded()
	if err != nil {
		return nil, err
	}
	return site.New(program, site.Options{Version: "dev"})
}

func serveCommand() *cobra.Command {
	var address string
	c := &cobra.Command{
		Use:   "serve [PATH...]",
		Short: "Serve the page on this machine, with the files at PATH open in it",
		RunE: func(_ *cobra.Command, paths []string) error {
			s, err := embeddedSite()
			if err != nil {
				return err
			}
			data, err := site.FindData(paths...)
			if err != nil {
				return err
			}
			handler, err := s.Handler(data)
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", address)
			if err != nil {
				return err
			}
			fmt.Printf("http://%s/\n", listener.Addr())
			server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
			return server.Serve(listener)
		},
	}
	c.Flags().StringVar(&address, "address", "127.0.0.1:0", "loopback `address` to listen on")
	return c
}

func siteCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "site DIR",
		Short: "Write the page, hosted and as one file, into a folder",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := embeddedSite()
			if err != nil {
				return err
			}
			if err := s.Build(args[0]); err != nil {
				return err
			}
			_, err = fmt.Fprintln(os.Stdout, args[0])
			return err
		},
	}
}
