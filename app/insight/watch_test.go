package insight

import (
	"reflect"
	"runtime"
	"sync"
	"testing"

	"chainglass/app/synth"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// synthetic returns the chain of a made-up node.
func synthetic(seed uint64, records int) *memoryChain {
	c := &memoryChain{id: 1, node: "n", channel: "meshos/actions", kind: wire.ChainAction}
	n := synth.NewNode(seed)
	for range records {
		r := n.Next()
		c.add(wire.Entry{Seq: uint64(c.Len()), TSNS: postcard.Some(n.AppendedAtNS()), Payload: wire.EncodeRecord(&r)})
	}
	return c
}

// cutRows cuts rows into parts, so many together.
func cutRows(rows *Rows, classes []Class, kind wire.ChainKind, together int) []Rows {
	var parts []Rows
	rest := *rows
	for len(rest.State) > 0 {
		n := min(together, len(rest.State))
		told := 0
		for i, state := range rest.State[:n] {
			if state&RowDecoded != 0 && classes[rest.Class[i]].Tells(kind) {
				told++
			}
		}
		parts = append(parts, Rows{rest.First, rest.TSNS[:n], rest.TimeMS[:n], rest.ID[:n], rest.Class[:n], rest.State[:n], rest.Told[:told], nil})
		rest = Rows{rest.First + n, rest.TSNS[n:], rest.TimeMS[n:], rest.ID[n:], rest.Class[n:], rest.State[n:], rest.Told[told:], nil}
	}
	return parts
}

// watched is a chain with one watch, as a reading has it.
type watched struct {
	*memoryChain
	watch *Watch
}

func (c watched) Watch() *Watch { return c.watch }

// Analyse changes nothing of a watch, and may run any number of times at once,
// while a clone of the watch is fed on.
func TestAnalyseOnlyLooks(t *testing.T) {
	var chains []Chain
	for _, c := range incident(t) {
		chains = append(chains, watched{c.(*memoryChain), c.Watch()})
	}
	want := analyse(t, chains...)
	var wait sync.WaitGroup
	for range 4 {
		var own []Chain
		for _, c := range chains {
			c := c.(watched)
			fresh := *c.memoryChain
			own = append(own, watched{&fresh, c.watch}) // columns are held by each
			clone := c.watch.Clone()
			wait.Go(func() {
				rows, classes := fresh.columns()
				rows.First = fresh.Len()
				clone.Rows(&rows, classes)
			})
		}
		wait.Go(func() {
			if got, err := Analyse(t.Context(), own, func() {}); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("another look finds something else: %v", err)
			}
		})
	}
	wait.Wait()
}

// BenchmarkWatch feeds the watch of an action chain that has calm hours, storms
// and restarts, as an index has it:
//
//	go test ./app/insight -run '^$' -bench Watch -count 10 | benchstat -
func BenchmarkWatch(b *testing.B) {
	const records = 300_000
	c := synthetic(1, records)
	rows, classes := c.columns()
	parts := cutRows(&rows, classes, c.kind, 1<<13)
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		w := NewWatch(c.kind)
		for i := range parts {
			w.Rows(&parts[i], classes)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/records, "ns/row")
}

// Rows allocate nothing once what they are made of is known, but for room that
// grows.
func TestRowsAllocateNothing(t *testing.T) {
	c := synthetic(1, 30_000)
	rows, classes := c.columns()
	parts := cutRows(&rows, classes, c.kind, 1<<10)
	w := NewWatch(c.kind)
	i := 0
	for ; i < 10; i++ {
		w.Rows(&parts[i], classes)
	}
	allocs := testing.AllocsPerRun(15, func() {
		w.Rows(&parts[i], classes)
		i++
	})
	if allocs > 10 {
		t.Errorf("%g allocations for %d rows", allocs, 1<<10)
	}
}

// retained returns how many bytes are in use after make has run that were not
// before, for as long as what make returns is.
func retained(make func() any) int {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	held := make()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(held)
	return int(after.HeapAlloc) - int(before.HeapAlloc)
}

// A node may have thirty thousand channels of one entry.
func TestSmallWatchesAreSmall(t *testing.T) {
	const many = 1000
	one := Rows{TSNS: []uint64{startNS}, TimeMS: []uint64{0}, ID: []uint64{1}, Class: []uint16{0}, State: []RowState{RowHasTS}}
	classes := make([]Class, 8)
	for kind, most := range map[wire.ChainKind]int{wire.ChainUnknown: 700, wire.ChainAction: 2100, wire.ChainLog: 1100} {
		bytes := retained(func() any {
			var all []*Watch
			for range many {
				w := NewWatch(kind)
				w.Rows(&one, classes)
				all = append(all, w)
			}
			return all
		}) / many
		if t.Logf("%v: %d bytes", kind, bytes); bytes > most {
			t.Errorf("the watch of one entry of a chain of kind %v takes %d bytes", kind, bytes)
		}
	}
}

// Whatever a chain holds, a watch remembers a bounded amount of it, and some bytes
// for each key.
func TestWatchesAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const rows = 300_000
	classes := make([]Class, 1<<16)
	for i := range classes {
		classes[i] = Class{Template: string(rune('a' + i)), Outcome: uint8(wire.OutcomeFailed)}
	}
	hint, live := Told{DelayMS: postcard.Some(uint64(1))}, Told{Live: 1}
	for name, c := range map[string]struct {
		row  func(i int, r *Rows)
		told Told
		most int
	}{
		"actions that never end": {func(i int, r *Rows) { r.ID[0] = uint64(i + 5000) }, hint, 24 << 20},
		"the same id":            {func(i int, r *Rows) { r.ID[0] = 7 }, hint, 4 << 20},
		"texts":                  {func(i int, r *Rows) { r.Class[0] = uint16(i) }, hint, 4 << 20},
		"steps of time":          {func(i int, r *Rows) { r.TSNS[0] = uint64(i) * 20 * nanosPerSec }, hint, 8 << 20},
		"times back and forth":   {func(i int, r *Rows) { r.TSNS[0] = uint64(i) * 0x9e3779b97f4a7c15 }, hint, 8 << 20},
		"processes":              {func(i int, r *Rows) { r.ID[0] = uint64(i%40 + 1) }, hint, 4 << 20},
		"rows without an id":     {func(i int, r *Rows) { r.ID[0] = uint64(i % 1000 / 999) }, hint, 4 << 20},
		"keys":                   {func(i int, r *Rows) { r.TSNS[0] += uint64(i) * nanosPerSec }, live, 4<<20 + 15*rows},
	} {
		t.Run(name, func(t *testing.T) {
			bytes := retained(func() any {
				w := NewWatch(wire.ChainAction)
				r := Rows{TSNS: make([]uint64, 1), TimeMS: []uint64{startNS / nanosPerMilli}, ID: make([]uint64, 1), Class: make([]uint16, 1),
					State: []RowState{RowHasTS | RowDecoded}, Told: []Told{c.told}}
				for i := range rows {
					r.First, r.ID[0], r.TSNS[0], r.Class[0] = i, 5000, startNS, 0
					c.row(i, &r)
					w.Rows(&r, classes)
				}
				return w
			})
			if t.Logf("%d bytes", bytes); bytes > c.most {
				t.Errorf("%d bytes are kept, want at most %d", bytes, c.most)
			}
		})
	}
}
