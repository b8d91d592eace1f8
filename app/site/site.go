//go:build !js

package site

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"chainglass/app/output"
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
	// Brotli compresses what lies beside the program, which brings its own. Nil
	// leaves those forms out.
	Brotli func(content []byte) ([]byte, error)
}

// Site is the page in both forms, ready to be written or served.
type Site struct {
	parts   parts
	program Program
	options Options
	wasm    hostedFile
	// unpacked is the program as it runs: its size and its checksum.
	unpacked asset
	sample   hostedFile
}

// hostedFile is a file of the hosted page.
type hostedFile struct {
	name, mediaType string
	// plain is the content; nil if only the packed forms are kept.
	plain        []byte
	gzip, brotli []byte
	// fixed tells that the name is made of the content.
	fixed bool
}

// New makes the site of a program.
func New(p Program, o Options) (*Site, error) {
	parts, err := readParts(files(), p.WasmExec)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	wasm, err := unpack(p.WasmGzip)
	if err != nil {
		return nil, fmt.Errorf("page: %s: %w", wasmGzipName, err)
	}
	return &Site{
		parts:    parts,
		program:  p,
		options:  o,
		unpacked: asset{SizeBytes: int64(len(wasm)), SHA256: hexSHA256(wasm)},
		wasm: hostedFile{
			name:      contentName("chainglass", p.WasmGzip, ".wasm"),
			mediaType: "application/wasm",
			gzip:      p.WasmGzip,
			brotli:    p.WasmBrotli,
			fixed:     true,
		},
		sample: hostedFile{
			name:      contentName("incident", parts.sample, ".zip"),
			mediaType: "application/zip",
			plain:     parts.sample,
			fixed:     true,
		},
	}, nil
}

// config is the part that both forms share.
func (s *Site) config() config {
	return config{
		Version: s.options.Version,
		Wasm:    s.unpacked,
	}
}

// Index makes index.html for a server at a secret address. dataURL is the relative
// address of the index of served data, or "".
func (s *Site) Index(dataURL string) ([]byte, error) {
	return s.index(dataURL, false)
}

// index is Index; offline has the page work offline and be installable instead, at an
// address that is nobody's secret.
func (s *Site) index(dataURL string, offline bool) ([]byte, error) {
	c := s.config()
	if offline {
		c.Offline, c.Manifest = workerName, manifestName
	} else {
		c.Private = true
	}
	c.Wasm.URL = s.wasm.name
	c.Sample = &asset{Name: sampleName, URL: s.sample.name, SizeBytes: int64(len(s.parts.sample))}
	single, err := s.Single(nil)
	if err != nil {
		return nil, err
	}
	c.Page, c.PageBytes = SingleName, int64(len(single))
	c.Data = dataURL
	return s.parts.render(c, reach{"'self'", offline}, nil, pageTitle, "")
}

// Data is a file to put into a page.
type Data struct {
	// Name is what the page calls it.
	Name string
	// Content is the file, as it is. It is read once.
	Content io.Reader
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
	var b bytes.Buffer
	_, err := s.WriteSingle(&b, data)
	return b.Bytes(), err
}

// SingleSize is what takes how much of a page, in bytes.
type SingleSize struct{ Viewer, Data, Report int64 }

// dataEnd follows the place for data in the page.
const dataEnd = "<!--/chainglass:data-->"

// WriteSingle is Single for data of any size: it is packed while it is read and
// written, and never held as a whole.
func (s *Site) WriteSingle(w io.Writer, data *Data) (size SingleSize, err error) {
	title := pageTitle
	if data != nil && data.Title != "" {
		title = html.EscapeString(data.Title + " · " + pageTitle)
	}
	page, err := s.parts.render(s.config(), reach{fetch: "'none'"}, s.programBlocks(), title, "")
	if err != nil {
		return size, err
	}
	size.Viewer = int64(len(page))
	place := bytes.LastIndex(page, []byte(dataEnd))
	if _, err := w.Write(page[:place]); err != nil {
		return size, err
	}
	if data != nil {
		if size.Data, size.Report, err = data.write(w); err != nil {
			return size, err
		}
	}
	_, err = w.Write(page[place:])
	return size, err
}

// programBlocks carry the program inside the page. Packed with zstd it is a
// quarter smaller, but then the page brings what unpacks it.
func (s *Site) programBlocks() []block {
	const id = "chainglass-wasm"
	if s.program.WasmZstd == nil {
		return []block{inlineBlock(id, "gzip", s.program.WasmGzip)}
	}
	return []block{
		{ID: "chainglass-unzstd", Type: "text/plain", Text: s.parts.unzstd},
		inlineBlock(id, "zstd", s.program.WasmZstd),
	}
}

// elementText is how much text of the data one element carries. A parser that has
// begun a text reads it to its end, and the page stands still.
const elementText = 4 << 20

const (
	dataID   = "chainglass-data"
	dataType = "application/octet-stream"
)

// write writes the elements that web/intake.js looks for and the report;
// web/share.js writes them as well. It returns how many bytes both take.
func (d *Data) write(w io.Writer) (dataBytes, reportBytes int64, err error) {
	tag := fmt.Sprintf(`<script type="%s" id="%s" data-encoding="gzip" data-name="%s"`,
		dataType, dataID, htmlInASCII(html.EscapeString(d.Name)))
	if d.Fragment != "" {
		tag += fmt.Sprintf(` data-fragment="%s"`, htmlInASCII(html.EscapeString(d.Fragment)))
	}
	elements := &elementWriter{out: w}
	elements.raw(tag + ">")
	text := base64.NewEncoder(base64.StdEncoding, elements)
	if err := packData(text, d.Content); err != nil {
		return 0, 0, err
	}
	if err := text.Close(); err != nil {
		return 0, 0, err
	}
	if err := elements.raw("</script>"); err != nil || d.Report == "" {
		return elements.written, 0, err
	}
	n, err := io.WriteString(w, "\n<section id=\"report\">\n"+htmlInASCII(d.Report)+"\n</section>")
	return elements.written, int64(n), err
}

// elementWriter divides the text that goes through it into elements.
type elementWriter struct {
	out     io.Writer
	written int64
	// filled counts the text in the present element.
	filled int
	err    error
}

func (e *elementWriter) raw(text string) error {
	if e.err == nil {
		var n int
		n, e.err = io.WriteString(e.out, text)
		e.written += int64(n)
	}
	return e.err
}

// Write implements [io.Writer].
func (e *elementWriter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0 && e.err == nil; {
		if e.filled == elementText {
			_ = e.raw(fmt.Sprintf("</script>\n<script type=%q data-of=%q>", dataType, dataID))
			e.filled = 0
		}
		n := min(len(rest), elementText-e.filled)
		_ = e.raw(string(rest[:n]))
		e.filled += n
		rest = rest[n:]
	}
	return len(p), e.err
}

// Built tells what [Site.Build] wrote.
type Built struct {
	// Version is made of the content of all files.
	Version string
	// Files are their names in order, the packed forms included.
	Files []string
	// Bytes is the size of all files together.
	Bytes int64
}

// Build writes the page into a folder, which is made if it is missing: all that
// a web server needs below any prefix, and the one-file page, which opens from
// the folder as well. The packed forms lie beside what they are made of, for
// servers that know how to choose (".gz", ".br").
//
// Other files in the folder stay, but for packed forms of an earlier page that
// this one has not. What has its content in its name comes first and what refers
// to it last, so that whoever loads the page meanwhile gets one that works.
func (s *Site) Build(ctx context.Context, dir string) (Built, error) {
	files, version, err := s.builtFiles()
	if err != nil {
		return Built{}, err
	}
	built := Built{Version: version}
	var stale []string
	err = output.Into(ctx, dir, func(ctx context.Context, dir string) ([]string, error) {
		for _, f := range inOrderOfUse(files) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if f, err = s.compress(f); err != nil {
				return nil, err
			}
			for _, form := range []struct {
				suffix  string
				content []byte
			}{{".br", f.brotli}, {".gz", f.gzip}, {"", f.plain}} {
				if form.content == nil {
					stale = append(stale, f.name+form.suffix)
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, f.name+form.suffix), form.content, 0o666); err != nil {
					return nil, err
				}
				built.Files = append(built.Files, f.name+form.suffix)
				built.Bytes += int64(len(form.content))
			}
		}
		return built.Files, nil
	})
	if err != nil {
		return Built{}, err
	}
	for _, name := range stale {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Built{}, err
		}
	}
	slices.Sort(built.Files)
	return built, nil
}

// inOrderOfUse puts what refers to other files behind them: the page, then the
// service worker, which knows them all.
func inOrderOfUse(files []hostedFile) []hostedFile {
	place := map[string]int{indexName: 1, workerName: 2}
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b hostedFile) int { return place[a.name] - place[b.name] })
	return files
}

// builtFiles are the files of the hosted page, plain, the service worker last.
func (s *Site) builtFiles() (files []hostedFile, version string, err error) {
	index, err := s.index("", true)
	if err != nil {
		return nil, "", err
	}
	single, err := s.Single(nil)
	if err != nil {
		return nil, "", err
	}
	wasm := s.wasm
	if wasm.plain, err = unpack(wasm.gzip); err != nil {
		return nil, "", err
	}
	manifest, err := manifestFile(s.parts.icons)
	if err != nil {
		return nil, "", err
	}
	files = append([]hostedFile{
		{name: indexName, mediaType: htmlMediaType, plain: index},
		wasm, s.sample, manifest,
		{name: SingleName, mediaType: htmlMediaType, plain: single},
	}, s.parts.icons...)
	worker, version, err := s.workerFile(files)
	return append(files, worker), version, err
}

const htmlMediaType = "text/html; charset=utf-8"

// indexFile is index.html for a server that has data, with its packed form.
func (s *Site) indexFile(dataURL string) (hostedFile, error) {
	index, err := s.Index(dataURL)
	if err != nil {
		return hostedFile{}, err
	}
	packed, err := pack(index)
	return hostedFile{name: indexName, mediaType: htmlMediaType, plain: index, gzip: packed}, err
}
