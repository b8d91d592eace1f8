package engine_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"

	gocmp "github.com/google/go-cmp/cmp"
)

// pack packs and opens the result as a file.
func pack(t testing.TB, e *engine.Engine, s engine.PackSpec) (*export.File, engine.Packed) {
	t.Helper()
	var out bytes.Buffer
	packed, err := e.Pack(context.Background(), s, &out)
	if err != nil {
		t.Fatal(err)
	}
	if packed.Bytes != int64(out.Len()) {
		t.Errorf("%d bytes were counted of %d", packed.Bytes, out.Len())
	}
	file, err := export.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return file, packed
}

// entriesOf reads a whole chain. Payloads are copied.
func entriesOf(t testing.TB, r wire.Reader) []wire.Entry {
	t.Helper()
	var all []wire.Entry
	var b wire.Block
	for {
		err := r.ReadBlock(len(all), &b)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range b.Entries {
			e.Payload = slices.Clone(e.Payload)
			all = append(all, e)
		}
	}
}

// seqsOf lists the sequence numbers by chain.
func seqsOf(t testing.TB, file *export.File) map[string][]uint64 {
	t.Helper()
	seqs := map[string][]uint64{}
	for i, c := range file.Chains() {
		for _, e := range entriesOf(t, file.Chain(i)) {
			seqs[c.Node+" "+c.Channel] = append(seqs[c.Node+" "+c.Channel], e.Seq)
		}
	}
	return seqs
}

func TestAPackOfEverythingIsUntouched(t *testing.T) {
	for _, folder := range []string{"incident", "damage/rot-many", "damage/torn-dat-deep", "damage/offset-out", "damage/seq-back"} {
		e, opened := open(t, folder)
		file, packed := pack(t, e, engine.PackSpec{CreatedAtMS: 1})
		if len(file.Chains()) != len(opened.Chains) || packed.Chains != len(opened.Chains) {
			t.Fatalf("%s: %d chains of %d", folder, packed.Chains, len(opened.Chains))
		}
		for i, c := range opened.Chains {
			statuses := map[string]int{}
			for _, entry := range entriesOf(t, file.Chain(i)) {
				statuses[entry.Status.String()]++
			}
			want := map[string]int{}
			for _, n := range c.Counts.Statuses {
				want[n.Name] = n.Count
			}
			if diff := gocmp.Diff(want, statuses); diff != "" {
				t.Errorf("%s %s: %s", folder, c.Name(), diff)
			}
		}
		size, err := e.PackSize(context.Background(), engine.PackSpec{})
		if err != nil {
			t.Fatal(err)
		}
		if size.Entries != packed.Entries || size.PayloadBytes != packed.PayloadBytes {
			t.Errorf("%s: %+v was foretold of %+v", folder, size, packed)
		}
		if size.ExportBytes < packed.Bytes*4/5 || size.ExportBytes > packed.Bytes*6/5+packed.Bytes/10+2000 {
			t.Errorf("%s: %d bytes were foretold of %d", folder, size.ExportBytes, packed.Bytes)
		}
	}
}

// What was left out on purpose is no damage where the export is opened, nor where
// that is filtered once more.
func TestAPackSaysThatItWasFiltered(t *testing.T) {
	e, _ := open(t, "incident")
	for range 2 {
		var b bytes.Buffer
		if _, err := e.Pack(context.Background(), engine.PackSpec{Where: "outcome:failed chain:action -pos:3000..4000"}, &b); err != nil {
			t.Fatal(err)
		}
		e = engine.New(engine.Options{})
		if _, err := e.Open(context.Background(), "", source.OneFile("x.chain", bytes.NewReader(b.Bytes()), int64(len(b.Bytes()))), nil); err != nil {
			t.Fatal(err)
		}
		for _, c := range e.Chains() {
			findings, err := e.Findings(c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !c.Filtered || c.Worst != engine.SeverityNote || len(findings) != 1 || findings[0].Rule != "filtered" {
				t.Errorf("%s: filtered %v, findings %+v", c.Name(), c.Filtered, findings)
			}
		}
		story, err := e.Insights(context.Background(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range story {
			if r := story[i].Rule; r == insight.RuleSilence || r == insight.RuleLive {
				t.Errorf("%s: %s", r, story[i].Title)
			}
		}
	}
	whole, _ := open(t, "incident")
	for _, c := range whole.Chains() {
		if c.Filtered {
			t.Errorf("%s is filtered", c.Name())
		}
	}
}

func TestAPackKeepsWhatASearchKeeps(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	e, opened := open(t, "incident")
	for _, query := range []string{
		"outcome:failed", `reason:"timed out"`, "time:16:08..16:15", "node:node-2 -chain:log", "status:ok", "seq:947..950 chain:action",
	} {
		table := search(t, e, engine.TableSpec{Query: query})
		want := map[string][]uint64{}
		names := map[engine.ChainID]string{}
		for _, c := range opened.Chains {
			names[c.ID] = c.Node + " " + c.Channel
		}
		for _, row := range allRows(t, e, table) {
			want[names[row.Chain]] = append(want[names[row.Chain]], row.Seq)
		}
		file, packed := pack(t, e, engine.PackSpec{Where: query})
		if diff := gocmp.Diff(want, seqsOf(t, file)); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
		if packed.Entries != table.Rows {
			t.Errorf("%s: %d entries of %d", query, packed.Entries, table.Rows)
		}
	}
}

func TestAPackKeepsARangeOfTime(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-2", "meshos/actions")
	all, _ := pack(t, e, engine.PackSpec{Chains: []engine.ChainID{c.ID}})
	from, to := c.FirstTSNS.Value+8*60e9, c.FirstTSNS.Value+12*60e9
	spec := engine.PackSpec{Chains: []engine.ChainID{c.ID}, FromNS: postcard.Some(from), ToNS: postcard.Some(to)}
	part, _ := pack(t, e, spec)
	var want []wire.Entry
	for _, entry := range entriesOf(t, all.Chain(0)) {
		if entry.TSNS.Value >= from && entry.TSNS.Value < to {
			want = append(want, entry)
		}
	}
	if len(want) == 0 {
		t.Fatal("the range is empty")
	}
	if diff := gocmp.Diff(want, entriesOf(t, part.Chain(0))); diff != "" {
		t.Error(diff)
	}
	spec.Where = "outcome:failed or outcome:gated"
	both, _ := pack(t, e, spec)
	if n := both.Chains()[0].Entries; n == 0 || n >= len(want) {
		t.Errorf("the filter and the range keep %d of %d entries", n, len(want))
	}
}

func TestNotesThatBelongGoWithAPack(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-2", "meshos/actions")
	note := func(text string, positions []int, span postcard.Option[engine.TimeSpan]) {
		n := engine.Note{Text: text, Span: span}
		for _, p := range positions {
			n.Anchors = append(n.Anchors, engine.NoteAnchor{Chain: c.ID, Position: p})
		}
		if _, err := e.PutNote(n); err != nil {
			t.Fatal(err)
		}
	}
	firstMS := c.FirstTSNS.Value / 1e6
	note("two entries", []int{10, 900}, postcard.None[engine.TimeSpan]())
	note("a late entry", []int{900}, postcard.None[engine.TimeSpan]())
	note("an early time", nil, postcard.Some(engine.TimeSpan{FromMS: firstMS, ToMS: firstMS}))
	note("long before", nil, postcard.Some(engine.TimeSpan{FromMS: 1, ToMS: 2}))
	texts := func(s engine.PackSpec) map[string]int {
		file, packed := pack(t, e, s)
		anchors := map[string]int{}
		for _, n := range file.Notes() {
			anchors[n.Text] = len(n.Anchors)
		}
		if packed.Notes != len(anchors) {
			t.Errorf("%d notes were counted of %d", packed.Notes, len(anchors))
		}
		return anchors
	}
	if diff := gocmp.Diff(map[string]int{"two entries": 2, "a late entry": 1, "an early time": 0, "long before": 0}, texts(engine.PackSpec{})); diff != "" {
		t.Error(diff)
	}
	some := engine.PackSpec{Chains: []engine.ChainID{c.ID}, Where: "pos:0..20"}
	if diff := gocmp.Diff(map[string]int{"two entries": 1, "an early time": 0}, texts(some)); diff != "" {
		t.Error(diff)
	}
}

func TestPlacesAreFoundAgainInAPack(t *testing.T) {
	e, opened := open(t, "incident")
	c, other := find(t, opened, "node-2", "meshos/actions"), find(t, opened, "node-1", "meshos/actions")
	spec := engine.PackSpec{Chains: []engine.ChainID{c.ID}, Where: "pos:10..20", Places: []engine.At{
		{Chain: c.ID, Position: 15}, {Chain: c.ID, Position: 0}, {Chain: c.ID, Position: c.Entries}, {Chain: other.ID, Position: 3},
	}}
	spec.States = []engine.At{{Chain: c.ID, Position: 9}, {Chain: c.ID, Position: 10}, {Chain: c.ID, Position: 21}, {Chain: c.ID, Position: 22}, {Chain: other.ID, Position: 3}}
	_, packed := pack(t, e, spec)
	if diff := gocmp.Diff([]int{5, -1, -1, -1}, packed.Places); diff != "" {
		t.Error(diff)
	}
	if diff := gocmp.Diff([]int{-1, 0, 11, -1, -1}, packed.States); diff != "" {
		t.Error(diff)
	}
	// Where entries in between are left out, the state goes with its last entry.
	spec.Where = "pos:10..20 -pos:15"
	_, packed = pack(t, e, spec)
	if diff := gocmp.Diff([]int{-1, -1, 10, -1, -1}, packed.States); diff != "" {
		t.Error(diff)
	}
}

func TestBasesAndFindingsGoWithAPack(t *testing.T) {
	var source bytes.Buffer
	w, err := export.NewWriter(&source, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	base := export.Base{Node: "n1", Snapshot: []byte{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}
	id, err := w.AddChain(export.ChainInfo{Node: "n1", Channel: "log", Kind: wire.ChainLog, Origin: "here"})
	finding := export.Finding{Chain: postcard.Some(id), By: export.BySource, Rule: "torn", Severity: export.SeverityWarning, Where: "dat:0", Title: message.New("cut"), Count: 1}
	lost := []wire.Entry{{Seq: 7, Status: wire.EntryLost}}
	if err := errors.Join(err, w.AppendEntries(id, lost), w.AddFinding(finding), w.AddBase(base), w.Close()); err != nil {
		t.Fatal(err)
	}
	e := engine.New(engine.Options{})
	if _, err := e.Open(context.Background(), "x", fstest.MapFS{"x.chain": {Data: source.Bytes()}}, nil); err != nil {
		t.Fatal(err)
	}
	file, packed := pack(t, e, engine.PackSpec{})
	if diff := gocmp.Diff([]export.Finding{finding}, file.Findings()); diff != "" {
		t.Error(diff)
	}
	if packed.Bases != len(file.Bases()) || len(file.Bases()) != 1 || file.Bases()[0].Node != "n1" {
		t.Errorf("bases %+v", file.Bases())
	}
	if got := entriesOf(t, file.Chain(0)); len(got) != 1 || got[0].Status != wire.EntryLost {
		t.Errorf("%+v", got)
	}
}

func TestAPackSaysWhatIsWrongWithItsFilter(t *testing.T) {
	e, _ := open(t, "incident")
	_, err := e.Pack(context.Background(), engine.PackSpec{Where: "outcome:"}, io.Discard)
	var fault *engine.QueryFault
	if !errors.As(err, &fault) || fault.End == 0 || fault.Text == "" {
		t.Errorf("%v", err)
	}
	if _, err := e.PackSize(context.Background(), engine.PackSpec{Chains: []engine.ChainID{99}}); err == nil {
		t.Error("a chain that is not open has a size")
	}
}

func TestAPackCanBeCancelled(t *testing.T) {
	e, _ := open(t, "incident")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Pack(ctx, engine.PackSpec{}, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
