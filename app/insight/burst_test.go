package insight

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// failing makes actions fail at a pace, until a time.
func (s *script) failing(from, to, perSec float64, reason string) {
	for t := from; t < to; t += 1 / perSec {
		s.act(sec(t), s.newID(), wire.KindPullReplica, wire.Failed{Reason: reason, RetryAfterMS: postcard.Some(uint64(100))})
	}
}

func TestBursts(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *script)
		want []string
	}{
		"one": {func(s *script) { s.calm(0, 600, 2); s.failing(600, 700, 5, "disk full"); s.calm(700, 1200, 2) },
			[]string{"16:10:00.000 to 16:11:39.800, 500 failures"}},
		"most of the chain": {func(s *script) { s.calm(0, 200, 2); s.failing(200, 700, 5, "disk full"); s.calm(700, 800, 2) },
			[]string{"16:03:20.000 to 16:11:39.800, 2500 failures"}},
		"with a lull": {func(s *script) {
			s.calm(0, 600, 2)
			s.failing(600, 650, 5, "disk full")
			s.calm(650, 665, 2)
			s.failing(670, 700, 5, "disk full")
			s.calm(700, 1200, 2)
		}, []string{"16:10:00.000 to 16:11:39.800, 400 failures"}},
		"two": {func(s *script) {
			for _, at := range []float64{0, 900} {
				s.calm(at, at+600, 2)
				s.failing(at+600, at+640, 5, "disk full")
				s.calm(at+640, at+900, 2)
			}
		}, []string{"16:10:00.000 to 16:10:39.800, 200 failures", "16:25:00.000 to 16:25:39.800, 200 failures"}},
		"too small":    {func(s *script) { s.calm(0, 600, 2); s.failing(600, 605, 5, "disk full"); s.calm(605, 1200, 2) }, nil},
		"always fails": {func(s *script) { s.failing(0, 1200, 5, "disk full") }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 2)
			c.play(s)
			var got []string
			for _, f := range by(analyse(t, s.actions), RuleBurst, "n") {
				got = append(got, fmt.Sprintf("%s to %s, %d failures", clock(f.FirstTimeNS), clock(f.LastTimeNS), f.Count))
				if !strings.Contains(f.Title.String(), `"disk full"`) {
					t.Errorf("the title does not name the reason: %s", f.Title.String())
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A spell that reaches several nodes says where it began; one an hour later is
// another spell.
func TestSpells(t *testing.T) {
	var chains []Chain
	for i, begins := range []float64{660, 600, 4600} {
		s := newScript(fmt.Sprintf("n%d", i+1), uint64(i))
		s.calm(0, begins, 1)
		s.failing(begins, begins+100, 5, "disk full")
		s.calm(begins+100, 5000, 1)
		chains = append(chains, s.actions)
	}
	found := by(analyse(t, chains...), RuleBurst, "")
	if len(found) != 2 {
		t.Fatalf("%d bursts, want one for each spell: %+v", len(found), found)
	}
	var lines []string
	for _, r := range found[0].Related {
		lines = append(lines, r.What.String())
	}
	want := []string{"n2: 500 failures from 16:10:00.000 to 16:11:39.800", "n1: 500 failures from 16:11:00.000 to 16:12:39.800, 1m0s later"}
	if f := found[0]; f.Node != "n2" || f.Count != 1000 || !strings.HasPrefix(f.Title.String(), "Failures burst on 2 nodes, first on n2") ||
		!strings.HasSuffix(f.Detail.String(), "It began on n2, 1m0s before n1.") || !slices.Equal(lines, want) {
		t.Errorf("%s\n%s\n%q", f.Title.String(), f.Detail.String(), lines)
	}
	if f := found[1]; f.Node != "n3" || strings.Contains(f.Detail.String(), "It began") || len(f.Related) != 1 {
		t.Errorf("n3: %s", f.Detail.String())
	}
}

// Where there is no action chain, the failures chain shows the burst.
func TestBurstOfLiveFailures(t *testing.T) {
	s := newScript("n", 1)
	for i := range 400 {
		s.live(sec(float64(i)*3), "kill-migration:1", "stuck")
		if i > 200 && i < 230 {
			for range 20 {
				s.live(sec(float64(i)*3+1), "kill-migration:1", "stuck")
			}
		}
	}
	one(t, analyse(t, s.failures), RuleBurst, "n")
}

// Counts stay whole when the steps grow, and when times go anywhere.
func TestRatesAreBounded(t *testing.T) {
	x := newRates()
	random := newScript("n", 9).random
	const rows = 300_000
	r := run{timeNS: make([]uint64, 1), class: make([]uint16, 1), notes: []classNote{{flags: classFailed, marked: 1}}, room: new([runRows]uint16)}
	r.mark()
	for i := range rows {
		r.first, r.timeNS[0] = i, uint64(i)*stepNS
		if i%1000 == 0 {
			r.timeNS[0] = random.Uint64()
		}
		x.rows(&r)
	}
	total := 0
	for i, s := range x.steps {
		total += s.failed
		if i > 0 && s.startNS <= x.steps[i-1].startNS {
			t.Fatalf("step %d is not after the one before", i)
		}
	}
	if total != rows || len(x.steps) > maxSteps {
		t.Errorf("%d failures in %d steps", total, len(x.steps))
	}
	failed, _ := x.between(0, ^uint64(0))
	if failed < rows-1000 {
		t.Errorf("%d failures in all of time", failed)
	}
}
