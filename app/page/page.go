package page

import (
	"time"

	"chainglass/app/host"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Page is everything the page knows. It is used on the UI goroutine only.
type Page struct {
	conn   Conn
	client *rpc.Client[host.Files]
	// dispatch runs f on the UI goroutine and renders what changed.
	dispatch func(f func())
	// after runs f on the UI goroutine some time later.
	after func(d time.Duration, f func())
	host  host.Host
	tidy  tidiness

	Rev   Revisions
	Pane  Pane
	Crash string

	Sources    Sources
	Following  Following
	Selection  Selection
	Details    Details
	Shown      Shown
	Table      Table
	Steps      Steps
	Filter     Filter
	Facets     Facets
	Axis       Axis
	Playhead   Playhead
	States     States
	Findings   Findings
	Reasons    Reasons
	Comparison Comparison
	Notes      Notes
	Sharing    Sharing
	Address    Address
	Zones      Zones
	Sheets     Sheets
	Palette    Palette
	Notice     Notice
}

// Revisions count the changes of what the panels show. A panel gets the one it
// depends on as a prop.
type Revisions struct{ Sources, Cards, Header, Table, Details, Insights uint64 }

// Pane is the part of the page that a narrow screen shows.
type Pane string

const (
	PaneSources Pane = "sources"
	PaneRecords Pane = "records"
	PaneDetails Pane = "details"
)

// New returns a page over a connection to an engine, in which nothing is open.
func New(conn Conn, h host.Host) *Page {
	p := &Page{
		host:     h,
		conn:     conn,
		dispatch: func(f func()) { f() },
		after:    func(_ time.Duration, f func()) { f() },
	}
	p.Zones = newZones(p)
	p.begin()
	return p
}

// begin knows nothing of any chain.
func (p *Page) begin() {
	p.client = rpc.NewClient[host.Files](p.conn)
	p.client.Pace = p.host.Yield
	p.tidy, p.Pane, p.Crash, p.Notice = tidiness{}, PaneRecords, "", Notice{}
	p.Sources = newSources(p)
	p.Following = newFollowing(p)
	p.Selection = newSelection(p)
	p.Details = newDetails(p)
	p.Shown = Shown{page: p}
	p.Table = Table{page: p}
	p.Steps = Steps{page: p}
	p.Filter = Filter{page: p}
	p.Facets = Facets{page: p}
	p.Axis = Axis{page: p}
	p.Playhead = newPlayhead(p)
	p.States = States{page: p}
	p.Findings = newFindings(p)
	p.Reasons = Reasons{page: p}
	p.Comparison = Comparison{page: p}
	p.Notes = newNotes(p)
	p.Sharing = newSharing(p)
	p.Address = Address{page: p}
	p.Sheets = Sheets{page: p}
	p.Palette = Palette{page: p}
}

// Run begins to listen to the engine. dispatch runs a function on the goroutine of the
// page and draws what changed, after does so some time later.
func (p *Page) Run(dispatch func(f func()), after func(d time.Duration, f func())) {
	p.dispatch, p.after = dispatch, after
	p.listen()
}

// Dispatch runs f on the goroutine of the page and has what changed drawn.
func (p *Page) Dispatch(f func()) { p.dispatch(f) }

// Yield has panels and messages give way to the browser before they begin, so that
// many at once, or code that runs for the first time, make many short tasks.
func (p *Page) Yield() { p.host.Yield() }

func (p *Page) listen() {
	p.conn.Listen(
		func(message []byte) { p.dispatch(func() { p.receive(message) }) },
		func(err error) { p.dispatch(func() { p.crashed(err) }) })
}

func (p *Page) receive(message []byte) {
	p.Yield()
	if err := p.client.Receive(message); err != nil {
		p.Notice.fail("A message of the engine made no sense", err)
	}
}

// crashed ends everything that was going on. What was open is gone with the
// engine.
func (p *Page) crashed(err error) {
	p.Crash = err.Error()
	p.client.Fail(rpc.ErrEngineGone)
}

// Restart begins anew with a new engine.
func (p *Page) Restart() {
	p.conn.Restart()
	p.begin()
	p.listen()
	p.touchAll()
}

func (p *Page) touchAll() {
	p.Axis.changed()
	p.Rev.Sources++
	p.Rev.Cards++
	p.Rev.Header++
	p.Rev.Table++
	p.Rev.Details++
	p.Rev.Insights++
}

// CycleTheme goes from the system's theme to light, to dark and back.
func (p *Page) CycleTheme() {
	next := map[string]string{"": "light", "light": "dark", "dark": ""}
	p.host.SetTheme(next[p.host.Theme()])
}

// CopyText puts text on the clipboard and says so.
func (p *Page) CopyText(what, text string) {
	p.host.CopyText(text, func(err error) {
		p.dispatch(func() {
			if err != nil {
				p.Notice.fail("The browser refused the clipboard", err)
				return
			}
			p.Notice.tell(what + " copied, " + view.Bytes(int64(len(text))))
		})
	})
}

// chainsChanged takes notice that other chains are open, or that they are read
// as something else, once nothing is being read any more.
func (p *Page) chainsChanged() {
	if len(p.Sources.Loads) == 0 {
		p.Findings.AskStory()
		p.Reasons.forget()
		p.Notes.ask()
		p.Comparison.forgetClosed()
	}
}
