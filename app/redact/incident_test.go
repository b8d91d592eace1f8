package redact

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestIncidentKeepsItsFindings(t *testing.T) {
	b := incident(t)
	want := foundIn(t, b)
	out, s := rewritten(t, b, Options{})
	s.WriteText(os.Stderr)
	if diff := cmp.Diff(want, foundIn(t, out)); diff != "" {
		t.Errorf("-original +redacted:\n%s", diff)
	}
}
