package engines

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chainglass/app/site"
)

// patience is how long a test waits for a browser to do anything. It only has to
// be longer than a busy machine takes.
const patience = 60 * time.Second

// trial is something that every engine must do.
type trial struct {
	name string
	try  func(p *tab)
}

// trials are all of them. Those that observe come first: the others rely on them.
func trials() []trial {
	return []trial{
		{"requests are seen", seeRequests},
		{"faults are seen", seeFaults},
		{"open an archive", openArchive},
		{"open an export", openExport},
		{"open several files", openSeveral},
		{"open a folder", openFolder},
		{"open what is dropped", openDropped},
		{"scroll to the last record", scrollToTheLast},
		{"travel in time", travelInTime},
		{"share from the page", shareFromPage},
		{"share from the command line", shareFromCommandLine},
		{"save a picture", savePicture},
		{"work offline", workOffline},
		{"what is missing", namePieces},
	}
}

// The engines run beside each other, each in one browser for all of its trials.
func TestEngines(t *testing.T) {
	program := buildProgram(t)
	for _, engine := range Engines() {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			browser := start(t, engine)
			for _, trial := range trials() {
				t.Run(strings.ReplaceAll(trial.name, " ", "-"), func(t *testing.T) {
					trial.try(newTab(t, engine, browser, program))
				})
			}
		})
	}
}

// start starts a browser that lasts as long as the test.
func start(t *testing.T, engine Engine) Browser {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	browser, err := Start(ctx, engine, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := browser.Close(); err != nil {
			t.Error(err)
		}
	})
	return browser
}

// tab is a browser whose failures are those of a test. The test fails as well if
// the page logs an error, throws, breaks its policy or asks for anything that
// does not begin with an address in own.
type tab struct {
	t       *testing.T
	engine  Engine
	browser Browser
	program string // the command line
	own     []string
	// patience is how long the browser may take for anything.
	patience time.Duration
	// expected are parts of faults that a test causes.
	expected []string
	// What there was before this test.
	oldFaults, oldRequests int
}

// unknownPolicy is what engines say of a policy that forbids peers in a word that
// they do not know yet.
var unknownPolicy = map[Engine][]string{
	Chromium: {"Unrecognized Content-Security-Policy directive 'webrtc'"},
}

func newTab(t *testing.T, engine Engine, browser Browser, program string) *tab {
	t.Helper()
	p := &tab{t: t, engine: engine, browser: browser, program: program, patience: patience, expected: unknownPolicy[engine]}
	p.oldFaults, p.oldRequests = len(p.faults()), len(p.requests())
	t.Cleanup(p.complain)
	return p
}

// complain reports what no page of ours may do. The page is left first: what it
// still does belongs to this test and not to the next.
func (p *tab) complain() {
	p.open("about:blank")
	for _, fault := range p.faults() {
		if !slices.ContainsFunc(p.expected, func(part string) bool { return strings.Contains(fault, part) }) {
			p.t.Error(fault)
		}
	}
	for _, address := range p.requests() {
		p.t.Errorf("a request beyond the page: %s", address)
	}
}

func (p *tab) do(what string, f func(ctx context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), p.patience)
	defer cancel()
	if err := f(ctx); err != nil {
		p.t.Fatalf("%s: %s: %v", p.engine, what, err)
	}
}

func (p *tab) faults() []string {
	p.t.Helper()
	var faults []string
	p.do("faults", func(ctx context.Context) (err error) {
		faults, err = p.browser.Faults(ctx)
		return err
	})
	return faults[p.oldFaults:]
}

// requests are those beyond the page's own.
func (p *tab) requests() []string {
	p.t.Helper()
	var all []string
	p.do("requests", func(ctx context.Context) (err error) {
		all, err = p.browser.Requests(ctx)
		return err
	})
	return slices.DeleteFunc(all[p.oldRequests:], func(address string) bool {
		return slices.ContainsFunc(p.own, func(prefix string) bool { return strings.HasPrefix(address, prefix) })
	})
}

func (p *tab) open(address string) {
	p.t.Helper()
	p.do("open "+address, func(ctx context.Context) error { return p.browser.Open(ctx, address) })
}

// openServed opens a page of a server; what lies on the server is its own.
func (p *tab) openServed(address string) {
	p.t.Helper()
	p.own = append(p.own, withoutFragment(address))
	p.open(address)
}

func (p *tab) eval(expression string, value any) {
	p.t.Helper()
	p.do(expression, func(ctx context.Context) error { return p.browser.Eval(ctx, expression, value) })
}

// wait waits until a JavaScript expression is true.
func (p *tab) wait(condition string) {
	p.t.Helper()
	for deadline := time.Now().Add(p.patience); ; time.Sleep(20 * time.Millisecond) {
		var holds bool
		p.eval("!!("+condition+")", &holds)
		if holds {
			return
		}
		if time.Now().After(deadline) {
			var shows string
			p.eval("document.body.innerText", &shows)
			p.screenshot("never")
			p.t.Fatalf("%s: never true: %s\nthe page shows:\n%s", p.engine, condition, shows)
		}
	}
}

// waitText waits until an element shows a text, among others.
func (p *tab) waitText(selector, text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))", selector, text))
}

func (p *tab) text(selector string) (text string) {
	p.t.Helper()
	p.eval(fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector), &text)
	return text
}

func (p *tab) press(keys ...Key) {
	p.t.Helper()
	for _, key := range keys {
		p.do("press a key", func(ctx context.Context) error { return p.browser.Press(ctx, key) })
	}
}

func (p *tab) typeText(text string) {
	p.t.Helper()
	p.do("type "+text, func(ctx context.Context) error { return p.browser.Type(ctx, text) })
}

// within is a place in an element, by shares of its width and height, once the
// element has come to rest: what is beside it may still be on its way.
func (p *tab) within(selector string, across, down float64) Point {
	p.t.Helper()
	p.wait(fmt.Sprintf("document.querySelector(%q)", selector))
	var at Point
	p.eval(fmt.Sprintf(`(async () => {
		const element = document.querySelector(%q);
		element.scrollIntoView({ block: "nearest" });
		const place = () => JSON.stringify(element.getBoundingClientRect());
		for (let was = ""; was !== place();) {
			was = place();
			await new Promise((resolve) => setTimeout(resolve, 100));
		}
		const box = element.getBoundingClientRect();
		return { X: box.x + %g * box.width, Y: box.y + %g * box.height };
	})()`, selector, across, down), &at)
	return at
}

// drag moves the pressed pointer over an element: from one share of its width to
// another, at a share of its height.
func (p *tab) drag(selector string, from, to, down float64) {
	p.t.Helper()
	a, b := p.within(selector, from, down), p.within(selector, to, down)
	p.do("drag over "+selector, func(ctx context.Context) error { return p.browser.Drag(ctx, a, b) })
}

func (p *tab) click(selector string) {
	p.t.Helper()
	p.drag(selector, 0.5, 0.5, 0.5)
}

// wheelUntil turns the wheel over an element, again and again as hands do, until
// a JavaScript expression is true.
func (p *tab) wheelUntil(selector string, pixels int, condition string) {
	p.t.Helper()
	at := p.within(selector, 0.5, 0.5)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		var holds bool
		if p.eval(condition, &holds); holds {
			return
		}
		p.do("turn the wheel", func(ctx context.Context) error { return p.browser.Wheel(ctx, at, pixels) })
	}
	p.t.Fatalf("%s: the wheel never makes it true: %s", p.engine, condition)
}

// The inputs behind the buttons that choose files.
const (
	filesInput  = "#chainglass-pick-files"
	folderInput = "#chainglass-pick-folder"
)

func (p *tab) choose(selector string, paths ...string) {
	p.t.Helper()
	p.do("choose files", func(ctx context.Context) error { return p.browser.SetFiles(ctx, selector, paths...) })
}

// dropFile drops one file on the page: an event made by a script, since no
// driver but that of Chromium drops for real.
func (p *tab) dropFile(path string) {
	p.t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	p.eval(fmt.Sprintf(`(() => {
		const bytes = Uint8Array.from(atob(%q), (c) => c.charCodeAt(0));
		const dataTransfer = new DataTransfer();
		dataTransfer.items.add(new File([bytes], %q));
		for (const type of ["dragover", "drop"]) {
			document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
		}
	})()`, base64.StdEncoding.EncodeToString(content), filepath.Base(path)), nil)
}

// waitEmpty waits until the page runs and can take something.
func (p *tab) waitEmpty() {
	p.t.Helper()
	p.wait(`document.querySelector(".drop-zone") || document.getElementById("fault")`)
	p.noFault()
}

// waitRows waits until rows and the panels around them are shown and nothing is being opened.
func (p *tab) waitRows() {
	p.t.Helper()
	p.wait(`document.getElementById("fault") ||
		document.querySelector(".row:not(.head):not(.waiting) .c-seq") && !document.querySelector(".load") &&
		document.querySelector(".details > *")`)
	p.noFault()
}

func (p *tab) noFault() {
	p.t.Helper()
	if fault := p.text("#fault"); fault != "" {
		p.t.Fatalf("%s: the page shows a fault:\n%s", p.engine, fault)
	}
}

// waitIncident waits until the whole incident is open.
func (p *tab) waitIncident() {
	p.t.Helper()
	p.waitRows()
	p.waitText(".all-chains, .sources", "57,365")
	p.wait(`document.querySelectorAll(".chain").length === 12`)
}

// waitSelected waits until a row is selected, in sight and in the record panel.
func (p *tab) waitSelected(seq int) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`document.querySelector(".row.selected .c-seq")?.textContent === "%d"`, seq))
}

// saved waits for a download and returns its path.
func (p *tab) saved(name string) string {
	p.t.Helper()
	path := filepath.Join(p.browser.Downloads(), name)
	size := int64(-1)
	for deadline := time.Now().Add(p.patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if info.Size() > 0 && info.Size() == size {
			return path
		}
		size = info.Size()
	}
	p.t.Fatalf("%s: %s was not saved", p.engine, name)
	return ""
}

// screenshot keeps a picture of the page beside those of the other tests.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	var picture []byte
	p.do("screenshot", func(ctx context.Context) (err error) {
		picture, err = p.browser.Screenshot(ctx)
		return err
	})
	folder := filepath.Join("..", "screenshots")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("engine-%s-%s.png", p.engine, name)), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// servePage serves the real page, which `make wasm` compiled into this test, and
// returns its address.
func servePage(t testing.TB) string {
	t.Helper()
	secret := site.NewSecret()
	handler, err := realSite(t).Handler(secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, handler) + secret + "/"
}

func serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL + "/"
}

func realSite(t testing.TB) *site.Site {
	t.Helper()
	program, err := site.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.New(program, site.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fileURL is the address of a file on the disk.
func fileURL(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }
