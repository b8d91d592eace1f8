package view

import (
	"net/url"
	"strings"
)

// TablePlace is what of the table is kept in the URL fragment.
type TablePlace struct {
	// Query is the filter.
	Query string
	// Chains lists the chains shown as [JoinNames] writes them, or is [AllNames];
	// "" stands for the selected chain alone.
	Chains string
	// ByRecord orders by the records' own clocks, Corrected makes up for those
	// that are off.
	ByRecord, Corrected bool
}

// AllNames stands for all chains that are open.
const AllNames = "*"

// encode adds what is not as at the beginning.
func (p *TablePlace) encode(add func(key, value string)) {
	add("q", p.Query)
	add("show", p.Chains)
	if p.ByRecord {
		add("order", "record")
	}
	if p.Corrected {
		add("clocks", "corrected")
	}
}

// parse takes one part of a fragment.
func (p *TablePlace) parse(key, value string) {
	switch key {
	case "q":
		p.Query = value
	case "show":
		p.Chains = value
	case "order":
		p.ByRecord = value == "record"
	case "clocks":
		p.Corrected = value == "corrected"
	}
}

// ChainName names a chain from one visit to the next.
type ChainName struct{ Node, Channel string }

// JoinNames writes names as one text.
func JoinNames(names []ChainName) string {
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = nameEscaper.Replace(n.Node) + "/" + channelEscaper.Replace(n.Channel)
	}
	return strings.Join(parts, ";")
}

// SplitNames is the inverse of [JoinNames]. What is no name is left out.
func SplitNames(text string) []ChainName {
	var names []ChainName
	for part := range strings.SplitSeq(text, ";") {
		node, channel, isName := strings.Cut(part, "/")
		node, errNode := url.PathUnescape(node)
		channel, errChannel := url.PathUnescape(channel)
		if isName && errNode == nil && errChannel == nil {
			names = append(names, ChainName{node, channel})
		}
	}
	return names
}

// The characters that part names from each other. A channel may hold slashes:
// the first one ends the node.
var (
	nameEscaper    = strings.NewReplacer("%", "%25", ";", "%3B", "/", "%2F")
	channelEscaper = strings.NewReplacer("%", "%25", ";", "%3B")
)
