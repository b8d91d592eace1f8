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

// A list of sets is one set, whatever the cuts, and those it grew from stay as they were.
func TestListIsOneSet(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		var whole rank.Set
		var list rank.List
		var grown []rank.List
		for range r.IntN(12) {
			grown = append(grown, list)
			part := &rank.Set{}
			for range r.IntN(200) {
				member := r.IntN(3) == 0
				part.Append(member)
				whole.Append(member)
			}
			list = list.With(part)
		}
		for _, l := range append(grown, list) {
			if l.Count() != whole.Before(l.Len()) {
				t.Fatalf("%d members among %d, want %d", l.Count(), l.Len(), whole.Before(l.Len()))
			}
			for position := -1; position <= l.Len(); position++ {
				if got, want := l.Before(position), whole.Before(min(position, l.Len())); got != want {
					t.Fatalf("%d members before %d, want %d", got, position, want)
				}
				if got, want := l.Has(position), position < l.Len() && whole.Has(position); got != want {
					t.Fatalf("%d: member %t, want %t", position, got, want)
				}
			}
			for n := -1; n <= l.Count(); n++ {
				if got, want := l.Member(n), min(whole.Member(n), l.Len()); n < l.Count() && got != want || n == l.Count() && got != l.Len() {
					t.Fatalf("member %d at %d, want %d", n, got, want)
				}
			}
		}
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
