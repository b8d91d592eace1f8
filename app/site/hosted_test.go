//go:build !js

package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"image/png"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/web"
)

// builtWith builds a site and returns its files by name.
func builtWith(t *testing.T, p Program, o Options) (map[string]string, Built) {
	t.Helper()
	s, err := New(p, o)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "new", "folder")
	built, err := s.Build(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return readDir(t, dir), built
}

// longProgram is a program that compresses.
func longProgram(t *testing.T) Program {
	t.Helper()
	p := someProgram(t)
	p.WasmGzip = gzipped(t, strings.Repeat(wasmText, 100))
	return p
}

// plainly leaves out the packed forms.
func plainly(files map[string]string) map[string]string {
	plain := map[string]string{}
	for name, content := range files {
		if ext := filepath.Ext(name); ext != ".gz" && ext != ".br" {
			plain[name] = content
		}
	}
	return plain
}

// workerList reads what the service worker knows of the files.
func workerList(t *testing.T, files map[string]string) (version string, list []kept) {
	t.Helper()
	text, found := strings.CutPrefix(files[workerName], "const site = ")
	if !found {
		t.Fatalf("%s begins with %.60q", workerName, files[workerName])
	}
	var site struct {
		Version string
		Files   []kept
	}
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&site); err != nil {
		t.Fatal(err)
	}
	return site.Version, site.Files
}

func TestBuildIsAllThatAHostNeeds(t *testing.T) {
	o := Options{Version: "1.2"}
	files, built := builtWith(t, longProgram(t), o)
	again, _ := builtWith(t, longProgram(t), o)
	if diff := cmp.Diff(files, again); diff != "" {
		t.Errorf("two builds differ:\n%s", diff)
	}
	if len(built.Files) != len(files) {
		t.Errorf("%d files were told of, %d are there", len(built.Files), len(files))
	}
	var missing []string
	for _, pattern := range []string{
		`^index\.html$`, `^chainglass\.html$`, `^sw\.js$`, `^manifest\.webmanifest$`, `^chainglass\.[0-9a-f]{16}\.wasm$`,
		`^incident\.[0-9a-f]{16}\.zip$`, `^icon-192\.[0-9a-f]{16}\.png$`, `^icon-512\.[0-9a-f]{16}\.png$`, `^maskable-512\.[0-9a-f]{16}\.png$`,
	} {
		if !slices.ContainsFunc(built.Files, regexp.MustCompile(pattern).MatchString) {
			missing = append(missing, pattern)
		}
	}
	if len(missing) > 0 {
		t.Errorf("missing: %v", missing)
	}
	if n := len(plainly(files)); n != 9 {
		t.Errorf("%d files, want 9", n)
	}
}

func TestPackedFormsAreWhatTheyArePackedFrom(t *testing.T) {
	unbrotli := func(packed []byte) ([]byte, error) {
		cmd := exec.Command("brotli", "--decompress", "--stdout", "-")
		cmd.Stdin = bytes.NewReader(packed)
		return cmd.Output()
	}
	p := longProgram(t)
	p.WasmBrotli = nil
	files, _ := builtWith(t, p, Options{Version: "1.2", Brotli: BrotliTool()})
	forms := map[string]func([]byte) ([]byte, error){".gz": unpack}
	if BrotliTool() != nil {
		forms[".br"] = unbrotli
	}
	for suffix, unpack := range forms {
		for name, want := range plainly(files) {
			packed, found := files[name+suffix]
			if !found {
				if ext := filepath.Ext(name); ext != ".png" && ext != ".zip" {
					t.Errorf("%s%s is missing", name, suffix)
				}
				continue // packed already
			}
			if got, err := unpack([]byte(packed)); err != nil || string(got) != want {
				t.Errorf("%s%s holds something else: %v", name, suffix, err)
			}
			if len(packed)*100 > len(want)*95 {
				t.Errorf("%s%s is hardly smaller", name, suffix)
			}
		}
	}
}

func TestWithoutBrotliOnlyTheProgramHasThatForm(t *testing.T) {
	files, _ := builtWith(t, someProgram(t), Options{})
	for name := range files {
		if strings.HasSuffix(name, ".br") && !strings.HasSuffix(name, ".wasm.br") {
			t.Errorf("there is a %s", name)
		}
	}
}

// Whatever a file names is a file beside it, and nothing anywhere else.
func TestFilesReferToEachOther(t *testing.T) {
	files, _ := builtWith(t, longProgram(t), Options{Version: "1.2"})
	var c config
	if err := json.Unmarshal([]byte(configPattern.FindStringSubmatch(files[indexName])[1]), &c); err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := json.Unmarshal([]byte(files[manifestName]), &m); err != nil {
		t.Fatal(err)
	}
	references := []string{c.Wasm.URL, c.Sample.URL, c.Page, c.Offline, c.Manifest}
	for _, i := range m.Icons {
		references = append(references, i.Source)
	}
	for _, reference := range references {
		if _, found := files[reference]; !found {
			t.Errorf("there is no %q", reference)
		}
	}
	for _, own := range append(references, m.StartURL, m.Scope, m.FileHandlers[0].Action) {
		if parsed, err := url.Parse(own); err != nil || parsed.IsAbs() || strings.HasPrefix(own, "/") || strings.HasPrefix(own, "..") {
			t.Errorf("%q is not relative to the folder", own)
		}
	}
}

func TestFilesNameNoOtherPlace(t *testing.T) {
	address := regexp.MustCompile(`(?i)(https?:)?//[a-z0-9.-]+\.[a-z]+|(src|href)="/`)
	namespace := "http://www.w3.org/2000/svg"
	files := allForms(t)
	built, _ := builtWith(t, someProgram(t), Options{Version: "1.2"})
	for _, name := range []string{workerName, manifestName} {
		files[name] = built[name]
	}
	for name, text := range files {
		for _, found := range address.FindAllString(strings.ReplaceAll(text, namespace, ""), -1) {
			t.Errorf("%s names %q", name, found)
		}
	}
}

func TestWorkerKnowsEveryFile(t *testing.T) {
	files, built := builtWith(t, longProgram(t), Options{Version: "1.2"})
	version, list := workerList(t, files)
	if version != built.Version || len(version) != 16 {
		t.Errorf("version %q, told as %q", version, built.Version)
	}
	left := plainly(files)
	delete(left, workerName)
	for _, f := range list {
		sum := sha256.Sum256([]byte(left[f.Name]))
		if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); f.Integrity != want {
			t.Errorf("%s has %s, want %s", f.Name, f.Integrity, want)
		}
		if hashed := regexp.MustCompile(`\.[0-9a-f]{16}\.`).MatchString(f.Name); hashed != f.Fixed {
			t.Errorf("%s: fixed is %v", f.Name, f.Fixed)
		}
		delete(left, f.Name)
	}
	for name := range left {
		t.Errorf("%s is not kept", name)
	}
	if script, err := web.Files.ReadFile("offline.js"); err != nil || !strings.HasSuffix(files[workerName], string(script)) {
		t.Errorf("%s is not the script: %v", workerName, err)
	}
}

func TestVersionFollowsTheContent(t *testing.T) {
	_, first := builtWith(t, longProgram(t), Options{Version: "1.2"})
	if _, again := builtWith(t, longProgram(t), Options{Version: "1.2", Brotli: func([]byte) ([]byte, error) { return nil, nil }}); again.Version != first.Version {
		t.Error("the same content has two versions")
	}
	if _, renamed := builtWith(t, longProgram(t), Options{Version: "1.3"}); renamed.Version == first.Version {
		t.Error("another page has the same version")
	}
	if _, other := builtWith(t, someProgram(t), Options{Version: "1.2"}); other.Version == first.Version {
		t.Error("another program has the same version")
	}
}

func TestIconsHaveTheSizesTheyAreNamedFor(t *testing.T) {
	pictures, err := iconFiles(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	for i, picture := range pictures {
		decoded, err := png.DecodeConfig(bytes.NewReader(picture.plain))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := decoded, icons[i].sizes; want != map[int]string{192: "192x192", 512: "512x512"}[got.Width] || got.Width != got.Height {
			t.Errorf("%s is %d by %d, want %s", picture.name, got.Width, got.Height, want)
		}
	}
}

func TestManifest(t *testing.T) {
	pictures, err := iconFiles(web.Files)
	if err != nil {
		t.Fatal(err)
	}
	f, err := manifestFile(pictures)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(f.plain, &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"name": "Chainglass", "short_name": "Chainglass", "start_url": ".", "scope": ".", "display": "standalone",
		"theme_color": "#f5f6f8", "background_color": "#ffffff",
		"file_handlers":  []any{map[string]any{"action": ".", "accept": map[string]any{chainMediaType: []any{".chain"}}}},
		"launch_handler": map[string]any{"client_mode": "focus-existing"},
	} {
		if diff := cmp.Diff(want, got[key]); diff != "" {
			t.Errorf("%s (-want +got)\n%s", key, diff)
		}
	}
}

// A page is built over an earlier one: other files stay, and no host is left
// with a packed form of the earlier page, nor a reader of the folder with half
// a file.
func TestBuildOverAnEarlierPage(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"index.html", "index.html.br", "index.html.gz", "other.txt", "other.txt.br"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := New(longProgram(t), Options{Version: "1.2"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Build(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	want, _ := builtWith(t, longProgram(t), Options{Version: "1.2"})
	want["other.txt"], want["other.txt.br"] = "old", "old"
	if diff := cmp.Diff(want, readDir(t, dir)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
