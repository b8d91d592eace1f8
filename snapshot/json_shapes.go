package snapshot

import "chainglass/wire/serdejson"

// The shapes of all types, in declaration order. A name ending in ? is an
// option, which may be missing; one ending in = has a default.
var (
	snapshotShape = serdejson.NewShape("MeshOsSnapshot", `daemons replicas peers avoid_list
		local_maintenance recently_emitted recent_failures freeze_remaining_ms? admin_audit
		log_ring in_flight_migrations runtime_epoch_id`)
	daemonShape = serdejson.NewShape("DaemonSnapshot",
		"name lifecycle health? saturation restart_state placement= age_ms=")
	replicaShape = serdejson.NewShape("ReplicaSnapshot", "holders desired_count? leader?")
	peerShape    = serdejson.NewShape("PeerSnapshot", `rtt_ms? health? maintenance? cpu_load_1m=
		mem_used_bytes= mem_total_bytes= disk_used_bytes= disk_total_bytes= saturation_trend=
		capability_set= software_version= forked_from=`)
	avoidEntryShape    = serdejson.NewShape("AvoidEntrySnapshot", "reason ttl_ms")
	pendingActionShape = serdejson.NewShape("PendingActionSnapshot", "id kind age_ms")
	migrationShape     = serdejson.NewShape("MigrationSnapshot", `daemon_origin phase elapsed_ms
		source_node= target_node= age_in_phase_ms= snapshot_bytes= retries= progress_pct= buffered_events=`)

	failureShape = serdejson.NewShape("FailureRecord", "seq source reason recorded_at_ms")
	auditShape   = serdejson.NewShape("AdminAuditRecord",
		"seq committed_at_ms event operator_ids outcome chain_pending=")
	logShape = serdejson.NewShape("LogRecord",
		"seq ts_ms level daemon_id? node_id? message chain_pending=")

	daemonRefShape = serdejson.NewShape("DaemonRef", "id name")
	durationShape  = serdejson.NewShape("Duration", "secs nanos").DenyUnknown()
)

// The enums of all types. The SDKs write log levels in lower case.
var (
	lifecycleEnum       = serdejson.NewEnum("DaemonLifecycleSnapshot", lifecycleNames...)
	peerHealthEnum      = serdejson.NewEnum("PeerHealthSnapshot", peerHealthNames...)
	maintenanceKindEnum = serdejson.NewEnum("MaintenanceMirrorSnapshot", maintenanceNames...)
	phaseEnum           = serdejson.NewEnum("MigrationPhaseSnapshot", phaseNames...)
	levelEnum           = serdejson.NewEnum("LogLevel", levelNames...).AllowLowerCase()

	daemonHealthEnum = serdejson.NewEnum("DaemonHealthSnapshot", "Healthy", "Degraded reason", "Unhealthy")
	restartStateEnum = serdejson.NewEnum("RestartStateSnapshot",
		"Idle", "BackingOff until_ms", "CrashLooping until_ms")
	maintenanceEnum = serdejson.NewEnum("MaintenanceStateSnapshot",
		"Active", "EnteringMaintenance since_ms deadline_remaining_ms?", "Maintenance since_ms",
		"ExitingMaintenance since_ms", "DrainFailed since_ms reason", "Recovery since_ms")
	outcomeEnum = serdejson.NewEnum("VerificationOutcome", "Accepted", "Rejected kind message", "Unverified")
	scopeEnum   = serdejson.NewEnum("AvoidScope", "Local node", "OnPeer peer", "Global")
	eventEnum   = serdejson.NewEnum("AdminEvent", eventVariants()...)
)

// eventVariants lists the admin events for [serdejson.NewEnum].
func eventVariants() []string {
	variants := make([]string, adminEventKinds)
	for k, event := range adminEvents {
		variants[k] = event.name
		for _, f := range event.fields {
			variants[k] += " " + f.String()
			if f == fieldDrainForOption {
				variants[k] += "?"
			}
		}
	}
	return variants
}
