package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// chromiumPath finds the browser. Without one the tests fail: a suite that
// skips itself proves nothing.
func chromiumPath(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium found; install it with: apt-get install -y chromium")
	return ""
}

// browserUpdates is where Chromium itself looks for updates and gets them from,
// whatever flags it is given. A page that asks for these would still be heard by
// its tab.
var browserUpdates = []string{"update.googleapis.com", "redirector.gvt1.com"}

// outside is a proxy that lets nothing through and remembers what was wanted.
// Chromium sends every request to it that is not for this machine, whichever
// page or worker made it.
type outside struct {
	mu     sync.Mutex
	wanted []string
}

func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !slices.Contains(browserUpdates, r.URL.Hostname()) {
		o.wanted = append(o.wanted, r.Method+" "+r.URL.String()+" "+r.Host)
	}
	http.Error(w, "no way out", http.StatusForbidden)
}

// take returns what was wanted since it was last called.
func (o *outside) take() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	wanted := o.wanted
	o.wanted = nil
	return wanted
}

// chromium is the browser of all tests. Each opens its pages in a profile of its
// own, so that none sees what another left; a browser that starts would take the
// processor from the page that is looked at, for seconds.
type chromium struct {
	ctx   context.Context
	proxy *outside
	close func()
}

var sharedChromium *chromium

// theChromium returns the browser, and starts one if there is none, or if the one
// there was has ended.
func theChromium(t testing.TB) *chromium {
	t.Helper()
	if sharedChromium != nil && sharedChromium.ctx.Err() == nil {
		return sharedChromium
	}
	closeChromium()
	b, err := startChromium(chromiumPath(t))
	if err != nil {
		t.Fatalf("Chromium does not start: %v", err)
	}
	sharedChromium = b
	return b
}

// closeChromium ends the browser and returns what it wanted from outside that no
// test was told of.
func closeChromium() (wanted []string) {
	if sharedChromium == nil {
		return nil
	}
	sharedChromium.close()
	wanted = sharedChromium.proxy.take()
	sharedChromium = nil
	return wanted
}

// settling is how long a browser that has started is left alone.
const settling = 2 * time.Second

func startChromium(path string) (*chromium, error) {
	profile, err := os.MkdirTemp("", "chainglass-chromium-")
	if err != nil {
		return nil, err
	}
	proxy := &outside{}
	server := httptest.NewServer(proxy)
	allocated, free := chromedp.NewExecAllocator(context.Background(), slices.Concat(chromedp.DefaultExecAllocatorOptions[:], []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.UserDataDir(profile),
		chromedp.WindowSize(1440, 900),
		chromedp.ProxyServer(server.URL),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("disable-features", "AutofillServerCommunication,NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,Translate,SignInProfileCreation"),
		chromedp.Flag("gaia-url", "http://127.0.0.1:9/"),
		chromedp.Flag("google-apis-url", "http://127.0.0.1:9/"),
		chromedp.WSURLReadTimeout(patience),
	})...)
	ctx, cancel := chromedp.NewContext(allocated,
		// This chromedp does not know all events of newer browsers and says so.
		chromedp.WithErrorf(func(string, ...any) {}))
	b := &chromium{ctx: ctx, proxy: proxy, close: func() {
		_ = chromedp.Cancel(ctx) // it waits for the browser to end
		cancel()
		free()
		server.Close()
		_ = os.RemoveAll(profile)
	}}
	if err := chromedp.Run(ctx, chromedp.Sleep(settling)); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// reportRequests fails a test if anything was asked for beyond this machine.
func (b *chromium) reportRequests(t testing.TB) {
	for _, request := range b.proxy.take() {
		t.Errorf("asked for something outside: %s", request)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, request := range closeChromium() {
		fmt.Fprintln(os.Stderr, "asked for something outside:", request)
		code = 1
	}
	if err := writeLongTasks(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
