package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for the page to do anything. It only has
// to be longer than a busy machine takes.
const patience = 20 * time.Second

// page is a tab and what went wrong in it.
type page struct {
	t      testing.TB
	ctx    context.Context
	origin string

	mu        sync.Mutex
	faults    []string
	expected  []string
	doing     string // what the test does
	longTasks []longTask
	ownWork   []span // what the test itself did in the page
}

// openPage opens an address in a profile of its own.
func openPage(t testing.TB, address string) *page {
	t.Helper()
	p := openBlank(t)
	p.navigate(address)
	return p
}

// openBlank opens a tab that shows nothing yet, in a profile of its own.
func openBlank(t testing.TB) *page {
	t.Helper()
	b := theChromium(t)
	t.Cleanup(func() { b.reportRequests(t) })
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	return watch(t, ctx)
}

// tab opens an address in another tab of the same browser.
func (p *page) tab(address string) *page {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	p.t.Cleanup(cancel)
	other := watch(p.t, ctx)
	other.navigate(address)
	return other
}

// unknownPolicy is what Chromium says of every page: its policy forbids peers in a
// word that this browser does not know yet. The engines' tests notice when it does.
const unknownPolicy = "Unrecognized Content-Security-Policy directive 'webrtc'"

// watch takes notice of what goes wrong in a tab.
func watch(t testing.TB, ctx context.Context) *page {
	t.Helper()
	p := &page{t: t, ctx: ctx, expected: []string{unknownPolicy}}
	chromedp.ListenTarget(ctx, p.heard)
	t.Cleanup(p.reportFaults)
	t.Cleanup(p.reportLongTasks)
	p.do("start", network.Enable(), log.Enable())
	p.before(observeLongTasks)
	return p
}

// navigate opens an address; from now on it is the page's own.
func (p *page) navigate(address string) {
	p.t.Helper()
	p.navigateWithin(patience, address)
}

// navigateWithin is navigate for what may take longer.
func (p *page) navigateWithin(limit time.Duration, address string) {
	p.t.Helper()
	withoutFragment, _, _ := strings.Cut(address, "#")
	parsed, err := url.Parse(withoutFragment)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	p.origin = parsed.Scheme + "://" + parsed.Host
	p.mu.Unlock()
	p.doWithin(limit, "open "+address, chromedp.Navigate(address))
}

// before has a script run before those of every page opened from now on.
func (p *page) before(script string) {
	p.t.Helper()
	p.do("before", chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdp.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	}))
}

// heard collects what no page of ours may do.
func (p *page) heard(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		p.fault("exception: " + e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if p.tellLongTask(consoleText(e.Args)) {
			return
		}
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning || e.Type == runtime.APITypeAssert {
			p.fault(fmt.Sprintf("console.%s: %s", e.Type, consoleText(e.Args)))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError || e.Entry.Level == log.LevelWarning {
			p.fault(fmt.Sprintf("log %s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		if !p.own(e.Request.URL) {
			p.fault("request beyond the page: " + e.Request.URL)
		}
	}
}

func consoleText(args []*runtime.RemoteObject) string {
	var texts []string
	for _, arg := range args {
		if arg.Description != "" {
			texts = append(texts, arg.Description)
		} else {
			texts = append(texts, string(arg.Value))
		}
	}
	return strings.Join(texts, " ")
}

// own tells whether an address belongs to the page. A page opened from a disk
// owns one file.
func (p *page) own(address string) bool {
	for _, scheme := range []string{"data:", "blob:", "about:"} {
		if strings.HasPrefix(address, scheme) {
			return true
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.HasPrefix(address, p.origin+"/")
}

func (p *page) fault(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, text)
}

// expectFault allows faults that contain the text: for tests that cause them.
func (p *page) expectFault(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected = append(p.expected, text)
}

func (p *page) reportFaults() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, fault := range p.faults {
		if !containsAny(fault, p.expected) {
			p.t.Error(fault)
		}
	}
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// do runs actions and fails the test if they fail or take too long.
func (p *page) do(what string, actions ...chromedp.Action) {
	p.t.Helper()
	p.doWithin(patience, what, actions...)
}

// doWithin is do for what may take longer.
func (p *page) doWithin(limit time.Duration, what string, actions ...chromedp.Action) {
	p.t.Helper()
	if err := p.try(limit, what, actions...); err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// try runs actions. It fails the test if they take too long.
func (p *page) try(limit time.Duration, what string, actions ...chromedp.Action) error {
	p.t.Helper()
	p.mu.Lock()
	p.doing, _, _ = strings.Cut(what, "\n")
	p.mu.Unlock()
	done := make(chan error, 1)
	go func() { done <- chromedp.Run(p.ctx, actions...) }()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		p.t.Fatalf("%s: nothing happened for %v", what, limit)
		return nil
	}
}

// eval runs JavaScript and stores its value, waiting for a promise.
func (p *page) eval(script string, value any) {
	p.t.Helper()
	p.evalWithin(patience, script, value)
}

// evalWithin is eval for what may take longer.
func (p *page) evalWithin(limit time.Duration, script string, value any) {
	p.t.Helper()
	p.doWithin(limit, script, evaluation(script, value))
}

func evaluation(script string, value any) chromedp.Action {
	return chromedp.Evaluate(script, value, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		// By default DevTools lets a script do what the page's policy forbids.
		return e.WithAwaitPromise(true).WithAllowUnsafeEvalBlockedByCSP(false)
	})
}

// wait waits until a JavaScript expression is true. What it needs may not be there
// yet: until then an exception is no, and so is that the browser goes to another
// page just now.
func (p *page) wait(condition string) {
	p.t.Helper()
	p.waitWithin(patience, condition)
}

// waitWithin is wait for what may take longer.
func (p *page) waitWithin(limit time.Duration, condition string) {
	p.t.Helper()
	deadline := time.Now().Add(limit)
	for {
		var holds bool
		script := "(() => { try { return !!(" + condition + "); } catch { return false; } })()"
		err := p.try(patience, script, evaluation(script, &holds))
		var refused *cdproto.Error
		switch {
		case err != nil && !errors.As(err, &refused):
			p.t.Fatalf("%s: %v", condition, err)
		case err == nil && holds:
			return
		}
		if time.Now().After(deadline) {
			var body string
			p.eval("document.body.innerText", &body)
			p.t.Fatalf("never true: %s\nthe page shows:\n%s", condition, body)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// waitText waits until an element shows a text, among others.
func (p *page) waitText(selector, text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf("document.querySelector(%q)?.textContent.includes(%q)", selector, text))
}

// text returns what an element shows.
func (p *page) text(selector string) (text string) {
	p.t.Helper()
	p.eval(fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector), &text)
	return text
}

// resting waits until the element of a selector is in sight, has lain still
// for some frames, and nothing lies over its middle: a page that is still being
// filled moves what one is about to click.
const resting = `(async () => {
	const frame = () => new Promise(requestAnimationFrame);
	for (let still = 0, last = "", started = performance.now(); still < 5;) {
		const element = document.querySelector(%q);
		element?.scrollIntoView({ block: "nearest" });
		await frame();
		const { x, y, width, height } = element?.getBoundingClientRect() ?? {};
		const over = element && document.elementFromPoint(x + width / 2, y + height / 2);
		const now = [x, y, width, height].join();
		still = now === last && element?.isConnected && element.contains(over) ? still + 1 : 0;
		last = now;
		if (performance.now() - started > %d) {
			return over ? over.outerHTML.slice(0, 200) + " lies over it" : "it is not there";
		}
	}
	return "";
})()`

// click clicks the middle of an element.
func (p *page) click(selector string) {
	p.t.Helper()
	var why string
	p.evalWithin(2*patience, fmt.Sprintf(resting, selector, patience.Milliseconds()), &why)
	if why != "" {
		p.t.Fatalf("%s cannot be clicked: %s", selector, why)
	}
	p.do("click "+selector, chromedp.Click(selector, chromedp.ByQuery))
}

// drop drops files and folders on the middle of the page, as a hand would.
func (p *page) drop(paths ...string) {
	p.t.Helper()
	absolute := make([]string, len(paths))
	for i, path := range paths {
		var err error
		if absolute[i], err = filepath.Abs(path); err != nil {
			p.t.Fatal(err)
		}
	}
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: absolute, DragOperationsMask: 1}
	for _, step := range []input.DispatchDragEventType{input.DragEnter, input.DragOver, input.Drop} {
		p.do("drop", input.DispatchDragEvent(step, 720, 450, data))
	}
}

// screenshot keeps a picture of the window in screenshots/.
func (p *page) screenshot(name string) {
	p.t.Helper()
	var picture []byte
	p.do("screenshot", chromedp.CaptureScreenshot(&picture))
	if err := os.MkdirAll("screenshots", 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("screenshots", name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
