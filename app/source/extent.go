package source

import "chainglass/wire/redex"

// Extent is a run of bytes of a file, which has that path in the file system that the
// chain was found in.
type Extent struct {
	Path     string
	From, To int64
}

const (
	// extentTries is how many entries at either end are asked for where they lie: an
	// entry that its index row holds does not tell.
	extentTries = 8
	// maxExtentBytes is the longest run that is believed: damage can lead anywhere.
	maxExtentBytes = 64 << 20
)

// IndexExtents returns where the index of the entries from position first up to end lies:
// what has to be read to know where their payloads are. It reads nothing. A chain
// without a Recipe has none.
func (c *Chain) IndexExtents(first, end int) []Extent {
	if c.Redex == nil || c.Recipe.Form == RecipeNone {
		return nil
	}
	g := c.Redex.Generation
	first, end = max(first, 0), min(end, g.Len())
	idx, _, ts := g.Paths()
	list := []Extent{{c.Redex.File(idx), int64(first) * redex.RowSize, int64(end) * redex.RowSize}}
	if timed := min(end, g.Times()); timed > first {
		list = append(list, Extent{c.Redex.File(ts), int64(first) * redex.TSSize, int64(timed) * redex.TSSize})
	}
	return list
}

// PayloadExtents returns about where the payloads of these entries lie, as far as the
// entries at both ends tell. It reads these from the index.
func (c *Chain) PayloadExtents(first, end int) []Extent {
	l, locates := c.Reader.(Locator)
	first, end = max(first, 0), min(end, c.Reader.Len())
	if !locates || c.Recipe.Form == RecipeNone || first >= end {
		return nil
	}
	from, found := located(l, first, min(first+extentTries, end), 1)
	to, foundEnd := located(l, end-1, max(end-extentTries, first)-1, -1)
	run := Extent{from.PayloadFile, from.PayloadOffset, to.PayloadOffset + to.PayloadBytes}
	if !found || !foundEnd || from.PayloadFile != to.PayloadFile || run.To <= run.From || run.To-run.From > maxExtentBytes {
		return nil
	}
	return []Extent{run}
}

// located returns where the first payload lies that lies in a file, of entries from a
// position up to another, in steps of one.
func located(l Locator, from, to, step int) (Location, bool) {
	for at := from; at != to; at += step {
		place, err := l.Locate(at)
		if err == nil && place.PayloadFile != "" && place.PayloadOffset != UnknownOffset && place.PayloadOffset >= 0 && place.PayloadBytes >= 0 {
			return place, true
		}
	}
	return Location{}, false
}
