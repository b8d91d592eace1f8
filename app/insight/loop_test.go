package insight

import (
	"strings"
	"testing"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// cooldown gates n starts, half a second apart, all until the cooldown's end.
func (s *script) cooldown(at float64, ms uint64, n int) {
	for i := range uint64(n) {
		s.act(sec(at)+i*500*nanosPerMilli, s.newID(), wire.KindStartDaemon,
			wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some(ms - i*500)})
	}
}

func TestCrashLoops(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *script)
		want []string
	}{
		"grows": {func(s *script) { s.cooldown(0, 4000, 3); s.cooldown(5, 8000, 3); s.cooldown(14, 16000, 2) },
			[]string{"Crash loop: 8 starts gated, longest cooldown 16s"}},
		"one cooldown": {func(s *script) { s.cooldown(0, 9000, 12) }, nil},
		"does not grow": {func(s *script) {
			for i := range 10 {
				s.cooldown(float64(i*5), 4000, 2)
			}
		}, nil},
		"too few": {func(s *script) { s.cooldown(0, 4000, 1); s.cooldown(5, 8000, 1) }, nil},
		"far apart": {func(s *script) {
			s.cooldown(0, 4000, 2)
			s.cooldown(900, 8000, 2)
			s.cooldown(1800, 16000, 2)
		}, nil},
		"two of them": {func(s *script) {
			s.cooldown(0, 4000, 3)
			s.cooldown(5, 8000, 3)
			s.cooldown(500, 4000, 3)
			s.cooldown(505, 30000, 3)
		}, []string{"Crash loop: 6 starts gated, longest cooldown 8s", "Crash loop: 6 starts gated, longest cooldown 30s"}},
		"of other actions": {func(s *script) {
			for i := range uint64(9) {
				s.act(sec(float64(i)*3), i+1, wire.KindPullReplica, wire.Gated{Reason: "quota", CooldownMS: postcard.Some(uint64(1000) << i)})
			}
		}, nil},
		"wild cooldowns": {func(s *script) {
			for i := range uint64(9) {
				s.act(sec(float64(i)*3), i+1, wire.KindStartDaemon, wire.Gated{Reason: "x", CooldownMS: postcard.Some(uint64(1000) << (6 * i))})
			}
		}, []string{"Crash loop: 3 starts gated, longest cooldown 1h8m16s"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 1)
			c.play(s)
			found := by(analyse(t, s.chains()...), RuleCrashLoop, "n")
			for i, f := range found {
				if i >= len(c.want) || f.Title.String() != c.want[i] {
					t.Errorf("%d: %s\n%s", i, f.Title.String(), f.Detail.String())
				}
			}
			if len(found) < len(c.want) {
				t.Errorf("%d loops, want %d", len(found), len(c.want))
			}
		})
	}
}

// The log says which daemon it is, if it says something then and only then.
func TestCrashLoopNamesTheDaemon(t *testing.T) {
	s := newScript("n", 1)
	s.calm(0, 200, 1)
	for i, ms := range []uint64{1000, 2000, 4000, 8000} {
		s.log(sec(200+float64(i)*10), "indexer exited: signal 9")
		s.cooldown(200.1+float64(i)*10, ms, 1)
	}
	s.calm(240, 400, 1)
	f := one(t, analyse(t, s.chains()...), RuleCrashLoop, "n")
	if !strings.HasSuffix(f.Title.String(), "(indexer exited)") || !strings.Contains(f.Detail.String(), `"indexer exited: signal #" 4 times`) || f.Confidence != Certain {
		t.Errorf("%s\n%s", f.Title.String(), f.Detail.String())
	}
}
