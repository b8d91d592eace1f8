package snapshot

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/postcard"
)

// The vocabulary: the four types under one roof, the reference's vectors, and
// hex with spaces.

type codec[T any] struct {
	file           string
	decode         func([]byte) (T, error)
	decodePrefix   func([]byte) (T, int, error)
	parse          func([]byte) (T, error)
	appendPostcard func(*T, []byte) []byte
	appendJSON     func(*T, []byte) []byte
}

var (
	snapshotCodec = codec[MeshOsSnapshot]{"snapshots.jsonl", DecodeMeshOsSnapshot, DecodeMeshOsSnapshotPrefix,
		ParseMeshOsSnapshot, (*MeshOsSnapshot).AppendPostcard, (*MeshOsSnapshot).AppendJSON}
	auditCodec = codec[AdminAuditRecord]{"audit.jsonl", DecodeAdminAuditRecord, DecodeAdminAuditRecordPrefix,
		ParseAdminAuditRecord, (*AdminAuditRecord).AppendPostcard, (*AdminAuditRecord).AppendJSON}
	logCodec = codec[LogRecord]{"log.jsonl", DecodeLogRecord, DecodeLogRecordPrefix,
		ParseLogRecord, (*LogRecord).AppendPostcard, (*LogRecord).AppendJSON}
	failureCodec = codec[FailureRecord]{"failure.jsonl", DecodeFailureRecord, DecodeFailureRecordPrefix,
		ParseFailureRecord, (*FailureRecord).AppendPostcard, (*FailureRecord).AppendJSON}
)

type vector struct {
	Hex    string
	Text   string
	Record json.RawMessage
}

func (v vector) bytes(t testing.TB) []byte { return unhex(t, v.Hex) }

func vectors(t testing.TB, file string) []vector {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var vs []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		vs = append(vs, v)
	}
	if err := lines.Err(); err != nil || len(vs) == 0 {
		t.Fatalf("%s: %d vectors, %v", file, len(vs), err)
	}
	return vs
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestVectors(t *testing.T) {
	t.Run("snapshot", func(t *testing.T) { testVectors(t, snapshotCodec) })
	t.Run("audit", func(t *testing.T) { testVectors(t, auditCodec) })
	t.Run("log", func(t *testing.T) { testVectors(t, logCodec) })
	t.Run("failure", func(t *testing.T) { testVectors(t, failureCodec) })
}

func testVectors[T any](t *testing.T, c codec[T]) {
	for i, v := range vectors(t, c.file) {
		b := v.bytes(t)
		decoded, n, err := c.decodePrefix(b)
		if err != nil || n != len(b) {
			t.Fatalf("line %d: %d of %d bytes, %v", i+1, n, len(b), err)
		}
		for _, text := range []string{v.Text, string(v.Record)} {
			parsed, err := c.parse([]byte(text))
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			if diff := cmp.Diff(decoded, parsed); diff != "" {
				t.Fatalf("line %d: JSON differs from postcard:\n%s", i+1, diff)
			}
		}
		if got := hex.EncodeToString(c.appendPostcard(&decoded, nil)); got != v.Hex {
			t.Fatalf("line %d: encoded\n%s want\n%s", i+1, got, v.Hex)
		}
		if got := string(c.appendJSON(&decoded, nil)); got != v.Text {
			t.Fatalf("line %d: written\n%s want\n%s", i+1, got, v.Text)
		}
	}
}

func TestTrailingBytesAreIgnored(t *testing.T) {
	testTrailing(t, snapshotCodec)
	testTrailing(t, auditCodec)
	testTrailing(t, logCodec)
	testTrailing(t, failureCodec)
}

func testTrailing[T any](t *testing.T, c codec[T]) {
	t.Helper()
	b := vectors(t, c.file)[0].bytes(t)
	longer := append(b[:len(b):len(b)], 0xff, 0x00)
	got, n, err := c.decodePrefix(longer)
	if err != nil || n != len(b) {
		t.Errorf("%s: consumed %d of %d, %v", c.file, n, len(b), err)
	}
	if diff := cmp.Diff(must(c.decode(b)), got); diff != "" {
		t.Error(diff)
	}
}

// Every proper prefix of a value is an unexpected end with a field, and nothing
// but that.
func TestTruncations(t *testing.T) {
	testTruncations(t, snapshotCodec, 12)
	testTruncations(t, auditCodec, 100)
	testTruncations(t, logCodec, 100)
	testTruncations(t, failureCodec, 100)
}

func testTruncations[T any](t *testing.T, c codec[T], count int) {
	t.Helper()
	for _, v := range vectors(t, c.file)[:count] {
		b := v.bytes(t)
		for n := range b {
			_, err := c.decode(b[:n])
			var e *postcard.Error
			if !errors.As(err, &e) || e.Class != postcard.ErrUnexpectedEnd || e.Field == "" || e.Offset > n {
				t.Fatalf("%s cut to %d bytes: %#v", v.Hex, n, err)
			}
		}
	}
}

func TestJSONTruncations(t *testing.T) {
	for _, v := range vectors(t, snapshotCodec.file)[:12] {
		for n := range v.Text {
			if _, err := ParseMeshOsSnapshot([]byte(v.Text[:n])); err == nil {
				t.Fatalf("%d bytes of %s parse", n, v.Text)
			}
		}
	}
}

const (
	goldenDefaultText = `{"daemons":{},"replicas":{},"peers":{},"avoid_list":{},"local_maintenance":"Active",` +
		`"recently_emitted":[],"recent_failures":[],"freeze_remaining_ms":null,"admin_audit":[],"log_ring":[],` +
		`"in_flight_migrations":[],"runtime_epoch_id":0}`
	goldenRichHex = `
		02 01 01 78 02 01 01 01 71 3d 0a d7 3e 01 05 aa 01 d2 09
		   02 00 00 01 00 00 00 00 00 00 00 00
		01 aa 01 02 01 02 01 03 00
		01 0a 01 07 01 01 01 04 01 00 00 00 00 00 00 d0 3f 00 00 00 00 01 cd cc cc 3e 02 01 61 01 62 01 06 30 2e 32 31 2e 30 00
		01 09 05 6e 6f 69 73 79 c0 a9 07
		01 01 01 e0 d4 03
		01 01 0c 73 74 61 72 74 5f 64 61 65 6d 6f 6e 00
		01 00 17 61 63 74 69 6f 6e 2d 69 64 3a 37 3a 73 74 6f 70 5f 64 61 65 6d 6f 6e 28 67 61 74 65 64 20 28 64 61 65 6d 6f 6e
		   2d 62 61 63 6b 6f 66 66 29 3b 20 63 6f 6f 6c 64 6f 77 6e 20 35 30 30 30 20 6d 73 c0 84 3d
		01 b0 ea 01
		00
		00
		01 05 03 09 01 02 03 01 80 08 02 01 42 0b
		ff ff ff ff ff ff ff ff ff 01`
)

// rich is the snapshot that goldenRichHex encodes.
func rich() MeshOsSnapshot {
	return MeshOsSnapshot{
		Daemons: map[uint64]DaemonSnapshot{
			1: {
				Name: "x", Lifecycle: LifecycleRunning,
				Health:     postcard.Some(DaemonHealthSnapshot{Kind: DaemonDegraded, Reason: "q"}),
				Saturation: 0.42, RestartState: RestartStateSnapshot{RestartBackingOff, 5}, Placement: 170, AgeMS: 1234,
			},
			2: {Health: postcard.Some(DaemonHealthSnapshot{Kind: DaemonHealthy})},
		},
		Replicas: map[uint64]ReplicaSnapshot{170: {Holders: []uint64{1, 2}, DesiredCount: postcard.Some[uint32](3)}},
		Peers: map[uint64]PeerSnapshot{10: {
			RTTMS: postcard.Some[uint64](7), Health: postcard.Some(PeerDegraded),
			Maintenance: postcard.Some(MaintenanceDrainFailed), CPULoad1M: postcard.Some(0.25),
			SaturationTrend: postcard.Some[float32](0.4), CapabilitySet: []string{"a", "b"},
			SoftwareVersion: postcard.Some("0.21.0"),
		}},
		AvoidList: map[uint64]AvoidEntrySnapshot{9: {"noisy", 120000}},
		LocalMaintenance: MaintenanceStateSnapshot{
			Kind: MaintenanceEntering, SinceMS: 1, DeadlineRemainingMS: postcard.Some[uint64](60000),
		},
		RecentlyEmitted:   []PendingActionSnapshot{{1, "start_daemon", 0}},
		RecentFailures:    []FailureRecord{{0, "action-id:7:stop_daemon", "gated (daemon-backoff); cooldown 5000 ms", 1000000}},
		FreezeRemainingMS: postcard.Some[uint64](30000),
		InFlightMigrations: []MigrationSnapshot{{
			DaemonOrigin: 5, Phase: PhaseReplay, ElapsedMS: 9, SourceNode: 1, TargetNode: 2, AgeInPhaseMS: 3,
			SnapshotBytes: postcard.Some[uint64](1024), Retries: 2, ProgressPct: postcard.Some[uint8](66), BufferedEvents: 11,
		}},
		RuntimeEpochID: math.MaxUint64,
	}
}

func TestGoldenSnapshots(t *testing.T) {
	tests := []struct {
		name, hex string
		want      MeshOsSnapshot
	}{
		{"default", strings.Repeat("00", 12), MeshOsSnapshot{}},
		{"rich", goldenRichHex, rich()},
	}
	for _, tt := range tests {
		b := unhex(t, tt.hex)
		got, err := DecodeMeshOsSnapshot(b)
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
		if diff := cmp.Diff(b, tt.want.AppendPostcard(nil)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
	if got := string(new(MeshOsSnapshot).AppendJSON(nil)); got != goldenDefaultText {
		t.Error(got)
	}
}

func TestGoldenRecords(t *testing.T) {
	audit := AdminAuditRecord{
		Seq: 1, CommittedAtMS: 1700000000000, OperatorIDs: []uint64{7},
		Event: AdminEvent{Kind: EventFreezeCluster, TTL: Duration{Secs: 30}},
	}
	rejected := AdminAuditRecord{
		Seq: 2, CommittedAtMS: 5, Event: AdminEvent{Kind: EventThawCluster},
		Outcome: VerificationOutcome{OutcomeRejected, "not_authorized", "m"}, ChainPending: true,
	}
	logged := LogRecord{
		Seq: 5, TSMS: 1700000000000, Level: LevelWarn, DaemonID: postcard.Some[uint64](7),
		NodeID: postcard.Some[uint64](100), Message: "throttling",
	}
	failed := FailureRecord{2, "daemon:telemetry", "drain timeout", 1700000000000}
	golden(t, auditCodec, audit, "01 80d095ffbc31 09 1e 00 01 07 00 00")
	golden(t, auditCodec, rejected, "02 05 0a 00 01 0e6e6f745f617574686f72697a6564 016d 01")
	golden(t, logCodec, logged, "05 80d095ffbc31 03 01 07 01 64 0a7468726f74746c696e67 00")
	golden(t, failureCodec, failed, "02 10"+hex.EncodeToString([]byte("daemon:telemetry"))+
		"0d"+hex.EncodeToString([]byte("drain timeout"))+"80d095ffbc31")
}

func golden[T any](t *testing.T, c codec[T], want T, encoded string) {
	t.Helper()
	b := unhex(t, encoded)
	if diff := cmp.Diff(b, c.appendPostcard(&want, nil)); diff != "" {
		t.Errorf("encoding: %s", diff)
	}
	if diff := cmp.Diff(want, must(c.decode(b))); diff != "" {
		t.Errorf("decoding: %s", diff)
	}
}

func TestPostcardLeniency(t *testing.T) {
	tests := []struct {
		name, hex string
		want      MeshOsSnapshot
	}{
		{"over-long varints", "8000 8000 8000 8000 8000 8000 8000 00 8000 8000 8000 8000", MeshOsSnapshot{}},
		{"last of two values with one key wins", "0000 00 02 09 0161 01 09 0162 02 0000000000000000",
			MeshOsSnapshot{AvoidList: map[uint64]AvoidEntrySnapshot{9: {"b", 2}}}},
		{"a set in any order with duplicates", "0000 01 05 000000000000000000 03 0162 0161 0162 0000 00 0000000000000000",
			MeshOsSnapshot{Peers: map[uint64]PeerSnapshot{5: {CapabilitySet: []string{"a", "b"}}}}},
	}
	for _, tt := range tests {
		got, err := DecodeMeshOsSnapshot(unhex(t, tt.hex))
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
	}
}

func TestPostcardErrors(t *testing.T) {
	tests := []struct {
		name  string
		hex   string
		class postcard.Class
		field string
	}{
		{"count beyond the input", "ffffffffffffffffff01", postcard.ErrUnexpectedEnd, "daemons"},
		{"lifecycle", "01 07 00 04", postcard.ErrCustom, "daemons[7].lifecycle"},
		{"health", "01 07 00 00 01 03", postcard.ErrCustom, "daemons[7].health.variant"},
		{"health tag", "01 07 00 00 02", postcard.ErrBadOption, "daemons[7].health"},
		{"restart state", "01 07 00 00 00 00000000 01", postcard.ErrUnexpectedEnd, "daemons[7].restart_state.until_ms"},
		{"holders", "00 01 08 02 01", postcard.ErrUnexpectedEnd, "replicas[8].holders"},
		{"maintenance", "00000000 06", postcard.ErrCustom, "local_maintenance.variant"},
		{"utf-8", "00000000 00 01 07 01ff", postcard.ErrBadUTF8, "recently_emitted[0].kind"},
		{"second audit record", "00000000 00 00 00 00 02 01 02 0a 00 00 00 01 02 10", postcard.ErrCustom, "admin_audit[1].event.variant"},
		{"daemon", "00000000 00 00 00 00 01 01 02 0d 07 01", postcard.ErrUnexpectedEnd, "admin_audit[0].event.daemon.name"},
		{"scope", "00000000 00 00 00 00 01 01 02 0b 03", postcard.ErrCustom, "admin_audit[0].event.scope.variant"},
		{"duration overflow", "00000000 00 00 00 00 01 01 02 09 ffffffffffffffffff01 8094ebdc03",
			postcard.ErrCustom, "admin_audit[0].event.ttl.nanos"},
		{"chain_pending", "00000000 00 00 00 00 01 01 02 0a 00 00 02", postcard.ErrBadBool, "admin_audit[0].chain_pending"},
		{"level", "00000000 00 00 00 00 00 01 01 02 05", postcard.ErrCustom, "log_ring[0].level"},
		{"retries", "00000000 00 00 00 00 00 00 01 05 00 00 00 00 00 00 ffffffff1f", postcard.ErrBadVarint, "in_flight_migrations[0].retries"},
	}
	for _, tt := range tests {
		_, err := DecodeMeshOsSnapshot(unhex(t, tt.hex))
		var e *postcard.Error
		if !errors.As(err, &e) || e.Class != tt.class || e.Field != tt.field {
			t.Errorf("%s: %+v", tt.name, err)
			if e != nil {
				t.Error(e.Where())
			}
		}
	}
}

func TestDuration(t *testing.T) {
	tests := []struct {
		hex, json string
		want      Duration
	}{
		{"01 8094ebdc03", `{"secs":1,"nanos":1000000000}`, Duration{2, 0}},
		{"01 80cab5ee01", `[1,500000000]`, Duration{1, 500000000}},
		{"00 ffffffff0f", `[0,4294967295]`, Duration{4, 294967295}},
	}
	for _, tt := range tests {
		ev := must(DecodeAdminAuditRecord(append(append([]byte{1, 2, 9}, unhex(t, tt.hex)...), 0, 0, 0))).Event
		if ev.TTL != tt.want {
			t.Errorf("%s decodes to %v", tt.hex, ev.TTL)
		}
		text := `{"seq":1,"committed_at_ms":2,"event":{"FreezeCluster":{"ttl":` + tt.json + `}},"operator_ids":[],"outcome":"Accepted"}`
		if got := must(ParseAdminAuditRecord([]byte(text))).Event.TTL; got != tt.want {
			t.Errorf("%s parses to %v", tt.json, got)
		}
	}
	if got := (Duration{1, 500000000}).Std().String(); got != "1.5s" {
		t.Error(got)
	}
	if got := (Duration{math.MaxUint64, 0}).Std(); got != math.MaxInt64 {
		t.Error(got)
	}
}

// A capability set is written sorted and without duplicates, and left as it is.
func TestCapabilitySetIsWrittenAsASet(t *testing.T) {
	caps := []string{"b", "a", "b"}
	s := MeshOsSnapshot{Peers: map[uint64]PeerSnapshot{1: {CapabilitySet: caps}}}
	again := must(DecodeMeshOsSnapshot(s.AppendPostcard(nil)))
	if diff := cmp.Diff([]string{"a", "b"}, again.Peers[1].CapabilitySet); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(string(s.AppendJSON(nil)), `"capability_set":["a","b"]`) {
		t.Errorf("%s", s.AppendJSON(nil))
	}
	if diff := cmp.Diff([]string{"b", "a", "b"}, caps); diff != "" {
		t.Error(diff)
	}
}

func TestNonEmpty(t *testing.T) {
	full, empty := rich(), MeshOsSnapshot{}
	want := []string{"daemons", "replicas", "peers", "avoid_list", "local_maintenance", "recently_emitted",
		"recent_failures", "freeze_remaining_ms", "in_flight_migrations", "runtime_epoch_id"}
	if diff := cmp.Diff(want, full.NonEmpty()); diff != "" {
		t.Error(diff)
	}
	if got := empty.NonEmpty(); got != nil {
		t.Error(got)
	}
}
