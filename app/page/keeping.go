package page

import (
	"slices"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/host"
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
	host host.Host
	On   bool
	// disk is true for a page from a disk, where names the others that can read.
	disk  bool
	where string
	Notes []engine.Note
	// earlier are what an earlier version kept, which was more than the reader's.
	earlier []engine.Note
	// sent is true once the engine has the notes.
	sent bool
	// Refused is true if the browser did not keep something.
	Refused bool
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

// newKeeping is what the host keeps for a page of its address.
func newKeeping(h host.Host) keeping {
	scheme, rest, _ := strings.Cut(h.Address(), "://")
	name, _, _ := strings.Cut(rest, "/")
	k := keeping{host: h, disk: scheme == "file", where: "pages from " + name}
	if k.disk {
		k.where = "pages from this disk; other pages on this disk can read them"
	}
	k.earlier = view.DecodeEarlierNotes(k.host.Recall(earlierNotesKey))
	k.host.Remember(earlierNotesKey, "")
	k.host.Remember(earlierFindingsKey, "")
	choice := k.host.Recall(keepKey)
	k.On = choice == keepYes || choice != keepNo && !k.disk
	if k.On {
		k.Notes = view.DecodeNotes(k.host.Recall(keptNotesKey))
	} else {
		k.forget()
	}
	return k
}

// author is who wrote the last note that was kept.
func (k *keeping) author() string {
	if !k.On {
		return ""
	}
	return k.host.Recall(keptAuthorKey)
}

// unsent are the notes that the engine does not have yet.
func (k *keeping) unsent() []engine.Note {
	if k.sent {
		return nil
	}
	k.sent = true
	return append(slices.Clone(k.Notes), k.earlier...)
}

// put keeps a note that was written. It reports whether the browser did.
func (k *keeping) put(n engine.Note, author string) bool {
	if !k.On || n.FromFile {
		return false
	}
	i := slices.IndexFunc(k.Notes, func(known engine.Note) bool { return known.ID == n.ID })
	if i < 0 {
		k.Notes = append(k.Notes, n)
	} else {
		k.Notes[i] = n
	}
	k.Refused = !k.host.Remember(keptAuthorKey, author) || !k.write()
	return !k.Refused
}

// drop keeps a note no longer.
func (k *keeping) drop(id string) {
	k.Notes = slices.DeleteFunc(k.Notes, func(n engine.Note) bool { return n.ID == id })
	if k.On {
		k.write()
	}
}

func (k *keeping) write() bool { return k.host.Remember(keptNotesKey, view.EncodeNotes(k.Notes)) }

// forget removes what is kept, but not the reader's choice.
func (k *keeping) forget() {
	k.Notes = nil
	k.host.Remember(keptNotesKey, "")
	k.host.Remember(keptAuthorKey, "")
}

// choose keeps notes from now on, or no longer and forgets those that were kept.
func (k *keeping) choose(on bool, own []engine.Note, author string) {
	k.On, k.Refused = on, false
	choice := ""
	switch {
	case on && k.disk:
		choice = keepYes
	case !on && !k.disk:
		choice = keepNo
	}
	remembered := k.host.Remember(keepKey, choice)
	if !on {
		k.forget()
		return
	}
	k.Refused = !remembered
	for _, n := range own {
		k.put(n, author)
	}
}

// Text says what becomes of notes.
func (k *keeping) Text() string {
	switch {
	case len(k.earlier) > 0:
		return "An earlier version kept " + view.Plural(len(k.earlier), "note", "notes") + " in this browser, shown here for the last time. Save chains and notes to keep them."
	case k.On && k.Refused:
		return "This browser refuses to keep notes for this page: they last as long as the page. Save chains and notes to keep them."
	case k.On:
		return "The notes that you write are kept in this browser, for " + k.where + ". Nothing of an opened file is kept, nor are its notes."
	case k.disk:
		return "Notes last as long as this page: nothing is kept in this browser, because other pages on this disk could read it. Save chains and notes to keep them."
	}
	return "Notes last as long as this page: nothing is kept in this browser. Save chains and notes to keep them."
}

// Keep chooses whether the browser keeps the reader's notes.
func (n *Notes) Keep(on bool) {
	n.Keeping.choose(on, n.List, n.Author)
	n.page.Rev.Details++
}

// ForgetKept has the browser forget the notes that it kept. Those that are open
// here stay as long as the page.
func (n *Notes) ForgetKept() {
	n.Keeping.forget()
	n.page.Notice.tell("Forgotten. The notes that are open here last as long as this page")
	n.page.Rev.Details++
}
