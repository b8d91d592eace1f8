package engine_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/redex"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const testdata = "../../wire/redex/testdata/"

// open opens a folder of the test data with a fresh engine.
func open(t testing.TB, folder string) (*engine.Engine, engine.Opened) {
	t.Helper()
	e := engine.New(engine.Options{})
	opened, err := e.Open(context.Background(), folder, os.DirFS(testdata+folder), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(opened.Source) })
	return e, opened
}

// find returns the chain of a node and channel.
func find(t testing.TB, opened engine.Opened, node, channel string) engine.ChainInfo {
	t.Helper()
	for _, c := range opened.Chains {
		if c.Node == node && c.Channel == channel {
			return c
		}
	}
	t.Fatalf("no chain %s %s", node, channel)
	return engine.ChainInfo{}
}

func TestTheIncidentHasTwelveHealthyChains(t *testing.T) {
	_, opened := open(t, "incident")
	if len(opened.Chains) != 12 {
		t.Fatalf("%d chains, problems %v", len(opened.Chains), opened.Problems)
	}
	for _, p := range opened.Problems {
		if p.Severity != engine.SeverityNote || !strings.HasSuffix(p.Path, "-expected.json") {
			t.Errorf("problem %+v", p)
		}
	}
	entries := 0
	for _, c := range opened.Chains {
		entries += c.Entries
		if c.Indexed != c.Entries || c.Kind == wire.ChainUnknown || c.KindBasis != "content" {
			t.Errorf("%s: %d of %d indexed, kind %v by %s", c.Name(), c.Indexed, c.Entries, c.Kind, c.KindBasis)
		}
		if c.Worst >= engine.SeverityWarning || c.Counts.Undecodable != 0 {
			t.Errorf("%s: %v, %d undecodable", c.Name(), c.Worst, c.Counts.Undecodable)
		}
	}
	if entries != 57365 {
		t.Errorf("%d entries", entries)
	}
	if opened.Progress.Records != 57365 {
		t.Errorf("progress counts %d records", opened.Progress.Records)
	}
}

// expected is what the reference makes of a chain.
type expected struct {
	Entries      int
	Snapshot     json.RawMessage
	DecodeErrors []struct {
		Seq   uint64
		Error string
	} `json:"decode_errors"`
}

func readExpected(t testing.TB, path string) (e expected, s snapshot.MeshOsSnapshot) {
	t.Helper()
	b, err := os.ReadFile(testdata + path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	if s, err = snapshot.ParseMeshOsSnapshot(e.Snapshot); err != nil {
		t.Fatal(err)
	}
	return e, s
}

func TestTheStateAtTheEndIsTheReferencesFold(t *testing.T) {
	e, opened := open(t, "incident")
	for _, node := range []string{"node-1", "node-2", "node-3"} {
		want, wantSnapshot := readExpected(t, "incident/"+node+"-actions-expected.json")
		c := find(t, opened, node, "meshos/actions")
		if c.Entries != want.Entries {
			t.Errorf("%s: %d entries, want %d", node, c.Entries, want.Entries)
		}
		state, err := e.State(context.Background(), c.ID, c.Entries)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(wantSnapshot.RecentFailures, state.Snapshot.RecentFailures); diff != "" {
			t.Errorf("%s: %s", node, diff)
		}
		if len(state.Parts) != 4 || len(state.Snapshot.AdminAudit) == 0 || len(state.Snapshot.LogRing) != snapshot.LogRingCapacity || len(state.LiveFailures) == 0 {
			t.Errorf("%s: the node's other chains are missing: %+v", node, state.Parts)
		}
	}
}

func TestTheStateAtAnyPositionIsAReplay(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-2", "meshos/actions")
	channel, err := redex.OpenChannel(os.DirFS(testdata+"incident/node-2/meshos/actions"), ".")
	if err != nil {
		t.Fatal(err)
	}
	g, err := channel.OpenLive(redex.Readable)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	positions := map[int]bool{0: true, 1: true, c.Entries: true}
	for r := rand.New(rand.NewPCG(1, 2)); len(positions) < 60; {
		positions[r.IntN(c.Entries)] = true
	}
	var replayed snapshot.MeshOsSnapshot
	var block wire.Block
	for position := 0; position <= c.Entries; position++ {
		if positions[position] {
			state, err := e.State(context.Background(), c.ID, position)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(replayed.RecentFailures, state.Snapshot.RecentFailures, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("position %d: %s", position, diff)
			}
		}
		if position == c.Entries {
			break
		}
		if i := position - block.First; i >= len(block.Entries) {
			if err := g.ReadBlock(position, &block); err != nil {
				t.Fatal(err)
			}
		}
		entry := block.Entries[position-block.First]
		if err := fold.Action().Apply(fold.Event{Seq: entry.Seq, Payload: entry.Payload}, &replayed); err != nil {
			t.Fatal(err)
		}
	}
}

// rules lists the rules of findings that are at least warnings.
func rules(findings []engine.Finding) map[string]bool {
	set := map[string]bool{}
	for _, f := range findings {
		if f.Severity >= engine.SeverityWarning {
			set[f.Rule] = true
		}
	}
	return set
}

func TestDamageIsFoundAndLocated(t *testing.T) {
	for folder, want := range map[string][]string{
		"clean":         nil,
		"rot-one":       {"bad-checksum"},
		"rot-many":      {"bad-checksum"},
		"torn-dat":      {"torn"},
		"torn-dat-deep": {"torn"},
		"torn-idx":      {"partial-row"},
		"len-huge":      {"out-of-range"},
		"offset-out":    {"out-of-range"},
		"no-ts":         {"times-missing"},
		"ts-short":      {"times-missing"},
		"seq-back":      {"seq-back"},
		"seq-jump":      {"seq-gap"},
		"dup-entry":     {"seq-back", "times-missing"},
		"bad-manifest":  {"manifest"},
		"no-dat":        {"torn"},
	} {
		t.Run(folder, func(t *testing.T) {
			e, opened := open(t, "damage/"+folder)
			chains := 1
			if folder == "torn-idx" {
				chains = 2 // the entry whose row is not whole is salvaged
			}
			if len(opened.Chains) != chains {
				t.Fatalf("%d chains, problems %v", len(opened.Chains), opened.Problems)
			}
			findings, err := e.Findings(opened.Chains[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			got := rules(findings)
			for _, rule := range want {
				if !got[rule] {
					t.Errorf("%s is not reported: %v", rule, got)
				}
			}
			for rule := range got {
				if rule != "undecodable" && !strings.HasPrefix(rule, "recovery-") && !contains(want, rule) {
					t.Errorf("%s is reported", rule)
				}
			}
			for _, f := range findings {
				if f.Position >= 0 && f.Location.IndexFile == "" {
					t.Errorf("%s at %d has no location", f.Rule, f.Position)
				}
			}
		})
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Every entry of every damaged channel can be looked at.
func TestEveryEntryCanBeLookedAt(t *testing.T) {
	folders, err := os.ReadDir(testdata + "damage")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		e, opened := open(t, "damage/"+folder.Name())
		for _, c := range opened.Chains {
			page, err := e.Rows(context.Background(), c.ID, 0, 1000)
			if err != nil || len(page.Rows) != c.Entries {
				t.Fatalf("%s: %d of %d rows, %v", c.Origin, len(page.Rows), c.Entries, err)
			}
			for position, row := range page.Rows {
				d, err := e.Detail(context.Background(), c.ID, position)
				if err != nil {
					t.Fatalf("%s entry %d: %v", c.Origin, position, err)
				}
				if diff := cmp.Diff(row, d.Row); diff != "" {
					t.Errorf("%s entry %d: row and detail differ: %s", c.Origin, position, diff)
				}
				checkFields(t, c, d)
			}
		}
	}
}

// checkFields holds the explanation of a payload against the decoder.
func checkFields(t *testing.T, c engine.ChainInfo, d engine.Detail) {
	t.Helper()
	if d.Row.Status != wire.EntryOK {
		return
	}
	if (d.Fault != nil) != (d.Row.Error != "") || d.Fault != nil && d.Fault.Text != d.Row.Error && "postcard decode: "+d.Fault.Text != d.Row.Error {
		t.Errorf("%s entry %d: fault %+v, decoder says %q", c.Origin, d.Row.Position, d.Fault, d.Row.Error)
	}
	if d.Fault != nil {
		return
	}
	if d.JSON == "" {
		t.Errorf("%s entry %d has no JSON", c.Origin, d.Row.Position)
	}
	at := 0
	for _, f := range d.Fields {
		if f.Offset != at || f.Length < 0 {
			t.Fatalf("%s entry %d: field %s at %d, expected at %d", c.Origin, d.Row.Position, f.Name, f.Offset, at)
		}
		at += f.Length
	}
	if at+d.Trailing != d.PayloadBytes {
		t.Errorf("%s entry %d: fields cover %d, %d trail, of %d bytes", c.Origin, d.Row.Position, at, d.Trailing, d.PayloadBytes)
	}
}

func TestRecordsOfAllKindsAreExplained(t *testing.T) {
	e, opened := open(t, "incident")
	for _, c := range opened.Chains {
		for position := 0; position < c.Entries; position += 1 + c.Entries/200 {
			d, err := e.Detail(context.Background(), c.ID, position)
			if err != nil {
				t.Fatal(err)
			}
			checkFields(t, c, d)
			if d.Fault != nil || d.Location.IndexFile == "" || d.FlagsAndChecksum&0x0fffffff != d.Checksum {
				t.Errorf("%s entry %d: %+v", c.Name(), position, d)
			}
		}
	}
}

func TestSetKindReadsTheChainAgain(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-1", "log")
	info, err := e.SetKind(context.Background(), c.ID, wire.ChainAction)
	if err != nil {
		t.Fatal(err)
	}
	if info.Kind != wire.ChainAction || info.Counts.Undecodable == 0 || info.Indexed != c.Entries {
		t.Errorf("%+v", info)
	}
	back, err := e.SetKind(context.Background(), c.ID, wire.ChainLog)
	if err != nil {
		t.Fatal(err)
	}
	back.KindBasis = c.KindBasis
	if diff := cmp.Diff(c, back); diff != "" {
		t.Error(diff)
	}
}

func TestClosedChainsAreGone(t *testing.T) {
	e, opened := open(t, "compacted")
	id := opened.Chains[0].ID
	e.Close(opened.Source)
	if _, err := e.Rows(context.Background(), id, 0, 1); err == nil {
		t.Error("rows of a closed chain")
	}
	if n := len(e.Chains()); n != 0 {
		t.Errorf("%d chains are open", n)
	}
}

func TestCancelKeepsWhatWasRead(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	e := engine.New(engine.Options{})
	opened, err := e.Open(ctx, "incident", os.DirFS(testdata+"incident"), func(p engine.Progress) {
		if p.Records > 0 {
			cancel()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if !opened.Cancelled {
		t.Fatal("not cancelled")
	}
	read := 0
	for _, c := range opened.Chains {
		read += c.Indexed
		page, err := e.Rows(context.Background(), c.ID, 0, 10)
		if err != nil || len(page.Rows) != min(10, c.Indexed) {
			t.Errorf("%s: %d rows, %v", c.Name(), len(page.Rows), err)
		}
	}
	if read == 0 || read == 57365 {
		t.Errorf("%d entries read", read)
	}
}

func TestPastedRecord(t *testing.T) {
	e := engine.New(engine.Options{})
	opened, err := e.Paste(context.Background(), "01 2a 0c 70 75 6c 6c 5f 72 65 70 6c 69 63 61 fb d0 95 ff bc 31 01 04 62 6f 6f 6d 00")
	if err != nil {
		t.Fatal(err)
	}
	page, err := e.Rows(context.Background(), opened.Chains[0].ID, 0, 1)
	if err != nil || len(page.Rows) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	if row := page.Rows[0]; row.ID != 42 || row.Kind != "pull_replica" || row.Outcome != "Failed" || row.Text != "boom" {
		t.Errorf("%+v", row)
	}
}

// A snapshot opened later becomes what a node's folds start from.
func TestSetBase(t *testing.T) {
	e, opened := open(t, "compacted")
	base := snapshot.MeshOsSnapshot{RuntimeEpochID: 7, RecentFailures: make([]snapshot.FailureRecord, 300)}
	from, err := e.Open(context.Background(), "base", fstest.MapFS{"snapshot.json": {Data: base.AppendJSON(nil)}}, nil)
	if err != nil || len(from.Bases) != 1 {
		t.Fatalf("%+v, %v", from, err)
	}
	c := opened.Chains[0]
	if _, err := e.SetBase(c.ID, from.Source); err != nil {
		t.Fatal(err)
	}
	state, err := e.State(context.Background(), c.ID, 0)
	if err != nil || state.Snapshot.RuntimeEpochID != 7 || len(state.Snapshot.RecentFailures) != 300 || state.Base == "" {
		t.Errorf("%+v, %v", state.Base, err)
	}
	if state, err = e.State(context.Background(), c.ID, c.Entries); err != nil || len(state.Snapshot.RecentFailures) != 300 {
		t.Errorf("%d failures, %v", len(state.Snapshot.RecentFailures), err)
	}
	if _, err := e.SetBase(c.ID, opened.Source); err == nil {
		t.Error("a source without a snapshot gives a base")
	}
}
