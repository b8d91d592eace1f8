package salvage

import (
	"unicode/utf8"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// The kinds whose records can be found by their form.
func kinds() []wire.ChainKind {
	return []wire.ChainKind{wire.ChainAction, wire.ChainAudit, wire.ChainLog, wire.ChainFailure}
}

// slot names a field of a record, so that its values are compared among themselves.
type slot uint8

const (
	slotKind slot = iota
	slotOutcome
	slotReason
	slotDelay
	slotLevel
	slotDaemon
	slotNode
	slotMessage
	slotPending
	slotSource
	slotEvent
	slotOperator
	slotRejection
	slotPair // two values that go together
	// slotArguments and what follows are the arguments of an event, by event.
	slotArguments
)

// arguments is how many slots an event has.
const arguments = 8

// number is the value of a field, text its bytes.
type number struct {
	slot  slot
	value uint64
}

type text struct {
	slot  slot
	bytes []byte
}

// record is what a payload decodes to, as far as it is judged by it.
type record struct {
	size int
	// id is the id of an action, the seq of any other record.
	id     uint64
	timeMS uint64
	// trend is the number that the source of a failure ends in, 0 for none.
	trend uint64
	// again is true for an action that may be recorded once more under its id.
	again bool
	// odd is true for values that a node does not write: numbers longer than they need
	// be, names that are none, times before 2001 or after 2100.
	odd bool
	// wild is true for text with control characters, which few write.
	wild bool
	// numbers and texts are the other fields. Texts alias the payload.
	numbers []number
	texts   []text
}

func (r *record) begin() {
	*r = record{numbers: r.numbers[:0], texts: r.texts[:0]}
}

func (r *record) number(s slot, v uint64) { r.numbers = append(r.numbers, number{s, v}) }

func (r *record) option(s slot, o postcard.Option[uint64]) {
	if o.Some {
		r.number(s, o.Value)
	}
}

func (r *record) text(s slot, b []byte) {
	r.texts = append(r.texts, text{s, b})
	r.wild = r.wild || !printable(b)
}

// The times that a node of this software can have written, in Unix milliseconds.
const (
	minTimeMS = 978_307_200_000
	maxTimeMS = 4_102_444_800_000
)

func plausibleMS(ms uint64) bool { return minTimeMS <= ms && ms < maxTimeMS }

// printable reports whether text has no control characters but those of lines.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return true
}

// parser decodes records of one kind.
type parser struct {
	kind    wire.ChainKind
	action  wire.View
	audit   snapshot.AuditView
	log     snapshot.LogView
	failure snapshot.FailureView
}

// parse decodes the record at the start of b into r. With strict it refuses, early
// and without allocating, what is odd.
func (p *parser) parse(b []byte, r *record, strict bool) bool {
	r.begin()
	if strict && !p.promising(b) || allZero(b) {
		return false
	}
	var canonical int
	switch p.kind {
	case wire.ChainAction:
		canonical = p.parseAction(b, r)
	case wire.ChainAudit:
		canonical = p.parseAudit(b, r)
	case wire.ChainLog:
		canonical = p.parseLog(b, r)
	case wire.ChainFailure:
		canonical = p.parseFailure(b, r)
	}
	if r.size == 0 {
		return false
	}
	r.odd = r.odd || !plausibleMS(r.timeMS) || canonical != r.size
	return !r.odd || !strict && !r.wild
}

// shortestRecord is the size of the smallest record of any kind, in bytes.
const shortestRecord = 4

// allZero reports whether b begins as no record does but one of nothing but zeros,
// which no node writes.
func allZero(b []byte) bool {
	for _, c := range b[:min(len(b), 8)] {
		if c != 0 {
			return false
		}
	}
	return true
}

// promising looks at the first fields.
func (p *parser) promising(b []byte) bool {
	if p.kind == wire.ChainAction {
		if len(b) == 0 || b[0] != wire.WireFormatVersion {
			return false
		}
		b = b[1:]
	}
	_, n := postcard.ConsumeU64(b)
	if n == 0 {
		return false
	}
	b = b[n:]
	if p.kind == wire.ChainAction || p.kind == wire.ChainFailure {
		s, n := postcard.ConsumeString(b)
		if n == 0 || len(s) == 0 || !printable(s) {
			return false
		}
		b = b[n:]
		if p.kind == wire.ChainFailure {
			s, n := postcard.ConsumeString(b)
			if n == 0 || !printable(s) {
				return false
			}
			b = b[n:]
		}
	}
	ms, n := postcard.ConsumeU64(b)
	return n > 0 && plausibleMS(ms)
}

func (p *parser) parseAction(b []byte, r *record) (canonical int) {
	if len(b) == 0 || b[0] != wire.WireFormatVersion {
		return 0
	}
	v := &p.action
	n, err := wire.DecodeView(b, v)
	if err != nil {
		return 0
	}
	r.size, r.id, r.timeMS, r.again = n, v.ID, v.EmittedAtMS, v.Outcome != wire.OutcomeDispatched
	r.text(slotKind, v.Kind)
	r.number(slotOutcome, uint64(v.Outcome))
	canonical = 1 + postcard.SizeUvarint(v.ID) + sizeText(v.Kind) + postcard.SizeUvarint(v.EmittedAtMS) + 1
	if v.Outcome != wire.OutcomeDispatched {
		r.text(slotReason, v.Reason)
		r.option(slotDelay, v.DelayMS)
		canonical += sizeText(v.Reason) + postcard.SizeOptionU64(v.DelayMS)
	}
	r.odd = r.odd || !isWord(v.Kind)
	return canonical
}

// isWord reports whether name can be the name of an action.
func isWord(name []byte) bool {
	for _, c := range name {
		if c <= ' ' || c >= utf8.RuneSelf {
			return false
		}
	}
	return len(name) > 0 && len(name) <= 64
}

func sizeText(b []byte) int { return postcard.SizeUvarint(uint64(len(b))) + len(b) }

func (p *parser) parseLog(b []byte, r *record) (canonical int) {
	v := &p.log
	n, err := snapshot.DecodeLogView(b, v)
	if err != nil {
		return 0
	}
	r.size, r.id, r.timeMS = n, v.Seq, v.TSMS
	r.number(slotLevel, uint64(v.Level))
	r.option(slotDaemon, v.DaemonID)
	r.option(slotNode, v.NodeID)
	r.text(slotMessage, v.Message)
	r.pending(v.ChainPending)
	return postcard.SizeUvarint(v.Seq) + postcard.SizeUvarint(v.TSMS) + 1 +
		postcard.SizeOptionU64(v.DaemonID) + postcard.SizeOptionU64(v.NodeID) + sizeText(v.Message) + 1
}

// pending is set in memory only: on disk it is always false.
func (r *record) pending(set bool) {
	if set {
		r.number(slotPending, 1)
	} else {
		r.number(slotPending, 0)
	}
}

func (p *parser) parseFailure(b []byte, r *record) (canonical int) {
	v := &p.failure
	n, err := snapshot.DecodeFailureView(b, v)
	if err != nil {
		return 0
	}
	r.size, r.id, r.timeMS = n, v.Seq, v.RecordedAtMS
	r.text(slotSource, v.Source)
	r.trend = lastNumber(v.Source)
	r.text(slotReason, v.Reason)
	r.odd = r.odd || len(v.Source) == 0
	return postcard.SizeUvarint(v.Seq) + sizeText(v.Source) + sizeText(v.Reason) + postcard.SizeUvarint(v.RecordedAtMS)
}

// lastNumber returns the number that a text ends in.
func lastNumber(b []byte) (n uint64) {
	for scale := uint64(1); len(b) > 0 && class(b[len(b)-1]) == 1 && scale < 1e18; scale *= 10 {
		n += scale * uint64(b[len(b)-1]-'0')
		b = b[:len(b)-1]
	}
	return n
}

func (p *parser) parseAudit(b []byte, r *record) (canonical int) {
	v := &p.audit
	n, err := snapshot.DecodeAuditView(b, v)
	if err != nil {
		return 0
	}
	r.size, r.id, r.timeMS = n, v.Seq, v.CommittedAtMS
	r.number(slotEvent, uint64(v.EventKind))
	if v.OperatorCount > 0 {
		r.number(slotOperator, v.FirstOperatorID)
	}
	r.number(slotOutcome, uint64(v.OutcomeKind))
	if v.OutcomeKind == snapshot.OutcomeRejected {
		r.text(slotRejection, v.RejectionKind)
		r.text(slotMessage, v.Message)
	}
	r.pending(v.ChainPending)
	if r.odd {
		return 0
	}
	// Of the event only the whole record knows what it holds.
	whole, err := snapshot.DecodeAdminAuditRecord(b[:n])
	if err != nil {
		return 0
	}
	r.arguments(&whole.Event)
	return len(whole.AppendPostcard(nil))
}

// arguments adds what an event is about. Those that it has not are 0.
func (r *record) arguments(e *snapshot.AdminEvent) {
	first := slotArguments + slot(e.Kind)*arguments
	for i, v := range []uint64{e.Node, e.Victim, e.Target, e.Migration, e.Daemon.ID, e.DrainFor.Value.Secs + e.TTL.Secs, e.Scope.Node + e.Scope.Peer} {
		r.number(first+slot(i), v)
	}
	if len(e.Daemon.Name) > 0 {
		r.text(first+arguments-1, []byte(e.Daemon.Name))
	}
}
