package query

// Verdict is the answer of an index to a query.
type Verdict uint8

// The verdicts, ordered so that "and" is the minimum and "or" the maximum.
const (
	// No: the entry does not match.
	No Verdict = iota
	// Maybe: the index does not know, the payload does.
	Maybe
	// Yes: the entry matches.
	Yes
)

// String returns the lower-case name.
func (v Verdict) String() string { return [...]string{"no", "maybe", "yes"}[min(v, Yes)] }

// not is the verdict on the opposite.
func (v Verdict) not() Verdict { return Yes - v }

func verdictOf(matches bool) Verdict {
	if matches {
		return Yes
	}
	return No
}
