package kind

import (
	"fmt"
	"strings"

	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// audit describes the chain of operators' commands.
func audit() *Kind {
	return New(Kind{
		ID: wire.ChainAudit, Name: wire.ChainAudit.String(), Channel: "admin-audit",
		Fields: []Field{
			NewNumber("seq", SortOrder).As(RoleID),
			NewNumber("committed_at_ms", SortTime).As(RoleTime),
			adminEvent().As(RoleKind),
			NewSeq("operator_ids", NewNumber("", SortOperator).As(RoleOperators)),
			NewEnum("outcome",
				NewStruct("Accepted"),
				NewStruct("Rejected", NewText("kind", SortWord), NewText("message", SortReason).As(RoleText)),
				NewStruct("Unverified"),
			).As(RoleOutcome),
			NewFlag("chain_pending").MayLack(),
		},
		Outcomes:   []Outcome{{"Accepted", "A", ToneGood}, {"Rejected", "R", ToneBad}, {"Unverified", "U", ToneHeld}},
		KindIsText: true,
		HasDetail:  true,
		Headings:   Headings{Text: "operators"},
		Lane:       Lane{Rank: 2, HeightPX: 6, LowPX: 4},

		StandIns: []string{
			"",
			"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", // seq
			"\x00\x00\x7f",                 // event
			"\x00\x00\x00\x00\x02",         // drain_for
			"\x00\x00\x0a\x00\x01\x01\xff", // outcome.kind
			"\x00\x00\x0a\x00\x00\x02",     // chain_pending
		},

		Read:       readAudit,
		NewIndexer: newAuditIndexer,
		AppendJSON: jsonAppender(snapshot.DecodeAdminAuditRecord, (*snapshot.AdminAuditRecord).AppendJSON),
		Parse:      jsonParser(snapshot.ReadJSONAudit, (*snapshot.AdminAuditRecord).AppendPostcard),
		Fits:       fitsAudit,
		Fold: ringFold("admin_audit", always, fold.Audit(),
			func(s *State) *[]snapshot.AdminAuditRecord { return &s.Snapshot.AdminAudit }),
	})
}

// adminEvent is an operator's command with its arguments.
func adminEvent() Field {
	node := NewNumber("node", SortNode)
	return NewEnum("event",
		NewStruct("EnterMaintenance", node, NewOption("drain_for", NewDuration(""))),
		NewStruct("ExitMaintenance", node),
		NewStruct("Drain", node, NewDuration("drain_for")),
		NewStruct("Cordon", node),
		NewStruct("Uncordon", node),
		NewStruct("RestartAllDaemons", node),
		NewStruct("ClearAvoidList", node),
		NewStruct("DropReplicas", node, NewSeq("chains", NewNumber("", SortChain))),
		NewStruct("InvalidatePlacement", node),
		NewStruct("FreezeCluster", NewDuration("ttl")),
		NewStruct("ThawCluster"),
		NewStruct("FlushAvoidLists", NewEnum("scope", NewStruct("Local", node), NewStruct("OnPeer", NewNumber("peer", SortNode)), NewStruct("Global"))),
		NewStruct("ForceEvictReplica", NewNumber("chain", SortChain), NewNumber("victim", SortNode)),
		NewStruct("ForceRestartDaemon", NewStruct("daemon", NewNumber("id", SortDaemon).As(RoleDaemon), NewText("name", SortDaemonName))),
		NewStruct("ForceCutover", NewNumber("chain", SortChain), NewNumber("target", SortNode)),
		NewStruct("KillMigration", NewNumber("migration", SortMigration)))
}

func readAudit(payload []byte, r *Record) error {
	a, err := snapshot.DecodeAdminAuditRecord(payload)
	if err != nil {
		return err
	}
	*r = Record{
		TimeMS: a.CommittedAtMS, ID: a.Seq, Kind: []byte(a.Event.Kind.SnakeName()), Outcome: a.Outcome.Kind.String(),
		Text: []byte(a.Outcome.Message), Detail: []byte(auditDetail(&a)), Operators: a.OperatorIDs,
	}
	if a.Event.Kind == snapshot.EventForceRestartDaemon {
		r.DaemonID = postcard.Some(a.Event.Daemon.ID)
	}
	return nil
}

// newAuditIndexer returns an indexer that holds the names of the events, so that naming
// one allocates nothing.
func newAuditIndexer() Indexer {
	var names [][]byte
	for k := snapshot.EventEnterMaintenance; k <= snapshot.EventKillMigration; k++ {
		names = append(names, []byte(k.SnakeName()))
	}
	return func(payload []byte, x *Indexed) error {
		var v snapshot.AuditView
		n, err := snapshot.DecodeAuditView(payload, &v)
		if err != nil {
			return err
		}
		x.EmittedAtMS, x.ID, x.Kind = v.CommittedAtMS, v.Seq, names[v.EventKind]
		x.Outcome, x.Reason = wire.Outcome(v.OutcomeKind), v.Message
		x.Size = n
		return nil
	}
}

// auditDetail describes an audit record in one line: what the event was about, who
// asked for it, and why it was refused if it was.
func auditDetail(r *snapshot.AdminAuditRecord) string {
	parts := eventArguments(&r.Event)
	if len(r.OperatorIDs) > 0 {
		parts = append(parts, "operator "+numbers(r.OperatorIDs))
	}
	if r.Outcome.Kind == snapshot.OutcomeRejected {
		parts = append(parts, r.Outcome.RejectionKind+": "+r.Outcome.Message)
	}
	return strings.Join(parts, " · ")
}

// eventArguments lists the arguments of an operator's command.
func eventArguments(e *snapshot.AdminEvent) []string {
	switch e.Kind {
	case snapshot.EventEnterMaintenance, snapshot.EventDrain:
		parts := []string{fmt.Sprintf("node %d", e.Node)}
		if e.DrainFor.Some {
			parts = append(parts, "drain for "+e.DrainFor.Value.Std().String())
		}
		return parts
	case snapshot.EventDropReplicas:
		return []string{fmt.Sprintf("node %d", e.Node), "chains " + numbers(e.Chains)}
	case snapshot.EventFreezeCluster:
		return []string{"for " + e.TTL.Std().String()}
	case snapshot.EventThawCluster:
		return nil
	case snapshot.EventFlushAvoidLists:
		return []string{avoidScope(e.Scope)}
	case snapshot.EventForceEvictReplica:
		return []string{fmt.Sprintf("chain %d", e.Chain), fmt.Sprintf("victim %d", e.Victim)}
	case snapshot.EventForceRestartDaemon:
		return []string{fmt.Sprintf("daemon %d %s", e.Daemon.ID, e.Daemon.Name)}
	case snapshot.EventForceCutover:
		return []string{fmt.Sprintf("chain %d", e.Chain), fmt.Sprintf("target %d", e.Target)}
	case snapshot.EventKillMigration:
		return []string{fmt.Sprintf("migration %d", e.Migration)}
	}
	return []string{fmt.Sprintf("node %d", e.Node)}
}

func avoidScope(s snapshot.AvoidScope) string {
	switch s.Kind {
	case snapshot.ScopeLocal:
		return fmt.Sprintf("local, node %d", s.Node)
	case snapshot.ScopeOnPeer:
		return fmt.Sprintf("on peer %d", s.Peer)
	}
	return "global"
}

func numbers(ids []uint64) string {
	return strings.Trim(fmt.Sprint(ids), "[]")
}

func fitsAudit(payload []byte) Fit {
	var v snapshot.AuditView
	n, err := snapshot.DecodeAuditView(payload, &v)
	return grade(payload, n, err, plausibleMS(v.CommittedAtMS) && (v.Seq != 0 || v.CommittedAtMS != 0))
}
