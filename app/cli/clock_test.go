//go:build !js

package cli

import (
	"path/filepath"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	environment := func(value string, set bool) func(string) (string, bool) {
		return func(string) (string, bool) { return value, set }
	}
	for _, value := range []string{"0", "1779465600", "253402300799"} {
		now, err := clock(environment(value, true))
		if err != nil || now().UTC().Format(time.RFC3339) == "" || !now().Equal(now()) {
			t.Errorf("%q: %v", value, err)
		}
	}
	for _, unset := range []bool{true, false} {
		now, err := clock(environment("", !unset))
		if err != nil || time.Since(now()) > time.Minute {
			t.Errorf("without the variable: %v", err)
		}
	}
	for _, value := range []string{"-1", "now", "1.5", " 1", "253402300800", "99999999999999999999"} {
		t.Setenv(epochVariable, value)
		out := filepath.Join(t.TempDir(), "x.chain")
		command("export", incident, "-o", out).want(t, StatusUsage).says(t, epochVariable).says(t, "Unix seconds")
	}
}
