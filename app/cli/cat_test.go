//go:build !js

package cli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCatLines(t *testing.T) {
	clean := command("cat", damageCase("clean")).want(t, StatusOK).lines()
	if len(clean) != 120 {
		t.Fatalf("%d lines, want 120", len(clean))
	}
	for place, want := range map[int]string{
		0: `{"seq":0,"ts":1779465600177113153,"status":"ok","record":{"id":9007199254740993,`,
		5: `"status":"ok","error":"unsupported action-chain wire version 245; this build expects 1","hex":"f5`,
		// An empty payload has no bytes to show.
		32: `"status":"ok","error":"empty action-chain record payload"}`,
	} {
		if !strings.Contains(clean[place], want) {
			t.Errorf("line %d lacks %s: %s", place, want, clean[place])
		}
	}
	rotten := command("cat", damageCase("rot-one")).want(t, StatusOK).lines()[36]
	if want := `"status":"bad-checksum","error":"payload does not match its checksum","hex":"`; !strings.Contains(rotten, want) {
		t.Errorf("line 36 lacks %s: %s", want, rotten)
	}
	timeless := command("cat", damageCase("no-ts")).want(t, StatusOK).lines()[0]
	if want := `{"seq":0,"ts":null,`; !strings.HasPrefix(timeless, want) {
		t.Errorf("want %s, got %s", want, timeless)
	}
	torn := command("cat", damageCase("torn-dat")).want(t, StatusOK).lines()
	if want := `"status":"torn","error":"payload is cut off at the end of the payload file"}`; !strings.HasSuffix(torn[119], want) {
		t.Errorf("want %s, got %s", want, torn[119])
	}
}

func TestCatNamesChains(t *testing.T) {
	all := command("cat", incident).want(t, StatusOK).lines()
	if len(all) != 57365 {
		t.Errorf("%d lines, want 57365", len(all))
	}
	counts := map[string]int{}
	for _, line := range all {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, `{"chain":"`), `"`)
		counts[name]++
	}
	if counts["node-1/meshos/actions"] != 12496 || counts["node-3/failures"] != 1143 || len(counts) != 12 {
		t.Errorf("%v", counts)
	}
	three := command("cat", incident, "--channel", "meshos/actions").want(t, StatusOK).lines()
	if !strings.HasPrefix(three[0], `{"chain":"node-1/meshos/actions","seq":0,`) {
		t.Errorf("several nodes, not named: %s", three[0])
	}
	one := command("cat", incident, "--channel", "node-1/meshos/actions").want(t, StatusOK).lines()
	if !strings.HasPrefix(one[0], `{"seq":0,`) {
		t.Errorf("one chain, named: %s", one[0])
	}
	command("cat", incident, "--channel", "nope").want(t, StatusUsage)
}

// TestCatCanBeOpened folds what cat printed.
func TestCatCanBeOpened(t *testing.T) {
	for _, channel := range []string{"meshos/actions", "admin-audit", "log", "failures"} {
		path := incident + "/node-2"
		printed := command("cat", path, "--channel", channel).want(t, StatusOK).stdout
		name := writeFile(t, printed, t.TempDir(), "printed.ndjson")
		if diff := cmp.Diff(foldOf(t, path, "--channel", channel), foldOf(t, name)); diff != "" {
			t.Errorf("%s: opened -, printed and opened +\n%s", channel, diff)
		}
	}
}
