package source

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
)

// A page made by Chainglass carries what it shows in a script element that no
// browser runs:
//
//	<script type="application/octet-stream" id="chainglass-data" ...>H4sIAAAA...</script>
//	<script type="application/octet-stream" data-of="chainglass-data">AAAA...</script>
//
// base64 of gzip of a chain export, or of an archive. What is long goes on in
// further elements.
const (
	pageMarker     = `id="chainglass-data"`
	pageMoreMarker = ` data-of="chainglass-data"`
	pageElement    = "<script"
	pageElementEnd = "</script>"
	// pageTagBytes is the longest tag that is believed: it holds the place that the
	// page opens at, of which a query can be a part.
	pageTagBytes = 64 << 10
	// pageTagsBytes is the most there is between two elements with data.
	pageTagsBytes = 256
)

// Page is a page that carried what was found.
type Page struct {
	// Origin is its path.
	Origin string
	// Fragment is the place that it opens at, escaped as in an address and then as
	// in HTML; empty for none.
	Fragment string
}

// pageFragment reads the place out of the tag that ends before start.
func pageFragment(c *candidate, start int64) string {
	from := max(start-pageTagBytes, 0)
	tag := make([]byte, start-from)
	if n, err := c.r.ReadAt(tag, from); n < len(tag) && err != nil {
		return ""
	}
	_, after, found := bytes.Cut(tag[max(bytes.LastIndex(tag, []byte(pageElement)), 0):], []byte(` data-fragment="`))
	fragment, _, ends := bytes.Cut(after, []byte(`"`))
	if !found || !ends {
		return ""
	}
	return string(fragment)
}

func isPage(head []byte, _ int64) bool {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8BOM)), " \n\r\t"))
	for bytes.HasPrefix(text, []byte("<!--")) {
		_, after, found := bytes.Cut(text, []byte("-->"))
		if !found {
			return true
		}
		text = bytes.TrimLeft(after, " \n\r\t")
	}
	return bytes.HasPrefix(text, []byte("<!doctype html")) || bytes.HasPrefix(text, []byte("<html"))
}

// openPage lifts the data out of a page and opens it.
func (x *explorer) openPage(c *candidate) error {
	if x.tooDeep(c) {
		return nil
	}
	start, err := x.findPageData(c)
	if err != nil {
		return x.pageProblem(c, err)
	}
	if start < 0 {
		x.set.problem(Problem{
			Level: LevelUnrecognised, Path: c.origin, Title: "a page without chains",
			Detail: plural(c.size, "byte") + " of HTML in which no element has " + pageMarker,
			Advice: "Open a page that was shared from Chainglass, or the files themselves",
		})
		return nil
	}
	x.set.Pages = append(x.set.Pages, Page{Origin: c.origin, Fragment: pageFragment(c, start)})
	r, err := pageContent(c, start)
	if err != nil {
		return x.pageProblem(c, err)
	}
	content, err := x.inflate(r, c.size, c.origin)
	if err != nil && (content == nil || content.size == 0) {
		return x.pageProblem(c, err)
	}
	if err != nil {
		x.set.problem(Problem{
			Level: LevelWarning, Path: c.origin, Offset: c.cutAt(err), Title: "a damaged page", Err: err,
			Detail: fmt.Sprintf("%v; the first %s of its data are used", err, plural(content.size, "byte")),
			Advice: "Copy or download the page again; it is most likely cut",
		})
	}
	x.changedWhileRead(c)
	return x.openContent(c, content, "chainglass-data", nil)
}

// pageProblem tells why there is nothing to get from a page. It passes on the
// error of the context.
func (x *explorer) pageProblem(c *candidate, err error) error {
	if ctxErr := x.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if limit, ok := asLimit(err); ok {
		x.set.problem(exceeded(c.origin, limit))
		return nil
	}
	return x.notAnArchive(c, "page", err)
}

// findPageData returns the offset of the data in a page, -1 if it has none.
func (x *explorer) findPageData(c *candidate) (int64, error) {
	buf := make([]byte, scanChunkBytes+pageTagBytes)
	for base := int64(0); base < c.size; base += scanChunkBytes {
		if err := x.ctx.Err(); err != nil {
			return 0, err
		}
		n, err := c.r.ReadAt(buf[:min(c.size-base, int64(len(buf)))], base)
		if err != nil && err != io.EOF {
			return 0, err
		}
		if at := findTagEnd(buf[:n]); at >= 0 {
			return base + int64(at), nil
		}
		x.progress(c.origin, int64(min(n, scanChunkBytes)))
	}
	return -1, nil
}

// findTagEnd returns where the data begins behind a script tag with the marker,
// or -1. A mention of the marker that is no such tag, as in the page's own
// program, does not count.
func findTagEnd(text []byte) int {
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(pageMarker))
		if i < 0 {
			return -1
		}
		at := from + i
		from = at + len(pageMarker)
		open := bytes.LastIndex(text[max(at-pageTagBytes, 0):at], []byte(pageElement))
		if open < 0 || bytes.IndexByte(text[max(at-pageTagBytes, 0)+open:at], '>') >= 0 {
			continue
		}
		if end := bytes.IndexByte(text[from:], '>'); end >= 0 && end < pageTagBytes && !endsString(text[from+end+1:]) {
			return from + end + 1
		}
	}
}

// endsString reports whether what follows a tag ends a string in a program. The
// program that makes pages spells the tag out, and is itself part of every page.
func endsString(text []byte) bool {
	text = bytes.TrimLeft(text, " \n\r\t")
	return len(text) > 0 && bytes.IndexByte([]byte("`'\""), text[0]) >= 0
}

// pageContent undoes what packed the data that begins at start.
func pageContent(c *candidate, start int64) (io.Reader, error) {
	text := bufio.NewReaderSize(&pageText{r: throughOnce(io.NewSectionReader(c.r, start, c.size-start), c.size-start)}, windowBytes)
	packed := bufio.NewReaderSize(base64.NewDecoder(base64.StdEncoding, text), windowBytes)
	magic, err := packed.Peek(3)
	if err != nil {
		return nil, err
	}
	if !isGzip(magic, 0) {
		return packed, nil
	}
	return gzip.NewReader(packed)
}

// pageText is the text of the elements with the data, without its spaces.
type pageText struct{ r *bufio.Reader }

func (t *pageText) Read(p []byte) (n int, err error) {
	for n == 0 && len(p) > 0 {
		if _, err := t.r.Peek(1); err != nil {
			return 0, err
		}
		text, _ := t.r.Peek(min(t.r.Buffered(), len(p)))
		end := bytes.IndexByte(text, '<')
		if end == 0 {
			if !t.goesOn() {
				return 0, io.EOF
			}
			continue
		}
		if end > 0 {
			text = text[:end]
		}
		n = len(dropSpaces(p[:copy(p, text)]))
		_, _ = t.r.Discard(len(text))
	}
	return n, nil
}

// goesOn reports whether another element follows the end of one, and goes there.
func (t *pageText) goesOn() bool {
	tags, _ := t.r.Peek(pageTagsBytes)
	after, ended := bytes.CutPrefix(tags, []byte(pageElementEnd))
	after = bytes.TrimLeft(after, " \n\r\t")
	size := bytes.IndexByte(after, '>') + 1
	if !ended || size == 0 || !bytes.HasPrefix(after, []byte(pageElement)) || !bytes.Contains(after[:size], []byte(pageMoreMarker)) {
		return false
	}
	_, _ = t.r.Discard(len(tags) - len(after) + size)
	return true
}

func dropSpaces(b []byte) []byte {
	kept := b[:0]
	for _, c := range b {
		if !isSpace(c) {
			kept = append(kept, c)
		}
	}
	return kept
}
