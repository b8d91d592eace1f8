package query

import "strings"

// exact reports whether the template is the text itself.
func (t *Template) exact() bool { return t.Whole && strings.IndexByte(t.Text, '#') < 0 }

// verdict says what is known of a text from its template: whether there is a
// text and one of the patterns matches it.
func (t *Template) verdict(patterns []pattern) Verdict {
	if t.Text == "" {
		if t.Whole {
			return No
		}
		return Maybe
	}
	v := No
	for _, p := range patterns {
		v = max(v, p.within(t))
	}
	return v
}

// within compares a glob with a template in which "#" hides words.
func (g *glob) within(t *Template) Verdict {
	if t.exact() {
		return verdictOf(g.match([]byte(t.Text)))
	}
	folded := foldBytes([]byte(t.Text))
	if g.surelyIn(folded) {
		return Yes
	}
	if !t.Whole {
		return Maybe
	}
	for _, p := range g.parts {
		if p != "" && !canHold(folded, t.Masked, p) {
			return No
		}
	}
	return Maybe
}

// surelyIn reports whether the parts lie in what a template shows. A part that
// holds a "#" might lie on one that hides something else, and where the ends of
// the text are is not known.
func (g *glob) surelyIn(folded []byte) bool {
	if len(g.parts) == 1 || g.first() != "" || g.last() != "" {
		return false
	}
	for _, p := range g.inner() {
		if strings.Contains(p, "#") {
			return false
		}
	}
	return inOrder(folded, g.inner())
}

// canHold reports whether a text of the template may hold part. It tracks all
// ways to lay part over the template at once: bit i of state is set if the first
// i+1 bytes of part end at the place reached. At a "#" any run of masked bytes
// may stand, so bits move on until nothing is added. Only the first 64 bytes of
// part are looked at; a part that may be held by them may be held.
func canHold(folded []byte, masked WordBytes, part string) bool {
	part = part[:min(len(part), 64)]
	var places [256]uint64 // of each byte in part
	var hidden uint64      // of all masked bytes
	for i := range len(part) {
		places[part[i]] |= 1 << i
		if wordBit(part[i])&masked != 0 {
			hidden |= 1 << i
		}
	}
	found := uint64(1) << (len(part) - 1)
	state, all := uint64(0), uint64(0)
	for _, b := range folded {
		before := state
		state = (before<<1 | 1) & places[b]
		if b == '#' {
			state |= closure(before, hidden)
		}
		all |= state
	}
	return all&found != 0
}

// closure returns the places reached from state by one masked byte or more.
func closure(state, hidden uint64) uint64 {
	var reached uint64
	for {
		next := reached | ((state|reached)<<1|1)&hidden
		if next == reached {
			return reached
		}
		reached = next
	}
}
