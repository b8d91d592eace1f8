package insight

import (
	"cmp"
	"sort"

	"chainglass/snapshot"
	"chainglass/wire/message"
)

// A command is the cause of failures if they name what it was about, at least blameNames
// times, begin within afterNS of it, and hardly any came before: one in blameBefore. Small
// numbers are taken for chains where most of what a text names is of the command. Nodes are
// named all the time: a command about a node is the cause of a spell that begins within
// afterNS and in which nearly all that is named is the node.
const (
	blameNames  = 10
	blameBefore = 10
	blameShare  = 0.5
)

// blame is what failures name of a command.
type blame struct {
	count, things int
	nodes         int
	firstNS       uint64
	texts         []tally
}

// blameCommands finds the commands that failures came of.
func (c *cluster) blameCommands(p *pacer) error {
	named := c.namedValues()
	for i := range c.commands {
		cmd := &c.commands[i]
		if cmd.record.Outcome.Kind == snapshot.OutcomeRejected {
			continue
		}
		ids := subjectsOf(&cmd.record.Event)
		if err := p.work(rowsPerChain + len(ids)); err != nil {
			return err
		}
		b := blameOf(cmd, ids, named)
		for _, s := range c.spells {
			if s.blamed != nil || s.firstNS < ago(cmd.timeNS, stepNS) || s.firstNS > later(cmd.timeNS, afterNS) {
				continue
			}
			if b != nil && (s.names(ids) || aboutNode(&cmd.record.Event) == 0) {
				s.blamed, cmd.blame = cmd, b
			}
		}
		if b != nil && aboutNode(&cmd.record.Event) == 0 {
			cmd.blame = b
		}
	}
	return nil
}

// aboutNode returns the node that a command is about and nothing else, 0 for none.
func aboutNode(e *snapshot.AdminEvent) uint64 {
	if t := targets(e); len(t) == 1 && t[0].Thing == ThingNode {
		return t[0].ID
	}
	return 0
}

// names reports whether nearly all that a spell names is one of the ids.
func (s *spell) names(ids map[uint64]bool) bool { return s.sick != 0 && ids[s.sick] }

// subjectsOf returns the ids that failures after a command may name because of it.
func subjectsOf(e *snapshot.AdminEvent) map[uint64]bool {
	ids := map[uint64]bool{}
	for _, t := range targets(e) {
		if e.Kind == snapshot.EventDropReplicas && t.Thing == ThingNode {
			continue
		}
		ids[t.ID] = true
	}
	return ids
}

// namedBy is a use of a value by the failures of a chain.
type namedBy struct {
	subject *subject
	use     *nameUse
}

// namedValues returns who names which value.
func (c *cluster) namedValues() map[uint64][]namedBy {
	all := map[uint64][]namedBy{}
	for _, n := range c.nodes {
		for _, s := range n.failing() {
			x := s.watch.names
			if x == nil {
				continue
			}
			for i := range x.uses {
				if u := &x.uses[i]; u.count > 0 {
					all[u.value] = append(all[u.value], namedBy{s, u})
				}
			}
		}
	}
	return all
}

// textOf is a text of a chain.
type textOf struct {
	subject *subject
	text    int32
}

// blameOf returns what failures name of a command, given who names what; nil if it is not to
// blame.
func blameOf(cmd *command, ids map[uint64]bool, named map[uint64][]namedBy) *blame {
	all := map[textOf]int{} // how often a text names one of the ids
	for id := range ids {
		for _, by := range named[id] {
			all[textOf{by.subject, by.use.text}] += by.use.count
		}
	}
	b := &blame{firstNS: ^uint64(0)}
	nodes, counts, before := map[*node]bool{}, map[string]int{}, 0
	for id := range ids {
		after := 0
		for _, by := range named[id] {
			x, u := by.subject.watch.names, by.use
			t := &x.texts[u.text]
			if id < leastID && float64(all[textOf{by.subject, u.text}]) < blameShare*float64(t.rows) {
				continue
			}
			late := u.count
			if u.firstNS >= cmd.timeNS {
				b.firstNS = min(b.firstNS, u.firstNS)
			} else {
				late = u.between(x.widthNS, cmd.timeNS, ^uint64(0))
				before += u.count - late
			}
			if late > 0 {
				counts[t.template] += late
				nodes[by.subject.node] = true
				after += late
			}
		}
		b.count += after
		if after > 0 {
			b.things++
		}
	}
	b.nodes, b.texts = len(nodes), tallies(counts)
	if b.count < blameNames || before*blameBefore > b.count || 2*b.things < len(ids) || b.firstNS > later(cmd.timeNS, afterNS) {
		return nil
	}
	return b
}

// tell says what failures name of a command.
func (b *blame) tell(d *Directory, f *Finding) {
	if b == nil {
		return
	}
	f.Severity, f.Confidence, f.Role = Serious, Likely, RoleCause
	f.Title.Add(", then {failure|failures} that name what it was about", message.Count(b.count))
	var texts []message.Message
	sort.SliceStable(b.texts, func(i, j int) bool {
		return cmp.Or(cmp.Compare(b.texts[j].count, b.texts[i].count), cmp.Compare(b.texts[i].template, b.texts[j].template)) < 0
	})
	for _, t := range b.texts[:min(len(b.texts), maxReasons)] {
		texts = append(texts, message.New("{q} {time|times}", reason(t.template), message.Count(t.count)))
	}
	f.Detail.Add(" From {} later on {failure|failures} on {node|nodes} name {thing|things} that it was about: {;}.",
		span(f.FirstTimeNS, b.firstNS), message.Count(b.count), message.Count(b.nodes), message.Count(b.things), message.List(texts...))
}
