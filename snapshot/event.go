package snapshot

import (
	"fmt"

	"chainglass/wire/postcard"
)

// AdminEventKind is a command of an operator without its arguments.
type AdminEventKind uint8

// The commands, by their number in the encoding.
const (
	EventEnterMaintenance AdminEventKind = iota
	EventExitMaintenance
	EventDrain
	EventCordon
	EventUncordon
	EventRestartAllDaemons
	EventClearAvoidList
	EventDropReplicas
	EventInvalidatePlacement
	EventFreezeCluster
	EventThawCluster
	EventFlushAvoidLists
	EventForceEvictReplica
	EventForceRestartDaemon
	EventForceCutover
	EventKillMigration

	adminEventKinds // count
)

// AdminEvent is a command of an operator: its kind and the arguments of that
// kind. The other fields are zero.
type AdminEvent struct {
	Kind AdminEventKind
	// Node is an argument of the kinds from EventEnterMaintenance to
	// EventInvalidatePlacement: a node id.
	Node uint64
	// DrainFor is an argument of EventEnterMaintenance, and of EventDrain where
	// it is always present.
	DrainFor postcard.Option[Duration]
	// Chains is an argument of EventDropReplicas: chain ids.
	Chains []uint64
	// TTL is the argument of EventFreezeCluster.
	TTL Duration
	// Scope is the argument of EventFlushAvoidLists.
	Scope AvoidScope
	// Chain is an argument of EventForceEvictReplica and EventForceCutover.
	Chain uint64
	// Victim is an argument of EventForceEvictReplica: a node id.
	Victim uint64
	// Daemon is the argument of EventForceRestartDaemon.
	Daemon DaemonRef
	// Target is an argument of EventForceCutover: a node id.
	Target uint64
	// Migration is the argument of EventKillMigration.
	Migration uint64
}

// eventField is one argument of a command.
type eventField uint8

const (
	fieldNode eventField = iota
	fieldDrainForOption
	fieldDrainFor
	fieldChains
	fieldTTL
	fieldScope
	fieldChain
	fieldVictim
	fieldDaemon
	fieldTarget
	fieldMigration
)

var eventFieldNames = [...]string{
	fieldNode:           "node",
	fieldDrainForOption: "drain_for",
	fieldDrainFor:       "drain_for",
	fieldChains:         "chains",
	fieldTTL:            "ttl",
	fieldScope:          "scope",
	fieldChain:          "chain",
	fieldVictim:         "victim",
	fieldDaemon:         "daemon",
	fieldTarget:         "target",
	fieldMigration:      "migration",
}

func (f eventField) String() string { return eventFieldNames[f] }

// adminEvents is the layout of every command: the one table that both
// encodings, both directions and the views go by.
var adminEvents = [adminEventKinds]struct {
	name, snakeName string
	ice             bool
	fields          []eventField
}{
	EventEnterMaintenance:    {"EnterMaintenance", "enter_maintenance", false, []eventField{fieldNode, fieldDrainForOption}},
	EventExitMaintenance:     {"ExitMaintenance", "exit_maintenance", false, []eventField{fieldNode}},
	EventDrain:               {"Drain", "drain", false, []eventField{fieldNode, fieldDrainFor}},
	EventCordon:              {"Cordon", "cordon", false, []eventField{fieldNode}},
	EventUncordon:            {"Uncordon", "uncordon", false, []eventField{fieldNode}},
	EventRestartAllDaemons:   {"RestartAllDaemons", "restart_all_daemons", false, []eventField{fieldNode}},
	EventClearAvoidList:      {"ClearAvoidList", "clear_avoid_list", false, []eventField{fieldNode}},
	EventDropReplicas:        {"DropReplicas", "drop_replicas", false, []eventField{fieldNode, fieldChains}},
	EventInvalidatePlacement: {"InvalidatePlacement", "invalidate_placement", false, []eventField{fieldNode}},
	EventFreezeCluster:       {"FreezeCluster", "freeze_cluster", true, []eventField{fieldTTL}},
	EventThawCluster:         {"ThawCluster", "thaw_cluster", true, nil},
	EventFlushAvoidLists:     {"FlushAvoidLists", "flush_avoid_lists", true, []eventField{fieldScope}},
	EventForceEvictReplica:   {"ForceEvictReplica", "force_evict_replica", true, []eventField{fieldChain, fieldVictim}},
	EventForceRestartDaemon:  {"ForceRestartDaemon", "force_restart_daemon", true, []eventField{fieldDaemon}},
	EventForceCutover:        {"ForceCutover", "force_cutover", true, []eventField{fieldChain, fieldTarget}},
	EventKillMigration:       {"KillMigration", "kill_migration", true, []eventField{fieldMigration}},
}

// String returns the name used in JSON: ForceRestartDaemon.
func (k AdminEventKind) String() string {
	if k < adminEventKinds {
		return adminEvents[k].name
	}
	return fmt.Sprintf("%#02x", uint8(k))
}

// SnakeName returns the name used on command lines: force_restart_daemon.
func (k AdminEventKind) SnakeName() string {
	if k < adminEventKinds {
		return adminEvents[k].snakeName
	}
	return k.String()
}

// IsICE reports whether the command is one of the emergency interventions that
// override the cluster's own decisions.
func (k AdminEventKind) IsICE() bool { return k < adminEventKinds && adminEvents[k].ice }

// IsICE reports whether the command is an emergency intervention.
func (e *AdminEvent) IsICE() bool { return e.Kind.IsICE() }

// fields returns the arguments of e in the order of the encoding.
func (e *AdminEvent) fields() []eventField {
	if e.Kind >= adminEventKinds {
		return nil
	}
	return adminEvents[e.Kind].fields
}

// id returns the argument f, one of those that are a single u64.
func (e *AdminEvent) id(f eventField) *uint64 {
	switch f {
	case fieldNode:
		return &e.Node
	case fieldChain:
		return &e.Chain
	case fieldVictim:
		return &e.Victim
	case fieldTarget:
		return &e.Target
	case fieldMigration:
		return &e.Migration
	}
	panic("invariant: " + f.String() + " is no id")
}
