//go:build !js

package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"chainglass/web"
)

// sampleName is the sample's file name, as the page shows it.
const sampleName = "incident.zip"

// script is a script element.
type script struct{ ID, Text string }

// block is a script element that the browser does not run: it carries text.
type block struct{ ID, Type, Encoding, Text string }

// config is what the page's scripts read before anything else.
type config struct {
	Version string `json:"version"`
	Wasm    asset  `json:"wasm"`
	// Parts are the SHA-256 in hex of the text of every script and of what runs in
	// workers, by the id of the element: a page looks at itself before it starts.
	Parts map[string]string `json:"parts"`
	// Sample is missing in the one-file page, of which it would be a third.
	Sample *asset `json:"sample,omitempty"`
	// Page is the address of the one-file page, or "" in that page itself, and
	// PageBytes its size.
	Page      string `json:"page,omitempty"`
	PageBytes int64  `json:"page_bytes,omitempty"`
	// Data is the address of the index of served data, or "".
	Data string `json:"data,omitempty"`
	// Private is true where the address of the page is a secret, so that no link may
	// hold it.
	Private bool `json:"private,omitempty"`
	// Offline is the address of the service worker, or "" where there is none;
	// Manifest is that of the manifest.
	Offline  string `json:"offline,omitempty"`
	Manifest string `json:"manifest,omitempty"`
}

// asset is something large. Without an address it lies inside the page.
type asset struct {
	Name      string `json:"name,omitempty"`
	URL       string `json:"url,omitempty"`
	SizeBytes int64  `json:"size"`
	// SHA256 is the checksum of the program, in hex.
	SHA256 string `json:"sha256,omitempty"`
}

// page is what the template shows. Everything in it goes into the page as it
// is.
type page struct {
	Policy, Generator, Title, Icon, Style, Config, Data, Boot string
	First                                                     script
	Scripts                                                   []script
	Blocks                                                    []block
}

// parts are the files of web/ and the loader, read once for all forms.
type parts struct {
	template *template.Template
	style    string
	icon     string
	first    script   // runs before all others and before the style
	scripts  []script // run in this order
	engine   string   // the worker's script, as text
	unzstd   string   // the script of the worker that unpacks the program, as text
	boot     string   // the last script
	offline  string   // the service worker's script, which lies beside the page
	icons    []hostedFile
	sample   []byte
}

// pageScripts run before the boot script, in this order.
var pageScripts = []string{"run.js", "checksum.js", "page.js", "watch.js", "bytes.js", "intake.js", "notices.js", "address.js", "hosted.js", "share.js"}

func readParts(files fs.FS, wasmExec []byte) (parts, error) {
	r := partReader{files: files}
	p := parts{
		style:   r.styles("tokens.css", "base.css"),
		icon:    "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(r.text("icon.svg"))),
		first:   script{"chainglass-fault", r.script("fault.js")},
		engine:  r.script("worker.js") + r.script("engine.js") + r.script("helpers.js") + r.script("helper.js"),
		unzstd:  r.script("vendor/fzstd.js") + r.script("unzstd.js"),
		boot:    r.script("boot.js"),
		offline: r.text("offline.js"),
		sample:  []byte(r.text("sample/" + sampleName)),
	}
	p.scripts = append(p.scripts, script{"chainglass-exec", r.checked("wasm_exec.js", string(wasmExec))})
	for _, name := range pageScripts {
		p.scripts = append(p.scripts, script{"chainglass-" + strings.TrimSuffix(name, ".js"), r.script(name)})
	}
	text := r.text("page.html")
	if r.err != nil {
		return parts{}, r.err
	}
	var err error
	if p.icons, err = iconFiles(files); err != nil {
		return parts{}, err
	}
	p.template, err = template.New("page.html").Parse(text)
	return p, err
}

// partReader reads the parts of the page; its first error stays.
type partReader struct {
	files fs.FS
	err   error
}

func (r *partReader) text(name string) string {
	b, err := fs.ReadFile(r.files, name)
	if err != nil && r.err == nil {
		r.err = err
	}
	return string(b)
}

func (r *partReader) script(name string) string { return r.checked(name, r.text(name)) }

// checked refuses text that would end or change a script element from inside.
func (r *partReader) checked(name, text string) string {
	lower := strings.ToLower(text)
	for _, forbidden := range []string{"</script", "<!--"} {
		if strings.Contains(lower, forbidden) && r.err == nil {
			r.err = fmt.Errorf("%s: %q cannot stand in an inline script", name, forbidden)
		}
	}
	return inASCII(text, `\u{%x}`)
}

// inASCII writes other characters as escapes of the language that text is in. A
// single one makes browsers keep megabytes of a page in two bytes a character, and
// take three times as long to read it.
func inASCII(text, escape string) string {
	if strings.IndexFunc(text, isWide) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isWide(r) {
			fmt.Fprintf(&b, escape, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isWide(r rune) bool { return r > unicode.MaxASCII }

// htmlInASCII is inASCII for text and attributes of HTML.
func htmlInASCII(text string) string { return inASCII(text, "&#%d;") }

// styles joins all style sheets, those named first.
func (r *partReader) styles(first ...string) string {
	names, err := fs.Glob(r.files, "*.css")
	if err != nil && r.err == nil {
		r.err = err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return slices.Contains(first, name) })
	var b strings.Builder
	for _, name := range append(first, names...) {
		b.WriteString(r.text(name))
	}
	if strings.Contains(strings.ToLower(b.String()), "</style") && r.err == nil {
		r.err = fmt.Errorf("a style sheet ends its own element")
	}
	return inASCII(b.String(), `\%x `)
}

// reach is what a form of the page may get besides what lies in it.
type reach struct {
	// fetch is the policy's source of what may be fetched.
	fetch string
	// offline allows the service worker and the manifest beside the page.
	offline bool
}

// render makes one form of the page. title and data are HTML.
func (p parts) render(c config, may reach, blocks []block, title, data string) ([]byte, error) {
	blocks = append([]block{{ID: "chainglass-engine", Type: "text/plain", Text: p.engine}}, blocks...)
	c.Parts = p.checksums(blocks)
	configText, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = p.template.Execute(&b, page{
		Policy:    p.policy(may),
		Generator: html.EscapeString("Chainglass " + c.Version),
		Title:     htmlInASCII(title),
		Icon:      p.icon,
		Style:     p.style,
		Config:    string(configText),
		First:     p.first,
		Scripts:   p.scripts,
		Blocks:    blocks,
		Data:      data,
		Boot:      p.boot,
	})
	return b.Bytes(), err
}

// bootID is the element of the last script.
const bootID = "chainglass-boot"

// checksums are those of the scripts and of the blocks that hold one.
func (p parts) checksums(blocks []block) map[string]string {
	sums := map[string]string{p.first.ID: hexSHA256(p.first.Text), bootID: hexSHA256(p.boot)}
	for _, s := range p.scripts {
		sums[s.ID] = hexSHA256(s.Text)
	}
	for _, b := range blocks {
		if b.Encoding == "" {
			sums[b.ID] = hexSHA256(b.Text)
		}
	}
	return sums
}

func hexSHA256[T string | []byte](content T) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// policy allows the page's own scripts and style by their hashes, compiling
// wasm, the worker, images made by the page, what may be reached, and nothing
// else.
func (p parts) policy(may reach) string {
	hashes := []string{sourceHash(p.first.Text)}
	for _, s := range p.scripts {
		hashes = append(hashes, sourceHash(s.Text))
	}
	hashes = append(hashes, sourceHash(p.boot))
	workers, images, manifests := "blob:", "data: blob:", "'none'"
	if may.offline {
		// The icons that the manifest names count as images of the page.
		workers, images, manifests = "'self' blob:", "'self' data: blob:", "'self'"
	}
	return strings.Join([]string{
		"default-src 'none'",
		"script-src " + strings.Join(hashes, " ") + " 'wasm-unsafe-eval'",
		"worker-src " + workers,
		"style-src " + sourceHash(p.style),
		"img-src " + images,
		"manifest-src " + manifests,
		"connect-src " + may.fetch,
		"base-uri 'none'",
		"form-action 'none'",
		// Peers are no fetch, and a browser that does not know this word says so in
		// its console and goes on.
		"webrtc 'block'",
	}, "; ")
}

func sourceHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// inlineBlock carries bytes as text. encoding says how the bytes are packed,
// "gzip", "zstd" or "".
func inlineBlock(id, encoding string, content []byte) block {
	return block{
		ID:       id,
		Type:     "application/octet-stream",
		Encoding: encoding,
		Text:     base64.StdEncoding.EncodeToString(content),
	}
}

// files returns the files of web/.
func files() fs.FS { return web.Files }
