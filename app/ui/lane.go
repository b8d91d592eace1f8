package ui

import "chainglass/app/rpc"

// lane asks the engine the same kind of question again and again, one at a
// time: while an answer is under way, only the newest question is remembered.
type lane[Req comparable, Resp any] struct {
	method rpc.Method[Req, Resp]
	// wanted is the newest question, asked the one that value or err answers.
	wanted, asked Req
	busy          bool
	// known is true once value or err is set.
	known bool
	value Resp
	err   error
	// generation tells answers from before a reset.
	generation int
}

// want asks a question unless it is answered or under way. changed is called
// after every answer.
func (l *lane[Req, Resp]) want(s *store, question Req, changed func()) {
	l.wanted = question
	if l.busy || l.known && l.asked == question {
		return
	}
	l.busy = true
	generation := l.generation
	rpc.Call(s.client, l.method, question, openOptions{}, func(value Resp, err error) {
		if generation != l.generation {
			return
		}
		l.busy, l.known = false, true
		l.asked, l.value, l.err = question, value, err
		changed()
		if l.wanted != question {
			l.want(s, l.wanted, changed)
		}
	})
}

// forget forgets the answer and lets go of the one under way.
func (l *lane[Req, Resp]) forget() {
	*l = lane[Req, Resp]{method: l.method, generation: l.generation + 1}
}

// current returns the answer to the newest question, or nil.
func (l *lane[Req, Resp]) current() *Resp {
	if !l.known || l.err != nil || l.asked != l.wanted {
		return nil
	}
	return &l.value
}

// last returns the newest answer there is, also while the next is under way:
// panels change from one to the other without a blank between.
func (l *lane[Req, Resp]) last() *Resp {
	if !l.known || l.err != nil {
		return nil
	}
	return &l.value
}
