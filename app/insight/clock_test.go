package insight

import (
	"strings"
	"testing"

	"chainglass/wire"
)

// tick appends n dispatched actions, one every stepMS milliseconds, from a time
// on, and returns the time after the last.
func (s *script) tick(fromNS uint64, n int, stepMS uint64) uint64 {
	for range n {
		s.act(fromNS, s.newID(), wire.KindReduceHeat, wire.Dispatched{})
		fromNS += stepMS * nanosPerMilli
	}
	return fromNS
}

func TestClockSteps(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *script)
		want []string
	}{
		"none": {func(s *script) { s.tick(sec(0), 300, 50) }, nil},
		"append time": {func(s *script) {
			end := s.tick(sec(0), 300, 50)
			s.recordOffsetNS = 500_000_000
			s.tick(end-500*nanosPerMilli, 300, 50)
		}, []string{"The clock stepped back by 450ms"}},
		"record clock": {func(s *script) {
			end := s.tick(sec(0), 300, 50)
			s.recordOffsetNS = -30_000_000_000
			s.tick(end, 300, 50)
		}, []string{"The record clock ran 30s behind for 14.95s"}},
		"both": {func(s *script) {
			end := s.tick(sec(0), 300, 50)
			s.tick(end-3600*nanosPerSec, 300, 50)
		}, []string{"The clock stepped back by 1h0m0s"}},
		"rows in disorder": {func(s *script) {
			for i := range 300 {
				s.tick(sec(float64(i)-float64(i%3)*0.02), 1, 0)
			}
		}, nil},
		"one row early": {func(s *script) {
			end := s.tick(sec(0), 300, 50)
			s.tick(end-60*nanosPerSec, 1, 50)
			s.tick(end, 300, 50)
		}, nil},
		"one row late": {func(s *script) {
			end := s.tick(sec(0), 300, 50)
			s.tick(end+60*nanosPerSec, 1, 50)
			s.tick(end, 300, 50)
		}, nil},
		"times without order": {func(s *script) {
			for range 300 {
				s.tick(sec(s.random.Float64()*1e6), 1, 0)
			}
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 2)
			c.play(s)
			found := by(analyse(t, s.actions), RuleClockStep, "n")
			if len(found) != len(c.want) {
				t.Errorf("%d steps, want %d: %v", len(found), len(c.want), found)
				return
			}
			for i, f := range found {
				if f.Title.String() != c.want[i] || f.First != 300 {
					t.Errorf("at row %d: %s", f.First, f.Title.String())
				}
			}
		})
	}
}

func TestSkew(t *testing.T) {
	for name, c := range map[string]struct {
		offset func(i int) int64
		want   string
	}{
		"none":            {func(int) int64 { return 0 }, ""},
		"a little":        {func(int) int64 { return -200_000_000 }, ""},
		"behind":          {func(int) int64 { return -1_700_000_000 }, "The record clock is 1.7s behind the append times"},
		"ahead":           {func(int) int64 { return 400_000_000 }, "The record clock is 400ms ahead of the append times"},
		"sometimes slow":  {func(i int) int64 { return -int64(i%10/7) * 3_000_000_000 }, ""},
		"often slow":      {func(i int) int64 { return -int64(i%7) * 700_000_000 }, ""},
		"behind and slow": {func(i int) int64 { return -9_000_000_000 - int64(i%7)*100_000_000 }, "The record clock is 9.3s behind the append times"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 2)
			for i := range 400 {
				s.recordOffsetNS = c.offset(i)
				s.tick(sec(float64(i)), 1, 0)
			}
			title := ""
			for _, f := range by(analyse(t, s.chains()...), RuleClockSkew, "n") {
				title += f.Title.String()
			}
			if title != c.want {
				t.Errorf("got %q, want %q", title, c.want)
			}
		})
	}
}

func TestSilence(t *testing.T) {
	for name, c := range map[string]struct {
		play func(s *script)
		want string
	}{
		"actions and log": {func(s *script) { s.calm(0, 600, 2); s.calm(660, 1200, 2) }, "warning likely Silent for 1m"},
		"actions alone": {func(s *script) {
			s.calm(0, 600, 2)
			for i := range 60 {
				s.log(sec(600+float64(i)), "scheduler tick")
			}
			s.calm(660, 1200, 2)
		}, "notice possible Silent for 1m"},
		"shorter than it often is": {func(s *script) { s.calm(0, 3600, 0.2); s.calm(3650, 7200, 0.2) }, ""},
		"again and again": {func(s *script) {
			for i := range 20 {
				s.calm(float64(i*100), float64(i*100+60), 2)
			}
		}, ""},
		"the log goes on": {func(s *script) {
			s.calm(0, 600, 2)
			for i := range 300 {
				s.log(sec(600+float64(i)), "scheduler tick")
			}
		}, "notice possible Not heard again for 4m59s"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 4)
			c.play(s)
			got := ""
			for _, f := range by(analyse(t, s.chains()...), RuleSilence, "n") {
				got += f.Severity.String() + " " + f.Confidence.String() + " " + f.Title.String()
			}
			if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// The classes of lengths follow each other without gap or overlap.
func TestLengthClasses(t *testing.T) {
	for class := 1; class < 248; class++ {
		end := classEnd(class)
		if got := lengthClass(end); got != class {
			t.Fatalf("class of %d is %d, want %d", end, got, class)
		}
		if got := lengthClass(end + 1); got != class+1 {
			t.Fatalf("class of %d is %d, want %d", end+1, got, class+1)
		}
	}
	if got := lengthClass(^uint64(0)); got >= 256 {
		t.Errorf("class of the longest wait is %d", got)
	}
}
