//go:build !js

package site

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// request asks a handler, as a browser on this machine would.
type request struct {
	method, path string
	header       map[string]string
	host         string
}

func (r request) do(h http.Handler) *httptest.ResponseRecorder {
	if r.method == "" {
		r.method = http.MethodGet
	}
	asked := httptest.NewRequest(r.method, r.path, nil)
	asked.Host = "127.0.0.1:8080"
	if r.host != "" {
		asked.Host = r.host
	}
	for name, value := range r.header {
		asked.Header.Set(name, value)
	}
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, asked)
	return answer
}

func someHandler(t *testing.T, data ...DataFile) http.Handler {
	t.Helper()
	h, err := someSite(t).Handler(data)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHandlerServesTheSmallestForm(t *testing.T) {
	h, s := someHandler(t), someSite(t)
	for _, c := range []struct {
		name, accept, encoding, body string
	}{
		{"a browser", "gzip, deflate, br, zstd", "br", "brotli"},
		{"gzip only", "gzip", "gzip", string(gzipped(t, wasmText))},
		{"nothing", "", "", wasmText},
		{"refused", "br;q=0, gzip;q=0.000", "", wasmText},
		{"weighted", "BR;q=0.1", "br", "brotli"},
		{"others", "compress, *", "", wasmText},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer := request{path: "/" + s.wasm.name, header: map[string]string{"Accept-Encoding": c.accept}}.do(h)
			if answer.Code != http.StatusOK || answer.Body.String() != c.body {
				t.Errorf("%d, %d bytes", answer.Code, answer.Body.Len())
			}
			want := map[string]string{
				"Content-Type":           "application/wasm",
				"Content-Encoding":       c.encoding,
				"Cache-Control":          "public, max-age=31536000, immutable",
				"Vary":                   "Accept-Encoding",
				"X-Content-Type-Options": "nosniff",
			}
			for name, value := range want {
				if got := answer.Header().Get(name); got != value {
					t.Errorf("%s: %q, want %q", name, got, value)
				}
			}
		})
	}
}

func TestHandlerAddresses(t *testing.T) {
	h, s := someHandler(t), someSite(t)
	for _, c := range []struct {
		request
		status int
		holds  string
	}{
		{request{path: "/"}, 200, s.wasm.name},
		{request{path: "/index.html"}, 200, s.wasm.name},
		{request{path: "/" + SingleName}, 200, "chainglass-wasm"},
		{request{path: "/" + s.sample.name}, 200, "PK"},
		{request{path: "/", method: http.MethodHead}, 200, ""},
		{request{path: "/", method: http.MethodPost}, 405, ""},
		{request{path: "/data/index.json"}, 404, ""},
		{request{path: "/data/0"}, 404, ""},
		{request{path: "/etc/passwd"}, 404, ""},
		{request{path: "/", host: "localhost:1"}, 200, ""},
		{request{path: "/", host: "[::1]:1"}, 200, ""},
		{request{path: "/", host: "127.1.2.3"}, 200, ""},
		{request{path: "/", host: "rebound.example:8080"}, 403, "own machine only"},
		{request{path: "/", host: "127.0.0.1.example"}, 403, ""},
		{request{path: "/", host: "192.168.0.1:8080"}, 403, ""},
	} {
		answer := c.do(h)
		if answer.Code != c.status || !strings.Contains(answer.Body.String(), c.holds) {
			t.Errorf("%s %s on %q: %d, want %d with %q", c.method, c.path, c.host, answer.Code, c.status, c.holds)
		}
	}
}

func TestHandlerKnowsWhatTheClientHas(t *testing.T) {
	h := someHandler(t)
	first := request{path: "/"}.do(h)
	tag := first.Header().Get("ETag")
	again := request{path: "/", header: map[string]string{"If-None-Match": tag}}.do(h)
	if again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("%d with %d bytes, want 304 with none", again.Code, again.Body.Len())
	}
	packed := request{path: "/", header: map[string]string{"If-None-Match": tag, "Accept-Encoding": "gzip"}}.do(h)
	if packed.Code != http.StatusOK {
		t.Errorf("the tag of one form was taken for another: %d", packed.Code)
	}
}

// write makes files below a new folder.
func write(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for path, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// found is the names and sizes of data.
func found(data []DataFile) map[string]int64 {
	names := map[string]int64{}
	for _, f := range data {
		names[f.Path] = f.SizeBytes
	}
	return names
}

func TestFindData(t *testing.T) {
	dir := write(t, map[string]string{
		"a/chains/log/idx": "12345", "a/chains/log/ts": "", "b/chains/log/idx": "1", "loose": "12", "secret": "hidden",
	})
	if err := os.Symlink(filepath.Join(dir, "secret"), filepath.Join(dir, "a/chains/log/dat")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "a/chains"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	data, err := FindData(filepath.Join(dir, "a/chains"), filepath.Join(dir, "b/chains"), filepath.Join(dir, "loose"), filepath.Join(dir, "link"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{
		"chains/log/idx": 5, "chains/log/ts": 0, "chains (2)/log/idx": 1, "loose": 2, "link/log/idx": 5, "link/log/ts": 0,
	}
	if diff := cmp.Diff(want, found(data)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if _, err := FindData(filepath.Join(dir, "missing")); err == nil {
		t.Error("a path that is not there was found")
	}
}

func TestServedData(t *testing.T) {
	dir := write(t, map[string]string{"n/dat": "0123456789", "n/idx": "entries", "outside": "secret"})
	data, err := FindData(filepath.Join(dir, "n"))
	if err != nil {
		t.Fatal(err)
	}
	h := someHandler(t, data...)
	var index struct{ Files []DataFile }
	if err := json.Unmarshal(request{path: "/data/index.json"}.do(h).Body.Bytes(), &index); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int64{"n/dat": 10, "n/idx": 7}, found(index.Files)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if page := (request{path: "/"}).do(h).Body.String(); !strings.Contains(page, `"data":"data/index.json"`) {
		t.Error("the page does not know of its data")
	}
	if err := os.Remove(filepath.Join(dir, "n/idx")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		request
		status int
		body   string
	}{
		{request{path: "/data/0"}, 200, "0123456789"},
		{request{path: "/data/0", header: map[string]string{"Range": "bytes=3-5"}}, 206, "345"},
		{request{path: "/data/1"}, 404, "404 page not found\n"},
		{request{path: "/data/2"}, 404, "404 page not found\n"},
		{request{path: "/data/-1"}, 404, "404 page not found\n"},
		{request{path: "/data/..%2foutside"}, 404, "404 page not found\n"},
		{request{path: "/data/0", host: "rebound.example"}, 403, "this server answers on its own machine only; open it as http://127.0.0.1\n"},
	} {
		answer := c.do(h)
		if answer.Code != c.status || answer.Body.String() != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.path, answer.Code, answer.Body, c.status, c.body)
		}
		if answer.Code == 200 && answer.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept by the browser", c.path)
		}
	}
}
