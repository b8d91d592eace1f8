package snapshot

import "chainglass/wire/postcard"

// DecodeMeshOsSnapshot decodes the postcard form of a snapshot. Trailing bytes
// are ignored, as the reference does. Nothing in the result aliases b. A
// failure is a *[postcard.Error] that names the field.
func DecodeMeshOsSnapshot(b []byte) (MeshOsSnapshot, error) {
	s, _, err := DecodeMeshOsSnapshotPrefix(b)
	return s, err
}

// DecodeMeshOsSnapshotPrefix is [DecodeMeshOsSnapshot] and returns the number
// of bytes the snapshot took.
func DecodeMeshOsSnapshotPrefix(b []byte) (s MeshOsSnapshot, n int, err error) {
	return decode(b, readSnapshot)
}

// DecodeFailureRecord decodes the postcard form of a failure record. Trailing
// bytes are ignored, as the reference does. Nothing in the result aliases b. A
// failure is a *[postcard.Error] that names the field.
func DecodeFailureRecord(b []byte) (FailureRecord, error) {
	r, _, err := DecodeFailureRecordPrefix(b)
	return r, err
}

// DecodeFailureRecordPrefix is [DecodeFailureRecord] and returns the number of
// bytes the record took.
func DecodeFailureRecordPrefix(b []byte) (r FailureRecord, n int, err error) {
	return decode(b, readFailure)
}

// DecodeAdminAuditRecord decodes the postcard form of an audit record. Trailing
// bytes are ignored, as the reference does. Nothing in the result aliases b. A
// failure is a *[postcard.Error] that names the field.
func DecodeAdminAuditRecord(b []byte) (AdminAuditRecord, error) {
	r, _, err := DecodeAdminAuditRecordPrefix(b)
	return r, err
}

// DecodeAdminAuditRecordPrefix is [DecodeAdminAuditRecord] and returns the
// number of bytes the record took.
func DecodeAdminAuditRecordPrefix(b []byte) (r AdminAuditRecord, n int, err error) {
	return decode(b, readAudit)
}

// DecodeLogRecord decodes the postcard form of a log record. Trailing bytes are
// ignored, as the reference does. Nothing in the result aliases b. A failure is
// a *[postcard.Error] that names the field.
func DecodeLogRecord(b []byte) (LogRecord, error) {
	r, _, err := DecodeLogRecordPrefix(b)
	return r, err
}

// DecodeLogRecordPrefix is [DecodeLogRecord] and returns the number of bytes
// the record took.
func DecodeLogRecordPrefix(b []byte) (r LogRecord, n int, err error) {
	return decode(b, readLog)
}

func readSnapshot(d *decoder) MeshOsSnapshot {
	return MeshOsSnapshot{
		Daemons:            readMap(d, "daemons", readDaemon),
		Replicas:           readMap(d, "replicas", readReplica),
		Peers:              readMap(d, "peers", readPeer),
		AvoidList:          readMap(d, "avoid_list", readAvoidEntry),
		LocalMaintenance:   readMaintenance(d, "local_maintenance"),
		RecentlyEmitted:    readSeq(d, "recently_emitted", readPendingAction),
		RecentFailures:     readSeq(d, "recent_failures", readFailure),
		FreezeRemainingMS:  d.OptionU64("freeze_remaining_ms"),
		AdminAudit:         readSeq(d, "admin_audit", readAudit),
		LogRing:            readSeq(d, "log_ring", readLog),
		InFlightMigrations: readSeq(d, "in_flight_migrations", readMigration),
		RuntimeEpochID:     d.U64("runtime_epoch_id"),
	}
}

func readFailure(d *decoder) FailureRecord {
	return FailureRecord{
		Seq:          d.U64("seq"),
		Source:       d.String("source"),
		Reason:       d.String("reason"),
		RecordedAtMS: d.U64("recorded_at_ms"),
	}
}

func readAudit(d *decoder) AdminAuditRecord {
	return AdminAuditRecord{
		Seq:           d.U64("seq"),
		CommittedAtMS: d.U64("committed_at_ms"),
		Event:         readEvent(d, "event"),
		OperatorIDs:   readIDs(d, "operator_ids"),
		Outcome:       readOutcome(d, "outcome"),
		ChainPending:  d.Bool("chain_pending"),
	}
}

func readLog(d *decoder) LogRecord {
	return LogRecord{
		Seq:          d.U64("seq"),
		TSMS:         d.U64("ts_ms"),
		Level:        readEnum[LogLevel](d, "level", levelNames),
		DaemonID:     d.OptionU64("daemon_id"),
		NodeID:       d.OptionU64("node_id"),
		Message:      d.String("message"),
		ChainPending: d.Bool("chain_pending"),
	}
}

func readDaemon(d *decoder) DaemonSnapshot {
	return DaemonSnapshot{
		Name:         d.String("name"),
		Lifecycle:    readEnum[DaemonLifecycleSnapshot](d, "lifecycle", lifecycleNames),
		Health:       readOption(d, "health", readDaemonHealth),
		Saturation:   d.F32("saturation"),
		RestartState: readRestartState(d, "restart_state"),
		Placement:    d.U64("placement"),
		AgeMS:        d.U64("age_ms"),
	}
}

func readReplica(d *decoder) ReplicaSnapshot {
	return ReplicaSnapshot{
		Holders:      readIDs(d, "holders"),
		DesiredCount: readOption(d, "desired_count", (*decoder).U32),
		Leader:       d.OptionU64("leader"),
	}
}

func readPeer(d *decoder) PeerSnapshot {
	return PeerSnapshot{
		RTTMS:           d.OptionU64("rtt_ms"),
		Health:          readOption(d, "health", readPeerHealth),
		Maintenance:     readOption(d, "maintenance", readMaintenanceKind),
		CPULoad1M:       readOption(d, "cpu_load_1m", (*decoder).F64),
		MemUsedBytes:    d.OptionU64("mem_used_bytes"),
		MemTotalBytes:   d.OptionU64("mem_total_bytes"),
		DiskUsedBytes:   d.OptionU64("disk_used_bytes"),
		DiskTotalBytes:  d.OptionU64("disk_total_bytes"),
		SaturationTrend: readOption(d, "saturation_trend", (*decoder).F32),
		CapabilitySet:   readStringSet(d, "capability_set"),
		SoftwareVersion: readOption(d, "software_version", (*decoder).String),
		ForkedFrom:      d.OptionU64("forked_from"),
	}
}

func readAvoidEntry(d *decoder) AvoidEntrySnapshot {
	return AvoidEntrySnapshot{Reason: d.String("reason"), TTLMS: d.U64("ttl_ms")}
}

func readPendingAction(d *decoder) PendingActionSnapshot {
	return PendingActionSnapshot{ID: d.U64("id"), Kind: d.String("kind"), AgeMS: d.U64("age_ms")}
}

func readMigration(d *decoder) MigrationSnapshot {
	return MigrationSnapshot{
		DaemonOrigin:   d.U64("daemon_origin"),
		Phase:          readEnum[MigrationPhaseSnapshot](d, "phase", phaseNames),
		ElapsedMS:      d.U64("elapsed_ms"),
		SourceNode:     d.U64("source_node"),
		TargetNode:     d.U64("target_node"),
		AgeInPhaseMS:   d.U64("age_in_phase_ms"),
		SnapshotBytes:  d.OptionU64("snapshot_bytes"),
		Retries:        d.U32("retries"),
		ProgressPct:    readOption(d, "progress_pct", (*decoder).U8),
		BufferedEvents: d.U32("buffered_events"),
	}
}

func readPeerHealth(d *decoder, name string) PeerHealthSnapshot {
	return readEnum[PeerHealthSnapshot](d, name, peerHealthNames)
}

func readMaintenanceKind(d *decoder, name string) MaintenanceKind {
	return readEnum[MaintenanceKind](d, name, maintenanceNames)
}

func readDaemonHealth(d *decoder, name string) DaemonHealthSnapshot {
	return within(d, name, func(d *decoder) DaemonHealthSnapshot {
		h := DaemonHealthSnapshot{Kind: readEnum[DaemonHealthKind](d, "variant", daemonHealthNames)}
		if h.Kind == DaemonDegraded {
			h.Reason = d.String("reason")
		}
		return h
	})
}

func readRestartState(d *decoder, name string) RestartStateSnapshot {
	return within(d, name, func(d *decoder) RestartStateSnapshot {
		s := RestartStateSnapshot{Kind: readEnum[RestartStateKind](d, "variant", restartNames)}
		if s.Kind != RestartIdle {
			s.UntilMS = d.U64("until_ms")
		}
		return s
	})
}

func readMaintenance(d *decoder, name string) MaintenanceStateSnapshot {
	return within(d, name, func(d *decoder) MaintenanceStateSnapshot {
		m := MaintenanceStateSnapshot{Kind: readMaintenanceKind(d, "variant")}
		if m.Kind != MaintenanceActive {
			m.SinceMS = d.U64("since_ms")
		}
		switch m.Kind {
		case MaintenanceEntering:
			m.DeadlineRemainingMS = d.OptionU64("deadline_remaining_ms")
		case MaintenanceDrainFailed:
			m.Reason = d.String("reason")
		}
		return m
	})
}

func readOutcome(d *decoder, name string) VerificationOutcome {
	return within(d, name, func(d *decoder) VerificationOutcome {
		o := VerificationOutcome{Kind: readEnum[OutcomeKind](d, "variant", outcomeNames)}
		if o.Kind == OutcomeRejected {
			o.RejectionKind = d.String("kind")
			o.Message = d.String("message")
		}
		return o
	})
}

func readScope(d *decoder, name string) AvoidScope {
	return within(d, name, func(d *decoder) AvoidScope {
		s := AvoidScope{Kind: readEnum[AvoidScopeKind](d, "variant", scopeNames)}
		switch s.Kind {
		case ScopeLocal:
			s.Node = d.U64("node")
		case ScopeOnPeer:
			s.Peer = d.U64("peer")
		}
		return s
	})
}

func readEvent(d *decoder, name string) AdminEvent {
	return within(d, name, func(d *decoder) AdminEvent {
		e := AdminEvent{Kind: AdminEventKind(d.Variant("variant", uint32(adminEventKinds)))}
		for _, f := range e.fields() {
			e.readField(d, f)
		}
		return e
	})
}

func (e *AdminEvent) readField(d *decoder, f eventField) {
	switch f {
	case fieldDrainForOption:
		e.DrainFor = readOption(d, "drain_for", readDuration)
	case fieldDrainFor:
		e.DrainFor = postcard.Some(readDuration(d, "drain_for"))
	case fieldTTL:
		e.TTL = readDuration(d, "ttl")
	case fieldChains:
		e.Chains = readIDs(d, "chains")
	case fieldScope:
		e.Scope = readScope(d, "scope")
	case fieldDaemon:
		e.Daemon = within(d, "daemon", func(d *decoder) DaemonRef {
			return DaemonRef{ID: d.U64("id"), Name: d.String("name")}
		})
	default:
		*e.id(f) = d.U64(f.String())
	}
}
