package ui

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
	"chainglass/wire/postcard"
)

// notes are what people remarked. The engine has them.
type notes struct {
	list []engine.Note
	err  error
	// keeping is what the browser keeps of them.
	keeping keeping
	// asked counts the questions: only the answer to the last one is taken.
	asked  int
	author string
	// draft is what is being written, nil for nothing.
	draft *draft
	// doomed is the note to be deleted, if that is confirmed.
	doomed string
}

// draft is a note being written.
type draft struct {
	note engine.Note
	// about says what it is about; a span that is still to be written is in the
	// form's own field.
	about    string
	withSpan bool
	wrong    string
}

func newNotes() notes {
	k := newKeeping()
	return notes{keeping: k, author: k.author()}
}

// askNotes asks for all notes, led to the chains that are open now. At first it
// gives the engine those that the browser kept.
func (s *store) askNotes() {
	n := &s.notes
	for _, note := range n.keeping.unsent() {
		rpc.Call(s.client, rpc.PutNote, note, openOptions{}, s.noteFailed("A note of this browser was not taken"))
	}
	n.asked++
	asked := n.asked
	rpc.Call(s.client, rpc.Notes, rpc.Nothing{}, openOptions{}, func(answer rpc.NotesResponse, err error) {
		if asked != n.asked {
			return
		}
		n.list, n.err = answer.Notes, err
		s.rev.details++
	})
}

func (s *store) noteFailed(what string) func(engine.Note, error) {
	return func(_ engine.Note, err error) {
		if err != nil {
			s.fail(what, err)
		}
	}
}

// noteOnEntry begins a note on the selected entry.
func (s *store) noteOnEntry() {
	info := s.info()
	if info == nil || s.position < 0 {
		return
	}
	about := view.VisibleText(info.Name()) + ", position " + view.Count(s.position)
	if d := s.detail.current(); d != nil && d.Row.Position == s.position {
		about = view.AnchorText(&engine.NoteAnchor{Node: info.Node, Channel: info.Channel, Seq: d.Row.Seq})
	}
	s.beginNote(&draft{about: about, note: engine.Note{Anchors: []engine.NoteAnchor{{Chain: s.chain, Position: s.position}}}})
}

// noteOnTime begins a note on a span of time, which the form asks for.
func (s *store) noteOnTime() { s.beginNote(&draft{about: "a span of time", withSpan: true}) }

// noteOnInsight begins a note on a finding: on where it begins and ends.
func (s *store) noteOnInsight(f *insight.Finding) {
	chain := engine.ChainID(f.Chain)
	anchors := []engine.NoteAnchor{{Chain: chain, Position: f.First}}
	if f.Last != f.First {
		anchors = append(anchors, engine.NoteAnchor{Chain: chain, Position: f.Last})
	}
	s.beginNote(&draft{about: view.VisibleText(f.Title.String()), note: engine.Note{Anchors: anchors}})
}

// editNote begins to change a note.
func (s *store) editNote(note engine.Note) {
	note.Anchors = slices.Clone(note.Anchors)
	s.beginNote(&draft{about: "a change of a note", note: note, withSpan: note.Span.Some})
}

func (s *store) beginNote(d *draft) {
	s.notes.draft, s.notes.doomed = d, ""
	s.selectTab(tabNotes)
	s.pane = paneDetails
}

// dropNote forgets what is being written.
func (s *store) dropNote() {
	s.notes.draft = nil
	s.rev.details++
}

// putNote keeps what was written. It reports whether it could.
func (s *store) putNote(author, text, span string) bool {
	d := s.notes.draft
	switch {
	case d == nil:
		return false
	case text == "":
		d.wrong = "A note needs a text."
		return false
	case len(text) > view.MaxNoteBytes:
		d.wrong = "That is longer than " + view.Bytes(view.MaxNoteBytes) + "."
		return false
	}
	note := d.note
	note.Author, note.Text, note.UpdatedAtMS = author, text, 0
	if d.withSpan {
		from, to, err := view.ParseSpan(span, s.firstDayMS(), s.zone())
		if err != nil || span == "" {
			d.wrong = "Write a span of time like 16:08..16:15."
			return false
		}
		note.Span = postcard.Some(engine.TimeSpan{FromMS: from / 1e6, ToMS: to / 1e6})
	}
	s.notes.author = author
	s.notes.draft = nil
	s.rev.details++
	rpc.Call(s.client, rpc.PutNote, note, openOptions{}, func(put engine.Note, err error) {
		if err != nil {
			s.fail("The note was not taken", err)
			return
		}
		if s.notes.keeping.put(put, author) {
			s.tell("Note kept in this browser; saved with the chains it also travels")
		} else {
			s.tell("Note taken; it lasts as long as this page: save the chains to keep it")
		}
		s.askNotes()
	})
	return true
}

// deleteNote deletes a note once that is confirmed.
func (s *store) deleteNote(id string) {
	s.rev.details++
	if s.notes.doomed != id {
		s.notes.doomed = id
		return
	}
	s.notes.doomed = ""
	rpc.Call(s.client, rpc.DeleteNote, rpc.DeleteNoteRequest{ID: id}, openOptions{}, func(_ rpc.Nothing, err error) {
		if err != nil {
			s.fail("The note was not deleted", err)
			return
		}
		s.notes.keeping.drop(id)
		s.tell("Note deleted")
		s.askNotes()
	})
}
