package view

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"chainglass/app/engine"
	"chainglass/wire/postcard"
)

// Bounds of the notes that a browser keeps.
const (
	maxKeptNotes = 1000
	maxKeptBytes = 4 << 20
	// MaxNoteBytes bounds the text of a note.
	MaxNoteBytes = 20_000
)

// maxKeptMarks bounds the entries that one kept note is about.
const maxKeptMarks = 16

// keptNote is a note as a browser keeps it, where strangers may read it: what its
// writer wrote, and marks of the entries it is about, which name nothing.
type keptNote struct {
	ID, Author, Text         string
	CreatedAtMS, UpdatedAtMS uint64
	Marks                    []string         `json:",omitempty"`
	Span                     *engine.TimeSpan `json:",omitempty"`
}

// EncodeNotes writes notes for the browser to keep. Those that came with a file and
// what does not fit are left out.
func EncodeNotes(notes []engine.Note) string {
	kept := []keptNote{}
	size := 0
	for _, n := range notes {
		if n.FromFile {
			continue
		}
		if size += len(n.Text) + 256; size > maxKeptBytes || len(kept) == maxKeptNotes {
			break
		}
		k := keptNote{ID: n.ID, Author: n.Author, Text: n.Text, CreatedAtMS: n.CreatedAtMS, UpdatedAtMS: n.UpdatedAtMS}
		for _, a := range n.Anchors[:min(len(n.Anchors), maxKeptMarks)] {
			if a.Mark != "" {
				k.Marks = append(k.Marks, a.Mark)
			}
		}
		if n.Span.Some {
			k.Span = &n.Span.Value
		}
		kept = append(kept, k)
	}
	if len(kept) == 0 {
		return ""
	}
	text, err := json.Marshal(kept)
	if err != nil {
		panic("invariant: " + err.Error())
	}
	return string(text)
}

// DecodeNotes is the inverse of [EncodeNotes]: the anchors are sealed until their
// entries are open. Anyone can write into what a browser keeps: what is no note is
// left out.
func DecodeNotes(text string) []engine.Note {
	var all []keptNote
	if len(text) > 2*maxKeptBytes || json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	var notes []engine.Note
	for _, k := range all[:min(len(all), maxKeptNotes)] {
		if k.ID == "" || k.UpdatedAtMS == 0 || len(k.Text) > MaxNoteBytes {
			continue
		}
		n := engine.Note{ID: k.ID, Author: k.Author, Text: k.Text, CreatedAtMS: k.CreatedAtMS, UpdatedAtMS: k.UpdatedAtMS}
		for _, mark := range k.Marks[:min(len(k.Marks), maxKeptMarks)] {
			n.Anchors = append(n.Anchors, engine.NoteAnchor{Mark: mark, Sealed: true})
		}
		if k.Span != nil {
			n.Span = postcard.Some(*k.Span)
		}
		notes = append(notes, n)
	}
	return notes
}

// DecodeEarlierNotes reads what an earlier version kept, which was all notes, those
// of files among them, with the names of their entries. Whose they are is not known:
// they count as of a file and are kept no longer.
func DecodeEarlierNotes(text string) []engine.Note {
	var all, notes []engine.Note
	if len(text) > 2*maxKeptBytes || json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	for _, n := range all[:min(len(all), maxKeptNotes)] {
		if n.ID == "" || n.UpdatedAtMS == 0 || len(n.Text) > MaxNoteBytes {
			continue
		}
		n.FromFile = true
		for i := range n.Anchors {
			n.Anchors[i].Chain, n.Anchors[i].Position = 0, 0
		}
		notes = append(notes, n)
	}
	return notes
}

// AnchorText says what entry a note is about.
func AnchorText(a *engine.NoteAnchor) string {
	if a.Sealed {
		return "an entry"
	}
	name := VisibleText(strings.TrimSpace(a.Node + " " + a.Channel))
	return fmt.Sprintf("%s seq %s", name, strconv.FormatUint(a.Seq, 10))
}
