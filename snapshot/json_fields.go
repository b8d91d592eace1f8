package snapshot

import (
	"strconv"

	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

// jsonField writes one field of a T. The tables of fields drive the JSON writer
// and the diff, which compares structs field by field.
type jsonField[T any] struct {
	name        string
	appendValue func(dst []byte, v *T) []byte
}

// appendObject appends v as an object of its fields.
func appendObject[T any](dst []byte, fields []jsonField[T], v *T) []byte {
	dst = append(dst, '{')
	for i := range fields {
		dst = appendKey(dst, fields[i].name, i == 0)
		dst = fields[i].appendValue(dst, v)
	}
	return append(dst, '}')
}

// appendKey appends the key of a field; no name needs an escape.
func appendKey(dst []byte, name string, first bool) []byte {
	if !first {
		dst = append(dst, ',')
	}
	return append(append(append(dst, '"'), name...), `":`...)
}

var snapshotFields = []jsonField[MeshOsSnapshot]{
	{"daemons", func(dst []byte, s *MeshOsSnapshot) []byte { return appendJSONMap(dst, s.Daemons, daemonFields) }},
	{"replicas", func(dst []byte, s *MeshOsSnapshot) []byte { return appendJSONMap(dst, s.Replicas, replicaFields) }},
	{"peers", func(dst []byte, s *MeshOsSnapshot) []byte { return appendJSONMap(dst, s.Peers, peerFields) }},
	{"avoid_list", func(dst []byte, s *MeshOsSnapshot) []byte { return appendJSONMap(dst, s.AvoidList, avoidEntryFields) }},
	{"local_maintenance", func(dst []byte, s *MeshOsSnapshot) []byte { return jsonMaintenance(dst, s.LocalMaintenance) }},
	{"recently_emitted", func(dst []byte, s *MeshOsSnapshot) []byte {
		return appendJSONSeq(dst, s.RecentlyEmitted, pendingActionFields)
	}},
	{"recent_failures", func(dst []byte, s *MeshOsSnapshot) []byte {
		return appendJSONSeq(dst, s.RecentFailures, failureFields)
	}},
	{"freeze_remaining_ms", func(dst []byte, s *MeshOsSnapshot) []byte { return jsonOptionU64(dst, s.FreezeRemainingMS) }},
	{"admin_audit", func(dst []byte, s *MeshOsSnapshot) []byte { return appendJSONSeq(dst, s.AdminAudit, auditFields) }},
	{"log_ring", func(dst []byte, s *MeshOsSnapshot) []byte { return appendJSONSeq(dst, s.LogRing, logFields) }},
	{"in_flight_migrations", func(dst []byte, s *MeshOsSnapshot) []byte {
		return appendJSONSeq(dst, s.InFlightMigrations, migrationFields)
	}},
	{"runtime_epoch_id", func(dst []byte, s *MeshOsSnapshot) []byte { return serdejson.AppendU64(dst, s.RuntimeEpochID) }},
}

var daemonFields = []jsonField[DaemonSnapshot]{
	{"name", func(dst []byte, d *DaemonSnapshot) []byte { return serdejson.AppendString(dst, d.Name) }},
	{"lifecycle", func(dst []byte, d *DaemonSnapshot) []byte { return jsonUnit(dst, d.Lifecycle.String()) }},
	{"health", func(dst []byte, d *DaemonSnapshot) []byte { return jsonOption(dst, d.Health, jsonDaemonHealth) }},
	{"saturation", func(dst []byte, d *DaemonSnapshot) []byte { return serdejson.AppendF32(dst, d.Saturation) }},
	{"restart_state", func(dst []byte, d *DaemonSnapshot) []byte { return jsonRestartState(dst, d.RestartState) }},
	{"placement", func(dst []byte, d *DaemonSnapshot) []byte { return serdejson.AppendU64(dst, d.Placement) }},
	{"age_ms", func(dst []byte, d *DaemonSnapshot) []byte { return serdejson.AppendU64(dst, d.AgeMS) }},
}

var replicaFields = []jsonField[ReplicaSnapshot]{
	{"holders", func(dst []byte, r *ReplicaSnapshot) []byte { return jsonIDs(dst, r.Holders) }},
	{"desired_count", func(dst []byte, r *ReplicaSnapshot) []byte { return jsonOption(dst, r.DesiredCount, jsonUint[uint32]) }},
	{"leader", func(dst []byte, r *ReplicaSnapshot) []byte { return jsonOptionU64(dst, r.Leader) }},
}

var peerFields = []jsonField[PeerSnapshot]{
	{"rtt_ms", func(dst []byte, p *PeerSnapshot) []byte { return jsonOptionU64(dst, p.RTTMS) }},
	{"health", func(dst []byte, p *PeerSnapshot) []byte { return jsonOption(dst, p.Health, jsonPeerHealth) }},
	{"maintenance", func(dst []byte, p *PeerSnapshot) []byte { return jsonOption(dst, p.Maintenance, jsonMaintenanceKind) }},
	{"cpu_load_1m", func(dst []byte, p *PeerSnapshot) []byte { return jsonOption(dst, p.CPULoad1M, serdejson.AppendF64) }},
	{"mem_used_bytes", func(dst []byte, p *PeerSnapshot) []byte { return jsonOptionU64(dst, p.MemUsedBytes) }},
	{"mem_total_bytes", func(dst []byte, p *PeerSnapshot) []byte { return jsonOptionU64(dst, p.MemTotalBytes) }},
	{"disk_used_bytes", func(dst []byte, p *PeerSnapshot) []byte { return jsonOptionU64(dst, p.DiskUsedBytes) }},
	{"disk_total_bytes", func(dst []byte, p *PeerSnapshot) []byte { return jsonOptionU64(dst, p.DiskTotalBytes) }},
	{"saturation_trend", func(dst []byte, p *PeerSnapshot) []byte {
		return jsonOption(dst, p.SaturationTrend, serdejson.AppendF32)
	}},
	{"capability_set", func(dst []byte, p *PeerSnapshot) []byte {
		return serdejson.AppendSeq(dst, sortedSet(p.CapabilitySet), serdejson.AppendString)
	}},
	{"software_version", func(dst []byte, p *PeerSnapshot) []byte {
		return jsonOption(dst, p.SoftwareVersion, serdejson.AppendString)
	}},
	{"forked_from", func(dst []byte, p *PeerSnapshot) []byte { return jsonOptionU64(dst, p.ForkedFrom) }},
}

var avoidEntryFields = []jsonField[AvoidEntrySnapshot]{
	{"reason", func(dst []byte, e *AvoidEntrySnapshot) []byte { return serdejson.AppendString(dst, e.Reason) }},
	{"ttl_ms", func(dst []byte, e *AvoidEntrySnapshot) []byte { return serdejson.AppendU64(dst, e.TTLMS) }},
}

var pendingActionFields = []jsonField[PendingActionSnapshot]{
	{"id", func(dst []byte, a *PendingActionSnapshot) []byte { return serdejson.AppendU64(dst, a.ID) }},
	{"kind", func(dst []byte, a *PendingActionSnapshot) []byte { return serdejson.AppendString(dst, a.Kind) }},
	{"age_ms", func(dst []byte, a *PendingActionSnapshot) []byte { return serdejson.AppendU64(dst, a.AgeMS) }},
}

var migrationFields = []jsonField[MigrationSnapshot]{
	{"daemon_origin", func(dst []byte, m *MigrationSnapshot) []byte { return serdejson.AppendU64(dst, m.DaemonOrigin) }},
	{"phase", func(dst []byte, m *MigrationSnapshot) []byte { return jsonUnit(dst, m.Phase.String()) }},
	{"elapsed_ms", func(dst []byte, m *MigrationSnapshot) []byte { return serdejson.AppendU64(dst, m.ElapsedMS) }},
	{"source_node", func(dst []byte, m *MigrationSnapshot) []byte { return serdejson.AppendU64(dst, m.SourceNode) }},
	{"target_node", func(dst []byte, m *MigrationSnapshot) []byte { return serdejson.AppendU64(dst, m.TargetNode) }},
	{"age_in_phase_ms", func(dst []byte, m *MigrationSnapshot) []byte { return serdejson.AppendU64(dst, m.AgeInPhaseMS) }},
	{"snapshot_bytes", func(dst []byte, m *MigrationSnapshot) []byte { return jsonOptionU64(dst, m.SnapshotBytes) }},
	{"retries", func(dst []byte, m *MigrationSnapshot) []byte { return jsonUint(dst, m.Retries) }},
	{"progress_pct", func(dst []byte, m *MigrationSnapshot) []byte { return jsonOption(dst, m.ProgressPct, jsonUint[uint8]) }},
	{"buffered_events", func(dst []byte, m *MigrationSnapshot) []byte { return jsonUint(dst, m.BufferedEvents) }},
}

var failureFields = []jsonField[FailureRecord]{
	{"seq", func(dst []byte, r *FailureRecord) []byte { return serdejson.AppendU64(dst, r.Seq) }},
	{"source", func(dst []byte, r *FailureRecord) []byte { return serdejson.AppendString(dst, r.Source) }},
	{"reason", func(dst []byte, r *FailureRecord) []byte { return serdejson.AppendString(dst, r.Reason) }},
	{"recorded_at_ms", func(dst []byte, r *FailureRecord) []byte { return serdejson.AppendU64(dst, r.RecordedAtMS) }},
}

var auditFields = []jsonField[AdminAuditRecord]{
	{"seq", func(dst []byte, r *AdminAuditRecord) []byte { return serdejson.AppendU64(dst, r.Seq) }},
	{"committed_at_ms", func(dst []byte, r *AdminAuditRecord) []byte { return serdejson.AppendU64(dst, r.CommittedAtMS) }},
	{"event", func(dst []byte, r *AdminAuditRecord) []byte { return r.Event.AppendJSON(dst) }},
	{"operator_ids", func(dst []byte, r *AdminAuditRecord) []byte { return jsonIDs(dst, r.OperatorIDs) }},
	{"outcome", func(dst []byte, r *AdminAuditRecord) []byte { return jsonOutcome(dst, r.Outcome) }},
	{"chain_pending", func(dst []byte, r *AdminAuditRecord) []byte { return serdejson.AppendBool(dst, r.ChainPending) }},
}

var logFields = []jsonField[LogRecord]{
	{"seq", func(dst []byte, r *LogRecord) []byte { return serdejson.AppendU64(dst, r.Seq) }},
	{"ts_ms", func(dst []byte, r *LogRecord) []byte { return serdejson.AppendU64(dst, r.TSMS) }},
	{"level", func(dst []byte, r *LogRecord) []byte { return jsonUnit(dst, r.Level.String()) }},
	{"daemon_id", func(dst []byte, r *LogRecord) []byte { return jsonOptionU64(dst, r.DaemonID) }},
	{"node_id", func(dst []byte, r *LogRecord) []byte { return jsonOptionU64(dst, r.NodeID) }},
	{"message", func(dst []byte, r *LogRecord) []byte { return serdejson.AppendString(dst, r.Message) }},
	{"chain_pending", func(dst []byte, r *LogRecord) []byte { return serdejson.AppendBool(dst, r.ChainPending) }},
}

func appendJSONSeq[T any](dst []byte, elems []T, fields []jsonField[T]) []byte {
	dst = append(dst, '[')
	for i := range elems {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendObject(dst, fields, &elems[i])
	}
	return append(dst, ']')
}

// appendJSONMap appends m as an object with its keys in ascending numeric order.
func appendJSONMap[T any](dst []byte, m map[uint64]T, fields []jsonField[T]) []byte {
	dst = append(dst, '{')
	var v T
	for i, key := range sortedKeys(m) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(strconv.AppendUint(append(dst, '"'), key, 10), `":`...)
		v = m[key]
		dst = appendObject(dst, fields, &v)
	}
	return append(dst, '}')
}

func jsonIDs(dst []byte, ids []uint64) []byte {
	return serdejson.AppendSeq(dst, ids, serdejson.AppendU64)
}

func jsonUint[U uint8 | uint32](dst []byte, v U) []byte { return serdejson.AppendU64(dst, uint64(v)) }

func jsonOptionU64(dst []byte, o postcard.Option[uint64]) []byte {
	return serdejson.AppendOptionU64(dst, o.Value, o.Some)
}

func jsonOption[T any](dst []byte, o postcard.Option[T], appendValue func([]byte, T) []byte) []byte {
	if !o.Some {
		return serdejson.AppendNull(dst)
	}
	return appendValue(dst, o.Value)
}
