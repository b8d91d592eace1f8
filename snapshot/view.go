package snapshot

import "chainglass/wire/postcard"

// The views are records as an index needs them: their byte slices alias the
// payload they were decoded from, and decoding one allocates nothing unless it
// fails. They accept and refuse exactly what the owning decoders do.

// FailureView is a [FailureRecord] whose strings alias the payload.
type FailureView struct {
	Seq            uint64
	Source, Reason []byte
	RecordedAtMS   uint64
}

// DecodeFailureView decodes a failure record into v, which then aliases b, and
// returns how many bytes it took. A failure is a *[postcard.Error]; v is then
// undefined.
func DecodeFailureView(b []byte, v *FailureView) (n int, err error) {
	c := postcard.NewCursor(b)
	v.Seq = c.U64("seq")
	v.Source = c.Bytes("source")
	v.Reason = c.Bytes("reason")
	v.RecordedAtMS = c.U64("recorded_at_ms")
	return endView(&c)
}

// LogView is a [LogRecord] whose message aliases the payload.
type LogView struct {
	Seq              uint64
	TSMS             uint64
	Level            LogLevel
	DaemonID, NodeID postcard.Option[uint64]
	Message          []byte
	ChainPending     bool
}

// DecodeLogView decodes a log record into v, which then aliases b, and returns
// how many bytes it took. A failure is a *[postcard.Error]; v is then undefined.
func DecodeLogView(b []byte, v *LogView) (n int, err error) {
	c := postcard.NewCursor(b)
	v.Seq = c.U64("seq")
	v.TSMS = c.U64("ts_ms")
	v.Level = LogLevel(c.Variant("level", uint32(len(levelNames))))
	v.DaemonID = c.OptionU64("daemon_id")
	v.NodeID = c.OptionU64("node_id")
	v.Message = c.Bytes("message")
	v.ChainPending = c.Bool("chain_pending")
	return endView(&c)
}

// Span is a range of bytes of a payload: from Start up to, not including, End.
type Span struct{ Start, End int }

// Of returns the bytes of payload in the span. They alias payload.
func (s Span) Of(payload []byte) []byte { return payload[s.Start:s.End] }

// AuditView is an [AdminAuditRecord] without its arguments, and where they are.
type AuditView struct {
	Seq           uint64
	CommittedAtMS uint64
	EventKind     AdminEventKind
	// Subject is the id the event is about: its node, chain, daemon or
	// migration, absent if it has none. For a flush of avoid lists it is the
	// node or peer of the scope.
	Subject postcard.Option[uint64]
	// Event, OperatorIDs and Outcome are where these fields lie in the payload.
	Event, OperatorIDs, Outcome Span
	// FirstOperatorID is the first of OperatorCount operators, 0 if there are none.
	FirstOperatorID uint64
	OperatorCount   int
	OutcomeKind     OutcomeKind
	// RejectionKind and Message belong to OutcomeRejected and alias the payload.
	RejectionKind, Message []byte
	ChainPending           bool
}

// DecodeAuditView decodes an audit record into v, which then aliases b, and
// returns how many bytes it took. A failure is a *[postcard.Error]; v is then
// undefined.
func DecodeAuditView(b []byte, v *AuditView) (n int, err error) {
	c := postcard.NewCursor(b)
	*v = AuditView{Seq: c.U64("seq"), CommittedAtMS: c.U64("committed_at_ms")}
	v.viewEvent(&c)
	v.viewOperators(&c)
	v.viewOutcome(&c)
	v.ChainPending = c.Bool("chain_pending")
	return endView(&c)
}

func endView(c *postcard.Cursor) (int, error) {
	if c.Failed() {
		return 0, c.Err()
	}
	return c.Offset(), nil
}

func (v *AuditView) viewEvent(c *postcard.Cursor) {
	start := c.Offset()
	outer := c.Enter("event")
	v.EventKind = AdminEventKind(c.Variant("variant", uint32(adminEventKinds)))
	for i, f := range adminEvents[v.EventKind].fields {
		id, isID := skipEventField(c, f)
		if i == 0 && isID {
			v.Subject = postcard.Some(id)
		}
	}
	c.Leave(outer)
	v.Event = Span{start, c.Offset()}
}

// skipEventField reads the argument f and returns the id it is or holds.
func skipEventField(c *postcard.Cursor, f eventField) (id uint64, isID bool) {
	switch f {
	case fieldDrainForOption:
		if c.Option("drain_for") {
			skipDuration(c, f)
		}
	case fieldDrainFor, fieldTTL:
		skipDuration(c, f)
	case fieldChains:
		count := c.Count("chains")
		for i := uint64(0); i < count && !c.Failed(); i++ {
			c.U64("chains")
		}
	case fieldScope:
		if AvoidScopeKind(c.Variant("scope.variant", uint32(len(scopeNames)))) != ScopeGlobal {
			return c.U64("scope.id"), true
		}
	case fieldDaemon:
		id = c.U64("daemon.id")
		c.Bytes("daemon.name")
		return id, true
	default:
		return c.U64(f.String()), true
	}
	return 0, false
}

func skipDuration(c *postcard.Cursor, f eventField) {
	span := Duration{Secs: c.U64(f.String()), Nanos: c.U32(f.String())}
	if _, ok := span.carry(); !ok {
		c.Fail(postcard.ErrCustom, f.String())
	}
}

func (v *AuditView) viewOperators(c *postcard.Cursor) {
	start := c.Offset()
	count := c.Count("operator_ids")
	for i := uint64(0); i < count && !c.Failed(); i++ {
		id := c.U64("operator_ids")
		if i == 0 {
			v.FirstOperatorID = id
		}
		v.OperatorCount++
	}
	v.OperatorIDs = Span{start, c.Offset()}
}

func (v *AuditView) viewOutcome(c *postcard.Cursor) {
	start := c.Offset()
	outer := c.Enter("outcome")
	v.OutcomeKind = OutcomeKind(c.Variant("variant", uint32(len(outcomeNames))))
	if v.OutcomeKind == OutcomeRejected {
		v.RejectionKind = c.Bytes("kind")
		v.Message = c.Bytes("message")
	}
	c.Leave(outer)
	v.Outcome = Span{start, c.Offset()}
}
