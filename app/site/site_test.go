//go:build !js

package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chainglass/web"
)

// wasmText stands for a wasm binary.
const wasmText = "\x00asm not really"

func gzipped(t *testing.T, text string) []byte {
	t.Helper()
	packed, err := pack([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

// someProgram is a program that never ran anywhere.
func someProgram(t *testing.T) Program {
	t.Helper()
	return Program{WasmGzip: gzipped(t, wasmText), WasmBrotli: []byte("brotli"), WasmExec: []byte(`"use strict"; /* loader */`)}
}

func someSite(t *testing.T) *Site {
	t.Helper()
	s, err := New(someProgram(t), Options{Version: `1.2 <"&>`})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// hostedName stands for the index.html of a folder to host; that of a server
// that has data is indexName.
const hostedName = "hosted " + indexName

// allForms are the page's forms as text.
func allForms(t *testing.T) map[string]string {
	t.Helper()
	s := someSite(t)
	index, err := s.Index("")
	if err != nil {
		t.Fatal(err)
	}
	single, err := s.Single(nil)
	if err != nil {
		t.Fatal(err)
	}
	hosted, err := s.index("", true)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{indexName: string(index), hostedName: string(hosted), SingleName: string(single)}
}

var (
	policyPattern = regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`)
	scriptPattern = regexp.MustCompile(`(?s)<script id="([^"]*)">(.*?)</script>`)
	stylePattern  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	configPattern = regexp.MustCompile(`id="chainglass-config">(.*?)</script>`)
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// directives splits a policy by directive.
func directives(policy string) map[string][]string {
	all := map[string][]string{}
	for part := range strings.SplitSeq(policy, "; ") {
		words := strings.Fields(part)
		all[words[0]] = words[1:]
	}
	return all
}

func TestPolicyNamesExactlyWhatThePageRuns(t *testing.T) {
	for name, text := range allForms(t) {
		t.Run(name, func(t *testing.T) {
			var scripts []string
			for _, match := range scriptPattern.FindAllStringSubmatch(text, -1) {
				scripts = append(scripts, hashOf(match[2]))
			}
			connect := map[string]string{indexName: "'self'", hostedName: "'self'", SingleName: "'none'"}[name]
			want := map[string][]string{
				"default-src":  {"'none'"},
				"script-src":   append(scripts, "'wasm-unsafe-eval'"),
				"worker-src":   {"blob:"},
				"style-src":    {hashOf(stylePattern.FindStringSubmatch(text)[1])},
				"img-src":      {"data:", "blob:"},
				"manifest-src": {"'none'"},
				"connect-src":  {connect},
				"base-uri":     {"'none'"},
				"form-action":  {"'none'"},
				"webrtc":       {"'block'"},
			}
			if name == hostedName {
				for _, kind := range []string{"worker-src", "img-src"} {
					want[kind] = append([]string{"'self'"}, want[kind]...)
				}
				want["manifest-src"] = []string{"'self'"}
			}
			got := directives(policyPattern.FindStringSubmatch(text)[1])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestConfigOfTheForms(t *testing.T) {
	forms := allForms(t)
	var index, hosted, single config
	for name, into := range map[string]*config{indexName: &index, hostedName: &hosted, SingleName: &single} {
		text := configPattern.FindStringSubmatch(forms[name])[1]
		if strings.ContainsAny(text, "<>&") {
			t.Errorf("%s: the config could end its element: %s", name, text)
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	sample, err := fs.ReadFile(web.Files, "sample/"+sampleName)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(wasmText))
	wantSingle := config{
		Version: `1.2 <"&>`,
		Wasm:    asset{SizeBytes: int64(len(wasmText)), SHA256: hex.EncodeToString(sum[:])},
		Parts:   single.Parts, // TestPagesKnowTheirParts
	}
	if diff := cmp.Diff(wantSingle, single); diff != "" {
		t.Errorf("one file (-want +got)\n%s", diff)
	}
	wantIndex := wantSingle
	wantIndex.Wasm.URL = contentName("chainglass", gzipped(t, wasmText), ".wasm")
	wantIndex.Sample = &asset{Name: sampleName, URL: contentName("incident", sample, ".zip"), SizeBytes: int64(len(sample))}
	wantIndex.Private = true
	wantIndex.Page, wantIndex.PageBytes = SingleName, int64(len(forms[SingleName]))
	if diff := cmp.Diff(wantIndex, index); diff != "" {
		t.Errorf("served (-want +got)\n%s", diff)
	}
	wantIndex.Private = false
	wantIndex.Offline, wantIndex.Manifest = workerName, manifestName
	if diff := cmp.Diff(wantIndex, hosted); diff != "" {
		t.Errorf("hosted (-want +got)\n%s", diff)
	}
}

// Every form lists the checksum of each script and of what runs in workers.
func TestPagesKnowTheirParts(t *testing.T) {
	element := regexp.MustCompile(`(?s)<script (?:type="text/plain" )?id="(chainglass-[^"]*)">(.*?)</script>`)
	for name, text := range allForms(t) {
		want := map[string]string{}
		for _, match := range element.FindAllStringSubmatch(text, -1) {
			sum := sha256.Sum256([]byte(match[2]))
			want[match[1]] = hex.EncodeToString(sum[:])
		}
		var got config
		if err := json.Unmarshal([]byte(configPattern.FindStringSubmatch(text)[1]), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Parts); diff != "" || len(want) < 12 {
			t.Errorf("%s: %d parts (-want +got)\n%s", name, len(want), diff)
		}
	}
}

func TestSingleCarriesProgramAndData(t *testing.T) {
	content := bytes.Repeat([]byte("evidence"), 1000)
	page, err := someSite(t).Single(&Data{Name: `a"<b>.chain`, Content: bytes.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"chainglass-wasm": wasmText, "chainglass-data": string(content)} {
		pattern := regexp.MustCompile(`<script type="application/octet-stream" id="` + id + `" data-encoding="gzip"[^>]*>([^<]*)</script>`)
		match := pattern.FindSubmatch(page)
		if match == nil {
			t.Fatalf("no %s in the page", id)
		}
		packed, err := base64.StdEncoding.DecodeString(string(match[1]))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := unpack(packed)
		if err != nil {
			t.Fatal(err)
		}
		if string(plain) != want {
			t.Errorf("%s holds %d other bytes", id, len(plain))
		}
	}
	if !bytes.Contains(page, []byte(`data-name="a&#34;&lt;b&gt;.chain">`)) {
		t.Error("the data's name is missing, or not escaped")
	}
	if !bytes.Contains(page, []byte("<title>Chainglass</title>")) || bytes.Contains(page, []byte(`<section id="report">`+"\n")) {
		t.Error("a page without a title or report has one")
	}
}

// A long text is divided, so that a browser can show the page meanwhile.
func TestSingleDividesLongData(t *testing.T) {
	content := make([]byte, 7<<20)
	rand.NewChaCha8([32]byte{}).Read(content) // which nothing packs
	page, err := someSite(t).Single(&Data{Name: "long", Content: bytes.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	elements := regexp.MustCompile(`<script type="application/octet-stream" (?:id="chainglass-data"|data-of="chainglass-data")[^>]*>([^<]*)</script>`).FindAllSubmatch(page, -1)
	for _, element := range elements {
		text += string(element[1])
	}
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := unpack(packed); err != nil || !bytes.Equal(plain, content) || len(elements) != 3 {
		t.Errorf("%d elements hold %d other bytes, %v", len(elements), len(plain), err)
	}
}

// Browsers read a page of ASCII alone in a third of the time.
func TestPagesAreASCII(t *testing.T) {
	s := someSite(t)
	page, err := s.Single(&Data{Name: "Zürich", Title: "Vorfall → 節点", Fragment: "q=ü", Report: "<p>🜁 ü</p>", Content: strings.NewReader("x")})
	if err != nil {
		t.Fatal(err)
	}
	forms := allForms(t)
	forms["shared"] = string(page)
	for name, text := range forms {
		if i := strings.IndexFunc(text, isWide); i >= 0 {
			t.Errorf("%s has %q", name, text[i:min(i+20, len(text))])
		}
	}
	for _, want := range []string{`data-name="Z&#252;rich"`, "<title>Vorfall &#8594; &#31680;&#28857; &#183; Chainglass</title>", `data-fragment="q=&#252;"`, "<p>&#128769; &#252;</p>"} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("no %s in the page", want)
		}
	}
}

// What unpacks zstd is in the page if, and only if, the program is packed so.
func TestSingleCarriesWhatUnpacksIt(t *testing.T) {
	for _, c := range []struct {
		name string
		zstd []byte
		want []string // blocks, as the page names and packs them
	}{
		{"gzip", nil, []string{`chainglass-engine`, `chainglass-wasm" data-encoding="gzip`}},
		{"zstd", []byte("zstd"), []string{`chainglass-engine`, `chainglass-unzstd`, `chainglass-wasm" data-encoding="zstd`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := someProgram(t)
			p.WasmZstd = c.zstd
			s, err := New(p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			page, err := s.Single(nil)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			blocks := map[string]string{}
			for _, match := range blockPattern.FindAllStringSubmatch(string(page), -1) {
				names = append(names, match[1])
				blocks[match[1]] = match[2]
			}
			if diff := cmp.Diff(c.want, names); diff != "" {
				t.Errorf("blocks (-want +got)\n%s", diff)
			}
			if c.zstd == nil {
				return
			}
			if got, want := blocks[c.want[2]], base64.StdEncoding.EncodeToString(c.zstd); got != want {
				t.Errorf("the program is %q, want %q", got, want)
			}
			for _, want := range []string{"Copyright (c) 2020 Arjun Barrett", "new fzstd.Decompress("} {
				if !strings.Contains(blocks[c.want[1]], want) {
					t.Errorf("what unpacks it lacks %q", want)
				}
			}
		})
	}
}

var blockPattern = regexp.MustCompile(`(?s)<script type="(?:text/plain|application/octet-stream)" id="([^>]*)">(.*?)</script>`)

func TestSingleCarriesTitlePlaceAndReport(t *testing.T) {
	page, err := someSite(t).Single(&Data{
		Name: "x.chain", Content: strings.NewReader("evidence"),
		Title: "22 May: </title> & more", Fragment: `v1&q="a>b"`, Report: "<h1>What happened</h1>",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<title>22 May: &lt;/title&gt; &amp; more &#183; Chainglass</title>",
		` data-fragment="v1&amp;q=&#34;a&gt;b&#34;">`,
		"</script>\n<section id=\"report\">\n<h1>What happened</h1>\n</section><!--/chainglass:data-->",
	} {
		if !bytes.Contains(page, []byte(want)) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func readDir(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(content)
	}
	return files
}

func TestScriptsThatWouldEndTheirElementAreRefused(t *testing.T) {
	for _, text := range []string{`x = "</script>"`, `x = "</SCRIPT "`, "a <!-- b"} {
		p := someProgram(t)
		p.WasmExec = []byte(text)
		if _, err := New(p, Options{}); err == nil || !strings.Contains(err.Error(), "wasm_exec.js") {
			t.Errorf("%q: error %v, want one that names the script", text, err)
		}
	}
}

func TestReadProgram(t *testing.T) {
	wasm := &fstest.MapFile{Data: gzipped(t, wasmText)}
	loader := &fstest.MapFile{Data: []byte("loader")}
	brotli := &fstest.MapFile{Data: []byte("brotli")}
	zstd := &fstest.MapFile{Data: []byte("zstd")}
	for _, c := range []struct {
		name   string
		folder fstest.MapFS
		want   Program
		text   string // of the error
	}{
		{"nothing", fstest.MapFS{".gitignore": loader}, Program{}, "run make"},
		{"all", fstest.MapFS{wasmGzipName: wasm, wasmExecName: loader, wasmBrotliName: brotli, wasmZstdName: zstd},
			Program{wasm.Data, brotli.Data, zstd.Data, loader.Data}, ""},
		{"no brotli", fstest.MapFS{wasmGzipName: wasm, wasmExecName: loader, wasmZstdName: zstd},
			Program{wasm.Data, nil, zstd.Data, loader.Data}, ""},
		{"no zstd", fstest.MapFS{wasmGzipName: wasm, wasmExecName: loader, wasmBrotliName: brotli},
			Program{wasm.Data, brotli.Data, nil, loader.Data}, ""},
		{"no loader", fstest.MapFS{wasmGzipName: wasm}, Program{}, "half built"},
		{"not packed", fstest.MapFS{wasmGzipName: loader, wasmExecName: loader}, Program{}, "not a gzip file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ReadProgram(c.folder)
			if c.text != "" {
				if err == nil || !strings.Contains(err.Error(), c.text) {
					t.Errorf("error %v, want one with %q", err, c.text)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if _, err := ReadProgram(fstest.MapFS{}); !errors.Is(err, ErrNotBuilt) {
		t.Errorf("error %v, want ErrNotBuilt", err)
	}
}
