package share

import (
	"regexp"
	"strings"
	"sync"

	"chainglass/app/engine"
	"chainglass/app/view"
	"chainglass/wire/export"
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

// redacted takes over what the chains are called in a redacted view, and drops
// what could tell of the original: a filter that names anything, and times if they
// were shifted. The chains of both are in the same order.
func (p *placed) redacted(original, redacted []export.Chain, shifted bool) {
	names := map[view.ChainName]view.ChainName{}
	for i := range min(len(original), len(redacted)) {
		names[view.ChainName{Node: original[i].Node, Channel: original[i].Channel}] = view.ChainName{Node: redacted[i].Node, Channel: redacted[i].Channel}
	}
	rename := func(node, channel *string) {
		name := names[view.ChainName{Node: *node, Channel: *channel}]
		*node, *channel = name.Node, name.Channel
	}
	rename(&p.Node, &p.Channel)
	rename(&p.Time.PinNode, &p.Time.PinChannel)
	if p.Table.Chains != view.AllNames {
		var shown []view.ChainName
		for _, name := range view.SplitNames(p.Table.Chains) {
			if name, goes := names[name]; goes {
				shown = append(shown, name)
			}
		}
		p.Table.Chains = view.JoinNames(shown)
	}
	if !harmlessQuery().MatchString(p.Table.Query) {
		p.Table.Query = ""
	}
	p.Tab, _, _ = strings.Cut(p.Tab, ":")
	if shifted {
		p.Time.Shown = view.Span{}
	}
}

// harmlessQuery matches filters that speak of nothing but what every chain has.
var harmlessQuery = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\s*-?(outcome|disposition|level|status|decoded|chain|seq|pos|retry|cooldown):[a-z0-9.,<>=-]+)*\s*$`)
})
