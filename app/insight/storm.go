package insight

import (
	"slices"

	"chainglass/wire"
	"chainglass/wire/message"
)

// An action that fails with a retry hint comes back with the same id, until it is
// dispatched, fails without a hint, or the executor gives it up. Ids count anew
// in every process, so the end of a process ends what was open. An action that
// failed stormFailures times is a retry storm; the worst of a process are listed,
// the others counted.
const (
	stormFailures = 5
	maxStorms     = 3
	// fewStorms is how many actions must fail so often for it to be worth telling although
	// all were dispatched at last.
	fewStorms = 10
	// maxReached is how many numbers of failures are told apart.
	maxReached = 10
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
	// delayMS is the retry hint, if it has one: see trouble.hints.
	delayMS uint64
}

// trouble is an action that failed at least once.
type trouble struct {
	id              uint64
	firstNS, lastNS uint64
	last            int
	failures        int
	attempts        [maxAttempts]attempt
	// hints has a bit for each of the attempts that has a retry hint.
	hints uint8
	end   ending
	// before and after are the places of the open actions that failed first before
	// and after this one did.
	before, after int32
}

// stormWatch follows the failing actions of one chain.
type stormWatch struct {
	// open is how many actions are open. They are found by their ids, and linked in
	// the order in which they first failed: troubles[0] is none, but closes the ring,
	// so that after it comes the oldest and before it the newest. spare lists the free
	// places.
	open int
	// highest is no smaller than the ids of the open actions.
	highest  uint64
	places   idTable
	troubles []trouble
	spare    []int32
	// storms counts the storms by their ends, worst lists the worst, and spent
	// counts everything that was given up, with the first and last.
	storms [endings]int
	worst  []trouble
	// reached counts all actions that failed by how often they did, the last of those that
	// did so more often as well.
	reached [maxReached]int
	spent   [endings]int
	given   struct{ first, last, count int }
	shown   trouble // the first given up
}

// action follows one action that has an id and was dispatched or failed.
func (w *stormWatch) action(a *action) {
	at, open := w.places.look(a.id)
	if a.flags&classFailed == 0 {
		if open {
			w.end(at, endDispatched, a)
		}
		return
	}
	if !open {
		at = w.begin(at, a)
	}
	w.troubles[w.places.slots[at].place].fails(a)
	if end, ended := endOf(a); ended {
		w.end(at, end, a)
	}
}

// endOf returns how a failure ends its action, if it does.
func endOf(a *action) (ending, bool) {
	switch {
	case a.flags&classExhausted != 0:
		return endExhausted, true
	case a.flags&classDeferred != 0:
		return endDeferred, true
	case a.flags&classPanic != 0:
		return endPanicked, true
	}
	return endFinal, !a.told.DelayMS.Some
}

func (t *trouble) fails(a *action) {
	if t.failures < len(t.attempts) {
		t.attempts[t.failures] = attempt{a.position, a.told.DelayMS.Value}
		if a.told.DelayMS.Some {
			t.hints |= 1 << t.failures
		}
	}
	t.failures++
	t.last, t.lastNS = a.position, a.timeNS
}

// first is the position of the first failure.
func (t *trouble) first() int { return t.attempts[0].position }

// begin opens an action, for which there is a slot, and returns the slot that it
// is in.
func (w *stormWatch) begin(at int, a *action) int {
	if w.open >= maxOpen {
		oldest, _ := w.places.look(w.troubles[w.troubles[0].after].id)
		w.count(w.close(oldest), endUnknown)
		at, _ = w.places.look(a.id)
	}
	if len(w.troubles) == 0 {
		w.troubles = append(w.troubles, trouble{})
	}
	place := int32(len(w.troubles))
	if n := len(w.spare); n > 0 {
		place, w.spare = w.spare[n-1], w.spare[:n-1]
	} else {
		w.troubles = append(w.troubles, trouble{})
	}
	t, ring := &w.troubles[place], &w.troubles[0]
	t.id, t.firstNS, t.failures, t.hints = a.id, a.timeNS, 0, 0
	t.before, t.after = ring.before, 0
	w.troubles[ring.before].after, ring.before = place, place
	w.open++
	w.highest = max(w.highest, a.id)
	return w.places.put(at, a.id, place)
}

// close takes the action of a slot out of the open ones. Its trouble stays what it
// is until the next one begins.
func (w *stormWatch) close(at int) *trouble {
	place := w.places.slots[at].place
	t := &w.troubles[place]
	w.troubles[t.before].after, w.troubles[t.after].before = t.after, t.before
	if w.open--; w.open == 0 {
		w.highest = 0
	}
	w.places.remove(at)
	w.spare = append(w.spare, place)
	return t
}

func (w *stormWatch) end(at int, end ending, a *action) {
	t := w.close(at)
	t.last, t.lastNS = a.position, a.timeNS
	w.count(t, end)
	if end < endExhausted {
		return
	}
	w.spent[end]++
	if w.given.count == 0 {
		w.given.first, w.shown = a.position, *t
	}
	w.given.count++
	w.given.last = a.position
}

// endProcess gives up what is open.
func (w *stormWatch) endProcess() {
	if len(w.troubles) == 0 {
		return
	}
	for t := &w.troubles[w.troubles[0].after]; t != &w.troubles[0]; t = &w.troubles[t.after] {
		w.count(t, endUnknown)
	}
	w.open, w.highest = 0, 0
	w.places.clear()
	w.troubles, w.spare = w.troubles[:0], w.spare[:0]
}

// count counts an action that is open no more, if it was a storm.
func (w *stormWatch) count(t *trouble, end ending) {
	w.reached[min(t.failures, maxReached-1)]++
	if t.end = end; t.failures >= stormFailures {
		w.storm(t)
	}
}

func (w *stormWatch) storm(t *trouble) {
	w.storms[t.end]++
	at, _ := slices.BinarySearchFunc(w.worst, t, worse)
	if at < maxStorms {
		w.worst = slices.Insert(w.worst, at, *t)
		w.worst = w.worst[:min(len(w.worst), maxStorms)]
	}
}

// worse orders storms: more failures first, then the longer ones.
func worse(a trouble, b *trouble) int {
	if a.failures != b.failures {
		return b.failures - a.failures
	}
	return compare(b.lastNS-min(b.firstNS, b.lastNS), a.lastNS-min(a.firstNS, a.lastNS))
}

func (w *stormWatch) clone() stormWatch {
	c := *w
	c.places = w.places.clone()
	c.troubles, c.spare, c.worst = slices.Clone(w.troubles), slices.Clone(w.spare), slices.Clone(w.worst)
	return c
}

// stormsOf is the storms of some nodes.
type stormsOf struct {
	subjects []*subject
	total    int
	ends     [endings]int
	reached  [maxReached]int
	worst    *trouble
	of       *subject // the one that has the worst
}

// add adds the storms of a chain.
func (x *stormsOf) add(s *subject) {
	w := &s.watch.actions.storms
	total := 0
	for end, n := range w.storms {
		total += n
		x.ends[end] += n
	}
	if total == 0 {
		return
	}
	for i, n := range w.reached {
		x.reached[i] += n
	}
	x.subjects, x.total = append(x.subjects, s), x.total+total
	if t := &w.worst[0]; x.worst == nil || worse(*t, x.worst) < 0 {
		x.worst, x.of = t, s
	}
}

// reportStorms tells of the storms of all nodes: how many there were, and the worst. Actions
// that were dispatched at last are none of them by themselves, if they are few.
func (c *cluster) reportStorms(out *report) {
	var x stormsOf
	for _, n := range c.nodes {
		for _, s := range n.of(wire.ChainAction) {
			x.add(s)
		}
	}
	if x.total == 0 || x.ends[endDispatched] == x.total && x.total < fewStorms {
		return
	}
	t := x.worst
	f := about(RuleStorm, x.of, t.first(), t.last)
	f.Severity, f.Confidence, f.Count = Notice, Certain, x.total
	f.FirstTimeNS, f.LastTimeNS = t.firstNS, t.lastNS
	if t.end == endUnknown {
		f.Confidence = Likely
	}
	action := message.ID(message.ClassAction, t.id)
	f.Title = message.New("Retry storm: action {} failed {time|times}, {}", action, message.Count(t.failures), message.List(t.end.text()))
	f.Detail = message.New("{} on {}: {retry|retries} after the first attempt, in {}, {}.", message.Kind(x.of.chain.Row(t.first()).Kind), x.of.nodeName(),
		message.Count(t.failures-1), span(t.firstNS, t.lastNS), between(t.firstNS, t.lastNS))
	if x.total > 1 {
		f.Title = message.New("Retry storms: {action|actions} failed {} times or more", message.Count(x.total), message.Count(stormFailures))
		if len(x.subjects) > 1 {
			f.Title.Add(" on {node|nodes}", message.Count(nodesOf(x.subjects)))
		}
		f.Detail = message.New("The worst is action {} on {}, {}: {retry|retries} after the first attempt, in {}, {}; {}.", action, x.of.nodeName(),
			message.Kind(x.of.chain.Row(t.first()).Kind), message.Count(t.failures-1), span(t.firstNS, t.lastNS), between(t.firstNS, t.lastNS), message.List(t.end.text()))
		f.Detail.Add(" Of all {}: {,}.", message.Count(x.total), message.List(endTexts(&x.ends)...))
	}
	f.Detail.Add(" Actions by failures: {,}.", message.List(x.histogram()...))
	f.Related = t.refs(x.of)
	out.add(f)
}

// endTexts counts actions by what became of them.
func endTexts(ends *[endings]int) (texts []message.Message) {
	for end, n := range ends {
		if n > 0 {
			texts = append(texts, message.New("{} {}", message.Count(n), message.List(ending(end).text())))
		}
	}
	return texts
}

// histogram says how many actions failed how often.
func (x *stormsOf) histogram() (texts []message.Message) {
	for i, n := range x.reached {
		switch {
		case n == 0:
		case i == len(x.reached)-1:
			texts = append(texts, message.New("{} or more: {}", message.Count(i), message.Count(n)))
		default:
			texts = append(texts, message.New("{}: {}", message.Count(i), message.Count(n)))
		}
	}
	return texts
}

// nodesOf counts the nodes of chains.
func nodesOf(subjects []*subject) int {
	nodes := map[*node]bool{}
	for _, s := range subjects {
		nodes[s.node] = true
	}
	return len(nodes)
}

// refs leads to the attempts of an action.
func (t *trouble) refs(s *subject) []Ref {
	var refs []Ref
	for i, a := range t.attempts[:min(t.failures, len(t.attempts))] {
		r := s.chain.Row(a.position)
		what := message.New("action {}, attempt {} at {clock}: {}", message.ID(message.ClassAction, t.id), message.Count(i+1), message.Time(r.TimeNS), reason(r.Template))
		if t.hints&(1<<i) != 0 {
			what.Add(", again in {}", millis(a.delayMS))
		}
		refs = append(refs, s.refTo(a.position, what))
	}
	if t.end == endDispatched {
		refs = append(refs, s.refTo(t.last, message.New("action {} dispatched at {clock}", message.ID(message.ClassAction, t.id), message.Time(t.lastNS))))
	}
	return refs
}

// isMany reports whether more actions were given up than is ordinary: some are,
// as long as there are networks.
func (s *subject) isMany() bool {
	return s.burst || s.watch.actions.storms.given.count*manyGivenUp > s.chain.Len()
}

// reportGivenUp tells how many actions the executors gave up, and on which nodes most, with
// the attempts of the first on the node with most.
func (c *cluster) reportGivenUp(out *report) {
	var all []*subject
	for _, n := range c.nodes {
		for _, s := range n.of(wire.ChainAction) {
			if s.watch.actions.storms.given.count > 0 {
				all = append(all, s)
			}
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b *subject) int {
		return b.watch.actions.storms.given.count - a.watch.actions.storms.given.count
	})
	w := &all[0].watch.actions.storms
	f := about(RuleExhausted, all[0], w.given.first, w.given.last)
	f.Severity, f.Confidence, f.Count = Info, Certain, 0
	var spent [endings]int
	var lines []message.Message
	for _, s := range all {
		w := &s.watch.actions.storms
		f.Count += w.given.count
		for end, n := range w.spent {
			spent[end] += n
		}
		if s.isMany() {
			f.Severity = Warning
		}
		first, last := s.chain.Row(w.given.first), s.chain.Row(w.given.last)
		f.FirstTimeNS, f.LastTimeNS = min(f.FirstTimeNS, first.TimeNS), max(f.LastTimeNS, last.TimeNS)
		if len(lines) < maxRelated {
			lines = append(lines, message.New("{}: {action|actions}", s.nodeName(), message.Count(w.given.count)))
		}
	}
	texts := spentTexts(&spent)
	f.Title = message.New("{,}", message.List(texts...))
	f.Detail = message.New("{,}, {}.", message.List(texts...), between(f.FirstTimeNS, f.LastTimeNS))
	if len(all) > 1 {
		f.Title.Add(" on {node|nodes}", message.Count(nodesOf(all)))
		f.Detail.Add(" {,}.", message.List(lines...))
	}
	f.Detail.Add(" The attempts of the first on {} are listed.", all[0].nodeName())
	f.Related = w.shown.refs(all[0])
	out.add(f)
}

// spentTexts says how many actions were given up, and why.
func spentTexts(spent *[endings]int) (texts []message.Message) {
	if n := spent[endExhausted]; n > 0 {
		texts = append(texts, message.New("{action|actions} exhausted all retries", message.Count(n)))
	}
	if n := spent[endDeferred]; n > 0 {
		texts = append(texts, message.New("{action was|actions were} deferred too often", message.Count(n)))
	}
	return texts
}
