package source

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

const utf8BOM = "\uFEFF"

// isJSON takes what begins with an object or an array.
func isJSON(head []byte, _ int64) bool {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(utf8BOM)), " \n\r\t")
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false
	}
	return isText(head) || beginsWithRecord(text)
}

// beginsWithRecord reports whether a file that is not all text begins with a value of
// ours: the rest may be damaged.
func beginsWithRecord(text []byte) bool {
	value, _ := cutValue(bytes.TrimLeft(bytes.TrimPrefix(text, []byte("[")), " \n\r\t"))
	return isText(value) && isWhole(value) && recogniseJSON(value).shape != shapeUnknown
}

// sampleElements is how many values are looked at to see what a file holds.
const sampleElements = 32

// openJSON adds the records or the snapshots of a JSON file.
func (x *explorer) openJSON(c *candidate) error {
	form, first, err := textFormOf(c)
	var sample []element
	if err == nil {
		sample, err = sampleText(c, form, first)
	}
	if err != nil {
		x.set.problem(unreadable(c.origin, err))
		return nil
	}
	if len(sample) == 0 {
		x.set.problem(emptyList(c, first))
		return nil
	}
	what := mostOf(sample)
	switch what.shape {
	case shapeRecord, shapePayload, shapeFailed:
		return x.addRecords(c, form, first, recordKindOf(sample), sample)
	case shapeSnapshot:
		return x.addSnapshots(c, form, first)
	}
	if p, cut := cutBeginning(c, sample[0]); cut {
		x.set.problem(p)
		return nil
	}
	x.set.problem(unusedJSON(c, what, sample[0]))
	return nil
}

// emptyList is the problem of a file that holds a list without elements: nothing of
// ours is in it, whatever follows.
func emptyList(c *candidate, first int64) Problem {
	p := Problem{Level: LevelNote, Path: c.origin, Title: "an empty list", Detail: "no record is in it"}
	s := jsonScanner{r: c.r, size: c.size, form: formArray}
	s.seek(first)
	_, err := s.next()
	fault, faulty, restErr := s.listFault()
	switch {
	case err != io.EOF:
		return unreadable(c.origin, err)
	case restErr != nil:
		return unreadable(c.origin, restErr)
	case faulty:
		p.Level, p.Offset = LevelUnrecognised, postcard.Some(fault.Offset)
		p.Detail += ". " + fault.Title
	}
	return p
}

// textFormOf says how the values of a file follow each other and where the first
// begins.
func textFormOf(c *candidate) (textForm, int64, error) {
	head := make([]byte, min(c.size, scanChunkBytes))
	if _, err := c.r.ReadAt(head, 0); err != nil && err != io.EOF {
		return 0, 0, err
	}
	text := bytes.TrimPrefix(head, []byte(utf8BOM))
	text = bytes.TrimLeft(text, " \n\r\t")
	first := int64(len(head) - len(text))
	switch {
	case len(text) > 0 && text[0] == '[':
		return formArray, first + 1, nil
	case hasWholeLine(text):
		return formLines, first, nil
	}
	return formValues, first, nil
}

// hasWholeLine looks for a line that is an object by itself. Pretty-printed
// objects have none that begins at the margin. Lines have the advantage that a
// broken one does not take the rest of the file with it.
func hasWholeLine(text []byte) bool {
	for range sampleElements {
		line, rest, more := bytes.Cut(text, []byte("\n"))
		line = bytes.TrimRight(line, " \r\t")
		if len(line) > 2 && line[0] == '{' && isWhole(line) {
			return true
		}
		if !more {
			break
		}
		text = rest
	}
	return false
}

// sampleText returns the first elements of a file, with texts of their own.
func sampleText(c *candidate, form textForm, first int64) (sample []element, err error) {
	s := jsonScanner{r: c.r, size: c.size, form: form, max: MaxSnapshotBytes}
	s.seek(first)
	budget := int64(MaxSnapshotBytes)
	for len(sample) < sampleElements && budget > 0 {
		e, err := s.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		budget -= e.size
		e.text = bytes.Clone(e.text)
		sample = append(sample, e)
	}
	return sample, nil
}

// mostOf says what most of the elements are that are anything at all.
func mostOf(sample []element) recognised {
	var seen []recognised
	counts := map[recognised]int{}
	for _, e := range sample {
		r := recogniseJSON(e.text)
		if counts[r]++; counts[r] == 1 && r.shape != shapeUnknown {
			seen = append(seen, r)
		}
	}
	if len(seen) == 0 {
		return recognised{}
	}
	return slices.MaxFunc(seen, func(a, b recognised) int { return counts[a] - counts[b] })
}

// recordKindOf returns the kind of most records in a sample, also if most rows
// have none; ChainUnknown if no row has.
func recordKindOf(sample []element) wire.ChainKind {
	var counts [len(recordKeys) + 1]int
	for _, e := range sample {
		if r := recogniseJSON(e.text); r.shape == shapeRecord {
			counts[r.kind]++
		}
	}
	if slices.Max(counts[:]) == 0 {
		return wire.ChainUnknown
	}
	return wire.ChainKind(slices.Index(counts[:], slices.Max(counts[:])))
}

// unusedJSON is the problem of JSON that holds neither records nor snapshots.
func unusedJSON(c *candidate, what recognised, first element) Problem {
	p := Problem{
		Level: LevelUnrecognised, Path: c.origin, Title: "JSON without records",
		Detail: plural(c.size, "byte") + " of JSON, but neither records nor a snapshot",
		Advice: "Chainglass reads audit, log, failure and action records and MeshOsSnapshot",
	}
	if what.shape == shapeOutput {
		p.Level, p.Detail = what.output.level, fmt.Sprintf("%s, %s", plural(c.size, "byte"), what.output.name)
		if what.output.advice != "" {
			p.Advice = what.output.advice
		}
		return p
	}
	if keys := keysOf(first.text); len(keys) > 0 {
		p.Detail += "; the first object has " + quoted(strings.Join(keys, " "))
	} else {
		p.Detail += "; it begins with " + quoted(string(c.head[:min(len(c.head), quotedBytes)]))
	}
	return p
}

// addRecords adds the chain that the records of a file make up.
func (x *explorer) addRecords(c *candidate, form textForm, first int64, kind wire.ChainKind, sample []element) error {
	j := &jsonReader{
		path: c.origin, r: c.r, size: c.size, form: form, kind: kind, encoder: newRecordEncoder(),
		reversed: form == formArray && isNewestFirst(sample),
	}
	err := j.index(x.ctx, first, func(n int64) { x.progress(c.origin, n) })
	if ctxErr := x.ctx.Err(); ctxErr != nil {
		return ctxErr
	}
	if err != nil {
		x.set.problem(unreadable(c.origin, err))
		return nil
	}
	c.keep = true
	j.watch = &Watch{files: c.watched(), same: j.sameAsRead}
	if c.inside == nil && c.info != nil {
		j.watch.settled = func() bool { return j.tailIsWhole(c) }
	}
	if j.reversed {
		x.set.problem(Problem{
			Level: LevelNote, Path: c.origin, Title: "listed newest first",
			Detail: "its " + plural(j.count, "record") + " are shown oldest first, as a chain has them",
		})
	}
	x.addChain(Chain{
		Node: c.nodeOf(c.name), Channel: channelOfFile(c.name, kind), Origin: c.origin,
		Kind: kind, KindBasis: ByFileFormat, Reader: j, Bytes: c.size, Layout: "JSON", Live: true,
		Unchecked: true, Faults: j.faults, Watch: j.watch,
	})
	return nil
}

// channelOfFile names the channel of a file of records: as usual for its kind.
func channelOfFile(name string, kind wire.ChainKind) string {
	if kind == wire.ChainUnknown {
		return path.Base(name)
	}
	return usualChannel(kind)
}

// timeKeys are what the time of a record is called, in Unix milliseconds.
var timeKeys = [...]string{"committed_at_ms", "ts_ms", "recorded_at_ms", "emitted_at_ms"}

// isNewestFirst reports whether records run from the newest to the oldest.
func isNewestFirst(sample []element) bool {
	falls, any := false, false
	var before recordTime
	for _, e := range sample {
		if e.cut {
			continue
		}
		now := recordTimeOf(rowOf(e.text).record)
		if any {
			switch order := before.compare(now); {
			case order < 0:
				return false
			case order > 0:
				falls = true
			}
		}
		before, any = now, true
	}
	return falls
}

// recordTime orders records: by time, and by seq within one.
type recordTime struct{ ms, seq uint64 }

func (a recordTime) compare(b recordTime) int {
	switch {
	case a == b:
		return 0
	case a.ms < b.ms || a.ms == b.ms && a.seq < b.seq:
		return -1
	}
	return 1
}

func recordTimeOf(record []byte) (t recordTime) {
	members(record, func(key, value []byte) {
		n, ok := serdejson.ParseWhole(value)
		name := snakeCase(key)
		switch {
		case !ok:
		case name == "seq" || name == "id":
			t.seq = n
		case slices.Contains(timeKeys[:], name):
			t.ms = n
		}
	})
	return t
}

// addSnapshots adds each snapshot of a file as a base.
func (x *explorer) addSnapshots(c *candidate, form textForm, first int64) error {
	s := jsonScanner{r: c.r, size: c.size, form: form, max: MaxSnapshotBytes}
	s.seek(first)
	cut := false
	for i := 0; ; i++ {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		e, err := s.next()
		if err == io.EOF {
			fault, faulty, restErr := s.listFault()
			if restErr != nil {
				x.set.problem(unreadable(c.origin, restErr))
			}
			if faulty && !cut {
				x.set.problem(Problem{
					Level: LevelWarning, Path: c.origin, Offset: postcard.Some(fault.Offset), Title: fault.Title, Detail: fault.Detail,
				})
			}
			return nil
		}
		if err != nil {
			x.set.problem(unreadable(c.origin, err))
			return nil
		}
		cut = e.cut
		if i == MaxBases {
			x.set.problem(Problem{
				Level: LevelWarning, Path: c.origin, Title: "many snapshots",
				Detail: fmt.Sprintf("the first %d are used (limit MaxBases)", MaxBases),
				Advice: "Divide the file",
			})
			return nil
		}
		x.addSnapshot(c, i, e)
		x.progress(c.origin, e.size)
	}
}

func (x *explorer) addSnapshot(c *candidate, i int, e element) {
	origin := c.origin
	if i > 0 {
		origin = fmt.Sprintf("%s#%d", c.origin, i)
	}
	s, err := parseSnapshot(e.text)
	if err != nil {
		x.set.problem(Problem{
			Level: LevelError, Path: origin, Offset: postcard.Some(e.offset), Title: "a snapshot that does not parse", Err: err,
			Detail: fmt.Sprintf("the object at byte %d, %s: %v", e.offset, plural(e.size, "byte"), err),
			Advice: "Save it again with `snapshot get --output json`",
		})
		return
	}
	x.set.Bases = append(x.set.Bases, Base{Node: c.nodeOf(c.name), Origin: origin, Snapshot: &s, Encoding: "JSON"})
}

var errSnapshotTooLong = fmt.Errorf("longer than %d bytes (limit MaxSnapshotBytes)", MaxSnapshotBytes)

// parseSnapshot parses a snapshot, or the one that the row text has.
func parseSnapshot(text []byte) (snapshot.MeshOsSnapshot, error) {
	if text == nil {
		return snapshot.MeshOsSnapshot{}, errSnapshotTooLong
	}
	if !keysOf(text).all(snapshotKeys) {
		text = rowOf(text).record
	}
	c := serdejson.NewLenientCursor(text)
	s := snapshot.ReadJSONSnapshot(&c)
	if err := c.End(); err != nil {
		return snapshot.MeshOsSnapshot{}, err
	}
	return s, nil
}
