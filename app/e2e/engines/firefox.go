package engines

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// firefox is a Firefox driven by WebDriver BiDi.
type firefox struct {
	process   *process
	outside   *outside
	bidi      *bidi
	tab       string // the browsing context
	downloads string
	journal   journal
}

// firefoxHosts are asked for by Firefox itself, whatever it is told.
var firefoxHosts = []string{".mozilla.org", ".mozilla.com", ".mozilla.net", "detectportal.firefox.com", "update.googleapis.com"}

// firefoxSettings are those beyond what a driven Firefox sets by itself. The
// proxy is for every address that is not of this machine.
const firefoxSettings = `
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", %[1]s);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", %[1]s);
user_pref("network.dns.disablePrefetch", true);
user_pref("media.gmp-manager.updateEnabled", false);
user_pref("browser.download.folderList", 2);
user_pref("browser.download.dir", %[2]q);
user_pref("browser.download.useDownloadDir", true);
user_pref("browser.download.always_ask_before_handling_new_types", false);
user_pref("browser.download.alwaysOpenPanel", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
user_pref("security.sandbox.warn_unprivileged_namespaces", false);
`

func startFirefox(ctx context.Context, dir string) (_ Browser, err error) {
	program, err := findProgram("firefox-esr", "firefox-esr", "firefox")
	if err != nil {
		return nil, err
	}
	f := &firefox{downloads: filepath.Join(dir, "downloads")}
	if f.outside, err = newOutside(&f.journal, firefoxHosts...); err != nil {
		return nil, err
	}
	profile := filepath.Join(dir, "profile")
	err = errors.Join(os.Mkdir(f.downloads, 0o755), os.Mkdir(profile, 0o755))
	if err != nil {
		return nil, err
	}
	_, port, _ := strings.Cut(f.outside.address(), ":")
	settings := fmt.Sprintf(firefoxSettings, port, f.downloads)
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(settings), 0o644); err != nil {
		return nil, err
	}
	command := exec.Command(program, "--headless", "--no-remote", "--profile", profile,
		"--width", fmt.Sprint(Width), "--height", fmt.Sprint(Height), "--remote-debugging-port", "0", "about:blank")
	command.Env = append(os.Environ(), "HOME="+dir, "TMPDIR="+dir, "MOZ_CRASHREPORTER_DISABLE=1")
	if f.process, err = startProcess(command); err != nil {
		return nil, err
	}
	if err := f.connect(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// watchPolicy runs on every page before the page's own scripts: breaches of a
// policy are not told to drivers otherwise.
const watchPolicy = `() => addEventListener("securitypolicyviolation", (event) =>
	console.error("breach of the policy: " + event.violatedDirective + " " + event.blockedURI))`

func (f *firefox) connect(ctx context.Context) error {
	address, err := f.process.line(ctx, "WebDriver BiDi listening on ")
	if err != nil {
		return err
	}
	if f.bidi, err = dialBiDi(ctx, address+"/session", f.heard); err != nil {
		return err
	}
	var tree struct {
		Contexts []struct {
			Context string `json:"context"`
		} `json:"contexts"`
	}
	err = errors.Join(
		f.bidi.call(ctx, "session.new", object{"capabilities": object{}}, nil),
		f.bidi.call(ctx, "session.subscribe", object{"events": []string{"log.entryAdded", "network.beforeRequestSent"}}, nil),
		f.bidi.call(ctx, "script.addPreloadScript", object{"functionDeclaration": watchPolicy}, nil),
		f.bidi.call(ctx, "browsingContext.getTree", object{}, &tree),
	)
	if err != nil {
		return err
	}
	if len(tree.Contexts) == 0 {
		return errors.New("firefox has no window")
	}
	f.tab = tree.Contexts[0].Context
	return f.bidi.call(ctx, "browsingContext.setViewport",
		object{"context": f.tab, "viewport": object{"width": Width, "height": Height}}, nil)
}

// object is a JSON object.
type object map[string]any

func (f *firefox) heard(method string, params json.RawMessage) {
	var event struct {
		Level   string // of an entry
		Text    string
		Request struct{ URL string }
	}
	if err := json.Unmarshal(params, &event); err != nil {
		event.Level, event.Text = "error", method+": "+err.Error()
	}
	if event.Level == "error" || event.Level == "warn" {
		f.journal.fault(event.Level + ": " + event.Text)
	}
	if event.Request.URL != "" {
		f.journal.ask(event.Request.URL)
	}
}

func (f *firefox) Open(ctx context.Context, address string) error {
	f.journal.open(address)
	return f.bidi.call(ctx, "browsingContext.navigate", object{"context": f.tab, "url": address, "wait": "complete"}, nil)
}

func (f *firefox) Eval(ctx context.Context, expression string, value any) error {
	var answer struct {
		Result struct {
			Value json.RawMessage
		}
		ExceptionDetails *struct{ Text string }
	}
	err := f.bidi.call(ctx, "script.evaluate", object{
		"expression":   fmt.Sprintf("(async () => JSON.stringify(await (%s)))()", expression),
		"target":       object{"context": f.tab},
		"awaitPromise": true,
	}, &answer)
	if err != nil {
		return err
	}
	if answer.ExceptionDetails != nil {
		return fmt.Errorf("%s: %s", expression, answer.ExceptionDetails.Text)
	}
	if value == nil || answer.Result.Value == nil {
		return nil
	}
	var text string
	if err := json.Unmarshal(answer.Result.Value, &text); err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), value)
}

func (f *firefox) SetFiles(ctx context.Context, selector string, paths ...string) error {
	var found struct {
		Nodes []struct{ SharedID string }
	}
	err := f.bidi.call(ctx, "browsingContext.locateNodes", object{
		"context": f.tab, "locator": object{"type": "css", "value": selector}, "maxNodeCount": 1,
	}, &found)
	if err != nil {
		return err
	}
	if len(found.Nodes) == 0 {
		return fmt.Errorf("nothing is at %s", selector)
	}
	return f.bidi.call(ctx, "input.setFiles", object{
		"context": f.tab, "element": object{"sharedId": found.Nodes[0].SharedID}, "files": paths,
	}, nil)
}

func (f *firefox) Press(ctx context.Context, key Key) error { return f.perform(ctx, pressing(key)) }

func (f *firefox) Type(ctx context.Context, text string) error {
	return f.perform(ctx, pressing(keysOf(text)...))
}

func (f *firefox) Wheel(ctx context.Context, at Point, pixels int) error {
	return f.perform(ctx, turning(at, pixels))
}

func (f *firefox) Drag(ctx context.Context, from, to Point) error {
	return f.perform(ctx, dragging(from, to))
}

func (f *firefox) perform(ctx context.Context, devices []device) error {
	return f.bidi.call(ctx, "input.performActions", object{"context": f.tab, "actions": devices}, nil)
}

func (f *firefox) Screenshot(ctx context.Context) ([]byte, error) {
	var picture struct{ Data string }
	if err := f.bidi.call(ctx, "browsingContext.captureScreenshot", object{"context": f.tab}, &picture); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(picture.Data)
}

func (f *firefox) Requests(context.Context) ([]string, error) { return f.journal.allRequests(), nil }

func (f *firefox) Faults(context.Context) ([]string, error) { return f.journal.allFaults(), nil }

func (f *firefox) Downloads() string { return f.downloads }

func (f *firefox) Close() error {
	if f.bidi != nil {
		_ = f.bidi.conn.Close()
	}
	return errors.Join(f.process.stop(), f.outside.close())
}
