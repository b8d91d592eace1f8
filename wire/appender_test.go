package wire_test

import (
	"sync"
	"testing"
	"time"

	"chainglass/wire"
	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

func ids(records []wire.ActionChainRecord) []uint64 {
	var all []uint64
	for _, r := range records {
		all = append(all, r.ID)
	}
	return all
}

// The seed module's test: a retry storm must not grow the buffer.
func TestBufferingAppenderDropsOldestWhenAtCapacity(t *testing.T) {
	b := wire.NewBuffering[wire.ActionChainRecord](3)
	for id := range uint64(5) {
		if err := b.Append(rec(id, "test", wire.Dispatched{})); err != nil {
			t.Fatal(err)
		}
	}
	if b.Len() != 3 || b.Dropped() != 2 {
		t.Errorf("%d kept, %d dropped", b.Len(), b.Dropped())
	}
	if diff := cmp.Diff([]uint64{2, 3, 4}, ids(b.Records())); diff != "" {
		t.Error(diff)
	}
}

// The seed module's test.
func TestBufferingAppenderCollectsRecords(t *testing.T) {
	b := wire.NewBuffering[wire.ActionChainRecord](wire.DefaultActionBuffer)
	b.Append(rec(1, wire.KindStartDaemon, wire.Dispatched{}))
	b.Append(rec(2, wire.KindStopDaemon, wire.Failed{Reason: "boom"}))
	if diff := cmp.Diff([]uint64{1, 2}, ids(b.Records())); diff != "" {
		t.Error(diff)
	}
}

func TestBufferOfZeroHoldsOne(t *testing.T) {
	b := wire.NewBuffering[int](0)
	b.Append(1)
	b.Append(2)
	if diff := cmp.Diff([]int{2}, b.Records()); diff != "" || b.Dropped() != 1 {
		t.Error(diff, b.Dropped())
	}
}

func TestBufferingAppenderIsSafeForConcurrentUse(t *testing.T) {
	b := wire.NewBuffering[int](100)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 1000 {
				b.Append(i)
				b.Records()
			}
		})
	}
	wg.Wait()
	if b.Len() != 100 || b.Dropped() != 7900 {
		t.Errorf("%d kept, %d dropped", b.Len(), b.Dropped())
	}
}

// The seed module's test.
func TestNoOpAppenderSwallowsAllRecords(t *testing.T) {
	var a wire.ActionAppender = wire.NoOp[wire.ActionChainRecord]{}
	if err := a.Append(rec(1, wire.KindStartDaemon, wire.Dispatched{})); err != nil {
		t.Error(err)
	}
}

// The seed module's test, with a clock that stands still.
func TestRecordFromPendingAction(t *testing.T) {
	clock := func() time.Time { return time.UnixMicro(1_700_000_000_123_999) }
	action := wire.PendingAction{ID: 7, Kind: wire.KindCommitMaintenanceTransition}
	got := wire.RecordFrom(action, wire.Dispatched{}, clock)
	want := at(1_700_000_000_123, rec(7, "commit_maintenance_transition", wire.Dispatched{}))
	if got != want {
		t.Errorf("%+v", got)
	}
	before1970 := func() time.Time { return time.UnixMilli(-1) }
	if got := wire.RecordFrom(action, wire.Dispatched{}, before1970); got.EmittedAtMS != 0 {
		t.Errorf("a clock before 1970 gives %d", got.EmittedAtMS)
	}
}

func TestRecorderAppendsEachOutcome(t *testing.T) {
	b := wire.NewBuffering[wire.ActionChainRecord](10)
	r := wire.Recorder{To: b, Clock: func() time.Time { return time.UnixMilli(1_000_000) }}
	action := wire.PendingAction{ID: 1, Kind: wire.KindStartDaemon}
	failed := wire.Failed{Reason: "boom", RetryAfterMS: postcard.Some[uint64](5)}
	gated := wire.Gated{Reason: "daemon-backoff"}
	for _, err := range []error{r.AppendDispatched(action), r.AppendFailed(action, failed), r.AppendGated(action, gated)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := []wire.ActionChainRecord{
		rec(1, wire.KindStartDaemon, wire.Dispatched{}),
		rec(1, wire.KindStartDaemon, failed),
		rec(1, wire.KindStartDaemon, gated),
	}
	if diff := cmp.Diff(want, b.Records()); diff != "" {
		t.Error(diff)
	}
}

func TestAppendErrorsHaveTheTextsOfTheReference(t *testing.T) {
	for chain, want := range map[string]string{
		wire.ActionChainName:  "action-chain append failed: disk full",
		wire.AuditChainName:   "admin-audit-chain append failed: disk full",
		wire.LogChainName:     "log-chain append failed: disk full",
		wire.FailureChainName: "failure-chain append failed: disk full",
	} {
		if got := (&wire.AppendError{Chain: chain, Reason: "disk full"}).Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
