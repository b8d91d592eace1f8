package engines

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The other tests rely on these two: what a page asks for is seen, and so is
// what it is not allowed to ask for.

// strangers are hosts that only the pages of these two ask for. What an engine
// says of one page may be heard when the next is open.
const strangers = ".example"

// askingPage counts in "answered" what it asked for and was told of, if only
// that it cannot be had.
const askingPage = `<!doctype html><meta charset="utf-8"><title>asking</title><body>
<script>
globalThis.answered = 0;
const done = () => { answered++; };
const image = new Image();
image.onload = image.onerror = done;
image.src = "http://image.example/";
fetch("http://fetch.example/").then(done, done);
const ask = 'const done = () => postMessage(0); fetch("http://worker.example/").then(done, done);';
new Worker(URL.createObjectURL(new Blob([ask]))).onmessage = done;
</script>`

func seeRequests(p *tab) {
	p.expected = append(p.expected, strangers, "Failed to load resource")
	p.open(writePage(p.t, askingPage))
	// An engine may try https first.
	for _, host := range []string{"image.example", "fetch.example", "worker.example"} {
		eventually(p.t, host, p.requests)
		p.own = append(p.own, "http://"+host, "https://"+host, host)
	}
	p.wait("answered === 3")
}

const forbiddenPage = `<!doctype html><meta charset="utf-8"><title>forbidden</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'">
<body><script>
globalThis.ask = () => { fetch("http://fetch.example/").catch(() => {}); };
globalThis.shout = () => { console.error("said aloud"); };
globalThis.fall = () => { setTimeout(() => { throw new Error("nobody catches this"); }, 0); };
</script>`

func seeFaults(p *tab) {
	p.expected = append(p.expected, strangers, "said aloud", "nobody catches this", "connect-src", "favicon.ico")
	// Served: of a page from a disk, an engine may keep to itself what was thrown.
	p.openServed(serve(p.t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, forbiddenPage) })))
	p.eval(`(ask(), shout(), fall())`, nil)
	for _, fault := range []string{"fetch.example", "said aloud", "nobody catches this"} {
		eventually(p.t, fault, p.faults)
	}
}

// eventually waits until a list has an item that contains the text.
func eventually(t *testing.T, text string, list func() []string) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		got := list()
		if slices.ContainsFunc(got, func(item string) bool { return strings.Contains(item, text) }) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is not among %q", text, got)
		}
	}
}

// writePage writes a page to the disk and returns its address.
func writePage(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return fileURL(path)
}
