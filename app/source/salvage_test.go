package source

import (
	"strings"
	"testing"

	"chainglass/wire/redex"
)

// A channel whose idx is lost or empty opens with its records, as a chain of its own
// that says how it was found.
func TestRecordsBehindTheIndexAreAChainOfTheirOwn(t *testing.T) {
	whole := corpus(t, "incident/node-1")
	want := map[string]int{}
	for _, c := range find(t, whole.fsys()).Chains {
		want[c.Channel] = c.Reader.Len()
		if c.Salvaged {
			t.Errorf("%s is salvaged from a sound channel", c.Origin)
		}
	}
	for name, lose := range map[string]func(f files, idx string){
		"missing": func(f files, idx string) { delete(f, idx) },
		"empty":   func(f files, idx string) { f[idx] = "" },
		"halved":  func(f files, idx string) { f[idx] = f[idx][:len(f[idx])/2] },
	} {
		damaged := files{}
		for file, content := range whole {
			damaged[file] = content
		}
		for file := range whole {
			if strings.HasSuffix(file, "/idx") {
				lose(damaged, file)
			}
		}
		got := map[string]int{}
		for _, c := range find(t, damaged.under("node-1").fsys()).Chains {
			channel := strings.TrimSuffix(c.Channel, redex.SalvagedSuffix)
			got[channel] += c.Reader.Len()
			if c.Salvaged != (channel != c.Channel) {
				t.Errorf("%s: salvaged is %t", c.Channel, c.Salvaged)
			}
			if !c.Salvaged {
				continue
			}
			if len(c.Faults) != 1 || c.Faults[0].Rule != "salvaged" || !c.Faults[0].Damage {
				t.Errorf("%s: faults %v", c.Channel, c.Faults)
			}
			entries := entriesOf(t, c.Reader, 100)
			last := entries[len(entries)-1]
			if last.Seq != uint64(want[channel]-1) || !last.TSNS.Some {
				t.Errorf("%s: the last entry has seq %d and time %v", c.Channel, last.Seq, last.TSNS)
			}
			if at, err := c.Reader.(Locator).Locate(0); err != nil || !strings.HasSuffix(at.PayloadFile, "/dat") {
				t.Errorf("%s: the first entry is at %v, %v", c.Channel, at, err)
			}
		}
		for channel, n := range want {
			if got[channel] != n {
				t.Errorf("%s, idx %s: %d entries, want %d", channel, name, got[channel], n)
			}
		}
	}
}
