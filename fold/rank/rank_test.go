package rank_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"chainglass/fold/rank"
)

// Appending in runs is appending one by one.
func TestAppendsRuns(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		var single, runs rank.Set
		for range 20 {
			n := r.IntN(300)
			bits := make([]uint64, (n+63)/64)
			for i := range bits {
				bits[i] = r.Uint64()
			}
			for i := range n {
				single.Append(bits[i/64]>>(i%64)&1 != 0)
			}
			runs.AppendBits(bits, n)
		}
		if !reflect.DeepEqual(single, runs) {
			t.Fatalf("%+v\n%+v", single, runs)
		}
	}
}

func TestCountsAndFindsMembers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var set rank.Set
	var positions []int
	for i := range 5000 {
		member := r.IntN(1+i/500) == 0
		if member {
			positions = append(positions, i)
		}
		set.Append(member)
	}
	n := 0
	for position := range set.Len() + 1 {
		if n < len(positions) && positions[n] < position {
			n++
		}
		if got := set.Before(position); got != n {
			t.Fatalf("%d members before %d, want %d", got, position, n)
		}
	}
	for n, want := range positions {
		if got := set.Member(n); got != want {
			t.Fatalf("member %d at %d, want %d", n, got, want)
		}
	}
	if set.Member(-1) != 5000 || set.Member(len(positions)) != 5000 || set.Before(-5) != 0 || set.Before(1<<40) != len(positions) {
		t.Error("outside the set")
	}
}

func BenchmarkMember(b *testing.B) {
	var set rank.Set
	for i := range 1_000_000 {
		set.Append(i%4 == 0)
	}
	for i := 0; b.Loop(); i++ {
		set.Member(i * 7919 % set.Count())
	}
}
