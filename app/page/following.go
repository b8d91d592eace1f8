package page

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/rpc"
	"chainglass/app/view"
	"chainglass/wire/redex"
)

// Following is what has become on the disk of what is open, as far as the browser can look
// at it again, and the reading on of it.
type Following struct {
	page *Page
	// kept are the numbers under which the browser gives sources once more.
	kept map[engine.SourceID]int
	// news are what has become of chains since they were read, others counts the files of a
	// source that are of none of its chains and were not there.
	news   map[engine.ChainID]News
	others map[engine.SourceID]int
	// reading are the sources that are read on, and how.
	reading map[engine.SourceID]*readingOn
	// refusedAt is when reading on was last begun by itself.
	refusedAt time.Time
}

// News is what has become of a chain on the disk since it was read.
type News struct {
	// Entries and Bytes were appended: Bytes where entries cannot be told from sizes.
	Entries, Bytes int64
	// Apart is true if the chain does not begin any more as it was read, and has to be
	// read again; Gone if it is not there.
	Apart, Gone bool
	// Why says what is known of it.
	Why string
}

// Any reports whether there are any.
func (n News) Any() bool { return n != News{} }

// Text says in a few words what they are.
func (n News) Text() string {
	switch {
	case n.Gone:
		return "Gone from the disk"
	case n.Apart:
		return "Changed on disk"
	case n.Entries > 0:
		return view.Plural(n.Entries, "more entry", "more entries")
	}
	return view.Plural(n.Bytes, "more byte", "more bytes")
}

// Action is what the button beside them does.
func (n News) Action() string {
	if n.Apart {
		return "Read again"
	}
	return "Read on"
}

// readingOn is a source that is being read on.
type readingOn struct {
	// again has chains read again that do not begin as they did; quiet tells nothing of what
	// was not asked for.
	again, quiet bool
}

func newFollowing(p *Page) Following {
	return Following{
		page: p, kept: map[engine.SourceID]int{}, news: map[engine.ChainID]News{}, others: map[engine.SourceID]int{},
		reading: map[engine.SourceID]*readingOn{},
	}
}

// CanLook reports whether the browser can look again at a source.
func (f *Following) CanLook(id engine.SourceID) bool { return f.kept[id] != 0 }

// IsReading reports whether a source is being read on.
func (f *Following) IsReading(id engine.SourceID) bool { return f.reading[id] != nil }

// Of returns the news of a chain.
func (f *Following) Of(id engine.ChainID) News { return f.news[id] }

// Others returns how many files of a source have appeared that are of none of its chains.
func (f *Following) Others(id engine.SourceID) int { return f.others[id] }

// opened keeps the number under which the browser has what a load opened.
func (f *Following) opened(l *Load) {
	switch {
	case l.kept == 0:
	case l.source == 0:
		f.page.host.Forget(l.kept)
	default:
		f.kept[l.source] = l.kept
	}
}

// closed forgets a source.
func (f *Following) closed(source *Source) {
	if kept := f.kept[source.ID]; kept != 0 {
		f.page.host.Forget(kept)
	}
	delete(f.kept, source.ID)
	delete(f.others, source.ID)
	delete(f.reading, source.ID)
	for _, c := range source.Chains {
		delete(f.news, c.ID)
	}
}

// sourceOf returns the source that the browser keeps under a number.
func (f *Following) sourceOf(kept int) *Source {
	for _, s := range f.page.Sources.List {
		if f.kept[s.ID] == kept {
			return s
		}
	}
	return nil
}

// Changed takes what has become of the files of a source since they were given: all that is
// not as it was then.
func (f *Following) Changed(kept int, changes []host.FileChange) {
	s := f.sourceOf(kept)
	if s == nil || f.reading[s.ID] != nil {
		return
	}
	for _, c := range s.Chains {
		delete(f.news, c.ID)
	}
	f.others[s.ID] = 0
	for _, change := range changes {
		c := chainOf(s.Chains, change.Path)
		if c == nil {
			if change.Before < 0 {
				f.others[s.ID]++
			}
			continue
		}
		n := f.news[c.ID]
		n.add(c, change)
		if n.Any() {
			f.news[c.ID] = n
		}
	}
	f.page.Rev.Sources++
}

// chainOf returns the chain that a file belongs to: the innermost, if folders nest.
func chainOf(chains []*engine.ChainInfo, file string) (found *engine.ChainInfo) {
	for _, c := range chains {
		origin, _, _ := strings.Cut(strings.TrimSuffix(c.Origin, redex.SalvagedOrigin), "!/")
		rest, below := strings.CutPrefix(file, origin)
		if alone, _, several := strings.Cut(c.Origin, "#"); several && alone == file {
			rest, below = "", true
		}
		if below && (rest == "" || rest[0] == '/') && (found == nil || len(c.Origin) > len(found.Origin)) {
			found = c
		}
	}
	return found
}

// add takes what has become of a file of a chain.
func (n *News) add(c *engine.ChainInfo, change host.FileChange) {
	grown := change.Now - change.Before
	base := path.Base(change.Path)
	switch {
	case change.Path != c.Origin && base == "manifest.tmp":
	case change.Now < 0 && base == "manifest" || change.Now < 0 && change.Path == c.Origin:
		n.Gone = true
	case change.Before >= 0 && grown < 0:
		n.Apart, n.Why = true, "a file is shorter than it was, or gone"
	case change.Before < 0 && base == "idx":
		n.Apart, n.Why = true, "the channel has another generation"
	case base == "idx":
		n.Entries += grown / redex.RowSize
	case base == "dat" || base == "ts" || base == "manifest" || change.Before < 0:
		// Of an entry, the row is written after the payload.
	default:
		n.Bytes += grown
	}
}

// ReadOn reads what has come of a source, and again what does not begin any more as it was
// read, if that is wanted.
func (f *Following) ReadOn(id engine.SourceID, again bool) { f.begin(id, &readingOn{again: again}) }

func (f *Following) begin(id engine.SourceID, how *readingOn) {
	if f.reading[id] != nil || f.kept[id] == 0 {
		return
	}
	f.reading[id] = how
	f.page.Rev.Sources++
	f.page.host.Retake(f.kept[id])
}

// The browser does not read a file any more that was changed after it was given; taken once
// more, it does.

// refusedIn reads sources on by themselves whose rows the browser refuses to read.
func (f *Following) refusedIn(rows []engine.Row) {
	for i := range rows {
		if strings.Contains(rows[i].Error, host.UnreadableText) {
			f.refused(rows[i].Chain)
		}
	}
}

// refusedRows does so if that is the error of reading rows of the table.
func (f *Following) refusedRows(err error) {
	if strings.Contains(err.Error(), host.UnreadableText) {
		for _, c := range f.page.Shown.Chains() {
			f.refused(c.ID)
		}
	}
}

// refusedPause is how long after one reading on by itself none begins.
const refusedPause = 2 * time.Second

func (f *Following) refused(id engine.ChainID) {
	c := f.page.Sources.Chains[id]
	switch {
	case c == nil || f.reading[c.Source] != nil:
	case f.kept[c.Source] == 0:
		f.cannotLook(c.Source)
	case time.Since(f.refusedAt) >= refusedPause:
		f.refusedAt = time.Now()
		f.begin(c.Source, &readingOn{quiet: true})
	}
}

// cannotLook says what to do where the browser gives a file but once.
func (f *Following) cannotLook(id engine.SourceID) {
	for _, s := range f.page.Sources.List {
		if s.ID == id {
			f.page.Notice.fail("The files were changed", fmt.Errorf("the browser reads them only as they were given. Close %s and open it once more", s.Label))
		}
	}
}

// take reads a source on from files that were taken once more. It reports whether they are
// of an open source. What the user drops once more is read again where it has to be.
func (f *Following) take(files host.Files, notes []string) bool {
	s := f.sourceOf(files.Kept)
	if s == nil {
		return false
	}
	how := f.reading[s.ID]
	if how == nil {
		how = &readingOn{again: true}
		f.reading[s.ID] = how
	}
	l := f.page.Sources.beginLoad(s.Label)
	l.source = s.ID
	options := openOptions{Files: []host.Files{files}, Progress: func(p engine.Progress) { f.page.Sources.progressed(l, p) }}
	l.cancel = rpc.Call(f.page.client, rpc.ReadOn, engine.ReadOnSpec{Source: s.ID, Again: how.again}, options, func(r engine.Resumed, err error) {
		f.page.Sources.Loads = slices.DeleteFunc(f.page.Sources.Loads, func(other *Load) bool { return other == l })
		delete(f.reading, s.ID)
		f.page.Rev.Sources++
		f.page.Sources.takeComing(l)
		f.resumed(s, how, &r, err)
	})
	if len(notes) > 0 {
		f.page.Sources.addCard(notTaken(host.FromDrop, s.Label, notes))
	}
	return true
}

// resumed takes the answer.
func (f *Following) resumed(s *Source, how *readingOn, r *engine.Resumed, err error) {
	switch {
	case errors.Is(err, rpc.ErrEngineGone):
		return
	case err != nil:
		f.page.Notice.fail("Reading on", err)
		return
	case r.Cancelled:
		f.page.Notice.tell(s.Label + ": reading on was cancelled")
		return
	}
	f.others[s.ID] = 0
	for _, c := range s.Chains {
		delete(f.news, c.ID)
	}
	shown := false
	for i := range r.Changes {
		c := &r.Changes[i]
		shown = shown || f.page.Shown.Has(c.Chain.ID)
		switch {
		case c.Closed:
			f.page.Sources.forgetChain(s, c.Chain.ID)
		case !c.Read:
			f.news[c.Chain.ID] = News{Apart: c.Kind.Apart(), Gone: c.Kind == engine.ChangeGone, Why: c.Why}
		case c.Kind.Apart() && c.Chain.ID == f.page.Selection.Chain:
			f.page.Selection.reselect()
		}
	}
	for _, p := range r.Problems {
		f.page.Sources.addCard(p)
	}
	if !how.quiet || len(r.Changes) > 0 {
		f.page.Notice.tell(resumedText(s.Label, r))
	}
	if shown || how.quiet {
		f.page.Table.forget()
		f.page.Details.ask()
		f.page.Selection.shownGrew()
	}
	f.page.Axis.chainsChanged()
	f.page.chainsChanged()
}

// resumedText says what has come.
func resumedText(label string, r *engine.Resumed) string {
	added, chains, apart := 0, 0, 0
	for i := range r.Changes {
		switch c := &r.Changes[i]; {
		case !c.Read:
			apart++
		case c.Kind == engine.ChangeAppended || c.Kind == engine.ChangeAppeared:
			added += c.Added
			chains++
		}
	}
	text := label + ": nothing has come"
	switch {
	case chains > 0:
		text = fmt.Sprintf("%s: %s in %s", label, view.Plural(added, "more entry", "more entries"), view.Plural(chains, "chain", "chains"))
	case len(r.Changes) > apart:
		text = label + ": read again"
	}
	if apart > 0 {
		text += "; " + view.Plural(apart, "chain is", "chains are") + " not on the disk as read"
	}
	return text
}
