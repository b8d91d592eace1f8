package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
	"chainglass/wire"
)

// load is something being opened.
type load struct {
	label string
	began time.Time
	// named is true if the label may give way to the name of a dropped folder.
	named    bool
	source   engine.SourceID // 0 until the first chain is known
	progress engine.Progress
	cancel   func()
	// cancelling is true from the click on.
	cancelling bool
	// coming are the states of chains that were told of and are not taken yet.
	coming []engine.ChainInfo
}

// openOptions are the options of a request that opens something.
type openOptions = rpc.Options[browser.Files]

// takeFiles opens what the user gave.
func (s *store) takeFiles(origin browser.Origin, files browser.Files, notes []string) {
	s.walking = 0
	label := labelOf(origin, files)
	if len(notes) > 0 {
		s.addCard(notTaken(origin, label, notes))
	}
	if files.Count == 0 {
		if len(notes) == 0 {
			s.addCard(engine.Problem{
				Title:  "There was nothing in it",
				Path:   label,
				Advice: "Drop the node's storage folder, or any folder above it.",
			})
		}
		return
	}
	s.endMeasuring()
	s.sheet = sheetNone
	l := s.beginLoad(label)
	l.named = origin == browser.FromDrop || origin == browser.FromPick || origin == browser.FromServer
	options := openOptions{Files: []browser.Files{files}, Progress: func(p engine.Progress) { s.progressed(l, p) }}
	l.cancel = rpc.Call(s.client, rpc.Open, rpc.OpenRequest{Label: label}, options, s.opened(l))
}

// notTaken says what is not opened of what was given, and who left it out.
func notTaken(origin browser.Origin, label string, notes []string) engine.Problem {
	p := engine.Problem{
		Title:  "Some of it could not be taken",
		Path:   label,
		Detail: strings.Join(notes, "\n"),
		Advice: "The browser did not hand these over. Copy them elsewhere, or check their permissions, and try again.",
	}
	switch origin {
	case browser.FromServer:
		p.Title, p.Advice = "Some of it is not served", ""
	case browser.FromPage:
		p.Title = "The data of this page is damaged"
		p.Advice = "Get the page again. What comes before the damage is open; the checksums inside tell which entries are whole."
	}
	return p
}

// labelOf names what was opened.
func labelOf(origin browser.Origin, files browser.Files) string {
	switch origin {
	case browser.FromSample:
		return "sample incident"
	case browser.FromPaste:
		return "pasted"
	case browser.FromPage:
		return "in this page"
	case browser.FromServer:
		return "from the server"
	case browser.FromLink:
		return "link"
	case browser.FromAddress:
		return "from the address"
	}
	return view.Plural(files.Count, "file", "files")
}

// paste opens a pasted text.
func (s *store) paste(text string) {
	if strings.TrimSpace(text) == "" {
		s.fail("Nothing to open", errors.New("the field is empty"))
		return
	}
	s.endMeasuring()
	s.sheet = sheetNone
	l := s.beginLoad("pasted")
	l.cancel = rpc.Call(s.client, rpc.Paste, rpc.PasteRequest{Text: text}, openOptions{}, s.opened(l))
}

func (s *store) beginLoad(label string) *load {
	l := &load{label: label, began: time.Now()}
	s.loads = append(s.loads, l)
	return l
}

func (s *store) cancelLoad(l *load) {
	l.cancelling = true
	l.cancel()
}

func (s *store) progressed(l *load, p engine.Progress) {
	l.coming = append(l.coming, p.Chains...)
	p.Chains = nil
	l.progress = p
	if time.Since(s.takenAt) >= s.takePause(l) {
		s.takeComing(l)
	}
}

// takePause is how long what comes waits to be taken together. To list all chains anew takes
// about a tenth of what each of them adds to it. To show all that there is anew takes from
// the engine and its helpers what they could read with: the longer they read, the less often
// it is worth that.
func (s *store) takePause(l *load) time.Duration {
	const perChain, share, most = 50 * time.Microsecond, 4, time.Second
	return max(time.Duration(len(s.chains))*perChain, min(time.Since(l.began)/share, most))
}

// takeComing takes the chains that have come.
func (s *store) takeComing(l *load) {
	coming := l.coming
	l.coming = nil
	s.takeChains(l, coming)
	s.takenAt = time.Now()
}

// opened returns what to do once opening has ended.
func (s *store) opened(l *load) func(engine.Opened, error) {
	return func(o engine.Opened, err error) {
		s.loads = slices.DeleteFunc(s.loads, func(other *load) bool { return other == l })
		defer s.axisChains()
		defer s.reviewChanged()
		s.takeComing(l)
		if err != nil {
			s.openFailed(l, err)
			return
		}
		s.takeChains(l, o.Chains)
		s.askClocks()
		for _, p := range o.Problems {
			s.addCard(p)
		}
		s.tellOpened(l, &o)
		s.takeBase(l, &o)
	}
}

func (s *store) openFailed(l *load, err error) {
	if errors.Is(err, rpc.ErrEngineGone) {
		return // its own card says so
	}
	if strings.Contains(err.Error(), context.Canceled.Error()) {
		s.tell(l.label + ": cancelled")
		return
	}
	s.addCard(engine.Problem{
		Title:  "It could not be opened",
		Path:   l.label,
		Detail: err.Error(),
		Advice: "Chainglass opens channel folders, chain exports, archives of them, records as JSON or hex.",
	})
}

func (s *store) tellOpened(l *load, o *engine.Opened) {
	text := fmt.Sprintf("%s: %s", l.label, view.Summary(&o.Progress))
	if o.Cancelled {
		text = fmt.Sprintf("%s: cancelled after %s", l.label, view.Summary(&o.Progress))
	}
	if n := len(o.Bases); n > 0 {
		text += fmt.Sprintf(" · folds start from %s", strings.Join(o.Bases, ", "))
	}
	if n := len(o.Ignored); n > 0 {
		text += " · " + view.Plural(n, "file", "files") + " of no interest left out"
	}
	s.tell(text)
	if l.source == 0 && len(o.Problems)+len(o.Bases) == 0 && !o.Cancelled {
		s.addCard(engine.Problem{
			Title:  "No chain was found in it",
			Path:   l.label,
			Detail: "None of the files looks like a part of a channel folder, a chain export or records.",
			Advice: "A channel folder holds idx and dat, or generations named v0000000001 and so on. Drop it, or any folder above it.",
		})
	}
}

func (s *store) addCard(p engine.Problem) {
	s.cards = view.AddProblem(s.cards, p)
	s.rev.cards++
}

func (s *store) dismissCard(i int) {
	s.cards = slices.Delete(s.cards, i, i+1)
	s.rev.cards++
}

// takeChains takes the present state of chains of a load: of those that have come, or
// have changed since they were told of.
func (s *store) takeChains(l *load, infos []engine.ChainInfo) {
	if len(infos) == 0 {
		return
	}
	s.rev.sources++
	if l.source == 0 {
		l.source = infos[0].Source
		if roots := view.Roots(infos); roots != "" && l.named {
			l.label = roots
		}
		s.sources = append(s.sources, &source{id: l.source, label: l.label})
	}
	i := slices.IndexFunc(s.sources, func(o *source) bool { return o.id == l.source })
	if i < 0 {
		return // closed meanwhile
	}
	open := s.sources[i]
	grew := false
	for i := range infos {
		open.add(&infos[i])
		grew = s.takeChain(&infos[i]) || grew
	}
	s.takeWanted()
	s.selectFirst()
	if grew {
		s.shownGrew()
	}
	// While very many chains come, to place each of them takes longer than to read it.
	if time.Since(s.placedAt) >= placeEvery {
		s.axisChains()
		s.placedAt = time.Now()
	}
}

// placeEvery is how often chains are placed on the axis while they come. When all
// have come they are placed once more.
const placeEvery = 300 * time.Millisecond

// takeChain takes the present state of one chain and reports whether the table
// has more to show by it.
func (s *store) takeChain(info *engine.ChainInfo) (grew bool) {
	before := s.chains[info.ID]
	s.chains[info.ID] = info
	if before == nil {
		return s.isShown(info.ID) || len(s.shown.wanted) > 0
	}
	if info.ID == s.chain && before.Findings != info.Findings {
		s.rev.header++
		s.rev.details++
		s.askDetails()
	}
	return before.Indexed != info.Indexed && s.isShown(info.ID)
}

// closeSource forgets a source, and what is being read of it.
func (s *store) closeSource(id engine.SourceID) {
	i := slices.IndexFunc(s.sources, func(o *source) bool { return o.id == id })
	if i < 0 {
		return
	}
	for _, l := range s.loads {
		if l.source == id {
			s.cancelLoad(l)
		}
	}
	for _, c := range s.sources[i].chains {
		delete(s.chains, c.ID)
		if c.ID == s.chain {
			s.deselect()
		}
	}
	s.sources = slices.Delete(s.sources, i, i+1)
	s.rev.sources++
	s.rev.details++
	rpc.Call(s.client, rpc.Close, rpc.CloseRequest{Source: id}, openOptions{}, func(_ rpc.Nothing, err error) {
		if err != nil {
			s.fail("Closing failed", err)
		}
		s.reviewChanged()
	})
	s.closedSource()
	s.axisChains()
}

// closedSource shows what is left.
func (s *store) closedSource() {
	s.shown.picked = slices.DeleteFunc(s.shown.picked, func(id engine.ChainID) bool { return s.chains[id] == nil })
	if left := s.shownChains(); s.info() == nil && len(left) > 0 {
		s.chain = left[0].ID
		s.reselect()
	}
	s.selectFirst()
	s.shown.center = true
	s.reshow()
}

// setKind reads the selected chain as another kind. A choice ends the one before it, if
// that is still under way.
func (s *store) setKind(kind wire.ChainKind) {
	id := s.chain
	if end := s.endSetKind[id]; end != nil {
		end()
	}
	ended := false
	cancel := rpc.Call(s.client, rpc.SetKind, rpc.SetKindRequest{Chain: id, Kind: kind}, openOptions{},
		func(info engine.ChainInfo, err error) {
			if ended {
				return
			}
			delete(s.endSetKind, id)
			// What was told of the chain before is of its other kind.
			for _, l := range s.loads {
				l.coming = slices.DeleteFunc(l.coming, func(c engine.ChainInfo) bool { return c.ID == id })
			}
			if err != nil {
				s.fail("The chain could not be read as "+kind.String(), err)
				s.rev.header++
				return
			}
			if s.chains[id] == nil {
				return // closed meanwhile
			}
			s.chains[id] = &info
			if i := slices.IndexFunc(s.sources, func(o *source) bool { return o.id == info.Source }); i >= 0 {
				s.sources[i].add(&info)
			}
			s.rev.sources++
			s.axisChains()
			s.reviewChanged()
			if s.chain == id {
				s.reselect()
			}
		})
	s.endSetKind[id] = func() { ended = true; cancel() }
}
