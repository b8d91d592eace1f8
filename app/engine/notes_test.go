package engine_test

import (
	"bytes"
	"context"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/wire/postcard"

	gocmp "github.com/google/go-cmp/cmp"
)

// reopened saves everything an engine has open and opens the file with another.
func reopened(t *testing.T, e *engine.Engine) (*engine.Engine, engine.Opened) {
	t.Helper()
	return reopenedIn(t, engine.New(engine.Options{}), e)
}

// reopenedIn is reopened for an engine that is there.
func reopenedIn(t *testing.T, again, e *engine.Engine) (*engine.Engine, engine.Opened) {
	t.Helper()
	var file bytes.Buffer
	if _, err := e.Pack(context.Background(), engine.PackSpec{}, &file); err != nil {
		t.Fatal(err)
	}
	opened, err := again.Open(context.Background(), "saved", fstest.MapFS{"saved.chain": {Data: file.Bytes()}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(opened.Problems) != 0 {
		t.Fatalf("%+v", opened.Problems)
	}
	return again, opened
}

func TestASavedExportShowsTheSame(t *testing.T) {
	e, opened := open(t, "incident")
	_, again := reopened(t, e)
	if len(again.Chains) != len(opened.Chains) {
		t.Fatalf("%d chains, want %d", len(again.Chains), len(opened.Chains))
	}
	for i, want := range opened.Chains {
		got := again.Chains[i]
		if got.Name() != want.Name() || got.Entries != want.Entries || got.FirstTSNS != want.FirstTSNS || got.LastSeq != want.LastSeq {
			t.Errorf("%+v\nwant %+v", got, want)
		}
		if diff := gocmp.Diff(want.Counts, got.Counts); diff != "" {
			t.Errorf("%s: %s", want.Name(), diff)
		}
	}
}

func TestNotesTravelWithTheExport(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-2", "meshos/actions")
	onEntry, err := e.PutNote(engine.Note{Author: "ada", Text: "it begins here", Anchors: []engine.NoteAnchor{{Chain: c.ID, Position: 947}}})
	if err != nil {
		t.Fatal(err)
	}
	onTime, err := e.PutNote(engine.Note{Author: "ada", Text: "calm", Span: postcard.Some(engine.TimeSpan{FromMS: 1, ToMS: 2})})
	if err != nil {
		t.Fatal(err)
	}
	again, _ := reopened(t, e)
	notes := again.Notes()
	if len(notes) != 2 || notes[0].ID != onTime.ID || notes[1].ID != onEntry.ID {
		t.Fatalf("%+v", notes)
	}
	if a := notes[1].Anchors[0]; a.Position != 947 || a.Node != "node-2" || a.Chain == 0 {
		t.Errorf("led to %+v", a)
	}
	// A second person's newer version wins, an older one does not.
	newer := notes[1]
	newer.Text, newer.UpdatedAtMS = "it begins at 947", notes[1].UpdatedAtMS+1
	older := notes[1]
	older.Text, older.UpdatedAtMS = "old", notes[1].UpdatedAtMS-1
	for _, n := range []engine.Note{newer, older} {
		if _, err := e.PutNote(n); err != nil {
			t.Fatal(err)
		}
	}
	if got := e.Notes()[1].Text; got != "it begins at 947" {
		t.Errorf("kept %q", got)
	}
	e.DeleteNote(onTime.ID)
	if n := len(e.Notes()); n != 1 {
		t.Errorf("%d notes", n)
	}
}

func TestInsightsOfTheIncident(t *testing.T) {
	e, opened := open(t, "incident")
	found, err := e.Insights(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	restarts := 0
	for _, f := range found {
		if f.Rule == insight.RuleRestart {
			restarts++
			if f.Node != "node-1" || f.Confidence != insight.Certain {
				t.Errorf("%+v", f)
			}
		}
	}
	if restarts != 1 {
		t.Errorf("%d restarts", restarts)
	}
	c := find(t, opened, "node-2", "meshos/actions")
	const minute = 60_000_000_000
	from := c.FirstTSNS.Value / minute * minute
	groups, err := e.Reasons(context.Background(), nil, from+8*minute, from+15*minute)
	if err != nil || len(groups) == 0 {
		t.Fatal(groups, err)
	}
	if g := groups[0]; g.Template != "peer # unreachable: connection refused" || g.Count != 5585 || g.Nodes[0].Node != "node-2" {
		t.Errorf("%+v", g)
	}
	offsets, err := e.ClockOffsets()
	if err != nil || len(offsets) != 3 {
		t.Fatal(offsets, err)
	}
	for _, o := range offsets {
		if o.Skewed != (o.Node == "node-3") {
			t.Errorf("%+v", o)
		}
	}
}
