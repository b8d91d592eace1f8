package page

import "chainglass/app/rpc"

// turn tells what belongs to the present from what was begun before: answers to
// questions that no longer count, ticks of a run that has ended.
type turn struct{ number int }

// next begins a turn and returns a function that reports whether it still lasts.
func (t *turn) next() (lasts func() bool) {
	t.number++
	return t.present()
}

// present returns a function that reports whether the present turn still lasts.
func (t *turn) present() (lasts func() bool) {
	number := t.number
	return func() bool { return t.number == number }
}

// Newest asks one kind of question again and again, of which only the newest counts.
// The answer is kept with its question, so that a panel can show the last answer there
// is while the next one is under way. The zero value is ready.
//
// What it does is in [asked], which knows no types: code for each kind of question would
// make a visitor download the same again and again.
type Newest[Q comparable, A any] struct{ asked }

// asking asks a question and calls answer once, later. cancel, if it is not nil, ends
// the question; answer is called all the same.
type asking[Q, A any] func(question Q, answer func(A, error)) (cancel func())

// of returns what asks the engine by a method. Its questions are short: they are not
// cancelled.
func of[Q, A any](p *Page, method rpc.Method[Q, A]) asking[Q, A] {
	return func(question Q, answer func(A, error)) func() {
		rpc.Call(p.client, method, question, openOptions{}, answer)
		return nil
	}
}

// untyped returns the same for questions and answers of any type; an answer is a
// pointer.
func (ask asking[Q, A]) untyped(question any, answer func(any, error)) (cancel func()) {
	return ask(question.(Q), func(value A, err error) { answer(&value, err) })
}

// request asks a question unless it is answered or under way. While another one is
// under way it waits, and of those that wait only the newest is asked. answered is
// called after the answer.
func (n *Newest[Q, A]) request(question Q, ask asking[Q, A], answered func()) {
	n.asked.request(question, ask.untyped, answered)
}

// again asks as request does, also where the question is answered.
func (n *Newest[Q, A]) again(question Q, ask asking[Q, A], answered func()) {
	n.asked.again(question, ask.untyped, answered)
}

// replace asks a question at once. One that is under way is cancelled and its answer
// is not taken.
func (n *Newest[Q, A]) replace(question Q, ask asking[Q, A], answered func()) {
	n.asked.replace(question, ask.untyped, answered)
}

// Asked is the question that was answered last.
func (n *Newest[Q, A]) Asked() Q {
	question, _ := n.question.(Q)
	return question
}

// Current returns the answer to the newest question, or nil.
func (n *Newest[Q, A]) Current() *A {
	if n.question != n.newest {
		return nil
	}
	return n.Last()
}

// Last returns the newest answer there is, also while the next is under way: panels
// change from one to the other without a blank between. It is nil where the last
// question failed. What it points to does not change.
func (n *Newest[Q, A]) Last() *A {
	if !n.answered() {
		return nil
	}
	return n.value.(*A)
}

// asked is what was asked and answered.
type asked struct {
	turn turn
	// newest is the newest question, pending the one under way while busy is true.
	newest, pending any
	busy            bool
	// wait asks the question that waits for the one under way to be answered, nil for
	// none. cancel ends the one under way, nil where it cannot be ended.
	wait, cancel func()

	// question is the one that value, a pointer, or err answers, once known is true.
	question any
	known    bool
	value    any
	err      error
}

func (n *asked) request(question any, ask asking[any, any], answered func()) {
	if !n.busy && n.known && n.question == question {
		n.newest = question
		return
	}
	n.again(question, ask, answered)
}

func (n *asked) again(question any, ask asking[any, any], answered func()) {
	n.newest = question
	switch {
	case !n.busy:
		n.start(question, ask, answered)
	case n.pending == question:
		n.wait = nil
	default:
		n.wait = func() { n.request(question, ask, answered) }
	}
}

func (n *asked) replace(question any, ask asking[any, any], answered func()) {
	n.stop()
	n.newest = question
	n.start(question, ask, answered)
}

func (n *asked) start(question any, ask asking[any, any], answered func()) {
	lasts := n.turn.next()
	n.pending, n.busy, n.wait, n.cancel = question, true, nil, nil
	cancel := ask(question, func(value any, err error) {
		if !lasts() {
			return
		}
		n.question, n.known, n.value, n.err = question, true, value, err
		n.cancel = nil
		answered()
		if !lasts() {
			return // whoever was told asked something else
		}
		n.busy = false
		if wait := n.wait; wait != nil {
			n.wait = nil
			wait()
		}
	})
	if n.busy && lasts() {
		n.cancel = cancel
	}
}

// finish cancels the question under way and takes what it answers then. What waits is
// not asked.
func (n *asked) finish() {
	n.wait = nil
	if n.busy && n.cancel != nil {
		n.cancel()
	}
}

// stop cancels the question under way, and what waits. The last answer stays.
func (n *asked) stop() {
	cancel := n.cancel
	n.turn.next()
	n.busy, n.wait, n.cancel = false, nil, nil
	if cancel != nil {
		cancel()
	}
}

// forget cancels the question under way and forgets the answer.
func (n *asked) forget() {
	n.stop()
	*n = asked{turn: n.turn}
}

// answered reports whether there is an answer, settled whether it is that to the
// question that was asked last.
func (n *asked) answered() bool { return n.known && n.err == nil }

func (n *asked) settled() bool { return n.answered() && n.question == n.pending }

// Busy reports whether a question is under way.
func (n *asked) Busy() bool { return n.busy }

// Err is why the last question failed.
func (n *asked) Err() error { return n.err }
