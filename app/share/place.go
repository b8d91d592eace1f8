package share

import (
	"chainglass/app/engine"
	"chainglass/app/view"
)

// placed is the place that a page opens at, and the entries it names as they are
// asked for and found again in the export.
type placed struct {
	view.Place
	// selected and pinned are indexes into asked; -1 if the place has none.
	selected, pinned int
	asked            []engine.At
}

// placeOf reads a fragment.
func placeOf(fragment string, chains []engine.ChainInfo) placed {
	p := placed{Place: view.ParsePlace(fragment)}
	p.selected = p.ask(chains, p.Node, p.Channel, p.Position)
	p.pinned = p.ask(chains, p.Time.PinNode, p.Time.PinChannel, p.Time.PinPosition)
	return p
}

// ask adds an entry to those asked for and returns which it is.
func (p *placed) ask(chains []engine.ChainInfo, node, channel string, position int) int {
	for i := range chains {
		if c := &chains[i]; c.Node == node && c.Channel == channel && channel != "" {
			p.asked = append(p.asked, engine.At{Chain: c.ID, Position: position})
			return len(p.asked) - 1
		}
	}
	return -1
}

// found takes over where the entries are in the export. What did not go is no
// longer part of the place.
func (p *placed) found(places []int) {
	at := func(asked int) int {
		if asked < 0 {
			return -1
		}
		return places[asked]
	}
	if p.Position = at(p.selected); p.Position < 0 {
		p.Node, p.Channel, p.Position = "", "", 0
	}
	if p.Time.PinPosition = at(p.pinned); p.Time.PinPosition < 0 {
		p.Time.PinNode, p.Time.PinChannel, p.Time.PinPosition = "", "", 0
	}
}
