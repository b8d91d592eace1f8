package command

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/cli"
	"chainglass/app/fleet/fleettest"
	"chainglass/app/synth"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// asProgram makes the test binary the program itself.
const asProgram = "CHAINGLASS_FLEET_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(Fleet(os.Args[1:], os.Stdout, os.Stderr))
	}
	flag.Parse()
	if err := startBeam(os.Args[1:]); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// fleet runs chainglass-fleet in this process, which must end with a status.
func fleet(t *testing.T, status int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, told strings.Builder
	c := &console{program: "chainglass-fleet", stdout: &out, stderr: &told}
	if got := c.run(fleetCommand(c), args); got != status {
		t.Fatalf("chainglass-fleet %v: status %d, want %d\n%s%s", args, got, status, out.String(), told.String())
	}
	return out.String(), told.String()
}

// ranges are the numbers of entries that are read at a time.
var ranges = []int{1, 7, 37, 500, 4096, 100_000}

// folded is what a fold gives for a chain.
type folded struct {
	Entries int             `json:"entries"`
	NextSeq uint64          `json:"next_seq"`
	Errors  json.RawMessage `json:"decode_errors"`
	// State is the snapshot.
	State json.RawMessage `json:"snapshot"`
}

// errors is how many entries are no record.
func (f *folded) errors(t *testing.T) int {
	var list []json.RawMessage
	if json.Unmarshal(f.Errors, &list) == nil {
		return len(list)
	}
	n := -1
	if err := json.Unmarshal(f.Errors, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// foldedOne is what chainglass fold gives for each chain of a place, by the names of the files of
// the job.
func foldedOne(t *testing.T, place string) map[string]folded {
	t.Helper()
	var out, told strings.Builder
	if status := cli.Main([]string{"verify", place, "--json"}, nil, &out, &told); status != 0 && status != 3 {
		t.Fatal(status, told.String())
	}
	var verified struct {
		Chains []struct {
			Chain string `json:"chain"`
		} `json:"chains"`
	}
	if err := json.Unmarshal([]byte(out.String()), &verified); err != nil {
		t.Fatal(err)
	}
	all := map[string]folded{}
	for _, c := range verified.Chains {
		var out, told strings.Builder
		if status := cli.Main([]string{"fold", place, "--channel", c.Chain}, nil, &out, &told); status != 0 {
			t.Fatal(c.Chain, status, told.String())
		}
		var f folded
		if err := json.Unmarshal([]byte(out.String()), &f); err != nil {
			t.Fatal(err)
		}
		all[c.Chain] = f
	}
	return all
}

// sameFolds compares what the job has written with what chainglass fold gives.
func sameFolds(t *testing.T, want map[string]folded, out string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(out, "chains", "*.json"))
	if err != nil || len(files) != len(want) {
		t.Errorf("%d chains, want %d: %v", len(files), len(want), err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var of struct{ Node, Channel string }
		var got folded
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(name, err)
		}
		if err := json.Unmarshal(text, &of); err != nil {
			t.Fatal(name, err)
		}
		chain := strings.TrimPrefix(of.Node+"/"+of.Channel, "/")
		w, known := want[chain]
		if !known || got.Entries != w.Entries || got.NextSeq != w.NextSeq || got.errors(t) != w.errors(t) {
			t.Errorf("%s: %d entries, next %d, %d errors, want %d, %d, %d", chain, got.Entries, got.NextSeq, got.errors(t), w.Entries, w.NextSeq, w.errors(t))
		}
		if diff := cmp.Diff(state(t, w.State), state(t, got.State)); diff != "" {
			t.Errorf("%s: snapshot: want -, got +\n%.2000s", chain, diff)
		}
	}
}

// state parses a snapshot: a command shows some characters of it as escapes.
func state(t *testing.T, text json.RawMessage) snapshot.MeshOsSnapshot {
	t.Helper()
	s, err := snapshot.ParseMeshOsSnapshot(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What every chain of the incident folds to is what chainglass fold gives, whatever the
// ranges are.
func TestFoldOfTheIncident(t *testing.T) {
	want := foldedOne(t, incidentFolder(t))
	for _, entries := range ranges[2:] { // each range costs the runner 0.1 ms and more
		out := t.TempDir()
		fleet(t, statusOK, "fold", incidentFolder(t), "-o", out, "--range-entries", fmt.Sprint(entries))
		sameFolds(t, want, out)
	}
}

func incidentFolder(t *testing.T) string {
	return filepath.Join(fleettest.Root(), "../../wire/redex/testdata/incident")
}

// So it is for all cases of damage.
func TestFoldOfDamage(t *testing.T) {
	want := foldedOne(t, fleettest.Damage())
	for _, entries := range ranges {
		out := t.TempDir()
		fleet(t, statusDamaged, "fold", fleettest.Damage(), "-o", out, "--range-entries", fmt.Sprint(entries))
		sameFolds(t, want, out)
	}
}

// So it is for chains that are made up: of all kinds, with damage in them, with a base whose
// ring is longer than usual, with a number that halts the fold, in an archive, in an export
// with a footer and in one that was cut.
func TestFoldOfMadeUpChains(t *testing.T) {
	folder := t.TempDir()
	r := rand.New(rand.NewPCG(3, 4))
	for _, kind := range kinds {
		for _, length := range []int{1, 36, 300, 700} {
			fleettest.WriteChannel(t, r, filepath.Join(folder, fmt.Sprintf("made-%d", length)), kind, length)
		}
	}
	generated(t, filepath.Join(folder, "synth"), 9000)
	halting(t, filepath.Join(folder, "halting"))
	longBase(t, filepath.Join(folder, "made-700"))
	packed(t, folder)
	want := foldedOne(t, folder)
	for _, entries := range ranges[1:] {
		out := t.TempDir()
		fleet(t, statusDamaged, "fold", folder, "-o", out, "--range-entries", fmt.Sprint(entries))
		sameFolds(t, want, out)
	}
}

func generated(t *testing.T, node string, records int) {
	t.Helper()
	w, err := redex.Create(filepath.Join(node, "meshos/actions"))
	if err == nil {
		err = synth.NewNode(1).Append(w, records)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// halting writes a chain in the middle of which a number halts the fold.
func halting(t *testing.T, node string) {
	t.Helper()
	w, err := redex.Create(filepath.Join(node, "meshos/actions"))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 5))
	for i := range uint64(900) {
		e := wire.Entry{Seq: i, Payload: fleettest.Record(r, wire.ChainAction, i)}
		if i == 500 {
			e.Seq = math.MaxUint64
		}
		if i%70 == 69 {
			e.Payload = []byte{77, 1, 2, 3, 4, 5, 6, 7, 8, 9}
		}
		e.TSNS.Some, e.TSNS.Value = true, 1_779_465_600_000_000_000+i*1e9
		e.FlagsAndChecksum = redex.Checksum(e.Payload)
		if err := w.AppendRaw(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// longBase puts a snapshot beside the channels of a node.
func longBase(t *testing.T, node string) {
	t.Helper()
	base := snapshot.MeshOsSnapshot{RuntimeEpochID: 5}
	for i := range 400 {
		base.RecentFailures = append(base.RecentFailures, snapshot.FailureRecord{Source: fmt.Sprint("base ", i), Reason: "before"})
	}
	if err := os.WriteFile(filepath.Join(node, "snapshot.json"), base.AppendJSON(nil), 0o666); err != nil {
		t.Fatal(err)
	}
}

// packed puts exports and an archive into a folder.
func packed(t *testing.T, folder string) {
	t.Helper()
	apart := t.TempDir()
	r := rand.New(rand.NewPCG(6, 6))
	for _, name := range []string{"exported", "cut"} {
		for _, kind := range kinds {
			fleettest.WriteChannel(t, r, filepath.Join(apart, name), kind, 3000)
		}
		var none strings.Builder
		file := filepath.Join(folder, name+".chain")
		if status := cli.Main([]string{"export", filepath.Join(apart, name), "-o", file}, nil, &none, &none); status != 0 && status != 3 {
			t.Fatal(status, none.String())
		}
		if name == "cut" {
			info, err := os.Stat(file)
			if err == nil {
				err = os.Truncate(file, info.Size()-200)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	zip, err := os.ReadFile(fleettest.Incident())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "incident.zip"), zip, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The failures of the fleet by minute and template are those that DuckDB counts in the
// Parquet files of the same chains, and the state of a node is that of its chains.
func TestFailuresAndNodes(t *testing.T) {
	out, tables := t.TempDir(), t.TempDir()
	fleet(t, statusOK, "fold", incidentFolder(t), "-o", out)
	parquet(t, statusOK, incidentFolder(t), "-o", tables)
	answers := fleettest.Query(t, "SET TimeZone = 'UTC'", fmt.Sprintf(`SELECT strftime(date_trunc('minute', ts), '%%Y-%%m-%%dT%%H:%%MZ') AS minute, template, count(*)::int AS failures
		FROM %s WHERE chain = 'action' AND outcome = 'Failed' AND template IS NOT NULL GROUP BY ALL ORDER BY ALL`, all(tables)))
	var got []fleettest.Row
	for line := range strings.Lines(read(t, out, "failures.ndjson")) {
		row := fleettest.Row{}
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&row); err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	slices.SortFunc(got, func(a, b fleettest.Row) int {
		return strings.Compare(a["minute"].(string)+a["template"].(string), b["minute"].(string)+b["template"].(string))
	})
	if diff := cmp.Diff(answers[1], got); diff != "" || len(got) < 20 {
		t.Errorf("%d lines: want -, got +\n%.2000s", len(got), diff)
	}
	for _, node := range []string{"node-1", "node-2", "node-3"} {
		state := parseNode(t, read(t, out, "nodes/"+node+".json"))
		for part, channel := range map[string]string{"recent_failures": "meshos~actions", "admin_audit": "admin-audit", "log_ring": "log"} {
			var chain struct{ Snapshot map[string]json.RawMessage }
			if err := json.Unmarshal([]byte(read(t, out, "chains/"+node+"~~"+channel+".json")), &chain); err != nil {
				t.Fatal(err)
			}
			if string(state[part]) != string(chain.Snapshot[part]) || len(state[part]) < 10 {
				t.Errorf("%s: %s is not that of %s", node, part, channel)
			}
		}
	}
}

func parseNode(t *testing.T, text string) map[string]json.RawMessage {
	var node struct{ Snapshot map[string]json.RawMessage }
	if err := json.Unmarshal([]byte(text), &node); err != nil {
		t.Fatal(err)
	}
	return node.Snapshot
}

func read(t *testing.T, folder, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A chain that is listed twice is refused.
func TestFoldOfAChainListedTwice(t *testing.T) {
	folder := incidentFolder(t)
	out := t.TempDir()
	_, told := fleet(t, statusFailed, "fold", folder, filepath.Join(folder, "node-1"), "-o", out)
	if !strings.Contains(told, "are both the channel") {
		t.Error(told)
	}
}

func TestFoldUsage(t *testing.T) {
	for _, args := range [][]string{{"fold"}, {"fold", "x"}, {"fold", "x", "-o", "y", "--range-entries", "0"}, {"fold", "x", "-o", "y", "--runner", "spark"}, {"fold", "x", "-o", "y", "--beam", "what=1"}, {"what"}} {
		fleet(t, statusUsage, args...)
	}
	_, told := fleet(t, statusFailed, "fold", t.TempDir(), "-o", t.TempDir())
	if !strings.Contains(told, "nothing that was named can be read as a chain") {
		t.Error(told)
	}
}
