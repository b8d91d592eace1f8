//go:build js

package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync/atomic"
	"testing/fstest"
	"time"

	"chainglass/app/browser"
)

// probeEngine answers "command argument".
type probeEngine struct {
	port    *browser.Port
	files   fs.FS
	stopped atomic.Bool
}

func runEngine(port *browser.Port) {
	e := &probeEngine{port: port}
	port.Helpers()
	port.Listen(e.receive)
}

func (e *probeEngine) receive(message []byte, files fs.FS) {
	command, argument, _ := strings.Cut(string(message), " ")
	if command == "stop" {
		e.stopped.Store(true)
		return
	}
	if files != nil {
		e.files = files
	}
	commands := map[string]func(string) string{
		"echo":  func(text string) string { return text },
		"panic": func(text string) string { panic(text) },
		"files": e.list,
		"check": e.check,
		"yield": e.yield,
		"busy":  e.busy,
		"help":  e.help,
	}
	go func() { e.port.Post([]byte(command + " " + commands[command](argument))) }()
}

// check holds the files to the rules of io/fs. It reads byte by byte, so it is
// for small files.
func (e *probeEngine) check(string) string {
	var paths []string
	_ = fs.WalkDir(e.files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if len(paths) == 0 {
		return ""
	}
	if err := fstest.TestFS(e.files, paths...); err != nil {
		return err.Error()
	}
	return "good"
}

// list is a line for every file: path, size and hash, or path and error.
func (e *probeEngine) list(string) string {
	var b strings.Builder
	err := fs.WalkDir(e.files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(e.files, path)
		if err != nil {
			fmt.Fprintln(&b, err)
			return nil
		}
		fmt.Fprintf(&b, "%s %d %x\n", path, len(content), sha256.Sum256(content))
		return nil
	})
	if err != nil {
		fmt.Fprintln(&b, err)
	}
	return b.String()
}

// yield yields that many times and tells the microseconds that one took.
func (e *probeEngine) yield(times string) string {
	n, err := strconv.Atoi(times)
	if err != nil {
		return err.Error()
	}
	start := time.Now()
	for range n {
		e.port.Yield()
	}
	return strconv.FormatFloat(float64(time.Since(start).Microseconds())/float64(n), 'f', 1, 64)
}

// busy works without a pause, but for a yield every few milliseconds, until it
// is told to stop.
func (e *probeEngine) busy(string) string {
	e.stopped.Store(false)
	for !e.stopped.Load() {
		for start := time.Now(); time.Since(start) < 4*time.Millisecond; {
			_ = sha256.Sum256([]byte("work"))
		}
		e.port.Yield()
	}
	return "stopped"
}
