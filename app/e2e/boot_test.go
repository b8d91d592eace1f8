package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chainglass/app/site"
)

func TestBoot(t *testing.T) {
	eachForm(t, func(t *testing.T, p *page) {
		p.waitBooted()
		t.Log(p.timings())
		p.screenshot("boot-" + filepath.Base(t.Name()))
	})
}

// A "%" that escapes nothing is no reason not to start, nor to stop when the
// user types one later.
func TestStrayPercentInFragment(t *testing.T) {
	p := openPage(t, serve(t)+"#100%&50%zz")
	p.waitBooted()
	p.eval(`location.hash = "#another 7%"`, nil)
	p.wait(`location.hash.endsWith("7%25")`)
	p.eval(`new Promise((resolve) => setTimeout(resolve, 300))`, nil)
	p.wait(`!document.getElementById("fault")`)
}

func TestPolicyStopsWhatIsNotOurs(t *testing.T) {
	eachForm(t, func(t *testing.T, p *page) {
		p.waitBooted()
		for _, expected := range []string{"Content Security Policy", "Refused", "violates", "https://example.com", "request beyond", "Failed to load"} {
			p.expectFault(expected)
		}
		var outcome map[string]bool
		p.eval(`(async () => {
			const refused = (f) => Promise.resolve().then(f).then(() => false, () => true);
			const script = document.createElement("script");
			script.textContent = "globalThis.strange = true";
			document.body.append(script);
			const styled = document.body.appendChild(document.createElement("div"));
			styled.innerHTML = "<p style='width: 7px'>x</p>";
			const own = document.createElement("div");
			own.setAttribute("style", "width: 7px");
			document.body.append(own);
			const seen = {
				fetch: await refused(() => fetch("https://example.com/")),
				code: await refused(() => new Function("return 1")()),
				script: globalThis.strange === undefined,
				styleInMarkup: styled.firstChild.style.width === "",
				styleByAttribute: own.style.width === "7px",
				peers: await refused(() => new RTCPeerConnection()),
			};
			script.remove(); styled.remove(); own.remove();
			return seen;
		})()`, &outcome)
		for what, held := range outcome {
			if !held {
				t.Errorf("%s: not as it should be", what)
			}
		}
	})
}

// failure is a way not to start, and what the card must say.
type failure struct {
	name   string
	before string // JavaScript that runs before the page's own
	want   []string
}

func TestFailuresBecomeCards(t *testing.T) {
	for _, f := range []failure{
		{"no wasm", "delete globalThis.WebAssembly", []string{"cannot run Chainglass", "WebAssembly is missing", "Reload"}},
		{"no worker", "delete globalThis.Worker", []string{"cannot run Chainglass", "Worker is missing"}},
		{"worker refused", "globalThis.Worker = class { constructor() { throw new Error('not here'); } }", []string{"engine could not start", "not here", "Try another browser"}},
	} {
		t.Run(strings.ReplaceAll(f.name, " ", "-"), func(t *testing.T) {
			p := openBlank(t)
			p.before(f.before)
			p.navigate(serve(t))
			p.wait(`document.getElementById("fault")`)
			for _, want := range f.want {
				if got := p.text("#fault"); !strings.Contains(got, want) {
					t.Errorf("the card lacks %q: %q", want, got)
				}
			}
		})
	}
}

// A server that does not give the program, or not all of it.
func TestFailuresOfTheServerBecomeCards(t *testing.T) {
	for _, f := range []struct {
		name   string
		answer http.HandlerFunc
		want   []string
	}{
		{"gone", http.NotFound, []string{"could not be loaded", "404", "Reload"}},
		{"no answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
			[]string{"could not be loaded", "Failed to fetch", "Check the connection"}},
		{"six bytes", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("\x00asm\x01\x00")) },
			[]string{"damaged or incomplete"}},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			program, err := site.Embedded()
			if err != nil {
				t.Error(err)
			}
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(program.WasmGzip[:len(program.WasmGzip)/2])
			panic(http.ErrAbortHandler)
		}, []string{"damaged or incomplete"}},
	} {
		t.Run(strings.ReplaceAll(f.name, " ", "-"), func(t *testing.T) {
			address := serveWithProgram(t, f.answer)
			p := openBlank(t)
			p.expectFault("Failed to load resource")
			p.navigate(address)
			for _, want := range f.want {
				p.waitText("#fault", want)
			}
		})
	}
}

// serveWithProgram serves the page with what answer sends as its program.
func serveWithProgram(t *testing.T, answer http.HandlerFunc) (address string) {
	t.Helper()
	secret := site.NewSecret()
	handler, err := realSite(t).Handler(secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".wasm") {
			answer(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/" + secret + "/"
}

// While the program is on its way the page says how far it is.
func TestBootShowsProgress(t *testing.T) {
	program, err := site.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	rest := make(chan struct{})
	address := serveWithProgram(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(program.WasmGzip[:len(program.WasmGzip)/2])
		_ = http.NewResponseController(w).Flush()
		<-rest
	})
	t.Cleanup(func() { close(rest) }) // before the server waits for its answers
	p := openPage(t, address)
	p.wait(`document.querySelector("#boot progress").value > 0.2`)
	p.waitText("#boot-step", " of 2")
	p.screenshot("boot-progress")
	p.wait(`document.documentElement.scrollHeight === innerHeight`)
}

// The one-file page unpacks its program in a worker of its own, whose errors
// must become cards as well.
func TestFailuresOfTheFileBecomeCards(t *testing.T) {
	content, err := realSite(t).Single(nil)
	if err != nil {
		t.Fatal(err)
	}
	at := wasmPattern.FindSubmatchIndex(content)
	if at == nil {
		t.Fatal("the page has no program")
	}
	before, text, after := string(content[:at[2]]), string(content[at[2]:at[3]]), string(content[at[3]:])
	half := len(text) / 8 * 4
	for _, f := range []struct {
		failure
		text string
	}{
		{failure{"cut program", "", []string{"its program does not match its checksum"}}, text[:half]},
		{failure{"no program", "", []string{"its program does not match its checksum"}}, ""},
		{failure{"hole in the program", "", []string{"its program does not match its checksum"}}, text[:half] + strings.Repeat("A", 1<<14) + text[half+1<<14:]},
		{failure{"not base64", "", []string{"its program does not match its checksum"}}, text[:half] + "?" + text[half+1:]},
		{failure{"other program", "", []string{"its program does not match its checksum"}}, "KLUv/SAFKQAAaGVsbG8="},
		{failure{"worker refused", "globalThis.Worker = class { constructor() { throw new Error('not here'); } }", []string{"engine could not start", "not here"}}, text},
	} {
		t.Run(strings.ReplaceAll(f.name, " ", "-"), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), site.SingleName)
			if err := os.WriteFile(path, []byte(before+f.text+after), 0o644); err != nil {
				t.Fatal(err)
			}
			p := openBlank(t)
			p.before(f.before)
			p.navigate(fileURL(t, path))
			for _, want := range f.want {
				p.waitText("#fault", want)
			}
		})
	}
}

var wasmPattern = regexp.MustCompile(`id="chainglass-wasm"[^>]*>([^<]*)<`)

// waitBooted waits until page and engine run.
func (p *page) waitBooted() {
	p.t.Helper()
	p.wait(`document.getElementById("fault") || (globalThis.chainglass?.timings?.running && chainglass.timings.engine && !document.getElementById("boot"))`)
	if fault := p.text("#fault"); fault != "" {
		p.t.Fatalf("the page shows a fault:\n%s", fault)
	}
}
