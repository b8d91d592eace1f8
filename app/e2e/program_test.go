package e2e

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/disk"
	"chainglass/app/site"
)

// realSite is the real page; `make wasm` compiles it into this test.
func realSite(t testing.TB) *site.Site {
	t.Helper()
	program, err := site.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.New(program, site.Options{Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve serves the page, with the files at paths open in it, and returns its
// address.
func serve(t testing.TB, paths ...string) string {
	t.Helper()
	return serveSite(t, realSite(t), paths...)
}

func serveSite(t testing.TB, s *site.Site, paths ...string) string {
	t.Helper()
	return serveData(t, s, dataOf(t, paths))
}

// serveData serves the page and data behind a secret, as the command does.
func serveData(t testing.TB, s *site.Site, data *site.ServedData) string {
	t.Helper()
	secret := site.NewSecret()
	handler, err := s.Handler(secret, data)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL + "/" + secret + "/"
}

// dataOf is the data of paths, which lie beside each other in one folder; nil if
// there are none.
func dataOf(t testing.TB, paths []string) *site.ServedData {
	t.Helper()
	if len(paths) == 0 {
		return nil
	}
	dir := t.TempDir()
	for _, from := range paths {
		to := filepath.Join(dir, filepath.Base(from))
		if info, err := os.Stat(from); err != nil {
			t.Fatal(err)
		} else if info.IsDir() {
			if err := os.CopyFS(to, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
		} else if err := os.Link(from, to); err != nil {
			t.Fatal(err)
		}
	}
	return dataIn(t, dir)
}

// dataIn is the data of a folder.
func dataIn(t testing.TB, dir string) *site.ServedData {
	t.Helper()
	tree, err := disk.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return site.FindData(tree)
}

// builtSite writes the page into a folder and returns the folder.
func builtSite(t testing.TB) string {
	t.Helper()
	// A blank, a percent sign and letters beyond ASCII: folders have such names.
	dir := filepath.Join(t.TempDir(), "a 100% näive folder")
	if _, err := realSite(t).Build(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fileURL is the address of a file on the disk.
func fileURL(t testing.TB, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: absolute}).String()
}

// form is a way to open the page.
type form struct {
	name string
	open func(t *testing.T) *page
}

// forms are all ways to open the page without data.
func forms() []form {
	return []form{
		{"served", func(t *testing.T) *page { return openPage(t, serve(t)) }},
		{"hosted below a prefix", func(t *testing.T) *page {
			server := staticServer(t, builtSite(t), "/some/prefix/")
			return openPage(t, server+"/some/prefix/index.html")
		}},
		{"one file from a disk", func(t *testing.T) *page {
			return openPage(t, fileURL(t, filepath.Join(builtSite(t), "chainglass.html")))
		}},
	}
}

// eachForm runs a test once for every form of the page.
func eachForm(t *testing.T, test func(t *testing.T, p *page)) {
	for _, f := range forms() {
		t.Run(strings.ReplaceAll(f.name, " ", "-"), func(t *testing.T) { test(t, f.open(t)) })
	}
}

// timings tells how long the page took to boot.
func (p *page) timings() string {
	p.t.Helper()
	var marks map[string]float64
	p.eval(`({ html: performance.getEntriesByType("navigation")[0].responseEnd, ...chainglass.timings })`, &marks)
	return fmt.Sprintf("html downloaded %.0f ms, boot script %.0f ms, program downloaded %.0f ms, compiled %.0f ms, page runs %.0f ms, engine runs %.0f ms",
		marks["html"], marks["boot"], marks["downloaded"], marks["compiled"], marks["running"], marks["engine"])
}
