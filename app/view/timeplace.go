package view

import (
	"strconv"
	"strings"
)

// TimePlace is what of the time axis is kept in the URL fragment.
type TimePlace struct {
	// Shown is the span the axis is zoomed to; empty shows everything.
	Shown Span
	// PinNode, PinChannel and PinPosition name the pinned state: the position is
	// how many entries of the chain it has. Without a channel nothing is pinned.
	PinNode, PinChannel string
	PinPosition         int
	// Changes shows what changed since the pinned state instead of the state.
	Changes bool
	// Everywhere shows that of all nodes.
	Everywhere bool
}

// encode hands the parts of the fragment to add.
func (p *TimePlace) encode(add func(key, value string)) {
	if !p.Shown.Empty() {
		add("range", strconv.FormatUint(p.Shown.FromNS, 10)+".."+strconv.FormatUint(p.Shown.ToNS, 10))
	}
	if p.PinChannel != "" {
		add("a-node", p.PinNode)
		add("a-channel", p.PinChannel)
		add("a-at", strconv.Itoa(p.PinPosition))
	}
	switch {
	case p.Changes && p.Everywhere:
		add("state", "changes-everywhere")
	case p.Changes:
		add("state", "changes")
	}
}

// parse takes a part of a fragment if it is one of these.
func (p *TimePlace) parse(key, value string) {
	switch key {
	case "range":
		p.Shown = parseSpan(value)
	case "a-node":
		p.PinNode = value
	case "a-channel":
		p.PinChannel = value
	case "a-at":
		if n, err := strconv.Atoi(value); err == nil && n >= 0 {
			p.PinPosition = n
		}
	case "state":
		p.Everywhere = value == "changes-everywhere"
		p.Changes = p.Everywhere || value == "changes"
	}
}

func parseSpan(text string) Span {
	from, to, _ := strings.Cut(text, "..")
	fromNS, err := strconv.ParseUint(from, 10, 64)
	if err != nil {
		return Span{}
	}
	toNS, err := strconv.ParseUint(to, 10, 64)
	if err != nil || toNS <= fromNS {
		return Span{}
	}
	return Span{fromNS, toNS}
}
