//go:build !js

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"chainglass/app/site"
	"chainglass/web"
)

const (
	// defaultPort is tried first: what a browser keeps, it keeps for host and port.
	defaultPort = 8037

	// sampleFile is the sample inside the program.
	sampleFile = "sample/incident.zip"

	headerTimeout   = 10 * time.Second
	shutdownTimeout = 3 * time.Second
)

// serveOptions are the flags of serve.
type serveOptions struct {
	port   int
	sample bool
}

func serveCommand(c *console) *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve [PATH...]",
		Short: "Serve the page on this machine, opening PATH",
		Long: fmt.Sprintf(`Serve serves the page on the loopback interface and prints its address. With
paths the page opens them; without, it waits for something to be dropped. Data
is read by the page in the browser and goes nowhere else.

The address ends in a secret, so that other users of this machine can read
nothing: share it with nobody who should not see the data. It holds for this run
only. A bookmark of it opens nothing after that; run the command again and open
the address that it prints.

Links inside a folder are followed where they stay inside it. What is left out
(links that leave, pipes, what cannot be read, files with credentials of a node)
is told here and on the page.

The port is %d if it is free, else any other; --port insists on one. Ctrl-C
ends it.`, defaultPort),
		Example: `  chainglass serve
  chainglass serve /var/lib/net-mesh
  chainglass serve --sample`,
		Args: atLeast(0, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runServe(cmd.Context(), c, args, o, cmd.Flags().Changed("port"))
		},
	}
	cmd.Flags().IntVar(&o.port, "port", defaultPort, "port to listen on, 0 for any")
	cmd.Flags().BoolVar(&o.sample, "sample", false, "open the sample incident")
	return cmd
}

func runServe(ctx context.Context, c *console, paths []string, o serveOptions, insist bool) (err error) {
	if o.port < 0 || o.port > 65535 {
		return usagef("--port %d is not a port", o.port)
	}
	if o.sample {
		dir, err := unpackSample()
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		paths = append(paths, filepath.Join(dir, filepath.Base(sampleFile)))
	}
	secret := site.NewSecret()
	handler, err := c.pageHandler(secret, paths)
	if err != nil {
		return err
	}
	listener, err := listen(o.port, insist)
	if err != nil {
		return err
	}
	if err := c.print("http://%s/%s/", listener.Addr(), secret); err != nil {
		return errors.Join(err, listener.Close())
	}
	c.warn("serving on this machine only; Ctrl-C ends it")
	return serveUntilDone(ctx, listener, handler)
}

// unpackSample writes the sample to a folder of its own, which the caller
// removes.
func unpackSample() (dir string, err error) {
	content, err := fs.ReadFile(web.Files, sampleFile)
	if err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "chainglass-sample-"); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(sampleFile)), content, 0o600); err != nil {
		return "", errors.Join(err, os.RemoveAll(dir))
	}
	return dir, nil
}

// pageHandler makes what is served behind a secret: the page, and the files in
// paths. It tells what is left out of them.
func (c *console) pageHandler(secret string, paths []string) (http.Handler, error) {
	files, err := newPathFS(paths)
	if err != nil {
		return nil, err
	}
	c.tellTwice(files)
	s, err := embeddedSite()
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return s.Handler(secret, nil)
	}
	data := site.FindData(files)
	for _, note := range data.Notes {
		c.warn("%s", strings.TrimSuffix(note, "."))
	}
	return s.Handler(secret, data)
}

// listen listens on the loopback interface, on any free port if the one is
// taken and not insisted on.
func listen(port int, insist bool) (net.Listener, error) {
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) && !insist {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	return listener, err
}

// serveUntilDone serves until ctx ends or the process is told to. Requests that
// are being answered then get a moment to finish.
func serveUntilDone(ctx context.Context, listener net.Listener, handler http.Handler) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// A second Ctrl-C ends the process at once.
	stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return server.Close()
	}
	return nil
}
