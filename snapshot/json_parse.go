package snapshot

import (
	"slices"

	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

// ParseMeshOsSnapshot parses a snapshot from JSON as leniently as serde does.
// Nothing in the result aliases text. A failure is a *[serdejson.Error].
func ParseMeshOsSnapshot(text []byte) (MeshOsSnapshot, error) { return parse(text, ReadJSONSnapshot) }

// ParseFailureRecord parses a failure record from JSON as leniently as serde
// does, and the SDKs' spelling. Nothing in the result aliases text. A failure
// is a *[serdejson.Error].
func ParseFailureRecord(text []byte) (FailureRecord, error) { return parse(text, ReadJSONFailure) }

// ParseAdminAuditRecord parses an audit record from JSON as leniently as serde
// does. Nothing in the result aliases text. A failure is a *[serdejson.Error].
func ParseAdminAuditRecord(text []byte) (AdminAuditRecord, error) { return parse(text, ReadJSONAudit) }

// ParseLogRecord parses a log record from JSON as leniently as serde does, and
// the SDKs' spelling. Nothing in the result aliases text. A failure is a
// *[serdejson.Error].
func ParseLogRecord(text []byte) (LogRecord, error) { return parse(text, ReadJSONLog) }

func parse[T any](text []byte, read func(*serdejson.Cursor) T) (T, error) {
	c := serdejson.NewCursor(text)
	v := read(&c)
	if err := c.End(); err != nil {
		var zero T
		return zero, err
	}
	return v, nil
}

// ReadJSONSnapshot reads a snapshot where the cursor stands.
func ReadJSONSnapshot(c *serdejson.Cursor) (s MeshOsSnapshot) {
	c.Struct(snapshotShape, func(field string) {
		switch field {
		case "daemons":
			s.Daemons = parseMap(c, parseDaemon)
		case "replicas":
			s.Replicas = parseMap(c, parseReplica)
		case "peers":
			s.Peers = parseMap(c, parsePeer)
		case "avoid_list":
			s.AvoidList = parseMap(c, parseAvoidEntry)
		case "local_maintenance":
			s.LocalMaintenance = parseMaintenance(c)
		case "recently_emitted":
			s.RecentlyEmitted = parseSeq(c, parsePendingAction)
		case "recent_failures":
			s.RecentFailures = parseSeq(c, ReadJSONFailure)
		case "freeze_remaining_ms":
			s.FreezeRemainingMS = parseOption(c, (*serdejson.Cursor).U64)
		case "admin_audit":
			s.AdminAudit = parseSeq(c, ReadJSONAudit)
		case "log_ring":
			s.LogRing = parseSeq(c, ReadJSONLog)
		case "in_flight_migrations":
			s.InFlightMigrations = parseSeq(c, parseMigration)
		case "runtime_epoch_id":
			s.RuntimeEpochID = c.U64()
		}
	})
	return s
}

// ReadJSONFailure reads a failure record where the cursor stands, for example
// inside an array.
func ReadJSONFailure(c *serdejson.Cursor) (r FailureRecord) {
	c.Struct(failureShape, func(field string) {
		switch field {
		case "seq":
			r.Seq = c.U64()
		case "source":
			r.Source = c.String()
		case "reason":
			r.Reason = c.String()
		case "recorded_at_ms":
			r.RecordedAtMS = c.U64()
		}
	})
	return r
}

// ReadJSONAudit reads an audit record where the cursor stands.
func ReadJSONAudit(c *serdejson.Cursor) (r AdminAuditRecord) {
	c.Struct(auditShape, func(field string) {
		switch field {
		case "seq":
			r.Seq = c.U64()
		case "committed_at_ms":
			r.CommittedAtMS = c.U64()
		case "event":
			r.Event = parseEvent(c)
		case "operator_ids":
			r.OperatorIDs = parseSeq(c, (*serdejson.Cursor).U64)
		case "outcome":
			r.Outcome = parseOutcome(c)
		case "chain_pending":
			r.ChainPending = c.Bool()
		}
	})
	return r
}

// ReadJSONLog reads a log record where the cursor stands.
func ReadJSONLog(c *serdejson.Cursor) (r LogRecord) {
	c.Struct(logShape, func(field string) {
		switch field {
		case "seq":
			r.Seq = c.U64()
		case "ts_ms":
			r.TSMS = c.U64()
		case "level":
			r.Level = LogLevel(c.Enum(levelEnum, nil))
		case "daemon_id":
			r.DaemonID = parseOption(c, (*serdejson.Cursor).U64)
		case "node_id":
			r.NodeID = parseOption(c, (*serdejson.Cursor).U64)
		case "message":
			r.Message = c.String()
		case "chain_pending":
			r.ChainPending = c.Bool()
		}
	})
	return r
}

func parseDaemon(c *serdejson.Cursor) (d DaemonSnapshot) {
	c.Struct(daemonShape, func(field string) {
		switch field {
		case "name":
			d.Name = c.String()
		case "lifecycle":
			d.Lifecycle = DaemonLifecycleSnapshot(c.Enum(lifecycleEnum, nil))
		case "health":
			d.Health = parseOption(c, parseDaemonHealth)
		case "saturation":
			d.Saturation = c.F32()
		case "restart_state":
			d.RestartState = parseRestartState(c)
		case "placement":
			d.Placement = c.U64()
		case "age_ms":
			d.AgeMS = c.U64()
		}
	})
	return d
}

func parseReplica(c *serdejson.Cursor) (r ReplicaSnapshot) {
	c.Struct(replicaShape, func(field string) {
		switch field {
		case "holders":
			r.Holders = parseSeq(c, (*serdejson.Cursor).U64)
		case "desired_count":
			r.DesiredCount = parseOption(c, (*serdejson.Cursor).U32)
		case "leader":
			r.Leader = parseOption(c, (*serdejson.Cursor).U64)
		}
	})
	return r
}

func parsePeer(c *serdejson.Cursor) (p PeerSnapshot) {
	c.Struct(peerShape, func(field string) {
		switch field {
		case "rtt_ms":
			p.RTTMS = parseOption(c, (*serdejson.Cursor).U64)
		case "health":
			p.Health = parseOption(c, parsePeerHealth)
		case "maintenance":
			p.Maintenance = parseOption(c, parseMaintenanceKind)
		case "cpu_load_1m":
			p.CPULoad1M = parseOption(c, (*serdejson.Cursor).F64)
		case "mem_used_bytes":
			p.MemUsedBytes = parseOption(c, (*serdejson.Cursor).U64)
		case "mem_total_bytes":
			p.MemTotalBytes = parseOption(c, (*serdejson.Cursor).U64)
		case "disk_used_bytes":
			p.DiskUsedBytes = parseOption(c, (*serdejson.Cursor).U64)
		case "disk_total_bytes":
			p.DiskTotalBytes = parseOption(c, (*serdejson.Cursor).U64)
		case "saturation_trend":
			p.SaturationTrend = parseOption(c, (*serdejson.Cursor).F32)
		case "capability_set":
			p.CapabilitySet = parseStringSet(c)
		case "software_version":
			p.SoftwareVersion = parseOption(c, (*serdejson.Cursor).String)
		case "forked_from":
			p.ForkedFrom = parseOption(c, (*serdejson.Cursor).U64)
		}
	})
	return p
}

func parseAvoidEntry(c *serdejson.Cursor) (e AvoidEntrySnapshot) {
	c.Struct(avoidEntryShape, func(field string) {
		switch field {
		case "reason":
			e.Reason = c.String()
		case "ttl_ms":
			e.TTLMS = c.U64()
		}
	})
	return e
}

func parsePendingAction(c *serdejson.Cursor) (a PendingActionSnapshot) {
	c.Struct(pendingActionShape, func(field string) {
		switch field {
		case "id":
			a.ID = c.U64()
		case "kind":
			a.Kind = c.String()
		case "age_ms":
			a.AgeMS = c.U64()
		}
	})
	return a
}

func parseMigration(c *serdejson.Cursor) (m MigrationSnapshot) {
	c.Struct(migrationShape, func(field string) {
		switch field {
		case "daemon_origin":
			m.DaemonOrigin = c.U64()
		case "phase":
			m.Phase = MigrationPhaseSnapshot(c.Enum(phaseEnum, nil))
		case "elapsed_ms":
			m.ElapsedMS = c.U64()
		case "source_node":
			m.SourceNode = c.U64()
		case "target_node":
			m.TargetNode = c.U64()
		case "age_in_phase_ms":
			m.AgeInPhaseMS = c.U64()
		case "snapshot_bytes":
			m.SnapshotBytes = parseOption(c, (*serdejson.Cursor).U64)
		case "retries":
			m.Retries = c.U32()
		case "progress_pct":
			m.ProgressPct = parseOption(c, (*serdejson.Cursor).U8)
		case "buffered_events":
			m.BufferedEvents = c.U32()
		}
	})
	return m
}

func parseOption[T any](c *serdejson.Cursor, read func(*serdejson.Cursor) T) postcard.Option[T] {
	if c.Null() {
		return postcard.Option[T]{}
	}
	return postcard.Some(read(c))
}

func parseSeq[T any](c *serdejson.Cursor, read func(*serdejson.Cursor) T) (elems []T) {
	c.Seq(func(int) { elems = append(elems, read(c)) })
	return elems
}

// parseMap reads a map. Of two values with the same key the last one counts.
func parseMap[T any](c *serdejson.Cursor, read func(*serdejson.Cursor) T) (m map[uint64]T) {
	c.Map(func(key uint64) {
		if m == nil {
			m = make(map[uint64]T)
		}
		m[key] = read(c)
	})
	return m
}

func parseStringSet(c *serdejson.Cursor) []string {
	set := parseSeq(c, (*serdejson.Cursor).String)
	slices.Sort(set)
	return slices.Compact(set)
}
