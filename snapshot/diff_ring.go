package snapshot

import "slices"

// ring says how the records of a ring are compared.
type ring[T any] struct {
	fields []jsonField[T]
	// same reports whether two records are one record, perhaps at different
	// times: whether they agree in all but the late fields.
	same func(x, y *T) bool
	// late are the fields that may change on a record in the ring.
	late []jsonField[T]
}

var (
	failureRing = ring[FailureRecord]{failureFields, sameFailure, nil}
	auditRing   = ring[AdminAuditRecord]{auditFields, sameAudit, auditFields[len(auditFields)-1:]}
	logRing     = ring[LogRecord]{logFields, sameLog, logFields[len(logFields)-1:]}
)

// overlap says which records two states of a ring share: a[a0:a0+n] are the
// records b[b0:b0+n].
type overlap struct{ a0, b0, n int }

// diffRing compares two states of a ring. The records before the overlap come
// first, then the changes within it, then what lies behind it. Where no moving
// on explains as much as records replaced in the middle do, those are reported.
func diffRing[T any](d *differ, name string, a, b []T, r ring[T]) {
	o := moved(a, b, r.same)
	prefix, suffix := commonEnds(a, b, r.same)
	if prefix+suffix > o.n {
		diffOverlap(d, name, a[:prefix], b[:prefix], 0, r.late)
		o = overlap{len(a) - suffix, len(b) - suffix, suffix}
	} else {
		prefix = 0
	}
	for i := prefix; i < o.a0; i++ {
		went(d, name, uint64(i), &a[i], r.fields)
	}
	for j := prefix; j < o.b0; j++ {
		appeared(d, name, uint64(j), &b[j], r.fields)
	}
	diffOverlap(d, name, a[o.a0:o.a0+o.n], b[o.b0:o.b0+o.n], o.a0, r.late)
	for i := o.a0 + o.n; i < len(a); i++ {
		went(d, name, uint64(i), &a[i], r.fields)
	}
	for j := o.b0 + o.n; j < len(b); j++ {
		appeared(d, name, uint64(j), &b[j], r.fields)
	}
}

// diffOverlap compares the late fields of records that are the same.
func diffOverlap[T any](d *differ, name string, a, b []T, first int, late []jsonField[T]) {
	for i := range a {
		diffFields(d, name, uint64(first+i), &a[i], &b[i], late)
	}
}

// moved finds the overlap of a ring that moved on from a to b, or back from b
// to a when the snapshots are compared against the course of time.
func moved[T any](a, b []T, same func(x, y *T) bool) overlap {
	on, back := suffixPrefix(a, b, same), suffixPrefix(b, a, same)
	if on >= back {
		return overlap{a0: len(a) - on, b0: 0, n: on}
	}
	return overlap{a0: 0, b0: len(b) - back, n: back}
}

// suffixPrefix returns the length of the longest suffix of a that is a prefix
// of b. It runs the Knuth-Morris-Pratt automaton of b over the end of a, so
// that rings full of equal records take linear time too.
func suffixPrefix[T any](a, b []T, same func(x, y *T) bool) int {
	if len(a) > len(b) {
		a = a[len(a)-len(b):]
	}
	border := borders(b, same)
	n := 0
	for i := range a {
		for n > 0 && (n == len(b) || !same(&a[i], &b[n])) {
			n = border[n-1]
		}
		if same(&a[i], &b[n]) {
			n++
		}
	}
	return n
}

// borders returns for each prefix of b the length of its longest proper prefix
// that is also its suffix.
func borders[T any](b []T, same func(x, y *T) bool) []int {
	border := make([]int, len(b))
	n := 0
	for i := 1; i < len(b); i++ {
		for n > 0 && !same(&b[i], &b[n]) {
			n = border[n-1]
		}
		if same(&b[i], &b[n]) {
			n++
		}
		border[i] = n
	}
	return border
}

// commonEnds returns how many records a and b share at their beginning and,
// apart from those, at their end.
func commonEnds[T any](a, b []T, same func(x, y *T) bool) (prefix, suffix int) {
	shorter := min(len(a), len(b))
	for prefix < shorter && same(&a[prefix], &b[prefix]) {
		prefix++
	}
	for suffix < shorter-prefix && same(&a[len(a)-1-suffix], &b[len(b)-1-suffix]) {
		suffix++
	}
	return prefix, suffix
}

func sameFailure(x, y *FailureRecord) bool { return *x == *y }

// sameAudit and sameLog leave chain_pending out: it is set when appending to the
// chain has failed, on a record that is in the ring already.

func sameAudit(x, y *AdminAuditRecord) bool {
	return x.Seq == y.Seq && x.CommittedAtMS == y.CommittedAtMS && x.Outcome == y.Outcome &&
		slices.Equal(x.OperatorIDs, y.OperatorIDs) && sameEvent(&x.Event, &y.Event)
}

func sameEvent(x, y *AdminEvent) bool {
	return x.Kind == y.Kind && x.Node == y.Node && x.DrainFor == y.DrainFor &&
		slices.Equal(x.Chains, y.Chains) && x.TTL == y.TTL && x.Scope == y.Scope &&
		x.Chain == y.Chain && x.Victim == y.Victim && x.Daemon == y.Daemon &&
		x.Target == y.Target && x.Migration == y.Migration
}

func sameLog(x, y *LogRecord) bool {
	x2, y2 := *x, *y
	x2.ChainPending, y2.ChainPending = false, false
	return x2 == y2
}
