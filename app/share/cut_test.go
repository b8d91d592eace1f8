package share

import (
	"bytes"
	"context"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/source"
	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

// window is a spec for three minutes of the incident.
func window() engine.PackSpec {
	const first = 1_779_466_080_000_000_000 // 16:08
	return engine.PackSpec{FromNS: postcard.Some(uint64(first)), ToNS: postcard.Some(uint64(first + 180_000_000_000))}
}

// openShared opens what was shared.
func openShared(t *testing.T, s Shared) *engine.Engine {
	t.Helper()
	e := engine.New(engine.Options{})
	opened, err := e.Open(context.Background(), "", source.OneFile("x.chain", s.Export, s.Export.Size()), nil)
	if err != nil || len(opened.Problems) > 1 {
		t.Fatal(err, opened.Problems)
	}
	return e
}

// A redacted view of some minutes has the states of these minutes: rings as long,
// with the same outcomes in the same order, from as far into the source.
func TestARedactedWindowHasItsStates(t *testing.T) {
	e, _ := open(t)
	plain, _ := share(t, e, Spec{Pack: window(), NoReport: true})
	for _, o := range []redact.Options{{}, {Texts: redact.TextDrop}, {ShiftTimes: true}} {
		hidden, file := share(t, e, Spec{Pack: window(), NoReport: true, Redact: &o})
		seen, shown := openShared(t, plain), openShared(t, hidden)
		originals := seen.Chains()
		longest := 0
		for i, c := range shown.Chains() {
			if c.Cut != originals[i].Cut || c.Cut.Kind != engine.CutRun || file.Chains()[i].Base == nil {
				t.Errorf("%s: %+v, and %+v before", c.Name(), c.Cut, originals[i].Cut)
			}
			for _, position := range []int{0, c.Entries / 2, c.Entries} {
				want, err := seen.State(context.Background(), originals[i].ID, position)
				if err != nil {
					t.Fatal(err)
				}
				got, err := shown.State(context.Background(), c.ID, position)
				if err != nil {
					t.Fatal(err)
				}
				if got, want := shape(&got, o.ShiftTimes), shape(&want, o.ShiftTimes); !bytes.Equal(got, want) {
					t.Errorf("%+v: %s at %d: another state", o, c.Name(), position)
				}
				if position == 0 {
					longest = max(longest, len(got.Snapshot.LogRing))
				}
			}
		}
		if longest < 100 {
			t.Errorf("the longest log ring at the start has %d lines", longest)
		}
	}
}

// shape is what of a state does not depend on names, texts and, if they were
// moved, times.
func shape(s *engine.State, moved bool) []byte {
	var out snapshot.MeshOsSnapshot
	time := func(ms uint64) uint64 {
		if moved {
			return 0
		}
		return ms
	}
	for _, list := range [][]snapshot.FailureRecord{s.Snapshot.RecentFailures, s.LiveFailures} {
		for _, f := range list {
			out.RecentFailures = append(out.RecentFailures, snapshot.FailureRecord{RecordedAtMS: time(f.RecordedAtMS)})
		}
	}
	for _, l := range s.Snapshot.LogRing {
		out.LogRing = append(out.LogRing, snapshot.LogRecord{TSMS: time(l.TSMS), Level: l.Level})
	}
	for _, a := range s.Snapshot.AdminAudit {
		out.AdminAudit = append(out.AdminAudit, snapshot.AdminAuditRecord{CommittedAtMS: time(a.CommittedAtMS), Outcome: snapshot.VerificationOutcome{Kind: a.Outcome.Kind}})
	}
	return out.AppendPostcard(nil)
}
