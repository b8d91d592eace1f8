package engines

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// chromium is a Chromium driven by its DevTools protocol.
type chromium struct {
	outside   *outside
	tab       context.Context
	stop      func()
	downloads string
	journal   journal
}

// chromiumHosts are asked for by Chromium itself, whatever it is told.
var chromiumHosts = []string{"update.googleapis.com", "redirector.gvt1.com"}

func startChromium(ctx context.Context, dir string) (_ Browser, err error) {
	program, err := findProgram("chromium", "chromium", "chromium-browser", "google-chrome")
	if err != nil {
		return nil, err
	}
	c := &chromium{downloads: filepath.Join(dir, "downloads")}
	if err := os.Mkdir(c.downloads, 0o755); err != nil {
		return nil, err
	}
	if c.outside, err = newOutside(&c.journal, chromiumHosts...); err != nil {
		return nil, err
	}
	allocated, end := chromedp.NewExecAllocator(context.Background(), slices.Concat(
		chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
			chromedp.ExecPath(program),
			chromedp.NoSandbox,
			chromedp.UserDataDir(filepath.Join(dir, "profile")),
			chromedp.WindowSize(Width, Height),
			chromedp.ProxyServer("http://" + c.outside.address()),
			chromedp.Flag("disable-quic", true),
			chromedp.Flag("disable-component-update", true),
			chromedp.Flag("disable-domain-reliability", true),
			chromedp.Flag("disable-features", "AutofillServerCommunication,NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,Translate,SignInProfileCreation"),
			chromedp.Flag("gaia-url", "http://127.0.0.1:9/"),
			chromedp.Flag("google-apis-url", "http://127.0.0.1:9/"),
		})...)
	// This chromedp does not know all events of newer browsers and says so.
	tab, leave := chromedp.NewContext(allocated, chromedp.WithErrorf(func(string, ...any) {}))
	c.tab = tab
	c.stop = func() {
		_ = chromedp.Cancel(tab) // it waits for the browser to end
		leave()
		end()
	}
	chromedp.ListenTarget(tab, c.heard)
	err = c.run(ctx, network.Enable(), log.Enable(),
		browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(c.downloads))
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// run runs actions in the tab, for as long as ctx lasts.
func (c *chromium) run(ctx context.Context, actions ...chromedp.Action) error {
	done := make(chan error, 1)
	go func() { done <- chromedp.Run(c.tab, actions...) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *chromium) heard(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		c.journal.fault("exception: " + e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning || e.Type == runtime.APITypeAssert {
			c.journal.fault(fmt.Sprintf("%s: %s", e.Type, said(e.Args)))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError || e.Entry.Level == log.LevelWarning {
			c.journal.fault(fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		c.journal.ask(e.Request.URL)
	}
}

// said is what was given to a method of the console.
func said(args []*runtime.RemoteObject) string {
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = arg.Description
		if texts[i] == "" {
			texts[i] = string(arg.Value)
		}
	}
	return strings.Join(texts, " ")
}

func (c *chromium) Open(ctx context.Context, address string) error {
	c.journal.open(address)
	return c.run(ctx, chromedp.Navigate(address))
}

func (c *chromium) Eval(ctx context.Context, expression string, value any) error {
	return c.run(ctx, chromedp.Evaluate(expression, value, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		// By default DevTools lets a script do what the page's policy forbids.
		return e.WithAwaitPromise(true).WithAllowUnsafeEvalBlockedByCSP(false)
	}))
}

func (c *chromium) SetFiles(ctx context.Context, selector string, paths ...string) error {
	return c.run(ctx, chromedp.SetUploadFiles(selector, paths, chromedp.ByQuery))
}

// chromiumKeys are the keys as chromedp names them.
var chromiumKeys = map[Key]string{
	Enter: kb.Enter, Escape: kb.Escape, PageUp: kb.PageUp, PageDown: kb.PageDown,
	End: kb.End, Home: kb.Home, ArrowUp: kb.ArrowUp, ArrowDown: kb.ArrowDown,
}

func (c *chromium) Press(ctx context.Context, key Key) error {
	name, special := chromiumKeys[key]
	if !special {
		name = string(key)
	}
	return c.run(ctx, chromedp.KeyEvent(name))
}

func (c *chromium) Type(ctx context.Context, text string) error {
	return c.run(ctx, chromedp.KeyEvent(text))
}

func (c *chromium) Wheel(ctx context.Context, at Point, pixels int) error {
	return c.run(ctx, input.DispatchMouseEvent(input.MouseWheel, at.X, at.Y).WithDeltaX(0).WithDeltaY(float64(pixels)))
}

func (c *chromium) Drag(ctx context.Context, from, to Point) error {
	event := func(kind input.MouseType, at Point) chromedp.Action {
		return input.DispatchMouseEvent(kind, at.X, at.Y).WithButton(input.Left).WithButtons(1).WithClickCount(1)
	}
	events := []chromedp.Action{event(input.MousePressed, from)}
	if from != to {
		for i := 1; i <= dragSteps; i++ {
			events = append(events, event(input.MouseMoved, between(from, to, i)))
		}
	}
	return c.run(ctx, append(events, event(input.MouseReleased, to))...)
}

func (c *chromium) Screenshot(ctx context.Context) (picture []byte, err error) {
	err = c.run(ctx, chromedp.CaptureScreenshot(&picture))
	return picture, err
}

func (c *chromium) Requests(context.Context) ([]string, error) { return c.journal.allRequests(), nil }

func (c *chromium) Faults(context.Context) ([]string, error) { return c.journal.allFaults(), nil }

func (c *chromium) Downloads() string { return c.downloads }

func (c *chromium) Close() error {
	c.stop()
	return c.outside.close()
}
