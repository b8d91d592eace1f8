package engine

import (
	"fmt"
	"strings"

	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

// auditText describes an audit record in one line: what the event was about, who
// asked for it, and why it was refused if it was.
func auditText(r *snapshot.AdminAuditRecord) string {
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

// logOrigin names who wrote a log line.
func logOrigin(daemon, node postcard.Option[uint64]) string {
	switch {
	case daemon.Some && node.Some:
		return fmt.Sprintf("daemon %d, node %d", daemon.Value, node.Value)
	case daemon.Some:
		return fmt.Sprintf("daemon %d", daemon.Value)
	case node.Some:
		return fmt.Sprintf("node %d", node.Value)
	}
	return "node"
}
