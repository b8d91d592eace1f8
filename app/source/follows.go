package source

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"chainglass/wire/postcard"
)

// maxFollowing bounds how many archives are opened that lie one behind the other in a file.
const maxFollowing = 1000

// path is the path of the file of c, also where c is what follows something in it.
func (c *candidate) path() string { return strings.TrimSuffix(c.origin, c.after) }

// follows opens what follows an archive in its file, from an offset on, as a file of its
// own, whose offsets count from there. Zeros are padding. What is nothing known is told.
// The error is that of the context.
func (x *explorer) follows(c *candidate, from int64, what string) error {
	at, err := skipZeros(c.r, from, c.size)
	if err != nil {
		x.set.problem(unreadable(c.origin, err))
		return nil
	}
	if at == c.size {
		return nil
	}
	opened, err := x.openFrom(c, at, c.size)
	if err == nil && !opened && !x.isFormEnd(c, at, c.size) {
		x.lostBytes(c, at, c.size, "bytes after "+what, " are nothing that is known")
	}
	return err
}

// formEndBytes bounds the line that ends a form: a boundary of at most 70 characters, four
// hyphens and the ends of lines.
const formEndBytes = 80

// isFormEnd tells of a range that is the line after the last part of a form, with which an
// upload that was saved as it came ends. It is known to be no part of the file.
func (x *explorer) isFormEnd(c *candidate, from, to int64) bool {
	b := make([]byte, min(to-from, formEndBytes+1))
	if len(b) > formEndBytes || readFull(c.r, b, from) != nil {
		return false
	}
	line := strings.Trim(string(b), "\r\n")
	boundary := strings.TrimSuffix(strings.TrimPrefix(line, "--"), "--")
	if len(line)-len(boundary) != 4 || boundary == "" || !isText(b) || strings.ContainsAny(line, " \t\r\n") {
		return false
	}
	x.set.problem(Problem{
		Level: LevelNote, Path: c.origin, Offset: postcard.Some(from), Title: "the end of a form behind the file",
		Detail: plural(to-from, "byte") + ", " + quoted(line) + ", with which a browser ends an upload; they are no part of it",
	})
	return true
}

// insideOf is what a part of c lies in. It is never nil: a part cannot be opened again by
// the path of its file alone.
func (c *candidate) insideOf() []watchedFile { return append([]watchedFile{}, c.watched()...) }

// openFrom opens a range of a file if it begins like a file of its own.
func (x *explorer) openFrom(c *candidate, from, to int64) (opened bool, err error) {
	if c.following >= maxFollowing || x.budget.countFile() != nil {
		return false, nil
	}
	part := *c
	part.inside = c.insideOf()
	part.r, part.size = io.NewSectionReader(c.r, from, to-from), to-from
	part.start = c.start + from
	part.after = fmt.Sprintf("#%d", part.start)
	part.origin = c.path() + part.after
	part.following++
	if part.head, err = readHead(part.r, part.size); err != nil {
		x.set.problem(unreadable(c.origin, err))
		return true, nil
	}
	for _, f := range embeddedFormats() {
		if f.fits(part.head, part.size) {
			err := f.open(x, &part)
			c.keep = c.keep || part.keep
			return true, err
		}
	}
	return false, nil
}

// httpHeader begins what a program saved of the answer of a server, header and all.
const httpHeader = "HTTP/"

// openBehind opens what begins behind something that is none of ours: the body of an
// answer that was saved with its header, a zip at the end of a file.
func (x *explorer) openBehind(c *candidate) (opened bool, err error) {
	if bytes.HasPrefix(c.head, []byte(httpHeader)) {
		if end := bytes.Index(c.head, []byte("\r\n\r\n")); end >= 0 {
			body := int64(end + 4)
			if opened, err = x.openFrom(c, body, c.size); opened && err == nil {
				x.set.problem(Problem{
					Level: LevelNote, Path: c.origin, Title: "the answer of a server, with its header",
					Detail: "the first " + plural(body, "byte") + " are the header; what follows is used",
				})
			}
			return opened, err
		}
	}
	for _, s := range foreignSignatures {
		if strings.HasPrefix(string(c.head), s.magic) && !unpacksItself(s) {
			return false, nil
		}
	}
	z := &zipFile{r: c.r, size: c.size}
	if _, found, err := z.findEnd(zipCommentBytes); err != nil || !found {
		return false, nil // it is told as what it is
	}
	return true, x.openZip(c)
}

// unpacksItself reports whether files of a kind may have an archive at their end.
func unpacksItself(s signature) bool { return s.magic == "MZ" || s.magic == "\x7fELF" }

// embeddedFormats are those that are known by how they begin, wherever that is.
func embeddedFormats() []format {
	return append(magicFormats(), format{isJSONHead, (*explorer).openText})
}
