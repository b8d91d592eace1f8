package redact

import (
	"maps"
	"slices"

	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

// rebuildBase is rebuild for a base snapshot. Bytes behind it do not leave.
func rebuildBase(payload []byte, m mapper) (out []byte, ok bool, err error) {
	s, err := snapshot.DecodeMeshOsSnapshot(payload)
	if err != nil {
		return nil, false, nil
	}
	s = state(m, &s)
	if ok, err = m.verdict(); !ok || err != nil {
		return nil, false, err
	}
	return s.AppendPostcard(nil), true, nil
}

func state(m mapper, s *snapshot.MeshOsSnapshot) snapshot.MeshOsSnapshot {
	return snapshot.MeshOsSnapshot{
		Daemons:            byID(m, ClassDaemon, s.Daemons, daemon),
		Replicas:           byID(m, ClassChain, s.Replicas, replica),
		Peers:              byID(m, ClassNode, s.Peers, peer),
		AvoidList:          byID(m, ClassNode, s.AvoidList, avoidEntry),
		LocalMaintenance:   maintenance(m, s.LocalMaintenance),
		RecentlyEmitted:    each(m, s.RecentlyEmitted, pendingAction),
		RecentFailures:     failures(m, s.RecentFailures),
		FreezeRemainingMS:  measure(m, s.FreezeRemainingMS),
		AdminAudit:         audits(m, s.AdminAudit),
		LogRing:            logLines(m, s.LogRing),
		InFlightMigrations: each(m, s.InFlightMigrations, migration),
		RuntimeEpochID:     m.id(ClassEpoch, s.RuntimeEpochID),
	}
}

func daemon(m mapper, d *snapshot.DaemonSnapshot) snapshot.DaemonSnapshot {
	m.state(enumLifecycle, uint8(d.Lifecycle))
	m.measure(2)
	out := snapshot.DaemonSnapshot{
		Name:         m.name(ClassDaemonName, d.Name),
		Lifecycle:    d.Lifecycle,
		Saturation:   d.Saturation,
		RestartState: restartState(m, d.RestartState),
		Placement:    m.id(ClassNode, d.Placement),
		AgeMS:        d.AgeMS,
	}
	if h := d.Health.Value; d.Health.Some {
		m.state(enumHealth, uint8(h.Kind))
		out.Health = postcard.Some(snapshot.DaemonHealthSnapshot{Kind: h.Kind, Reason: m.text(placeText, h.Reason)})
	}
	return out
}

func restartState(m mapper, s snapshot.RestartStateSnapshot) snapshot.RestartStateSnapshot {
	m.state(enumRestart, uint8(s.Kind))
	return snapshot.RestartStateSnapshot{Kind: s.Kind, UntilMS: moment(m, s.UntilMS)}
}

func replica(m mapper, r *snapshot.ReplicaSnapshot) snapshot.ReplicaSnapshot {
	return snapshot.ReplicaSnapshot{
		Holders:      idList(m, ClassNode, r.Holders),
		DesiredCount: measure(m, r.DesiredCount),
		Leader:       optionalID(m, ClassNode, r.Leader),
	}
}

func peer(m mapper, p *snapshot.PeerSnapshot) snapshot.PeerSnapshot {
	out := snapshot.PeerSnapshot{
		RTTMS:           measure(m, p.RTTMS),
		Health:          variant(m, enumPeerHealth, p.Health),
		Maintenance:     variant(m, enumMaintenance, p.Maintenance),
		CPULoad1M:       measure(m, p.CPULoad1M),
		MemUsedBytes:    measure(m, p.MemUsedBytes),
		MemTotalBytes:   measure(m, p.MemTotalBytes),
		DiskUsedBytes:   measure(m, p.DiskUsedBytes),
		DiskTotalBytes:  measure(m, p.DiskTotalBytes),
		SaturationTrend: measure(m, p.SaturationTrend),
		ForkedFrom:      optionalID(m, ClassNode, p.ForkedFrom),
	}
	for _, capability := range p.CapabilitySet {
		out.CapabilitySet = append(out.CapabilitySet, m.text(placeText, capability))
	}
	if p.SoftwareVersion.Some {
		out.SoftwareVersion = postcard.Some(m.text(placeText, p.SoftwareVersion.Value))
	}
	return out
}

func avoidEntry(m mapper, e *snapshot.AvoidEntrySnapshot) snapshot.AvoidEntrySnapshot {
	m.measure(1)
	return snapshot.AvoidEntrySnapshot{Reason: m.text(placeText, e.Reason), TTLMS: e.TTLMS}
}

func maintenance(m mapper, s snapshot.MaintenanceStateSnapshot) snapshot.MaintenanceStateSnapshot {
	m.state(enumMaintenance, uint8(s.Kind))
	return snapshot.MaintenanceStateSnapshot{
		Kind:                s.Kind,
		SinceMS:             moment(m, s.SinceMS),
		DeadlineRemainingMS: measure(m, s.DeadlineRemainingMS),
		Reason:              m.text(placeText, s.Reason),
	}
}

func pendingAction(m mapper, a *snapshot.PendingActionSnapshot) snapshot.PendingActionSnapshot {
	m.measure(1)
	return snapshot.PendingActionSnapshot{ID: m.order(a.ID), Kind: m.kind(a.Kind), AgeMS: a.AgeMS}
}

func migration(m mapper, x *snapshot.MigrationSnapshot) snapshot.MigrationSnapshot {
	m.state(enumPhase, uint8(x.Phase))
	m.measure(4)
	return snapshot.MigrationSnapshot{
		DaemonOrigin:   m.id(ClassMigration, x.DaemonOrigin),
		Phase:          x.Phase,
		ElapsedMS:      x.ElapsedMS,
		SourceNode:     m.id(ClassNode, x.SourceNode),
		TargetNode:     m.id(ClassNode, x.TargetNode),
		AgeInPhaseMS:   x.AgeInPhaseMS,
		SnapshotBytes:  measure(m, x.SnapshotBytes),
		Retries:        x.Retries,
		ProgressPct:    measure(m, x.ProgressPct),
		BufferedEvents: x.BufferedEvents,
	}
}

// firstMoment is the start of 1980 in Unix milliseconds. The format's states count
// from the node's last tick; a number as large as this is a time all the same.
const firstMoment = 315_532_800_000

func moment(m mapper, ms uint64) uint64 {
	if ms < firstMoment {
		m.measure(1)
		return ms
	}
	return m.time(ms)
}

// byID rebuilds a map whose keys are ids.
func byID[T any](m mapper, class Class, in map[uint64]T, value func(mapper, *T) T) map[uint64]T {
	var out map[uint64]T
	for _, id := range slices.Sorted(maps.Keys(in)) {
		v := in[id]
		if out == nil {
			out = make(map[uint64]T, len(in))
		}
		out[m.id(class, id)] = value(m, &v)
	}
	return out
}

// each rebuilds a list.
func each[T any](m mapper, in []T, value func(mapper, *T) T) []T {
	var out []T
	for i := range in {
		out = append(out, value(m, &in[i]))
	}
	return out
}

// variant keeps a variant that is there.
func variant[E ~uint8](m mapper, e enum, o postcard.Option[E]) postcard.Option[E] {
	if o.Some {
		m.state(e, uint8(o.Value))
	}
	return o
}

func optionalID(m mapper, class Class, o postcard.Option[uint64]) postcard.Option[uint64] {
	if !o.Some {
		return postcard.Option[uint64]{}
	}
	return postcard.Some(m.id(class, o.Value))
}

func idList(m mapper, class Class, list []uint64) []uint64 {
	var out []uint64
	for _, id := range list {
		out = append(out, m.id(class, id))
	}
	return out
}

// measure keeps a measure that is there.
func measure[T any](m mapper, o postcard.Option[T]) postcard.Option[T] {
	if !o.Some {
		return postcard.Option[T]{}
	}
	m.measure(1)
	return postcard.Some(o.Value)
}
