package source

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

// vector is a record in both encodings.
type vector struct {
	Hex    string          `json:"hex"`
	Record json.RawMessage `json:"record"`
}

func vectors(t testing.TB, file string) (list []vector) {
	t.Helper()
	b, err := os.ReadFile("../../" + file)
	must(t, err)
	for line := range bytes.Lines(b) {
		var v vector
		must(t, json.Unmarshal(line, &v))
		if v.Record != nil {
			list = append(list, v)
		}
	}
	return list
}

// camelCase spells the keys of a record as the cluster's JavaScript library
// does.
func camelCase(text string) string {
	for _, key := range []string{"committed_at_ms", "operator_ids", "chain_pending", "ts_ms", "daemon_id", "node_id", "recorded_at_ms", "emitted_at_ms", "retry_after_ms", "cooldown_ms"} {
		words := strings.Split(key, "_")
		camel := words[0]
		for _, w := range words[1:] {
			camel += strings.ToUpper(w[:1]) + w[1:]
		}
		text = strings.ReplaceAll(text, `"`+key+`"`, `"`+camel+`"`)
	}
	return text
}

func join(list []vector, before, between, after string, f func(string) string) string {
	texts := make([]string, len(list))
	for i, v := range list {
		texts[i] = f(string(v.Record))
	}
	return before + strings.Join(texts, between) + after
}

func indented(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "  ", "  ") != nil {
		return text
	}
	return b.String()
}

func same(text string) string { return text }

func TestJSONRecords(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	kinds := []struct {
		file    string
		kind    wire.ChainKind
		channel string
	}{
		{"wire/testdata/records.jsonl", wire.ChainAction, "meshos/actions"},
		{"snapshot/testdata/audit.jsonl", wire.ChainAudit, "admin-audit"},
		{"snapshot/testdata/log.jsonl", wire.ChainLog, "log"},
		{"snapshot/testdata/failure.jsonl", wire.ChainFailure, "failures"},
	}
	forms := []struct {
		name string
		text func(list []vector) string
	}{
		{"lines", func(l []vector) string { return join(l, "", "\n", "\n", same) }},
		{"lines, CRLF, no end", func(l []vector) string { return join(l, "\uFEFF", "\r\n\r\n", "", same) }},
		{"array", func(l []vector) string { return join(l, "[", ",", "]", same) }},
		{"pretty array", func(l []vector) string { return join(l, "[\n  ", ",\n  ", "\n]\n", indented) }},
		{"pretty values", func(l []vector) string { return join(l, "\n", "\n", "", indented) }},
		{"camelCase", func(l []vector) string { return join(l, "", "\n", "", camelCase) }},
		{"rows", func(l []vector) string {
			return join(l, "", "\n", "", func(s string) string { return `{"ts":null,"status":"ok","record":` + s + `}` })
		}},
	}
	for _, k := range kinds {
		list := vectors(t, k.file)
		for _, form := range forms {
			t.Run(k.channel+"/"+form.name, func(t *testing.T) {
				set := find(t, files{"n/x": form.text(list)}.fsys())
				want := []string{fmt.Sprintf("n/x | n | %s | %v by file format | %d", k.channel, k.kind, len(list))}
				if diff := cmp.Diff(want, chainLines(set)); diff != "" {
					t.Fatal(diff)
				}
				wantNoProblems(t, set)
				wantVectors(t, entriesOf(t, set.Chains[0].Reader, 0), list)
			})
		}
	}
}

func wantVectors(t *testing.T, entries []wire.Entry, list []vector) {
	t.Helper()
	for i, e := range entries {
		if got := hex.EncodeToString(e.Payload); got != list[i].Hex || e.Seq != uint64(i) || e.TSNS.Some || e.Status != wire.EntryOK {
			t.Fatalf("entry %d: %+v, payload %s, want %s", i, e, got, list[i].Hex)
		}
	}
}

func TestJSONLowerCaseLevels(t *testing.T) {
	set := paste(t, `{"seq":5,"tsMs":1700000000000,"level":"warn","daemonId":7,"nodeId":100,"message":"throttling"}`)
	got := entriesOf(t, set.Chains[0].Reader, 0)[0].Payload
	want := (&snapshot.LogRecord{
		Seq: 5, TSMS: 1700000000000, Level: snapshot.LevelWarn, Message: "throttling",
		DaemonID: postcard.Some[uint64](7), NodeID: postcard.Some[uint64](100),
	}).AppendPostcard(nil)
	if !bytes.Equal(got, want) {
		t.Errorf("%x, want %x", got, want)
	}
}

// The bytes of a row are what was in the chain, decodable or not.
func TestJSONRows(t *testing.T) {
	text := strings.Join([]string{
		`{"seq":10,"ts":1700000000000000001,"status":"ok","hex":"0101","error":"cut"}`,
		`{"seq":11,"ts":1700000000000000002,"status":"bad-checksum","record":{"id":1,"kind":"stop_daemon","emitted_at_ms":5,"disposition":"Dispatched"}}`,
		`{"seq":12,"ts":null,"status":"torn","error":"torn"}`,
		`{"seq":13,"hex":"0xyz"}`,
		`{"seq":14,"record":null,"error":"empty"}`,
	}, "\n")
	set := find(t, files{"a": text}.fsys())
	r := set.Chains[0].Reader
	got := entriesOf(t, r, 0)
	type row struct {
		seq    uint64
		ts     postcard.Option[uint64]
		status wire.EntryStatus
		hex    string
		err    string
	}
	var rows []row
	for i, e := range got {
		text := ""
		var parse *ParseError
		if err := r.(ParseErrorer).ParseError(i); errors.As(err, &parse) {
			text = parse.Err.Error()
		}
		rows = append(rows, row{e.Seq, e.TSNS, e.Status, hex.EncodeToString(e.Payload), text})
	}
	want := []row{
		{10, postcard.Some[uint64](1700000000000000001), wire.EntryOK, "0101", ""},
		{11, postcard.Some[uint64](1700000000000000002), wire.EntryBadChecksum, "01010b73746f705f6461656d6f6e0500", ""},
		{12, postcard.None[uint64](), wire.EntryTorn, "", "torn"},
		{13, postcard.None[uint64](), wire.EntryOK, "", "encoding/hex: invalid byte: U+0078 'x'"},
		{14, postcard.None[uint64](), wire.EntryOK, "", "empty"},
	}
	if diff := cmp.Diff(want, rows, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
}

func TestJSONRowsOfVectors(t *testing.T) {
	b, err := os.ReadFile("../../wire/testdata/hexes.jsonl")
	must(t, err)
	set := find(t, files{"hexes.jsonl": string(b)}.fsys())
	if len(set.Chains) != 1 || set.Chains[0].Kind != wire.ChainAction {
		t.Fatalf("%q, %v", chainLines(set), set.Problems)
	}
	i := 0
	entries := entriesOf(t, set.Chains[0].Reader, 0)
	for line := range bytes.Lines(b) {
		var v vector
		must(t, json.Unmarshal(line, &v))
		if got := hex.EncodeToString(entries[i].Payload); got != v.Hex {
			t.Fatalf("line %d: %s, want %s", i+1, got, v.Hex)
		}
		i++
	}
}

func failureLine(seq int, reason string) string {
	return fmt.Sprintf(`{"seq":%d,"source":"s","reason":%q,"recorded_at_ms":%d}`, seq, reason, 1700000000000+seq)
}

// A line that is a broken record is an entry with an error, and costs no other entry. A
// line of something else is no entry.
func TestJSONBrokenLines(t *testing.T) {
	lines := make([]string, 200)
	for i := range lines {
		lines[i] = failureLine(i, "r")
	}
	lines[3] = `{"seq":3,"source":"s","reason":"r`
	lines[70] = `not JSON`
	lines[150] = `{"seq":-1,"source":"s","reason":"r","recorded_at_ms":5}`
	set := find(t, files{"a": strings.Join(lines, "\n")}.fsys())
	r := set.Chains[0].Reader
	if r.Len() != 199 {
		t.Fatalf("%d entries", r.Len())
	}
	for i, e := range entriesOf(t, r, 0) {
		broken := i == 3 || i == 149
		err := r.(ParseErrorer).ParseError(i)
		want := wire.EntryOK
		if i == 3 {
			want = wire.EntryTorn // it ends within a string
		}
		if broken != (err != nil) || broken != (len(e.Payload) == 0) || e.Status != want {
			t.Errorf("entry %d: %v, payload %x, %v", i, e.Status, e.Payload, err)
		}
	}
	var parse *ParseError
	var cause *serdejson.Error
	err := r.(ParseErrorer).ParseError(149)
	if !errors.As(err, &parse) || !errors.As(err, &cause) || cause.Field != "seq" || parse.Offset != int64(len(strings.Join(lines[:150], "\n"))+1) {
		t.Errorf("%v: %+v", err, cause)
	}
	for _, position := range []int{-1, 199} {
		if r.(ParseErrorer).ParseError(position) == nil {
			t.Errorf("position %d has no error", position)
		}
	}
	faults := set.Chains[0].Faults
	if len(faults) != 1 || !faults[0].Note || faults[0].Offset != int64(len(strings.Join(lines[:70], "\n"))+1) {
		t.Errorf("%+v", faults)
	}
}

// Whatever the block size and the order of reading, a position is one record.
func TestJSONReadsAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const n = 3000
	lines := make([]string, n)
	for i := range lines {
		lines[i] = failureLine(i, strings.Repeat("x", i%1500))
	}
	newest := make([]string, n)
	for i := range lines {
		newest[n-1-i] = lines[i]
	}
	for name, text := range map[string]string{
		"lines": strings.Join(lines, "\n"), "array": "[" + strings.Join(lines, ", ") + "]",
		"newest first": "[\n" + strings.Join(newest, ",\n") + "\n]",
	} {
		t.Run(name, func(t *testing.T) {
			set := find(t, files{"a": text}.fsys())
			r := set.Chains[0].Reader
			want := entriesOf(t, r, 0)
			for i, e := range want {
				var v snapshot.FailureView
				if _, err := snapshot.DecodeFailureView(e.Payload, &v); err != nil || v.Seq != uint64(i) {
					t.Fatalf("entry %d has seq %d, %v", i, v.Seq, err)
				}
			}
			if !equalEntries(want, entriesOf(t, r, 7)) {
				t.Error("blocks of 7 differ")
			}
			rng := rand.New(rand.NewPCG(1, 2))
			for range 300 {
				i := rng.IntN(n)
				b := wire.Block{MaxEntries: 1 + rng.IntN(100)}
				must(t, r.ReadBlock(i, &b))
				if !equalEntries(want[i:i+len(b.Entries)], b.Entries) {
					t.Fatalf("%d entries from %d differ", len(b.Entries), i)
				}
				at, err := r.(Locator).Locate(i)
				must(t, err)
				if got := text[at.PayloadOffset : at.PayloadOffset+at.PayloadBytes]; got != lines[i] {
					t.Fatalf("entry %d located at %s", i, got)
				}
			}
			if err := r.ReadBlock(n, new(wire.Block)); err != io.EOF {
				t.Errorf("behind the end: %v", err)
			}
			if err := r.ReadBlock(-1, new(wire.Block)); err == nil || err == io.EOF {
				t.Errorf("before the start: %v", err)
			}
		})
	}
}

func equalEntries(a, b []wire.Entry) bool {
	return slices.EqualFunc(a, b, func(a, b wire.Entry) bool {
		return a.Seq == b.Seq && a.FlagsAndChecksum == b.FlagsAndChecksum && a.Status == b.Status && bytes.Equal(a.Payload, b.Payload)
	})
}

func TestJSONNewestFirst(t *testing.T) {
	rows := []struct {
		name    string
		text    string
		reverse bool
	}{
		{"newest first", "[" + failureLine(3, "") + "," + failureLine(2, "") + "]", true},
		{"same time, seq falls", `[{"seq":2,"source":"s","reason":"","recorded_at_ms":5},{"seq":1,"source":"s","reason":"","recorded_at_ms":5}]`, true},
		{"oldest first", "[" + failureLine(2, "") + "," + failureLine(3, "") + "]", false},
		{"one", "[" + failureLine(2, "") + "]", false},
		{"restart", `[{"seq":9,"source":"s","reason":"","recorded_at_ms":5},{"seq":1,"source":"s","reason":"","recorded_at_ms":6}]`, false},
		{"lines", failureLine(3, "") + "\n" + failureLine(2, ""), false},
	}
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			set := find(t, files{"a": tt.text}.fsys())
			if told := len(set.Problems) == 1 && set.Problems[0].Title == "listed newest first"; told != tt.reverse {
				t.Errorf("%v", set.Problems)
			}
			if r := set.Chains[0].Reader.(*textReader); len(r.reversed) > 0 != tt.reverse {
				t.Errorf("reversed: %v", r.reversed)
			}
		})
	}
}

// The limit is the longest text that is read.
func TestJSONLongText(t *testing.T) {
	frame := len(failureLine(1, ""))
	fits := failureLine(1, strings.Repeat("x", MaxRecordTextBytes-frame))
	tooLong := failureLine(1, strings.Repeat("x", MaxRecordTextBytes-frame+1))
	for name, text := range map[string]string{
		"lines": strings.Join([]string{failureLine(0, ""), fits, tooLong, failureLine(3, "")}, "\n"),
		"array": "[" + strings.Join([]string{failureLine(0, ""), fits, tooLong, failureLine(3, "")}, ",") + "]",
	} {
		t.Run(name, func(t *testing.T) {
			r := find(t, files{"a": text}.fsys()).Chains[0].Reader
			for i, e := range entriesOf(t, r, 0) {
				err := r.(ParseErrorer).ParseError(i)
				if (i == 2) != errors.Is(err, ErrTextTooLong) || (i == 2) != (len(e.Payload) == 0) {
					t.Errorf("entry %d: %d bytes, %v", i, len(e.Payload), err)
				}
			}
		})
	}
}

func TestJSONSnapshots(t *testing.T) {
	b, err := os.ReadFile("../../snapshot/testdata/snapshots.jsonl")
	must(t, err)
	var lines []string
	for line := range strings.Lines(string(b)) {
		var v vector
		must(t, json.Unmarshal([]byte(line), &v))
		lines = append(lines, string(v.Record))
		if len(lines) == 3 {
			break
		}
	}
	// A null where a number belongs is what serde makes of NaN; it does not parse.
	lines = append(lines, strings.Replace(lines[2], `"daemons"`, `"daemons":null,"x"`, 1))
	in := files{
		"node-1/snapshot.json": indented(lines[0]),
		"node-2/stream":        strings.Join(lines, "\n"),
		"list.json":            "[" + lines[0] + "," + lines[1] + "]",
		"row.json":             `{"hex":"00","record":` + lines[0] + `}`,
	}
	set := find(t, in.fsys())
	var got []string
	for _, base := range set.Bases {
		got = append(got, base.Origin+" "+base.Node+" "+base.Encoding)
	}
	want := []string{
		"list.json list JSON", "list.json#1 list JSON", "node-1/snapshot.json node-1 JSON",
		"node-2/stream node-2 JSON", "node-2/stream#1 node-2 JSON", "node-2/stream#2 node-2 JSON", "row.json row JSON",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"node-2/stream#3: a snapshot that does not parse"}, problemLines(set)); diff != "" {
		t.Error(diff)
	}
	parsed, err := snapshot.ParseMeshOsSnapshot([]byte(lines[0]))
	must(t, err)
	if diff := cmp.Diff(&parsed, set.Bases[2].Snapshot); diff != "" {
		t.Error(diff)
	}
}

func TestPostcardSnapshots(t *testing.T) {
	b, err := os.ReadFile("../../snapshot/testdata/snapshots.jsonl")
	must(t, err)
	n := 0
	for line := range bytes.Lines(b) {
		var v vector
		must(t, json.Unmarshal(line, &v))
		payload, err := hex.DecodeString(v.Hex)
		must(t, err)
		set := find(t, files{"node-1/x": string(payload)}.fsys())
		if len(set.Bases) != 1 || set.Bases[0].Encoding != "postcard" || set.Bases[0].Node != "node-1" {
			t.Fatalf("line %d: %v", n+1, set.Problems)
		}
		n++
	}
}

func TestSnapshotsAreLimited(t *testing.T) {
	empty := `{"daemons":{},"replicas":{},"peers":{},"avoid_list":{},"local_maintenance":"Active","recently_emitted":[],"recent_failures":[],"freeze_remaining_ms":null,"admin_audit":[],"log_ring":[],"in_flight_migrations":[],"runtime_epoch_id":0}` + "\n"
	for n, problems := range map[int]int{MaxBases: 0, MaxBases + 1: 1} {
		set := find(t, files{"a": strings.Repeat(empty, n)}.fsys())
		if len(set.Bases) != MaxBases || len(set.Problems) != problems {
			t.Errorf("%d snapshots: %d bases, %v", n, len(set.Bases), set.Problems)
		}
	}
}

func TestMembersTakeAnything(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1,"b":{"c":[1,"}"]},"d":"x\"y"}`: `a=1 b={"c":[1,"}"]} d="x\"y" `,
		` { "a" : null , "b":[] } `:            `a=null b=[] `,
		`{"a"`:                                 ``,
		`{"a":`:                                ``,
		`{"a":}`:                               `a=} `,
		`{a:1}`:                                ``,
		`{"a":1,,"b":2`:                        `a=1 b=2 `,
		`{"`:                                   ``,
		`{"a":"x`:                              `a="x `,
		`[1]`:                                  ``,
		``:                                     ``,
	} {
		var got strings.Builder
		members([]byte(text), func(key, value []byte) { fmt.Fprintf(&got, "%s=%s ", key, value) })
		if got.String() != want {
			t.Errorf("%s: %s, want %s", text, got.String(), want)
		}
	}
}

func BenchmarkJSONReader(b *testing.B) {
	var text strings.Builder
	for i := range 20_000 {
		text.WriteString(failureLine(i, "deferred 17 times") + "\n")
	}
	r := find(b, files{"a": text.String()}.fsys()).Chains[0].Reader
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	var block wire.Block
	for b.Loop() {
		for pos := 0; pos < r.Len(); pos += len(block.Entries) {
			if err := r.ReadBlock(pos, &block); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*r.Len()), "ns/record")
}
