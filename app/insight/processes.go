package insight

import (
	"context"
	"slices"
	"sort"

	"chainglass/wire/message"
)

// The falls of a node's chains are witnesses of its restarts. Each says that the
// process ended after one row and that the next had begun by another; falls of
// different chains whose spans of time overlap tell of one restart. One witness
// makes a restart likely, two make it certain.

// witness is a chain that saw a restart.
type witness struct {
	subject *subject
	fall    fall
}

// restart is one restart of a node's process.
type restart struct {
	// fromNS and toNS enclose it: the last sign of the old process and the first
	// of the new one, over all witnesses.
	fromNS, toNS uint64
	witnesses    []witness
	// begins is where the new process begins on the chains of the witnesses.
	begins map[*subject]int
}

// saw returns the position that the new process begins at on a chain.
func (r *restart) saw(s *subject) (position int, ok bool) {
	position, ok = r.begins[s]
	return position, ok
}

// findRestarts merges the falls of the node's chains.
func (n *node) findRestarts() {
	var all []witness
	for _, s := range n.subjects {
		for _, f := range s.watch.falls.falls {
			all = append(all, witness{s, f})
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		return all[i].fall.latestNS() < all[j].fall.latestNS()
	})
	for _, w := range all[:min(len(all), maxFalls)] {
		n.witness(w)
	}
	for i := range n.restarts {
		n.narrow(&n.restarts[i])
	}
}

func (f *fall) earliestNS() uint64 { return min(f.before.timeNS, f.after.timeNS) }
func (f *fall) latestNS() uint64   { return max(f.before.timeNS, f.after.timeNS) }

// witness adds a fall to the restart it tells of. Falls come in the order of
// their ends, so only the last restart can overlap.
func (n *node) witness(w witness) {
	from, to := w.fall.earliestNS(), w.fall.latestNS()
	if len(n.restarts) > 0 {
		last := &n.restarts[len(n.restarts)-1]
		_, known := last.saw(w.subject)
		if from <= last.toNS && !known {
			last.fromNS = max(last.fromNS, from)
			last.take(w)
			return
		}
	}
	r := restart{fromNS: from, toNS: to, begins: map[*subject]int{}}
	r.take(w)
	n.restarts = append(n.restarts, r)
}

func (r *restart) take(w witness) {
	r.witnesses = append(r.witnesses, w)
	r.begins[w.subject] = w.fall.after.position
}

// narrow moves the beginning of a restart's span to the last row of the chains
// that did not witness it, if one lies within: a chain that ended with the old
// process shows how long it lived.
func (n *node) narrow(r *restart) {
	for _, s := range n.subjects {
		if _, saw := r.saw(s); !saw && s.watch.lastNS > r.fromNS && s.watch.lastNS < r.toNS {
			r.fromNS = s.watch.lastNS
		}
	}
}

// processes returns the positions at which the second and later processes begin
// on the chain. A chain that did not witness a restart is divided in the middle of
// its span.
func (s *subject) processes() []int {
	var begins []int
	for i := range s.node.restarts {
		r := &s.node.restarts[i]
		position, saw := r.saw(s)
		if !saw {
			position = s.positionAt(r.fromNS/2 + r.toNS/2 + 1)
		}
		begins = append(begins, position)
	}
	slices.Sort(begins)
	return begins
}

// positionAt returns the first position not before a time.
func (s *subject) positionAt(timeNS uint64) int {
	return sort.Search(s.chain.Len(), func(position int) bool {
		r := s.chain.Row(position)
		return r.TimeNS >= timeNS
	})
}

// process returns which process wrote a row, counting from 0, given where the
// others begin.
func process(begins []int, position int) int {
	return sort.SearchInts(begins, position+1)
}

// reportRestarts lists the restarts of the node.
func (n *node) reportRestarts(out *report) {
	for i := range n.restarts[:min(len(n.restarts), maxPerRule)] {
		out.add(n.restartFinding(&n.restarts[i]))
	}
	if more := len(n.restarts) - maxPerRule; more > 0 {
		w := n.restarts[maxPerRule].witnesses[0]
		f := about(RuleRestart, w.subject, w.fall.after.position, w.fall.after.position)
		f.Severity, f.Confidence, f.Count = Serious, Likely, more
		f.Title = message.New("The process restarted {more time|more times}", message.Count(more))
		f.Detail = message.New("The first of them is here; they are too many to list.")
		f.Key += "/more"
		out.add(f)
	}
}

func (n *node) restartFinding(r *restart) Finding {
	sort.SliceStable(r.witnesses, func(i, j int) bool {
		return r.witnesses[i].subject.chain.Kind() < r.witnesses[j].subject.chain.Kind()
	})
	main := r.witnesses[0] // the action chain, if it is one
	position := main.fall.after.position
	f := about(RuleRestart, main.subject, position, position)
	f.Severity, f.Confidence = Serious, Likely
	if len(r.witnesses) > 1 {
		f.Confidence = Certain
	}
	f.FirstTimeNS, f.LastTimeNS = r.fromNS, r.toNS
	f.Title = message.New("The process restarted")
	var signs []message.Message
	for _, w := range r.witnesses[:min(len(r.witnesses), maxRelated/2)] {
		signs = append(signs, message.New("{} goes from {} to {}", w.subject.channel(), message.Number(w.fall.before.number), message.Number(w.fall.after.number)))
		f.Related = append(f.Related,
			w.subject.refTo(w.fall.before.position, message.New("{}: last row of the old process", w.subject.channel())),
			w.subject.refTo(w.fall.after.position, message.New("{}: first row of the new process", w.subject.channel())))
	}
	f.Detail = message.New("The old process was last heard at {clock}, the new one first at {clock}, {} later. The numbers begin again: {;}.",
		message.Time(r.fromNS), message.Time(r.toNS), span(r.fromNS, r.toNS), message.List(signs...))
	return f
}

// Processes returns, by the ids of the chains, the positions at which the second and later
// processes of its node begin on each chain, ascending: ids of actions begin again there. A
// chain that does not show a restart itself is divided in the middle of the time in which
// others show that it happened. The watches of the chains have been fed.
func Processes(ctx context.Context, chains []Chain, pace func()) (map[uint32][]int, error) {
	c, err := newCluster(&pacer{ctx: ctx, pace: pace}, chains)
	if err != nil {
		return nil, err
	}
	begins := map[uint32][]int{}
	for _, n := range c.nodes {
		for _, s := range n.subjects {
			begins[s.chain.ID()] = s.processes()
		}
	}
	return begins, nil
}
