package fold_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

// event is an entry with an action record as payload.
func event(seq, id uint64, kind string, d wire.Disposition) fold.Event {
	return fold.Event{Seq: seq, Payload: wire.EncodeRecord(&wire.ActionChainRecord{
		ID: id, Kind: kind, EmittedAtMS: 1_000_000, Disposition: d,
	})}
}

func garbage(seq uint64) fold.Event { return fold.Event{Seq: seq, Payload: []byte{99, 1, 2}} }

// replay applies events to a default snapshot; none may fail.
func replay(t *testing.T, events ...fold.Event) snapshot.MeshOsSnapshot {
	t.Helper()
	var state snapshot.MeshOsSnapshot
	for _, ev := range events {
		if err := fold.Action().Apply(ev, &state); err != nil {
			t.Fatal(err)
		}
	}
	return state
}

func cooldown(ms uint64) wire.Gated {
	return wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some(ms)}
}

// The seed module's test.
func TestFoldDispatchedRecordLeavesRecentFailuresEmpty(t *testing.T) {
	if state := replay(t, event(1, 1, "start_daemon", wire.Dispatched{})); len(state.RecentFailures) != 0 {
		t.Error(state.RecentFailures)
	}
}

// What the reference's fold makes of records, to the letter. The seed module's
// tests of failed and gated records are among them.
func TestFoldTexts(t *testing.T) {
	for _, test := range []struct {
		event fold.Event
		want  snapshot.FailureRecord
	}{
		{event(1, 42, "start_daemon", wire.Failed{Reason: "process died"}),
			snapshot.FailureRecord{Source: "action-id:42:start_daemon", Reason: "process died", RecordedAtMS: 1_000_000}},
		{event(1, 42, "pull_replica", wire.Failed{Reason: "boom", RetryAfterMS: postcard.Some[uint64](500)}),
			snapshot.FailureRecord{Source: "action-id:42:pull_replica", Reason: "boom", RecordedAtMS: 1_000_000}},
		{event(1, 7, "stop_daemon", cooldown(5000)),
			snapshot.FailureRecord{Source: "action-id:7:stop_daemon", Reason: "gated (daemon-backoff); cooldown 5000 ms", RecordedAtMS: 1_000_000}},
		{event(1, 0, "", wire.Gated{}),
			snapshot.FailureRecord{Source: "action-id:0:", Reason: "gated ()", RecordedAtMS: 1_000_000}},
		{event(1, math.MaxUint64, "a:b", cooldown(math.MaxUint64)),
			snapshot.FailureRecord{Source: "action-id:18446744073709551615:a:b", Reason: "gated (daemon-backoff); cooldown 18446744073709551615 ms", RecordedAtMS: 1_000_000}},
	} {
		state := replay(t, test.event)
		if diff := cmp.Diff([]snapshot.FailureRecord{test.want}, state.RecentFailures); diff != "" {
			t.Error(diff)
		}
	}
}

// The seed module's test.
func TestFoldDropsOldestFailureAtRingCapacity(t *testing.T) {
	var events []fold.Event
	for i := range uint64(snapshot.RecentFailuresCapacity + 5) {
		events = append(events, event(i, i, "start_daemon", wire.Failed{Reason: fmt.Sprintf("err %d", i)}))
	}
	state := replay(t, events...)
	if n := len(state.RecentFailures); n != snapshot.RecentFailuresCapacity {
		t.Errorf("%d failures", n)
	}
	if source := state.RecentFailures[0].Source; source != "action-id:5:start_daemon" {
		t.Errorf("oldest survivor %s", source)
	}
}

// A ring that is longer than its capacity keeps its length: one goes, one comes.
func TestFoldKeepsAnOverlongRingAtItsLength(t *testing.T) {
	state := snapshot.MeshOsSnapshot{RecentFailures: make([]snapshot.FailureRecord, 300)}
	for i := range uint64(3) {
		if err := fold.Action().Apply(event(i, i, "k", wire.Failed{}), &state); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(state.RecentFailures); n != 300 {
		t.Errorf("%d failures", n)
	}
	if last := state.RecentFailures[299].Source; last != "action-id:2:k" {
		t.Errorf("newest is %s", last)
	}
}

// The seed module's test, with the reference's texts.
func TestFoldDecodeErrorSurfacesAsRedexError(t *testing.T) {
	for text, payload := range map[string][]byte{
		"decode failed: ActionChainRecord wire decode: empty action-chain record payload":                                {},
		"decode failed: ActionChainRecord wire decode: unsupported action-chain wire version 99; this build expects 1":   {99},
		"decode failed: ActionChainRecord wire decode: postcard decode: Hit the end of buffer, expected more data":       {1, 0xff, 0xff, 0xff},
		"decode failed: ActionChainRecord wire decode: postcard decode: Found an Option discriminant that wasn't 0 or 1": {1, 0, 0, 0, 1, 0, 2},
		"decode failed: ActionChainRecord wire decode: postcard decode: Serde Deserialization Error":                     {1, 0, 0, 0, 3},
	} {
		var state snapshot.MeshOsSnapshot
		err := fold.Action().Apply(fold.Event{Seq: 1, Payload: payload}, &state)
		if err == nil || err.Error() != text {
			t.Errorf("got %v\nwant %s", err, text)
		}
		if !errors.Is(err, fold.ErrDecode) {
			t.Error("not ErrDecode")
		}
		if diff := cmp.Diff(snapshot.MeshOsSnapshot{}, state); diff != "" {
			t.Error("state changed", diff)
		}
	}
}

// The seed module's end-to-end test: a dispatcher fails, the outcome goes
// through an appender, and replaying what it kept shows the failure.
func TestRecordedFailureShowsInTheSnapshot(t *testing.T) {
	dispatch := func(wire.PendingAction) error { return errors.New("test failure") }
	buffer := wire.NewBuffering[wire.ActionChainRecord](wire.DefaultActionBuffer)
	recorder := wire.Recorder{To: buffer, Clock: time.Now}
	action := wire.PendingAction{ID: 99, Kind: wire.KindCommitMaintenanceTransition}
	if err := dispatch(action); err != nil {
		if err := recorder.AppendFailed(action, wire.Failed{Reason: err.Error()}); err != nil {
			t.Fatal(err)
		}
	}
	var state snapshot.MeshOsSnapshot
	for i, r := range buffer.Records() {
		if err := fold.Action().Apply(fold.Event{Seq: uint64(i), Payload: wire.EncodeRecord(&r)}, &state); err != nil {
			t.Fatal(err)
		}
	}
	if len(state.RecentFailures) != 1 || state.RecentFailures[0].Reason != "test failure" ||
		state.RecentFailures[0].Source != "action-id:99:commit_maintenance_transition" {
		t.Errorf("%+v", state.RecentFailures)
	}
}

func TestOtherChainsFoldOntoTheirRings(t *testing.T) {
	audit := snapshot.AdminAuditRecord{Seq: 1, Event: snapshot.AdminEvent{Kind: snapshot.EventThawCluster}, OperatorIDs: []uint64{7}}
	log := snapshot.LogRecord{Seq: 2, Level: snapshot.LevelWarn, Message: "throttling"}
	failure := snapshot.FailureRecord{Seq: 3, Source: "action-id:1", Reason: "boom"}
	var state snapshot.MeshOsSnapshot
	for _, record := range []struct {
		fold    fold.Fold[snapshot.MeshOsSnapshot]
		payload []byte
	}{
		{fold.Audit(), audit.AppendPostcard(nil)},
		{fold.Log(), log.AppendPostcard(nil)},
		{fold.Failure(), failure.AppendPostcard(nil)},
	} {
		if err := record.fold.Apply(fold.Event{Payload: record.payload}, &state); err != nil {
			t.Fatal(err)
		}
	}
	want := snapshot.MeshOsSnapshot{
		AdminAudit:     []snapshot.AdminAuditRecord{audit},
		LogRing:        []snapshot.LogRecord{log},
		RecentFailures: []snapshot.FailureRecord{failure},
	}
	if diff := cmp.Diff(want, state); diff != "" {
		t.Error(diff)
	}
}

// failing is a fold that cannot read some entries and breaks on others.
type failing struct{}

func (failing) Apply(ev fold.Event, applied *[]uint64) error {
	switch {
	case strings.HasPrefix(string(ev.Payload), "bad"):
		return &fold.DecodeError{Record: "Test", Err: errors.New("bad")}
	case strings.HasPrefix(string(ev.Payload), "broken"):
		return errors.New("disk on fire")
	}
	*applied = append(*applied, ev.Seq)
	return nil
}

func TestDriverPolicies(t *testing.T) {
	some := func(seq uint64) postcard.Option[uint64] { return postcard.Some(seq) }
	var none postcard.Option[uint64]
	at := func(folded, applied postcard.Option[uint64]) fold.Watermarks {
		return fold.Watermarks{FoldedThrough: folded, AppliedThrough: applied}
	}
	for _, test := range []struct {
		name    string
		policy  fold.Policy
		start   uint64
		entries string // payloads of consecutive entries; "-" leaves a gap
		marks   fold.Watermarks
		errors  uint64
		halts   bool
	}{
		{"all good", fold.Stop, 0, "ok ok ok", at(some(2), some(2)), 0, false},
		{"nothing", fold.Stop, 0, "", at(none, none), 0, false},
		{"a decode error is skipped and freezes applied", fold.Stop, 0, "ok bad ok ok", at(some(3), some(0)), 1, false},
		{"so it is under the other policy", fold.LogAndContinue, 0, "ok bad ok ok", at(some(3), some(0)), 1, false},
		{"a decode error first", fold.Stop, 0, "bad ok", at(some(1), none), 1, false},
		{"a gap freezes applied", fold.Stop, 0, "ok - ok ok", at(some(3), some(0)), 0, false},
		{"a start that is not there", fold.Stop, 0, "- ok ok", at(some(2), none), 0, false},
		{"a later start", fold.Stop, 1, "- ok ok", at(some(2), some(2)), 0, false},
		{"a broken entry stops", fold.Stop, 0, "ok broken ok", at(some(0), some(0)), 1, true},
		{"a broken entry is skipped", fold.LogAndContinue, 0, "ok broken ok", at(some(2), some(0)), 1, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var applied []uint64
			told := uint64(0)
			d := fold.Driver[[]uint64]{Fold: failing{}, State: &applied, Policy: test.policy, StartSeq: test.start,
				OnError: func(fold.Event, error) { told++ }}
			halted := false
			for seq, payload := range strings.Fields(test.entries) {
				if payload == "-" {
					continue
				}
				err := d.Step(fold.Event{Seq: uint64(seq), Payload: []byte(payload)})
				if halted && err != fold.ErrHalted {
					t.Errorf("goes on after the end: %v", err)
				}
				halted = halted || err != nil
			}
			if diff := cmp.Diff(test.marks, d.Watermarks()); diff != "" {
				t.Error(diff)
			}
			if d.Errors() != test.errors || told != test.errors || halted != test.halts {
				t.Errorf("%d errors, %d told, halted %v", d.Errors(), told, halted)
			}
		})
	}
}

// The largest sequence number is the reference's mark for nothing.
func TestDriverHaltsAtTheLargestSeq(t *testing.T) {
	var applied []uint64
	d := fold.Driver[[]uint64]{Fold: failing{}, State: &applied}
	if err := d.Step(fold.Event{Seq: math.MaxUint64}); err != fold.ErrHalted || len(applied) != 0 {
		t.Errorf("%v, applied %v", err, applied)
	}
}

func TestPolicyNames(t *testing.T) {
	if got := fmt.Sprint(fold.Stop, fold.LogAndContinue, fold.Policy(9)); got != "Stop LogAndContinue Policy(9)" {
		t.Error(got)
	}
}
