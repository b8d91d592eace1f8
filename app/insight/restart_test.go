package insight

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
	"chainglass/wire"
)

// upTo returns the numbers from first to last.
func upTo(first, last uint64) []uint64 {
	var n []uint64
	for v := first; v <= last; v++ {
		n = append(n, v)
	}
	return n
}

// jumbled returns numbers that have been shuffled within runs of a length.
func jumbled(numbers []uint64, length int) []uint64 {
	random := rand.New(rand.NewPCG(1, 2))
	for run := range slices.Chunk(numbers, length) {
		random.Shuffle(len(run), func(i, j int) { run[i], run[j] = run[j], run[i] })
	}
	return numbers
}

// retried returns action ids of which every third comes back some rows later.
func retried(last uint64) []uint64 {
	var n []uint64
	for id := uint64(1); id <= last; id++ {
		n = append(n, id)
		if id%3 == 0 && id > 60 {
			n = append(n, id-60)
		}
	}
	return n
}

func TestFalls(t *testing.T) {
	const action, log, failure = wire.ChainAction, wire.ChainLog, wire.ChainFailure
	for name, c := range map[string]struct {
		kind    wire.ChainKind
		numbers [][]uint64
		want    []int
	}{
		"counts up":                         {action, [][]uint64{upTo(1, 500)}, nil},
		"ids come back":                     {action, [][]uint64{retried(500)}, nil},
		"begins again":                      {action, [][]uint64{upTo(1, 100), upTo(1, 100)}, []int{100}},
		"begins again after retries":        {action, [][]uint64{retried(500), retried(300)}, []int{646}},
		"ends with old ids tried again":     {action, [][]uint64{upTo(1, 400), {350, 351, 350}, upTo(1, 90)}, []int{403}},
		"three processes":                   {action, [][]uint64{upTo(1, 90), upTo(1, 80), upTo(1, 70)}, []int{90, 170}},
		"only three rows of the new one":    {action, [][]uint64{upTo(1, 100), upTo(1, 3)}, []int{100}},
		"too few rows to tell":              {action, [][]uint64{upTo(1, 100), {1, 2}}, nil},
		"short process, same ids":           {action, [][]uint64{upTo(1, 20), upTo(1, 100)}, nil},
		"first rows of the new one lost":    {action, [][]uint64{upTo(1, 900), upTo(60, 200)}, []int{900}},
		"falls, but not to the start":       {action, [][]uint64{upTo(5000, 6000), upTo(3000, 4000)}, nil},
		"no order at all":                   {action, [][]uint64{jumbled(upTo(1, 1000), 1000)}, nil},
		"live failures in disorder":         {failure, [][]uint64{jumbled(upTo(1, 600), 90)}, nil},
		"live failures begin again":         {failure, [][]uint64{jumbled(upTo(1, 600), 90), jumbled(upTo(1, 300), 90)}, []int{600}},
		"log begins again":                  {log, [][]uint64{upTo(1, 50), upTo(1, 50)}, []int{50}},
		"log of a short process":            {log, [][]uint64{upTo(1, 3), upTo(1, 2), upTo(1, 9)}, []int{3, 5}},
		"log of one row each":               {log, [][]uint64{{1}, {1}, {1, 2, 3}}, []int{1, 2}},
		"log, head removed":                 {log, [][]uint64{upTo(500, 520), {1}}, []int{21}},
		"log, neighbours swapped":           {log, [][]uint64{{2, 1, 4, 3, 6, 5}}, nil},
		"log, a number appended late":       {log, [][]uint64{upTo(2, 7), {1}, upTo(8, 20)}, nil},
		"log, a 1 that does not count up":   {log, [][]uint64{upTo(1, 5), {1}, upTo(6, 20)}, nil},
		"second 1 in the same millisecond":  {log, [][]uint64{{1}}, nil},
		"many rows, restart at a round one": {action, [][]uint64{upTo(1, 4096), upTo(1, 4096)}, []int{4096}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFallWatch(c.kind)
			for i, n := range slices.Concat(c.numbers...) {
				w.rows(&run{first: i, id: []uint64{n}, timeNS: []uint64{sec(float64(i))}, timeMS: []uint64{sec(float64(i)) / nanosPerMilli}})
			}
			w.finish()
			var got []int
			for _, f := range w.falls {
				got = append(got, f.after.position)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An entry that was written twice is no restart: it says the same time twice.
func TestEntryTwiceIsNoRestart(t *testing.T) {
	w := newFallWatch(wire.ChainAudit)
	for i, n := range []uint64{1, 2, 1, 2, 3} {
		w.rows(&run{first: i, id: []uint64{n}, timeNS: []uint64{0}, timeMS: []uint64{1000 * n}})
	}
	w.finish()
	if len(w.falls) > 0 {
		t.Error(w.falls)
	}
}

// Chains that tell of one restart make one finding, in the span that they agree
// on; a chain that ends with the old process narrows it.
func TestOneRestartOfManyChains(t *testing.T) {
	thaw, accepted := snapshot.AdminEvent{Kind: snapshot.EventThawCluster}, snapshot.VerificationOutcome{}
	s := newScript("n", 1)
	s.command(sec(10), 1, thaw, accepted)
	s.calm(0, 300, 2)
	s.live(sec(303), "kill-migration:5", "stuck")
	s.restart()
	s.calm(320, 600, 2)
	s.command(sec(400), 1, thaw, accepted)

	findings := analyse(t, s.actions, s.audit, s.logs, s.failures.until(sec(310)))
	f := one(t, findings, RuleRestart, "n")
	if f.Confidence != Certain || f.FirstTimeNS != sec(303) || f.LastTimeNS != sec(320) || f.Chain != s.actions.id {
		t.Errorf("%s from %s to %s: %s", f.Confidence, clock(f.FirstTimeNS), clock(f.LastTimeNS), f.Detail.String())
	}
	if len(f.Related) != 6 {
		t.Errorf("leads to %d rows, want two of each of three chains: %v", len(f.Related), f.Related)
	}
}

func TestTwoRestarts(t *testing.T) {
	s := newScript("n", 1)
	for i := range 3 {
		s.restart()
		s.calm(float64(i)*400, float64(i)*400+300, 2)
	}
	found := by(analyse(t, s.chains()...), RuleRestart, "n")
	if len(found) != 2 || found[0].Confidence != Certain || found[0].LastTimeNS > found[1].FirstTimeNS {
		t.Errorf("%+v", found)
	}
}

// A node that cannot stay up has more restarts than one wants to read.
func TestRestartsWithoutEnd(t *testing.T) {
	s := newScript("n", 1)
	for i := range 50 {
		s.restart()
		for j := range 5 {
			s.log(sec(float64(i*60+j)), "starting")
		}
	}
	found := by(analyse(t, s.logs), RuleRestart, "n")
	last := found[len(found)-1]
	if len(found) != maxPerRule+1 || last.Count != 49-maxPerRule || !strings.Contains(last.Title.String(), "29 more times") {
		t.Errorf("%d findings, the last: %+v", len(found), last)
	}
}

// A chain that did not see the restart is divided in the middle of its span.
func TestProcessOfAChainThatDidNotSee(t *testing.T) {
	s := newScript("n", 1)
	s.calm(0, 300, 2)
	s.live(sec(301), "kill-migration:1", "late")
	s.restart()
	s.live(sec(319), "kill-migration:2", "early")
	s.calm(320, 600, 2)
	n := &node{name: "n"}
	for _, c := range s.chains() {
		subject := newSubject(c)
		subject.node = n
		n.subjects = append(n.subjects, subject)
	}
	n.findRestarts()
	begins := n.of(wire.ChainFailure)[0].processes()
	for position := range s.failures.rows {
		want := 0
		if s.failures.rows[position].TimeNS > sec(310) {
			want = 1
		}
		if got := process(begins, position); got != want {
			t.Errorf("row %d at %s is of process %d, want %d", position, clock(s.failures.rows[position].TimeNS), got, want)
		}
	}
}
