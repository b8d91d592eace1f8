package command

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/cli"
	"chainglass/app/fleet/fleettest"
	"chainglass/wire"
)

var kinds = []wire.ChainKind{wire.ChainAction, wire.ChainAudit, wire.ChainLog, wire.ChainFailure}

// parquet runs chainglass-parquet, which must end with a status.
func parquet(t *testing.T, status int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, told strings.Builder
	if got := Parquet(args, &out, &told); got != status {
		t.Fatalf("chainglass-parquet %v: status %d, want %d\n%s%s", args, got, status, out.String(), told.String())
	}
	return out.String(), told.String()
}

// all is the rows of all Parquet files below a folder.
func all(folder string) string {
	return fmt.Sprintf("read_parquet('%s/**/*.parquet', union_by_name = true)", folder)
}

// Every value of every row of random chains of all kinds, with damage in them, is what the
// naive reading of the entries gives, as DuckDB reads it: nulls are nulls, and zeros zeros.
func TestRowsAreTheEntries(t *testing.T) {
	const seeds = 4
	folder, out := t.TempDir(), t.TempDir()
	want := map[string][]fleettest.Row{}
	var queries []string
	for seed := range uint64(seeds) {
		for _, kind := range kinds {
			r := rand.New(rand.NewPCG(seed, uint64(kind)))
			node := fmt.Sprintf("node-%d", seed)
			entries := fleettest.WriteChannel(t, r, filepath.Join(folder, node), kind, 200+r.IntN(400))
			name := fmt.Sprintf("%s %v", node, kind)
			for i, e := range entries {
				want[name] = append(want[name], naiveRow(kind, i, e))
			}
			queries = append(queries, fmt.Sprintf(`SELECT position::text AS position, seq::text AS seq, run::text AS run, status, epoch_us(ts)::text AS ts,
				ts_ns::text AS ts_ns, id::text AS id, emitted_at_ms::text AS emitted_at_ms, kind, outcome, reason, template, delay::text AS delay,
				level, message, daemon, event, subject, operators, error, hex(payload) AS payload
				FROM %s WHERE node = '%s' AND chain = '%v' ORDER BY position::bigint`, all(out), node, kind))
		}
	}
	parquet(t, statusDamaged, folder, "-o", out)
	answers := fleettest.Query(t, queries...)
	for i := range answers {
		name := fmt.Sprintf("node-%d %v", i/len(kinds), kinds[i%len(kinds)])
		if diff := cmp.Diff(want[name], answers[i]); diff != "" {
			t.Errorf("%s: want -, got +\n%.3000s", name, diff)
		}
	}
}

// The rows and the nulls of each column of the incident, as DuckDB counts them, are those of
// the naive reading.
func TestNullsOfTheIncident(t *testing.T) {
	out := t.TempDir()
	parquet(t, statusOK, fleettest.Incident(), "-o", out)
	want := naiveNulls(t, fleettest.Incident())
	counts := []string{"chain", "count(*)::text AS all_rows"}
	for c := range naiveRow(wire.ChainAction, 0, fleettest.Entry{}) {
		counts = append(counts, fmt.Sprintf("(count(*) - count(%s))::text AS %s", c, c))
	}
	answers := fleettest.Query(t, fmt.Sprintf("SELECT %s FROM %s GROUP BY chain", strings.Join(counts, ","), all(out)))
	for _, got := range answers[0] {
		if diff := cmp.Diff(want[got["chain"].(string)], got); diff != "" {
			t.Errorf("want -, got +\n%s", diff)
		}
	}
	if len(answers[0]) != len(kinds) {
		t.Errorf("%d kinds", len(answers[0]))
	}
}

// What cannot be read, is damaged or is missing has the exit status that verify gives it.
func TestStatusIsThatOfVerify(t *testing.T) {
	cases, err := os.ReadDir(fleettest.Damage())
	if err != nil || len(cases) != 27 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		t.Run(c.Name(), func(t *testing.T) {
			folder := filepath.Join(fleettest.Damage(), c.Name())
			var none bytes.Buffer
			parquet(t, cli.Main([]string{"verify", folder}, &none, &none, &none), folder, "-o", t.TempDir())
		})
	}
}

// The same chains give the same bytes under the same names, from a path and from a URL.
func TestSameBytes(t *testing.T) {
	folder := t.TempDir()
	r := rand.New(rand.NewPCG(7, 7))
	for _, kind := range kinds {
		fleettest.WriteChannel(t, r, filepath.Join(folder, "n/a"), kind, 500)
	}
	a, b := t.TempDir(), t.TempDir()
	parquet(t, statusDamaged, folder, "-o", a, "--payload")
	parquet(t, statusDamaged, "file://"+folder, "-o", "file://"+b, "--payload")
	first := hashes(t, a)
	if diff := cmp.Diff(first, hashes(t, b)); diff != "" || len(first) != 4 {
		t.Errorf("%d files: %s", len(first), diff)
	}
	parquet(t, statusDamaged, folder, "-o", a, "--payload")
	if diff := cmp.Diff(first, hashes(t, a)); diff != "" {
		t.Error("once more: " + diff)
	}
}

// hashes returns the hashes of all files below a folder, by name.
func hashes(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := os.ReadFile(filepath.Join(folder, name))
		all[name] = fmt.Sprintf("%x", sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Two folders that hold a channel of one name of a node of one name are refused: the rows of
// one would take the place of the other's.
func TestTwoChainsOfOneName(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "node"), filepath.Join(t.TempDir(), "node")
	r := rand.New(rand.NewPCG(1, 1))
	fleettest.WriteChannel(t, r, a, wire.ChainAction, 20)
	fleettest.WriteChannel(t, r, b, wire.ChainAction, 30)
	out := t.TempDir()
	_, told := parquet(t, statusFailed, a, b, "-o", out)
	if !strings.Contains(told, "name a folder above both") || len(hashes(t, out)) != 1 {
		t.Error(told, hashes(t, out))
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"x"}, {"-o", "x"}, {"--what"}} {
		parquet(t, statusUsage, args...)
	}
	_, told := parquet(t, statusFailed, t.TempDir(), "-o", t.TempDir())
	if !strings.Contains(told, "nothing that was named can be read as a chain") {
		t.Error(told)
	}
}

// The ids of actions begin again with each process: without the column run an action of one
// is taken for a further attempt of another's.
func TestRunsTellActionsApart(t *testing.T) {
	out := t.TempDir()
	parquet(t, statusOK, fleettest.Incident(), "-o", out)
	storms := func(by string) string {
		return fmt.Sprintf(`SELECT count(*)::text AS n FROM (SELECT 1 FROM %s WHERE chain = 'action'
			GROUP BY %s HAVING count(*) > 1 AND max(epoch(ts)) - min(epoch(ts)) > 600)`, all(out), by)
	}
	answers := fleettest.Query(t, storms("node, run, id"), storms("node, id"))
	if with, without := answers[0][0]["n"], answers[1][0]["n"]; with != "0" || without == "0" {
		t.Errorf("%v actions last longer than ten minutes, without run %v", with, without)
	}
}

// The questions of a review, asked in SQL, have the answers that the page gives.
func TestQuestions(t *testing.T) {
	out := t.TempDir()
	parquet(t, statusOK, fleettest.Incident(), "-o", out)
	questions := questions(t)
	queries := []string{"SET TimeZone = 'UTC'", fmt.Sprintf("CREATE VIEW entries AS SELECT * FROM %s", all(out))}
	for _, q := range questions {
		queries = append(queries, q.sql)
	}
	answers := fleettest.Query(t, queries...)[2:]
	for i, q := range questions {
		var rows []string
		for _, row := range answers[i] {
			rows = append(rows, rowText(row))
		}
		if diff := cmp.Diff(q.answer, rows); diff != "" {
			t.Errorf("%s: want -, got +\n%s", q.text, diff)
		}
	}
	if len(questions) != 10 {
		t.Errorf("%d questions", len(questions))
	}
}

// question is a question of questions.sql: a comment, a query, and its answer as comments.
type question struct {
	text, sql string
	answer    []string
}

func questions(t *testing.T) (all []question) {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(fleettest.Root(), "questions.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range strings.Split(string(file), "\n\n") {
		q := question{}
		for line := range strings.SplitSeq(strings.TrimSpace(part), "\n") {
			switch {
			case strings.HasPrefix(line, "--> "):
				q.answer = append(q.answer, line[4:])
			case strings.HasPrefix(line, "--"):
				q.text += line
			default:
				q.sql += line + "\n"
			}
		}
		if q.sql != "" {
			all = append(all, q)
		}
	}
	return all
}

// rowText is a row as questions.sql has it.
func rowText(row fleettest.Row) string {
	names := make([]string, 0, len(row))
	for name := range row {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = fmt.Sprintf("%s=%v", name, row[name])
	}
	return strings.Join(names, " ")
}
