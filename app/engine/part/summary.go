package part

import (
	"strconv"

	"chainglass/app/insight"
	"chainglass/snapshot"
	"chainglass/wire"
)

// summary is what the index keeps of a record. Its texts alias the payload. It
// has the form of an action record, so that the most common one is decoded right
// into it; the other records say what stands for id, kind, outcome and reason.
type summary struct {
	wire.View
	// tells is true if the story needs told of the record.
	tells bool
	told  insight.Told
	// size is how many bytes of the payload the record took.
	size int
}

// summariser returns the function that summarises the payloads of a kind of chain; nil
// for a chain of no known kind. It holds scratch memory: one at a time may use it.
func summariser(kind wire.ChainKind) func(payload []byte, s *summary) error {
	switch kind {
	case wire.ChainAction:
		return newActionSummariser()
	case wire.ChainAudit:
		return newAuditSummariser()
	case wire.ChainLog:
		return newLogSummariser()
	case wire.ChainFailure:
		return newFailureSummariser()
	}
	return nil
}

// pushes returns which outcomes make the fold of a kind of chain put a record onto its ring.
func pushes(kind wire.ChainKind) func(outcome uint8) bool {
	if kind == wire.ChainAction {
		return func(outcome uint8) bool { return wire.Outcome(outcome) != wire.OutcomeDispatched }
	}
	return func(uint8) bool { return true }
}

// Outcomes returns what the outcomes of a kind of chain are called, by their numbers;
// none for a chain of no known kind.
func Outcomes(kind wire.ChainKind) []string {
	switch kind {
	case wire.ChainAction:
		return []string{"Dispatched", "Failed", "Gated"}
	case wire.ChainAudit:
		return []string{"Accepted", "Rejected", "Unverified"}
	case wire.ChainLog:
		return []string{"Trace", "Debug", "Info", "Warn", "Error"}
	case wire.ChainFailure:
		return []string{"Failure"}
	}
	return nil
}

func newActionSummariser() func([]byte, *summary) error {
	var teller insight.Teller
	return func(payload []byte, s *summary) error {
		n, err := wire.DecodeView(payload, &s.View)
		if s.tells = s.Outcome != wire.OutcomeDispatched; s.tells && err == nil {
			s.told = teller.Action(&s.View)
		}
		s.size = n
		return err
	}
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
		s.size = n
		return nil
	}
}

// Who wrote a log line, as the kind of its record: a daemon, by its number, or the node itself.
const (
	LogNode         = "node"
	LogDaemon       = "daemon"
	LogDaemonPrefix = LogDaemon + " "
)

// newLogSummariser returns a function that takes who logged as kind.
func newLogSummariser() func([]byte, *summary) error {
	daemon, node := []byte(LogDaemonPrefix), []byte(LogNode)
	return func(payload []byte, s *summary) error {
		var v snapshot.LogView
		n, err := snapshot.DecodeLogView(payload, &v)
		if err != nil {
			return err
		}
		s.EmittedAtMS, s.ID, s.Kind = v.TSMS, v.Seq, node
		if v.DaemonID.Some {
			daemon = strconv.AppendUint(daemon[:len(LogDaemonPrefix)], v.DaemonID.Value, 10)
			s.Kind = daemon
		}
		s.Outcome, s.Reason = wire.Outcome(v.Level), v.Message
		s.size = n
		return nil
	}
}

// newFailureSummariser returns a function that takes the masked source as kind,
// so that "action-id:42" and "action-id:43" are one.
func newFailureSummariser() func([]byte, *summary) error {
	var teller insight.Teller
	scratch := make([]byte, 0, templateBytes)
	return func(payload []byte, s *summary) error {
		var v snapshot.FailureView
		n, err := snapshot.DecodeFailureView(payload, &v)
		if err != nil {
			return err
		}
		scratch = AppendTemplate(scratch[:0], v.Source)
		s.EmittedAtMS, s.ID, s.Kind = v.RecordedAtMS, v.Seq, scratch
		s.Outcome, s.Reason = 0, v.Reason
		s.size = n
		s.tells, s.told = true, teller.Failure(&v)
		return nil
	}
}
