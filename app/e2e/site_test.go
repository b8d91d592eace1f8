package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"chainglass/app/site"
)

// prefix is where the test's host keeps its folder.
const prefix = "/x/y/"

// host serves a folder below a prefix as any static host does, and remembers
// what it was asked for.
type host struct {
	t   *testing.T
	url string

	mu    sync.Mutex
	dir   string
	gone  bool
	asked []string
}

// hosted serves the page built with a version, and the files of beside.
func hosted(t *testing.T, version string, beside tree) *host {
	t.Helper()
	h := &host{t: t}
	h.replace(version, beside)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	h.url = server.URL + prefix
	return h
}

// replace puts another version in the place of what is served.
func (h *host) replace(version string, beside tree) {
	h.t.Helper()
	dir := beside.write(h.t)
	program, err := site.Embedded()
	if err != nil {
		h.t.Fatal(err)
	}
	s, err := site.New(program, site.Options{Version: version})
	if err != nil {
		h.t.Fatal(err)
	}
	if _, err := s.Build(h.t.Context(), dir); err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dir = dir
}

// goOffline has the host answer nobody from now on.
func (h *host) goOffline() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.gone = true
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	dir, gone := h.dir, h.gone
	h.asked = append(h.asked, r.URL.Path)
	h.mu.Unlock()
	if gone {
		panic(http.ErrAbortHandler)
	}
	http.StripPrefix(strings.TrimSuffix(prefix, "/"), http.FileServer(http.Dir(dir))).ServeHTTP(w, r)
}

// requests are the paths asked for so far, each once.
func (h *host) requests() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Compact(slices.Sorted(slices.Values(h.asked)))
}

// waitKept waits until the service worker keeps all files of the page.
func (p *page) waitKept() {
	p.t.Helper()
	p.wait(`navigator.serviceWorker.controller?.state === "activated"`)
}

// kept lists the caches of the page's origin.
func (p *page) kept() (names []string) {
	p.t.Helper()
	p.eval("caches.keys()", &names)
	return names
}

func TestSiteWorksOfflineAfterOneVisit(t *testing.T) {
	h := hosted(t, "one", nil)
	p := openPage(t, h.url)
	p.waitBooted()
	t.Log(p.timings())
	p.waitKept()
	for _, path := range h.requests() {
		if !strings.HasPrefix(path, prefix) {
			t.Errorf("asked for %s", path)
		}
	}
	t.Logf("asked for %v", h.requests())
	if names := p.kept(); len(names) != 1 || !strings.HasPrefix(names[0], "chainglass "+h.url+" ") {
		t.Errorf("caches %v, want one of this folder", names)
	}

	h.goOffline()
	p.expectFault("Failed to load resource") // the look for a newer version
	for _, address := range []string{h.url, h.url + "index.html?theme=any#v1"} {
		p.navigate(address)
		p.waitBooted()
		t.Log("offline: " + p.timings())
		p.click(".drop-zone .primary")
		p.waitRows()
		p.waitText(".total", "12 chains · 3 nodes · 57,365 records")
	}
	// The one-file page, which sharing is made of, is there as well.
	p.eval(`fetch("chainglass.html").then((answer) => { if (!answer.ok) throw new Error(answer.status); })`, nil)
}

func TestNewerVersionWaitsForTheReader(t *testing.T) {
	h := hosted(t, "one", nil)
	p := openPage(t, h.url)
	p.waitBooted()
	p.waitKept()
	p.wait(`!document.querySelector(".notice")`)
	old := p.kept()

	h.replace("two", nil)
	p.do("reload", chromedp.Reload())
	p.waitBooted()
	p.waitText("#update", "A newer version is here")
	p.accessible("an update")
	p.screenshot("update")
	p.drop(damagedChain)
	p.waitRows()
	p.scheme("dark")
	p.size(390, 844)
	p.screenshot("update-narrow-dark")
	if version := p.version(); version != "one" {
		t.Errorf("the page is of version %q before the reader asked for another", version)
	}
	p.click("#update .close")
	p.wait(`!document.querySelector("#update")`)

	p.do("reload", chromedp.Reload())
	p.waitBooted()
	p.waitText("#update", "A newer version is here")
	p.click("#update .button")
	p.wait(`globalThis.chainglass?.config.version === "two"`)
	p.waitBooted()
	p.waitKept()
	p.wait(`caches.keys().then((names) => names.length === 1)`)
	if now := p.kept(); now[0] == old[0] {
		t.Errorf("%v is still kept", now)
	}
	p.wait(`!document.querySelector("#update")`)
}

// version is what the page says it is.
func (p *page) version() (version string) {
	p.t.Helper()
	p.eval("chainglass.config.version", &version)
	return version
}

// Two tabs are one program: the other tab hears that it is of the past.
func TestOtherTabsHearOfTheNewerVersion(t *testing.T) {
	h := hosted(t, "one", nil)
	p := openPage(t, h.url)
	p.waitBooted()
	p.waitKept()
	other := p.tab(h.url)
	other.waitBooted()
	h.replace("two", nil)
	p.eval("navigator.serviceWorker.getRegistration().then((registration) => registration.update()).then(() => {})", nil)
	p.waitText("#update", "A newer version is here")
	other.waitText("#update", "A newer version is here")
	p.click("#update .button")
	p.wait(`globalThis.chainglass?.config.version === "two"`)
	if version := other.version(); version != "one" {
		t.Errorf("the other tab became %q by itself", version)
	}
	other.click("#update .button")
	other.wait(`globalThis.chainglass?.config.version === "two"`)
}

// A download that was changed on its way is not kept.
func TestFilesThatAreNotAsBuiltAreNotKept(t *testing.T) {
	h := hosted(t, "one", nil)
	single := filepath.Join(h.dir, site.SingleName)
	if err := os.WriteFile(single, []byte("<!doctype html>not ours"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := openPage(t, h.url)
	p.expectFault("integrity")
	p.waitBooted()
	p.wait(`navigator.serviceWorker.getRegistration().then((registration) => !registration?.installing && !registration?.active)`)
	p.click(".drop-zone .primary")
	p.waitRows()
}

// The page itself may fetch from its own origin only, and the service worker is a
// second wall behind that rule.
func TestWorkerRefusesOtherPlaces(t *testing.T) {
	h := hosted(t, "one", tree{"plain.html": "<!doctype html><title>no policy</title>"})
	p := openPage(t, h.url)
	p.waitBooted()
	p.waitKept()
	p.expectFault("request beyond")
	p.expectFault("Failed to load resource")
	p.expectFault("network error response")
	p.navigate(h.url + "plain.html")
	p.wait(`navigator.serviceWorker.controller`)
	var outcome string
	p.eval(`fetch("http://other.example/", { mode: "no-cors" }).then(() => "answered", (err) => String(err))`, &outcome)
	if !strings.Contains(outcome, "TypeError") {
		t.Errorf("a request to another place was %s", outcome)
	}
}

func TestSiteCanBeInstalled(t *testing.T) {
	h := hosted(t, "one", nil)
	p := openPage(t, h.url)
	p.waitBooted()
	p.waitKept()
	var problems []string
	p.do("installability", chromedp.ActionFunc(func(ctx context.Context) error {
		found, err := cdp.GetInstallabilityErrors().Do(ctx)
		for _, e := range found {
			problems = append(problems, fmt.Sprint(e.ErrorID, e.ErrorArguments))
		}
		return err
	}))
	// A browser of a test has no profile to install into.
	problems = slices.DeleteFunc(problems, func(text string) bool { return strings.HasPrefix(text, "in-incognito") })
	if len(problems) > 0 {
		t.Errorf("cannot be installed: %v", problems)
	}
	p.do("manifest", chromedp.ActionFunc(func(ctx context.Context) error {
		address, faults, _, _, err := cdp.GetAppManifest().Do(ctx)
		if len(faults) > 0 || address != h.url+"manifest.webmanifest" {
			t.Errorf("the manifest at %q has faults: %v", address, faults)
		}
		return err
	}))
}

// The system opens files with an installed page by its launch queue.
func TestFilesOfTheSystemOpen(t *testing.T) {
	h := hosted(t, "one", nil)
	p := openBlank(t)
	p.before(`Object.defineProperty(globalThis, "launchQueue", { value: { setConsumer(take) { globalThis.launch = take; } } })`)
	p.navigate(h.url)
	p.wait("globalThis.launch")
	p.eval(`(async () => {
		const folder = await navigator.storage.getDirectory();
		const handle = await folder.getFileHandle("pasted.hex", { create: true });
		const file = await handle.createWritable();
		await file.write("01 2a 0c 70 75 6c 6c 5f 72 65 70 6c 69 63 61 fb d0 95 ff bc 31 01 04 62 6f 6f 6d 00");
		await file.close();
		launch({ files: [] });
		launch({ files: [handle] });
	})()`, nil)
	p.waitRows()
	p.waitText(".record .json", `"reason": "boom"`)
}

// index.html cannot work from a disk, but it leads to what does.
func TestFolderOpensFromADisk(t *testing.T) {
	p := openPage(t, fileURL(t, filepath.Join(builtSite(t), "index.html")))
	p.waitText("#fault", "In the same folder lies the same viewer in one file")
	p.screenshot("disk")
	p.click("#fault a")
	p.wait(`location.pathname.endsWith("/chainglass.html")`)
	p.waitBooted()
	p.wait(`document.querySelector(".drop-zone")`)
}

// The one-file page asks for nothing at all, whatever is done with it.
func TestSinglePageAsksForNothing(t *testing.T) {
	address := fileURL(t, filepath.Join(builtSite(t), site.SingleName))
	p := openBlank(t)
	asked := p.listenRequests()
	p.navigate(address)
	p.waitBooted()
	p.drop(damagedChain)
	p.waitRows()
	p.keys("2", "3", "4", "?")
	p.wait(`document.querySelector(".sheet")`)
	for _, request := range asked() {
		if request != address && !strings.HasPrefix(request, "blob:") && !strings.HasPrefix(request, "data:") {
			t.Errorf("asked for %s", request)
		}
	}
}

// listenRequests collects the addresses of all requests of the page from now on.
func (p *page) listenRequests() (asked func() []string) {
	var mu sync.Mutex
	var addresses []string
	chromedp.ListenTarget(p.ctx, func(event any) {
		if e, is := event.(*network.EventRequestWillBeSent); is {
			mu.Lock()
			defer mu.Unlock()
			addresses = append(addresses, e.Request.URL)
		}
	})
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(addresses)
	}
}
