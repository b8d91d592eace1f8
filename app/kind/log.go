package kind

import (
	"fmt"
	"strconv"
	"strings"

	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
)

// log describes the chain of log lines.
func log() *Kind {
	return New(Kind{
		ID: wire.ChainLog, Name: wire.ChainLog.String(), Channel: "log",
		Fields: []Field{
			NewNumber("seq", SortOrder).As(RoleID),
			NewNumber("ts_ms", SortTime).As(RoleTime),
			NewEnum("level", NewStruct("Trace"), NewStruct("Debug"), NewStruct("Info"), NewStruct("Warn"), NewStruct("Error")).As(RoleOutcome),
			NewOption("daemon_id", NewNumber("", SortDaemon).As(RoleDaemon)),
			NewOption("node_id", NewNumber("", SortNode).As(RoleNode)),
			NewText("message", SortText).As(RoleText),
			NewFlag("chain_pending").MayLack(),
		},
		Outcomes: []Outcome{{"Trace", "T", ToneQuiet}, {"Debug", "B", ToneQuiet}, {"Info", "I", ToneGood}, {"Warn", "W", ToneHeld}, {"Error", "E", ToneBad}},
		Ordered:  true,
		Headings: Headings{Kind: "origin"},
		Lane:     Lane{Rank: 3, HeightPX: 8, LowPX: 4},

		StandIns: []string{
			"",
			"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // seq
			"\x00\x00\x7f",                 // level
			"\x00\x00\x00\x02",             // daemon_id
			"\x00\x00\x00\x00\x00\x01\xff", // message
			"\x00\x00\x00\x00\x00\x00\x02", // chain_pending
		},

		Read:       readLog,
		NewIndexer: newLogIndexer,
		AppendJSON: jsonAppender(snapshot.DecodeLogRecord, (*snapshot.LogRecord).AppendJSON),
		Parse:      jsonParser(snapshot.ReadJSONLog, (*snapshot.LogRecord).AppendPostcard),
		Label:      logOrigin,
		Facet:      logFacet,
		FilterKind: logFilterKind,
		Presence:   logPresence,
		Fits:       fitsLog,
		Fold: ringFold("log_ring", always, fold.Log(),
			func(s *State) *[]snapshot.LogRecord { return &s.Snapshot.LogRing }),
	})
}

// Who wrote a log line, as the kind of its record: a daemon or the node itself. In the
// index a daemon comes with its number.
const (
	logNode         = "node"
	logDaemon       = "daemon"
	logDaemonPrefix = logDaemon + " "
)

func readLog(payload []byte, r *Record) error {
	var v snapshot.LogView
	if _, err := snapshot.DecodeLogView(payload, &v); err != nil {
		return err
	}
	*r = Record{TimeMS: v.TSMS, ID: v.Seq, Kind: []byte(logNode), Outcome: v.Level.String(), Text: v.Message, DaemonID: v.DaemonID, NodeID: v.NodeID}
	if v.DaemonID.Some {
		r.Kind = []byte(logDaemon)
	}
	return nil
}

func newLogIndexer() Indexer {
	daemon, node := []byte(logDaemonPrefix), []byte(logNode)
	return func(payload []byte, x *Indexed) error {
		var v snapshot.LogView
		n, err := snapshot.DecodeLogView(payload, &v)
		if err != nil {
			return err
		}
		x.EmittedAtMS, x.ID, x.Kind = v.TSMS, v.Seq, node
		if v.DaemonID.Some {
			daemon = strconv.AppendUint(daemon[:len(logDaemonPrefix)], v.DaemonID.Value, 10)
			x.Kind = daemon
		}
		x.Outcome, x.Reason = wire.Outcome(v.Level), v.Message
		x.Size = n
		return nil
	}
}

// logOrigin names who wrote a log line.
func logOrigin(r *Record) string {
	switch daemon, node := r.DaemonID, r.NodeID; {
	case daemon.Some && node.Some:
		return fmt.Sprintf("daemon %d, node %d", daemon.Value, node.Value)
	case daemon.Some:
		return fmt.Sprintf("daemon %d", daemon.Value)
	case node.Some:
		return fmt.Sprintf("node %d", node.Value)
	}
	return logNode
}

func logFacet(kind string) (field, value string) {
	if number, isDaemon := strings.CutPrefix(kind, logDaemonPrefix); isDaemon {
		return "daemon", number
	}
	return "kind", kind
}

func logFilterKind(kind string) string {
	if strings.HasPrefix(kind, logDaemonPrefix) {
		return logDaemon
	}
	return kind
}

func logPresence(role Role, kind, _ string) Presence {
	switch {
	case role != RoleDaemon:
		return NeverHas
	case kind == logNode:
		return HasNot
	}
	return Has
}

func fitsLog(payload []byte) Fit {
	var v snapshot.LogView
	n, err := snapshot.DecodeLogView(payload, &v)
	return grade(payload, n, err, plausibleMS(v.TSMS) && (v.TSMS != 0 || len(v.Message) > 0))
}
