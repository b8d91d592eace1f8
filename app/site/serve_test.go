//go:build !js

package site

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/disk"
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

// testSecret is what someHandler serves behind.
const testSecret = "0123456789abcdef0123456789abcdef"

// someHandler serves the page, and data unless it is nil. It is asked for paths
// below its secret.
func someHandler(t *testing.T, data *ServedData) http.Handler {
	t.Helper()
	h, err := someSite(t).Handler(testSecret, data)
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Path = "/" + testSecret + r.URL.Path
		h.ServeHTTP(w, r)
	})
}

func TestHandlerServesTheSmallestForm(t *testing.T) {
	h, s := someHandler(t, nil), someSite(t)
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
	h, s := someHandler(t, nil), someSite(t)
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
	h := someHandler(t, nil)
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

// treeOf is the tree of a path.
func treeOf(t *testing.T, path string) *disk.Tree {
	t.Helper()
	tree, err := disk.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// found is the names and sizes of data.
func found(data []DataFile) map[string]int64 {
	names := map[string]int64{}
	for _, f := range data {
		names[f.Path] = f.SizeBytes
	}
	return names
}

// Without the secret there is nothing, whatever is asked and however near it comes.
func TestNothingIsServedWithoutTheSecret(t *testing.T) {
	s := someSite(t)
	dir := write(t, map[string]string{"n/idx": "entries"})
	secret := NewSecret()
	h, err := s.Handler(secret, FindData(treeOf(t, dir)))
	if err != nil {
		t.Fatal(err)
	}
	nothing := request{path: "/"}.do(h)
	if nothing.Code != http.StatusNotFound {
		t.Fatalf("the root is answered with %d", nothing.Code)
	}
	below := []string{"", "/", "/index.html", "/data/index.json", "/data/0", "/" + s.wasm.name, "/" + s.sample.name, "/" + SingleName, "/..", "/../" + secret + "x/"}
	wrong := []string{"", secret[:31], secret + "0", strings.ToUpper(secret) + "!", "0" + secret[1:], NewSecret(), "//" + secret, "x/" + secret, "%00"}
	for _, prefix := range wrong {
		if prefix == secret {
			continue
		}
		for _, rest := range below {
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions} {
				for _, host := range []string{"", "rebound.example"} {
					asked := request{method: method, path: "/" + prefix + rest, host: host}
					answer := asked.do(h)
					if diff := cmp.Diff(nothing.Header(), answer.Header()); answer.Code != nothing.Code || answer.Body.String() != nothing.Body.String() || diff != "" {
						t.Errorf("%s %s: %d %q differs from any other path\n%s", method, asked.path, answer.Code, answer.Body, diff)
					}
				}
			}
		}
	}
	for path, want := range map[string]int{
		"/" + secret + "/": 200, "/" + secret: 307, "/" + secret + "/data/0": 200, "/" + secret + "/data/index.json": 200, "/" + secret + "/x": 404,
	} {
		answer := request{path: path}.do(h)
		if answer.Code != want {
			t.Errorf("with the secret: %d, want %d", answer.Code, want)
		}
		if got := answer.Header().Get("Referrer-Policy"); want != 307 && got != "no-referrer" {
			t.Errorf("the address may be told as a referrer: %q", got)
		}
		if want != 307 && strings.Contains(answer.Body.String(), secret) {
			t.Errorf("what is served tells the secret")
		}
	}
}

func TestSecretsDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		secret := NewSecret()
		if len(secret) != 2*secretBytes || seen[secret] {
			t.Fatalf("%q", secret)
		}
		seen[secret] = true
	}
}

func TestServedData(t *testing.T) {
	dir := write(t, map[string]string{"n/dat": "0123456789", "n/idx": "entries", "outside": "secret"})
	h := someHandler(t, FindData(treeOf(t, filepath.Join(dir, "n"))))
	index := servedIndex(t, h)
	if diff := cmp.Diff(map[string]int64{"dat": 10, "idx": 7}, found(index.Files)); diff != "" {
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

// The index is of the files as they are when it is asked for, and a path keeps its number.
func TestServedDataGrows(t *testing.T) {
	dir := write(t, map[string]string{"n/dat": "0123", "n/idx": "entries"})
	h := someHandler(t, FindData(treeOf(t, filepath.Join(dir, "n"))))
	numbers := map[string]int{}
	for _, f := range servedIndex(t, h).Files {
		numbers[f.Path] = f.Number
	}
	for name, content := range map[string]string{"a": "first", "dat": "01234567"} {
		if err := os.WriteFile(filepath.Join(dir, "n", name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "n", "idx")); err != nil {
		t.Fatal(err)
	}
	index := servedIndex(t, h)
	if diff := cmp.Diff(map[string]int64{"a": 5, "dat": 8}, found(index.Files)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, f := range index.Files {
		if number, known := numbers[f.Path]; known && number != f.Number {
			t.Errorf("%s was number %d and is %d", f.Path, number, f.Number)
		}
		want := map[string]string{"a": "first", "dat": "01234567"}[f.Path]
		if got := (request{path: fmt.Sprintf("/data/%d", f.Number)}).do(h).Body.String(); got != want {
			t.Errorf("%s: %q, want %q", f.Path, got, want)
		}
	}
}

// servedIndex is the index that a handler serves.
func servedIndex(t *testing.T, h http.Handler) (index ServedData) {
	t.Helper()
	if err := json.Unmarshal(request{path: "/data/index.json"}.do(h).Body.Bytes(), &index); err != nil {
		t.Fatal(err)
	}
	return index
}

// A file that becomes a link out of the folder after it was listed is not served,
// nor is what lies behind a folder that became one.
func TestWhatBecomesALinkIsNotServed(t *testing.T) {
	outer := write(t, map[string]string{"in/a/dat": "data", "in/b": "data", "in/c": "data", "out/dat": "secret", "in/stays": "inside"})
	in := func(name string) string { return filepath.Join(outer, "in", name) }
	h := someHandler(t, FindData(treeOf(t, in("."))))
	if got := found(servedIndex(t, h).Files); len(got) != 4 {
		t.Fatalf("%v", got)
	}
	for _, name := range []string{"a", "b", "c"} {
		if err := os.RemoveAll(in(name)); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"a": "../out", "b": filepath.Join(outer, "out", "dat"), "c": "stays"} {
		if err := os.Symlink(to, in(link)); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{"/data/0": "404 page not found\n", "/data/1": "404 page not found\n", "/data/2": "inside"} {
		if got := (request{path: path}).do(h).Body.String(); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

// failing is a file system in which some folders cannot be read.
type failing struct {
	fs.FS
	folders []string
}

func (f failing) ReadDir(name string) ([]fs.DirEntry, error) {
	if slices.Contains(f.folders, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return fs.ReadDir(f.FS, name)
}

// One folder that cannot be read is told, and the others are served; so are as
// many files as fit, and the rest is counted.
func TestWhatIsNotServedIsTold(t *testing.T) {
	dir := write(t, map[string]string{"a/idx": "1", "b/idx": "2", "c/idx": "3", "c/control.json": "s3cret"})
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "a", "dat")); err != nil {
		t.Fatal(err)
	}
	tree := failing{treeOf(t, dir), []string{"b"}}
	for maxFiles, want := range map[int][]string{
		10: {
			`a/dat: left out: it is a link that leaves the folder, which is not followed ("/etc/hostname").`,
			"b: cannot be read: open b: permission denied.",
			"c: credentials lie in this folder: control.json; they were not opened and do not leave. Other copies of the folder hold them as well.",
		},
		1: {
			`a/dat: left out: it is a link that leaves the folder, which is not followed ("/etc/hostname").`,
			"b: cannot be read: open b: permission denied.",
			"c: credentials lie in this folder: control.json; they were not opened and do not leave. Other copies of the folder hold them as well.",
			"1 file beyond the first 1 is left out. Name the folders of interest one by one.",
		},
	} {
		data := findData(tree, maxFiles, newDataNumbers())
		if diff := cmp.Diff(want, data.Notes); diff != "" {
			t.Errorf("%d files (-want +got)\n%s", maxFiles, diff)
		}
		wantFiles := map[string]int64{"a/idx": 1, "c/idx": 1}
		if maxFiles == 1 {
			delete(wantFiles, "c/idx")
		}
		index := servedIndex(t, someHandler(t, data))
		if diff := cmp.Diff(wantFiles, found(index.Files)); diff != "" {
			t.Errorf("%d files (-want +got)\n%s", maxFiles, diff)
		}
		if diff := cmp.Diff(want, index.Notes); diff != "" {
			t.Errorf("the page is told (-want +got)\n%s", diff)
		}
	}
}
