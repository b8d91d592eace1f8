package view

import (
	"net/url"
	"strconv"
	"strings"
)

// fragmentVersion begins every fragment. A later version is not understood and
// the page starts as if there were none.
const fragmentVersion = "v1"

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

// Encode returns the fragment, without "#", and "" for the zero Place.
func (p Place) Encode() string {
	if p == (Place{}) {
		return ""
	}
	parts := []string{fragmentVersion}
	add := func(key, value string) {
		if value != "" {
			parts = append(parts, key+"="+url.QueryEscape(value))
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
	return strings.Join(parts, "&")
}

// ParsePlace is the inverse of [Place.Encode]. Anyone can type a fragment: what
// is not understood is left out.
func ParsePlace(fragment string) Place {
	version, rest, _ := strings.Cut(fragment, "&")
	if version != fragmentVersion {
		return Place{}
	}
	var p Place
	for part := range strings.SplitSeq(rest, "&") {
		key, value, _ := strings.Cut(part, "=")
		value, err := url.QueryUnescape(value)
		if err != nil {
			continue
		}
		switch key {
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
			p.Table.parse(key, value)
			p.Time.parse(key, value)
		}
	}
	return p
}
