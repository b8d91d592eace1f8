package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chainglass/app/site"
)

// element returns where the text of a script element lies in a page.
func element(t *testing.T, page, id string) (from, to int) {
	t.Helper()
	at := regexp.MustCompile(`(?s)<script[^>]* id="` + id + `"[^>]*>(.*?)</script>|<script id="` + id + `"[^>]*>(.*?)</script>`).FindStringSubmatchIndex(page)
	if at == nil {
		t.Fatalf("the page has no %s", id)
	}
	return max(at[2], at[4]), max(at[3], at[5])
}

// flipped changes one letter of base64 or of a script, in the middle of an element.
func flipped(t *testing.T, page, id string) string {
	t.Helper()
	from, to := element(t, page, id)
	at := (from + to) / 2
	for !strings.ContainsRune("abcdefghijklmnopqrstuvwxy", rune(page[at])) {
		at++
	}
	return page[:at] + string(page[at]+1) + page[at+1:]
}

// without removes an element.
func without(t *testing.T, page, id string) string {
	t.Helper()
	from, to := element(t, page, id)
	return page[:strings.LastIndex(page[:from], "<script")] + page[to+len("</script>"):]
}

// cutIn ends a page in the middle of an element.
func cutIn(t *testing.T, page, id string) string {
	t.Helper()
	from, to := element(t, page, id)
	return page[:(from+to)/2]
}

// openDamaged opens a page from the disk that is not as it was made.
func openDamaged(t *testing.T, content string, before ...string) (p *page, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "damaged.html")
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	p = openBlank(t)
	for _, expected := range []string{"Content Security Policy", "violates", "exception:"} {
		p.expectFault(expected)
	}
	for _, script := range before {
		p.before(script)
	}
	p.navigate(fileURL(t, path))
	return p, path
}

// A page that was cut, edited or mangled says so before its program starts, shows
// the report that is left of it, and names the way to its chains.
func TestDamagedPagesSaySo(t *testing.T) {
	whole := readFile(t, sharedIncident(t))
	const noSubtle = `Object.defineProperty(crypto, "subtle", { value: undefined })`
	for _, c := range []struct {
		name    string
		content string
		before  string
		want    string // beside what all say
		report  bool
	}{
		{"program flipped", flipped(t, whole, "chainglass-wasm"), "", "its program does not match its checksum", true},
		{"program flipped, plain http", flipped(t, whole, "chainglass-wasm"), noSubtle, "its program does not match its checksum", true},
		{"program removed", without(t, whole, "chainglass-wasm"), "", "chainglass-wasm is missing", true},
		{"unpacker removed", without(t, whole, "chainglass-unzstd"), "", "chainglass-unzstd is missing", true},
		{"engine edited", flipped(t, whole, "chainglass-engine"), "", "chainglass-engine does not match its checksum", true},
		{"script edited", flipped(t, whole, "chainglass-intake"), "", "chainglass-intake does not match its checksum", true},
		{"script removed", without(t, whole, "chainglass-share"), "", "chainglass-share is missing", true},
		{"base script edited", flipped(t, whole, "chainglass-page"), "", "chainglass-page does not match its checksum", true},
		{"checksum edited", flipped(t, whole, "chainglass-checksum"), "", "a part of its program is missing or changed", true},
		{"last script edited", flipped(t, whole, "chainglass-boot"), "", "chainglass-boot does not match its checksum", true},
		{"last script removed", without(t, whole, "chainglass-boot"), "", "its end is missing", true},
		{"cut in the style", whole[:strings.Index(whole, "<style>")+1000], "", "its end is missing", false},
		{"cut in a script", cutIn(t, whole, "chainglass-intake"), "", "its end is missing", false},
		{"cut in the program", cutIn(t, whole, "chainglass-wasm"), "", "its end is missing", false},
		{"cut in the data", cutIn(t, whole, "chainglass-data"), "", "The file ends in chainglass-data", false},
		{"cut in the report", whole[:strings.LastIndex(whole, `<section id="report">`)+20_000], "", "its end is missing", true},
		{"cut in the last script", cutIn(t, whole, "chainglass-boot"), "", "chainglass-boot does not match its checksum", true},
	} {
		t.Run(strings.ReplaceAll(c.name, " ", "-"), func(t *testing.T) {
			p, path := openDamaged(t, c.content, c.before)
			p.waitText("#fault", "This page is damaged: ")
			p.waitText("#fault", c.want)
			p.waitText("#fault", "get it again")
			p.wait(`!globalThis.chainglass?.timings?.running`)
			if c.report {
				p.waitText("#fault", "The report below can be read")
				p.wait(`document.querySelector("#report")?.offsetHeight > 500`)
			}
			if strings.Contains(c.content, `id="chainglass-data"`) {
				p.waitText("#fault", "chainglass import FILE -o FOLDER")
				takesOut(t, path, !strings.Contains(c.name, "data"))
			}
		})
	}
}

// takesOut imports what a page carries, all of it or its beginning.
func takesOut(t *testing.T, path string, all bool) {
	t.Helper()
	if all {
		sameFolders(t, path, incidentFolder(t))
		return
	}
	program, err := commandLine()
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(program, "verify", path).CombinedOutput()
	if err == nil || !strings.Contains(string(output), "node-1") {
		t.Errorf("verify of a page that was cut: %v\n%s", err, output)
	}
}

// otherProgram is the program with one byte of its data changed: it compiles.
func otherProgram(t *testing.T) []byte {
	t.Helper()
	program, err := site.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(program.WasmGzip))
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(wasm, []byte("Reading folders"))
	if at < 0 {
		at = bytes.LastIndex(wasm, []byte("runtime.main"))
	}
	wasm[at] ^= 1
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(wasm); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// A program that unpacks and compiles but is not the one the page was made with
// does not start, in any form.
func TestAnotherProgramDoesNotStart(t *testing.T) {
	other := otherProgram(t)
	sums := regexp.MustCompile(`their SHA-256 is [0-9a-f]{64}, and that of the program is [0-9a-f]{64}`)
	check := func(t *testing.T, p *page, title string) {
		t.Helper()
		p.waitText("#fault", title)
		if text := p.text("#fault"); !sums.MatchString(text) {
			t.Errorf("the card names no checksums: %s", text)
		}
		p.wait(`!chainglass.timings.running && !chainglass.timings.engine`)
	}
	t.Run("file", func(t *testing.T) {
		program, err := site.Embedded()
		if err != nil {
			t.Fatal(err)
		}
		program.WasmZstd = nil
		s, err := site.New(program, site.Options{})
		if err != nil {
			t.Fatal(err)
		}
		content, err := s.Single(nil)
		if err != nil {
			t.Fatal(err)
		}
		from, to := element(t, string(content), "chainglass-wasm")
		p, _ := openDamaged(t, string(content[:from])+base64.StdEncoding.EncodeToString(other)+string(content[to:]))
		check(t, p, "This page is damaged: its program does not match its checksum")
	})
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(other)
	}
	for name, before := range map[string]string{
		"served":            "",
		"served plain http": `Object.defineProperty(crypto, "subtle", { value: undefined })`,
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			p := openBlank(t)
			p.before(before)
			p.navigate(serveWithProgram(t, answer))
			check(t, p, "The program is damaged or incomplete")
		})
	}
}

// Without the browser's own SHA-256 the page checks itself as well, and starts.
func TestBootWithoutTheBrowsersChecksum(t *testing.T) {
	p := openBlank(t)
	p.before(`Object.defineProperty(crypto, "subtle", { value: undefined })`)
	p.navigate(serve(t))
	p.waitBooted()
	t.Log(p.timings())
}

// Damage in the data is located by the export's own checksums; what is whole opens.
func TestDamagedDataIsTold(t *testing.T) {
	whole := readFile(t, sharedIncident(t))
	p, _ := openDamaged(t, flipped(t, whole, "chainglass-data"))
	p.waitBooted()
	p.waitText(".cards", "The data of this page is damaged")
	p.waitRows()
	p.wait(`document.querySelectorAll(".chain").length > 0`)
	p.screenshot("damaged-data")
	t.Log(p.text(".cards"))
}

// A page that the browser saved while it ran, as "complete" pages are, works.
func TestPageSavedByTheBrowser(t *testing.T) {
	p := openFile(t, sharedIncident(t))
	p.keys("m")
	var saved string
	p.eval(`document.documentElement.outerHTML`, &saved)
	again, _ := openDamaged(t, fmt.Sprintf("<!DOCTYPE html>\n<!-- saved from url=(0014)about:internet -->\n%s", saved))
	again.waitRows()
	again.waitText(".total", "12 chains · 3 nodes · 57,365 records")
	again.wait(`document.querySelectorAll("#grid").length === 1`)
}
