package insight

import (
	"cmp"
	"slices"

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
func (c *cluster) blameCommands() {
	for i := range c.commands {
		cmd := &c.commands[i]
		if cmd.record.Outcome.Kind == snapshot.OutcomeRejected {
			continue
		}
		ids := subjectsOf(&cmd.record.Event)
		b := c.blameOf(cmd, ids)
		for _, s := range c.spells {
			if s.blamed != nil || s.firstNS < cmd.timeNS || s.firstNS > later(cmd.timeNS, afterNS) {
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

// blameOf returns what failures name of a command, nil if it is not to blame.
func (c *cluster) blameOf(cmd *command, ids map[uint64]bool) *blame {
	b := &blame{firstNS: ^uint64(0)}
	named, counts, before := map[uint64]bool{}, map[string]int{}, 0
	for _, n := range c.nodes {
		blames := false
		for _, s := range n.failing() {
			x := s.watch.names
			if x == nil {
				continue
			}
			for t := range x.texts {
				if after := x.blames(int32(t), ids, cmd.timeNS, named, b, &before); after > 0 {
					counts[x.texts[t].template] += after
					blames = true
				}
			}
		}
		if blames {
			b.nodes++
		}
	}
	b.things, b.texts = len(named), tallies(counts)
	for _, t := range b.texts {
		b.count += t.count
	}
	if b.count < blameNames || before*blameBefore > b.count || 2*b.things < len(ids) || b.firstNS > later(cmd.timeNS, afterNS) {
		return nil
	}
	return b
}

// blames counts how often a text names one of the ids from a time on, and before it.
func (x *nameWatch) blames(text int32, ids map[uint64]bool, fromNS uint64, named map[uint64]bool, b *blame, before *int) (after int) {
	t := &x.texts[text]
	all := 0
	for _, n := range t.uses {
		if ids[x.uses[n].value] {
			all += x.uses[n].count
		}
	}
	for _, n := range t.uses {
		u := &x.uses[n]
		if !ids[u.value] || u.value < leastID && float64(all) < blameShare*float64(t.rows) {
			continue
		}
		if u.firstNS >= fromNS {
			after += u.count
			b.firstNS = min(b.firstNS, u.firstNS)
		} else {
			early := u.count - u.between(x.widthNS, fromNS, ^uint64(0))
			after += u.count - early
			*before += early
		}
		if u.lastNS >= fromNS {
			named[u.value] = true
		}
	}
	return after
}

// tell says what failures name of a command.
func (b *blame) tell(d *Directory, f *Finding) {
	if b == nil {
		return
	}
	f.Severity, f.Confidence, f.Role = Serious, Likely, RoleCause
	f.Title.Add(", then {failure|failures} that name what it was about", message.Count(b.count))
	var texts []message.Message
	slices.SortStableFunc(b.texts, func(a, b tally) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.template, b.template))
	})
	for _, t := range b.texts[:min(len(b.texts), maxReasons)] {
		texts = append(texts, message.New("{q} {time|times}", reason(t.template), message.Count(t.count)))
	}
	f.Detail.Add(" From {} later on {failure|failures} on {node|nodes} name {thing|things} that it was about: {;}.",
		span(f.FirstTimeNS, b.firstNS), message.Count(b.count), message.Count(b.nodes), message.Count(b.things), message.List(texts...))
}
