package page

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
	"chainglass/wire/postcard"
)

// Notes are what people remarked. The engine has them.
type Notes struct {
	page *Page
	List []engine.Note
	Err  error
	// Keeping is what the browser keeps of them.
	Keeping keeping
	asking  Newest[rpc.Nothing, rpc.NotesResponse]
	Author  string
	// Draft is what is being written, nil for nothing.
	Draft *Draft
	// ToDelete is the note to be deleted, if that is confirmed.
	ToDelete string
}

// Draft is a note being written.
type Draft struct {
	Note engine.Note
	// About says what it is about; a span that is still to be written is in the
	// form's own field.
	About    string
	WithSpan bool
	Wrong    string
}

func newNotes(p *Page) Notes {
	k := newKeeping(p.host)
	return Notes{page: p, Keeping: k, Author: k.author()}
}

// ask asks for all notes, led to the chains that are open now. At first it
// gives the engine those that the browser kept.
func (n *Notes) ask() {
	for _, note := range n.Keeping.unsent() {
		rpc.Call(n.page.client, rpc.PutNote, note, openOptions{}, n.failed("A note of this browser was not taken"))
	}
	n.asking.replace(rpc.Nothing{}, of(n.page, rpc.Notes), func() {
		n.List, n.Err = nil, n.asking.Err()
		if answer := n.asking.Last(); answer != nil {
			n.List = answer.Notes
		}
		n.page.Rev.Details++
	})
}

func (n *Notes) failed(what string) func(engine.Note, error) {
	return func(_ engine.Note, err error) {
		if err != nil {
			n.page.Notice.fail(what, err)
		}
	}
}

// OnEntry begins a note on the selected entry.
func (n *Notes) OnEntry() {
	info := n.page.Selection.Info()
	if info == nil || n.page.Selection.Position < 0 {
		return
	}
	about := view.VisibleText(info.Name()) + ", position " + view.Count(n.page.Selection.Position)
	if d := n.page.Details.Detail.Current(); d != nil && d.Row.Position == n.page.Selection.Position {
		about = view.AnchorText(&engine.NoteAnchor{Node: info.Node, Channel: info.Channel, Seq: d.Row.Seq})
	}
	n.begin(&Draft{About: about, Note: engine.Note{Anchors: []engine.NoteAnchor{{Chain: n.page.Selection.Chain, Position: n.page.Selection.Position}}}})
}

// OnTime begins a note on a span of time, which the form asks for.
func (n *Notes) OnTime() { n.begin(&Draft{About: "a span of time", WithSpan: true}) }

// OnFinding begins a note on a finding: on where it begins and ends.
func (n *Notes) OnFinding(f *insight.Finding) {
	chain := engine.ChainID(f.Chain)
	anchors := []engine.NoteAnchor{{Chain: chain, Position: f.First}}
	if f.Last != f.First {
		anchors = append(anchors, engine.NoteAnchor{Chain: chain, Position: f.Last})
	}
	n.begin(&Draft{About: view.VisibleText(f.Title.String()), Note: engine.Note{Anchors: anchors}})
}

// Edit begins to change a note.
func (n *Notes) Edit(note engine.Note) {
	note.Anchors = slices.Clone(note.Anchors)
	n.begin(&Draft{About: "a change of a note", Note: note, WithSpan: note.Span.Some})
}

func (n *Notes) begin(d *Draft) {
	n.Draft, n.ToDelete = d, ""
	n.page.Details.Open(TabNotes)
	n.page.Pane = PaneDetails
}

// DropDraft forgets what is being written.
func (n *Notes) DropDraft() {
	n.Draft = nil
	n.page.Rev.Details++
}

// Put keeps what was written. It reports whether it could.
func (n *Notes) Put(author, text, span string) bool {
	d := n.Draft
	switch {
	case d == nil:
		return false
	case text == "":
		d.Wrong = "A note needs a text."
		return false
	case len(text) > view.MaxNoteBytes:
		d.Wrong = "That is longer than " + view.Bytes(view.MaxNoteBytes) + "."
		return false
	}
	note := d.Note
	note.Author, note.Text, note.UpdatedAtMS = author, text, 0
	if d.WithSpan {
		from, to, err := view.ParseSpan(span, n.page.Sources.FirstDayMS(), n.page.Zone())
		if err != nil || span == "" {
			d.Wrong = "Write a span of time like 16:08..16:15."
			return false
		}
		note.Span = postcard.Some(engine.TimeSpan{FromMS: from / 1e6, ToMS: to / 1e6})
	}
	n.Author = author
	n.Draft = nil
	n.page.Rev.Details++
	rpc.Call(n.page.client, rpc.PutNote, note, openOptions{}, func(put engine.Note, err error) {
		if err != nil {
			n.page.Notice.fail("The note was not taken", err)
			return
		}
		if n.Keeping.put(put, author) {
			n.page.Notice.tell("Note kept in this browser; saved with the chains it also travels")
		} else {
			n.page.Notice.tell("Note taken; it lasts as long as this page: save the chains to keep it")
		}
		n.ask()
	})
	return true
}

// Delete deletes a note once that is confirmed.
func (n *Notes) Delete(id string) {
	n.page.Rev.Details++
	if n.ToDelete != id {
		n.ToDelete = id
		return
	}
	n.ToDelete = ""
	rpc.Call(n.page.client, rpc.DeleteNote, rpc.DeleteNoteRequest{ID: id}, openOptions{}, func(_ rpc.Nothing, err error) {
		if err != nil {
			n.page.Notice.fail("The note was not deleted", err)
			return
		}
		n.Keeping.drop(id)
		n.page.Notice.tell("Note deleted")
		n.ask()
	})
}
