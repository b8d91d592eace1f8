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
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"chainglass/app/site"
	"chainglass/web"
)

const (
	// defaultPort is tried first, so that the address can be kept as a bookmark.
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
	handler, err := pageHandler(paths)
	if err != nil {
		return err
	}
	listener, err := listen(o.port, insist)
	if err != nil {
		return err
	}
	if err := c.print("http://%s/", listener.Addr()); err != nil {
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

// pageHandler makes what is served: the page, and the files in paths.
func pageHandler(paths []string) (http.Handler, error) {
	data, err := site.FindData(paths...)
	if err != nil {
		return nil, err
	}
	s, err := embeddedSite()
	if err != nil {
		return nil, err
	}
	return s.Handler(data)
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
