package page

import (
	"chainglass/app/engine"
	"chainglass/app/view"
)

// Address is the place that the URL of the page names, and what is kept in it.
type Address struct {
	page *Page
	// requested is what the URL asked for, until its chain is there.
	requested view.Place
}

// copyLink copies a link to what is shown, without the data.
func (a *Address) copyLink() {
	link := a.page.host.Address()
	if place := a.current().Encode(); place != "" {
		link += "#" + place
	}
	a.page.CopyText("Link to this place", link)
}

// push leaves the present address in the history; what is kept from now on
// is another step.
func (a *Address) push() {
	if a.page.Selection.Info() != nil {
		a.page.host.StepHistory()
	}
}

// Visit goes to a place of the history.
func (a *Address) Visit(fragment string) {
	p := a.read(fragment)
	a.page.Zones.take(p.Zone)
	a.requested = p
	a.page.Shown.restore(p.Table)
	a.page.Axis.restore(p.Time)
	a.page.Shown.picked = nil
	a.page.Shown.showRequested()
	for _, c := range a.page.Sources.AllChains() {
		if c.Node == p.Node && c.Channel == p.Channel {
			if !a.page.Shown.Has(c.ID) {
				a.page.Shown.picked = append(a.page.Shown.picked, c.ID)
			}
			a.page.Selection.left[c.ID] = p.Position
			a.page.Selection.setChain(c.ID)
			break
		}
	}
	if !a.page.Shown.Has(a.page.Selection.Chain) && a.page.Selection.Info() != nil {
		a.page.Shown.picked = append(a.page.Shown.picked, a.page.Selection.Chain)
	}
	a.requested = view.Place{}
	if a.page.Selection.Info() != nil {
		a.page.Selection.reselect()
	}
	a.page.Details.Open(a.page.Details.restore(p.Tab))
}

// read reads a fragment, and says what cannot be read of it.
func (a *Address) read(fragment string) view.Place {
	place, said := view.ReadPlace(fragment)
	if said != "" {
		a.problem("The address is not read whole", said)
	}
	return place
}

// problem adds a card about the address of the page.
func (a *Address) problem(title, detail string) {
	a.page.Sources.Cards = view.AddProblem(a.page.Sources.Cards, engine.Problem{Severity: engine.SeverityWarning, Title: title, Detail: detail})
	a.page.Rev.Cards++
}

// Restore takes over what a URL fragment says.
func (a *Address) Restore(fragment string) {
	a.requested = a.read(fragment)
	a.page.Zones.take(a.requested.Zone)
	a.page.Shown.restore(a.requested.Table)
	a.page.Axis.restore(a.requested.Time)
	a.page.Details.Tab = a.page.Details.restore(a.requested.Tab)
	a.page.Findings.restore(a.requested)
}

// keep puts what is shown into the URL fragment.
func (a *Address) keep() {
	if a.page.Selection.Info() != nil {
		a.page.host.SetFragment(a.current().Encode())
	}
}

// current is what is shown, the zero place if nothing is.
func (a *Address) current() view.Place {
	info := a.page.Selection.Info()
	if info == nil {
		return view.Place{}
	}
	place := view.Place{Node: info.Node, Channel: info.Channel, Position: a.page.Selection.Position, Zone: a.page.Zones.Name, Table: a.page.Shown.place(), Time: a.page.Axis.place()}
	place.Tab = a.page.Details.tabText()
	place.Scope, place.Rules = string(a.page.Findings.Scope), a.page.Findings.Rules.Encode()
	return place
}
