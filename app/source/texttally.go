package source

import (
	"strings"

	"chainglass/wire/message"
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
			Rule: "many-nodes", Title: message.New("More than {} nodes are named in one file", message.Count(maxNames)), File: f.path,
			Detail: message.New("{record|records} of other nodes are shown as those of one. Open the file in parts.", message.Count(n)),
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
			Rule: "json-other", Note: true, Title: message.New("{object|objects} of JSON without a record", message.Count(c.count)),
			Detail: message.New("None of their names is of a record or of a snapshot: {}.", c.quoted(f)),
		}))
	}
	if t.numbers > 0 && 2*t.numbers >= t.beyond {
		list = append(list, t.rounded.fault(f, Fault{
			Rule: "numbers-rounded", Note: true, Title: message.New("{number looks|numbers look} rounded", message.Count(t.numbers)),
			Detail: message.New("A program that keeps numbers in {} bits, as browsers do, has passed them on: the last digits of a number over {} are not what was written, and an id is not that of other files. The first is in {}.",
				message.Count(53), message.Count(int64(1)<<53), t.rounded.quoted(f)),
		}))
	}
	if f.text.wide != nil {
		list = append(list, Fault{
			Rule: "text-encoding", Note: true, Title: message.New("The text is in {}", message.Kind("UTF-16")), File: f.path,
			Detail: message.New("It is read as such. Offsets count the bytes of the file."), Bytes: f.text.fileOffset(f.text.size),
		})
	}
	return list
}

// fault describes the stretches of a kind.
func (t *textTally) fault(kind passedKind, f *textFile) Fault {
	c := &t.of[kind]
	fault := Fault{Note: kind < passedFragment, Damage: kind >= passedFragment}
	switch kind {
	case passedNUL:
		fault.Rule, fault.Title = "zero-bytes", message.New("{zero byte|zero bytes} in the text", message.Count(c.bytes))
		fault.Detail = message.New("Text has none. A file system that lost power leaves them where data did not reach the disk; a log that was emptied while it was written to begins with them. What stood there is not in this file: {}.", c.places(f))
	case passedFragment:
		fault.Rule, fault.Title = "text-fragment", message.New("{piece|pieces} of text may be parts of records", message.Count(c.count))
		fault.Detail = message.New("No whole record is in them, and they are not plain text: {}.", c.quoted(f))
	case passedUnclosed:
		fault.Rule, fault.Title = "list-not-closed", message.New("The list is not closed")
		fault.Detail = message.New("The file ends where another element or the closing bracket has to come. It is most likely cut: copy it again.")
	case passedUnopened:
		fault.Rule, fault.Title = "list-not-opened", message.New("A list ends that does not begin")
		fault.Detail = message.New("A closing bracket has no opening one before it: what stood there is missing. Copy the file again.")
	case passedBeside:
		fault.Rule, fault.Title = "text-beside", message.New("{line has|lines have} other text beside the record", message.Count(c.count))
		fault.Detail = message.New("The records are read, the text is no part of the chain: {}.", c.quoted(f))
	case passedValue:
		fault.Rule, fault.Title = "json-values", message.New("{value|values} of JSON where a record could be", message.Count(c.count))
		fault.Detail = message.New("A record is an object, these are not: {}.", c.quoted(f))
	default:
		fault.Rule, fault.Title = "text-between", message.New("{line|lines} of other text", message.Count(c.count))
		fault.Detail = message.New("Plain text without any part of a record, {byte|bytes} in all: {}.", message.Count(c.bytes), c.quoted(f))
	}
	return c.fault(f, fault)
}

// missingFault describes the texts that a collector left out.
func (t *textTally) missingFault(f *textFile) Fault {
	c := &t.missing
	return c.fault(f, Fault{
		Rule: "text-left-out", Damage: true, Title: message.New("{message was|messages were} left out by the journal", message.Count(c.count)),
		Detail: message.New("It writes null for one over {} bytes. Save the journal again with {}: {}.", message.Count(4096), message.Kind("journalctl --all"), c.places(f)),
	})
}

// fault fills in where the first stretch is.
func (c *passedCount) fault(f *textFile, fault Fault) Fault {
	at := f.locate(c.offset, c.size)
	fault.File, fault.Offset, fault.Bytes = f.path, at.PayloadOffset, at.PayloadBytes
	return fault
}

// quoted lists the first stretches with what they say.
func (c *passedCount) quoted(f *textFile) message.Value {
	return c.list(f, func(s *passedText) string { return quoted(string(s.text)) + " at byte " })
}

// places lists where the first stretches are.
func (c *passedCount) places(f *textFile) message.Value {
	return c.list(f, func(s *passedText) string { return plural(s.size, "byte") + " at byte " })
}

func (c *passedCount) list(f *textFile, describe func(*passedText) string) message.Value {
	var parts []string
	for i := range c.samples {
		s := &c.samples[i]
		parts = append(parts, describe(s)+grouped(f.text.fileOffset(s.offset)))
	}
	if more := c.count - len(c.samples); more > 0 {
		parts = append(parts, grouped(int64(more))+" more")
	}
	return message.Text(strings.Join(parts, ", "))
}

// fault says what was taken from around the records.
func (w *wrapTally) fault(file, node string) (Fault, bool) {
	if w.lines == 0 {
		return Fault{}, false
	}
	f := Fault{
		Rule: "lines-wrapped", Note: true, File: file,
		Title: message.New("{record|records} in lines of {}", message.Count(w.lines), message.Kind(w.wrapper)),
	}
	if w.named {
		f.Detail.Add("The name of the node is taken from the lines: {}. ", message.Node(node))
	}
	switch {
	case w.yearless > 0:
		f.Detail.Add("The append times of {record|records} are those of the lines, which tell neither year nor zone: they are read as UTC, in the year of the record. ", message.Count(w.timed))
	case w.timed > 0:
		f.Detail.Add("The append times of {record|records} are those of the lines: when a line was written. ", message.Count(w.timed))
	}
	if f.Detail.Empty() {
		f.Detail = message.New("Nothing is taken from what stands around the records.")
	}
	f.Detail.Format = strings.TrimRight(f.Detail.Format, " ")
	return f, true
}

// problem tells a fault of a file that no chain is made of.
func (f Fault) problem(origin string) Problem {
	p := Problem{Level: LevelNote, Path: origin, Offset: some(f.Offset), Title: f.Title.String(), Detail: strings.TrimSuffix(f.Detail.String(), ".")}
	if !f.Note {
		p.Level = LevelWarning
	}
	return p
}

func some(offset int64) postcard.Option[int64] { return postcard.Some(offset) }
