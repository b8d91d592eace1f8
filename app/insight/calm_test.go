package insight

import (
	"fmt"
	"os"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
)

// Calm chains have nothing to see: whatever the pace and the seed, no rule may
// make more of them than a fact.
func TestCalmChains(t *testing.T) {
	for seed := range uint64(12) {
		for _, c := range []struct{ seconds, perSec float64 }{
			{120, 2}, {1800, 0.3}, {1800, 2}, {600, 20}, {86400, 0.05},
		} {
			t.Run(fmt.Sprintf("seed=%d/%gs/%g per s", seed, c.seconds, c.perSec), func(t *testing.T) {
				s := newScript("n", seed)
				s.calm(0, c.seconds, c.perSec)
				for _, f := range analyse(t, s.chains()...) {
					if f.Severity > Info || f.Rule == RuleFirst {
						t.Errorf("%s: %s\n%s", f.Rule, f.Title.String(), f.Detail.String())
					}
				}
			})
		}
	}
}

// A chain whose pace changes by day and night is calm too.
func TestCalmDayAndNight(t *testing.T) {
	s := newScript("n", 3)
	for hour := range 12 {
		s.calm(float64(hour*600), float64(hour*600+600), []float64{0.1, 5}[hour%2])
	}
	for _, f := range analyse(t, s.chains()...) {
		if f.Severity > Info {
			t.Errorf("%s: %s\n%s", f.Rule, f.Title.String(), f.Detail.String())
		}
	}
}

// Damage is for the integrity checks: the rules must not make a story of it. The
// records of these chains are made up, times included, but some of them do say
// that an action was given up.
func TestDamageIsNoStory(t *testing.T) {
	folders, err := os.ReadDir(testdata + "/damage")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range folders {
		names = append(names, "damage/"+f.Name())
	}
	for _, name := range append(names, "compacted") {
		t.Run(name, func(t *testing.T) {
			for _, f := range analyse(t, readFolder(t, testdata+"/"+name)...) {
				if f.Severity > Info && f.Rule != RuleExhausted {
					t.Errorf("%s %s: %s\n%s", f.Severity, f.Rule, f.Title.String(), f.Detail.String())
				}
			}
		})
	}
}

// Rot in a calm chain: rows that are no record, rows with wild numbers and rows
// with wild times.
func TestRotIsNoStory(t *testing.T) {
	for name, rot := range map[string]func(s *script, c *memoryChain, position int){
		"unreadable": func(_ *script, c *memoryChain, p int) {
			c.rows[p].Decoded, c.rows[p].Status, c.rows[p].ID = false, wire.EntryBadChecksum, 0
		},
		"number gone": func(_ *script, c *memoryChain, p int) { c.rows[p].ID = 1 },
		"number wild": func(s *script, c *memoryChain, p int) { c.rows[p].ID = s.random.Uint64() },
		"time gone":   func(_ *script, c *memoryChain, p int) { c.at(p, 0) },
		"time wild": func(s *script, c *memoryChain, p int) {
			c.at(p, s.random.Uint64())
		},
		"record clock": func(s *script, c *memoryChain, p int) { c.rows[p].TimeMS = s.random.Uint64() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript("n", 5)
			s.calm(0, 1200, 3)
			for _, c := range s.chains() {
				c := c.(*memoryChain)
				for position := 20; position < c.Len(); position += 97 {
					rot(s, c, position)
				}
			}
			for _, f := range analyse(t, s.actions, s.logs) {
				if f.Severity > Info {
					t.Errorf("%s: %s\n%s", f.Rule, f.Title.String(), f.Detail.String())
				}
			}
		})
	}
}

// Tiny and empty chains say nothing, and what no chain holds is no trouble.
func TestTinyChains(t *testing.T) {
	s := newScript("n", 1)
	if found := analyse(t, s.chains()...); found != nil {
		t.Errorf("empty chains: %v", found)
	}
	if found := analyse(t); found != nil {
		t.Errorf("no chains: %v", found)
	}
	s.act(sec(1), 1, wire.KindPullReplica, wire.Dispatched{})
	s.log(sec(2), "hello")
	if found := analyse(t, s.chains()...); found != nil {
		t.Errorf("tiny chains: %v", found)
	}
	s.command(sec(3), 1, snapshot.AdminEvent{Kind: snapshot.EventThawCluster}, snapshot.VerificationOutcome{})
	if found := analyse(t, s.chains()...); len(found) != 1 || found[0].Title.String() != "thaw cluster" {
		t.Errorf("one command: %v", found)
	}
}
