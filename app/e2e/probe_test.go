package e2e

import (
	"bytes"
	"compress/gzip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"chainglass/app/site"
)

// probeSite is the page with the program of probe/ in place of the real program:
// what a test sees there is the work of the browser package and the scripts.
var probeSite = sync.OnceValues(func() (*site.Site, error) {
	dir, err := os.MkdirTemp("", "probe")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	wasm := filepath.Join(dir, "probe.wasm")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", wasm, "./probe")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, &buildError{string(output), err}
	}
	plain, err := os.ReadFile(wasm)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	program, err := site.Embedded()
	if err != nil {
		return nil, err
	}
	program.WasmGzip, program.WasmBrotli, program.WasmZstd = packed.Bytes(), nil, nil
	return site.New(program, site.Options{Version: "probe"})
})

type buildError struct {
	output string
	err    error
}

func (e *buildError) Error() string { return e.err.Error() + "\n" + e.output }
func (e *buildError) Unwrap() error { return e.err }

// eachProbeAt runs a test on the probe served and from a disk, each at an address with a
// query.
func eachProbeAt(t *testing.T, query string, test func(t *testing.T, p *page)) {
	t.Helper()
	s, err := probeSite()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("served", func(t *testing.T) { test(t, probeReady(openPage(t, serveSite(t, s)+query))) })
	t.Run("file", func(t *testing.T) {
		single, err := s.Single(nil)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "probe.html")
		if err := os.WriteFile(path, single, 0o644); err != nil {
			t.Fatal(err)
		}
		test(t, probeReady(openPage(t, fileURL(t, path)+query)))
	})
}

// probeServed opens the probe from a server, with the files at paths served.
func probeServed(t *testing.T, paths ...string) *page {
	t.Helper()
	s, err := probeSite()
	if err != nil {
		t.Fatal(err)
	}
	return probeReady(openPage(t, serveSite(t, s, paths...)))
}

// probeFile opens the probe as one file from a disk, with data in it unless
// data is nil.
func probeFile(t *testing.T, data *site.Data) *page {
	t.Helper()
	s, err := probeSite()
	if err != nil {
		t.Fatal(err)
	}
	single, err := s.Single(data)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "probe.html")
	if err := os.WriteFile(path, single, 0o644); err != nil {
		t.Fatal(err)
	}
	return probeReady(openPage(t, fileURL(t, path)))
}

func probeReady(p *page) *page {
	p.wait("globalThis.probe")
	return p
}

// eachProbe runs a test on the probe served and from a disk.
func eachProbe(t *testing.T, test func(t *testing.T, p *page)) {
	t.Run("served", func(t *testing.T) { test(t, probeServed(t)) })
	t.Run("file", func(t *testing.T) { test(t, probeFile(t, nil)) })
}

// answer waits for the next answer of the worker to a command.
func (p *page) answer(command string) string {
	p.t.Helper()
	p.wait("probe.answers.length > 0")
	var text string
	p.eval("probe.answers.shift()", &text)
	got, answer, _ := strings.Cut(text, " ")
	if got != command {
		p.t.Fatalf("answer to %q, want one to %q: %s", got, command, answer)
	}
	return answer
}

// intake is what probe notes about files that came in.
type intake struct {
	Origin     string
	Count      int
	TotalBytes int64
	Notes      []string
}

// nextIntake waits for the next files to come in.
func (p *page) nextIntake() (in intake) {
	p.t.Helper()
	p.wait("probe.intakes.length > 0")
	p.eval("probe.intakes.shift()", &in)
	return in
}
