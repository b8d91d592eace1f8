package engine

// announcedAtOnce bounds how many chains one report tells of: whoever shows them has
// to answer in between.
const announcedAtOnce = 250

// announcer tells of the chains of a source as they appear and grow: of each once
// that it is there, and again when more of it has been read since.
type announcer struct {
	// fresh are those not told of yet, unless they have grown and been told of by that.
	fresh []*chain
	told  map[*chain]bool
	// grew are those that have grown since, waiting says which.
	grew    []*chain
	waiting map[*chain]bool
}

func newAnnouncer(chains []*chain) *announcer {
	return &announcer{fresh: chains, told: map[*chain]bool{}, waiting: map[*chain]bool{}}
}

// grown takes notice of a chain of which more has been read.
func (a *announcer) grown(c *chain) {
	if !a.waiting[c] {
		a.waiting[c] = true
		a.grew = append(a.grew, c)
	}
}

// next describes the chains that are to be told of next, those that grew first; none
// if all have been told of.
func (a *announcer) next() []ChainInfo {
	var list []ChainInfo
	for len(list) < announcedAtOnce && len(a.grew) > 0 {
		c := a.grew[0]
		a.grew = a.grew[1:]
		delete(a.waiting, c)
		a.told[c] = true
		list = append(list, c.read().info())
	}
	for len(list) < announcedAtOnce && len(a.fresh) > 0 {
		c := a.fresh[0]
		a.fresh = a.fresh[1:]
		if !a.told[c] {
			a.told[c] = true
			list = append(list, c.read().info())
		}
	}
	return list
}
