// Package order sorts. It exists because slices.SortFunc is compiled once more
// for every type of element, which for forty types is a thirtieth of what a
// visitor downloads. [By] is not for millions of elements: it moves them through
// reflection. It imports the standard library only.
package order

import "sort"

// By sorts in place by compare, as slices.SortStableFunc does: equal elements
// stay in their order.
func By[S ~[]E, E any](s S, compare func(a, b E) int) {
	sort.SliceStable(s, func(i, j int) bool { return compare(s[i], s[j]) < 0 })
}
