package snapshot

import "chainglass/wire/postcard"

// The lengths at which a live node's rings drop their oldest element. They are
// not enforced on decoding: a longer ring is kept as it is.
const (
	// RecentFailuresCapacity bounds MeshOsSnapshot.RecentFailures.
	RecentFailuresCapacity = 256
	// AdminAuditCapacity bounds MeshOsSnapshot.AdminAudit.
	AdminAuditCapacity = 256
	// LogRingCapacity bounds MeshOsSnapshot.LogRing.
	LogRingCapacity = 2048
	// RecentlyEmittedCapacity bounds MeshOsSnapshot.RecentlyEmitted unless the
	// node was configured otherwise.
	RecentlyEmittedCapacity = 1024
)

// MeshOsSnapshot is the state of a node at one moment. The zero value is the
// reference's default snapshot. Ages and remaining times are relative to the
// node's last tick; records inside carry Unix times.
type MeshOsSnapshot struct {
	// Daemons maps daemon ids to daemons.
	Daemons map[uint64]DaemonSnapshot
	// Replicas maps chain ids to the replicas of the chain.
	Replicas map[uint64]ReplicaSnapshot
	// Peers maps node ids to what is known of the node.
	Peers map[uint64]PeerSnapshot
	// AvoidList maps node ids to the reason they are avoided.
	AvoidList map[uint64]AvoidEntrySnapshot
	// LocalMaintenance is the maintenance state of the node itself.
	LocalMaintenance MaintenanceStateSnapshot
	// RecentlyEmitted lists what was lately asked for, not what is in flight.
	RecentlyEmitted []PendingActionSnapshot
	// RecentFailures is a ring, oldest first.
	RecentFailures []FailureRecord
	// FreezeRemainingMS is how long the cluster stays frozen, absent if it is not.
	FreezeRemainingMS postcard.Option[uint64]
	// AdminAudit is a ring, oldest first.
	AdminAudit []AdminAuditRecord
	// LogRing is a ring, oldest first.
	LogRing []LogRecord
	// InFlightMigrations is unbounded.
	InFlightMigrations []MigrationSnapshot
	// RuntimeEpochID is drawn at random when a node's process starts; 0 in a
	// folded snapshot.
	RuntimeEpochID uint64
}

// DaemonSnapshot is the state of one daemon.
type DaemonSnapshot struct {
	Name      string
	Lifecycle DaemonLifecycleSnapshot
	Health    postcard.Option[DaemonHealthSnapshot]
	// Saturation is written as null in JSON when it is not finite, which JSON
	// readers then refuse.
	Saturation   float32
	RestartState RestartStateSnapshot
	// Placement is the id of the node the daemon runs on.
	Placement uint64
	AgeMS     uint64
}

// ReplicaSnapshot is the placement of one chain.
type ReplicaSnapshot struct {
	// Holders are node ids.
	Holders      []uint64
	DesiredCount postcard.Option[uint32]
	// Leader is a node id.
	Leader postcard.Option[uint64]
}

// PeerSnapshot is what a node knows of another node.
type PeerSnapshot struct {
	RTTMS           postcard.Option[uint64]
	Health          postcard.Option[PeerHealthSnapshot]
	Maintenance     postcard.Option[MaintenanceMirrorSnapshot]
	CPULoad1M       postcard.Option[float64]
	MemUsedBytes    postcard.Option[uint64]
	MemTotalBytes   postcard.Option[uint64]
	DiskUsedBytes   postcard.Option[uint64]
	DiskTotalBytes  postcard.Option[uint64]
	SaturationTrend postcard.Option[float32]
	// CapabilitySet is a set: it is sorted bytewise and without duplicates when
	// decoded, and written so whatever its order here.
	CapabilitySet   []string
	SoftwareVersion postcard.Option[string]
	// ForkedFrom is a node id.
	ForkedFrom postcard.Option[uint64]
}

// AvoidEntrySnapshot says why a node is avoided and for how long still.
type AvoidEntrySnapshot struct {
	Reason string
	TTLMS  uint64
}

// PendingActionSnapshot is an action that was emitted lately.
type PendingActionSnapshot struct {
	ID    uint64
	Kind  string
	AgeMS uint64
}

// MigrationSnapshot is a daemon on its way from one node to another.
type MigrationSnapshot struct {
	// DaemonOrigin identifies the migration.
	DaemonOrigin  uint64
	Phase         MigrationPhaseSnapshot
	ElapsedMS     uint64
	SourceNode    uint64
	TargetNode    uint64
	AgeInPhaseMS  uint64
	SnapshotBytes postcard.Option[uint64]
	Retries       uint32
	// ProgressPct is not checked against 100.
	ProgressPct    postcard.Option[uint8]
	BufferedEvents uint32
}

// FailureRecord is an entry of recent_failures and the payload of a failure chain.
type FailureRecord struct {
	// Seq starts at 1 with each process; it is 0 in records made by folding an
	// action chain.
	Seq          uint64
	Source       string
	Reason       string
	RecordedAtMS uint64
}

// AdminAuditRecord is an entry of admin_audit and the payload of an audit chain.
type AdminAuditRecord struct {
	// Seq starts at 1 with each process.
	Seq           uint64
	CommittedAtMS uint64
	Event         AdminEvent
	OperatorIDs   []uint64
	Outcome       VerificationOutcome
	// ChainPending is set in a ring when appending to the chain failed; it is
	// never set in a chain.
	ChainPending bool
}

// LogRecord is an entry of log_ring and the payload of a log chain.
type LogRecord struct {
	// Seq starts at 1 with each process.
	Seq      uint64
	TSMS     uint64
	Level    LogLevel
	DaemonID postcard.Option[uint64]
	NodeID   postcard.Option[uint64]
	Message  string
	// ChainPending is set in a ring when appending to the chain failed; it is
	// never set in a chain.
	ChainPending bool
}

// DaemonRef names a daemon.
type DaemonRef struct {
	ID   uint64
	Name string
}

// NonEmpty lists, in order, the names of the fields that differ from the
// default snapshot's.
func (s *MeshOsSnapshot) NonEmpty() []string {
	fields := [...]struct {
		name string
		set  bool
	}{
		{"daemons", len(s.Daemons) > 0},
		{"replicas", len(s.Replicas) > 0},
		{"peers", len(s.Peers) > 0},
		{"avoid_list", len(s.AvoidList) > 0},
		{"local_maintenance", s.LocalMaintenance != MaintenanceStateSnapshot{}},
		{"recently_emitted", len(s.RecentlyEmitted) > 0},
		{"recent_failures", len(s.RecentFailures) > 0},
		{"freeze_remaining_ms", s.FreezeRemainingMS.Some},
		{"admin_audit", len(s.AdminAudit) > 0},
		{"log_ring", len(s.LogRing) > 0},
		{"in_flight_migrations", len(s.InFlightMigrations) > 0},
		{"runtime_epoch_id", s.RuntimeEpochID != 0},
	}
	var names []string
	for _, f := range fields {
		if f.set {
			names = append(names, f.name)
		}
	}
	return names
}
