package order

import (
	"cmp"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

type item struct{ Key, Place int }

func TestByIsStable(t *testing.T) {
	for _, n := range []int{0, 1, 2, 100, 1000} {
		var got []item
		for place := range n {
			got = append(got, item{Key: place * 7919 % 13, Place: place})
		}
		want := slices.Clone(got)
		byKey := func(a, b item) int { return cmp.Compare(a.Key, b.Key) }
		slices.SortStableFunc(want, byKey)
		By(got, byKey)
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%d items (-want +got):\n%s", n, diff)
		}
	}
}
