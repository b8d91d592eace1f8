package saveas

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"chainglass/app/engine"
	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

const testdata = "../../wire/redex/testdata/"

// walked returns the entries that a query keeps of a folder of the test data.
func walked(t *testing.T, folder, query string) []engine.WalkedEntry {
	t.Helper()
	e := engine.New(engine.Options{})
	if _, err := e.Open(context.Background(), folder, os.DirFS(testdata+folder), nil); err != nil {
		t.Fatal(err)
	}
	var all []engine.WalkedEntry
	spec := engine.EntriesSpec{TableSpec: engine.TableSpec{Query: query}}
	_, err := e.Entries(context.Background(), spec, nil, func(w *engine.WalkedEntry) error {
		all = append(all, *w)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// table reads CSV as others would.
func table(t *testing.T, text []byte) []map[string]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(string(text)))
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func csvOf(entries []engine.WalkedEntry) []byte {
	text := AppendCSVHeader(nil)
	for i := range entries {
		text = AppendCSV(text, &entries[i])
	}
	return text
}

func TestCSVHasARowForEveryEntry(t *testing.T) {
	entries := walked(t, "damage/rot-many", "")
	rows := table(t, csvOf(entries))
	if len(rows) != len(entries) {
		t.Fatalf("%d rows of %d entries", len(rows), len(entries))
	}
	bad := 0
	for i, row := range rows {
		e := &entries[i]
		if row["seq"] != strconv.FormatUint(e.Entry.Seq, 10) || row["status"] != e.Entry.Status.String() || row["ts_ns"] != strconv.FormatUint(e.Entry.TSNS.Value, 10) {
			t.Errorf("row %d: %v", i, row)
		}
		if e.Entry.Status == wire.EntryBadChecksum {
			bad++
			if row["error"] == "" || row["hex"] == "" || row["kind"] != "" || row["id"] != "" {
				t.Errorf("row %d: %v", i, row)
			}
		}
	}
	if bad == 0 {
		t.Error("no entry is bad")
	}
}

func TestCSVKeepsNumbersWhole(t *testing.T) {
	e := engine.WalkedEntry{Kind: kind.Unknown(), Entry: wire.Entry{Seq: math.MaxUint64, TSNS: postcard.Some[uint64](math.MaxUint64)}}
	e.Row = engine.Row{ID: 1<<53 + 1, TimeMS: postcard.Some[uint64](math.MaxUint64)}
	row := table(t, csvOf([]engine.WalkedEntry{e}))[0]
	want := map[string]string{"seq": "18446744073709551615", "ts_ns": "18446744073709551615", "id": "9007199254740993", "record_time_ms": "18446744073709551615", "time_utc": "2554-07-21T23:34:33.709551615Z"}
	for name, value := range want {
		if row[name] != value {
			t.Errorf("%s is %q, want %q", name, row[name], value)
		}
	}
}

func TestCSVQuotesAndDisarms(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                      "plain",
		`a,b "c"` + "\n\r\nd":        `a,b "c"` + "\n\nd", // as encoding/csv reads line ends
		"=cmd|' /C calc'!A0":         "'=cmd|' /C calc'!A0",
		"+1":                         "'+1",
		"-1+1":                       "'-1+1",
		"@SUM(A1)":                   "'@SUM(A1)",
		"\t=1":                       "\t'=1",
		"a=b":                        "a=b",
		"":                           "",
		" =1":                        " '=1",
		"\u00a0@a":                   "\u00a0'@a",
		"\uff1d1":                    "'\uff1d1",
		"\r\n=1":                     "\n'=1",
		"a;=1":                       "a;'=1",
		"-5":                         "'-5",
		" a":                         " a",
		"naïve \u202e 日本語 \x00 done": "naïve \u202e 日本語 \x00 done",
	} {
		e := engine.WalkedEntry{Kind: kind.Unknown(), Row: engine.Row{TimeMS: postcard.Some[uint64](1), Text: text}}
		line := AppendCSV(nil, &e)
		if !strings.HasSuffix(string(line), "\r\n") {
			t.Errorf("%q: the line ends with %q", text, line)
		}
		if got := table(t, append(AppendCSVHeader(nil), line...))[0]["text"]; got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Whatever program reads it, with commas, semicolons or tabs between cells, and
// whatever it makes of quotes, no cell of data begins like a formula.
func TestCSVCellsOfAnyProgram(t *testing.T) {
	const signs = "=+-@\uff1d\uff0b\uff0d\uff20"
	alphabet := []rune("=+-@;,\t\r\n\"' a\u00a0\uff0b")
	dice := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range 1 + dice.IntN(8) {
			b.WriteRune(alphabet[dice.IntN(len(alphabet))])
		}
		text := b.String()
		e := engine.WalkedEntry{Node: text, Channel: text, Kind: (kind.Set{}).Of(wire.ChainAction)}
		e.Row = engine.Row{TimeMS: postcard.Some[uint64](1), Kind: text, Text: text, Error: text, Outcome: text}
		line := string(AppendCSV(nil, &e))
		cells, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(cells) != len(csvColumns) {
			t.Fatalf("%q: %d cells, %v in %q", text, len(cells), err, line)
		}
		for _, separators := range []string{";\r\n", "\t\r\n"} {
			cells = append(cells, strings.FieldsFunc(line, func(c rune) bool { return strings.ContainsRune(separators, c) })...)
		}
		for _, cell := range cells {
			first, _ := utf8.DecodeRuneInString(strings.Trim(cell, " \u00a0\""))
			if first != utf8.RuneError && strings.ContainsRune(signs, first) {
				t.Fatalf("%q: a cell begins like a formula: %q in %q", text, cell, line)
			}
		}
		if got := strings.ReplaceAll(cells[0], "'", ""); got != strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "'", "") {
			t.Fatalf("%q became %q", text, cells[0])
		}
	}
}

func TestLongTextsAreWhole(t *testing.T) {
	for _, e := range walked(t, "incident", "chain:log") {
		if strings.HasSuffix(e.Row.Text, "…") {
			t.Fatalf("cut: %q", e.Row.Text)
		}
	}
}

func TestNDJSONLinesAreJSON(t *testing.T) {
	entries := walked(t, "incident", `outcome:failed reason:"timed out"`)
	if len(entries) == 0 {
		t.Fatal("nothing was kept")
	}
	for i := range entries {
		e := &entries[i]
		var line struct {
			Chain  string
			Seq    uint64
			TS     uint64
			Status string
			Record json.RawMessage
		}
		text := AppendNDJSON(nil, ChainName(e.Node, e.Channel), e.Kind, &e.Entry, e.ParseError)
		if err := json.Unmarshal(text, &line); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if line.Seq != e.Entry.Seq || line.TS != e.Entry.TSNS.Value || line.Chain != e.Node+"/"+e.Channel || len(line.Record) == 0 {
			t.Fatalf("%s", text)
		}
	}
}

func TestChainNames(t *testing.T) {
	got := []string{ChainName("", "log"), ChainName("n1", "meshos/log")}
	if diff := cmp.Diff([]string{"log", "n1/meshos/log"}, got); diff != "" {
		t.Error(diff)
	}
}
