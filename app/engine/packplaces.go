package engine

// Where entries and states of open chains are in an export.

// placesIn counts the entries that go and come before places, -1 for an entry that
// does not go itself.
func placesIn(parts []*tablePart, places []At) []int {
	counts := make([]int, len(places))
	for i, at := range places {
		counts[i] = -1
		for _, p := range parts {
			if p.chain.id == at.Chain && p.has(at.Position) {
				counts[i] = p.before(at.Position)
			}
		}
	}
	return counts
}

// statesIn counts the entries that go and are applied in states, -1 for a state that
// no position of the export has. Where entries in between are left out, a state goes
// if the last entry applied in it does.
func statesIn(parts []*tablePart, states []At) []int {
	counts := make([]int, len(states))
	for i, at := range states {
		counts[i] = -1
		for _, p := range parts {
			if p.chain.id != at.Chain {
				continue
			}
			first, end, is := p.run()
			if is && at.Position >= first && at.Position <= end || !is && p.has(at.Position-1) {
				counts[i] = p.before(at.Position)
			}
		}
	}
	return counts
}

// has reports whether the entry at a position is one of the part's.
func (p *tablePart) has(position int) bool {
	return position >= 0 && position < p.length && (p.matches == nil || p.matches.Has(position))
}
