package engine

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"sort"
	"time"

	"chainglass/app/engine/part"
	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

// Note is a remark of a person on entries or on a time.
type Note struct {
	// ID identifies the note wherever it is copied to; empty for a new one.
	ID           string
	Author, Text string
	// CreatedAtMS and UpdatedAtMS are Unix milliseconds.
	CreatedAtMS, UpdatedAtMS uint64
	// Anchors are the entries it is about.
	Anchors []NoteAnchor
	// Span is the time it is about, if it is about one.
	Span postcard.Option[TimeSpan]
	// FromFile is true for a note that came with a file, whoever has changed it
	// since.
	FromFile bool
}

// TimeSpan is a range of Unix milliseconds, both ends included.
type TimeSpan struct{ FromMS, ToMS uint64 }

// NoteAnchor ties a note to an entry by what the entry is, so that it holds when
// the chain is opened again or from another copy.
type NoteAnchor struct {
	Node, Channel string
	Seq           uint64
	// FlagsAndChecksum is the stored word of the entry.
	FlagsAndChecksum uint32
	// Mark finds the entry again and names nothing of it; see noteMark. Of an anchor
	// that is Sealed nothing else is known: its entry was not open since.
	Mark   string
	Sealed bool
	// Chain and Position are where the entry is among the open chains; Chain is 0
	// if it is not.
	Chain    ChainID
	Position int
}

// Notes returns all notes, by the time of their first anchor or span, with their
// anchors led to the open chains.
func (e *Engine) Notes() []Note {
	e.noting.Lock()
	defer e.noting.Unlock()
	open := e.all()
	e.unseal(open)
	notes := make([]Note, 0, len(e.notes))
	for _, n := range e.notes {
		n.Anchors = slices.Clone(n.Anchors)
		for i := range n.Anchors {
			lead(&n.Anchors[i], open)
		}
		notes = append(notes, n)
	}
	sort.SliceStable(notes, func(i, j int) bool {
		return noteTime(&notes[i], open) < noteTime(&notes[j], open)
	})
	return notes
}

// noteTime is the time a note is listed at; notes on nothing open come last.
func noteTime(n *Note, open []*reading) uint64 {
	if n.Span.Some {
		return part.MillisToNanos(n.Span.Value.FromMS)
	}
	for _, a := range n.Anchors {
		if c := withID(open, a.Chain); c != nil {
			return c.index.timeNS(a.Position)
		}
	}
	return 1<<64 - 1
}

// withID returns the reading of a chain, nil if it is not there.
func withID(open []*reading, id ChainID) *reading {
	for _, c := range open {
		if c.id == id {
			return c
		}
	}
	return nil
}

// lead finds the entry of an anchor among the open chains.
func lead(a *NoteAnchor, open []*reading) {
	a.Chain, a.Position = 0, 0
	if a.Sealed {
		return
	}
	for _, c := range open {
		if c.source.Node != a.Node || c.source.Channel != a.Channel {
			continue
		}
		if position, found := c.findEntry(a.Seq, a.FlagsAndChecksum); found {
			a.Chain, a.Position = c.id, position
			return
		}
	}
}

// findEntry finds an entry by its number and stored word.
func (c *reading) findEntry(seq uint64, flagsAndChecksum uint32) (position int, found bool) {
	if c.index.length == 0 {
		return 0, false
	}
	// Most chains count without a gap: no search is needed.
	if first := c.index.row(0).seq; seq >= first && seq-first < uint64(c.index.length) {
		if i := int(seq - first); c.index.row(i).seq == seq && c.hasWord(i, flagsAndChecksum) {
			return i, true
		}
	}
	return c.index.positionOf(seq, func(position int) bool { return c.hasWord(position, flagsAndChecksum) })
}

func (c *reading) hasWord(position int, flagsAndChecksum uint32) bool {
	same := false
	err := c.entries(context.Background(), []int{position}, func(_ int, e *wire.Entry) error {
		same = e.FlagsAndChecksum == flagsAndChecksum
		return nil
	}, nil)
	return err == nil && same
}

// PutNote adds or changes a note and returns it as kept. Anchors name open
// entries by Chain and Position; the rest of them is filled in. A note that is
// known under its ID is replaced unless the known one is newer; an UpdatedAtMS
// of 0 means now.
func (e *Engine) PutNote(n Note) (Note, error) {
	now := uint64(max(time.Now().UnixMilli(), 0))
	if n.ID == "" {
		var id [12]byte
		if _, err := rand.Read(id[:]); err != nil {
			return Note{}, err
		}
		n.ID, n.CreatedAtMS = hex.EncodeToString(id[:]), now
	}
	if n.UpdatedAtMS == 0 {
		n.UpdatedAtMS = now
	}
	e.noting.Lock()
	defer e.noting.Unlock()
	open := e.all()
	for i := range n.Anchors {
		a := &n.Anchors[i]
		c := withID(open, a.Chain)
		if c == nil || a.Node != "" || a.Position < 0 || a.Position >= c.index.length {
			continue
		}
		if err := a.tie(c, a.Position); err != nil {
			return Note{}, err
		}
	}
	e.marksSought = nil
	e.keepNote(n)
	return n, nil
}

// tie fills in what ties an anchor to the entry at a position of a chain.
func (a *NoteAnchor) tie(c *reading, position int) error {
	return c.entries(context.Background(), []int{position}, func(_ int, entry *wire.Entry) error {
		a.Node, a.Channel = c.source.Node, c.source.Channel
		a.Seq, a.FlagsAndChecksum = entry.Seq, entry.FlagsAndChecksum
		a.Mark, a.Sealed = c.noteMark(position), false
		return nil
	}, nil)
}

// keepNote adds a note, or replaces the one with its ID if that is not newer. What
// a file holds of a note that is the same stays behind: then it is the reader's.
func (e *Engine) keepNote(n Note) {
	i := slices.IndexFunc(e.notes, func(known Note) bool { return known.ID == n.ID })
	switch {
	case i < 0:
		e.notes = append(e.notes, n)
	case e.notes[i].UpdatedAtMS < n.UpdatedAtMS, e.notes[i].UpdatedAtMS == n.UpdatedAtMS && !n.FromFile:
		e.notes[i] = n
	}
}

// DeleteNote forgets a note.
func (e *Engine) DeleteNote(id string) {
	e.noting.Lock()
	defer e.noting.Unlock()
	e.notes = slices.DeleteFunc(e.notes, func(n Note) bool { return n.ID == id })
}

// takeNotes adds the notes of an export that was opened. Its chains may be called
// otherwise here: names has them by their origins.
func (e *Engine) takeNotes(from *source.Export, names map[string]NoteAnchor) {
	e.noting.Lock()
	defer e.noting.Unlock()
	chains := map[export.ChainID]NoteAnchor{}
	for i, c := range from.File.Chains() {
		if named, is := names[from.ChainOrigin(i)]; is {
			chains[c.ID] = named
		} else {
			chains[c.ID] = NoteAnchor{Node: c.Node, Channel: c.Channel}
		}
	}
	for _, x := range from.File.Notes() {
		n := Note{ID: x.ID, Author: x.Author, Text: x.Text, CreatedAtMS: x.CreatedAtMS, UpdatedAtMS: x.UpdatedAtMS, FromFile: true}
		if x.Span.Some {
			n.Span = postcard.Some(TimeSpan(x.Span.Value))
		}
		for _, a := range x.Anchors {
			if anchor, known := chains[a.Chain]; known {
				anchor.Seq, anchor.FlagsAndChecksum = a.Seq, a.FlagsAndChecksum
				n.Anchors = append(n.Anchors, anchor)
			}
		}
		e.keepNote(n)
	}
}
