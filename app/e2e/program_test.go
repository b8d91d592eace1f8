package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// program is the native binary that carries the page; `make build` makes it.
const program = "../../bin/chainglass"

// serve starts the program's server and returns the page's address.
func serve(t *testing.T, paths ...string) string {
	t.Helper()
	address := freeAddress(t)
	ctx, cancel := context.WithCancel(context.Background())
	command := exec.CommandContext(ctx, program, append([]string{"serve", "--address", address}, paths...)...)
	var output strings.Builder
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatalf("%v; build the program with: make build", err)
	}
	t.Cleanup(func() {
		cancel()
		_ = command.Wait() // it was killed, and says so
		if t.Failed() && output.Len() > 0 {
			t.Logf("the server wrote:\n%s", output.String())
		}
	})
	return waitForServer(t, "http://"+address+"/")
}

func waitForServer(t *testing.T, address string) string {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		response, err := http.Get(address)
		if err == nil {
			_ = response.Body.Close()
			return address
		}
	}
	t.Fatalf("no answer from %s", address)
	return ""
}

// builtSite writes the page into a folder and returns the folder.
func builtSite(t *testing.T) string {
	t.Helper()
	// A blank, a percent sign and letters beyond ASCII: folders have such names.
	dir := filepath.Join(t.TempDir(), "a 100% näive folder")
	if output, err := exec.Command(program, "site", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s; build the program with: make build", err, output)
	}
	return dir
}

// fileURL is the address of a file on the disk.
func fileURL(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: absolute}).String()
}

// form is a way to open the page.
type form struct {
	name string
	open func(t *testing.T) *page
}

// forms are all ways to open the page without data.
func forms() []form {
	return []form{
		{"served", func(t *testing.T) *page { return openPage(t, serve(t)) }},
		{"hosted below a prefix", func(t *testing.T) *page {
			server := staticServer(t, builtSite(t), "/some/prefix/")
			return openPage(t, server+"/some/prefix/index.html")
		}},
		{"one file from a disk", func(t *testing.T) *page {
			return openPage(t, fileURL(t, filepath.Join(builtSite(t), "chainglass.html")))
		}},
	}
}

// eachForm runs a test once for every form of the page.
func eachForm(t *testing.T, test func(t *testing.T, p *page)) {
	for _, f := range forms() {
		t.Run(strings.ReplaceAll(f.name, " ", "-"), func(t *testing.T) { test(t, f.open(t)) })
	}
}

// longTasks returns the milliseconds of every task that blocked the page for
// more than 50 ms.
func (p *page) longTasks() (durations []float64) {
	p.t.Helper()
	p.eval("chainglassLongTasks.map((task) => Math.round(task.duration))", &durations)
	return durations
}

// timings tells how long the page took to boot.
func (p *page) timings() string {
	p.t.Helper()
	var marks map[string]float64
	p.eval("chainglass.timings", &marks)
	return fmt.Sprintf("boot script %.0f ms, compiled %.0f ms, page %.0f ms, engine %.0f ms",
		marks["boot"], marks["compiled"], marks["running"], marks["engine"])
}
