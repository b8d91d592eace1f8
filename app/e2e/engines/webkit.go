package engines

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// webkit is WebKitGTK's small browser, driven by WebKitWebDriver.
type webkit struct {
	screen  *screen
	driver  *process
	outside *outside
	webdriver
	dir     string
	turned  int // pixels, of the wheel
	journal journal
	// read is how much of what the open page tells is in the journal.
	read struct{ requests, faults int }
}

// miniBrowsers is where the browser is that belongs to the driver.
const miniBrowsers = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"

func findMiniBrowser() (string, error) {
	found, _ := filepath.Glob(miniBrowsers)
	if len(found) == 0 {
		return "", fmt.Errorf("nothing is at %s; on Debian: apt-get install --no-install-recommends webkit2gtk-driver", miniBrowsers)
	}
	return found[len(found)-1], nil
}

func startWebKit(ctx context.Context, dir string) (_ Browser, err error) {
	program, err := findProgram("webkit2gtk-driver", "WebKitWebDriver")
	if err != nil {
		return nil, err
	}
	browser, err := findMiniBrowser()
	if err != nil {
		return nil, err
	}
	w := &webkit{dir: dir}
	if w.outside, err = newOutside(&w.journal); err != nil {
		return nil, err
	}
	if w.screen, err = startScreen(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.startDriver(ctx, program); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	if err := w.openWindow(ctx, browser); err != nil {
		return nil, errors.Join(err, w.Close(), errors.New(w.driver.output()))
	}
	return w, nil
}

// startDriver starts the driver and waits until it answers. It knows nothing of
// this user's settings: what is saved lands in its home, dir.
func (w *webkit) startDriver(ctx context.Context, program string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	command := exec.Command(program, "--port="+port)
	command.Dir = w.dir
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + w.dir,
		"XDG_RUNTIME_DIR=" + w.dir,
		"TMPDIR=" + w.dir,
		"DISPLAY=" + w.screen.display,
		"LANG=C.UTF-8",
		"GDK_BACKEND=x11",
		"WEBKIT_DISABLE_COMPOSITING_MODE=1",
		"LIBGL_ALWAYS_SOFTWARE=1",
		"NO_AT_BRIDGE=1", // there is no bus that assistive programs would listen on
	}
	if w.driver, err = startProcess(command); err != nil {
		return err
	}
	w.webdriver.base = "http://127.0.0.1:" + port
	for {
		err := w.do(ctx, http.MethodGet, "/status", object{}, nil)
		if err == nil {
			return nil
		}
		select {
		case <-w.driver.ended:
			return fmt.Errorf("%s ended: %s", program, w.driver.output())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (w *webkit) openWindow(ctx context.Context, browser string) error {
	err := w.begin(ctx, object{
		"proxy": object{
			"proxyType": "manual", "httpProxy": w.outside.address(), "sslProxy": w.outside.address(),
			"noProxy": []string{"127.0.0.1"},
		},
		"webkitgtk:browserOptions": object{"binary": browser, "args": []string{"--automation"}},
	})
	if err != nil {
		return err
	}
	return w.post(ctx, "window/rect", object{"x": 0, "y": 0, "width": Width, "height": Height}, nil)
}

// freePort finds a port that nobody listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port, listener.Close()
}

// watchFaults collects what the driver cannot tell. It runs once the document is
// loaded, so what went wrong before that is not in it; requests are, since they
// go through the proxy.
const watchFaults = `(() => {
	const faults = globalThis.faultsSeen = [];
	addEventListener("error", (event) => faults.push("exception: " + event.message));
	addEventListener("unhandledrejection", (event) => faults.push("rejection: " + event.reason));
	addEventListener("securitypolicyviolation", (event) =>
		faults.push("breach of the policy: " + event.violatedDirective + " " + event.blockedURI));
	for (const level of ["error", "warn", "assert"]) {
		const say = console[level];
		console[level] = (...args) => {
			if (level !== "assert" || !args[0]) {
				faults.push(level + ": " + args.join(" "));
			}
			say.apply(console, args);
		};
	}
})()`

func (w *webkit) Open(ctx context.Context, address string) error {
	// Another page takes with it what the one before it knows.
	if err := w.hear(ctx); err != nil {
		return err
	}
	w.journal.open(address)
	w.read.requests, w.read.faults = 0, 0
	if err := w.post(ctx, "url", object{"url": address}, nil); err != nil {
		return err
	}
	return w.Eval(ctx, watchFaults, nil)
}

// hear asks the page what it measured and what went wrong since it was asked
// last. What the proxy sees comes by itself.
func (w *webkit) hear(ctx context.Context) error {
	var told struct{ Requests, Faults []string }
	err := w.Eval(ctx, fmt.Sprintf(`{
		Requests: performance.getEntriesByType("resource").slice(%d).map((entry) => entry.name),
		Faults: (globalThis.faultsSeen ?? []).slice(%d),
	}`, w.read.requests, w.read.faults), &told)
	for _, address := range told.Requests {
		w.journal.ask(address)
	}
	for _, fault := range told.Faults {
		w.journal.fault(fault)
	}
	w.read.requests += len(told.Requests)
	w.read.faults += len(told.Faults)
	return err
}

func (w *webkit) Eval(ctx context.Context, expression string, value any) error {
	return w.eval(ctx, expression, value)
}

func (w *webkit) SetFiles(ctx context.Context, selector string, paths ...string) error {
	var element map[string]string
	if err := w.post(ctx, "element", object{"using": "css selector", "value": selector}, &element); err != nil {
		return err
	}
	return w.post(ctx, "element/"+element[elementKey]+"/value", object{"text": strings.Join(paths, "\n")}, nil)
}

func (w *webkit) Press(ctx context.Context, key Key) error { return w.perform(ctx, pressing(key)) }

func (w *webkit) Type(ctx context.Context, text string) error {
	return w.perform(ctx, pressing(keysOf(text)...))
}

// Wheel tells the driver how far the wheel has been turned in all: it takes what
// it is told for a place and turns the wheel from the last place to the new one.
func (w *webkit) Wheel(ctx context.Context, at Point, pixels int) error {
	w.turned += pixels
	return w.perform(ctx, turning(at, w.turned))
}

func (w *webkit) Drag(ctx context.Context, from, to Point) error {
	return w.perform(ctx, dragging(from, to))
}

func (w *webkit) perform(ctx context.Context, devices []device) error {
	return w.post(ctx, "actions", object{"actions": devices}, nil)
}

func (w *webkit) Screenshot(ctx context.Context) ([]byte, error) {
	var picture string
	if err := w.do(ctx, http.MethodGet, "/session/"+w.session+"/screenshot", object{}, &picture); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(picture)
}

func (w *webkit) Requests(ctx context.Context) ([]string, error) {
	err := w.hear(ctx)
	return w.journal.allRequests(), err
}

func (w *webkit) Faults(ctx context.Context) ([]string, error) {
	err := w.hear(ctx)
	return w.journal.allFaults(), err
}

func (w *webkit) Downloads() string { return w.dir }

func (w *webkit) Close() error {
	var errs []error
	if w.webdriver.session != "" {
		ctx, cancel := context.WithTimeout(context.Background(), stopPatience)
		errs = append(errs, w.end(ctx))
		cancel()
	}
	if w.driver != nil {
		errs = append(errs, w.driver.stop())
	}
	if w.screen != nil {
		errs = append(errs, w.screen.stop())
	}
	return errors.Join(append(errs, w.outside.close())...)
}
