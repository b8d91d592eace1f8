package view

import (
	"slices"
	"strings"

	"chainglass/app/engine"
	"chainglass/wire"
)

// Node is the chains of one node within one source.
type Node struct {
	Name   string
	Chains []*engine.ChainInfo
}

// ByNode groups chains by node, in the order they come.
func ByNode(chains []*engine.ChainInfo) []Node {
	var nodes []Node
	index := map[string]int{}
	last := -1 // chains of a node come together
	for _, c := range chains {
		if last < 0 || nodes[last].Name != c.Node {
			i, known := index[c.Node]
			if !known {
				i = len(nodes)
				index[c.Node] = i
				nodes = append(nodes, Node{Name: c.Node})
			}
			last = i
		}
		nodes[last].Chains = append(nodes[last].Chains, c)
	}
	return nodes
}

// Total is what all open chains come to.
type Total struct{ Nodes, Chains, Records int }

// TotalOf adds up chains.
func TotalOf(chains []*engine.ChainInfo) Total {
	t := Total{Chains: len(chains)}
	nodes := map[string]bool{}
	for i, c := range chains {
		if i == 0 || chains[i-1].Node != c.Node {
			nodes[c.Node] = true
		}
		t.Records += c.Entries
	}
	t.Nodes = len(nodes)
	return t
}

// String returns, for example, "12 chains · 3 nodes · 57,365 records".
func (t Total) String() string {
	return strings.Join([]string{
		Plural(t.Chains, "chain", "chains"),
		Plural(t.Nodes, "node", "nodes"),
		Plural(t.Records, "record", "records"),
	}, " · ")
}

// Health is how a chain's worst finding is shown.
type Health struct {
	// Word is "ok" or the severity; the style class is the same.
	Word string
	// Title counts the findings.
	Title string
}

// HealthOf returns the health of a chain.
func HealthOf(c *engine.ChainInfo) Health {
	if c.Worst == engine.SeverityNone && c.Indexed < c.Entries {
		return Health{Word: "note", Title: "read as far as entry " + Count(c.Indexed) + " of " + Count(c.Entries) + ": no findings so far"}
	}
	if c.Worst == engine.SeverityNone {
		return Health{Word: "ok", Title: "ok: no findings"}
	}
	var counts []string
	for s := engine.SeverityDamage; s > engine.SeverityNone; s-- {
		if n := c.Findings[s]; n > 0 {
			counts = append(counts, Count(n)+" "+s.String())
		}
	}
	return Health{Word: c.Worst.String(), Title: "findings: " + strings.Join(counts, ", ")}
}

// Sound says what is so of chains without findings.
func Sound(chains []*engine.ChainInfo) string {
	checked, unchecked, whole := 0, 0, true
	for _, c := range chains {
		if c.Unchecked {
			unchecked++
		} else {
			checked++
		}
		whole = whole && c.Indexed >= c.Entries
	}
	subject := "Every entry"
	if !whole {
		subject = "Every entry that has been read"
	}
	switch {
	case unchecked == 0:
		return subject + " is present, matches its checksum and decodes"
	case checked == 0:
		return subject + " decodes; they come from text, which has no checksums"
	}
	return subject + " is present, matches its checksum where it has one (text has none) and decodes"
}

// KindTag is the short form of a kind of chain.
func KindTag(k wire.ChainKind) string {
	tags := [...]string{"?", "ACT", "AUD", "LOG", "FAIL"}
	if int(k) < len(tags) {
		return tags[k]
	}
	return k.String()
}

// TimeRange returns when the entries of a chain were appended, or the times in
// its records if the source has no append times, without those that are stray.
func TimeRange(c *engine.ChainInfo) Range { return rangeOf([]*engine.ChainInfo{c}) }

// Roots returns the names of the folders or files that chains came from, as
// many as are fit to be a title, or "".
func Roots(chains []engine.ChainInfo) string {
	const most = 3
	var roots []string
	for i := range chains {
		root, _, _ := strings.Cut(chains[i].Origin, "/")
		if !slices.Contains(roots, root) {
			roots = append(roots, root)
		}
	}
	if len(roots) > most {
		return ""
	}
	return VisibleText(strings.Join(roots, ", "))
}
