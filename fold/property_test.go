package fold_test

import (
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
		_, pushes, err := fold.Action().Decode(ev.Payload)
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
		foldRange := func(events []fold.Event) fold.Range[snapshot.FailureRecord] {
			part := fold.NewRange(f, base)
			for _, ev := range events {
				part.Add(f, ev) // decode errors are counted
			}
			return part
		}
		whole := foldRange(events)
		want := naiveFold(base.RecentFailures, events)
		for range 20 {
			i, j := r.IntN(len(events)+1), r.IntN(len(events)+1)
			i, j = min(i, j), max(i, j)
			a, b, c := foldRange(events[:i]), foldRange(events[i:j]), foldRange(events[j:])
			merged := fold.Merge(fold.Merge(a, b), c)
			if diff := diffFailures(want, merged.Onto(f, base).RecentFailures); diff != "" {
				t.Fatalf("split at %d and %d: %s", i, j, diff)
			}
			if merged.Entries != whole.Entries || merged.Errors != whole.Errors || merged.Marks != whole.Marks {
				t.Fatalf("split at %d and %d: %+v, whole %+v", i, j, merged.Marks, whole.Marks)
			}
		}
	})
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
