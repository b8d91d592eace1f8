package view

// Slot is the place of one row element among a fixed number of them. Row r
// always lies in slot r modulo their number, so scrolling by one row changes
// one element and leaves the others alone.
type Slot struct {
	// Row is the row shown, -1 for none.
	Row int
	// YPX is the distance from the row of [Slots.Origin].
	YPX int
}

// Slots places the rows of a window.
type Slots struct {
	// Origin is the row at height 0. It changes seldom: with it, every slot's
	// height does.
	Origin int
	All    []Slot
}

// originRows is how far the window moves before the origin follows it. Heights
// within a layer of this many rows stay exact in 32-bit layout units.
const originRows = 1 << 12

// PlaceRows returns the slots of rows [first, end) among count elements; end
// minus first is at most count.
func PlaceRows(first, end, count int) Slots {
	s := Slots{Origin: first - first%originRows, All: make([]Slot, count)}
	for i := range s.All {
		s.All[i].Row = -1
	}
	for row := first; row < end; row++ {
		s.All[row%count] = Slot{Row: row, YPX: (row - s.Origin) * RowPX}
	}
	return s
}
