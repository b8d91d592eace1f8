//go:build !js

package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What stats counts is what one counts over the lines of cat.
func TestStatsAgreesWithCat(t *testing.T) {
	counted := map[string]int{}
	for _, line := range command("cat", incident, "--channel", "meshos/actions").want(t, StatusOK).lines() {
		var e struct {
			TS     uint64
			Record struct {
				Kind        string
				Disposition json.RawMessage
			}
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		outcome := `"Dispatched"`
		for _, name := range []string{"Failed", "Gated"} {
			if strings.HasPrefix(string(e.Record.Disposition), `{"`+name) {
				outcome = name
			}
		}
		const minuteNS = 60_000_000_000
		counted[fmt.Sprintf("%d %s %s", e.TS/minuteNS, e.Record.Kind, strings.ToLower(strings.Trim(outcome, `"`)))]++
	}
	got := map[string]int{}
	for _, line := range command("stats", incident, "--where", "chain:action", "--by", "kind,outcome", "--per", "1m", "--json").want(t, StatusOK).lines() {
		var g struct {
			Time          string
			Kind, Outcome string
			Count         int
		}
		if err := json.Unmarshal([]byte(line), &g); err != nil {
			t.Fatal(err)
		}
		var hour, minute int
		if _, err := fmt.Sscanf(g.Time, "2026-05-22T%d:%d:00Z", &hour, &minute); err != nil {
			t.Fatalf("%q: %v", g.Time, err)
		}
		const dayMinutes = 1_779_408_000 / 60 // of 2026-05-22
		got[fmt.Sprintf("%d %s %s", dayMinutes+60*hour+minute, g.Kind, g.Outcome)] = g.Count
	}
	if diff := cmp.Diff(counted, got); diff != "" {
		t.Errorf("(-cat +stats):\n%s", diff)
	}
}

func TestStatsForms(t *testing.T) {
	csv := command("stats", incident, "--where", "chain:action", "--by", "attempt", "--of", "gap", "--csv").want(t, StatusOK)
	if lines := strings.Split(csv.stdout, "\r\n"); lines[0] != "attempt,count,gap_count,gap_min_ms,gap_median_ms,gap_p95_ms,gap_max_ms" ||
		lines[1] != "1,22778,,,,," || !strings.HasPrefix(lines[2], "2,7990,7990,") {
		t.Errorf("%q", lines[:3])
	}
	text := command("stats", incident, "--where", "outcome:failed", "--by", "value", "--top", "1").want(t, StatusOK)
	if lines := strings.Split(text.stdout, "\n"); strings.Join(strings.Fields(lines[1]), " ") != "0x51b7e0c2d4a89f33 5,900 27.5 %" || len(lines) != 3 {
		t.Errorf("%q", text.stdout)
	}
	text.says(t, "groups are not printed; --top 0 prints all")
	damaged := command("stats", damageCase("rot-one"), "--by", "status").want(t, StatusOK)
	if !strings.Contains(damaged.stdout, "bad-checksum") {
		t.Errorf("%s", damaged.stdout)
	}
	for _, args := range [][]string{
		{"--by", "colour"}, {"--by", "node,kind,id"}, {"--of", "weight"}, {"--per", "soon"}, {"--per", "0s"}, {"--per", "-1d"}, {"--per", "1dd"},
		{"--where", "outcome:("}, {"--csv", "--json"}, {"--top", "-1"},
	} {
		command(append([]string{"stats", incident}, args...)...).want(t, StatusUsage)
	}
}
