package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"

	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

const inlineFlag = 0x8000_0000

// ent is a sound entry with the given payload, stamped seq microseconds past
// a fixed time.
func ent(seq uint64, payload string) wire.Entry {
	return wire.Entry{
		Seq:              seq,
		TSNS:             postcard.Some(uint64(1_700_000_000_000_000_000) + 1000*seq),
		FlagsAndChecksum: payloadChecksum([]byte(payload)),
		Payload:          []byte(payload),
	}
}

// with changes a copy of e.
func with(e wire.Entry, change func(*wire.Entry)) wire.Entry {
	change(&e)
	return e
}

// run is n sound entries.
func run(n int) []wire.Entry {
	entries := make([]wire.Entry, n)
	for i := range entries {
		entries[i] = ent(uint64(i), fmt.Sprintf("payload %d", i))
	}
	return entries
}

// oddities is one entry of every sort that a damaged source can hand out.
func oddities() []wire.Entry {
	return []wire.Entry{
		ent(0, "sound"),
		with(ent(1, "no time"), func(e *wire.Entry) { e.TSNS = postcard.None[uint64]() }),
		with(ent(2, "inlined!"), func(e *wire.Entry) { e.FlagsAndChecksum |= inlineFlag }),
		ent(3, ""),
		with(ent(4, "rotten"), func(e *wire.Entry) { e.FlagsAndChecksum ^= 1; e.Status = wire.EntryBadChecksum }),
		with(ent(5, ""), func(e *wire.Entry) { e.FlagsAndChecksum = 7; e.Status = wire.EntryBadChecksum }),
		with(ent(1<<64-1, ""), func(e *wire.Entry) { e.FlagsAndChecksum = 1<<32 - 1; e.Status = wire.EntryOutOfRange }),
		with(ent(7, ""), func(e *wire.Entry) { e.Status = wire.EntryTooLarge }),
		with(ent(8, ""), func(e *wire.Entry) { e.FlagsAndChecksum = 9; e.Status = wire.EntryTorn }),
	}
}

var testOptions = Options{Tool: "test", CreatedAtMS: 1_700_000_000_123, BlockEntries: 4}

var (
	chainA = ChainInfo{Node: "node-1", Channel: "meshos/actions", Kind: wire.ChainAction, Origin: "node-1/meshos/actions"}
	chainB = ChainInfo{Node: "node-2", Channel: "log", Kind: wire.ChainLog, Origin: "node-2/log"}

	baseA = Base{Node: "node-1", Snapshot: []byte{1, 2, 3}}
	noteA = Note{
		ID: "n1", Author: "someone", Text: "look here", CreatedAtMS: 10, UpdatedAtMS: 20,
		Anchors: []Anchor{{Chain: 0, Seq: 3, FlagsAndChecksum: 0xabc}},
		Span:    postcard.Some(Span{FromMS: 1, ToMS: 2}),
	}
	noteB    = Note{ID: "n2", Anchors: []Anchor{}}
	findingA = Finding{
		Chain: postcard.Some(ChainID(1)), By: BySource, Rule: "partial-row", Severity: SeverityWarning,
		Title: message.New("idx ends within a row"), Detail: message.New("{byte|bytes} are left over", message.Count(7)),
		Where: "node-2/log/v0000000001/idx", Offset: postcard.Some(uint64(1200)), Count: 1,
	}
	findingB = Finding{
		By: BySender, Rule: "failure-burst", Severity: "serious", Confidence: "certain",
		Title:  message.New("Failures burst: mostly {q}", message.Reason("disk full")),
		Detail: message.New("It began on {}, {} earlier", message.Node("node-1"), message.Duration(5e9)),
		Place:  postcard.Some(FindingPlace{First: 2, Last: 5, Seq: 7}), Count: 30, Time: postcard.Some(FindingTime{FromNS: 1, ToNS: 2}),
		Before: true, After: true, Refs: []FindingRef{{Chain: 0, Position: 3, What: message.New("the process restarted")}},
	}

	// chainBaseA is a run of its source's chain, chainBaseB some of its entries.
	chainBaseA = ChainBase{Chain: 0, Entries: 17_062, Run: postcard.Some(ChainRun{
		Position: 16_125, Snapshot: []byte{4, 5, 6},
		Before: postcard.Some(ChainMoment{LastNS: 1_700_000_000_000_000_000, LatestNS: 1_700_000_000_000_000_001, RecordedMS: 1_700_000_000_000}),
		NextNS: postcard.Some(uint64(1_700_000_001_000_000_000)),
	})}
	chainBaseB = ChainBase{Chain: 1, Entries: 40}
	folderA    = []wire.FolderFile{
		{Path: "manifest", Size: 16}, {Path: "v0000000001/idx", Size: 220, Part: wire.FileIDX},
		{Path: "v0000000001/ts", Part: wire.FileTS}, {Path: "v0000000002/"},
	}
	rawA = RawItem{File: 0, Offset: 0, Bytes: []byte("sixteen bytes  .")}
	rawB = RawItem{File: 1, Offset: 40, Bytes: []byte("a row of twenty byte")}
)

// op is one step of writing an export.
type op func(t testing.TB, w *Writer)

func chain(info ChainInfo) op {
	return func(t testing.TB, w *Writer) { _, err := w.AddChain(info); ok(t, err) }
}

func entries(id ChainID, list ...wire.Entry) op {
	return func(t testing.TB, w *Writer) { ok(t, w.AppendEntries(id, list)) }
}

func base(b Base) op { return func(t testing.TB, w *Writer) { ok(t, w.AddBase(b)) } }
func chainBase(b ChainBase) op {
	return func(t testing.TB, w *Writer) { ok(t, w.AddChainBase(b)) }
}
func note(n Note) op { return func(t testing.TB, w *Writer) { ok(t, w.AddNote(n)) } }
func flush() op      { return func(t testing.TB, w *Writer) { ok(t, w.Flush()) } }
func finding(f Finding) op {
	return func(t testing.TB, w *Writer) { ok(t, w.AddFinding(f)) }
}

func folder(id ChainID, files []wire.FolderFile) op {
	return func(t testing.TB, w *Writer) { ok(t, w.AddFolder(id, files)) }
}
func rawPart(id ChainID, r RawItem) op {
	return func(t testing.TB, w *Writer) { ok(t, w.AddRaw(id, r.File, r.Offset, r.Bytes)) }
}

// raw writes an item this package would not write.
func raw(typ ItemType, index []uint64, body string) op {
	return func(_ testing.TB, w *Writer) { w.put(typ, index, []byte(body)) }
}

// file writes an export.
func file(t testing.TB, opts Options, ops ...op) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := NewWriter(&out, opts)
	ok(t, err)
	for _, do := range ops {
		do(t, w)
	}
	ok(t, w.Close())
	return out.Bytes()
}

// everything is a small export with every kind of item.
func everything(t testing.TB) []byte {
	return file(t, testOptions,
		chain(chainA), folder(0, folderA), chainBase(chainBaseA), chain(chainB), chainBase(chainBaseB), base(baseA),
		entries(0, run(6)...), rawPart(0, rawA), entries(1, oddities()...), entries(0, run(5)...), rawPart(0, rawB),
		note(noteA), note(noteB), finding(findingA), finding(findingB))
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// content is what can be read from an export, by chain and position.
type content struct {
	Chains     map[ChainID]ChainInfo
	Entries    map[ChainID]map[int]wire.Entry
	Bases      []Base
	Notes      []Note
	Findings   []Finding
	Folders    map[ChainID][]wire.FolderFile
	Raws       map[ChainID][]RawItem
	ChainBases []ChainBase
}

func newContent() *content {
	return &content{
		Chains: map[ChainID]ChainInfo{}, Entries: map[ChainID]map[int]wire.Entry{},
		Folders: map[ChainID][]wire.FolderFile{}, Raws: map[ChainID][]RawItem{},
	}
}

func (c *content) put(id ChainID, position int, e wire.Entry) {
	if c.Entries[id] == nil {
		c.Entries[id] = map[int]wire.Entry{}
	}
	e.Payload = slices.Clone(e.Payload)
	c.Entries[id][position] = e
}

func (c *content) total() (n int) {
	for _, chain := range c.Entries {
		n += len(chain)
	}
	return n
}

// isLost reports whether e stands for an entry that damage has taken.
func isLost(e wire.Entry) bool {
	return e.Status == wire.EntryLost && e.Seq == 0 && e.FlagsAndChecksum == 0 && e.Payload == nil
}

// opened reads all of an export through Open.
func opened(t testing.TB, b []byte) (*File, *content, error) {
	t.Helper()
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, newContent(), err
	}
	ok(t, f.Verify())
	c := newContent()
	for i, info := range f.Chains() {
		if info.Base != nil {
			c.ChainBases = append(c.ChainBases, *info.Base)
		}
		if info.ChainInfo != (ChainInfo{}) {
			c.Chains[info.ID] = info.ChainInfo
		}
		if files, listed := f.Folder(i); listed {
			c.Folders[info.ID] = files
		}
		for _, p := range f.RawParts(i) {
			if b, err := f.ReadRaw(p, nil); err == nil {
				c.Raws[info.ID] = append(c.Raws[info.ID], RawItem{File: p.File, Offset: p.Offset, Bytes: b})
			}
		}
		readAll(t, f.Chain(i), func(at int, e wire.Entry) {
			if !isLost(e) {
				c.put(info.ID, at, e)
			}
		})
	}
	c.Bases, c.Notes, c.Findings = f.Bases(), f.Notes(), f.Findings()
	return f, c, nil
}

func readAll(t testing.TB, r wire.Reader, each func(at int, e wire.Entry)) {
	t.Helper()
	var b wire.Block
	at := 0
	for ; ; at += len(b.Entries) {
		err := r.ReadBlock(at, &b)
		if err == io.EOF {
			break
		}
		ok(t, err)
		if b.First != at || len(b.Entries) == 0 {
			t.Fatalf("ReadBlock(%d) gave %d entries from %d", at, len(b.Entries), b.First)
		}
		for i, e := range b.Entries {
			each(at+i, e)
		}
	}
	if at != r.Len() {
		t.Fatalf("read %d entries, Len is %d", at, r.Len())
	}
}

// scanned reads all of an export through a Scanner.
func scanned(b []byte) (*Scanner, *content) {
	s := NewScanner(bytes.NewReader(b))
	c := newContent()
	for s.Next() {
		it := s.Item()
		switch it.Type {
		case ItemChain:
			if _, twice := c.Chains[it.ChainID]; !twice {
				c.Chains[it.ChainID] = it.Chain
			}
		case ItemBlock:
			for i, e := range it.Block.Entries {
				c.put(it.ChainID, it.Block.First+i, e)
			}
		case ItemFolder:
			if _, twice := c.Folders[it.ChainID]; !twice {
				c.Folders[it.ChainID] = it.Folder
			}
		case ItemRaw:
			raw := it.Raw
			raw.Bytes = slices.Clone(raw.Bytes)
			c.Raws[it.ChainID] = append(c.Raws[it.ChainID], raw)
		case ItemBase:
			c.Bases = append(c.Bases, it.Base)
		case ItemNote:
			c.Notes = append(c.Notes, it.Note)
		case ItemFinding, ItemPlainFinding:
			c.Findings = append(c.Findings, it.Finding)
		case ItemChainBase:
			c.ChainBases = append(c.ChainBases, it.ChainBase)
		}
	}
	return s, c
}

// has reports whether one of the faults is of the given class.
func has(faults []*Error, class error) bool {
	return slices.ContainsFunc(faults, func(e *Error) bool { return errors.Is(e, class) })
}

// itemsOf returns where every part of a sound export lies, in order.
func itemsOf(t testing.TB, b []byte) []itemRef {
	t.Helper()
	_, n, state := parseHeader(b)
	if state != headerOK {
		t.Fatal("no header")
	}
	refs := []itemRef{{typ: PartHeader, length: int64(n)}}
	for n < len(b)-trailerBytes {
		f, fault := parseFrame(b[n:])
		if fault != faultNone {
			t.Fatalf("no item at %d", n)
		}
		refs = append(refs, itemRef{typ: f.typ, offset: int64(n), length: int64(f.length())})
		n += f.length()
	}
	return append(refs, itemRef{typ: PartTrailer, offset: int64(n), length: int64(trailerBytes)})
}

// blockIn returns the chain, first position and size of the block at ref.
func blockIn(b []byte, ref itemRef) (id ChainID, first, count int) {
	f, _ := parseFrame(b[ref.offset:])
	return ChainID(f.index[0]), int(f.index[1]), int(f.index[2])
}
