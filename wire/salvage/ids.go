package salvage

// judgeIDs doubts actions whose id is neither the next one nor that of an action that
// is tried again, if hardly any are.
func (j *judge) judgeIDs() {
	c := counter{judge: j}
	c.run()
	if len(c.strange) > len(j.marks)/rare+j.excepted() {
		return
	}
	for _, i := range c.strange {
		j.doubt(i)
	}
}

// counter follows the counter that gives actions their ids.
type counter struct {
	*judge
	last uint64 // the highest id since the last restart
	// open are ids that may come again: of actions that failed or were gated, and of
	// those that were passed over.
	open    map[uint64]bool
	strange []int
	// retries are the records since the last new id whose id is not new.
	retries []int
	// lost is true if bytes were lost since the last new id.
	lost bool
}

const (
	// maxOpen bounds the ids that may come again.
	maxOpen = 1 << 16
	// lookAhead is how many records behind one tell what its id should be.
	lookAhead = 8
)

func (c *counter) run() {
	c.begin()
	for i := range c.marks {
		if m := &c.marks[i]; m.behind {
			c.lost = true
		}
		c.record(i)
	}
}

func (c *counter) begin() {
	c.last, c.open, c.retries, c.lost = 0, map[uint64]bool{}, c.retries[:0], true
}

func (c *counter) record(i int) {
	m := &c.marks[i]
	switch {
	case m.id == c.last+1 || c.last == 0:
		c.fresh(i)
	case m.id > c.last:
		c.ahead(i)
	case c.open[m.id]:
		c.retries = append(c.retries, i)
		c.mayComeAgain(m)
	case c.restarts(i):
		c.begin()
		c.fresh(i)
	case c.lost:
		// An attempt before this one may be lost.
		c.mayComeAgain(m)
	default:
		c.strange = append(c.strange, i)
	}
}

// fresh takes a new id.
func (c *counter) fresh(i int) {
	c.last, c.lost, c.retries = c.marks[i].id, false, c.retries[:0]
	c.mayComeAgain(&c.marks[i])
}

func (c *counter) mayComeAgain(m *mark) {
	if !m.again {
		delete(c.open, m.id)
		return
	}
	if len(c.open) >= maxOpen {
		clear(c.open)
	}
	c.open[m.id] = true
}

// ahead looks at an id above the next one. If the next new id is as if this one had
// been the next one, this one is wrong. If it is not, an id was passed over; if bytes
// are not lost, one of the retries before may have had it.
func (c *counter) ahead(i int) {
	m := &c.marks[i]
	for k := i + 1; k < len(c.marks) && k <= i+lookAhead && !c.marks[k].behind; k++ {
		id := c.marks[k].id
		if id <= c.last || c.open[id] {
			continue
		}
		if id == c.last+2 || id == c.last+1 {
			c.strange = append(c.strange, i)
			if id == c.last+2 {
				c.last++
				c.open[c.last] = true
			}
			return
		}
		break
	}
	if !c.lost && len(c.retries) == 1 && m.id == c.last+2 {
		c.strange = append(c.strange, c.retries[0])
	}
	for id := c.last + 1; id < m.id && id < c.last+lookAhead; id++ {
		c.open[id] = true
	}
	c.fresh(i)
}

// restarts reports whether ids go on from that of a record, which is no new one.
func (c *counter) restarts(i int) bool {
	id, onward := c.marks[i].id, 0
	for k := i + 1; k < len(c.marks) && k <= i+lookAhead; k++ {
		if next := c.marks[k].id; next >= id && next <= id+lookAhead {
			onward++
		}
	}
	return onward >= lookAhead/2 || onward >= 1 && i+1+onward == len(c.marks)
}
