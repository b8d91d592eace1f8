//go:build !js

package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/redex"
)

func TestFoldOfDamageAgreesWithTheReference(t *testing.T) {
	cases, err := os.ReadDir(filepath.Join(channelData, "damage"))
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 27 {
		t.Fatalf("%d cases of damage, want 27", len(cases))
	}
	for _, damage := range cases {
		dir := damageCase(damage.Name())
		for _, rules := range []string{"v0.21.0", "v0.34.0"} {
			want := readFile(t, filepath.Join(dir, "recovered-"+rules+".json"))
			for _, path := range []string{dir, filepath.Join(dir, "meshos", "actions")} {
				t.Run(path+"/"+rules, func(t *testing.T) {
					sameJSON(t, want, command("fold", path, "--rules", rules).want(t, StatusOK).stdout)
				})
			}
		}
	}
}

func TestFoldOfHealthyChannelsAgreesWithTheReference(t *testing.T) {
	for path, expected := range map[string]string{
		compacted:                       channelData + "/compacted/expected.json",
		incident + "/node-1":            incident + "/node-1-actions-expected.json",
		incident + "/node-2":            incident + "/node-2-actions-expected.json",
		incident + "/node-3":            incident + "/node-3-actions-expected.json",
		"../../web/sample/incident.zip": incident + "/node-3-actions-expected.json",
	} {
		for _, rules := range []string{"readable", "v0.21.0", "v0.34.0"} {
			t.Run(path+"/"+rules, func(t *testing.T) {
				args := []string{"fold", path, "--rules", rules}
				if strings.HasSuffix(path, ".zip") {
					args = append(args, "--channel", "node-3/meshos/actions")
				}
				sameJSON(t, readFile(t, expected), command(args...).want(t, StatusOK).stdout)
			})
		}
	}
}

// folded is what fold prints, as far as the tests look at it.
type folded struct {
	Entries int             `json:"entries"`
	Seqs    json.RawMessage `json:"seqs"`
	NextSeq uint64          `json:"next_seq"`
	Payload string          `json:"payload_xxh3_of_all"`
	Errors  []any           `json:"decode_errors"`
	State   struct {
		Failures []struct {
			Seq    uint64 `json:"seq"`
			Source string `json:"source"`
		} `json:"recent_failures"`
		Audit []any `json:"admin_audit"`
		Log   []any `json:"log_ring"`
	} `json:"snapshot"`
}

func foldOf(t *testing.T, args ...string) (f folded) {
	t.Helper()
	r := command(append([]string{"fold"}, args...)...).want(t, StatusOK)
	if err := json.Unmarshal([]byte(r.stdout), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFoldOfTheOtherChains(t *testing.T) {
	type sizes struct{ entries, failures, audit, log int }
	for channel, want := range map[string]sizes{
		"node-1/admin-audit":    {5, 0, 5, 0},
		"node-1/log":            {4030, 0, 0, 2048},
		"node-1/failures":       {1969, 256, 0, 0},
		"node-1/meshos/actions": {12496, 256, 0, 0},
	} {
		f := foldOf(t, incident, "--channel", channel)
		got := sizes{f.Entries, len(f.State.Failures), len(f.State.Audit), len(f.State.Log)}
		if got != want || len(f.Errors) > 0 {
			t.Errorf("%s: got %+v and %d errors, want %+v", channel, got, len(f.Errors), want)
		}
	}
	if f := foldOf(t, incident, "--channel", "node-1/failures"); f.State.Failures[255].Seq == 0 {
		t.Error("failures lost their sequence numbers")
	}
}

func TestFoldAtAPosition(t *testing.T) {
	clean := damageCase("clean")
	if got := foldOf(t, clean, "--at", "0"); got.Entries != 0 || string(got.Seqs) != "[]" || got.NextSeq != 0 {
		t.Errorf("at 0: %+v", got)
	}
	if got := foldOf(t, clean, "--at", "7"); got.Entries != 7 || string(got.Seqs) != "[0,1,2,3,4,5,6]" || got.NextSeq != 7 || len(got.Errors) != 1 {
		t.Errorf("at 7: %+v", got)
	}
	if diff := cmp.Diff(foldOf(t, clean), foldOf(t, clean, "--at", "120")); diff != "" {
		t.Errorf("at the end: whole -, at +\n%s", diff)
	}
	command("fold", clean, "--at", "121").want(t, StatusUsage).says(t, "keep 120 entries")
	command("fold", clean, "--at", "-1").want(t, StatusUsage)
}

// TestFoldFromABase folds the second half of a chain onto the first.
func TestFoldFromABase(t *testing.T) {
	path, dir := incident+"/node-1", t.TempDir()
	var first struct{ Snapshot json.RawMessage }
	if err := json.Unmarshal([]byte(command("fold", path, "--at", "6000").want(t, StatusOK).stdout), &first); err != nil {
		t.Fatal(err)
	}
	base := writeFile(t, string(first.Snapshot), dir, "base.json")
	rest := strings.Join(command("cat", path, "--channel", "meshos/actions").want(t, StatusOK).lines()[6000:], "\n")
	name := writeFile(t, rest, dir, "rest.ndjson")
	if diff := cmp.Diff(foldOf(t, path).State, foldOf(t, name, "--base", base).State); diff != "" {
		t.Errorf("whole -, in two +\n%s", diff)
	}
	command("fold", path, "--base", path).want(t, StatusFailed).says(t, "0 snapshots")
}

func TestFoldAsksWhichChain(t *testing.T) {
	command("fold", incident).want(t, StatusUsage).says(t, "node-2/meshos/actions").says(t, "12,351 entries")
	command("fold", incident, "--channel", "meshos/actions").want(t, StatusUsage).says(t, "which chain")
	command("fold", incident, "--channel", "nope").want(t, StatusUsage).says(t, `no channel "nope"`)
	command("fold", incident+"/node-1").want(t, StatusOK)
}

func TestFoldOfAnUnknownType(t *testing.T) {
	dir := t.TempDir()
	w, err := redex.Create(filepath.Join(dir, "strange"))
	if err != nil {
		t.Fatal(err)
	}
	for _, payload := range []string{"\xff\xff\xff", "\xfe\xfe\xfe"} {
		if _, err := w.Append([]byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	command("fold", dir).want(t, StatusFailed).says(t, "no known type").says(t, "--type")
	if got := foldOf(t, dir, "--type", "action"); got.Entries != 2 || len(got.Errors) != 2 {
		t.Errorf("%+v", got)
	}
	command("fold", dir, "--type", "snapshot").want(t, StatusUsage)
}

func TestFoldOfWhatIsNoFolder(t *testing.T) {
	name := writeFile(t, dispatchedJSON, t.TempDir(), "records.ndjson")
	if got := foldOf(t, name); got.Entries != 1 {
		t.Errorf("%+v", got)
	}
	command("fold", name, "--rules", "v0.21.0").want(t, StatusUsage).says(t, "is none")
	command("fold", name, "--rules", "latest").want(t, StatusUsage).says(t, "v0.34.0")
}
