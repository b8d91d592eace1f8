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
			Anchors: []engine.NoteAnchor{{Node: "node-1", Channel: "log", Seq: 7, FlagsAndChecksum: 9, Chain: 3, Position: 7}}},
		{ID: "b", UpdatedAtMS: 3, Span: postcard.Some(engine.TimeSpan{FromMS: 1, ToMS: 2})},
	}
	got := DecodeNotes(EncodeNotes(notes))
	notes[0].Anchors[0].Chain, notes[0].Anchors[0].Position = 0, 0
	if diff := cmp.Diff(notes, got); diff != "" {
		t.Error(diff)
	}
	if got := AnchorText(&notes[0].Anchors[0]); got != "node-1 log seq 7" {
		t.Errorf("anchor %q", got)
	}
}

func TestWhatIsNoNoteIsLeftOut(t *testing.T) {
	for _, text := range []string{"", "{", "[1]", `[{"ID":""}]`, `[{"ID":"x"}]`, `[{"ID":"x","UpdatedAtMS":1,"Text":"` + strings.Repeat("x", MaxNoteBytes+1) + `"}]`} {
		if notes := DecodeNotes(text); len(notes) > 0 {
			t.Errorf("%.40q: %d notes", text, len(notes))
		}
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
	f.Add(`[{"ID":"x","UpdatedAtMS":1,"Anchors":[{"Seq":1}]}]`)
	f.Fuzz(func(_ *testing.T, text string) { EncodeNotes(DecodeNotes(text)) })
}
