package insight

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"chainglass/wire"
)

// A digest says what there is to see, row by row, in its rows.
func TestDigestsAreWhatRowsSay(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	notes := []classNote{{}, {flags: classFailed}, {flags: classGated | classDaemon}}
	for round := range 3000 {
		n := 1 + random.IntN(300)
		odd := []int{1, 20, 1 << 30}[round%3] // one row in how many is unlike the others
		r := Rows{}
		for i := range uint64(n) {
			row := [3]uint64{i / 2, 5 + i/3, 7 + i}
			for k := range row {
				if random.IntN(odd) == 0 {
					row[k] = random.Uint64N(400)
				}
			}
			state := RowHasTS | RowDecoded
			if random.IntN(odd) == 0 {
				state = []RowState{RowHasTS, RowDecoded, RowState(wire.EntryTorn), state}[random.IntN(4)]
			}
			r.TSNS, r.TimeMS, r.ID = append(r.TSNS, row[0]), append(r.TimeMS, row[1]), append(r.ID, row[2])
			r.State, r.Class = append(r.State, state), append(r.Class, uint16(random.IntN(3)))
		}
		want := Digest{
			Alike:   !slices.ContainsFunc(r.State, func(s RowState) bool { return (s^r.State[0])&(RowHasTS|RowDecoded) != 0 }),
			Appends: slices.IsSorted(r.TSNS), Records: slices.IsSorted(r.TimeMS), LeastID: slices.Min(r.ID),
			Again: make([]uint64, (n+63)/64), Tells: make([]uint64, (n+63)/64),
		}
		for i, id := range r.ID {
			if i == 0 && id == 0 || i > 0 && id <= slices.Max(r.ID[:i]) {
				want.Again[i/64] |= 1 << (i % 64)
			}
			if r.State[i]&RowDecoded != 0 && r.Class[i] > 0 {
				want.Tells[i/64] |= 1 << (i % 64)
			}
		}
		got := DigestOf(&r)
		got.Tells = r.tells(notes)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d: %+v, want %+v", round, got, want)
		}
	}
}
