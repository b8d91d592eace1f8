package fold

import (
	"strconv"

	"chainglass/snapshot"
	"chainglass/wire"
)

// Action returns the fold of the action chain. Failed and Gated push a failure
// record with seq 0 onto recent_failures; Dispatched has no effect, and a retry
// hint is dropped.
func Action() RingFold[snapshot.MeshOsSnapshot, snapshot.FailureRecord] {
	return RingFold[snapshot.MeshOsSnapshot, snapshot.FailureRecord]{
		Record:   "ActionChainRecord",
		Capacity: snapshot.RecentFailuresCapacity,
		Decode:   actionFailure,
		Ring:     recentFailures,
	}
}

// Audit returns the fold of the admin-audit chain onto admin_audit.
func Audit() RingFold[snapshot.MeshOsSnapshot, snapshot.AdminAuditRecord] {
	return RingFold[snapshot.MeshOsSnapshot, snapshot.AdminAuditRecord]{
		Record:   "AdminAuditRecord",
		Capacity: snapshot.AdminAuditCapacity,
		Decode:   always(snapshot.DecodeAdminAuditRecord),
		Ring:     func(s *snapshot.MeshOsSnapshot) *[]snapshot.AdminAuditRecord { return &s.AdminAudit },
	}
}

// Log returns the fold of the log chain onto log_ring.
func Log() RingFold[snapshot.MeshOsSnapshot, snapshot.LogRecord] {
	return RingFold[snapshot.MeshOsSnapshot, snapshot.LogRecord]{
		Record:   "LogRecord",
		Capacity: snapshot.LogRingCapacity,
		Decode:   always(snapshot.DecodeLogRecord),
		Ring:     func(s *snapshot.MeshOsSnapshot) *[]snapshot.LogRecord { return &s.LogRing },
	}
}

// Failure returns the fold of the failures chain onto recent_failures. A node
// shows these records as recorded live; the action chain's fold words them
// differently, so the two are kept in separate snapshots.
func Failure() RingFold[snapshot.MeshOsSnapshot, snapshot.FailureRecord] {
	return RingFold[snapshot.MeshOsSnapshot, snapshot.FailureRecord]{
		Record:   "FailureRecord",
		Capacity: snapshot.RecentFailuresCapacity,
		Decode:   always(snapshot.DecodeFailureRecord),
		Ring:     recentFailures,
	}
}

func recentFailures(s *snapshot.MeshOsSnapshot) *[]snapshot.FailureRecord {
	return &s.RecentFailures
}

// always adapts the decoder of a chain on which every record is pushed.
func always[R any](decode func([]byte) (R, error)) func([]byte) (R, bool, error) {
	return func(payload []byte) (R, bool, error) {
		record, err := decode(payload)
		return record, err == nil, err
	}
}

// actionFailure returns the failure record of a Failed or Gated action.
func actionFailure(payload []byte) (snapshot.FailureRecord, bool, error) {
	var v wire.View
	if _, err := wire.DecodeView(payload, &v); err != nil {
		return snapshot.FailureRecord{}, false, err
	}
	if v.Outcome == wire.OutcomeDispatched {
		return snapshot.FailureRecord{}, false, nil
	}
	return snapshot.FailureRecord{
		Source:       failureSource(&v),
		Reason:       failureReason(&v),
		RecordedAtMS: v.EmittedAtMS,
	}, true, nil
}

// failureSource is "action-id:{id}:{kind}".
func failureSource(v *wire.View) string {
	b := make([]byte, 0, 40)
	b = append(b, "action-id:"...)
	b = strconv.AppendUint(b, v.ID, 10)
	b = append(b, ':')
	return string(append(b, v.Kind...))
}

// failureReason is the reason of a failure as it stands, and for a gate
// "gated ({reason})" with "; cooldown {ms} ms" if the gate has one.
func failureReason(v *wire.View) string {
	if v.Outcome == wire.OutcomeFailed {
		return string(v.Reason)
	}
	b := make([]byte, 0, len(v.Reason)+48)
	b = append(b, "gated ("...)
	b = append(b, v.Reason...)
	b = append(b, ')')
	if v.DelayMS.Some {
		b = append(b, "; cooldown "...)
		b = strconv.AppendUint(b, v.DelayMS.Value, 10)
		b = append(b, " ms"...)
	}
	return string(b)
}
