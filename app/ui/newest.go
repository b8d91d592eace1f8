package ui

// newest asks one question at a time and of those that come up meanwhile only
// the last. Unlike a lane it keeps no answer.
type newest[K comparable] struct {
	wanted K
	busy   bool
}

// want asks a question, now or after the one under way. ask has to call done
// once it is answered.
func (n *newest[K]) want(question K, ask func(question K, done func())) {
	n.wanted = question
	if n.busy {
		return
	}
	n.busy = true
	ask(question, func() {
		n.busy = false
		if n.wanted != question {
			n.want(n.wanted, ask)
		}
	})
}
