package wire

// The action kinds a node emits. A chain stores the kind as text and nothing
// checks it on reading: any other string is data, not an error.
const (
	KindStartDaemon                 = "start_daemon"
	KindStopDaemon                  = "stop_daemon"
	KindPullReplica                 = "pull_replica"
	KindDropReplica                 = "drop_replica"
	KindRequestPlacement            = "request_placement"
	KindRequestEviction             = "request_eviction"
	KindMigrateBlob                 = "migrate_blob"
	KindReduceHeat                  = "reduce_heat"
	KindMarkAvoid                   = "mark_avoid"
	KindApplyBackoff                = "apply_backoff"
	KindCommitMaintenanceTransition = "commit_maintenance_transition"
)

// ActionKinds returns the eleven known kinds in the order the reference
// declares them.
func ActionKinds() []string {
	return []string{
		KindStartDaemon, KindStopDaemon, KindPullReplica, KindDropReplica,
		KindRequestPlacement, KindRequestEviction, KindMigrateBlob,
		KindReduceHeat, KindMarkAvoid, KindApplyBackoff,
		KindCommitMaintenanceTransition,
	}
}

// KnownActionKind reports whether kind is one of [ActionKinds]. It does not
// allocate.
func KnownActionKind(kind []byte) bool {
	switch string(kind) {
	case KindStartDaemon, KindStopDaemon, KindPullReplica, KindDropReplica,
		KindRequestPlacement, KindRequestEviction, KindMigrateBlob,
		KindReduceHeat, KindMarkAvoid, KindApplyBackoff,
		KindCommitMaintenanceTransition:
		return true
	}
	return false
}
