package browser

import "time"

// Pace divides long work of the page into tasks. Between two tasks the browser
// paints and answers, so that no amount of work holds the page up for long. It is
// for one goroutine; the zero value is ready.
type Pace struct{ since time.Time }

// slice is how long a task may last before it is ended at the next opportunity.
// A task is felt from 50 ms on; the step after the opportunity is missed must fit
// into the rest, also when the browser runs its code for the first time and on a
// machine a few times slower than ours.
const slice = 4 * time.Millisecond

// Yield ends the present task if it has lasted for long, and returns in the next
// one. It blocks its goroutine alone: others go on, and what they dispatch waits.
// Natively it returns at once.
func (p *Pace) Yield() {
	if time.Since(p.since) < slice {
		return
	}
	NextTask()
	p.since = time.Now()
}
