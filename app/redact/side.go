package redact

import (
	"encoding/hex"
	"errors"

	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

// What an export holds beside its chains: base snapshots and notes; findings.go has
// the findings.

func (r *rewriter) writeBases() error {
	for _, b := range r.src.Bases() {
		node := r.replacer.name(ClassNodeName, b.Node)
		s, ok, err := rebuildBase(b.Snapshot, r.replacer)
		if err != nil {
			return err
		}
		if !ok {
			r.summary.BasesDropped++
			r.tally.dropped(ClassDropped)
			continue
		}
		r.checker.name(ClassNodeName, node)
		again, ok, err := rebuildBase(s, r.checker)
		if err == nil && (!ok || string(again) != string(s)) {
			err = &LeakError{Class: "record", Offset: -1}
		}
		if err != nil {
			return located(err, "a base snapshot")
		}
		if err := r.w.AddBase(export.Base{Node: node, Snapshot: s}); err != nil {
			return err
		}
		r.summary.Bases++
	}
	return nil
}

func (r *rewriter) writeNotes() error {
	for _, n := range r.src.Notes() {
		id, err := r.noteID()
		if err != nil {
			return err
		}
		out := export.Note{
			ID:          id,
			Author:      r.replacer.name(ClassAuthor, n.Author),
			Text:        r.replacer.text(placeText, n.Text),
			CreatedAtMS: r.replacer.written(n.CreatedAtMS),
			UpdatedAtMS: r.replacer.written(n.UpdatedAtMS),
			Anchors:     r.moved(n.Anchors),
		}
		if s, some := n.Span.Get(); some {
			out.Span = postcard.Some(export.Span{FromMS: r.replacer.time(s.FromMS), ToMS: r.replacer.time(s.ToMS)})
		}
		r.checker.name(ClassAuthor, out.Author)
		r.checker.text(placeText, out.Text)
		if err := errors.Join(r.checked("a note"), r.w.AddNote(out)); err != nil {
			return err
		}
		r.summary.Notes++
	}
	return nil
}

// noteID draws an id: under its own, a redacted note would take the place of the
// original where both are opened.
func (r *rewriter) noteID() (string, error) {
	var b []byte
	for range 2 {
		v, err := r.ids.uint64()
		if err != nil {
			return "", err
		}
		for ; v > 0; v >>= bitsOfByte {
			b = append(b, byte(v))
		}
	}
	return hex.EncodeToString(b), nil
}

// moved ties a note to the entries that were written.
func (r *rewriter) moved(anchors []export.Anchor) []export.Anchor {
	var out []export.Anchor
	for _, a := range anchors {
		if word, some := r.anchors[anchor{a.Chain, a.Seq, a.FlagsAndChecksum}].Get(); some {
			out = append(out, export.Anchor{Chain: r.chains[a.Chain], Seq: r.replacer.order(a.Seq), FlagsAndChecksum: word})
		} else {
			r.tally.dropped(ClassOrder)
		}
	}
	return out
}
