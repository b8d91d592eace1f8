package source

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// nameCoding says how the bytes of a name are to be read.
type nameCoding uint8

const (
	// asUTF8 is for names that are UTF-8, and for bytes of which nothing is known:
	// what is no UTF-8 in them is shown escaped.
	asUTF8 nameCoding = iota
	// codePage is for names in the code page of a zip, CP437.
	codePage
)

// storedName is the name of an entry as its archive has it.
type storedName struct {
	raw    string
	coding nameCoding
	// backslashes is true where a backslash separates folders.
	backslashes bool
}

// decode makes text of the bytes of a name.
func (c nameCoding) decode(raw string) string {
	switch {
	case isASCII(raw):
		return raw
	case c == codePage:
		return decodeCP437(raw)
	case utf8.ValidString(raw):
		return raw
	}
	return escapeBytes(raw, true)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// escapeBytes writes bytes beyond ASCII as \xff, or only those that are no UTF-8.
func escapeBytes(raw string, keepUTF8 bool) string {
	var b strings.Builder
	for len(raw) > 0 {
		r, n := utf8.DecodeRuneInString(raw)
		if r != utf8.RuneError || n > 1 {
			if r < utf8.RuneSelf || keepUTF8 {
				b.WriteString(raw[:n])
				raw = raw[n:]
				continue
			}
		}
		for range n {
			fmt.Fprintf(&b, `\x%02x`, raw[0])
			raw = raw[1:]
		}
	}
	return b.String()
}

// cp437 are the characters of the upper half of the code page.
var cp437 = [128]rune([]rune("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0"))

func decodeCP437(raw string) string {
	var b strings.Builder
	for i := range len(raw) {
		if c := raw[i]; c < utf8.RuneSelf {
			b.WriteByte(c)
		} else {
			b.WriteRune(cp437[c-utf8.RuneSelf])
		}
	}
	return b.String()
}

// nameTree gives paths to stored names so that two different ones never get the same:
// where decoding would make them equal, or leaving out what points outside the
// archive, the later one is changed. The zero tree is ready for use.
type nameTree struct{ root nameFolder }

type nameFolder struct {
	children map[nameKey]*nameFolder
	shown    string // in the path
	taken    map[string]bool
}

// nameKey is what tells the names in one folder apart.
type nameKey struct {
	outside string // before the first name: "/" or "../../"
	raw     string
	coding  nameCoding
}

// path returns a valid slash path for a name; leaves says what is wrong with a name that points outside the archive.
func (t *nameTree) path(s storedName) (clean, leaves string) {
	segments, outside := s.segments()
	at, parts := &t.root, make([]string, 0, len(segments))
	for _, segment := range segments {
		key := nameKey{outside, segment, s.coding}
		if isASCII(segment) {
			key.coding = asUTF8
		}
		outside = ""
		at = at.child(key, key.coding.decode(segment), escapeBytes(segment, false))
		parts = append(parts, at.shown)
	}
	if len(segments) == 0 {
		parts = append(parts, at.child(nameKey{raw: s.raw, coding: s.coding}, "no name", "no name").shown)
	}
	switch _, first := s.segments(); {
	case strings.HasPrefix(first, "/"):
		leaves = "a path from the root"
	case first != "":
		leaves = "a path that points outside the archive"
	}
	return strings.Join(parts, "/"), leaves
}

// segments splits a name into its folders and its own name. outside is what a name that
// leaves the archive begins with.
func (s storedName) segments() (segments []string, outside string) {
	raw := s.raw
	if s.backslashes {
		raw = strings.ReplaceAll(raw, `\`, "/")
	}
	if strings.HasPrefix(raw, "/") {
		outside = "/"
	}
	for segment := range strings.SplitSeq(raw, "/") {
		switch {
		case segment == "" || segment == ".":
		case segment != "..":
			segments = append(segments, segment)
		case len(segments) > 0:
			segments = segments[:len(segments)-1]
		case outside != "/":
			outside += "../"
		}
	}
	return segments, outside
}

// child returns the file or folder of a name, which is shown as it says, or escaped if
// another one is shown so.
func (f *nameFolder) child(key nameKey, shown, escaped string) *nameFolder {
	if child := f.children[key]; child != nil {
		return child
	}
	if f.children == nil {
		f.children, f.taken = map[nameKey]*nameFolder{}, map[string]bool{}
	}
	if f.taken[shown] {
		shown = escaped
	}
	free := shown
	for i := 2; f.taken[free]; i++ {
		free = fmt.Sprintf("%s (%d)", shown, i)
	}
	child := &nameFolder{shown: free}
	f.children[key], f.taken[free] = child, true
	return child
}
