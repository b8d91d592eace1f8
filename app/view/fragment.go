package view

import (
	"net/url"
	"strconv"
	"strings"
)

// fragmentVersion begins every fragment. A later version is not understood and
// the page starts as if there were none.
const fragmentVersion = "v1"

// sumKey is the key of the sum over a fragment, by which one that was changed on
// its way is known and put right. It stands in front: an address is cut at its end.
const sumKey = "sum"

// LocalZone stands for the zone of the browser, whichever that is.
const LocalZone = "local"

// Place is what of the page is kept in the URL fragment.
type Place struct {
	// Node and Channel name the selected chain, Position its selected entry.
	Node, Channel string
	Position      int
	// Tab is the open tab of the right panel, "" for the first.
	Tab string
	// Scope says whose findings are shown, "" for all; Rules is a [RuleFilter].
	Scope, Rules string
	// Zone names the time zone of the page as the tz database does, "" for UTC. It is
	// [LocalZone] in addresses that do not say which zone their sender's was.
	Zone string
	// Table is what the table shows.
	Table TablePlace
	// Time is what the time axis shows and what is pinned.
	Time TimePlace
}

// pair is a part of a fragment.
type pair struct{ key, value string }

// Encode returns the fragment, without "#", and "" for the zero Place.
func (p Place) Encode() string {
	if p == (Place{}) {
		return ""
	}
	var pairs []pair
	add := func(key, value string) {
		if value != "" {
			pairs = append(pairs, pair{key, value})
		}
	}
	add("node", p.Node)
	add("channel", p.Channel)
	if p.Position > 0 {
		add("at", strconv.Itoa(p.Position))
	}
	add("tab", p.Tab)
	add("findings", p.Scope)
	add("rules", p.Rules)
	add("zone", p.Zone)
	p.Table.encode(add)
	p.Time.encode(add)
	parts := []string{fragmentVersion, sumKey + "=" + sumOf(pairs)}
	for _, p := range pairs {
		parts = append(parts, p.key+"="+url.QueryEscape(p.value))
	}
	return strings.Join(parts, "&")
}

// ParsePlace is the inverse of [Place.Encode]. Anyone can type a fragment: what
// is not understood is left out. [ReadPlace] puts right what was changed on the
// way, and says what is left out.
func ParsePlace(fragment string) Place {
	p, _ := ReadPlace(fragment)
	return p
}

// placeOf takes what it understands of the parts of a fragment.
func placeOf(pairs []pair) Place {
	var p Place
	for _, part := range pairs {
		switch value := part.value; part.key {
		case "node":
			p.Node = value
		case "channel":
			p.Channel = value
		case "at":
			if n, err := strconv.Atoi(value); err == nil && n > 0 {
				p.Position = n
			}
		case "tab":
			p.Tab = value
		case "findings":
			p.Scope = value
		case "rules":
			p.Rules = value
		case "zone":
			p.Zone = value
		default:
			p.Table.parse(part.key, value)
			p.Time.parse(part.key, value)
		}
	}
	return p
}
