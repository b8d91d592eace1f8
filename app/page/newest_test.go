package page

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// asker is an engine of numbers: it keeps questions until the test answers them.
type asker struct {
	open []*openQuestion
	// asked are all questions in the order in which they were asked.
	asked []int
}

type openQuestion struct {
	question  int
	cancelled bool
	answer    func(int, error)
}

func (a *asker) ask(question int, answer func(int, error)) (cancel func()) {
	q := &openQuestion{question: question, answer: answer}
	a.open = append(a.open, q)
	a.asked = append(a.asked, question)
	return func() { q.cancelled = true }
}

// answer answers one of the open questions, in any order.
func (a *asker) answer(i int, err error) *openQuestion {
	q := a.open[i]
	a.open = append(a.open[:i:i], a.open[i+1:]...)
	q.answer(10*q.question, err)
	return q
}

var errAsked = errors.New("the question failed")

// Whatever is asked, replaced, stopped and answered in whatever order: what is shown is
// the answer to a question that was wanted later than everything that was shown before,
// an answer is never shown for another question, and in the end the newest question is
// answered.
func TestNewestShowsTheNewestAnswer(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var n Newest[int, int]
		var a asker
		newest, shown := 0, 0 // questions are numbered in the order in which they are wanted
		answered := func() {
			q := n.Asked()
			if q <= shown {
				t.Fatalf("seed %d: question %d is answered after %d", seed, q, shown)
			}
			shown = q
			if n.Err() == nil && *n.Last() != 10*q {
				t.Fatalf("seed %d: question %d is answered by %d", seed, q, *n.Last())
			}
			if n.Err() != nil && n.Last() != nil {
				t.Fatalf("seed %d: a failed question has an answer", seed)
			}
			if c := n.Current(); c != nil && q != newest {
				t.Fatalf("seed %d: the answer to %d is said to be that to %d", seed, q, newest)
			}
		}
		stopped := false
		for range 40 {
			switch r.IntN(8) {
			case 0, 1, 2:
				newest++
				n.request(newest, a.ask, answered)
				stopped = false
			case 3:
				newest++
				n.replace(newest, a.ask, answered)
				stopped = false
			case 4:
				if r.IntN(4) == 0 {
					n.stop()
					stopped = true
				}
			case 5:
				if r.IntN(4) == 0 {
					n.forget()
					stopped = true
					if n.Last() != nil || n.Busy() {
						t.Fatalf("seed %d: something is left", seed)
					}
				}
			default:
				if len(a.open) > 0 {
					var err error
					if r.IntN(5) == 0 {
						err = errAsked
					}
					a.answer(r.IntN(len(a.open)), err)
				}
			}
		}
		for len(a.open) > 0 {
			a.answer(r.IntN(len(a.open)), nil)
		}
		if n.Busy() {
			t.Fatalf("seed %d: a question is under way, and nobody was asked", seed)
		}
		if newest > 0 && !stopped && shown != newest {
			t.Fatalf("seed %d: question %d was wanted last, that to %d is shown", seed, newest, shown)
		}
	}
}

// Of what is wanted while a question is under way only the last is asked.
func TestNewestSkipsWhatNobodyWantsAnyMore(t *testing.T) {
	var n Newest[int, int]
	var a asker
	for q := range 50 {
		n.request(q, a.ask, func() {})
	}
	for len(a.open) > 0 {
		a.answer(0, nil)
	}
	if len(a.asked) != 2 || a.asked[1] != 49 || *n.Current() != 490 {
		t.Errorf("asked %v, current %v", a.asked, n.Current())
	}
	n.request(49, a.ask, func() {})
	if len(a.open) != 0 {
		t.Error("what is known is asked")
	}
	n.again(49, a.ask, func() {})
	if len(a.open) != 1 {
		t.Error("what is known is not asked again")
	}
	n.request(1, a.ask, func() {})
	n.request(49, a.ask, func() {}) // back to the one under way
	a.answer(0, nil)
	if len(a.open) != 0 {
		t.Error("what nobody wants any more is asked")
	}
}

// What is replaced, stopped and forgotten is cancelled, what is finished is cancelled and
// its answer taken; nobody is told of the others.
func TestNewestCancels(t *testing.T) {
	told := 0
	tell := func() { told++ }
	for what, end := range map[string]func(n *Newest[int, int], a *asker){
		"replace": func(n *Newest[int, int], a *asker) { n.replace(2, a.ask, tell) },
		"stop":    func(n *Newest[int, int], a *asker) { n.stop() },
		"forget":  func(n *Newest[int, int], a *asker) { n.forget() },
		"finish":  func(n *Newest[int, int], a *asker) { n.request(3, a.ask, tell); n.finish() },
	} {
		var n Newest[int, int]
		var a asker
		told = 0
		n.request(1, a.ask, tell)
		end(&n, &a)
		if q := a.answer(0, nil); !q.cancelled {
			t.Errorf("%s: not cancelled", what)
		}
		if taken := n.Last() != nil && n.Asked() == 1; taken != (what == "finish") || taken != (told == 1) {
			t.Errorf("%s: taken %v, told %d", what, taken, told)
		}
		if open := len(a.open); open > 0 != (what == "replace") {
			t.Errorf("%s: %d questions are open", what, open)
		}
	}
}

// Who is told of an answer may ask the next question, or forget everything.
func TestNewestIsAskedWhileItTells(t *testing.T) {
	var n Newest[int, int]
	var a asker
	n.request(1, a.ask, func() { n.request(2, a.ask, func() {}) })
	a.answer(0, nil)
	if len(a.asked) != 2 || !n.Busy() {
		t.Errorf("asked %v", a.asked)
	}
	n.replace(3, a.ask, func() { n.forget() })
	a.answer(1, nil)
	if n.Busy() || n.Last() != nil {
		t.Error("something is left")
	}
}
