package view

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"chainglass/app/engine"
)

// Bounds of the notes that a browser keeps.
const (
	maxKeptNotes = 1000
	maxKeptBytes = 4 << 20
	// MaxNoteBytes bounds the text of a note.
	MaxNoteBytes = 20_000
)

// EncodeNotes writes notes for the browser to keep: the entries they are about
// by what these are, not by where they are now. What does not fit is left out.
func EncodeNotes(notes []engine.Note) string {
	kept := make([]engine.Note, 0, len(notes))
	size := 0
	for _, n := range notes[:min(len(notes), maxKeptNotes)] {
		if size += len(n.Text) + 256; size > maxKeptBytes {
			break
		}
		kept = append(kept, withoutPlaces(n))
	}
	text, err := json.Marshal(kept)
	if err != nil {
		panic("invariant: " + err.Error())
	}
	return string(text)
}

// DecodeNotes is the inverse of [EncodeNotes]. Anyone can write into what a
// browser keeps: what is no note is left out.
func DecodeNotes(text string) []engine.Note {
	var all, notes []engine.Note
	if len(text) > 2*maxKeptBytes || json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	for _, n := range all[:min(len(all), maxKeptNotes)] {
		if n.ID != "" && n.UpdatedAtMS > 0 && len(n.Text) <= MaxNoteBytes {
			notes = append(notes, withoutPlaces(n))
		}
	}
	return notes
}

func withoutPlaces(n engine.Note) engine.Note {
	anchors := n.Anchors
	n.Anchors = nil
	for _, a := range anchors {
		a.Chain, a.Position = 0, 0
		n.Anchors = append(n.Anchors, a)
	}
	return n
}

// AnchorText says what entry a note is about.
func AnchorText(a *engine.NoteAnchor) string {
	name := VisibleText(strings.TrimSpace(a.Node + " " + a.Channel))
	return fmt.Sprintf("%s seq %s", name, strconv.FormatUint(a.Seq, 10))
}
