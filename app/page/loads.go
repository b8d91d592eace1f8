package page

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Load is something being opened.
type Load struct {
	Label string
	began time.Time
	// named is true if the label may give way to the name of a dropped folder.
	named    bool
	source   engine.SourceID // 0 until the first chain is known
	Progress engine.Progress
	cancel   func()
	// Cancelling is true from the click on.
	Cancelling bool
	// coming are the states of chains that were told of and are not taken yet.
	coming []engine.ChainInfo
	// kept is the number under which the browser has what is opened, 0 if it has not.
	kept int
}

// openOptions are the options of a request that opens something.
type openOptions = rpc.Options[host.Files]

// TakeFiles opens what the user gave.
func (s *Sources) TakeFiles(origin host.Origin, files host.Files, notes []string) {
	s.Walking = 0
	if files.Again && s.page.Following.take(files, notes) {
		return
	}
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
	s.page.Sharing.endMeasuring()
	s.page.Sheets.Sheet = SheetNone
	l := s.beginLoad(label)
	l.kept = files.Kept
	l.named = origin == host.FromDrop || origin == host.FromPick || origin == host.FromServer
	options := openOptions{Files: []host.Files{files}, Progress: func(p engine.Progress) { s.progressed(l, p) }}
	l.cancel = rpc.Call(s.page.client, rpc.Open, rpc.OpenRequest{Label: label}, options, s.opened(l))
}

// notTaken says what is not opened of what was given, and who left it out.
func notTaken(origin host.Origin, label string, notes []string) engine.Problem {
	p := engine.Problem{
		Title:  "Some of it could not be taken",
		Path:   label,
		Detail: strings.Join(notes, "\n"),
		Advice: "The browser did not hand these over. Copy them elsewhere, or check their permissions, and try again.",
	}
	switch origin {
	case host.FromServer:
		p.Title, p.Advice = "Some of it is not served", ""
	case host.FromPage:
		p.Title = "The data of this page is damaged"
		p.Advice = "Get the page again. What comes before the damage is open; the checksums inside tell which entries are whole."
	}
	return p
}

// labelOf names what was opened.
func labelOf(origin host.Origin, files host.Files) string {
	switch origin {
	case host.FromSample:
		return "sample incident"
	case host.FromPaste:
		return "pasted"
	case host.FromPage:
		return "in this page"
	case host.FromServer:
		return "from the server"
	case host.FromLink:
		return "link"
	case host.FromAddress:
		return "from the address"
	}
	return view.Plural(files.Count, "file", "files")
}

// Paste opens a pasted text.
func (s *Sources) Paste(text string) {
	if strings.TrimSpace(text) == "" {
		s.page.Notice.fail("Nothing to open", errors.New("the field is empty"))
		return
	}
	s.page.Sharing.endMeasuring()
	s.page.Sheets.Sheet = SheetNone
	l := s.beginLoad("pasted")
	l.cancel = rpc.Call(s.page.client, rpc.Paste, rpc.PasteRequest{Text: text}, openOptions{}, s.opened(l))
}

func (s *Sources) beginLoad(label string) *Load {
	l := &Load{Label: label, began: time.Now()}
	s.Loads = append(s.Loads, l)
	return l
}

// CancelLoad ends what is being opened. What has come of it stays.
func (s *Sources) CancelLoad(l *Load) {
	l.Cancelling = true
	l.cancel()
}

func (s *Sources) progressed(l *Load, p engine.Progress) {
	l.coming = append(l.coming, p.Chains...)
	p.Chains = nil
	l.Progress = p
	if time.Since(s.takenAt) >= s.takePause(l) {
		s.takeComing(l)
	}
}

// takePause is how long what comes waits to be taken together. To list all chains anew takes
// about a tenth of what each of them adds to it. To show all that there is anew takes from
// the engine and its helpers what they could read with: the longer they read, the less often
// it is worth that.
func (s *Sources) takePause(l *Load) time.Duration {
	const perChain, share, most = 50 * time.Microsecond, 4, time.Second
	return max(time.Duration(len(s.Chains))*perChain, min(time.Since(l.began)/share, most))
}

// takeComing takes the chains that have come.
func (s *Sources) takeComing(l *Load) {
	coming := l.coming
	l.coming = nil
	s.takeChains(l, coming)
	s.takenAt = time.Now()
}

// opened returns what to do once opening has ended.
func (s *Sources) opened(l *Load) func(engine.Opened, error) {
	return func(o engine.Opened, err error) {
		s.Loads = slices.DeleteFunc(s.Loads, func(other *Load) bool { return other == l })
		defer s.page.Axis.chainsChanged()
		defer s.page.chainsChanged()
		s.takeComing(l)
		s.page.Following.opened(l)
		if err != nil {
			s.openFailed(l, err)
			return
		}
		s.takeChains(l, o.Chains)
		s.page.Shown.askClocks()
		for _, p := range o.Problems {
			s.addCard(p)
		}
		s.tellOpened(l, &o)
		s.takeBase(l, &o)
	}
}

func (s *Sources) openFailed(l *Load, err error) {
	if errors.Is(err, rpc.ErrEngineGone) {
		return // its own card says so
	}
	if strings.Contains(err.Error(), context.Canceled.Error()) {
		s.page.Notice.tell(l.Label + ": cancelled")
		return
	}
	s.addCard(engine.Problem{
		Title:  "It could not be opened",
		Path:   l.Label,
		Detail: err.Error(),
		Advice: "Chainglass opens channel folders, chain exports, archives of them, records as JSON or hex.",
	})
}

func (s *Sources) tellOpened(l *Load, o *engine.Opened) {
	text := fmt.Sprintf("%s: %s", l.Label, view.Summary(&o.Progress))
	if o.Cancelled {
		text = fmt.Sprintf("%s: cancelled after %s", l.Label, view.Summary(&o.Progress))
	}
	if n := len(o.Bases); n > 0 {
		text += fmt.Sprintf(" · folds start from %s", strings.Join(o.Bases, ", "))
	}
	if n := len(o.Ignored); n > 0 {
		text += " · " + view.Plural(n, "file", "files") + " of no interest left out"
	}
	s.page.Notice.tell(text)
	if l.source == 0 && len(o.Problems)+len(o.Bases) == 0 && !o.Cancelled {
		s.addCard(engine.Problem{
			Title:  "No chain was found in it",
			Path:   l.Label,
			Detail: "None of the files looks like a part of a channel folder, a chain export or records.",
			Advice: "A channel folder holds idx and dat, or generations named v0000000001 and so on. Drop it, or any folder above it.",
		})
	}
}

// takeChains takes the present state of chains of a load: of those that have come, or
// have changed since they were told of.
func (s *Sources) takeChains(l *Load, infos []engine.ChainInfo) {
	if len(infos) == 0 {
		return
	}
	s.page.Rev.Sources++
	if l.source == 0 {
		l.source = infos[0].Source
		if roots := view.Roots(infos); roots != "" && l.named {
			l.Label = roots
		}
		s.List = append(s.List, &Source{ID: l.source, Label: l.Label})
	}
	i := slices.IndexFunc(s.List, func(o *Source) bool { return o.ID == l.source })
	if i < 0 {
		return // closed meanwhile
	}
	open := s.List[i]
	grew := false
	for i := range infos {
		open.add(&infos[i])
		grew = s.takeChain(&infos[i]) || grew
	}
	s.page.Shown.showRequested()
	s.page.Selection.selectFirst()
	if grew {
		s.page.Selection.shownGrew()
	}
	// While very many chains come, to place each of them takes longer than to read it.
	if time.Since(s.placedAt) >= placeEvery {
		s.page.Axis.chainsChanged()
		s.placedAt = time.Now()
	}
}

// placeEvery is how often chains are placed on the axis while they come. When all
// have come they are placed once more.
const placeEvery = 300 * time.Millisecond

// takeChain takes the present state of one chain and reports whether the table
// has more to show by it.
func (s *Sources) takeChain(info *engine.ChainInfo) (grew bool) {
	before := s.Chains[info.ID]
	s.Chains[info.ID] = info
	if before == nil {
		return s.page.Shown.Has(info.ID) || len(s.page.Shown.requested) > 0
	}
	if info.ID == s.page.Selection.Chain && before.Findings != info.Findings {
		s.page.Rev.Header++
		s.page.Rev.Details++
		s.page.Details.ask()
	}
	return before.Indexed != info.Indexed && s.page.Shown.Has(info.ID)
}

// LoadRev sums up everything the bars show.
func (s *Sources) LoadRev() uint64 {
	rev := uint64(len(s.Loads))
	for _, l := range s.Loads {
		rev = rev*31 + uint64(l.Progress.BytesDone) + uint64(l.Progress.ElapsedMS)<<20
		if l.Cancelling {
			rev++
		}
	}
	return rev
}
