package page

import (
	"runtime"
	"time"
)

// A collection of garbage is one task of the page, of 5 to 15 ms where nothing else
// runs. What is in use is 1 to 2 MB, so collections can wait until nobody does.
const (
	// GCPercent lets garbage grow to 32 MB before it is collected in the midst of
	// something.
	GCPercent = 800
	// quiet is how long nothing must have happened before it is collected.
	quiet = 4 * time.Second
	// worthBytes is how much garbage is worth a collection.
	worthBytes = 4 << 20
)

// tidiness has garbage collected while nobody waits for the page.
type tidiness struct {
	// due is true while a look is to come, active if something happened since.
	due, active bool
	// allocated is what had been allocated after the last collection.
	allocated uint64
}

// NoteActivity takes notice that something happens.
func (p *Page) NoteActivity() {
	if p.tidy.due {
		p.tidy.active = true
		return
	}
	p.tidy.due = true
	p.after(quiet, p.collectGarbage)
}

// collectGarbage collects if it is quiet and worth it.
func (p *Page) collectGarbage() {
	t := &p.tidy
	if t.active {
		t.active = false
		p.after(quiet, p.collectGarbage)
		return
	}
	t.due = false
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	if mem.TotalAlloc-t.allocated < worthBytes {
		return
	}
	runtime.GC()
	t.allocated = mem.TotalAlloc
}
