package snapshot

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/postcard"
)

// The vocabulary: changes as lines, rings made of numbered failures.

func lines(changes []Change) []string {
	var ls []string
	for _, c := range changes {
		ls = append(ls, fmt.Sprintf("%s %v %s -> %s", c.Path, c.Op, c.Before, c.After))
	}
	return ls
}

func paths(changes []Change) []string {
	var ps []string
	for _, c := range changes {
		ps = append(ps, c.Path+" "+c.Op.String())
	}
	return ps
}

func fails(seqs ...uint64) (ring []FailureRecord) {
	for _, seq := range seqs {
		ring = append(ring, FailureRecord{Seq: seq, Source: "s", Reason: "r", RecordedAtMS: 1})
	}
	return ring
}

func upTo(first, last uint64) (seqs []uint64) {
	for ; first <= last; first++ {
		seqs = append(seqs, first)
	}
	return seqs
}

func TestDiffOfFields(t *testing.T) {
	a, b := rich(), rich()
	d := b.Daemons[1]
	d.RestartState, d.AgeMS = RestartStateSnapshot{RestartCrashLooping, 9}, 1300
	b.Daemons[1] = d
	b.Daemons[3] = b.Daemons[2]
	delete(b.Daemons, 2)
	b.LocalMaintenance = MaintenanceStateSnapshot{}
	b.RecentlyEmitted = []PendingActionSnapshot{{2, "stop_daemon", 0}, {1, "start_daemon", 250}}
	b.FreezeRemainingMS = postcard.None[uint64]()
	b.InFlightMigrations[0].Phase = PhaseComplete
	b.RuntimeEpochID = 1
	want := []string{
		`daemons[1].restart_state changed {"BackingOff":{"until_ms":5}} -> {"CrashLooping":{"until_ms":9}}`,
		`daemons[1].age_ms changed 1234 -> 1300`,
		`daemons[2] went {"name":"","lifecycle":"Stopped","health":"Healthy","saturation":0.0,"restart_state":"Idle","placement":0,"age_ms":0} -> `,
		`daemons[3] appeared  -> {"name":"","lifecycle":"Stopped","health":"Healthy","saturation":0.0,"restart_state":"Idle","placement":0,"age_ms":0}`,
		`local_maintenance changed {"EnteringMaintenance":{"since_ms":1,"deadline_remaining_ms":60000}} -> "Active"`,
		`recently_emitted[2] appeared  -> {"id":2,"kind":"stop_daemon","age_ms":0}`,
		`recently_emitted[1].age_ms changed 0 -> 250`,
		`freeze_remaining_ms changed 30000 -> null`,
		`in_flight_migrations[5].phase changed "Replay" -> "Complete"`,
		`runtime_epoch_id changed 18446744073709551615 -> 1`,
	}
	if diff := cmp.Diff(want, lines(Diff(&a, &b))); diff != "" {
		t.Error(diff)
	}
}

func TestDiffOfRings(t *testing.T) {
	tests := []struct {
		name string
		a, b []FailureRecord
		want []string
	}{
		{"same", fails(1, 2, 3), fails(1, 2, 3), nil},
		{"grew", fails(1, 2), fails(1, 2, 3, 4), []string{"[2] appeared", "[3] appeared"}},
		{"moved on", fails(upTo(1, 256)...), fails(upTo(3, 258)...), []string{"[0] went", "[1] went", "[254] appeared", "[255] appeared"}},
		{"moved back", fails(3, 4, 5), fails(1, 2, 3), []string{"[0] appeared", "[1] appeared", "[1] went", "[2] went"}},
		{"replaced", fails(1, 2), fails(3), []string{"[0] went", "[1] went", "[0] appeared"}},
		{"emptied", fails(1), nil, []string{"[0] went"}},
		{"filled", nil, fails(1), []string{"[0] appeared"}},
		{"equal records", fails(7, 7, 7), fails(7, 7, 7, 7), []string{"[3] appeared"}},
		{"repeating records", fails(7, 8, 7, 8), fails(7, 8, 7), []string{"[3] went"}},
		{"one in the middle", fails(1, 2, 3, 1), fails(1, 9, 3, 1), []string{"[1] went", "[1] appeared"}},
	}
	for _, tt := range tests {
		a, b := MeshOsSnapshot{RecentFailures: tt.a}, MeshOsSnapshot{RecentFailures: tt.b}
		var want []string
		for _, w := range tt.want {
			want = append(want, "recent_failures"+w)
		}
		if diff := cmp.Diff(want, paths(Diff(&a, &b))); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// A record whose chain_pending was set late is still the same record.
func TestDiffSeesChainPending(t *testing.T) {
	log := func(pending bool, seqs ...uint64) (ring []LogRecord) {
		for _, seq := range seqs {
			ring = append(ring, LogRecord{Seq: seq, ChainPending: pending && seq == 2})
		}
		return ring
	}
	audits := func(pending bool) []AdminAuditRecord {
		return []AdminAuditRecord{{Seq: 1, Event: AdminEvent{Kind: EventDropReplicas, Chains: []uint64{1}}, ChainPending: pending}}
	}
	a := MeshOsSnapshot{LogRing: log(false, 1, 2), AdminAudit: audits(false)}
	b := MeshOsSnapshot{LogRing: log(true, 2, 3), AdminAudit: audits(true)}
	want := []string{
		"admin_audit[0].chain_pending changed", "log_ring[0] went", "log_ring[1].chain_pending changed", "log_ring[1] appeared",
	}
	if diff := cmp.Diff(want, paths(Diff(&a, &b))); diff != "" {
		t.Error(diff)
	}
}

// suffixPrefix agrees with trying every length.
func TestOverlapAgreesWithTryingAll(t *testing.T) {
	same := func(x, y *int) bool { return *x == *y }
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		a, b := make([]int, random.IntN(9)), make([]int, random.IntN(9))
		for i := range a {
			a[i] = random.IntN(2)
		}
		for i := range b {
			b[i] = random.IntN(2)
		}
		want := min(len(a), len(b))
		for !slices.Equal(a[len(a)-want:], b[:want]) {
			want--
		}
		if got := suffixPrefix(a, b, same); got != want {
			t.Fatalf("%v %v: %d, want %d", a, b, got, want)
		}
	}
}

// Properties over all pairs of neighbouring vectors: a snapshot does not differ
// from itself, the diff is the same each time, the way back has the opposite
// changes.
func TestDiffProperties(t *testing.T) {
	var all []MeshOsSnapshot
	for _, v := range vectors(t, snapshotCodec.file) {
		all = append(all, must(DecodeMeshOsSnapshot(v.bytes(t))))
	}
	for i := range all {
		a, b := &all[i], &all[(i+1)%len(all)]
		if self := Diff(a, a); len(self) != 0 {
			t.Fatalf("line %d differs from itself: %v", i+1, lines(self))
		}
		there, again, back := Diff(a, b), Diff(a, b), Diff(b, a)
		if diff := cmp.Diff(there, again); diff != "" {
			t.Fatalf("line %d: %s", i+1, diff)
		}
		counts := map[ChangeOp]int{}
		for _, c := range there {
			counts[c.Op]++
			if c.Before == c.After || (c.Op == Appeared) != (c.Before == "") || (c.Op == Went) != (c.After == "") {
				t.Fatalf("line %d: %+v", i+1, c)
			}
		}
		for _, c := range back {
			counts[Went-c.Op]--
		}
		if counts[Appeared] != 0 || counts[Changed] != 0 || counts[Went] != 0 {
			t.Fatalf("line %d: there and back differ: %v", i+1, counts)
		}
	}
}
