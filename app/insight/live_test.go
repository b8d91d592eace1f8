package insight

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// drop takes rows out of a chain, as if they had never been appended.
func (c *memoryChain) drop(positions ...int) {
	slices.Sort(positions)
	for _, position := range slices.Backward(positions) {
		c.rows = slices.Delete(c.rows, position, position+1)
		c.payloads = slices.Delete(c.payloads, position, position+1)
	}
}

// at changes when a row was appended.
func (c *memoryChain) at(position int, timeNS uint64) {
	c.rows[position].TimeNS, c.rows[position].TSNS.Value = timeNS, timeNS
}

func gate(ms uint64) wire.Disposition {
	return wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some(ms)}
}

// mixed appends one action of every outcome, n times over. Four of seven leave a
// live failure: rows 1, 3, 4 and 5 of each seven.
func (s *script) mixed(n int) {
	for i := range n {
		at, id := float64(i*10), uint64(i*10+1)
		s.act(sec(at), id, wire.KindPullReplica, wire.Dispatched{})
		s.act(sec(at+1), id+1, wire.KindPullReplica, forGood("no such chain"))
		s.act(sec(at+2), id+2, wire.KindPullReplica, again("timed out", 500))
		s.act(sec(at+3), id+2, wire.KindPullReplica, forGood("dispatch retry budget exhausted after 2 attempts"))
		s.act(sec(at+4), id+3, wire.KindStartDaemon, gate(0))
		s.act(sec(at+5), id+4, wire.KindStopDaemon, forGood("dispatcher panicked"))
		s.act(sec(at+6), id+5, wire.KindPullReplica, again("timed out", 500))
	}
}

func TestLiveFailures(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *script)
		want []string
	}{
		"all there": {func(s *script) { s.mixed(5) },
			[]string{"info certain 20: All 20 live failures have their action record, and the reverse"}},
		"nothing to compare": {func(s *script) { s.tick(sec(0), 10, 100) }, nil},
		"live ones missing": {func(s *script) { s.mixed(5); s.failures.drop(2, 9) },
			[]string{"warning likely 2: 2 actions that must have left a live failure have none"}},
		"one live one too many": {func(s *script) { s.mixed(5); s.live(sec(60), "action-id:4711", "boom") },
			[]string{"warning likely 1: 1 live failure has no action record"}},
		"action gone": {func(s *script) { s.mixed(5); s.actions.drop(8) },
			[]string{"warning likely 1: 1 live failure has no action record"}},
		"another reason": {func(s *script) {
			s.mixed(2)
			s.act(sec(30), 99, wire.KindPullReplica, again("timed out", 500))
			s.live(sec(30), "action-id:99", "timed out")
		}, []string{"warning likely 1: 1 live failure has no action record"}},
		"too late": {func(s *script) {
			s.mixed(2)
			s.failures.drop(3)
			s.act(sec(100), 98, wire.KindPullReplica, forGood("boom"))
			s.live(sec(101), "action-id:5", "dispatcher panicked")
		}, []string{"warning likely 1: 1 live failure has no action record", "warning likely 1: 1 action that must have left a live failure has none"}},
		"one wild time": {func(s *script) {
			s.mixed(30)
			s.failures.at(3, sec(1e6))
			s.actions.at(8, sec(1e7))
			s.actions.at(50, 0)
			s.failures.at(60, 0)
		}, []string{"info certain 120: All 120 live failures have their action record, and the reverse"}},
		"in another order": {func(s *script) {
			s.mixed(5)
			slices.Reverse(s.failures.payloads[3:9])
		}, []string{"info certain 20: All 20 live failures have their action record, and the reverse"}},
		"other sources": {func(s *script) { s.mixed(1); s.live(sec(9), "kill-migration:77", "no such migration") },
			[]string{"info certain 4: All 4 live failures have their action record, and the reverse"}},
		"the same twice": {func(s *script) {
			for range 3 {
				s.act(sec(1), 5, wire.KindPullReplica, forGood("boom"))
			}
			s.failures.drop(1)
		}, []string{"warning likely 1: 1 action that must have left a live failure has none"}},
		"head removed": {func(s *script) { s.mixed(5); s.failures.drop(0, 1, 2, 3, 4, 5) },
			[]string{"info certain 14: All 14 live failures have their action record, and the reverse"}},
		"a damaged entry": {func(s *script) {
			s.mixed(5)
			s.failures.rows[7] = Row{Status: wire.EntryBadChecksum, Seq: 7, TSNS: s.failures.rows[7].TSNS, TimeNS: s.failures.rows[7].TimeNS}
		},
			[]string{"notice possible 1: 1 action that must have left a live failure has none"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 1)
			c.play(s)
			var got []string
			for _, f := range by(analyse(t, s.chains()...), RuleLive, "n") {
				got = append(got, fmt.Sprintf("%s %s %d: %s", f.Severity, f.Confidence, f.Count, f.Title.String()))
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The first rows without counterpart can be jumped to.
func TestLiveFailuresLead(t *testing.T) {
	s := newScript("n", 1)
	s.mixed(5)
	s.failures.drop(2, 9)
	f := one(t, analyse(t, s.chains()...), RuleLive, "n")
	var got []string
	for _, r := range f.Related {
		got = append(got, fmt.Sprintf("%d %s", r.Position, r.What))
	}
	want := []string{"4 start_daemon at 16:00:04.000: daemon-backoff", "17 pull_replica at 16:00:23.000: dispatch retry budget exhausted after # attempts"}
	if diff := cmp.Diff(want, got); diff != "" || f.First != 4 || f.Last != 17 {
		t.Errorf("rows %d to %d: %s", f.First, f.Last, diff)
	}
}

// Records that never find their counterpart do not pile up.
func TestLiveWaitingIsBounded(t *testing.T) {
	s := newScript("n", 1)
	m := newLiveMatcher(newSubject(s.actions), newSubject(s.failures))
	for i := range 2 * maxWaiting {
		m.take(sideAction, uint64(i%1000+1), i, startNS)
	}
	if len(m.queue) > maxWaiting || len(m.byKey) > 1000 {
		t.Errorf("%d wait with %d keys", len(m.queue), len(m.byKey))
	}
	if err := m.match(&pacer{ctx: t.Context(), pace: func() {}}); err != nil || m.missing[sideAction].count != 2*maxWaiting || len(m.byKey) != 0 {
		t.Errorf("%d missing, %d keys left, %v", m.missing[sideAction].count, len(m.byKey), err)
	}
}
