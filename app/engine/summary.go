package engine

import (
	"math"
	"strconv"

	"chainglass/snapshot"
	"chainglass/wire"
)

// summary is what the index keeps of a record. Its texts alias the payload. It
// has the form of an action record, so that the most common one is decoded right
// into it; the other records say what stands for id, kind, outcome and reason.
type summary struct {
	wire.View
	// pushes is true for a record that the chain's fold puts onto its ring.
	pushes bool
	// size is how many bytes of the payload the record took.
	size int
}

// kindReader knows one kind of chain: how to summarise a payload, and what the
// outcomes are called.
type kindReader struct {
	summarise func(payload []byte, s *summary) error
	outcomes  []string
}

// reader returns the reader of a kind of chain; its summarise is nil for a
// chain of no known kind.
func reader(kind wire.ChainKind) kindReader {
	switch kind {
	case wire.ChainAction:
		return kindReader{summariseAction, []string{"Dispatched", "Failed", "Gated"}}
	case wire.ChainAudit:
		return kindReader{newAuditSummariser(), []string{"Accepted", "Rejected", "Unverified"}}
	case wire.ChainLog:
		return kindReader{newLogSummariser(), []string{"Trace", "Debug", "Info", "Warn", "Error"}}
	case wire.ChainFailure:
		return kindReader{newFailureSummariser(), []string{"Failure"}}
	}
	return kindReader{}
}

func summariseAction(payload []byte, s *summary) error {
	n, err := wire.DecodeView(payload, &s.View)
	s.pushes = s.Outcome != wire.OutcomeDispatched
	s.size = n
	return err
}

// newAuditSummariser returns a function that holds the names of the events, so
// that naming one allocates nothing.
func newAuditSummariser() func([]byte, *summary) error {
	var names [][]byte
	for k := snapshot.EventEnterMaintenance; k <= snapshot.EventKillMigration; k++ {
		names = append(names, []byte(k.SnakeName()))
	}
	return func(payload []byte, s *summary) error {
		var v snapshot.AuditView
		n, err := snapshot.DecodeAuditView(payload, &v)
		if err != nil {
			return err
		}
		s.EmittedAtMS, s.ID, s.Kind = v.CommittedAtMS, v.Seq, names[v.EventKind]
		s.Outcome, s.Reason = wire.Outcome(v.OutcomeKind), v.Message
		s.pushes, s.size = true, n
		return nil
	}
}

// Who wrote a log line: a daemon, by its number, or the node itself.
const (
	logNode         = "node"
	logDaemon       = "daemon"
	logDaemonPrefix = logDaemon + " "
)

// newLogSummariser returns a function that takes who logged as kind.
func newLogSummariser() func([]byte, *summary) error {
	daemon, node := []byte(logDaemonPrefix), []byte(logNode)
	return func(payload []byte, s *summary) error {
		var v snapshot.LogView
		n, err := snapshot.DecodeLogView(payload, &v)
		if err != nil {
			return err
		}
		s.EmittedAtMS, s.ID, s.Kind = v.TSMS, v.Seq, node
		if v.DaemonID.Some {
			daemon = strconv.AppendUint(daemon[:len(logDaemonPrefix)], v.DaemonID.Value, 10)
			s.Kind = daemon
		}
		s.Outcome, s.Reason = wire.Outcome(v.Level), v.Message
		s.pushes, s.size = true, n
		return nil
	}
}

// newFailureSummariser returns a function that takes the masked source as kind,
// so that "action-id:42" and "action-id:43" are one.
func newFailureSummariser() func([]byte, *summary) error {
	scratch := make([]byte, 0, templateBytes)
	return func(payload []byte, s *summary) error {
		var v snapshot.FailureView
		n, err := snapshot.DecodeFailureView(payload, &v)
		if err != nil {
			return err
		}
		scratch = appendTemplate(scratch[:0], v.Source)
		s.EmittedAtMS, s.ID, s.Kind = v.RecordedAtMS, v.Seq, scratch
		s.Outcome, s.Reason = 0, v.Reason
		s.pushes, s.size = true, n
		return nil
	}
}

// span is the smallest and largest of the times seen.
type span struct{ first, last uint64 }

func newSpan() span { return span{first: math.MaxUint64} }

func (s *span) add(v uint64) {
	s.first = min(s.first, v)
	s.last = max(s.last, v)
}

// seen reports whether any time has been added.
func (s *span) seen() bool { return s.first <= s.last }
