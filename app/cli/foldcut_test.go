//go:build !js

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/share"
	"chainglass/wire/postcard"
)

// cutFile writes what a spec chooses of the incident.
func cutFile(t *testing.T, e *engine.Engine, s engine.PackSpec) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := e.Pack(context.Background(), s, &b); err != nil {
		t.Fatal(err)
	}
	return writeFile(t, b.String(), t.TempDir(), "cut.chain")
}

// cutFold is what fold prints of a chain that was cut.
type cutFold struct {
	Entries int `json:"entries"`
	Source  *struct{ Position, Entries *int }
	State   json.RawMessage `json:"snapshot"`
}

func foldedCut(t *testing.T, status int, args ...string) (f cutFold) {
	t.Helper()
	r := command(append([]string{"fold"}, args...)...).want(t, status)
	if err := json.Unmarshal([]byte(r.stdout), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestFoldOfACutIsTheSources: the fold of a share of some time, at any position, is
// the fold of the source there. Every entry of the incident is readable.
func TestFoldOfACutIsTheSources(t *testing.T) {
	e := engine.New(engine.Options{})
	if _, err := e.Open(context.Background(), "incident", os.DirFS(incident), nil); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 8)) // fixed, so that a failure comes back
	const firstNS, lengthNS = 1_779_465_600_000_000_000, 3_600_000_000_000
	for range 3 {
		from := firstNS + r.Uint64N(lengthNS)
		cut := cutFile(t, e, engine.PackSpec{FromNS: postcard.Some(from), ToNS: postcard.Some(from + 1 + r.Uint64N(lengthNS/4))})
		for _, c := range e.Chains() {
			channel := c.Node + "/" + c.Channel
			whole := foldedCut(t, StatusOK, cut, "--channel", channel)
			if whole.Source == nil || whole.Source.Position == nil || *whole.Source.Entries != c.Entries {
				t.Fatalf("%s: %+v", channel, whole.Source)
			}
			at := r.IntN(whole.Entries + 1)
			got := foldedCut(t, StatusOK, cut, "--channel", channel, "--at", fmt.Sprint(at))
			want := foldedCut(t, StatusOK, incident, "--channel", channel, "--at", fmt.Sprint(*whole.Source.Position+at))
			if want.Source != nil || !bytes.Equal(got.State, want.State) {
				t.Errorf("%s at %d of the cut, %d of the source: another state", channel, at, *whole.Source.Position+at)
			}
		}
	}
}

func TestFoldOfAFilteredChainSaysSo(t *testing.T) {
	e := engine.New(engine.Options{})
	if _, err := e.Open(context.Background(), "incident", os.DirFS(incident), nil); err != nil {
		t.Fatal(err)
	}
	spec := engine.PackSpec{Where: "outcome:failed node:node-2 chain:action"}
	cut := cutFile(t, e, spec)
	hidden, err := share.Make(context.Background(), e, share.Spec{Pack: spec, Redact: &redact.Options{}, NoReport: true})
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(io.NewSectionReader(hidden.Export, 0, hidden.Export.Size()))
	if err != nil {
		t.Fatal(err)
	}
	redacted := writeFile(t, string(content), t.TempDir(), "redacted.chain")
	for _, path := range []string{cut, redacted} {
		got := foldedCut(t, StatusDamaged, path)
		if got.Source == nil || got.Source.Position != nil || *got.Source.Entries != 15_459 {
			t.Errorf("%+v", got.Source)
		}
		command("fold", path).want(t, StatusDamaged).says(t, fmt.Sprintf("folded from %s of 15,459 entries; the others were left out", comma(got.Entries)))
	}
}

// comma writes a number of four or five digits as texts do.
func comma(n int) string { return fmt.Sprintf("%d,%03d", n/1000, n%1000) }
