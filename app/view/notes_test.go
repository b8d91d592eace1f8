package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/wire/postcard"
)

func TestNotesAreKept(t *testing.T) {
	notes := []engine.Note{
		{ID: "a", Author: "ann", Text: "**here**", CreatedAtMS: 1, UpdatedAtMS: 2,
			Anchors: []engine.NoteAnchor{{Node: "node-1", Channel: "log", Seq: 7, FlagsAndChecksum: 9, Mark: "abcd", Chain: 3, Position: 7}}},
		{ID: "b", UpdatedAtMS: 3, Span: postcard.Some(engine.TimeSpan{FromMS: 1, ToMS: 2})},
		{ID: "c", Text: "of a file", UpdatedAtMS: 3, FromFile: true},
	}
	text := EncodeNotes(notes)
	for _, secret := range []string{"node-1", "log", "of a file"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is kept: %s", secret, text)
		}
	}
	if got := AnchorText(&notes[0].Anchors[0]); got != "node-1 log seq 7" {
		t.Errorf("anchor %q", got)
	}
	notes[0].Anchors[0] = engine.NoteAnchor{Mark: "abcd", Sealed: true}
	if diff := cmp.Diff(notes[:2], DecodeNotes(text)); diff != "" {
		t.Error(diff)
	}
	if text := EncodeNotes(notes[2:]); text != "" {
		t.Errorf("kept: %s", text)
	}
}

func TestWhatIsNoNoteIsLeftOut(t *testing.T) {
	for _, text := range []string{"", "{", "[1]", `[{"ID":""}]`, `[{"ID":"x"}]`, `[{"ID":"x","UpdatedAtMS":1,"Text":"` + strings.Repeat("x", MaxNoteBytes+1) + `"}]`} {
		if notes := DecodeNotes(text); len(notes) > 0 {
			t.Errorf("%.40q: %d notes", text, len(notes))
		}
	}
}

// What an earlier version kept is read once more, and never kept again.
func TestEarlierNotesAreRead(t *testing.T) {
	text := `[{"ID":"a","Text":"x","UpdatedAtMS":2,"Anchors":[{"Node":"node-1","Channel":"log","Seq":7,"FlagsAndChecksum":9,"Chain":3,"Position":7}],"Span":{"Some":false,"Value":{"FromMS":0,"ToMS":0}}},{"ID":""}]`
	want := []engine.Note{{ID: "a", Text: "x", UpdatedAtMS: 2, FromFile: true, Anchors: []engine.NoteAnchor{{Node: "node-1", Channel: "log", Seq: 7, FlagsAndChecksum: 9}}}}
	got := DecodeEarlierNotes(text)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := EncodeNotes(got); text != "" {
		t.Errorf("kept: %s", text)
	}
}

func TestKeptNotesAreBounded(t *testing.T) {
	many := make([]engine.Note, 2*maxKeptNotes)
	for i := range many {
		many[i] = engine.Note{ID: "x", UpdatedAtMS: 1, Text: strings.Repeat("y", MaxNoteBytes)}
	}
	if text := EncodeNotes(many); len(text) > 2*maxKeptBytes {
		t.Errorf("%d bytes are kept", len(text))
	}
}

func FuzzDecodeNotes(f *testing.F) {
	f.Add(`[{"ID":"x","UpdatedAtMS":1,"Marks":["ab"]}]`)
	f.Fuzz(func(_ *testing.T, text string) { EncodeNotes(DecodeNotes(text)) })
}
