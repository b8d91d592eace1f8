package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"chainglass/app/site"
	"chainglass/app/synth"
	"chainglass/wire/redex"
)

// appendEntries appends to a channel as a node does.
func appendEntries(t *testing.T, channel string, n int) {
	t.Helper()
	open := redex.OpenAppend
	if _, err := os.Stat(channel); err != nil {
		open = redex.Create
	}
	w, err := open(channel)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(1).Append(w, n), w.Close()); err != nil {
		t.Fatal(err)
	}
}

// aSecondLater waits until a file that is written has another time, in seconds: by that the
// browser knows that it was changed.
func aSecondLater() { time.Sleep(1100 * time.Millisecond) }

// wantWholeRows waits for rows and expects none that could not be read.
func (p *page) wantWholeRows() {
	p.t.Helper()
	p.waitRows()
	// A row that cannot be read says so in place of its record.
	p.wait(`![...document.querySelectorAll(".row:not(.head):not(.unused)")].some((row) => /waiting/.test(row.className) || /read this file|was changed/.test(row.textContent))`)
}

// A node appends to a folder while the page has it open. Chromium refuses the files as they
// were given; the page takes them again, by itself where a read fails, and reads on or again.
func TestAFolderThatIsWrittenToStaysOpen(t *testing.T) {
	for name, address := range map[string]func() string{
		"served":      func() string { return serve(t) },
		"from a disk": func() string { return fileURL(t, filepath.Join(builtSite(t), site.SingleName)) },
	} {
		t.Run(name, func(t *testing.T) {
			const n = 30_000
			dir := filepath.Join(t.TempDir(), "node-1")
			channel := filepath.Join(dir, "meshos", "actions")
			appendEntries(t, channel, n)
			p := openPage(t, address())
			p.wait(`document.querySelector(".drop-zone")`)
			p.drop(dir)
			p.waitRows()
			p.waitText(".total", "30,000 records")

			aSecondLater()
			appendEntries(t, channel, 412)
			p.waitText(".chain-news-text", "412 more entries")
			p.screenshot("following-grew")
			p.click(".chain-news .read-on")
			p.waitText(".total", "30,412 records")
			p.wait(`!document.querySelector(".chain-news")`)
			p.keys(kb.End)
			p.waitSelected(n + 411)
			p.wantWholeRows()

			// Rows that were not read before: the browser refuses them now.
			aSecondLater()
			appendEntries(t, channel, 3)
			p.keys(kb.Home)
			for range 30 {
				p.keys(kb.PageDown)
			}
			p.waitText(".total", "30,415 records")
			p.wantWholeRows()

			// The same folder once more replaces itself.
			aSecondLater()
			appendEntries(t, channel, 5)
			p.drop(dir)
			p.waitText(".total", "30,420 records")
			var sources int
			if p.eval(`document.querySelectorAll(".source").length`, &sources); sources != 1 {
				t.Errorf("%d sources are listed", sources)
			}

			aSecondLater()
			if err := os.RemoveAll(channel); err != nil {
				t.Fatal(err)
			}
			appendEntries(t, channel, 40)
			p.waitText(".chain-news-text", "Changed on disk")
			p.screenshot("following-changed")
			p.click(".chain-news .read-on")
			p.waitText(".total", "40 records")
			p.keys(kb.End)
			p.waitSelected(39)
			p.wantWholeRows()
		})
	}
}

// A page that is served looks at the folder again through its server.
func TestAServedFolderIsReadOn(t *testing.T) {
	dir := t.TempDir()
	channel := filepath.Join(dir, "node-1", "meshos", "actions")
	appendEntries(t, channel, 100)
	p := openPage(t, serveData(t, realSite(t), dataIn(t, dir)))
	p.waitRows()
	appendEntries(t, channel, 12)
	p.waitText(".chain-news-text", "12 more entries")
	p.click(".source-head .read-on")
	p.waitText(".total", "112 records")
	p.wantWholeRows()
}
