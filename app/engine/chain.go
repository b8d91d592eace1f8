package engine

import (
	"cmp"
	"sync"

	"chainglass/app/order"
	"chainglass/app/source"
	"chainglass/fold"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// chain is an open chain and all that is known of it.
type chain struct {
	id     ChainID
	of     *openSource
	source source.Chain
	kind   kindReader

	index    index
	classes  *classes
	timeline fold.Timeline
	checks   *checks
	// filtered says what is left of a chain whose other entries were left out on
	// purpose; empty if none were.
	filtered message.Message
	// carried is what an export says of the chain, besides.
	carried []Finding
	// foundKind is the kind that the chain was opened as.
	foundKind wire.ChainKind
	recovery  recoveries

	statuses     [wire.EntryStatusCount]int
	payloadBytes int64
	appendTimes  span
	recordTimes  span
	times        times
	lastTSNS     uint64
	lastMS       uint64
	// strideSums sums the index up, as far as that has been asked for.
	strideMu   sync.Mutex
	strideSums []stride
	// strideStrayNS is the stray time from which on they count none.
	strideStrayNS uint64
	// beside is what its folder holds besides the entries, once that has been asked
	// for.
	besidesMu sync.Mutex
	beside    *besides
	// pushBits is scratch: a bit for each entry of the block being added.
	pushBits []uint64
	shared   sharedPayloads
}

func newChain(id ChainID, of *openSource, found source.Chain) *chain {
	c := &chain{id: id, of: of, source: found, foundKind: found.Kind}
	c.reset()
	return c
}

// reset empties the index, for a chain that is to be read as another kind.
func (c *chain) reset() {
	c.index, c.timeline, c.strideSums = index{}, fold.Timeline{}, nil
	c.statuses, c.payloadBytes = [wire.EntryStatusCount]int{}, 0
	c.lastTSNS, c.lastMS = 0, c.recordedBefore()
	c.kind = reader(c.source.Kind)
	c.classes = newClasses()
	c.checks = newChecks(c.id)
	c.excuseGaps()
	if c.source.Unchecked {
		c.checks.text = c.textFault
	}
	c.recovery = newRecoveries(c.source)
	c.appendTimes, c.recordTimes, c.times = newSpan(), newSpan(), times{}
	c.index.expected = c.source.Reader.Len()
}

// finish adds what can be said only of a whole chain.
func (c *chain) finish() {
	c.classes.forgetCaches()
	c.cutFinding()
	c.faultFindings()
	c.strayFinding()
	c.storageFindings(c.look())
	for _, f := range c.carried {
		c.checks.carry(f)
	}
}

// faultFindings adds what the source found wrong around the entries.
func (c *chain) faultFindings() {
	for _, f := range c.source.Faults {
		severity := SeverityWarning
		switch {
		case f.Damage:
			severity = SeverityDamage
		case f.Note:
			severity = SeverityNote
		}
		c.checks.add(Finding{
			Severity: severity, Rule: f.Rule, Title: f.Title, Detail: f.Detail, Position: -1,
			Location: Location{PayloadFile: f.File, PayloadOffset: f.Offset, PayloadBytes: f.Bytes},
		})
	}
}

// stop adds that reading ended early, by which the rest of the chain is not known.
func (c *chain) stop(err error) {
	at := Location{PayloadFile: c.source.Origin, PayloadOffset: source.UnknownOffset}
	if c.index.length < c.source.Reader.Len() {
		if place := c.locate(c.index.length); place != (Location{}) {
			at = place
		}
	}
	f := Finding{
		Severity: SeverityDamage, Rule: "reading-stopped",
		Title:    message.New("Reading stopped after {} of {entry|entries}", message.Count(c.index.length), message.Count(c.source.Reader.Len())),
		Detail:   message.New("{}. What was read is shown. Check that the file is still there and may be read, then open it again.", message.Text(err.Error())),
		Position: -1, Location: at,
	}
	c.checks.add(f)
	c.look()
}

// info describes the chain as far as it has been read.
func (c *chain) info() ChainInfo {
	info := ChainInfo{
		ID:        c.id,
		Source:    c.of.id,
		Node:      c.source.Node,
		Channel:   c.source.Channel,
		Origin:    c.source.Origin,
		Kind:      c.source.Kind,
		KindBasis: string(c.source.KindBasis),
		Entries:   c.source.Reader.Len(),
		Indexed:   c.index.length,
		Bytes:     c.payloadBytes,
		Counts:    c.counts(),
		Filtered:  !c.filtered.Empty(),
		Cut:       c.cut(),
		Layout:    c.source.Layout,
		Unchecked: c.source.Unchecked,
	}
	info.FirstTSNS, info.LastTSNS = c.appendTimes.options()
	info.FirstMS, info.LastMS = c.recordTimes.options()
	info.Times = c.times.groups()
	if n := c.index.length; n > 0 {
		info.FirstSeq, info.LastSeq = c.index.row(0).seq, c.index.row(n-1).seq
	}
	for i := range c.checks.findings {
		severity := c.checks.findings[i].Severity
		info.Findings[severity]++
		info.Worst = max(info.Worst, severity)
	}
	return info
}

// options returns both ends, absent if nothing has been added.
func (s span) options() (first, last postcard.Option[uint64]) {
	if !s.seen() {
		return first, last
	}
	return postcard.Some(s.first), postcard.Some(s.last)
}

// counts sums the classes up by outcome and kind.
func (c *chain) counts() Counts {
	var outcomes [outcomeSlots]int
	kinds := make([]int, len(c.classes.kinds.names))
	for id := int(classOther); id < len(c.classes.counts); id++ {
		n := c.classes.counts[id]
		kinds[c.classes.table[id].kind] += n
		outcomes[c.classes.table[id].outcome] += n
	}
	counts := Counts{
		Kinds: count(kinds, func(i int) string { return c.classes.kinds.names[i] }),
		Statuses: count(c.statuses[:], func(i int) string {
			return wire.EntryStatus(i).String()
		}),
	}
	if c.kind.summarise != nil {
		counts.Undecodable = c.classes.counts[classUndecodable]
	}
	for i, name := range c.kind.outcomes {
		if outcomes[i] > 0 {
			counts.Outcomes = append(counts.Outcomes, Count{name, outcomes[i]})
		}
	}
	order.By(counts.Kinds, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	return counts
}

// count lists the numbers that are not zero.
func count(numbers []int, name func(int) string) []Count {
	var list []Count
	for i, n := range numbers {
		if n > 0 {
			list = append(list, Count{name(i), n})
		}
	}
	return list
}
