package source

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"chainglass/wire/postcard"
)

// Level ranks problems.
type Level uint8

// The levels.
const (
	// LevelNote: nothing is missing, but it should be known.
	LevelNote Level = iota
	// LevelUnrecognised: a file of no kind that can be opened. It is none of ours,
	// so nothing is missing.
	LevelUnrecognised
	// LevelWarning: a part of something of ours could not be used.
	LevelWarning
	// LevelError: something of ours could not be used at all.
	LevelError

	levels // count
)

var levelNames = [levels]string{"note", "unrecognised", "warning", "error"}

// String returns the lower-case name.
func (l Level) String() string {
	if l < levels {
		return levelNames[l]
	}
	return fmt.Sprintf("Level(%#02x)", uint8(l))
}

// Damage reports whether problems of the level mean that something is damaged or
// missing.
func (l Level) Damage() bool { return l >= LevelWarning }

// Problem is something that could not be used, or not wholly.
type Problem struct {
	// Level ranks it.
	Level Level
	// Path is where it is, inside what was opened; empty if that is all of it.
	Path string
	// Offset is the byte of the file at which it is, where there is one. Offsets
	// count from the start of the file, or of its inflated content inside an archive.
	Offset postcard.Option[int64]
	// Title says what is wrong in a few words, Detail what is known about it and
	// Advice what can be done. Detail and Advice may be empty.
	Title, Detail, Advice string
	// Err is the cause, for errors.Is and errors.As; often nil.
	Err error
}

// String returns the problem as one line.
func (p Problem) String() string {
	var b strings.Builder
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Title)
	if at, known := p.Offset.Get(); known {
		b.WriteString(" at byte " + grouped(at))
	}
	if p.Detail != "" {
		b.WriteString(": " + p.Detail)
	}
	if p.Advice != "" {
		b.WriteString(". " + p.Advice)
	}
	return b.String() + "."
}

// ProblemCounts counts problems by level.
type ProblemCounts [levels]int

// Damaged counts the problems that mean that something is damaged or missing.
func (c ProblemCounts) Damaged() int { return c[LevelWarning] + c[LevelError] }

// Others counts the problems without damage.
func (c ProblemCounts) Others() int { return c[LevelNote] + c[LevelUnrecognised] }

// problem records p, or counts it if there are too many of its sort: files that are
// none of ours take no place from those that are damaged.
func (s *Set) problem(p Problem) {
	told := &s.told.others
	if p.Level.Damage() {
		told = &s.told.damaged
	}
	if *told >= MaxProblems {
		s.MoreProblems[p.Level]++
		return
	}
	*told++
	s.Problems = append(s.Problems, p)
}

// Unrecognised counts the files of no kind that can be opened, told or not.
func (s *Set) Unrecognised() int {
	n := s.MoreProblems[LevelUnrecognised]
	for i := range s.Problems {
		if s.Problems[i].Level == LevelUnrecognised {
			n++
		}
	}
	return n
}

// unreadable is the problem of a file that the system does not hand out.
func unreadable(origin string, err error) Problem {
	if isExhausted(err) {
		return exhausted(origin, err)
	}
	return Problem{
		Level: LevelError, Path: origin, Err: err,
		Title:  "cannot be read",
		Detail: err.Error(),
		Advice: "Check that the file still exists and may be read, then open it again",
	}
}

// leftOut is the problem of what lies in a folder and is not opened.
func leftOut(origin, reason string) Problem {
	return Problem{Level: LevelNote, Path: origin, Title: "left out", Detail: reason}
}

// exceeded is the problem of something that is beyond a limit.
func exceeded(origin string, err *LimitError) Problem {
	return Problem{
		Level: LevelError, Path: origin, Err: err,
		Title:  "too much to open",
		Detail: err.Error(),
		Advice: "Unpack the archive and open the folders of interest one by one",
	}
}

// asLimit returns err as a *[LimitError] if it is one.
func asLimit(err error) (*LimitError, bool) {
	var limit *LimitError
	return limit, errors.As(err, &limit)
}

// signature is how a kind of file that is not ours begins.
type signature struct {
	magic  string
	name   string
	advice string
}

const repack = "Pack it as zip or tar.gz instead, or unpack it and open the folder"

// foreignSignatures are told by name, so that a person sees what was dropped.
var foreignSignatures = [...]signature{
	{"\xfd7zXZ\x00", "an xz archive", repack},
	{"BZh", "a bzip2 archive", repack},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", repack},
	{"Rar!\x1a\x07", "a RAR archive", repack},
	{"\x04\x22\x4d\x18", "an LZ4 file", repack},
	{"SQLite format 3\x00", "an SQLite database", ""},
	{"\x7fELF", "a program", ""},
	{"MZ", "a Windows program", ""},
	{"\x00asm", "a WebAssembly module", ""},
	{"%PDF", "a PDF document", ""},
	{"\x89PNG", "a picture", ""},
	{"\xff\xd8\xff", "a picture", ""},
	{"GIF8", "a picture", ""},
	{"REDM", "a channel's manifest without its channel", "Open the folder it came from"},
	{"\xd9\xd9\xf7", "a CBOR file, but no chain export", ""},
}

const generalAdvice = "Open a node's storage folder, an archive of one, a chain export, or JSON records"

// unrecognised is the problem of a file of no known kind.
func unrecognised(origin string, head []byte, size int64) Problem {
	p := Problem{
		Level: LevelUnrecognised, Path: origin,
		Title:  "not recognised",
		Detail: describe(head, size),
		Advice: generalAdvice,
	}
	for _, s := range foreignSignatures {
		if strings.HasPrefix(string(head), s.magic) {
			p.Detail += ": " + s.name
			if s.advice != "" {
				p.Advice = s.advice
			}
			return p
		}
	}
	return p
}

// describe says how large a file is and how it begins.
func describe(head []byte, size int64) string {
	if isText(head) {
		line, _, _ := strings.Cut(strings.TrimSpace(string(head)), "\n")
		return fmt.Sprintf("%s of text that begin with %s", plural(size, "byte"), quoted(line))
	}
	return fmt.Sprintf("%s that begin with % x", plural(size, "byte"), head[:min(len(head), 8)])
}

// quotedBytes is how much of a file's text is shown.
const quotedBytes = 60

// quoted shows text with nothing invisible left in it.
func quoted(text string) string {
	if len(text) <= quotedBytes {
		return strconv.Quote(text)
	}
	cut := quotedBytes
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strconv.Quote(text[:cut]) + "..."
}

// isText reports whether b looks like UTF-8 text, possibly cut inside a rune.
func isText(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n <= 1 {
			return len(b) < utf8.UTFMax && !utf8.FullRune(b)
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return false
		}
		b = b[n:]
	}
	return true
}

// plural returns "1 byte", "2,000 bytes".
func plural[N int | int64](n N, unit string) string {
	if n != 1 {
		unit += "s"
	}
	return grouped(int64(n)) + " " + unit
}

// entries returns "1 entry", "2,000 entries".
func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return grouped(int64(n)) + " entries"
}

// grouped writes n with commas between thousands.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := len(s) % 3
	if first == 0 || first == 1 && s[0] == '-' {
		first += 3
	}
	for i := first; i < len(s); i += 4 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
