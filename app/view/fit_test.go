package view_test

import (
	"math/rand/v2"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/engine/part"
	"chainglass/app/view"
	"chainglass/wire/postcard"
)

// The range of times is that of [engine.FitTimes], whether they lie within a year or not.
func TestRangesLeaveOutStrayTimes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	within, beyond := 0, 0
	for range 2000 {
		spread := []uint64{part.YearNS / 3, part.YearNS, 2 * part.YearNS, 40 * part.YearNS}[random.IntN(4)]
		c := &engine.ChainInfo{}
		for range random.IntN(5) {
			first := uint64(1_700_000_000_000_000_000) + random.Uint64N(spread)
			c.Times = append(c.Times, engine.TimeGroup{FirstNS: first, LastNS: first + random.Uint64N(part.YearNS/8), Entries: 1 + random.IntN(100)})
		}
		want := view.Range{}
		if first, last, _, ok := engine.FitTimes(c.Times); ok {
			want = view.RangeNS(postcard.Some(first), postcard.Some(last))
			if last-first <= part.YearNS {
				within++
			} else {
				beyond++
			}
		}
		if got := view.TimeRange(c); got != want {
			t.Fatalf("%+v: %v, want %v", c.Times, got, want)
		}
	}
	if within < 100 || beyond < 100 {
		t.Errorf("the test sees too little: %d ranges within a year, %d beyond", within, beyond)
	}
}
