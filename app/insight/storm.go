package insight

import (
	"slices"

	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// An action that fails with a retry hint comes back with the same id, until it is
// dispatched, fails without a hint, or the executor gives it up. Ids count anew
// in every process, so the end of a process ends what was open. An action that
// failed stormFailures times is a retry storm; the worst of a process are listed,
// the others counted.
const (
	stormFailures = 5
	maxStorms     = 3
	// maxOpen is how many actions are followed at once; beyond it the oldest is
	// given up as unknown.
	maxOpen = 1 << 16
	// maxAttempts is how many attempts of an action are remembered one by one.
	maxAttempts = maxRelated
	// manyGivenUp is one in how many rows must give an action up to be alarming
	// on a chain without a burst.
	manyGivenUp = 100
)

// The texts with which the executor gives an action up, values masked.
const (
	budgetReason = "dispatch retry budget exhausted after # attempts"
	deferReason  = "deferred # times — exceeds max_defer_count #"
)

// ending is what became of an action.
type ending uint8

const (
	endUnknown ending = iota
	endDispatched
	endFinal
	endPanicked
	endExhausted
	endDeferred

	endings // count
)

// text says what became of an action.
func (e ending) text() message.Message {
	switch e {
	case endDispatched:
		return message.New("dispatched at last")
	case endFinal:
		return message.New("failed for good")
	case endPanicked:
		return message.New("dispatcher panicked")
	case endExhausted:
		return message.New("retry budget exhausted")
	case endDeferred:
		return message.New("deferred too often")
	}
	return message.New("end unknown")
}

// attempt is one failure of an action.
type attempt struct {
	position int
	timeNS   uint64
	template string
	// delayMS is the retry hint.
	delayMS postcard.Option[uint64]
}

// trouble is an action that failed at least once.
type trouble struct {
	id          uint64
	kind        string
	failures    int
	attempts    [maxAttempts]attempt
	firstNS     uint64
	first, last int
	lastNS      uint64
	end         ending
	process     int
}

// stormWatch follows the failing actions of one chain.
type stormWatch struct {
	subject *subject
	process int
	open    map[uint64]*trouble
	// queue holds the open actions in the order in which they first failed,
	// among ones that have ended since.
	queue []*trouble
	// storms counts the storms by their ends, worst lists the worst, and spent
	// counts everything that was given up, with the first and last.
	storms [endings]int
	worst  []trouble
	spent  [endings]int
	given  struct{ first, last, count int }
	shown  []trouble // the first given up
}

func newStormWatch(s *subject) *stormWatch {
	return &stormWatch{subject: s, open: map[uint64]*trouble{}}
}

// action follows one row.
func (w *stormWatch) action(a *action) {
	r := &a.row
	if !r.Decoded || r.ID == 0 {
		return
	}
	if process := w.subject.process(a.position); process != w.process {
		w.endProcess()
		w.process = process
	}
	if r.gated() {
		return
	}
	t := w.open[r.ID]
	if !r.failed() {
		if t != nil {
			w.end(t, endDispatched, a)
		}
		return
	}
	if t == nil {
		t = w.begin(a)
	}
	t.fails(a)
	if end, ended := endOf(a); ended {
		w.end(t, end, a)
	}
}

// endOf returns how a failure ends its action, if it does.
func endOf(a *action) (ending, bool) {
	switch a.row.Template {
	case budgetReason:
		return endExhausted, true
	case deferReason:
		return endDeferred, true
	case panicReason:
		return endPanicked, true
	}
	return endFinal, a.told && !a.delayMS.Some
}

func (t *trouble) fails(a *action) {
	if t.failures < len(t.attempts) {
		t.attempts[t.failures] = attempt{a.position, a.row.TimeNS, a.row.Template, a.delayMS}
	}
	t.failures++
	t.last, t.lastNS = a.position, a.row.TimeNS
}

func (w *stormWatch) begin(a *action) *trouble {
	if len(w.open) >= maxOpen {
		w.dropOldest()
	}
	t := &trouble{id: a.row.ID, kind: a.row.Kind, first: a.position, firstNS: a.row.TimeNS, process: w.process}
	w.open[t.id] = t
	w.queue = append(w.queue, t)
	if len(w.queue) > 2*maxOpen {
		w.queue = slices.DeleteFunc(w.queue, func(t *trouble) bool { return w.open[t.id] != t })
	}
	return t
}

func (w *stormWatch) dropOldest() {
	for len(w.queue) > 0 {
		t := w.queue[0]
		w.queue = w.queue[1:]
		if w.open[t.id] == t {
			delete(w.open, t.id)
			w.count(t, endUnknown)
			return
		}
	}
}

func (w *stormWatch) end(t *trouble, end ending, a *action) {
	delete(w.open, t.id)
	t.last, t.lastNS = a.position, a.row.TimeNS
	w.count(t, end)
	if end < endExhausted {
		return
	}
	w.spent[end]++
	if w.given.count == 0 {
		w.given.first = a.position
	}
	w.given.count++
	w.given.last = a.position
	if len(w.shown) < maxStorms {
		w.shown = append(w.shown, *t)
	}
}

// endProcess gives up what is open.
func (w *stormWatch) endProcess() {
	for _, t := range w.queue {
		if w.open[t.id] == t {
			w.count(t, endUnknown)
		}
	}
	clear(w.open)
	w.queue = w.queue[:0]
}

func (w *stormWatch) count(t *trouble, end ending) {
	t.end = end
	if t.failures < stormFailures {
		return
	}
	w.storms[end]++
	at, _ := slices.BinarySearchFunc(w.worst, *t, worse)
	if at < maxStorms {
		w.worst = slices.Insert(w.worst, at, *t)
		w.worst = w.worst[:min(len(w.worst), maxStorms)]
	}
}

// worse orders storms: more failures first, then the longer ones.
func worse(a, b trouble) int {
	if a.failures != b.failures {
		return b.failures - a.failures
	}
	return compare(b.lastNS-min(b.firstNS, b.lastNS), a.lastNS-min(a.firstNS, a.lastNS))
}

// report tells of the storms of the chain: how many there were, and the worst.
func (w *stormWatch) report(out *report) {
	w.endProcess()
	total := 0
	var ends []message.Message
	for end, n := range w.storms {
		if n > 0 {
			ends = append(ends, message.New("{} {}", message.Count(n), message.List(ending(end).text())))
		}
		total += n
	}
	for i := range w.worst {
		t := &w.worst[i]
		f := about(RuleStorm, w.subject, t.first, t.last)
		f.Severity, f.Confidence, f.Count = Notice, Certain, t.failures
		if t.end == endUnknown {
			f.Confidence = Likely
		}
		f.FirstTimeNS, f.LastTimeNS = t.firstNS, t.lastNS
		f.Title = message.New("Retry storm: action {} failed {time|times}, {}", message.ID(message.ClassAction, t.id), message.Count(t.failures), message.List(t.end.text()))
		f.Detail = message.New("{} in {}, {}. One of {storm|storms} on this chain: {,}.", message.Kind(t.kind), span(t.firstNS, t.lastNS),
			between(t.firstNS, t.lastNS), message.Count(total), message.List(ends...))
		f.Related = t.refs(w.subject)
		out.add(f)
	}
}

// refs leads to the attempts of an action.
func (t *trouble) refs(s *subject) []Ref {
	var refs []Ref
	for i, a := range t.attempts[:min(t.failures, len(t.attempts))] {
		what := message.New("action {}, attempt {} at {clock}: {}", message.ID(message.ClassAction, t.id), message.Count(i+1), message.Time(a.timeNS), reason(a.template))
		if a.delayMS.Some {
			what.Add(", again in {}", millis(a.delayMS.Value))
		}
		refs = append(refs, s.refTo(a.position, what))
	}
	if t.end == endDispatched {
		refs = append(refs, s.refTo(t.last, message.New("action {} dispatched at {clock}", message.ID(message.ClassAction, t.id), message.Time(t.lastNS))))
	}
	return refs
}

// givenUp counts the actions of one node that its executor gave up.
type givenUp struct {
	chains []*stormWatch
}

func (g *givenUp) take(w *stormWatch) {
	if w.given.count > 0 {
		g.chains = append(g.chains, w)
	}
}

// isMany reports whether more actions were given up than is ordinary: some are,
// as long as there are networks.
func (w *stormWatch) isMany() bool {
	return w.subject.burst || w.given.count*manyGivenUp > w.subject.chain.Len()
}

// report tells how many actions were given up, with the attempts of the first.
func (g *givenUp) report(out *report) {
	for _, w := range g.chains {
		f := about(RuleExhausted, w.subject, w.given.first, w.given.last)
		f.Severity, f.Confidence, f.Count = Info, Certain, w.given.count
		if w.isMany() {
			f.Severity = Warning
		}
		exhausted, deferred := w.spent[endExhausted], w.spent[endDeferred]
		var texts []message.Message
		if exhausted > 0 {
			texts = append(texts, message.New("{action|actions} exhausted all retries", message.Count(exhausted)))
		}
		if deferred > 0 {
			texts = append(texts, message.New("{action was|actions were} deferred too often", message.Count(deferred)))
		}
		f.Title = message.New("{,}", message.List(texts...))
		f.Detail = message.New("{,}, {}. The attempts of the first are listed.", message.List(texts...), between(f.FirstTimeNS, f.LastTimeNS))
		f.Related = w.shown[0].refs(w.subject)
		out.add(f)
	}
}
