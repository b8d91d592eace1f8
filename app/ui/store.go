package ui

import (
	"cmp"
	"slices"
	"time"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// store is everything the page knows. It is used on the UI goroutine only.
type store struct {
	conn   Conn
	client *rpc.Client[browser.Files]
	// dispatch runs f on the UI goroutine and renders what changed.
	dispatch func(f func())
	// after runs f on the UI goroutine some time later.
	after func(d time.Duration, f func())
	// pace has panels and messages give way to the browser before they begin, so
	// that many at once, or code that runs for the first time, make many short
	// tasks.
	pace *browser.Pace
	tidy tidiness

	rev      revisions
	zones    zones
	menuOpen bool
	sheet    sheet
	pane     pane
	dragging bool
	walking  int
	notice   notice
	crash    string

	sources []*source
	chains  map[engine.ChainID]*engine.ChainInfo
	loads   []*load
	// endSetKind ends the reading of chains as another kind that is under way.
	endSetKind map[engine.ChainID]func()
	// groups are the groups of chains that show them.
	groups map[view.GroupKey]*openGroup
	// takenAt is when chains that were coming were last taken, placedAt when they were last
	// placed on the axis.
	takenAt, placedAt time.Time
	// cards are the problems not dismissed yet.
	cards []view.ProblemGroup

	selection
	review
	time  timeline
	share sharing
}

// revisions count the changes of what the panels show. A panel gets the one it
// depends on as a prop.
type revisions struct{ sources, cards, header, table, details, insights uint64 }

// source is one thing that was opened and is still open.
type source struct {
	id     engine.SourceID
	label  string
	chains []*engine.ChainInfo // in the order of their numbers
}

// add adds the present state of a chain in its place.
func (s *source) add(info *engine.ChainInfo) {
	i, found := slices.BinarySearchFunc(s.chains, info.ID, func(c *engine.ChainInfo, id engine.ChainID) int { return cmp.Compare(c.ID, id) })
	if !found {
		s.chains = slices.Insert(s.chains, i, info)
	}
	s.chains[i] = info
}

// sheet is what lies over the page.
type sheet uint8

const (
	sheetNone sheet = iota
	sheetPaste
	sheetGoto
	sheetHelp
	sheetPalette
	sheetShare
)

// pane is the part of the page that a narrow screen shows.
type pane string

const (
	paneSources pane = "sources"
	paneRecords pane = "records"
	paneDetails pane = "details"
)

// notice is the last thing worth telling in passing.
type notice struct {
	text string
	// bad is true for what failed.
	bad bool
}

func newStore(conn Conn) *store {
	s := &store{
		pace:       &browser.Pace{},
		conn:       conn,
		client:     rpc.NewClient[browser.Files](conn),
		dispatch:   func(f func()) { f() },
		after:      func(_ time.Duration, f func()) { f() },
		zones:      newZones(),
		chains:     map[engine.ChainID]*engine.ChainInfo{},
		endSetKind: map[engine.ChainID]func(){},
		groups:     map[view.GroupKey]*openGroup{},
		pane:       paneRecords,
		selection:  newSelection(),
		review:     newReview(),
		time:       newTimeline(),
		share:      newSharing(),
	}
	s.client.Pace = s.pace.Yield
	return s
}

// start begins to listen to the engine and to what the user gives to the page.
func (s *store) start() (stop func()) {
	s.listen()
	s.pace.Yield()
	s.restorePlace(browser.Fragment())
	s.pace.Yield()
	stopIntake := browser.ListenIntake(browser.Intake{
		Over:    func(over bool) { s.dispatch(func() { s.dragging = over }) },
		Walking: func(_ browser.Origin, count int) { s.dispatch(func() { s.walking = count }) },
		Files: func(origin browser.Origin, files browser.Files, notes []string) {
			s.dispatch(func() { s.takeFiles(origin, files, notes) })
		},
	})
	stopKeys := browser.OnKey(func(k browser.Key) bool {
		c := commandOf(k)
		if c != nil {
			s.dispatch(func() { c.perform(s) })
		}
		return c != nil
	})
	stopFragment := browser.OnFragment(func(fragment string) { s.dispatch(func() { s.visit(fragment) }) })
	s.pace.Yield()
	browser.OpenCarried()
	return func() {
		stopFragment()
		stopIntake()
		stopKeys()
	}
}

func (s *store) listen() {
	s.conn.Listen(
		func(message []byte) { s.dispatch(func() { s.receive(message) }) },
		func(err error) { s.dispatch(func() { s.crashed(err) }) })
}

func (s *store) receive(message []byte) {
	s.pace.Yield()
	if err := s.client.Receive(message); err != nil {
		s.fail("A message of the engine made no sense", err)
	}
}

// crashed ends everything that was going on. What was open is gone with the
// engine.
func (s *store) crashed(err error) {
	s.crash = err.Error()
	s.client.Fail(rpc.ErrEngineGone)
}

// restart begins anew with a new engine.
func (s *store) restart() {
	s.conn.Restart()
	fresh := newStore(s.conn)
	fresh.dispatch, fresh.after, fresh.zones, fresh.rev = s.dispatch, s.after, s.zones, s.rev
	*s = *fresh
	s.listen()
	s.touchAll()
}

func (s *store) touchAll() {
	s.axisChanged()
	s.rev.sources++
	s.rev.cards++
	s.rev.header++
	s.rev.table++
	s.rev.details++
	s.rev.insights++
}

// tell says something in passing.
func (s *store) tell(text string) { s.notice = notice{text: text} }

// fail says in passing that something failed.
func (s *store) fail(what string, err error) {
	s.notice = notice{text: what + ": " + err.Error(), bad: true}
}

// allChains lists the open chains in the order they are shown.
func (s *store) allChains() []*engine.ChainInfo {
	var all []*engine.ChainInfo
	for _, source := range s.sources {
		all = append(all, source.chains...)
	}
	return all
}

// cycleTheme goes from the system's theme to light, to dark and back.
func (s *store) cycleTheme() {
	next := map[string]string{"": "light", "light": "dark", "dark": ""}
	browser.SetTheme(next[browser.Theme()])
}

// copyText puts text on the clipboard and says so.
func (s *store) copyText(what, text string) {
	browser.CopyText(text, func(err error) {
		s.dispatch(func() {
			if err != nil {
				s.fail("The browser refused the clipboard", err)
				return
			}
			s.tell(what + " copied, " + view.Bytes(int64(len(text))))
		})
	})
}
