package ui

import (
	"slices"
	"strings"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/view"
)

// keeping is what the browser keeps of the notes for the next visit: only what the
// reader of this page wrote, with marks in place of the names of entries. Nothing of
// an opened file is kept, neither its notes nor its names.
//
// Unless the reader says otherwise, a page of a server keeps notes and a page from
// a disk does not: all pages from a disk share one storage, so that any file that
// somebody opens by double-click could read them.
type keeping struct {
	on bool
	// disk is true for a page from a disk, where names the others that can read.
	disk  bool
	where string
	notes []engine.Note
	// earlier are what an earlier version kept, which was more than the reader's.
	earlier []engine.Note
	// sent is true once the engine has the notes.
	sent bool
	// refused is true if the browser did not keep something.
	refused bool
}

// What the browser keeps, beside the theme.
const (
	keptNotesKey  = "chainglass-own-notes"
	keptAuthorKey = "chainglass-author"
	// keepKey holds the reader's choice: keepYes, keepNo or nothing.
	keepKey = "chainglass-keep-notes"
	keepYes = "yes"
	keepNo  = "no"
)

// Earlier versions kept what came out of opened files: notes of theirs with the
// names of entries, and findings by name.
const (
	earlierNotesKey    = "chainglass-notes"
	earlierFindingsKey = "chainglass-hidden-findings"
)

func newKeeping() keeping { return keepingAt(browser.Address()) }

// keepingAt is what is kept for a page of that address.
func keepingAt(address string) keeping {
	scheme, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	k := keeping{disk: scheme == "file", where: "pages from " + host}
	if k.disk {
		k.where = "pages from this disk; other pages on this disk can read them"
	}
	k.earlier = view.DecodeEarlierNotes(browser.Recall(earlierNotesKey))
	browser.Remember(earlierNotesKey, "")
	browser.Remember(earlierFindingsKey, "")
	choice := browser.Recall(keepKey)
	k.on = choice == keepYes || choice != keepNo && !k.disk
	if k.on {
		k.notes = view.DecodeNotes(browser.Recall(keptNotesKey))
	} else {
		k.forget()
	}
	return k
}

// author is who wrote the last note that was kept.
func (k *keeping) author() string {
	if !k.on {
		return ""
	}
	return browser.Recall(keptAuthorKey)
}

// unsent are the notes that the engine does not have yet.
func (k *keeping) unsent() []engine.Note {
	if k.sent {
		return nil
	}
	k.sent = true
	return append(slices.Clone(k.notes), k.earlier...)
}

// put keeps a note that was written. It reports whether the browser did.
func (k *keeping) put(n engine.Note, author string) bool {
	if !k.on || n.FromFile {
		return false
	}
	i := slices.IndexFunc(k.notes, func(known engine.Note) bool { return known.ID == n.ID })
	if i < 0 {
		k.notes = append(k.notes, n)
	} else {
		k.notes[i] = n
	}
	k.refused = !browser.Remember(keptAuthorKey, author) || !k.write()
	return !k.refused
}

// drop keeps a note no longer.
func (k *keeping) drop(id string) {
	k.notes = slices.DeleteFunc(k.notes, func(n engine.Note) bool { return n.ID == id })
	if k.on {
		k.write()
	}
}

func (k *keeping) write() bool { return browser.Remember(keptNotesKey, view.EncodeNotes(k.notes)) }

// forget removes what is kept, but not the reader's choice.
func (k *keeping) forget() {
	k.notes = nil
	browser.Remember(keptNotesKey, "")
	browser.Remember(keptAuthorKey, "")
}

// choose keeps notes from now on, or no longer and forgets those that were kept.
func (k *keeping) choose(on bool, own []engine.Note, author string) {
	k.on, k.refused = on, false
	choice := ""
	switch {
	case on && k.disk:
		choice = keepYes
	case !on && !k.disk:
		choice = keepNo
	}
	remembered := browser.Remember(keepKey, choice)
	if !on {
		k.forget()
		return
	}
	k.refused = !remembered
	for _, n := range own {
		k.put(n, author)
	}
}

// text says what becomes of notes.
func (k *keeping) text() string {
	switch {
	case len(k.earlier) > 0:
		return "An earlier version kept " + view.Plural(len(k.earlier), "note", "notes") + " in this browser, shown here for the last time. Save chains and notes to keep them."
	case k.on && k.refused:
		return "This browser refuses to keep notes for this page: they last as long as the page. Save chains and notes to keep them."
	case k.on:
		return "The notes that you write are kept in this browser, for " + k.where + ". Nothing of an opened file is kept, nor are its notes."
	case k.disk:
		return "Notes last as long as this page: nothing is kept in this browser, because other pages on this disk could read it. Save chains and notes to keep them."
	}
	return "Notes last as long as this page: nothing is kept in this browser. Save chains and notes to keep them."
}

// keepNotes chooses whether the browser keeps the reader's notes.
func (s *store) keepNotes(on bool) {
	s.notes.keeping.choose(on, s.notes.list, s.notes.author)
	s.rev.details++
}

// forgetNotes has the browser forget the notes that it kept. Those that are open
// here stay as long as the page.
func (s *store) forgetNotes() {
	s.notes.keeping.forget()
	s.tell("Forgotten. The notes that are open here last as long as this page")
	s.rev.details++
}
