package insight

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// idTable finds the places of numbers. Nearly every row of a chain asks it for a
// number that it does not hold, which is where it is quicker than a map. Numbers
// come from chains that anybody may have written, so where a number goes depends
// on chance; what it holds does not.
type idTable struct {
	// slots are more than what they hold, and a power of two: see put. A number is
	// in the first slot from its own on that was free.
	slots []idSlot
	held  int
	// odd spreads the numbers over the slots, shift is for as many as there are.
	odd, shift uint64
}

// idSlot holds a number, which is not 0 unless the slot is free.
type idSlot struct {
	id    uint64
	place int32
}

const (
	fewSlots = 64
	// sparseSlots is up to how many slots seven of eight stay free; beyond, half.
	sparseSlots = 1 << 12
	// keptSlots is how many slots are kept for what comes next.
	keptSlots = 1 << 10
)

// home is the slot that a number is looked for in first.
func (x *idTable) home(id uint64) int {
	return int(id * x.odd >> x.shift)
}

// find returns the place of a number that is not 0, -1 if it is not held.
func (x *idTable) find(id uint64) int32 {
	if len(x.slots) == 0 {
		return -1
	}
	last := len(x.slots) - 1
	for at := x.home(id); ; at = (at + 1) & last {
		switch s := &x.slots[at]; s.id {
		case id:
			return s.place
		case 0:
			return -1
		}
	}
}

// may reports whether a number may be held: most that are not are told by their own
// slot, which is free.
func (x *idTable) may(id uint64) bool {
	return len(x.slots) > 0 && x.slots[id*x.odd>>x.shift].id != 0
}

// put adds a number that is not 0 and not held.
func (x *idTable) put(id uint64, place int32) {
	if held := x.held + 1; 2*held > len(x.slots) || 8*held > len(x.slots) && len(x.slots) < sparseSlots {
		x.grow()
	}
	x.insert(idSlot{id, place})
	x.held++
}

func (x *idTable) insert(s idSlot) {
	at := x.home(s.id)
	for x.slots[at].id != 0 {
		at = (at + 1) & (len(x.slots) - 1)
	}
	x.slots[at] = s
}

func (x *idTable) grow() {
	held := x.slots
	x.slots = make([]idSlot, max(fewSlots, 2*len(held)))
	x.odd, x.shift = rand.Uint64()|1, uint64(65-bits.Len(uint(len(x.slots))))
	for _, s := range held {
		if s.id != 0 {
			x.insert(s)
		}
	}
}

// remove takes a number out that is held. The numbers behind it move up, so that
// none is cut off from its own slot.
func (x *idTable) remove(id uint64) {
	last := len(x.slots) - 1
	free := x.home(id)
	for x.slots[free].id != id {
		free = (free + 1) & last
	}
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
		x.slots = nil
	}
	clear(x.slots)
	x.held = 0
}

func (x *idTable) clone() idTable {
	c := *x
	c.slots = slices.Clone(x.slots)
	return c
}
