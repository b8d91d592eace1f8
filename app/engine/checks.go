package engine

import (
	"cmp"
	"slices"
	"sort"

	"chainglass/app/engine/part"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/redex"
)

// checks collects what is wrong with a chain while it is read. Entries in a row
// with the same trouble make one finding, and what repeats without end is
// counted, not listed.
type checks struct {
	chain    ChainID
	findings []Finding
	// run is the finding that the next entry may extend, -1 for none.
	run       int
	runStatus wire.EntryStatus
	// groups finds the findings that collect entries from all over the chain.
	groups map[string]int
	// listed counts the findings of a rule.
	listed map[string]int
	order  sequence
	// at is the position of the next entry, last the sequence number of the one before it,
	// and lastTS the append time of the last entry
	// that has one.
	at     int
	last   uint64
	lastTS part.Stamp
	// filtered is true if entries were left out on purpose: gaps are no findings.
	filtered bool
	// cut is true if entries before the first were left out on purpose.
	cut bool
	// text is set for a chain that was made from text, which has no checksums: it says
	// what is wrong with the text of an entry, nil if it is whole.
	text func(position int) error
}

// sequence follows the sequence numbers of the entries whose payloads are good.
type sequence struct {
	any bool
	// prev is the number that the next one has to follow.
	prev uint64
	// away counts the entries since then that could not be held against it.
	away uint64
	// back is a number that went backwards; if the next one follows it, the
	// numbering has begun again.
	back     uint64
	wentBack bool
}

// expects reports whether seq is simply the next number.
func (o *sequence) expects(seq uint64) bool {
	return o.any && o.away == 0 && seq == o.prev+1
}

// maxFindingsPerRule bounds how many findings of one rule are listed apart; the
// last one listed collects the rest.
const maxFindingsPerRule = 200

func newChecks(chain ChainID) *checks {
	return &checks{chain: chain, run: -1, groups: map[string]int{}, listed: map[string]int{}}
}

// checksOf goes on with the findings of a reading.
func checksOf(r *reading) *checks {
	k := newChecks(r.id)
	k.findings = slices.Clone(r.findings)
	for i := range k.findings {
		k.listed[k.findings[i].Rule]++
	}
	return k
}

// statusFindings describes the entry statuses that are findings.
var statusFindings = map[wire.EntryStatus]Finding{
	wire.EntryBadChecksum: {
		Severity: SeverityDamage, Rule: "bad-checksum",
		Title:  message.New("Payload does not match its checksum"),
		Detail: message.New("The stored bytes have changed since they were written. The index row still gives their place, length and checksum; the bytes are shown, but whatever they decode to is not counted or folded."),
	},
	wire.EntryOutOfRange: {
		Severity: SeverityDamage, Rule: "out-of-range",
		Title:  message.New("Payload lies outside the payload file"),
		Detail: message.New("The index row points past the end of dat although later entries lie inside it: the row itself is damaged."),
	},
	wire.EntryTorn: {
		Severity: SeverityDamage, Rule: "torn",
		Title:  message.New("Payload is cut off at the end of the file"),
		Detail: message.New("The file ends before this payload does: an interrupted write, or a copy that stopped early."),
	},
	wire.EntryLost: {
		Severity: SeverityDamage, Rule: "lost",
		Title:  message.New("Entries are lost with the block that held them"),
		Detail: message.New("The file they are read from is damaged here. Their place in the chain is known, nothing else; another copy of the file may still have them."),
	},
	wire.EntryTooLarge: {
		Severity: SeverityNote, Rule: "too-large",
		Title:  message.New("Payload is too large to decode here"),
		Detail: message.New("The checksum matches, but the payload is larger than this program holds in memory."),
	},
}

// cutText is the finding about an entry whose text is no whole JSON.
var cutText = Finding{
	Severity: SeverityDamage, Rule: "text-cut",
	Title:  message.New("Text of a record is cut or broken"),
	Detail: message.New("The entry has no record; what is whole before and after it is read."),
}

// statusFinding returns the finding about an entry in a state, if that is one.
func (k *checks) statusFinding(position int, e *wire.Entry) (f Finding, known bool) {
	f, known = statusFindings[e.Status]
	if !known || k.text == nil {
		return f, known
	}
	if fault := k.text(position); fault != nil {
		f = cutText
		f.Detail.Add(" {}.", message.Text(fault.Error()))
		return f, true
	}
	f.Detail = message.New("The text says so of the chain that the record was taken from; nothing of that chain is here to check it by.")
	return f, true
}

// leaf takes the log of the next leaf. recovery judges the same entries.
func (k *checks) leaf(l *part.Leaf, recovery recoveries) {
	k.clock(l)
	for i := range l.Log.Breaks {
		b := &l.Log.Breaks[i]
		k.sound(l.First+int(b.Row), recovery)
		e := wire.Entry{Seq: b.Seq, Status: b.Status}
		recovery.add(k.at, &e)
		k.entry(k.at, &e)
		k.last = b.Seq
		k.at++
	}
	k.sound(l.End(), recovery)
	for i := range l.Log.Undecodable {
		k.undecodable(&l.Log.Undecodable[i])
	}
	k.trailing(&l.Log.Trailing)
}

// sound takes the entries up to a position: sound ones that follow each other, and the
// one before them.
func (k *checks) sound(end int, recovery recoveries) {
	n := end - k.at
	if n <= 0 {
		return
	}
	recovery.addRun(k.at, n, k.last+1)
	k.last += uint64(n)
	k.run, k.order, k.at = -1, sequence{any: true, prev: k.last}, end
}

// clock looks at the append times of a leaf.
func (k *checks) clock(l *part.Leaf) {
	first := l.Log.FirstTS
	if !first.Some {
		return
	}
	if last := &k.lastTS; last.Some && last.TSNS > part.ClockJitterNS && first.TSNS < last.TSNS-part.ClockJitterNS {
		k.clockBack(&part.ClockBack{
			Group: part.Group{First: first.Position, Last: first.Position, Seq: first.Seq, Count: 1}, TSNS: first.TSNS, BeforeNS: last.TSNS,
		})
	}
	k.clockBack(&l.Log.ClockBack)
	k.lastTS = l.Log.LastTS
}

// entry looks at an entry that does not simply follow the one before. Entries come in order.
func (k *checks) entry(position int, e *wire.Entry) {
	if e.Status != wire.EntryOK {
		k.status(position, e)
	} else if k.run >= 0 {
		k.run = -1
	}
	if o := &k.order; e.Status == wire.EntryOK && o.expects(e.Seq) {
		o.prev = e.Seq
		return
	}
	k.sequence(position, e)
}

func (k *checks) status(position int, e *wire.Entry) {
	// What is wrong with a text is looked for once for many in a row: that reads it again.
	if k.run >= 0 && k.runStatus == e.Status && k.findings[k.run].LastPosition == position-1 {
		k.extend(k.run, position)
		return
	}
	f, known := k.statusFinding(position, e)
	if !known {
		return
	}
	if k.run >= 0 && k.findings[k.run].Rule == f.Rule && k.findings[k.run].LastPosition == position-1 {
		k.extend(k.run, position)
		return
	}
	f.Position, f.Seq = position, e.Seq
	k.run, k.runStatus = k.add(f), e.Status
}

// sequence looks at an entry whose number is not simply the next one. A row whose
// payload is bad may have a bad number too, so it only takes a place.
func (k *checks) sequence(position int, e *wire.Entry) {
	o := &k.order
	switch {
	case !e.Status.Readable():
		o.away++
		return
	case !o.any:
		k.begins(position, e.Seq)
	case o.wentBack && e.Seq == o.back+1:
		// The numbering has begun again, which was reported.
	case e.Seq <= o.prev:
		k.add(Finding{
			Position: position, Seq: e.Seq, Severity: SeverityWarning, Rule: "seq-back",
			Title:  message.New("seq goes from {} to {}", message.Number(o.prev), message.Number(e.Seq)),
			Detail: message.New("A node of {} would cut the chain here on opening it; one of {} would keep it. A number that repeats usually means that the entry before it was lost once and its number given out again.", message.Kind(redex.V0_34_0.String()), message.Kind(redex.V0_21_0.String())),
		})
		o.away++
		o.back, o.wentBack = e.Seq, true
		return
	case e.Seq-o.prev-1 > o.away && !k.filtered:
		k.add(Finding{
			Position: position, Seq: e.Seq, Severity: SeverityWarning, Rule: "seq-gap",
			Title:  message.New("{sequence number is|sequence numbers are} missing before seq {}", message.Count(e.Seq-o.prev-1-o.away), message.Number(e.Seq)),
			Detail: message.New("The last good entry before has seq {}. Gaps inside a chain come from damage only.", message.Number(o.prev)),
		})
	}
	*o = sequence{any: true, prev: e.Seq}
}

// begins reports a chain whose first number is not 0, and not accounted for by
// damaged entries before it.
func (k *checks) begins(position int, seq uint64) {
	if seq <= k.order.away || k.filtered || k.cut {
		return
	}
	k.add(Finding{
		Position: position, Seq: seq, Severity: SeverityNote, Rule: "head-removed",
		Title:  message.New("The chain begins at seq {}", message.Number(seq)),
		Detail: message.New("Earlier entries are not here, usually because retention removed them."),
	})
}

// undecodable reports good payloads that are no records of the chain's type.
// Entries with the same error make one finding.
func (k *checks) undecodable(g *part.Group) {
	f := Finding{
		Severity: SeverityWarning,
		Title:    titleUndecodable,
		Detail:   message.New("The checksum matches, so this is what was written. The decoder says: {}", message.Text(g.Text)),
	}
	rule := ruleUndecodable
	switch {
	case k.text == nil:
	case g.Bytes:
		f.Title = message.New("The bytes that the text gives are no record of this chain")
		f.Detail = message.New("Text has no checksum, so whether it was changed is not known. The decoder says: {}", message.Text(g.Text))
	case g.TooLong:
		rule, f.Title = "text-too-long", message.New("Text is too long to be read")
		f.Detail = message.New("The entry has no record here: {}.", message.Text(g.Text))
	default:
		// Text has no checksum: it may have been changed, and then something is missing.
		rule, f.Title = "text-no-record", message.New("Text is not a record of this chain")
		f.Detail = message.New("Text has no checksum, so whether it was changed is not known. The parser says: {}", message.Text(g.Text))
	}
	k.group(rule, g.Class, g, f)
}

// trailing reports bytes after records.
func (k *checks) trailing(g *part.Group) {
	k.group("trailing-bytes", "", g, Finding{
		Severity: SeverityNote,
		Title:    message.New("Bytes after the end of the record"),
		Detail:   message.New("The reference decoder ignores them. They belong to no field."),
	})
}

// clockBack reports append times well before the one before them.
func (k *checks) clockBack(c *part.ClockBack) {
	k.group("clock-back", "", &c.Group, Finding{
		Severity: SeverityNote,
		Title:    message.New("The node's clock went backwards"),
		Detail:   message.New("The append time of this entry is {} earlier than that of the entry before it.", message.Duration(c.BeforeNS-c.TSNS)),
	})
}

// group adds entries to the finding that collects all entries of a key.
func (k *checks) group(rule, key string, g *part.Group, f Finding) {
	if g.Count == 0 {
		return
	}
	key = rule + "\x00" + key
	i, known := k.groups[key]
	if !known {
		f.Rule, f.Position, f.Seq = rule, g.First, g.Seq
		i = k.add(f)
		k.groups[key] = i
		k.findings[i].Count += g.Count - 1
	} else {
		k.findings[i].Count += g.Count
	}
	k.findings[i].LastPosition = max(k.findings[i].LastPosition, g.Last)
}

func (k *checks) extend(i, position int) {
	k.findings[i].Count++
	k.findings[i].LastPosition = position
}

// add lists a finding about one entry and returns its index. Past the limit of
// its rule the entry is counted with the last one listed.
func (k *checks) add(f Finding) int {
	if k.listed[f.Rule] >= maxFindingsPerRule {
		for i := len(k.findings) - 1; ; i-- {
			if k.findings[i].Rule == f.Rule {
				k.extend(i, f.Position)
				return i
			}
		}
	}
	k.listed[f.Rule]++
	f.Chain, f.Count, f.LastPosition = k.chain, 1, f.Position
	k.findings = append(k.findings, f)
	return len(k.findings) - 1
}

// sorted returns the findings of the chain, worst first, in the order of their positions,
// with their places.
func (c *reading) sorted() []Finding {
	sorted := slices.Clone(c.findings)
	sort.SliceStable(sorted, func(i, j int) bool {
		return cmp.Or(cmp.Compare(sorted[j].Severity, sorted[i].Severity), cmp.Compare(sorted[i].Position, sorted[j].Position)) < 0
	})
	for i := range sorted {
		if f := &sorted[i]; f.Position >= 0 && !f.Carried {
			f.Location = c.locate(f.Position)
		}
	}
	return sorted
}
