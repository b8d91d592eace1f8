//go:build !js

package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	kgzip "github.com/klauspost/compress/gzip"
)

// Names of the two forms.
const (
	indexName  = "index.html"
	SingleName = "chainglass.html" // the page as one file
)

// Options of a [Site].
type Options struct {
	// Version is shown on the page and written into it.
	Version string
}

// Site is the page in both forms, ready to be written or served.
type Site struct {
	parts   parts
	program Program
	options Options
	wasm    hostedFile
	sample  hostedFile
}

// hostedFile is a file beside index.html. Its name is made of its content.
type hostedFile struct {
	name, mediaType string
	// plain is the content; nil if only the packed forms are kept.
	plain        []byte
	gzip, brotli []byte
}

// New makes the site of a program.
func New(p Program, o Options) (*Site, error) {
	parts, err := readParts(files(), p.WasmExec)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	return &Site{
		parts:   parts,
		program: p,
		options: o,
		wasm: hostedFile{
			name:      contentName("chainglass", p.WasmGzip, ".wasm"),
			mediaType: "application/wasm",
			gzip:      p.WasmGzip,
			brotli:    p.WasmBrotli,
		},
		sample: hostedFile{
			name:      contentName("incident", parts.sample, ".zip"),
			mediaType: "application/zip",
			plain:     parts.sample,
		},
	}, nil
}

// config is the part that both forms share.
func (s *Site) config() config {
	return config{
		Version: s.options.Version,
		Wasm:    asset{SizeBytes: s.program.wasmBytes()},
	}
}

// Index makes index.html. dataURL is the relative address of the index of
// served data, or "".
func (s *Site) Index(dataURL string) ([]byte, error) {
	c := s.config()
	c.Wasm.URL = s.wasm.name
	c.Sample = &asset{Name: sampleName, URL: s.sample.name, SizeBytes: int64(len(s.parts.sample))}
	c.Page = SingleName
	c.Data = dataURL
	return s.parts.render(c, "'self'", nil, pageTitle, "")
}

// Data is a file to put into a page.
type Data struct {
	// Name is what the page calls it.
	Name string
	// Content is the file, as it is.
	Content []byte
	// Title is shown by the browser; it may be empty.
	Title string
	// Fragment is the place the page opens at, escaped as in an address and
	// without "#"; it may be empty.
	Fragment string
	// Report is HTML, made by package report: what the page shows where it cannot
	// run. It may be empty.
	Report string
}

// pageTitle is the title of a page without one of its own.
const pageTitle = "Chainglass"

// Single makes the page as one file, with data in it unless data is nil.
func (s *Site) Single(data *Data) ([]byte, error) {
	title, carried := pageTitle, ""
	if data != nil {
		var err error
		if carried, err = data.elements(); err != nil {
			return nil, err
		}
		if data.Title != "" {
			title = html.EscapeString(data.Title + " · " + pageTitle)
		}
	}
	return s.parts.render(s.config(), "'none'", []block{
		inlineBlock("chainglass-wasm", "gzip", s.program.WasmGzip),
	}, title, carried)
}

// elements are the element that web/intake.js looks for and the report;
// web/share.js writes them as well.
func (d *Data) elements() (string, error) {
	packed, err := pack(d.Content)
	if err != nil {
		return "", err
	}
	block := inlineBlock("chainglass-data", "gzip", packed)
	var b strings.Builder
	fmt.Fprintf(&b, `<script type="%s" id="%s" data-encoding="%s" data-name="%s"`,
		block.Type, block.ID, block.Encoding, html.EscapeString(d.Name))
	if d.Fragment != "" {
		fmt.Fprintf(&b, ` data-fragment="%s"`, html.EscapeString(d.Fragment))
	}
	b.WriteString(">" + block.Text + "</script>")
	if d.Report != "" {
		b.WriteString("\n<section id=\"report\">\n" + d.Report + "\n</section>")
	}
	return b.String(), nil
}

// pack compresses with gzip. The same content always gives the same bytes.
func pack(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := kgzip.NewWriterLevel(&b, kgzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// Build writes both forms into a folder, which is made if it is missing. Other
// files there stay. The packed forms lie beside what they are made of, for
// servers that know how to choose (".gz", ".br").
func (s *Site) Build(dir string) error {
	written, err := s.builtFiles()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range written {
		for suffix, content := range map[string][]byte{"": f.plain, ".gz": f.gzip, ".br": f.brotli} {
			if content == nil {
				continue
			}
			if err := os.WriteFile(filepath.Join(dir, f.name+suffix), content, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Site) builtFiles() ([]hostedFile, error) {
	index, err := s.indexFile("")
	if err != nil {
		return nil, err
	}
	single, err := s.Single(nil)
	if err != nil {
		return nil, err
	}
	wasm := s.wasm
	if wasm.plain, err = unpack(wasm.gzip); err != nil {
		return nil, err
	}
	return slices.Concat([]hostedFile{index, wasm, s.sample}, []hostedFile{{name: SingleName, plain: single}}), nil
}

// indexFile is index.html with its packed form.
func (s *Site) indexFile(dataURL string) (hostedFile, error) {
	index, err := s.Index(dataURL)
	if err != nil {
		return hostedFile{}, err
	}
	packed, err := pack(index)
	return hostedFile{name: indexName, mediaType: "text/html; charset=utf-8", plain: index, gzip: packed}, err
}
