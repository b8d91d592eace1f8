package snapshot

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/postcard"
)

// ownAudit is what a view should say of b, by way of the owning decoder.
func ownAudit(b []byte) (AuditView, error) {
	r, err := DecodeAdminAuditRecord(b)
	if err != nil {
		return AuditView{}, err
	}
	v := AuditView{
		Seq: r.Seq, CommittedAtMS: r.CommittedAtMS, EventKind: r.Event.Kind, Subject: subject(&r.Event),
		OperatorCount: len(r.OperatorIDs), OutcomeKind: r.Outcome.Kind, ChainPending: r.ChainPending,
	}
	if len(r.OperatorIDs) > 0 {
		v.FirstOperatorID = r.OperatorIDs[0]
	}
	if r.Outcome.Kind == OutcomeRejected {
		v.RejectionKind, v.Message = []byte(r.Outcome.RejectionKind), []byte(r.Outcome.Message)
	}
	return v, nil
}

func subject(e *AdminEvent) postcard.Option[uint64] {
	switch e.Kind {
	case EventFreezeCluster, EventThawCluster:
		return postcard.None[uint64]()
	case EventFlushAvoidLists:
		return postcard.Option[uint64]{Value: e.Scope.Node + e.Scope.Peer, Some: e.Scope.Kind != ScopeGlobal}
	}
	return postcard.Some(e.Node + e.Chain + e.Daemon.ID + e.Migration)
}

func TestAuditViewAgrees(t *testing.T) {
	for i, vec := range vectors(t, auditCodec.file) {
		b := vec.bytes(t)
		want, _ := ownAudit(b)
		var got AuditView
		n, err := DecodeAuditView(b, &got)
		if n != len(b) || err != nil {
			t.Fatalf("line %d: %d of %d bytes, %v", i+1, n, len(b), err)
		}
		r := must(DecodeAdminAuditRecord(b))
		spans := [][]byte{got.Event.Of(b), got.OperatorIDs.Of(b), got.Outcome.Of(b)}
		parts := [][]byte{r.Event.AppendPostcard(nil), appendIDs(nil, r.OperatorIDs), appendOutcome(nil, r.Outcome)}
		if diff := cmp.Diff(parts, spans); diff != "" {
			t.Fatalf("line %d: spans: %s", i+1, diff)
		}
		got.Event, got.OperatorIDs, got.Outcome = Span{}, Span{}, Span{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("line %d: %s", i+1, diff)
		}
	}
}

func TestLogViewAgrees(t *testing.T) {
	for i, vec := range vectors(t, logCodec.file) {
		b := vec.bytes(t)
		r := must(DecodeLogRecord(b))
		var got LogView
		n, err := DecodeLogView(b, &got)
		want := LogView{r.Seq, r.TSMS, r.Level, r.DaemonID, r.NodeID, []byte(r.Message), r.ChainPending}
		if diff := cmp.Diff(want, got); diff != "" || n != len(b) || err != nil {
			t.Fatalf("line %d: %d of %d bytes, %v\n%s", i+1, n, len(b), err, diff)
		}
	}
}

func TestFailureViewAgrees(t *testing.T) {
	for i, vec := range vectors(t, failureCodec.file) {
		b := vec.bytes(t)
		r := must(DecodeFailureRecord(b))
		var got FailureView
		n, err := DecodeFailureView(b, &got)
		want := FailureView{r.Seq, []byte(r.Source), []byte(r.Reason), r.RecordedAtMS}
		if diff := cmp.Diff(want, got); diff != "" || n != len(b) || err != nil {
			t.Fatalf("line %d: %d of %d bytes, %v\n%s", i+1, n, len(b), err, diff)
		}
	}
}

func TestViewErrorsNameTheField(t *testing.T) {
	var v AuditView
	tests := []struct{ hex, field string }{
		{"01 02 10", "event.variant"},
		{"01 02 0d 07 02 61", "event.daemon.name"},
		{"01 02 0a 02 01", "operator_ids"},
		{"01 02 0a 00 01 01ff", "outcome.kind"},
		{"01 02 09 ffffffffffffffffff01 8094ebdc03 00 00 00", "event.ttl"},
		{"01 02 0a 00 00 02", "chain_pending"},
	}
	for _, tt := range tests {
		n, err := DecodeAuditView(unhex(t, tt.hex), &v)
		e, ok := err.(*postcard.Error)
		if n != 0 || !ok || e.Field != tt.field {
			t.Errorf("%s: %d, %+v", tt.hex, n, err)
		}
	}
}

func TestViewsAllocateNothing(t *testing.T) {
	var (
		log     LogView
		audit   AuditView
		failure FailureView
	)
	views := map[string]func(b []byte) (int, error){
		logCodec.file:     func(b []byte) (int, error) { return DecodeLogView(b, &log) },
		auditCodec.file:   func(b []byte) (int, error) { return DecodeAuditView(b, &audit) },
		failureCodec.file: func(b []byte) (int, error) { return DecodeFailureView(b, &failure) },
	}
	for file, view := range views {
		var payloads [][]byte
		for _, vec := range vectors(t, file) {
			payloads = append(payloads, vec.bytes(t))
		}
		allocs := testing.AllocsPerRun(10, func() {
			for _, b := range payloads {
				if _, err := view(b); err != nil {
					t.Fatal(err)
				}
			}
		})
		if allocs != 0 {
			t.Errorf("%s: %v allocations for %d records", file, allocs, len(payloads))
		}
	}
}
