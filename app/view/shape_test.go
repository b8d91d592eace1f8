package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// chainAt is a chain of entries that begins at a seq and a time.
func chainAt(kind wire.ChainKind, entries int, firstSeq, firstMS, lastMS uint64) *engine.ChainInfo {
	return &engine.ChainInfo{
		Node: "node-1", Channel: "meshos/actions", Kind: kind, Entries: entries, Indexed: entries,
		FirstSeq: firstSeq, LastSeq: firstSeq + uint64(entries) - 1,
		FirstTSNS: postcard.Some(firstMS * nsPerMS), LastTSNS: postcard.Some(lastMS * nsPerMS),
		FirstMS: postcard.Some(firstMS), LastMS: postcard.Some(lastMS),
		Times: []engine.TimeGroup{{FirstNS: firstMS * nsPerMS, LastNS: lastMS * nsPerMS, Entries: max(entries, 1)}},
	}
}

func headings(c Columns) string {
	var words []string
	for _, column := range c.List {
		words = append(words, column.Heading)
	}
	return strings.Join(words, " | ")
}

func TestColumnsFitTheChain(t *testing.T) {
	start := at(t, "2026-05-22 16:00:00.000")
	day := chainAt(wire.ChainAction, 100, 0, start, start+1000)
	trimmed := chainAt(wire.ChainFailure, 100, 37, start, start+3*msPerDay)
	text := chainAt(wire.ChainLog, 100, 0, start, start+1000)
	text.FirstTSNS, text.LastTSNS = postcard.None[uint64](), postcard.None[uint64]()
	unknown := chainAt(wire.ChainUnknown, 0, 0, start, start)
	for _, c := range []struct {
		chain *engine.ChainInfo
		want  string
		dates Dates
	}{
		{day, "seq | time UTC | Δ record | id | kind | disposition | delay | reason | bytes", DatesNone},
		{trimmed, "pos | seq | time UTC | Δ record | rec.seq | source |  | reason | bytes", DatesShort},
		{text, "seq | ts_ms UTC | rec.seq | origin | level | message | bytes", DatesNone},
		{unknown, "seq | time UTC | status | payload | bytes", DatesNone},
	} {
		columns := ColumnsOf(c.chain, UTC)
		if got := headings(columns); got != c.want {
			t.Errorf("%v: columns %q, want %q", c.chain.Kind, got, c.want)
		}
		if columns.Dates != c.dates {
			t.Errorf("%v: dates %q, want %q", c.chain.Kind, columns.Dates, c.dates)
		}
	}
}

func TestCells(t *testing.T) {
	start := at(t, "2026-05-22 16:00:00.000")
	columns := ColumnsOf(chainAt(wire.ChainAction, 100, 0, start, start+1000), UTC)
	failed := engine.Row{
		Position: 7, Seq: 7, TSNS: postcard.Some(start*nsPerMS + 999_999), Size: 40,
		TimeMS: postcard.Some(start - 1700), ID: 1<<64 - 1, Kind: "pull_replica",
		Outcome: "Failed", Text: "timed\u202eout", DelayMS: postcard.Some[uint64](2000),
	}
	got := columns.Cells(&failed)
	want := [columnKeys]string{
		"7", "7", "16:00:00.000", "", "", "−1.7 s", "18446…51615", "pull_replica", "Failed", "2 s", "timed⟨RLO⟩out", "40",
	}
	if diff := cmp.Diff(want, got.Text); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.WholeID != "18446744073709551615" || got.Outcome.Tone != ToneFailed {
		t.Errorf("whole id %q, tone %q", got.WholeID, got.Outcome.Tone)
	}
}

func TestCellsOfWhatIsNoRecord(t *testing.T) {
	columns := ColumnsOf(chainAt(wire.ChainAction, 100, 0, 0, 0), UTC)
	for _, c := range []struct {
		row           engine.Row
		outcome, text string
	}{
		{engine.Row{Error: "postcard decode: no"}, "undecodable", "postcard decode: no"},
		{engine.Row{Status: wire.EntryBadChecksum}, "bad-checksum", ""},
		{engine.Row{Status: wire.EntryTorn}, "torn", ""},
	} {
		cells := columns.Cells(&c.row)
		if cells.Outcome.Word != c.outcome || cells.Text[ColumnText] != c.text || cells.Outcome.Tone != ToneFinding {
			t.Errorf("shown as %+v with %q, want %q with %q", cells.Outcome, cells.Text[ColumnText], c.outcome, c.text)
		}
		if cells.Text[ColumnID] != "" || cells.Text[ColumnTime] != Absent {
			t.Errorf("an id or time is made up: %q", cells.Text)
		}
	}
}

func TestSegments(t *testing.T) {
	counts := engine.Counts{
		Outcomes:    []engine.Count{{Name: "Dispatched", Count: 9_999_990}, {Name: "Failed", Count: 3}},
		Statuses:    []engine.Count{{Name: "ok", Count: 9_999_993}, {Name: "torn", Count: 1}},
		Undecodable: 6,
	}
	segments := Segments(&counts)
	end := 0
	for _, s := range segments {
		if s.Start != end || s.Length < leastUnits {
			t.Errorf("%s begins at %d with length %d, want %d and at least %d", s.Outcome.Word, s.Start, s.Length, end, leastUnits)
		}
		end = s.Start + s.Length
	}
	if end != BarUnits || len(segments) != 4 {
		t.Errorf("%d segments end at %d, want 4 and %d", len(segments), end, BarUnits)
	}
	if Segments(&engine.Counts{}) != nil {
		t.Error("an empty chain has segments")
	}
}

func TestHexDumpSplitsAtFields(t *testing.T) {
	fields := []engine.Field{
		{Name: "version", Offset: 0, Length: 1},
		{Name: "kind", Offset: 1, Length: 4},
		{Name: "disposition", Offset: 5, Length: 1},
		{Name: "reason", Depth: 1, Offset: 6, Length: 2},
	}
	got := HexDump([]byte("\x01\x03abc\x01\x01z!!"), fields, 8)
	want := []HexLine{
		{0, []HexRun{{0, "01 ", "·"}, {1, "03 61 62 63 ", "·abc"}, {2, "01 ", "·"}, {3, "01 7a", "·z"}}},
		{8, []HexRun{{-1, "21 21", "!!"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !Inside(fields, 2, 3) || Inside(fields, 1, 3) || Inside(fields, 3, 2) || Inside(fields, -1, 0) || Inside(fields, 0, 9) {
		t.Error("reason is not just inside disposition")
	}
	if HexDump(nil, fields, 8) == nil || len(HexDump([]byte("a"), []engine.Field{{Offset: -5, Length: 99}}, 8)) != 1 {
		t.Error("fields beyond the payload are not cut")
	}
}

func TestPartsBeginWithFailures(t *testing.T) {
	state := engine.State{State: kind.State{
		Snapshot: snapshot.MeshOsSnapshot{
			RecentFailures: []snapshot.FailureRecord{
				{Source: "action-id:1", Reason: "old", RecordedAtMS: 1000},
				{Source: "action-id:2", Reason: "new", RecordedAtMS: 2000},
			},
			Daemons: map[uint64]snapshot.DaemonSnapshot{9: {Name: "late"}, 7: {Name: "early"}},
		}},
		Parts: []engine.StatePart{{Kind: wire.ChainAction}, {Kind: wire.ChainLog}},
	}
	filled, empty := Parts(&state, UTC)
	if filled[0].Name != "recent_failures" || filled[0].Row(0)[2].Text != "new" {
		t.Errorf("first is %q with %q", filled[0].Name, filled[0].Row(0))
	}
	if filled[1].Name != "daemons" || filled[1].Row(0)[1].Text != "early" {
		t.Errorf("second is %q with %q", filled[1].Name, filled[1].Row(0))
	}
	why := map[string]string{}
	for _, e := range empty {
		why[e.Name] = e.Why
	}
	if why["log_ring"] != "nothing yet at this position" || !strings.Contains(why["admin_audit"], "no audit chain") {
		t.Errorf("reasons %q", why)
	}
	if len(filled)+len(empty) != 12 {
		t.Errorf("%d parts of a snapshot of 12 fields", len(filled)+len(empty))
	}
	if groups := GroupEmpty(empty); len(groups) != 3 {
		t.Errorf("the reasons make %d groups, want 3: %v", len(groups), groups)
	}
}

// Every part can be drawn from a snapshot that has everything.
func TestPartsDrawEveryRow(t *testing.T) {
	some := postcard.Some[uint64](5)
	state := engine.State{State: kind.State{Snapshot: snapshot.MeshOsSnapshot{
		Daemons:            map[uint64]snapshot.DaemonSnapshot{1: {Health: postcard.Some(snapshot.DaemonHealthSnapshot{Reason: "slow"}), RestartState: snapshot.RestartStateSnapshot{Kind: snapshot.RestartBackingOff, UntilMS: 5}}},
		Replicas:           map[uint64]snapshot.ReplicaSnapshot{1: {Holders: []uint64{1, 2}, Leader: some}},
		Peers:              map[uint64]snapshot.PeerSnapshot{1: {MemUsedBytes: some, RTTMS: some}},
		AvoidList:          map[uint64]snapshot.AvoidEntrySnapshot{1: {}},
		LocalMaintenance:   snapshot.MaintenanceStateSnapshot{Kind: snapshot.MaintenanceEntering},
		RecentlyEmitted:    []snapshot.PendingActionSnapshot{{}},
		RecentFailures:     []snapshot.FailureRecord{{}},
		FreezeRemainingMS:  some,
		AdminAudit:         []snapshot.AdminAuditRecord{{OperatorIDs: []uint64{3}}},
		LogRing:            []snapshot.LogRecord{{Message: "a\nb"}},
		InFlightMigrations: []snapshot.MigrationSnapshot{{}},
		RuntimeEpochID:     1 << 63,
	}}}
	filled, empty := Parts(&state, UTC)
	if len(filled) != 12 || len(empty) != 0 {
		t.Fatalf("%d parts are filled, %d empty", len(filled), len(empty))
	}
	for _, part := range filled {
		if cells := part.Row(part.Len - 1); len(cells) != len(part.Head) {
			t.Errorf("%s: %d cells below %d headings", part.Name, len(cells), len(part.Head))
		}
	}
}

func TestPlaceRoundTrip(t *testing.T) {
	for _, p := range []Place{
		{},
		{Node: "node-1", Channel: "meshos/actions", Position: 1042, Tab: "snapshot", Zone: "Europe/Berlin"},
		{Channel: "a&b=c #%20 ü"},
		{Channel: "c", Tab: "findings", Scope: "node", Rules: "panic,restart,!silence"},
	} {
		if got := ParsePlace(p.Encode()); got != p {
			t.Errorf("%+v comes back as %+v from %q", p, got, p.Encode())
		}
	}
	if got := (Place{}).Encode(); got != "" {
		t.Errorf("nowhere is %q", got)
	}
}

func FuzzParsePlace(f *testing.F) {
	for _, seed := range []string{"", "v1", "v1&node=a&channel=b&at=3", "v2&at=1", "v1&at=-1&at=%zz&&=", "v1&zone=local"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, fragment string) {
		p := ParsePlace(fragment)
		if again := ParsePlace(p.Encode()); again != p {
			t.Fatalf("%q is %+v, then %+v", fragment, p, again)
		}
	})
}

func TestAddProblemGroups(t *testing.T) {
	var groups []ProblemGroup
	for _, p := range []engine.Problem{
		{Title: "not recognised", Path: "a"}, {Title: "empty", Path: "b"}, {Title: "not recognised", Path: "c"},
		{Title: "empty", Path: "d", Severity: engine.SeverityNote},
	} {
		groups = AddProblem(groups, p)
	}
	want := []ProblemGroup{
		{Title: "empty", Places: []ProblemPlace{{Path: "b"}}},
		{Title: "not recognised", Places: []ProblemPlace{{Path: "a"}, {Path: "c"}}},
		{Title: "empty", Severity: engine.SeverityNote, Places: []ProblemPlace{{Path: "d"}}},
	}
	if diff := cmp.Diff(want, groups); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoading(t *testing.T) {
	p := engine.Progress{Phase: "reading", Current: "a/b", BytesDone: 6_280_000, BytesTotal: 63_600_000, Records: 98_304, ElapsedMS: 500}
	want := Loading{
		Share:   6_280_000.0 / 63_600_000,
		Figures: "reading · 6.28 MB of 63.6 MB · 10 % · 98,304 records · 12.6 MB/s · 197 k records/s",
		Current: "a/b",
	}
	if diff := cmp.Diff(want, LoadingOf(&p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := Summary(&p), "98,304 records, 6.28 MB in 500 ms (12.6 MB/s, 197 k records/s)"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
	if unknown := LoadingOf(&engine.Progress{}); unknown.Share >= 0 || unknown.Figures != "" {
		t.Errorf("nothing known is %+v", unknown)
	}
}

func TestSourcesByNode(t *testing.T) {
	chains := []*engine.ChainInfo{{Node: "a", Entries: 2}, {Node: "b", Entries: 3}, {Node: "a", Entries: 4}}
	nodes := ByNode(chains)
	if len(nodes) != 2 || nodes[0].Name != "a" || len(nodes[0].Chains) != 2 {
		t.Errorf("%+v", nodes)
	}
	if got, want := TotalOf(chains).String(), "3 chains · 2 nodes · 9 records"; got != want {
		t.Errorf("total %q, want %q", got, want)
	}
}

func TestHealth(t *testing.T) {
	if got := HealthOf(&engine.ChainInfo{}).Word; got != "ok" {
		t.Errorf("no findings are %q", got)
	}
	c := engine.ChainInfo{Worst: engine.SeverityDamage}
	c.Findings[engine.SeverityDamage], c.Findings[engine.SeverityNote] = 2, 1
	if got, want := HealthOf(&c), (Health{"damage", "findings: 2 damage, 1 note"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRoots(t *testing.T) {
	origins := func(paths ...string) (chains []engine.ChainInfo) {
		for _, p := range paths {
			chains = append(chains, engine.ChainInfo{Origin: p})
		}
		return chains
	}
	for want, chains := range map[string][]engine.ChainInfo{
		"incident": origins("incident/node-1/log", "incident/node-2/log"),
		"a, b":     origins("a/x", "b/y", "a/z"),
		"":         origins("a", "b", "c", "d"),
	} {
		if got := Roots(chains); got != want {
			t.Errorf("Roots = %q, want %q", got, want)
		}
	}
}

func TestIndentJSONKeepsDigits(t *testing.T) {
	if got, want := IndentJSON(`{"id":18446744073709551615,"a":[]}`), "{\n  \"id\": 18446744073709551615,\n  \"a\": []\n}"; got != want {
		t.Errorf("got %q", got)
	}
	if got := IndentJSON("{no"); got != "{no" {
		t.Errorf("text that is no JSON became %q", got)
	}
}

func BenchmarkCells(b *testing.B) {
	columns := ColumnsOf(chainAt(wire.ChainAction, 1000, 0, 1_779_465_600_000, 1_779_465_700_000), UTC)
	row := engine.Row{
		Seq: 512, TSNS: postcard.Some[uint64](1_779_465_650_123_456_789), TimeMS: postcard.Some[uint64](1_779_465_650_000),
		ID: 77, Kind: wire.KindPullReplica, Outcome: "Failed", Text: "dispatch timed out after 3000 ms", Size: 48,
	}
	b.ReportAllocs()
	for b.Loop() {
		columns.Cells(&row)
	}
}
