package fold_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

// naiveFold is the action fold written down as plainly as it can be, without a
// look at the clever one: the whole history is kept and the end of it returned.
func naiveFold(base []snapshot.FailureRecord, events []fold.Event) []snapshot.FailureRecord {
	length := max(len(base), snapshot.RecentFailuresCapacity)
	all := append([]snapshot.FailureRecord(nil), base...)
	for _, ev := range events {
		r, err := wire.DecodeRecord(ev.Payload)
		if err != nil {
			continue
		}
		f := snapshot.FailureRecord{Source: fmt.Sprintf("action-id:%d:%s", r.ID, r.Kind), RecordedAtMS: r.EmittedAtMS}
		switch d := r.Disposition.(type) {
		case wire.Failed:
			f.Reason = d.Reason
		case wire.Gated:
			f.Reason = fmt.Sprintf("gated (%s)", d.Reason)
			if ms, some := d.CooldownMS.Get(); some {
				f.Reason += fmt.Sprintf("; cooldown %d ms", ms)
			}
		default:
			continue
		}
		all = append(all, f)
	}
	return all[max(len(all)-length, 0):]
}

// randomChain returns a chain in which about one entry in rare is not
// Dispatched, with undecodable entries and gaps in the sequence between.
func randomChain(r *rand.Rand, length, rare int) []fold.Event {
	events := make([]fold.Event, length)
	seq := uint64(r.IntN(3))
	for i := range events {
		var d wire.Disposition = wire.Dispatched{}
		switch r.IntN(4 * rare) {
		case 0, 1:
			d = wire.Failed{Reason: fmt.Sprintf("err %d", i)}
		case 2:
			d = wire.Gated{Reason: "gate", CooldownMS: postcard.Some(uint64(i))}
		case 3:
			d = wire.Gated{Reason: "gate"}
		}
		events[i] = event(seq, uint64(i), "kind", d)
		if r.IntN(40) == 0 {
			events[i] = garbage(seq)
		}
		if seq++; r.IntN(100) == 0 {
			seq += 2
		}
	}
	return events
}

// baseOf returns a snapshot whose ring of failures has the given length.
func baseOf(length int) *snapshot.MeshOsSnapshot {
	base := &snapshot.MeshOsSnapshot{RuntimeEpochID: 7}
	for i := range length {
		base.RecentFailures = append(base.RecentFailures, snapshot.FailureRecord{Source: fmt.Sprintf("base %d", i)})
	}
	return base
}

// eachChain runs a check over chains and bases of many shapes.
func eachChain(t *testing.T, check func(t *testing.T, r *rand.Rand, base *snapshot.MeshOsSnapshot, events []fold.Event)) {
	for _, length := range []int{0, 1, 63, 64, 65, 300, 2000} {
		for _, rare := range []int{1, 3, 50} {
			for _, baseLength := range []int{0, 10, 256, 300} {
				t.Run(fmt.Sprintf("length=%d/rare=%d/base=%d", length, rare, baseLength), func(t *testing.T) {
					r := rand.New(rand.NewPCG(uint64(length), uint64(rare*1000+baseLength)))
					check(t, r, baseOf(baseLength), randomChain(r, length, rare))
				})
			}
		}
	}
}

func TestFoldAgreesWithTheNaiveOne(t *testing.T) {
	eachChain(t, func(t *testing.T, _ *rand.Rand, base *snapshot.MeshOsSnapshot, events []fold.Event) {
		state := *base
		d := fold.Driver[snapshot.MeshOsSnapshot]{Fold: fold.Action(), State: &state}
		for _, ev := range events {
			if err := d.Step(ev); err != nil {
				t.Fatal(err)
			}
		}
		if diff := diffFailures(naiveFold(base.RecentFailures, events), state.RecentFailures); diff != "" {
			t.Error(diff)
		}
	})
}

// timelineOf builds the timeline of a chain, from runs of some length.
func timelineOf(events []fold.Event) fold.Timeline {
	var timeline fold.Timeline
	run := &fold.Pushes{}
	for i, ev := range events {
		_, pushes, err := fold.Action().Pushed(ev.Payload)
		run.Append(err == nil && pushes)
		if i%37 == 36 {
			timeline, run = timeline.With(run), &fold.Pushes{}
		}
	}
	return timeline.With(run)
}

func TestTimelineAgreesWithReplayAtEveryPosition(t *testing.T) {
	eachChain(t, func(t *testing.T, r *rand.Rand, base *snapshot.MeshOsSnapshot, events []fold.Event) {
		timeline := timelineOf(events)
		fetched := 0
		fetch := func(positions []int, visit func(int, []byte) error) error {
			for _, p := range positions {
				fetched++
				if err := visit(p, events[p].Payload); err != nil {
					return err
				}
			}
			return nil
		}
		for range 40 {
			position := r.IntN(len(events) + 1)
			fetched = 0
			state, err := fold.StateAt(fold.Action(), timeline, base, position, fetch)
			if err != nil {
				t.Fatal(err)
			}
			if diff := diffFailures(naiveFold(base.RecentFailures, events[:position]), state.RecentFailures); diff != "" {
				t.Fatalf("position %d: %s", position, diff)
			}
			if state.RuntimeEpochID != base.RuntimeEpochID {
				t.Error("the rest of the base is lost")
			}
			if most := max(256, len(base.RecentFailures)); fetched > most {
				t.Errorf("%d entries read for a ring of %d", fetched, most)
			}
		}
	})
}

// Split a chain anywhere, fold the parts apart, merge: the same state, counts
// and watermarks as in one go.
func TestMergedRangesAgreeWithTheWhole(t *testing.T) {
	eachChain(t, func(t *testing.T, r *rand.Rand, base *snapshot.MeshOsSnapshot, events []fold.Event) {
		f := fold.Action()
		foldRange := func(first, end int) fold.Range[snapshot.FailureRecord] {
			part := fold.NewRange(f, base, first)
			for _, ev := range events[first:end] {
				_ = fold.AddTo(&part, f, ev) // decode errors are counted
			}
			// It travels.
			b, err := json.Marshal(part)
			if err != nil {
				t.Fatal(err)
			}
			var told fold.Range[snapshot.FailureRecord]
			if err := json.Unmarshal(b, &told); err != nil {
				t.Fatal(err)
			}
			return told
		}
		whole := foldRange(0, len(events))
		want := naiveFold(base.RecentFailures, events)
		for range 20 {
			cuts := []int{0, len(events)}
			for range r.IntN(6) {
				cuts = append(cuts, r.IntN(len(events)+1))
			}
			slices.Sort(cuts)
			var parts []fold.Range[snapshot.FailureRecord]
			for i := range cuts[1:] {
				parts = append(parts, foldRange(cuts[i], cuts[i+1]))
			}
			for len(parts) > 1 {
				i := r.IntN(len(parts) - 1)
				before := fmt.Sprint(parts[i], parts[i+1])
				merged, err := fold.Merge(parts[i], parts[i+1])
				if err != nil {
					t.Fatal(err)
				}
				if after := fmt.Sprint(parts[i], parts[i+1]); after != before {
					t.Fatalf("merging changes a range from %s to %s", before, after)
				}
				parts = slices.Replace(parts, i, i+2, merged)
			}
			merged := parts[0]
			if diff := diffFailures(want, fold.Onto(&merged, f, base).RecentFailures); diff != "" {
				t.Fatalf("cut at %v: %s", cuts, diff)
			}
			if merged.Entries() != whole.Entries() || merged.Errors != whole.Errors || merged.Marks != whole.Marks || merged.Frozen != whole.Frozen {
				t.Fatalf("cut at %v: %+v, whole %+v", cuts, merged.Marks, whole.Marks)
			}
		}
	})
}

// A number that comes again, or goes back, freezes AppliedThrough for good, in a driver as
// in ranges.
func TestMarksAreThoseOfADriver(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	f := fold.Action()
	base := &snapshot.MeshOsSnapshot{}
	for range 2000 {
		seq := uint64(r.IntN(3))
		d := fold.Driver[snapshot.MeshOsSnapshot]{Fold: f, State: &snapshot.MeshOsSnapshot{}, StartSeq: seq}
		merged := fold.NewRange(f, base, 0)
		next := merged
		for range 1 + r.IntN(12) {
			ev := event(seq, seq, "k", wire.Dispatched{})
			if r.IntN(12) == 0 {
				ev = garbage(seq)
			}
			if err := d.Step(ev); err != nil {
				t.Fatal(err)
			}
			_ = fold.AddTo(&next, f, ev)
			if r.IntN(3) == 0 {
				var err error
				if merged, err = fold.Merge(merged, next); err != nil {
					t.Fatal(err)
				}
				next = fold.NewRange(f, base, next.End)
			}
			switch r.IntN(12) {
			case 0: // the same number again
			case 1:
				seq += 2
			case 2:
				seq -= min(seq, 1)
			default:
				seq++
			}
		}
		merged, err := fold.Merge(merged, next)
		if err != nil || merged.Marks != d.Watermarks() {
			t.Fatalf("%v: ranges %+v, driver %+v", err, merged.Marks, d.Watermarks())
		}
	}
}

func TestOnlyAdjacentRangesMerge(t *testing.T) {
	f := fold.Action()
	at := func(first, n int) fold.Range[snapshot.FailureRecord] {
		part := fold.NewRange(f, &snapshot.MeshOsSnapshot{}, first)
		for i := range n {
			_ = fold.AddTo(&part, f, event(uint64(first+i), 1, "k", wire.Failed{}))
		}
		return part
	}
	for _, pair := range [][2]fold.Range[snapshot.FailureRecord]{{at(0, 3), at(4, 1)}, {at(0, 3), at(2, 2)}, {at(0, 3), at(0, 3)}, {at(5, 1), at(0, 5)}} {
		if _, err := fold.Merge(pair[0], pair[1]); err == nil {
			t.Errorf("ranges up to %d and from %d on merge", pair[0].End, pair[1].First)
		}
	}
}

// A fold onto a ring of a state of one's own.
func TestRingOfOnesOwn(t *testing.T) {
	type state struct{ Last []int }
	f := fold.RingFold[state, int]{
		Record: "Number", Capacity: 3,
		Decode: func(payload []byte) (int, bool, error) {
			if len(payload) == 0 {
				return 0, false, errors.New("empty")
			}
			return int(payload[0]), payload[0]%2 == 1, nil
		},
		Ring: func(s *state) *[]int { return &s.Last },
	}
	var s state
	d := fold.Driver[state]{Fold: f, State: &s}
	for i := range 20 {
		if err := d.Step(fold.Event{Seq: uint64(i), Payload: []byte{byte(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(s.Last, []int{15, 17, 19}) {
		t.Error(s.Last)
	}
	if err := d.Step(fold.Event{Seq: 20}); err != nil || d.Errors() != 1 {
		t.Error(err, d.Errors())
	}
}

// A published snapshot stays as it was while the fold goes on.
func TestFoldLeavesPublishedRingsAlone(t *testing.T) {
	var state snapshot.MeshOsSnapshot
	var published []snapshot.MeshOsSnapshot
	for i := range uint64(1000) {
		if err := fold.Action().Apply(event(i, i, "k", wire.Failed{}), &state); err != nil {
			t.Fatal(err)
		}
		published = append(published, state)
	}
	for i, s := range published {
		want := fmt.Sprintf("action-id:%d:k", i)
		if got := s.RecentFailures[len(s.RecentFailures)-1].Source; got != want {
			t.Fatalf("snapshot %d ends with %s", i, got)
		}
	}
}

// diffFailures is empty if both rings are alike.
func diffFailures(want, got []snapshot.FailureRecord) string {
	if slices.Equal(want, got) {
		return ""
	}
	return cmp.Diff(want, got)
}

func BenchmarkStateAt(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	events := randomChain(r, 1_000_000, 3)
	timeline := timelineOf(events)
	base := &snapshot.MeshOsSnapshot{}
	fetch := func(positions []int, visit func(int, []byte) error) error {
		for _, p := range positions {
			if err := visit(p, events[p].Payload); err != nil {
				return err
			}
		}
		return nil
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fold.StateAt(fold.Action(), timeline, base, r.IntN(len(events)), fetch); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPushesAppend(b *testing.B) {
	var run fold.Pushes
	for i := 0; b.Loop(); i++ {
		run.Append(i%4 == 0)
	}
}
