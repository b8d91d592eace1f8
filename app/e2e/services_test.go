package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
	"unicode"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestFragment(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		p.eval(`for (let i = 0; i < 1000; i++) probe.setFragment("at=" + i)`, nil)
		p.wait(`chainglass.fragment() === "at=999"`)
		p.wait(`location.hash === "#at=999"`)
		p.eval(`location.hash = "typed"`, nil)
		p.wait(`probe.fragments.at(-1) === "typed"`)
		p.eval(`probe.setFragment("")`, nil)
		p.wait(`!location.href.includes("#")`)
	})
}

func TestKeys(t *testing.T) {
	p := probeServed(t)
	p.eval(`addEventListener("keydown", (event) => { globalThis.lastPrevented = event.defaultPrevented; })`, nil)
	p.do("keys", press("x"))
	p.wait(`probe.keys.at(-1) === "x" && lastPrevented === true`)
	p.do("keys", press(kb.ArrowDown))
	p.wait(`probe.keys.at(-1) === "ArrowDown" && lastPrevented === false`)
}

// What an element does often is told at most once a frame, and not after
// release.
func TestWatchers(t *testing.T) {
	p := probeServed(t)
	p.eval(`(() => {
		const box = document.createElement("div");
		box.id = "box";
		box.setAttribute("style", "position: fixed; left: 10px; top: 20px; width: 100px; height: 50px; overflow: auto");
		const content = document.createElement("div");
		content.setAttribute("style", "height: 5000px");
		box.append(content);
		document.body.append(box);
		probe.watch("box");
	})()`, nil)
	p.wait(`probe.scrolls.at(-1)?.[0] === 0 && probe.sizes.at(-1)?.[1] === 50`)
	p.eval(`new Promise((resolve) => {
		for (let top = 1; top <= 300; top++) box.scrollTop = top;
		box.style.height = "60px";
		setTimeout(resolve, 200);
	})`, nil)
	p.wait(`probe.scrolls.at(-1)[0] === 300 && probe.scrolls.at(-1)[1] === false && probe.sizes.at(-1)[1] === 60 && probe.scrolls.length <= 4`)

	p.do("press", chromedp.MouseEvent(input.MousePressed, 15, 30, chromedp.ButtonLeft))
	p.wait(`JSON.stringify(probe.pointers.at(-1)) === "[5,10,true,false]"`)
	p.do("drag", chromedp.MouseEvent(input.MouseMoved, 500, 400, chromedp.Button("left"), heldButtons))
	p.wait(`JSON.stringify(probe.pointers.at(-1)) === "[490,380,true,false]"`)
	p.do("let go", chromedp.MouseEvent(input.MouseReleased, 500, 400, chromedp.ButtonLeft))
	p.wait(`JSON.stringify(probe.pointers.at(-2)) === "[490,380,false,false]" && probe.pointers.at(-1) === "gone"`)

	p.eval(`probe.release(); probe.scrolls.length = 0; box.scrollTop = 7; new Promise((resolve) => setTimeout(resolve, 200))`, nil)
	p.wait(`probe.scrolls.length === 0`)
}

// heldButtons says that the main button is down while the pointer moves.
func heldButtons(e *input.DispatchMouseEventParams) *input.DispatchMouseEventParams {
	return e.WithButtons(1)
}

func TestThemeIsKept(t *testing.T) {
	p := probeServed(t)
	p.eval(`chainglass.setTheme("dark")`, nil)
	p.do("reload", chromedp.Reload())
	probeReady(p)
	p.wait(`chainglass.theme() === "dark" && getComputedStyle(document.documentElement).colorScheme === "dark"`)
}

func TestCopyText(t *testing.T) {
	p := probeServed(t)
	p.do("allow", chromedp.ActionFunc(func(ctx context.Context) error {
		c := chromedp.FromContext(ctx)
		return browser.GrantPermissions([]browser.PermissionType{browser.PermissionTypeClipboardReadWrite}).
			WithBrowserContextID(c.BrowserContextID).
			Do(cdp.WithExecutor(ctx, c.Browser))
	}))
	p.do("focus", emulation.SetFocusEmulationEnabled(true))
	p.eval(`addEventListener("click", () => probe.copyText("0x9f3c"), { once: true })`, nil)
	p.click("body")
	if reason := p.doneReason(); reason != "" {
		t.Fatal(reason)
	}
	var text string
	p.eval("navigator.clipboard.readText()", &text)
	if text != "0x9f3c" {
		t.Errorf("the clipboard holds %q", text)
	}
}

func TestSave(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		dir := p.downloads()
		p.eval(`probe.save("état.txt", "all of it")`, nil)
		if got := string(waitForFile(t, dir, "état.txt")); got != "all of it" {
			t.Errorf("saved %q", got)
		}
	})
}

// Without the clipboard API, as on plain http, the old way must do.
func TestCopyTextWithoutClipboardAPI(t *testing.T) {
	p := probeServed(t)
	p.eval(`Object.defineProperty(navigator, "clipboard", { value: undefined });
		addEventListener("copy", () => { globalThis.copied = getSelection().toString() || document.activeElement.value; })`, nil)
	p.eval(`addEventListener("click", () => probe.copyText("0x51b7"), { once: true })`, nil)
	p.click("body")
	if reason := p.doneReason(); reason != "" {
		t.Fatal(reason)
	}
	p.wait(`copied === "0x51b7"`)
}

// A page saved with data in it opens from a disk, holds the data as it was,
// opens at the place it was saved with, and can be saved again with other data.
func TestSavePage(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		saved := p.savePage("first.html", carried{
			DataName: "one <&> \"two\".chain", Title: "$& </title> \"it\"", Fragment: `v1&q="100%>1"`, Report: "<h1>What happened</h1>",
		}, "evi", "", "dence")
		again := openSaved(t, saved, tree{`one <&> "two".chain`: "evidence"})
		again.wait(`document.title === '$& </title> "it" · Chainglass'`)
		again.wait(`decodeURIComponent(chainglass.fragment()) === 'v1&q="100%>1"'`)
		again.wait(`document.querySelector("#report h1").textContent === "What happened" && document.querySelector("#report").offsetHeight === 0`)
		second := again.savePage("second.html", carried{DataName: "other"}, "other evidence")
		plain := openSaved(t, second, tree{"other": "other evidence"})
		plain.wait(`document.title === "Chainglass" && chainglass.fragment() === "" && !document.querySelector("#report")`)
	})
}

// The address of a page says more than what the page was saved with.
func TestAddressWinsOverCarriedPlace(t *testing.T) {
	p := probeServed(t)
	saved := p.savePage("saved.html", carried{DataName: "x", Fragment: "v1&at=1"}, "evidence")
	opened := probeReady(openPage(t, fileURL(t, saved)+"#v1&at=2"))
	opened.wait(`chainglass.fragment() === "v1&at=2" && location.hash === "#v1&at=2"`)
}

// A hundred megabytes that hardly pack go into a page in pieces, none of which
// holds the page up, and come out as they were.
func TestSavePageOfAHundredMegabytes(t *testing.T) {
	p := probeServed(t)
	dir := p.downloads()
	var sums []string
	p.evalWithin(benchPatience, fmt.Sprintf(`(async () => {
		globalThis.parts = [];
		const sums = [];
		for (let i = 0; i < 25; i++) {
			const part = new Uint8Array(%d);
			for (let at = 0; at < part.length; at += 65536) crypto.getRandomValues(part.subarray(at, at + 65536));
			parts.push(new Blob([part]));
			const digest = await crypto.subtle.digest("SHA-256", part);
			sums.push(Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join(""));
			await new Promise((done) => setTimeout(done));
		}
		return sums;
	})()`, partBytes), &sums)
	var reason string
	p.evalWithin(benchPatience, `new Promise((done) => chainglass.savePage("big.html", { dataName: "big", title: "", fragment: "", report: "" }, parts, done))`, &reason)
	if reason != "" {
		t.Fatal(reason)
	}
	path := filepath.Join(dir, "big.html")
	waitForFile(t, dir, "big.html")
	if got := carriedSums(t, path); !slices.Equal(got, sums) {
		t.Errorf("the page carries something else: %s, not %s", got, sums)
	}
}

// partBytes is how much of the data in a page has a hash.
const partBytes = 4 << 20

// carriedSums are the hashes of the data in a page.
func carriedSums(t *testing.T, path string) (sums []string) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := bytes.Cut(page, []byte(`id="chainglass-data" data-encoding="gzip" data-name="big">`))
	text = bytes.ReplaceAll(text, []byte("</script>\n<script type=\"application/octet-stream\" data-of=\"chainglass-data\">"), nil)
	end := bytes.IndexByte(text, '<')
	if !found || end < 0 {
		t.Fatalf("no data in %d bytes", len(page))
	}
	packed, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(text[:end])))
	if err != nil {
		t.Fatal(err)
	}
	for {
		sum := sha256.New()
		switch n, err := io.CopyN(sum, packed, partBytes); {
		case err != nil && err != io.EOF:
			t.Fatal(err)
		case n == 0:
			return sums
		}
		sums = append(sums, hex.EncodeToString(sum.Sum(nil)))
	}
}

// carried is what a page that is saved carries besides its data.
type carried struct {
	DataName string `json:"dataName"`
	Title    string `json:"title"`
	Fragment string `json:"fragment"`
	Report   string `json:"report"`
}

func (p *page) savePage(name string, c carried, data ...string) (path string) {
	p.t.Helper()
	dir := p.downloads()
	p.eval(fmt.Sprintf("probe.savePage(%s, %s, ...%s)", asJSON(name), asJSON(c), asJSON(data)), nil)
	if reason := p.doneReason(); reason != "" {
		p.t.Fatal(reason)
	}
	saved := waitForFile(p.t, dir, name)
	if i := bytes.IndexFunc(saved, func(r rune) bool { return r > unicode.MaxASCII }); i >= 0 {
		p.t.Errorf("the page is not ASCII alone: %q", saved[i:min(i+20, len(saved))])
	}
	return filepath.Join(dir, name)
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// doneReason waits for a service to end and returns why it failed, or "".
func (p *page) doneReason() (reason string) {
	p.t.Helper()
	p.wait("probe.done.length > 0")
	p.eval("probe.done.shift()", &reason)
	return reason
}

func openSaved(t *testing.T, path string, want tree) *page {
	t.Helper()
	p := probeReady(openPage(t, fileURL(t, path)))
	p.eval("probe.openCarried()", nil)
	if in := p.nextIntake(); in.Origin != "page" || len(in.Notes) != 0 {
		t.Errorf("intake %+v, want the page's data", in)
	}
	if got := p.answer("files"); got != want.listing() {
		t.Errorf("the worker reads %q, want %q", got, want.listing())
	}
	return p
}

// downloads has the browser put downloads into a new folder.
func (p *page) downloads() string {
	p.t.Helper()
	dir := p.t.TempDir()
	p.do("allow downloads", browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).
		WithBrowserContextID(chromedp.FromContext(p.ctx).BrowserContextID).WithDownloadPath(dir))
	return dir
}

// waitForFile waits for a download. Chromium holds its name with an empty file
// until it is whole.
func waitForFile(t testing.TB, dir, name string) []byte {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err == nil && len(content) > 0 {
			return content
		}
	}
	t.Fatalf("%s was not downloaded", name)
	return nil
}
