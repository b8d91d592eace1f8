package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// refusesStorage makes a page one whose reader blocks cookies: to touch what would keep
// something is an error.
const refusesStorage = `for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
	Object.defineProperty(globalThis, name, { configurable: true, get() { throw new DOMException("Access is denied for this document.", "SecurityError"); } });
}
Object.defineProperty(Document.prototype, "cookie", { get() { throw new DOMException("denied", "SecurityError"); }, set() { throw new DOMException("denied", "SecurityError"); } });`

// Nothing has to be kept for the page to do its work.
func TestStorageIsRefused(t *testing.T) {
	for name, address := range map[string]func() string{
		"served": func() string { return serve(t) },
		"file":   func() string { return fileURL(t, sharedIncident(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			p := openBlank(t)
			p.before(refusesStorage)
			p.navigate(address())
			p.waitBooted()
			if name == "served" {
				p.eval(`chainglass.openSample()`, nil)
			}
			p.waitRows()
			p.waitText(".total", "12 chains · 3 nodes · 57,365 records")
			p.writeNote("kept nowhere", "me")
			p.eval(`chainglass.setTheme("dark")`, nil)
			p.wait(`document.documentElement.dataset.theme === "dark"`)
			p.filterFor("outcome:failed")
			p.wait(`document.querySelectorAll(".row").length > 2`)
			p.wait(`!document.getElementById("fault")`)
		})
	}
}

// A page in a frame that may run scripts and nothing else, as in a viewer of attachments.
func TestSandboxedFrame(t *testing.T) {
	dir := t.TempDir()
	// The frame is of another origin: it tells what it shows, by a script before its policy.
	tells := `<script>setInterval(() => parent.postMessage({
		total: document.querySelector(".total")?.textContent ?? "",
		fault: document.getElementById("fault")?.textContent ?? "",
		rows: document.querySelectorAll(".row").length,
	}, "*"), 200)</script>`
	content := strings.Replace(readFile(t, sharedIncident(t)), "<head>", "<head>"+tells, 1)
	for name, text := range map[string]string{
		"shared.html": content,
		"outer.html": `<!doctype html><title>viewer</title><link rel="icon" href="data:,"><script>addEventListener("message", ({ data }) => { globalThis.seen = data; })</script>
<iframe sandbox="allow-scripts" src="shared.html" width="1400" height="800"></iframe>`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	p := openBlank(t)
	p.navigate(server.URL + "/outer.html")
	p.wait(`globalThis.seen && (seen.fault || seen.rows > 2 && seen.total)`)
	var seen map[string]any
	p.eval(`seen`, &seen)
	if seen["total"] != "12 chains · 3 nodes · 57,365 records" || seen["fault"] != "" {
		t.Errorf("%v", seen)
	}
}
