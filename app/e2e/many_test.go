package e2e

import (
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"chainglass/app/synth"
)

// manySwitch is the environment variable that says how many channels of one entry
// the tests of very many open.
const manySwitch = "CHAINGLASS_MANY"

// manyChannels is how many the tests open otherwise.
const manyChannels = 1500

// Bars of 30,000 channels on a quiet machine; a tenth of them takes a tenth of the time.
const (
	archiveBar = 15 * time.Second
	foldersBar = 60 * time.Second
	barOf      = 30_000
	// busy is how many times longer a machine with other work may take, and leastLimit
	// what it may take for few: the page itself has to start.
	busy       = 10
	leastLimit = 30 * time.Second
)

func manyCount(t *testing.T) int {
	t.Helper()
	text := os.Getenv(manySwitch)
	if text == "" {
		return manyChannels
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// manyFolder writes a storage folder with that many channels of one entry.
func manyFolder(t *testing.T, channels int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "node-1")
	for f := range synth.Blobs(channels, 7) {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// manyArchive writes the same as a zip.
func manyArchive(t *testing.T, channels int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "store.zip")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(out)
	for f := range synth.Blobs(channels, 7) {
		w, err := z.Create("node-1/" + f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(f.Content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

// openMany drops something with that many channels and tells how long it took until
// all were read and the page was at rest.
func openMany(t *testing.T, path string, channels int, bar time.Duration) {
	p := openUI(t)
	limit := max(busy*bar*time.Duration(channels)/barOf, leastLimit)
	start := time.Now()
	p.drop(path)
	p.waitWithin(limit, `document.querySelector(".load")`)
	listed := time.Since(start)
	p.waitWithin(limit, fmt.Sprintf(`!document.querySelector(".load") && document.querySelector(".source-list")?.innerText.includes(%q)`, "dataforts/blob"))
	read := time.Since(start)
	var heap float64
	p.eval(`performance.memory.usedJSHeapSize / 1e6`, &heap)
	p.screenshot("many")
	t.Logf("%d channels of one entry: listed after %v, open after %v; %.0f MB of JavaScript", channels, listed.Round(time.Millisecond), read.Round(time.Millisecond), heap)
	if limit < read {
		t.Errorf("it may take %v", limit)
	}
}

func TestVeryManyInAnArchive(t *testing.T) {
	n := manyCount(t)
	openMany(t, manyArchive(t, n), n, archiveBar)
}

func TestVeryManyFolders(t *testing.T) {
	n := manyCount(t)
	openMany(t, manyFolder(t, n), n, foldersBar)
}
