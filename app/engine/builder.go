package engine

import (
	"errors"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/message"
)

// builder makes the readings of one chain as one kind out of leaves, which come in order. It
// works out what depends on the entries before a leaf: the numbers of classes, whether
// sequence numbers follow each other, what a node would keep. One goroutine uses it.
type builder struct {
	reading
	namer    namer
	checks   *checks
	recovery recoveries
	turn     int
	watch    *insight.Watch
	// lastMS is the time in the last record.
	lastMS uint64
	// checked is what has become of the files since all entries were read, if it is known.
	checked *source.Verdict
}

// newBuilder begins to read a chain as a kind.
func newBuilder(c *chain, kind wire.ChainKind, basis source.KindBasis) *builder {
	b := &builder{
		reading: reading{
			chain: c, source: c.found, outcomes: c.of.kinds.Of(kind).OutcomeNames(),
			appendTimes: part.NewSpan(), recordTimes: part.NewSpan(),
		},
		namer: newNamer(), checks: newChecks(c.id), recovery: newRecoveries(c.found), turn: c.ask(),
		watch: insight.NewWatch(kind),
	}
	b.source.Kind, b.source.KindBasis = kind, basis
	b.classes = b.namer.classes
	b.lastMS = b.recordedBefore()
	b.excuseGaps()
	b.checks.cut = b.checks.cut || c.found.Salvaged
	if c.found.Unchecked {
		b.checks.text = func(position int) error { return textFault(b.source.Reader, position) }
	}
	return b
}

// take adds the next leaf.
func (b *builder) take(l *part.Leaf) {
	if len(l.State) == 0 {
		return
	}
	lean := *l
	lean.Log, lean.Told, lean.Digest = part.Log{}, nil, insight.Digest{}
	block := &indexBlock{Leaf: &lean, class: b.namer.take(l), timeMS: l.Placed(b.lastMS)}
	b.classes = b.namer.classes
	for _, k := range b.table[len(b.told):] {
		b.told = append(b.told, insight.Class{Kind: b.kinds[k.Kind], Template: b.templates[k.Template].Text, Outcome: k.Outcome})
	}
	rows := insight.Rows{First: l.First, TSNS: l.TSNS, TimeMS: block.timeMS, ID: l.ID, Class: block.class, State: l.State, Told: l.Told}
	if &block.timeMS[0] == &l.TimeMS[0] {
		digest := l.Digest
		digest.Tells = l.Pushes.Bits()
		rows.Digest = &digest
	}
	b.watch.Rows(&rows, b.told)
	b.checks.leaf(l, b.recovery)
	if r := b.source.Redex; r != nil && !r.Generation.Held() {
		r.Generation.NotePayloadEnd(l.First, l.End(), l.PayloadEnd)
	}
	b.years = b.years.Join(l.Years)
	if strayNS := strayFrom(b.years); strayNS != b.index.strayNS {
		b.index = b.index.without(strayNS)
	}
	b.index = b.index.with(block)
	b.timeline = b.timeline.With(l.Pushes)
	for status, n := range l.Statuses {
		b.statuses[status] += n
	}
	b.payloadBytes += l.PayloadBytes
	b.appendTimes.Join(l.AppendTimes)
	b.recordTimes.Join(l.RecordTimes)
	b.lastMS = block.timeMS[len(block.timeMS)-1]
}

// show makes what has been built the present reading, the last one if reading has ended. It
// reports whether it did.
func (b *builder) show(ended bool) bool {
	r := b.reading
	if ended {
		r.story = b.watch
	}
	r.findings = grouped(b.checks.findings)
	return b.chain.show(&r, b.turn)
}

// finish adds what can be said only once reading has ended.
func (b *builder) finish() {
	b.cutFinding()
	b.faultFindings()
	b.strayFinding()
	zeros, conversion := b.zeroTail(), b.conversion()
	b.storageFindings(b.look())
	b.tellZeros(zeros)
	b.tellConversion(conversion)
	for _, f := range b.carried {
		b.checks.carry(f)
	}
}

// faultFindings adds what the source found wrong around the entries.
func (b *builder) faultFindings() {
	for _, f := range b.source.Faults {
		severity := SeverityWarning
		switch {
		case f.Damage:
			severity = SeverityDamage
		case f.Note:
			severity = SeverityNote
		}
		b.checks.add(Finding{
			Severity: severity, Rule: f.Rule, Title: f.Title, Detail: f.Detail, Position: -1,
			Location: Location{PayloadFile: f.File, PayloadOffset: f.Offset, PayloadBytes: f.Bytes},
		})
	}
}

// stop adds that reading ended early, by which the rest of the chain is not known.
func (b *builder) stop(err error) {
	at := Location{PayloadFile: b.source.Origin, PayloadOffset: source.UnknownOffset}
	if b.index.length < b.source.Reader.Len() {
		if place := b.locate(b.index.length); place != (Location{}) {
			at = place
		}
	}
	f := Finding{
		Severity: SeverityDamage, Rule: "reading-stopped",
		Title:    message.New("Reading stopped after {} of {entry|entries}", message.Count(b.index.length), message.Count(b.source.Reader.Len())),
		Detail:   message.New("{}. What was read is shown. Check that the file is still there and may be read, then open it again.", message.Text(err.Error())),
		Position: -1, Location: at,
	}
	b.checks.add(f)
	b.look()
}

// textFault says what is wrong with the text of an entry, nil if it is whole JSON.
func textFault(r wire.Reader, position int) error {
	p, translates := r.(source.ParseErrorer)
	if !translates {
		return nil
	}
	var fault *source.ParseError
	if errors.As(p.ParseError(position), &fault) && fault.Broken {
		return fault
	}
	return nil
}
