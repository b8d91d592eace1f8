package engine

import (
	"chainglass/wire/message"
)

// maxApart is how many findings of one rule stand apart. More of them are one finding that
// lists where they are: they have one cause, or are too many to be read one by one.
const maxApart = 3

// grouped makes one finding of those of one rule that are too many. Findings of a rule
// that differ in what a decoder says are one from the second on.
func grouped(findings []Finding) []Finding {
	byRule := map[string][]int{}
	for i := range findings {
		if f := &findings[i]; f.Position >= 0 && !f.Carried {
			byRule[f.Rule] = append(byRule[f.Rule], i)
		}
	}
	var list []Finding
	for i := range findings {
		alike := byRule[findings[i].Rule]
		most := maxApart
		if findings[i].Rule == ruleUndecodable {
			most = 1
		}
		switch {
		case findings[i].Position < 0 || findings[i].Carried || len(alike) <= most:
			list = append(list, findings[i])
		case alike[0] == i:
			list = append(list, together(findings, alike))
		}
	}
	return list
}

// ruleUndecodable is the rule of sound payloads that are no records.
const ruleUndecodable = "undecodable"

// together makes one finding of several of one rule.
func together(findings []Finding, alike []int) Finding {
	f := findings[alike[0]]
	for _, i := range alike[1:] {
		other := &findings[i]
		f.Count += other.Count
		f.LastPosition = max(f.LastPosition, other.LastPosition)
		if other.Position < f.Position {
			f.Position, f.Seq = other.Position, other.Seq
		}
	}
	switch f.Rule {
	case ruleUndecodable:
		f.Detail = saidOf(findings, alike)
		return f
	case "seq-gap":
		f.Title = message.New("Sequence numbers are missing in {place|places}", message.Count(len(alike)))
	case "seq-back":
		f.Title = message.New("Sequence numbers go back in {place|places}", message.Count(len(alike)))
	}
	f.Detail.Add(" It is so at positions")
	listUpTo(&f.Detail, len(alike), func(i int) {
		switch at := &findings[alike[i]]; at.Count {
		case 1:
			f.Detail.Add(" {}", message.Number(at.Position))
		default:
			f.Detail.Add(" {} to {}", message.Number(at.Position), message.Number(at.LastPosition))
		}
	})
	return f
}

// listUpTo adds up to [maxListed] of n things, with commas between them.
func listUpTo(m *message.Message, n int, add func(i int)) {
	for i := range min(n, maxListed) {
		if i > 0 {
			m.Add(",")
		}
		add(i)
	}
	if more := n - maxListed; more > 0 {
		m.Add(" and {} more", message.Count(more))
	}
	m.Add(".")
}

// saidOf lists what a decoder says of entries, and of how many.
func saidOf(findings []Finding, alike []int) message.Message {
	m := message.New("The checksum matches, so this is what was written. The decoder says:")
	if findings[alike[0]].Title.Format != titleUndecodable.Format {
		m = message.New("Text has no checksum, so whether it was changed is not known. The parser says:")
	}
	listUpTo(&m, len(alike), func(i int) {
		said := findings[alike[i]].Detail.Values
		m.Add(" {} ({entry|entries})", said[len(said)-1], message.Count(findings[alike[i]].Count))
	})
	return m
}

// titleUndecodable is the title of the finding about payloads that are no records.
var titleUndecodable = message.New("Payload is not a record of this chain")
