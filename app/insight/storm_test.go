package insight

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

func again(reason string, ms uint64) wire.Disposition {
	return wire.Failed{Reason: reason, RetryAfterMS: postcard.Some(ms)}
}

func forGood(reason string) wire.Disposition { return wire.Failed{Reason: reason} }

// fails makes an action fail n times, a second apart, and then end.
func (s *script) fails(at float64, id uint64, n int, end wire.Disposition) {
	for i := range n {
		s.act(sec(at+float64(i)), id, wire.KindPullReplica, again("pull timed out after 5000 ms", 1000))
	}
	if end != nil {
		s.act(sec(at+float64(n)), id, wire.KindPullReplica, end)
	}
}

func TestStormEnds(t *testing.T) {
	for name, c := range map[string]struct {
		end  wire.Disposition
		n    int
		want string
	}{
		"dispatched": {wire.Dispatched{}, 5, ""},
		"exhausted":  {forGood("dispatch retry budget exhausted after 6 attempts"), 5, "Retry storm: action 9 failed 6 times, retry budget exhausted"},
		"deferred":   {forGood("deferred 17 times — exceeds max_defer_count 16"), 4, "Retry storm: action 9 failed 5 times, deferred too often"},
		"panicked":   {forGood("dispatcher panicked"), 4, "Retry storm: action 9 failed 5 times, dispatcher panicked"},
		"no hint":    {forGood("no such chain"), 4, "Retry storm: action 9 failed 5 times, failed for good"},
		"unknown":    {nil, 6, "Retry storm: action 9 failed 6 times, end unknown"},
		"too few":    {wire.Dispatched{}, 4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 1)
			s.fails(0, 9, c.n, c.end)
			got := ""
			for _, f := range by(analyse(t, s.chains()...), RuleStorm, "n") {
				got += f.Title.String()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The attempts of a storm are listed with what came of them.
func TestStormAttempts(t *testing.T) {
	s := newScript("n", 1)
	s.fails(0, 9, 4, forGood("no such chain"))
	var got []string
	for _, r := range one(t, analyse(t, s.chains()...), RuleStorm, "n").Related {
		got = append(got, fmt.Sprintf("%d %s", r.Position, r.What.String()))
	}
	want := []string{
		"0 action 9, attempt 1 at 16:00:00.000: pull timed out after # ms, again in 1s",
		"1 action 9, attempt 2 at 16:00:01.000: pull timed out after # ms, again in 1s",
		"2 action 9, attempt 3 at 16:00:02.000: pull timed out after # ms, again in 1s",
		"3 action 9, attempt 4 at 16:00:03.000: pull timed out after # ms, again in 1s",
		"4 action 9, attempt 5 at 16:00:04.000: no such chain",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The same id in two processes is two actions.
func TestStormEndsWithItsProcess(t *testing.T) {
	s := newScript("n", 1)
	s.calm(0, 200, 2)
	s.fails(200, 350, 3, nil)
	s.restart()
	s.calm(210, 400, 2)
	s.fails(400, 350, 3, wire.Dispatched{})
	if storms := by(analyse(t, s.chains()...), RuleStorm, "n"); len(storms) != 0 {
		t.Errorf("%+v", storms)
	}
}

func TestGivenUp(t *testing.T) {
	s := newScript("n", 1)
	for id := range uint64(4) {
		s.fails(float64(10*id), id+1, 2, forGood("dispatch retry budget exhausted after 3 attempts"))
	}
	s.act(sec(50), 8, wire.KindPullReplica, forGood("deferred 17 times — exceeds max_defer_count 16"))
	f := one(t, analyse(t, s.chains()...), RuleExhausted, "n")
	if f.Count != 5 || f.Severity != Warning || f.First != 2 || f.Last != 12 || !strings.HasPrefix(f.Title.String(), "4 actions exhausted all retries, 1 action was deferred") || len(f.Related) != 3 {
		t.Errorf("%+v", f)
	}
}

// Many actions that are dispatched at last are worth telling, a few are none; the attempts
// are counted for all nodes together.
func TestStormsOfSeveralNodes(t *testing.T) {
	a, b := newScript("a", 1), newScript("b", 2)
	for id := range uint64(6) {
		a.fails(float64(20*id), id+1, 5, wire.Dispatched{})
		b.fails(float64(20*id), id+1, 7, wire.Dispatched{})
	}
	if found := by(analyse(t, a.actions), RuleStorm, ""); found != nil {
		t.Errorf("six of them: %+v", found)
	}
	f := one(t, analyse(t, a.actions, b.actions), RuleStorm, "b")
	if f.Title.String() != "Retry storms: 12 actions failed 5 times or more on 2 nodes" || f.Count != 12 ||
		!strings.Contains(f.Detail.String(), "6 retries after the first attempt") || !strings.Contains(f.Detail.String(), "Actions by failures: 5: 6, 7: 6.") {
		t.Errorf("%s\n%s", f.Title.String(), f.Detail.String())
	}
}

// However many actions fail without an end, no more than maxOpen are followed.
func TestStormsAreBounded(t *testing.T) {
	var w stormWatch
	a := action{flags: classFailed, told: Told{DelayMS: postcard.Some(uint64(1))}}
	for i := range 4 * maxOpen {
		a.position, a.id = i, uint64(i+1)
		w.action(&a)
	}
	if w.open > maxOpen || len(w.troubles) > maxOpen+1 || len(w.places.slots) > 4*maxOpen {
		t.Errorf("%d open, %d remembered, %d slots", w.open, len(w.troubles), len(w.places.slots))
	}
}
