package share

import (
	"fmt"
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
	// selected are the entries, pinned the states: one of either, or none.
	selected, pinned []engine.At
}

// placeOf reads a fragment.
func placeOf(fragment string, chains []engine.ChainInfo) placed {
	p := placed{Place: view.ParsePlace(fragment)}
	p.selected = find(chains, p.Node, p.Channel, p.Position)
	p.pinned = find(chains, p.Time.PinNode, p.Time.PinChannel, p.Time.PinPosition)
	return p
}

// find returns a position of a chain, if the chain is there.
func find(chains []engine.ChainInfo, node, channel string, position int) []engine.At {
	for i := range chains {
		if c := &chains[i]; c.Node == node && c.Channel == channel && channel != "" {
			return []engine.At{{Chain: c.ID, Position: position}}
		}
	}
	return nil
}

// found takes over where entries and states are in the export. What does not go is
// no longer part of the place, and is named.
func (p *placed) found(packed *engine.Packed, where string) (left []string) {
	at := func(places []int) int {
		if len(places) == 0 {
			return -1
		}
		return places[0]
	}
	is := at(packed.Places)
	if is < 0 {
		if len(p.selected) > 0 {
			left = append(left, notHere("selected entry", p.Node, p.Channel, p.Position))
		}
		p.Node, p.Channel, is = "", "", 0
	}
	p.Position = is
	if is = at(packed.States); is < 0 {
		if len(p.pinned) > 0 {
			left = append(left, notHere("pinned state", p.Time.PinNode, p.Time.PinChannel, p.Time.PinPosition))
		}
		p.Time.PinNode, p.Time.PinChannel, is = "", "", 0
	}
	p.Time.PinPosition = is
	if q := p.Table.Query; packed.ChainBases > 0 && countsPositions().MatchString(q) {
		if q != where {
			left = append(left, "the filter "+view.VisibleText(q)+" counts positions, and they are others in what is chosen; the page opens without it")
		}
		p.Table.Query = ""
	}
	return left
}

// notHere says that something of the place does not go.
func notHere(what, node, channel string, position int) string {
	chain := engine.ChainInfo{Node: node, Channel: channel}
	return fmt.Sprintf("the %s at %s position %s is not part of what is chosen; the page opens without it", what, view.VisibleText(chain.Name()), view.Count(position))
}

// Left names what is about what is open and does not go: of the place that a page
// opens at, and notes. packed is of a pack that has the Places and States of
// [Asked].
func Left(fragment string, e *engine.Engine, pack *engine.PackSpec, packed *engine.Packed) []string {
	p := placeOf(fragment, e.Chains())
	left := p.found(packed, pack.Where)
	if n := packed.NotesLeft; n == 1 {
		left = append(left, "1 note is about nothing that is chosen, and is left out")
	} else if n > 1 {
		left = append(left, view.Count(n)+" notes are about nothing that is chosen, and are left out")
	}
	return left
}

// Asked adds what a place names to what a pack is asked for.
func Asked(fragment string, e *engine.Engine, pack *engine.PackSpec) {
	p := placeOf(fragment, e.Chains())
	pack.Places, pack.States = p.selected, p.pinned
}

// countsPositions matches filters that speak of positions.
var countsPositions = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(^|[\s(-])pos:`) })

// redacted takes over what the chains are called in a redacted view, and drops
// what could tell of the original: a filter that names anything, the sender's time
// zone, and times if they were shifted. The chains of both are in the same order.
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
	p.Zone = "" // it tells where the sender is
	if shifted {
		p.Time.Shown = view.Span{}
	}
}

// harmlessQuery matches filters that speak of nothing but what every chain has.
var harmlessQuery = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(\s*-?(outcome|disposition|level|status|decoded|chain|seq|pos|retry|cooldown):[a-z0-9.,<>=-]+)*\s*$`)
})
