package engine_test

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainglass/app/engine"
)

// sealed is a note as a browser keeps it: of its anchors only the marks are left.
func sealed(n engine.Note) engine.Note {
	n.Anchors = slices.Clone(n.Anchors)
	for i, a := range n.Anchors {
		n.Anchors[i] = engine.NoteAnchor{Mark: a.Mark, Sealed: true}
	}
	return n
}

// A note of which only marks were kept finds its entries again, in the folders and
// in an export of them, whether they are open before or after it comes.
func TestMarksFindTheirEntries(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	e, opened := open(t, "incident")
	var kept []engine.Note
	want := map[string][]engine.NoteAnchor{}
	for range 40 {
		var anchors []engine.NoteAnchor
		for range 1 + random.IntN(3) {
			c := opened.Chains[random.IntN(len(opened.Chains))]
			anchors = append(anchors, engine.NoteAnchor{Chain: c.ID, Position: random.IntN(c.Entries)})
		}
		n, err := e.PutNote(engine.Note{Text: "x", Anchors: anchors})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range n.Anchors {
			if a.Mark == "" || strings.Contains(a.Mark, a.Node) || len(a.Mark) != 36 {
				t.Fatalf("mark %q of %+v", a.Mark, a)
			}
		}
		kept, want[n.ID] = append(kept, sealed(n)), n.Anchors
	}
	again, _ := reopened(t, e)
	for _, n := range again.Notes() {
		again.DeleteNote(n.ID)
	}
	later := engine.New(engine.Options{})
	before, _ := open(t, "incident")
	for _, n := range kept {
		for _, engine := range []*engine.Engine{again, later, before} {
			if _, err := engine.PutNote(n); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, n := range later.Notes() {
		if a := n.Anchors[0]; !a.Sealed || a.Chain != 0 {
			t.Fatalf("nothing is open, and %+v", a)
		}
	}
	if _, err := later.Open(context.Background(), "incident", os.DirFS("../../wire/redex/testdata/incident"), nil); err != nil {
		t.Fatal(err)
	}
	for name, engine := range map[string]*engine.Engine{"export": again, "later": later, "before": before} {
		notes := engine.Notes()
		if len(notes) != len(kept) {
			t.Errorf("%s: %d notes", name, len(notes))
		}
		for _, n := range notes {
			for i, a := range n.Anchors {
				w := want[n.ID][i]
				if a.Sealed || a.Chain == 0 || a.Position != w.Position || a.Node != w.Node || a.Channel != w.Channel || a.Seq != w.Seq || a.FlagsAndChecksum != w.FlagsAndChecksum || a.Mark != w.Mark {
					t.Errorf("%s: led to %+v, want %+v", name, a, w)
				}
			}
		}
	}
}

// What strangers put in place of marks finds nothing, and is no entry of a chain
// without a name.
func TestStrangeMarksFindNothing(t *testing.T) {
	e, _ := open(t, "incident")
	for i, mark := range []string{"", "x", strings.Repeat("0", 36), strings.Repeat("0", 37), strings.Repeat("z", 36)} {
		if _, err := e.PutNote(engine.Note{ID: strconv.Itoa(i), UpdatedAtMS: 1, Anchors: []engine.NoteAnchor{{Mark: mark, Sealed: true}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range e.Notes() {
		if a := n.Anchors[0]; a.Chain != 0 || !a.Sealed {
			t.Errorf("%q found %+v", n.ID, a)
		}
	}
	again, _ := reopened(t, e)
	if notes := again.Notes(); len(notes) > 0 {
		t.Errorf("%+v went", notes)
	}
}

// The notes of a file are known as such, also once they were changed here; what the
// reader wrote stays the reader's when it comes back in a file.
func TestNotesOfFilesAreKnown(t *testing.T) {
	e, opened := open(t, "incident")
	own, err := e.PutNote(engine.Note{Text: "mine", Anchors: []engine.NoteAnchor{{Chain: opened.Chains[0].ID}}})
	if err != nil || own.FromFile {
		t.Fatal(own, err)
	}
	again, _ := reopened(t, e)
	theirs := again.Notes()[0]
	if !theirs.FromFile {
		t.Errorf("%+v", theirs)
	}
	theirs.Text, theirs.UpdatedAtMS = "changed", 0
	if changed, err := again.PutNote(theirs); err != nil || !changed.FromFile {
		t.Error(changed, err)
	}
	mine := engine.New(engine.Options{})
	if _, err := mine.PutNote(sealed(own)); err != nil {
		t.Fatal(err)
	}
	saved, _ := reopenedIn(t, mine, e)
	if n := saved.Notes(); len(n) != 1 || n[0].FromFile || n[0].Anchors[0].Chain == 0 {
		t.Errorf("%+v", n)
	}
}
