package snapshot

import (
	"fmt"

	"chainglass/wire/postcard"
)

// DaemonLifecycleSnapshot is where a daemon is in its life.
type DaemonLifecycleSnapshot uint8

// The lifecycles, by their number in the encoding.
const (
	LifecycleStopped DaemonLifecycleSnapshot = iota
	LifecycleStarting
	LifecycleRunning
	LifecycleStopping
)

var lifecycleNames = []string{"Stopped", "Starting", "Running", "Stopping"}

// String returns the name used in JSON.
func (l DaemonLifecycleSnapshot) String() string { return enumName(lifecycleNames, uint8(l)) }

// PeerHealthSnapshot is how a peer looks from here.
type PeerHealthSnapshot uint8

// The states of health of a peer, by their number in the encoding.
const (
	PeerHealthy PeerHealthSnapshot = iota
	PeerDegraded
	PeerUnreachable
)

var peerHealthNames = []string{"Healthy", "Degraded", "Unreachable"}

// String returns the name used in JSON.
func (h PeerHealthSnapshot) String() string { return enumName(peerHealthNames, uint8(h)) }

// MaintenanceKind is a state of maintenance without its particulars.
type MaintenanceKind uint8

// MaintenanceMirrorSnapshot is the maintenance state of a peer. The format has
// the same six states here as in [MaintenanceStateSnapshot].
type MaintenanceMirrorSnapshot = MaintenanceKind

// The states of maintenance, by their number in the encoding.
const (
	MaintenanceActive MaintenanceKind = iota
	MaintenanceEntering
	MaintenanceInside
	MaintenanceExiting
	MaintenanceDrainFailed
	MaintenanceRecovery
)

var maintenanceNames = []string{
	"Active", "EnteringMaintenance", "Maintenance", "ExitingMaintenance", "DrainFailed", "Recovery",
}

// String returns the name used in JSON.
func (k MaintenanceKind) String() string { return enumName(maintenanceNames, uint8(k)) }

// MigrationPhaseSnapshot is how far a migration has come.
type MigrationPhaseSnapshot uint8

// The phases, by their number in the encoding.
const (
	PhaseSnapshot MigrationPhaseSnapshot = iota
	PhaseTransfer
	PhaseRestore
	PhaseReplay
	PhaseCutover
	PhaseComplete
)

var phaseNames = []string{"Snapshot", "Transfer", "Restore", "Replay", "Cutover", "Complete"}

// String returns the name used in JSON.
func (p MigrationPhaseSnapshot) String() string { return enumName(phaseNames, uint8(p)) }

// LogLevel is the severity of a log record, rising.
type LogLevel uint8

// The levels, by their number in the encoding.
const (
	LevelTrace LogLevel = iota
	LevelDebug
	LevelInfo
	LevelWarn
	LevelError
)

var levelNames = []string{"Trace", "Debug", "Info", "Warn", "Error"}

// String returns the name used in JSON.
func (l LogLevel) String() string { return enumName(levelNames, uint8(l)) }

// DaemonHealthKind is a daemon's health without its reason.
type DaemonHealthKind uint8

// The states of health of a daemon, by their number in the encoding.
const (
	DaemonHealthy DaemonHealthKind = iota
	DaemonDegraded
	DaemonUnhealthy
)

var daemonHealthNames = []string{"Healthy", "Degraded", "Unhealthy"}

// String returns the name used in JSON.
func (k DaemonHealthKind) String() string { return enumName(daemonHealthNames, uint8(k)) }

// DaemonHealthSnapshot is a daemon's health.
type DaemonHealthSnapshot struct {
	Kind DaemonHealthKind
	// Reason belongs to DaemonDegraded.
	Reason string
}

// RestartStateKind is a restart state without its time.
type RestartStateKind uint8

// The restart states, by their number in the encoding.
const (
	RestartIdle RestartStateKind = iota
	RestartBackingOff
	RestartCrashLooping
)

var restartNames = []string{"Idle", "BackingOff", "CrashLooping"}

// String returns the name used in JSON.
func (k RestartStateKind) String() string { return enumName(restartNames, uint8(k)) }

// RestartStateSnapshot says whether a daemon may be restarted now.
type RestartStateSnapshot struct {
	Kind RestartStateKind
	// UntilMS belongs to RestartBackingOff and RestartCrashLooping.
	UntilMS uint64
}

// MaintenanceStateSnapshot is the maintenance state of the node itself.
type MaintenanceStateSnapshot struct {
	Kind MaintenanceKind
	// SinceMS belongs to every kind but MaintenanceActive.
	SinceMS uint64
	// DeadlineRemainingMS belongs to MaintenanceEntering.
	DeadlineRemainingMS postcard.Option[uint64]
	// Reason belongs to MaintenanceDrainFailed.
	Reason string
}

// OutcomeKind is the outcome of a verification without its particulars.
type OutcomeKind uint8

// The outcomes, by their number in the encoding.
const (
	OutcomeAccepted OutcomeKind = iota
	OutcomeRejected
	OutcomeUnverified
)

var outcomeNames = []string{"Accepted", "Rejected", "Unverified"}

// String returns the name used in JSON.
func (k OutcomeKind) String() string { return enumName(outcomeNames, uint8(k)) }

// VerificationOutcome says what became of an operator's command.
type VerificationOutcome struct {
	Kind OutcomeKind
	// RejectionKind belongs to OutcomeRejected: a word such as not_authorized.
	// The format calls it kind.
	RejectionKind string
	// Message belongs to OutcomeRejected.
	Message string
}

// AvoidScopeKind is a scope without its node.
type AvoidScopeKind uint8

// The scopes, by their number in the encoding.
const (
	ScopeLocal AvoidScopeKind = iota
	ScopeOnPeer
	ScopeGlobal
)

var scopeNames = []string{"Local", "OnPeer", "Global"}

// String returns the name used in JSON.
func (k AvoidScopeKind) String() string { return enumName(scopeNames, uint8(k)) }

// AvoidScope says whose avoid lists a command flushes.
type AvoidScope struct {
	Kind AvoidScopeKind
	// Node belongs to ScopeLocal.
	Node uint64
	// Peer belongs to ScopeOnPeer.
	Peer uint64
}

// enumName returns the name at position v, or v in hex if there is none.
func enumName(names []string, v uint8) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("%#02x", v)
}
