package insight

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/message"
)

// What comes first is what one wants to see first, and every finding says by
// which rule it is and can be known again.
func TestFindingsAreWhole(t *testing.T) {
	chains := incident(t)
	findings := analyse(t, chains...)
	keys := map[string]bool{}
	for i, f := range findings {
		if f.By == "" || f.Title.Empty() || f.Key == "" || keys[f.Key] {
			t.Errorf("not whole: %+v", f)
		}
		keys[f.Key] = true
		if i > 0 && f.Rank > findings[i-1].Rank {
			t.Errorf("%s has rank %d after %d", f.Key, f.Rank, findings[i-1].Rank)
		}
		for _, ref := range append(f.Related, Ref{Chain: f.Chain, Position: f.First, What: message.New("first")}, Ref{Chain: f.Chain, Position: f.Last, What: message.New("last")}) {
			at := slices.IndexFunc(chains, func(c Chain) bool { return c.ID() == ref.Chain })
			if at < 0 || ref.Position < 0 || ref.Position >= chains[at].Len() || ref.What.Empty() {
				t.Errorf("%s leads to %+v", f.Key, ref)
			}
		}
	}
	if diff := cmp.Diff(findings, analyse(t, chains...)); diff != "" {
		t.Error("a second look finds something else:", diff)
	}
}

// Analyse lets others in, and stops soon.
func TestAnalyseStops(t *testing.T) {
	chains := incident(t)
	paces := 0
	if _, err := Analyse(t.Context(), chains, func() { paces++ }); err != nil || paces < len(chains)/4 {
		t.Errorf("%d paces, %v", paces, err)
	}
	for stopAt := 1; stopAt < paces; stopAt++ {
		ctx, cancel := context.WithCancel(t.Context())
		left := stopAt
		_, err := Analyse(ctx, chains, func() {
			if left--; left == 0 {
				cancel()
			}
			if left < 0 {
				t.Fatal("goes on after it was stopped")
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped at pace %d: %v", stopAt, err)
		}
	}
}

// brokenChain cannot be read.
type brokenChain struct{ *memoryChain }

var errBroken = errors.New("the file is gone")

func (brokenChain) Payloads([]int, func(int, []byte) error) error { return errBroken }

func TestPayloadsThatCannotBeRead(t *testing.T) {
	s := newScript("n", 1)
	s.command(sec(3), 1, snapshot.AdminEvent{Kind: snapshot.EventThawCluster}, snapshot.VerificationOutcome{})
	if _, err := Analyse(t.Context(), []Chain{brokenChain{s.audit}}, func() {}); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

func TestPanics(t *testing.T) {
	s := newScript("n", 1)
	for i := range uint64(25) {
		s.act(sec(float64(i)), i+1, wire.KindStopDaemon, forGood("dispatcher panicked"))
	}
	s.act(sec(30), 30, wire.KindStopDaemon, gate(5))
	found := by(analyse(t, s.chains()...), RulePanic, "n")
	last := found[len(found)-1]
	if len(found) != maxPerRule || last.Count != 6 || last.Last != 24 || !strings.Contains(last.Detail.String(), "5 more panics follow") {
		t.Errorf("%d findings, the last: %+v", len(found), last)
	}
}

func TestFirstOccurrences(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *script)
		want string
	}{
		"from the middle on": {func(s *script) {
			for i := range 60 {
				s.log(sec(500+float64(i)*11), "disk 3 is slow")
			}
		}, `"disk # is slow" from 16:08:20.000 on, 60 times.`},
		"for a minute": {func(s *script) {
			for i := range 6 {
				s.log(sec(900+float64(i)*11), "disk 3 is slow")
			}
		}, `"disk # is slow" from 16:15:00.000 on, 6 times.`},
		"once": {func(s *script) { s.log(sec(900), "disk 3 is slow") }, ""},
		"now and then": {func(s *script) {
			for i := range 6 {
				s.log(sec(150+float64(i)*180), "disk 3 is slow")
			}
		}, ""},
		"at once": {func(s *script) {
			for i := range 50 {
				s.log(sec(900+float64(i)/10), "disk 3 is slow")
			}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 6)
			s.calm(0, 1200, 2)
			c.play(s)
			slices.SortStableFunc(s.logs.rows, func(a, b Row) int { return compare(a.TimeNS, b.TimeNS) })
			got := ""
			for _, f := range by(analyse(t, s.logs), RuleFirst, "n") {
				got += f.Detail.String()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	a, b := newScript("a", 1), newScript("b", 2)
	a.failing(10, 20, 1, "disk 3 full")
	b.failing(5, 8, 1, "disk 4 full")
	b.failing(8, 30, 1, "gone")
	groups, err := Groups(t.Context(), b.actions, func() {})
	if err != nil || len(groups) != 2 || groups[0].Template != "gone" || groups[0].Count != 22 || groups[1].Last.Position != 2 {
		t.Errorf("%v %+v", err, groups)
	}
	groups, err = GroupsBetween(t.Context(), []Chain{a.actions, b.actions}, sec(6), sec(15), func() {})
	want := []Group{
		{Template: "disk # full", Count: 7, First: Ref{Chain: 1, Position: 1}, Last: Ref{Chain: 1, Position: 4}, FirstTimeNS: sec(6), LastTimeNS: sec(14),
			Nodes: []NodeShare{{"b", 2, Ref{Chain: 1, Position: 1}, sec(6)}, {"a", 5, Ref{Chain: 1, Position: 0}, sec(10)}}},
		{Template: "gone", Count: 7, First: Ref{Chain: 1, Position: 3}, Last: Ref{Chain: 1, Position: 9}, FirstTimeNS: sec(8), LastTimeNS: sec(14),
			Nodes: []NodeShare{{"b", 7, Ref{Chain: 1, Position: 3}, sec(8)}}},
	}
	if diff := cmp.Diff(want, groups); diff != "" || err != nil {
		t.Error(err, diff)
	}
	asked := FailureChains(append(a.chains(), b.logs, b.failures))
	if len(asked) != 2 || asked[0] != Chain(a.actions) || asked[1] != Chain(b.failures) {
		t.Errorf("asks %v", asked)
	}
}

// FuzzAnalyse makes chains of anything: no rule may fall over what an index can
// hold, and what findings lead to must be there.
func FuzzAnalyse(f *testing.F) {
	f.Add(uint64(1), uint64(0), 300)
	f.Add(uint64(2), ^uint64(0), 300)
	f.Add(uint64(3), uint64(0xffff), 2000)
	f.Add(uint64(4), uint64(7), 5)
	f.Fuzz(func(t *testing.T, seed, mask uint64, rows int) {
		random := rand.New(rand.NewPCG(seed, mask))
		var chains []Chain
		for id := range uint32(5) {
			chains = append(chains, anything(random, id, mask, min(max(rows, 0), 3000)))
		}
		for _, f := range analyse(t, chains...) {
			c := chains[f.Chain]
			if f.First < 0 || f.First >= c.Len() || f.Last < 0 || f.Last >= c.Len() || f.Title.Empty() {
				t.Errorf("%+v", f)
			}
			for _, ref := range f.Related {
				if ref.Position < 0 || ref.Position >= chains[ref.Chain].Len() {
					t.Errorf("%s leads to %+v", f.Key, ref)
				}
			}
		}
		ClockOffsets(chains)
	})
}

// anything returns a chain whose rows hold anything below mask. Its payloads are
// some record's, some no record's.
func anything(random *rand.Rand, id uint32, mask uint64, rows int) *memoryChain {
	reasons := []string{"", budgetReason, deferReason, panicReason, "x"}
	kinds := append(wire.ActionKinds(), "", "x")
	c := &memoryChain{id: id, node: []string{"", "n"}[random.IntN(2)], channel: "c", kind: wire.ChainKind(random.IntN(5))}
	s := newScript("n", 1)
	s.mixed(2)
	s.calm(100, 110, 3)
	for range random.IntN(rows + 1) {
		r := Row{Seq: random.Uint64() & mask, TimeNS: random.Uint64() & mask, TimeMS: random.Uint64() & mask, ID: random.Uint64() & mask,
			Kind: kinds[random.IntN(len(kinds))], Outcome: uint8(random.IntN(6)), Template: reasons[random.IntN(len(reasons))],
			Status: wire.EntryStatus(random.IntN(wire.EntryStatusCount)), Decoded: random.IntN(8) > 0}
		if r.TSNS.Some = random.IntN(2) > 0; r.TSNS.Some {
			r.TSNS.Value = r.TimeNS
		} else if r.TimeNS = placedNS(r.TimeMS); !r.Decoded {
			r.TimeMS = 0
		}
		c.rows = append(c.rows, r)
		from := s.chains()[random.IntN(4)].(*memoryChain)
		payload := []byte{byte(random.Uint32())}
		if from.Len() > 0 {
			payload = from.payloads[random.IntN(from.Len())]
		}
		c.payloads = append(c.payloads, payload)
	}
	return c
}
