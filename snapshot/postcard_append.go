package snapshot

import (
	"slices"

	"chainglass/wire/postcard"
)

// AppendPostcard appends the postcard form of s to dst: maps in ascending key
// order, the capability sets sorted and without duplicates.
func (s *MeshOsSnapshot) AppendPostcard(dst []byte) []byte {
	dst = appendMap(dst, s.Daemons, appendDaemon)
	dst = appendMap(dst, s.Replicas, appendReplica)
	dst = appendMap(dst, s.Peers, appendPeer)
	dst = appendMap(dst, s.AvoidList, appendAvoidEntry)
	dst = appendMaintenance(dst, s.LocalMaintenance)
	dst = appendSeq(dst, s.RecentlyEmitted, appendPendingAction)
	dst = appendSeq(dst, s.RecentFailures, (*FailureRecord).AppendPostcard)
	dst = postcard.AppendOptionU64(dst, s.FreezeRemainingMS)
	dst = appendSeq(dst, s.AdminAudit, (*AdminAuditRecord).AppendPostcard)
	dst = appendSeq(dst, s.LogRing, (*LogRecord).AppendPostcard)
	dst = appendSeq(dst, s.InFlightMigrations, appendMigration)
	return postcard.AppendUvarint(dst, s.RuntimeEpochID)
}

// AppendPostcard appends the postcard form of r to dst.
func (r *FailureRecord) AppendPostcard(dst []byte) []byte {
	dst = postcard.AppendUvarint(dst, r.Seq)
	dst = postcard.AppendString(dst, r.Source)
	dst = postcard.AppendString(dst, r.Reason)
	return postcard.AppendUvarint(dst, r.RecordedAtMS)
}

// AppendPostcard appends the postcard form of r to dst.
func (r *AdminAuditRecord) AppendPostcard(dst []byte) []byte {
	dst = postcard.AppendUvarint(dst, r.Seq)
	dst = postcard.AppendUvarint(dst, r.CommittedAtMS)
	dst = r.Event.AppendPostcard(dst)
	dst = appendIDs(dst, r.OperatorIDs)
	dst = appendOutcome(dst, r.Outcome)
	return postcard.AppendBool(dst, r.ChainPending)
}

// AppendPostcard appends the postcard form of r to dst.
func (r *LogRecord) AppendPostcard(dst []byte) []byte {
	dst = postcard.AppendUvarint(dst, r.Seq)
	dst = postcard.AppendUvarint(dst, r.TSMS)
	dst = appendEnum(dst, r.Level)
	dst = postcard.AppendOptionU64(dst, r.DaemonID)
	dst = postcard.AppendOptionU64(dst, r.NodeID)
	dst = postcard.AppendString(dst, r.Message)
	return postcard.AppendBool(dst, r.ChainPending)
}

// AppendPostcard appends the postcard form of e to dst: the number of its kind,
// then the arguments of that kind.
func (e *AdminEvent) AppendPostcard(dst []byte) []byte {
	dst = appendEnum(dst, e.Kind)
	for _, f := range e.fields() {
		dst = e.appendField(dst, f)
	}
	return dst
}

func (e *AdminEvent) appendField(dst []byte, f eventField) []byte {
	switch f {
	case fieldDrainForOption:
		return postcard.AppendOption(dst, e.DrainFor, appendDuration)
	case fieldDrainFor:
		return appendDuration(dst, e.DrainFor.Value)
	case fieldTTL:
		return appendDuration(dst, e.TTL)
	case fieldChains:
		return appendIDs(dst, e.Chains)
	case fieldScope:
		return appendScope(dst, e.Scope)
	case fieldDaemon:
		dst = postcard.AppendUvarint(dst, e.Daemon.ID)
		return postcard.AppendString(dst, e.Daemon.Name)
	}
	return postcard.AppendUvarint(dst, *e.id(f))
}

func appendDaemon(d *DaemonSnapshot, dst []byte) []byte {
	dst = postcard.AppendString(dst, d.Name)
	dst = appendEnum(dst, d.Lifecycle)
	dst = postcard.AppendOption(dst, d.Health, appendDaemonHealth)
	dst = postcard.AppendF32(dst, d.Saturation)
	dst = appendRestartState(dst, d.RestartState)
	dst = postcard.AppendUvarint(dst, d.Placement)
	return postcard.AppendUvarint(dst, d.AgeMS)
}

func appendReplica(r *ReplicaSnapshot, dst []byte) []byte {
	dst = appendIDs(dst, r.Holders)
	dst = postcard.AppendOption(dst, r.DesiredCount, appendU32)
	return postcard.AppendOptionU64(dst, r.Leader)
}

func appendPeer(p *PeerSnapshot, dst []byte) []byte {
	dst = postcard.AppendOptionU64(dst, p.RTTMS)
	dst = postcard.AppendOption(dst, p.Health, appendEnum)
	dst = postcard.AppendOption(dst, p.Maintenance, appendEnum)
	dst = postcard.AppendOption(dst, p.CPULoad1M, postcard.AppendF64)
	dst = postcard.AppendOptionU64(dst, p.MemUsedBytes)
	dst = postcard.AppendOptionU64(dst, p.MemTotalBytes)
	dst = postcard.AppendOptionU64(dst, p.DiskUsedBytes)
	dst = postcard.AppendOptionU64(dst, p.DiskTotalBytes)
	dst = postcard.AppendOption(dst, p.SaturationTrend, postcard.AppendF32)
	dst = appendStringSet(dst, p.CapabilitySet)
	dst = postcard.AppendOption(dst, p.SoftwareVersion, postcard.AppendString)
	return postcard.AppendOptionU64(dst, p.ForkedFrom)
}

func appendAvoidEntry(e *AvoidEntrySnapshot, dst []byte) []byte {
	return postcard.AppendUvarint(postcard.AppendString(dst, e.Reason), e.TTLMS)
}

func appendPendingAction(a *PendingActionSnapshot, dst []byte) []byte {
	dst = postcard.AppendUvarint(dst, a.ID)
	dst = postcard.AppendString(dst, a.Kind)
	return postcard.AppendUvarint(dst, a.AgeMS)
}

func appendMigration(m *MigrationSnapshot, dst []byte) []byte {
	dst = postcard.AppendUvarint(dst, m.DaemonOrigin)
	dst = appendEnum(dst, m.Phase)
	dst = postcard.AppendUvarint(dst, m.ElapsedMS)
	dst = postcard.AppendUvarint(dst, m.SourceNode)
	dst = postcard.AppendUvarint(dst, m.TargetNode)
	dst = postcard.AppendUvarint(dst, m.AgeInPhaseMS)
	dst = postcard.AppendOptionU64(dst, m.SnapshotBytes)
	dst = appendU32(dst, m.Retries)
	dst = postcard.AppendOption(dst, m.ProgressPct, appendU8)
	return appendU32(dst, m.BufferedEvents)
}

func appendDaemonHealth(dst []byte, h DaemonHealthSnapshot) []byte {
	dst = appendEnum(dst, h.Kind)
	if h.Kind == DaemonDegraded {
		dst = postcard.AppendString(dst, h.Reason)
	}
	return dst
}

func appendRestartState(dst []byte, s RestartStateSnapshot) []byte {
	dst = appendEnum(dst, s.Kind)
	if s.Kind != RestartIdle {
		dst = postcard.AppendUvarint(dst, s.UntilMS)
	}
	return dst
}

func appendMaintenance(dst []byte, m MaintenanceStateSnapshot) []byte {
	dst = appendEnum(dst, m.Kind)
	if m.Kind != MaintenanceActive {
		dst = postcard.AppendUvarint(dst, m.SinceMS)
	}
	switch m.Kind {
	case MaintenanceEntering:
		dst = postcard.AppendOptionU64(dst, m.DeadlineRemainingMS)
	case MaintenanceDrainFailed:
		dst = postcard.AppendString(dst, m.Reason)
	}
	return dst
}

func appendOutcome(dst []byte, o VerificationOutcome) []byte {
	dst = appendEnum(dst, o.Kind)
	if o.Kind == OutcomeRejected {
		dst = postcard.AppendString(postcard.AppendString(dst, o.RejectionKind), o.Message)
	}
	return dst
}

func appendScope(dst []byte, s AvoidScope) []byte {
	dst = appendEnum(dst, s.Kind)
	switch s.Kind {
	case ScopeLocal:
		dst = postcard.AppendUvarint(dst, s.Node)
	case ScopeOnPeer:
		dst = postcard.AppendUvarint(dst, s.Peer)
	}
	return dst
}

func appendDuration(dst []byte, d Duration) []byte {
	return postcard.AppendUvarint(postcard.AppendUvarint(dst, d.Secs), uint64(d.Nanos))
}

func appendEnum[E ~uint8](dst []byte, v E) []byte { return postcard.AppendUvarint(dst, uint64(v)) }
func appendU8(dst []byte, v uint8) []byte         { return append(dst, v) }
func appendU32(dst []byte, v uint32) []byte       { return postcard.AppendUvarint(dst, uint64(v)) }

func appendIDs(dst []byte, ids []uint64) []byte {
	dst = postcard.AppendUvarint(dst, uint64(len(ids)))
	for _, id := range ids {
		dst = postcard.AppendUvarint(dst, id)
	}
	return dst
}

func appendSeq[T any](dst []byte, elems []T, appendElem func(*T, []byte) []byte) []byte {
	dst = postcard.AppendUvarint(dst, uint64(len(elems)))
	for i := range elems {
		dst = appendElem(&elems[i], dst)
	}
	return dst
}

func appendMap[T any](dst []byte, m map[uint64]T, appendValue func(*T, []byte) []byte) []byte {
	dst = postcard.AppendUvarint(dst, uint64(len(m)))
	var v T
	for _, key := range sortedKeys(m) {
		v = m[key]
		dst = appendValue(&v, postcard.AppendUvarint(dst, key))
	}
	return dst
}

func appendStringSet(dst []byte, set []string) []byte {
	set = sortedSet(set)
	dst = postcard.AppendUvarint(dst, uint64(len(set)))
	for _, s := range set {
		dst = postcard.AppendString(dst, s)
	}
	return dst
}

func sortedKeys[T any](m map[uint64]T) []uint64 {
	keys := make([]uint64, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// sortedSet returns set sorted bytewise and without duplicates. It returns set
// itself if it is so already, which decoded sets are.
func sortedSet(set []string) []string {
	for i := 1; i < len(set); i++ {
		if set[i-1] >= set[i] {
			return slices.Compact(slices.Sorted(slices.Values(set)))
		}
	}
	return set
}
