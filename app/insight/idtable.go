package insight

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// idTable finds the places of numbers. Nearly every row of a chain asks it for a
// number that it does not hold, which is where it is quicker than a map. Numbers
// come from chains that anybody may have written, so where a number goes depends
// on chance; what the table holds does not.
type idTable struct {
	// slots are at least twice as many as what they hold, and a power of two. A
	// number is in the first slot from its home on that was free.
	slots []idSlot
	held  int
	// near counts the numbers held by ten bits of where they go; at nearMost a count
	// stays. It is nil until there is a number.
	near *[1 << nearBits]uint8
	// odd spreads the numbers, shift leaves as many bits as there are slots.
	odd   uint64
	shift uint8
}

// idSlot holds a number, which is not 0 unless the slot is free.
type idSlot struct {
	id    uint64
	place int32
}

const (
	nearBits = 10
	nearMost = 255
	fewSlots = 64
	// keptSlots is how many slots are kept for what comes next.
	keptSlots = 1 << 10
)

func (x *idTable) nearOf(id uint64) *uint8 { return &x.near[id*x.odd>>(64-nearBits)] }

// may reports whether a number may be held: most that are not are told apart.
func (x *idTable) may(id uint64) bool { return x.near != nil && *x.nearOf(id) > 0 }

// count adds to the count that a number is near to. One that has reached nearMost
// does not change any more.
func (x *idTable) count(id uint64, by uint8) {
	if n := x.nearOf(id); *n < nearMost {
		*n += by
	}
}

// look returns the slot of a number that is not 0 and whether it is held; if not,
// it is the slot that it would go to.
func (x *idTable) look(id uint64) (at int, held bool) {
	if len(x.slots) == 0 {
		x.slots, x.near = make([]idSlot, fewSlots), new([1 << nearBits]uint8)
		x.odd, x.shift = rand.Uint64()|1, uint8(64-bits.TrailingZeros(fewSlots))
	}
	last := len(x.slots) - 1
	for at = x.home(id); ; at = (at + 1) & last {
		switch x.slots[at&last].id {
		case id:
			return at, true
		case 0:
			return at, false
		}
	}
}

// home is the slot that a number is looked for in first.
func (x *idTable) home(id uint64) int { return int(id * x.odd >> (x.shift & 63)) }

// put adds a number that is not held to the slot that look returned. It returns
// the slot that the number is in then.
func (x *idTable) put(at int, id uint64, place int32) int {
	x.slots[at] = idSlot{id, place}
	x.count(id, 1)
	if x.held++; 2*x.held >= len(x.slots) {
		x.grow()
		at, _ = x.look(id)
	}
	return at
}

func (x *idTable) grow() {
	old := x.slots
	x.slots = make([]idSlot, 2*len(old))
	x.shift--
	for _, s := range old {
		if s.id != 0 {
			at, _ := x.look(s.id)
			x.slots[at] = s
		}
	}
}

// remove takes the number out of a slot. The numbers behind it move up, so that
// none is cut off from its home.
func (x *idTable) remove(free int) {
	x.count(x.slots[free].id, ^uint8(0))
	last := len(x.slots) - 1
	for at := (free + 1) & last; x.slots[at].id != 0; at = (at + 1) & last {
		if home := x.home(x.slots[at].id); (at-home)&last >= (at-free)&last {
			x.slots[free] = x.slots[at]
			free = at
		}
	}
	x.slots[free] = idSlot{}
	x.held--
}

func (x *idTable) clear() {
	if len(x.slots) > keptSlots {
		*x = idTable{}
	} else if len(x.slots) > 0 {
		clear(x.slots)
		clear(x.near[:])
		x.held = 0
	}
}

func (x *idTable) clone() idTable {
	c := *x
	c.slots = slices.Clone(x.slots)
	if x.near != nil {
		near := *x.near
		c.near = &near
	}
	return c
}
