package insight

import (
	"cmp"
	"slices"
	"sort"

	"chainglass/wire"
	"chainglass/wire/message"
)

// Bursts of several nodes that begin soon after each other are one spell, and one finding.
// What its failures name tells more than where it began: if nearly all that name a node name
// one, that node is sick; if the nodes fall into two sides of which each names the other
// side only, the network is split. A node names another if it does so at least pairNames
// times and pairShare as often as the pair that does so most.
const (
	// mostNames is the share of what is named that is nearly all, minNamed the fewest
	// failures that name a node, namedShare their share of all failures.
	mostNames  = 0.9
	minNamed   = 20
	namedShare = 0.05
	pairNames  = 3
	pairShare  = 0.1
	// maxSides bounds the nodes that are asked whether they fall into two sides.
	maxSides = 256
	// maxAccusing is how many spells are asked what they name.
	maxAccusing = 64
	// maxReasons is how many reasons a finding lists.
	maxReasons = 4
)

// spell is the bursts that belong together, in order of time, and what they name.
type spell struct {
	bursts          []burst
	firstNS, lastNS uint64
	failed          int
	// lines are the nodes that have bursts, the first one first.
	lines []spellLine
	// texts are what failures name, by chain and text; named are the ids among it, those named
	// most first, and total is how often any is.
	texts []naming
	named []accused
	total int
	// sick is the id that nearly all name, 0 for none.
	sick uint64
	// sides are the two sides of a split network, if it is one.
	sides [2][]*node
	// blamed is the command that it came of, if one is known; clock is true if it came of a
	// clock.
	blamed *command
	clock  bool
}

// spellLine is the part of one node in a spell.
type spellLine struct {
	burst  *burst
	lastNS uint64
	failed int
}

// accused is an id that failures name, and how often each node does.
type accused struct {
	id    uint64
	count int
	by    map[*node]int
}

// findSpells puts bursts together and looks at what they name.
func (c *cluster) findSpells(p *pacer) error {
	for i := 0; i < len(c.bursts); {
		end := i + 1
		for end < len(c.bursts) && c.bursts[end].spell == c.bursts[i].spell {
			end++
		}
		s := newSpell(c.bursts[i:end])
		if len(c.spells) < maxAccusing {
			if err := s.accuse(c, p); err != nil {
				return err
			}
			s.findSides(c)
		}
		c.spells = append(c.spells, s)
		i = end
	}
	return nil
}

func newSpell(bursts []burst) *spell {
	s := &spell{bursts: bursts, firstNS: bursts[0].firstNS}
	for i := range bursts {
		b := &bursts[i]
		s.failed += b.failed
		s.lastNS = max(s.lastNS, b.lastNS)
		at := slices.IndexFunc(s.lines, func(l spellLine) bool { return l.burst.subject.node == b.subject.node })
		if at < 0 {
			at = len(s.lines)
			s.lines = append(s.lines, spellLine{burst: b})
		}
		l := &s.lines[at]
		l.failed += b.failed
		l.lastNS = max(l.lastNS, b.lastNS)
	}
	return s
}

// failing returns the chains that tell of the failures of a node.
func (n *node) failing() []*subject {
	if chains := n.of(wire.ChainAction); len(chains) > 0 {
		return chains
	}
	return n.of(wire.ChainFailure)
}

// accuse counts the ids that failures of all nodes name during the spell.
func (s *spell) accuse(c *cluster, p *pacer) error {
	byID := map[uint64]*accused{}
	for _, n := range c.nodes {
		for _, chain := range n.failing() {
			named := chain.namings(ago(s.firstNS, stepNS/2), later(s.lastNS, stepNS/2))
			if err := p.work(rowsPerChain + len(named)); err != nil {
				return err
			}
			for _, x := range named {
				s.texts = append(s.texts, x)
				if _, isNode := c.directory.Node(x.value); x.value < leastID && !isNode {
					continue
				}
				a := byID[x.value]
				if a == nil {
					a = &accused{id: x.value, by: map[*node]int{}}
					byID[x.value] = a
				}
				a.count += x.count
				a.by[n] += x.count
				s.total += x.count
			}
		}
	}
	for _, a := range byID {
		s.named = append(s.named, *a)
	}
	sort.SliceStable(s.named, func(i, j int) bool {
		return cmp.Or(cmp.Compare(s.named[j].count, s.named[i].count), cmp.Compare(s.named[i].id, s.named[j].id)) < 0
	})
	if s.total >= minNamed && float64(s.total) >= namedShare*float64(s.failed) && float64(s.named[0].count) >= mostNames*float64(s.total) {
		s.sick = s.named[0].id
	}
	return nil
}

// findSides looks for a split: nodes of which none names another belong to one side.
func (s *spell) findSides(c *cluster) {
	if s.sick != 0 || s.total < minNamed {
		return
	}
	var nodes []*node
	number, byID := map[*node]int{}, map[uint64]int{}
	for _, n := range c.nodes {
		if id, known := c.directory.NodeID(n.name); known && len(nodes) < maxSides {
			number[n], byID[id] = len(nodes), len(nodes)
			nodes = append(nodes, n)
		}
	}
	names := make([][]int, len(nodes))
	for i := range names {
		names[i] = make([]int, len(nodes))
	}
	most := 0
	for i := range s.named {
		a := &s.named[i]
		at, among := byID[a.id]
		if !among {
			continue
		}
		for n, count := range a.by {
			if by, among := number[n]; among && by != at {
				names[by][at] += count
				most = max(most, names[by][at])
			}
		}
	}
	least := max(pairNames, int(pairShare*float64(most)))
	apart := func(i, j int) bool { return names[i][j]+names[j][i] >= least }
	side := make([]int, len(nodes)) // 0 where not known yet
	sides := 0
	for i := range nodes {
		if side[i] != 0 {
			continue
		}
		if sides++; sides > 2 {
			return
		}
		side[i] = sides
		for reach := []int{i}; len(reach) > 0; reach = reach[1:] {
			for j := range nodes {
				if side[j] == 0 && !apart(reach[0], j) {
					side[j] = sides
					reach = append(reach, j)
				}
			}
		}
	}
	across := 0
	for i := range nodes {
		for j := range nodes {
			if side[i] != side[j] {
				across += names[i][j]
			} else if i != j && apart(i, j) {
				return
			}
		}
	}
	if sides != 2 || float64(across) < mostNames*float64(s.total) {
		return
	}
	for i, n := range nodes {
		s.sides[side[i]-1] = append(s.sides[side[i]-1], n)
	}
}

// isSplit reports whether the network is split.
func (s *spell) isSplit() bool { return s.sides[0] != nil }

// reportSpells lists the bursts, a finding for each spell.
func (c *cluster) reportSpells(p *pacer, out *report) error {
	for _, s := range c.spells {
		f, err := s.finding(c, p)
		if err != nil {
			return err
		}
		out.add(f)
	}
	return nil
}

func (s *spell) finding(c *cluster, p *pacer) (Finding, error) {
	counts := map[string]int{}
	for i := range s.bursts {
		if err := s.bursts[i].templates(p, counts); err != nil {
			return Finding{}, err
		}
	}
	first := &s.bursts[0]
	f := about(RuleBurst, first.subject, first.first, first.last)
	f.Severity, f.Confidence, f.Count = Serious, Certain, s.failed
	f.FirstTimeNS, f.LastTimeNS = s.firstNS, s.lastNS
	reasons := tallies(counts)
	s.title(c, reasons, &f)
	f.Detail = message.New("{failure|failures} in {}, {}: {} in {}, usually {}.",
		message.Count(s.failed), span(s.firstNS, s.lastNS), between(s.firstNS, s.lastNS),
		message.Rate(float64(s.failed)/s.steps()), message.Duration(first.perStepNS), message.Rate(s.baseline()))
	s.reasons(c, reasons, &f)
	s.accusations(c, &f)
	s.origin(c, &f)
	for i := range s.lines[:min(len(s.lines), maxRelated)] {
		r := s.lines[i].ref(first)
		s.naming(c, s.lines[i].burst.subject.node, &r.What)
		f.Related = append(f.Related, r)
	}
	if more := len(s.lines) - maxRelated; more > 0 {
		f.Detail.Add(" {more node|more nodes} follow.", message.Count(more))
	}
	switch {
	case s.blamed != nil || s.clock:
		f.Role = RoleEffect
	case s.isSplit():
		f.Rule, f.Role = RuleSplit, RoleCause
	case s.sick != 0 && len(s.named[0].by) > 1:
		f.Role = RoleCause
	}
	return f, nil
}

// title says on how many nodes failures burst, where first, and whom they name.
func (s *spell) title(c *cluster, reasons []tally, f *Finding) {
	switch {
	case s.isSplit():
		f.Title = message.New("{} and {} cannot reach each other", nodeNames(s.sides[0]), nodeNames(s.sides[1]))
		return
	case len(s.lines) > 1:
		f.Title = message.New("Failures burst on {node|nodes}, first on {}", message.Count(len(s.lines)), s.bursts[0].subject.nodeName())
	default:
		f.Title = message.New("Failures burst")
	}
	switch {
	case s.sick != 0 && s.named[0].count == s.total:
		f.Title.Add(": all name {}", message.List(c.directory.value(s.sick)))
	case s.sick != 0:
		f.Title.Add(": {} of {} name {}", message.Count(s.named[0].count), message.Count(s.total), message.List(c.directory.value(s.sick)))
	case len(reasons) > 0:
		f.Title.Add(": mostly {q}", reason(reasons[0].template))
	}
}

// reasons lists what failed most, and what it names if that is one thing.
func (s *spell) reasons(c *cluster, reasons []tally, f *Finding) {
	var most []message.Message
	for _, r := range reasons[:min(len(reasons), maxReasons)] {
		m := message.New("{q} {time|times}", reason(r.template), message.Count(r.count))
		if value, count, total := s.mostNamed(c, r.template); total >= minNamed && float64(count) >= mostNames*float64(total) {
			if count == total {
				m.Add(", all name {}", message.List(c.directory.value(value)))
			} else {
				m.Add(", {} name {}", message.Count(count), message.List(c.directory.value(value)))
			}
		}
		most = append(most, m)
	}
	if len(most) > 0 {
		f.Detail.Add(" Reasons: {;}.", message.List(most...))
	}
}

// mostNamed returns the id that a text names most during the spell, how often, and how often
// it names any.
func (s *spell) mostNamed(c *cluster, template string) (value uint64, count, total int) {
	counts := map[uint64]int{}
	for i := range s.texts {
		if x := &s.texts[i]; x.template == template && (x.value >= leastID || len(c.directory.Find(x.value)) > 0) {
			counts[x.value] += x.count
			total += x.count
		}
	}
	for id, n := range counts {
		if n > count || n == count && id < value {
			value, count = id, n
		}
	}
	return value, count, total
}

// accusations says whom the failures name, and who does.
func (s *spell) accusations(c *cluster, f *Finding) {
	if s.sick == 0 {
		return
	}
	a := &s.named[0]
	f.Detail.Add(" Of {failure|failures} that name an id, {} on {node|nodes} name {}", message.Count(s.total), message.Count(a.count), message.Count(len(a.by)), message.List(c.directory.value(s.sick)))
	if _, known := c.directory.Node(s.sick); known {
		f.Detail.Add(", which is {} or {}", hexadecimal(s.sick), message.ID(message.ClassNodeID, s.sick))
	}
	f.Detail.Add(".")
}

// origin says where the spell began or what it came of.
func (s *spell) origin(c *cluster, f *Finding) {
	began := s.bursts[0].subject
	switch {
	case s.blamed != nil:
		f.Detail.Add(" It follows the command of {clock} on {}: {}.", message.Time(s.blamed.timeNS), s.blamed.subject.nodeName(),
			message.List(c.directory.commandText(&s.blamed.record.Event)))
	case len(s.lines) > 1:
		f.Detail.Add(" It began on {}, {} before {}.", began.nodeName(), span(s.firstNS, s.lines[1].burst.firstNS), s.lines[1].burst.subject.nodeName())
	}
}

// ref leads to the burst of a node.
func (l *spellLine) ref(first *burst) Ref {
	b := l.burst
	what := message.New("{}: {failure|failures} from {clock} to {clock}", b.subject.nodeName(), message.Count(l.failed), message.Time(b.firstNS), message.Time(l.lastNS))
	if b != first {
		what.Add(", {} later", span(first.firstNS, b.firstNS))
	}
	r := b.subject.refTo(b.first, what)
	r.TimeNS = b.firstNS
	return r
}

// naming says whom the failures of a node name most.
func (s *spell) naming(c *cluster, n *node, what *message.Message) {
	var most []message.Message
	for i := range s.named {
		if count := s.named[i].by[n]; count > 0 {
			most = append(most, message.New("{} {time|times}", message.List(c.directory.value(s.named[i].id)), message.Count(count)))
		}
		if len(most) == maxReasons {
			break
		}
	}
	if len(most) > 0 {
		what.Add("; names {,}", message.List(most...))
	}
}

// steps is how many steps the spell lasted, at least one.
func (s *spell) steps() float64 {
	return max(1, float64(s.lastNS-min(s.firstNS, s.lastNS))/float64(s.bursts[0].perStepNS))
}

// baseline is what is usual on all of the nodes together.
func (s *spell) baseline() (sum float64) {
	for i := range s.lines {
		sum += s.lines[i].burst.baseline
	}
	return sum
}

// nodeNames lists nodes.
func nodeNames(nodes []*node) message.Value {
	const most = 8
	var list []message.Message
	for _, n := range nodes[:min(len(nodes), most)] {
		list = append(list, message.New("{}", message.Node(n.name)))
	}
	if more := len(nodes) - most; more > 0 {
		return message.List(message.New("{,} and {more|more}", message.List(list...), message.Count(more)))
	}
	return message.List(message.New("{,}", message.List(list...)))
}
