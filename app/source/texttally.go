package source

import (
	"fmt"
	"strings"

	"chainglass/wire/postcard"
)

// textTally counts what a text has besides records. Only a few of each kind are kept
// to be quoted.
type textTally struct {
	of        [passedKinds]passedCount
	foreign   passedCount // JSON objects of something else
	missing   passedCount // texts that a collector left out
	rounded   passedCount // objects with numbers that look rounded
	numbers   int         // rounded ones
	beyond    int         // numbers beyond 2^53 in all
	documents int         // lists
}

// passedCount counts stretches of one kind.
type passedCount struct {
	count        int
	bytes        int64
	offset, size int64 // of the first
	samples      []passedText
}

// maxSamples is how many stretches of a kind are quoted.
const maxSamples = 3

func (t *textTally) pass(p passedText) {
	t.add(p.kind, 1, p.offset, p.size, p.size, p.text)
}

func (t *textTally) add(kind passedKind, n int, offset, size, bytes int64, text []byte) {
	t.of[kind].add(n, offset, size, bytes, text)
}

func (t *textTally) count(c *passedCount, e *textElement) { c.add(1, e.offset, e.size, e.size, e.text) }

func (c *passedCount) add(n int, offset, size, bytes int64, text []byte) {
	if c.count == 0 {
		c.offset, c.size = offset, size
	}
	c.count += n
	c.bytes += bytes
	if len(c.samples) < maxSamples {
		c.samples = append(c.samples, passedText{offset: offset, size: size, text: append([]byte(nil), text[:min(len(text), lineTextBytes)]...)})
	}
}

// number counts the numbers of an object that a double cannot hold.
func (t *textTally) number(e *textElement) {
	t.numbers += e.rounded
	t.beyond += e.beyond
	if e.rounded > 0 {
		t.count(&t.rounded, e)
	}
}

// faults describes what was counted, worst first.
func (t *textTally) faults(f *textFile) (list []Fault) {
	for _, kind := range [...]passedKind{passedNUL, passedFragment, passedUnclosed, passedUnopened} {
		if t.of[kind].count > 0 {
			list = append(list, t.fault(kind, f))
		}
	}
	if t.missing.count > 0 {
		list = append(list, t.missingFault(f))
	}
	if n := f.names.crowded; n > 0 {
		list = append(list, Fault{
			Rule: "many-nodes", Title: fmt.Sprintf("More than %d nodes are named in one file", maxNames), File: f.path,
			Detail: fmt.Sprintf("%s of other nodes are shown as those of one. Divide the file.", plural(n, "record")),
		})
	}
	for _, kind := range [...]passedKind{passedBeside, passedLine, passedValue} {
		if t.of[kind].count > 0 {
			list = append(list, t.fault(kind, f))
		}
	}
	if t.foreign.count > 0 {
		c := &t.foreign
		list = append(list, c.fault(f, Fault{
			Rule: "json-other", Note: true, Title: plural(c.count, "JSON object") + isOrAre(c.count) + "no record",
			Detail: "Nothing in what these objects have is of a record or of a snapshot: " + c.quoted(f),
		}))
	}
	if t.numbers > 0 && 2*t.numbers >= t.beyond {
		list = append(list, t.rounded.fault(f, Fault{
			Rule: "numbers-rounded", Note: true, Title: plural(t.numbers, "number") + " looks rounded",
			Detail: "A program that keeps numbers in 53 bits, as JavaScript does, has passed them on: the last digits of what is beyond 9,007,199,254,740,992 are not what was written. Ids of such numbers do not match those in other files. The first: " + t.rounded.quoted(f),
		}))
		if t.numbers > 1 {
			list[len(list)-1].Title = plural(t.numbers, "number") + " look rounded"
		}
	}
	if f.text.encoding != "" {
		list = append(list, Fault{
			Rule: "text-encoding", Note: true, Title: "The text is in " + f.text.encoding, File: f.path,
			Detail: "It is read as such. Offsets count the bytes of the file.", Bytes: f.text.fileOffset(f.text.size),
		})
	}
	return list
}

// fault describes the stretches of a kind.
func (t *textTally) fault(kind passedKind, f *textFile) Fault {
	c := &t.of[kind]
	switch kind {
	case passedNUL:
		return c.fault(f, Fault{
			Rule: "zero-bytes", Damage: true, Title: plural(c.bytes, "zero byte") + " in " + plural(c.count, "run"),
			Detail: "Text has none: a file system that lost power puts them where data did not reach the disk, and a log that was emptied while it was written to begins with them. What stood there is not in this file. " + c.places(f),
		})
	case passedFragment:
		return c.fault(f, Fault{
			Rule: "text-fragment", Damage: true, Title: plural(c.count, "stretch") + " of text may be parts of records",
			Detail: "No whole record is in them, and they are not plain text: " + c.quoted(f),
		}.stretches(c.count))
	case passedUnclosed:
		return c.fault(f, Fault{
			Rule: "list-not-closed", Damage: true, Title: "The list is not closed",
			Detail: "The file ends where another element or the closing bracket has to come. It is most likely cut: copy it again.",
		})
	case passedUnopened:
		return c.fault(f, Fault{
			Rule: "list-not-opened", Damage: true, Title: "A list ends that has no beginning",
			Detail: "A closing bracket has no opening one before it: what stood there is missing. Copy the file again.",
		})
	case passedBeside:
		return c.fault(f, Fault{
			Rule: "text-beside", Note: true, Title: plural(c.count, "line") + hasOrHave(c.count) + "other text beside the record",
			Detail: "The records are read, the text is not part of the chain: " + c.quoted(f),
		})
	case passedValue:
		return c.fault(f, Fault{
			Rule: "json-values", Note: true, Title: plural(c.count, "JSON value") + isOrAre(c.count) + "no object",
			Detail: "A record is an object. These values are not: " + c.quoted(f),
		})
	}
	return c.fault(f, Fault{
		Rule: "text-between", Note: true, Title: plural(c.count, "line") + " of other text",
		Detail: "Plain text without any part of a record, " + plural(c.bytes, "byte") + " in all: " + c.quoted(f),
	})
}

func (f Fault) stretches(n int) Fault {
	f.Title = "A stretch of text may be part of a record"
	if n > 1 {
		f.Title = grouped(int64(n)) + " stretches of text may be parts of records"
	}
	return f
}

// missingFault describes the texts that a collector left out.
func (t *textTally) missingFault(f *textFile) Fault {
	c := &t.missing
	return c.fault(f, Fault{
		Rule: "text-left-out", Damage: true, Title: plural(c.count, "message") + isOrAre(c.count) + "left out by the journal",
		Detail: "journalctl writes null for a message over 4,096 bytes. Save the journal again with --all. " + c.places(f),
	})
}

func isOrAre(n int) string {
	if n == 1 {
		return " is "
	}
	return " are "
}

func hasOrHave(n int) string {
	if n == 1 {
		return " has "
	}
	return " have "
}

// fault fills in where the first stretch is.
func (c *passedCount) fault(f *textFile, fault Fault) Fault {
	at := f.locate(c.offset, c.size)
	fault.File, fault.Offset, fault.Bytes = f.path, at.PayloadOffset, at.PayloadBytes
	return fault
}

// quoted lists the first stretches with what they say.
func (c *passedCount) quoted(f *textFile) string {
	return c.list(f, func(s *passedText) string { return quoted(string(s.text)) + " at byte " })
}

// places lists where the first stretches are.
func (c *passedCount) places(f *textFile) string {
	text := c.list(f, func(s *passedText) string { return plural(s.size, "byte") + " at byte " })
	return strings.ToUpper(text[:1]) + text[1:]
}

func (c *passedCount) list(f *textFile, describe func(*passedText) string) string {
	var parts []string
	for i := range c.samples {
		s := &c.samples[i]
		parts = append(parts, describe(s)+grouped(f.text.fileOffset(s.offset)))
	}
	if more := c.count - len(c.samples); more > 0 {
		parts = append(parts, grouped(int64(more))+" more")
	}
	return strings.Join(parts, ", ") + "."
}

// fault says what was taken from around the records.
func (w *wrapTally) fault(file, node string) (Fault, bool) {
	if w.lines == 0 {
		return Fault{}, false
	}
	f := Fault{
		Rule: "lines-wrapped", Note: true, File: file,
		Title: fmt.Sprintf("%s stood in lines of %s", plural(w.lines, "record"), w.wrapper),
	}
	var taken []string
	if w.named {
		taken = append(taken, fmt.Sprintf("the name of the node, %s", quoted(node)))
	}
	if w.timed > 0 {
		taken = append(taken, fmt.Sprintf("the append times of %s", plural(w.timed, "record")))
	}
	if len(taken) == 0 {
		f.Detail = "Nothing is taken from what stands around the records."
		return f, true
	}
	f.Detail = "Taken from the lines: " + strings.Join(taken, " and ") + ". An append time is when the line was written, which a collector of logs tells."
	if w.timed == 0 {
		f.Detail = "Taken from the lines: " + strings.Join(taken, " and ") + "."
	}
	if w.yearless > 0 {
		f.Detail += " The lines tell neither year nor zone: the times are read as UTC, in the year of the record."
	}
	return f, true
}

// problem tells a fault of a file that no chain is made of.
func (f Fault) problem(origin string) Problem {
	p := Problem{Level: LevelNote, Path: origin, Offset: some(f.Offset), Title: f.Title, Detail: strings.TrimSuffix(f.Detail, ".")}
	if !f.Note {
		p.Level = LevelWarning
	}
	return p
}

func some(offset int64) postcard.Option[int64] { return postcard.Some(offset) }
