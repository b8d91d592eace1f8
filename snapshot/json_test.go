package snapshot

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"
)

// minimal is the shortest object that parses as a snapshot, with the value of
// one of its fields replaced.
func minimal(field, value string) string {
	text := `{"daemons":{},"replicas":{},"peers":{},"avoid_list":{},"local_maintenance":"Active","recently_emitted":[],` +
		`"recent_failures":[],"admin_audit":[],"log_ring":[],"in_flight_migrations":[],"runtime_epoch_id":0}`
	for _, empty := range []string{"{}", "[]", `"Active"`, "0"} {
		text = strings.Replace(text, fmt.Sprintf("%q:%s", field, empty), fmt.Sprintf("%q:%s", field, value), 1)
	}
	return text
}

func audit(event string) string {
	return `{"seq":1,"committed_at_ms":2,"event":` + event + `,"operator_ids":[7],"outcome":"Accepted"}`
}

func TestJSONLeniency(t *testing.T) {
	daemon := DaemonSnapshot{Name: "x", Lifecycle: LifecycleRunning}
	tests := []struct {
		name, field, value string
		want               MeshOsSnapshot
	}{
		{"missing option", "runtime_epoch_id", "0", MeshOsSnapshot{}},
		{"u64 stays whole", "runtime_epoch_id", "18446744073709551615", MeshOsSnapshot{RuntimeEpochID: math.MaxUint64}},
		{"missing defaults and options", "daemons", `{"7":{"name":"x","lifecycle":"Running","saturation":0,"restart_state":"Idle"}}`,
			MeshOsSnapshot{Daemons: map[uint64]DaemonSnapshot{7: daemon}}},
		{"array without its defaults", "daemons", `{"7":["x","Running",null,0.0,{"Idle":null}]}`,
			MeshOsSnapshot{Daemons: map[uint64]DaemonSnapshot{7: daemon}}},
		{"unknown keys", "daemons", `{"7":{"future":{"a":[1]},"name":"x","lifecycle":"Running","saturation":0,"restart_state":"Idle"}}`,
			MeshOsSnapshot{Daemons: map[uint64]DaemonSnapshot{7: daemon}}},
		{"camelCase", "daemons", `{"7":{"name":"x","lifecycle":"Running","saturation":0,"restartState":"Idle","ageMs":0}}`,
			MeshOsSnapshot{Daemons: map[uint64]DaemonSnapshot{7: daemon}}},
		{"an empty peer", "peers", `{"1":{}}`, MeshOsSnapshot{Peers: map[uint64]PeerSnapshot{1: {}}}},
		{"a set with duplicates", "peers", `{"1":{"capability_set":["b","a","b"]}}`,
			MeshOsSnapshot{Peers: map[uint64]PeerSnapshot{1: {CapabilitySet: []string{"a", "b"}}}}},
		{"last of two values with one key wins", "avoid_list", `{"9":{"reason":"a","ttl_ms":1},"9":["b",2]}`,
			MeshOsSnapshot{AvoidList: map[uint64]AvoidEntrySnapshot{9: {"b", 2}}}},
		{"failure as an array", "recent_failures", `[[1,"a","b",2]]`, MeshOsSnapshot{RecentFailures: []FailureRecord{{1, "a", "b", 2}}}},
		{"migration with its required fields only", "in_flight_migrations", `[{"daemon_origin":5,"phase":"Cutover","elapsed_ms":9}]`,
			MeshOsSnapshot{InFlightMigrations: []MigrationSnapshot{{DaemonOrigin: 5, Phase: PhaseCutover, ElapsedMS: 9}}}},
		{"unit variant with null", "admin_audit", `[` + audit(`{"ThawCluster":null}`) + `]`,
			MeshOsSnapshot{AdminAudit: []AdminAuditRecord{{1, 2, AdminEvent{Kind: EventThawCluster}, []uint64{7}, VerificationOutcome{}, false}}}},
		{"variant without its option", "admin_audit", `[` + audit(`{"EnterMaintenance":{"node":3}}`) + `]`,
			MeshOsSnapshot{AdminAudit: []AdminAuditRecord{{1, 2, AdminEvent{Kind: EventEnterMaintenance, Node: 3}, []uint64{7}, VerificationOutcome{}, false}}}},
		{"maintenance", "local_maintenance", `{"EnteringMaintenance":[1,null]}`,
			MeshOsSnapshot{LocalMaintenance: MaintenanceStateSnapshot{Kind: MaintenanceEntering, SinceMS: 1}}},
	}
	for _, tt := range tests {
		got, err := ParseMeshOsSnapshot([]byte(minimal(tt.field, tt.value)))
		if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, diff)
		}
	}
}

// The SDKs hand out records with lower-case levels, camelCase keys and no
// chain_pending.
func TestSDKSpellings(t *testing.T) {
	logged := LogRecord{Seq: 5, TSMS: 17, Level: LevelWarn, NodeID: postcard.Some[uint64](100), Message: "m"}
	for _, text := range []string{
		`{"seq":5,"ts_ms":17,"level":"warn","daemon_id":null,"node_id":100,"message":"m"}`,
		`{"seq":5,"tsMs":17,"level":"warn","daemonId":null,"nodeId":100,"message":"m"}`,
		`{"seq":5,"tsMs":17,"level":"Warn","nodeId":100,"message":"m"}`,
	} {
		got, err := ParseLogRecord([]byte(text))
		if diff := cmp.Diff(logged, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
	}
	failed, err := ParseFailureRecord([]byte(`{"seq":1,"source":"a","reason":"b","recordedAtMs":2}`))
	if diff := cmp.Diff(FailureRecord{1, "a", "b", 2}, failed); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestJSONErrors(t *testing.T) {
	tests := []struct{ text, message, field string }{
		{`{}`, "missing field `daemons`", "daemons"},
		{strings.Replace(minimal("", ""), `"log_ring":[],`, "", 1), "missing field `log_ring`", "log_ring"},
		{minimal("daemons", `{"x":{}}`), "expected key to be a number in quotes", "daemons"},
		{minimal("daemons", `{"7":{"name":"x","lifecycle":"running"}}`),
			"unknown variant `running`, expected one of `Stopped`, `Starting`, `Running`, `Stopping`", "daemons[7].lifecycle"},
		{minimal("daemons", `{"7":{"name":"x","lifecycle":"Running","saturation":null}}`),
			"invalid type: null, expected f32", "daemons[7].saturation"},
		{minimal("daemons", `{"7":{"name":"x","name":"y"}}`), "duplicate field `name`", "daemons[7]"},
		{minimal("daemons", `{"7":{"restart_state":"BackingOff"}}`),
			"invalid type: unit variant, expected struct variant", "daemons[7].restart_state"},
		{minimal("replicas", `{"7":{}}`), "missing field `holders`", "replicas[7].holders"},
		{minimal("replicas", `{"7":{"holders":[],"desired_count":4294967296}}`),
			"invalid value: integer `4294967296`, expected u32", "replicas[7].desired_count"},
		{minimal("recent_failures", `[[1,"a","b"]]`),
			"invalid length 3, expected struct FailureRecord with 4 elements", "recent_failures[0]"},
		{minimal("recent_failures", `[{"seq":1,"source":"a","reason":"b"}]`), "missing field `recorded_at_ms`", "recent_failures[0].recorded_at_ms"},
		{minimal("admin_audit", "["+audit(`{"ThawCluster":{}}`)+"]"), "invalid type: map, expected unit", "admin_audit[0].event"},
		{minimal("admin_audit", "["+audit(`"Drain"`)+"]"), "invalid type: unit variant, expected struct variant", "admin_audit[0].event"},
		{minimal("admin_audit", "["+audit(`{"FreezeCluster":{"ttl":{"secs":1,"nanos":0,"x":1}}}`)+"]"),
			"unknown field `x`, expected `secs` or `nanos`", "admin_audit[0].event.ttl"},
		{minimal("admin_audit", "["+audit(`{"FreezeCluster":{"ttl":[1]}}`)+"]"), "invalid length 1, expected struct Duration", "admin_audit[0].event.ttl"},
		{minimal("admin_audit", "["+audit(`{"FreezeCluster":{"ttl":[18446744073709551615,1000000000]}}`)+"]"),
			"overflow deserializing Duration", "admin_audit[0].event.ttl"},
		{minimal("log_ring", `[{"seq":1,"ts_ms":2,"level":"INFO","message":""}]`),
			"unknown variant `INFO`, expected one of `Trace`, `Debug`, `Info`, `Warn`, `Error`", "log_ring[0].level"},
		{minimal("in_flight_migrations", `[[5,"Replay",9,1,2,3,null,0,256]]`),
			"invalid value: integer `256`, expected u8", "in_flight_migrations[0].progress_pct"},
		{minimal("runtime_epoch_id", `1.0`), "invalid type: floating point `1.0`, expected u64", "runtime_epoch_id"},
		{minimal("runtime_epoch_id", `-1`), "invalid value: integer `-1`, expected u64", "runtime_epoch_id"},
		{minimal("", "") + "x", "trailing characters", ""},
	}
	for _, tt := range tests {
		_, err := ParseMeshOsSnapshot([]byte(tt.text))
		var e *serdejson.Error
		if !errors.As(err, &e) || e.Message != tt.message || e.Field != tt.field {
			t.Errorf("%s\n got %+v\nwant %s in %s", tt.text, e, tt.message, tt.field)
		}
	}
}

// What is not finite is written as null, which does not read back.
func TestNaNIsWrittenAsNull(t *testing.T) {
	s := MeshOsSnapshot{Daemons: map[uint64]DaemonSnapshot{1: {Saturation: float32(math.NaN())}}}
	text := s.AppendJSON(nil)
	if !strings.Contains(string(text), `"saturation":null`) {
		t.Errorf("%s", text)
	}
	if _, err := ParseMeshOsSnapshot(text); err == nil {
		t.Error("null parses as a saturation")
	}
}

// Records can be read one by one from an array, or line by line.
func TestRecordsInsideAnArray(t *testing.T) {
	c := serdejson.NewCursor([]byte(` [ {"seq":1,"source":"a","reason":"b","recorded_at_ms":2} , [3,"c","d",4] ] `))
	var got []FailureRecord
	c.Seq(func(int) { got = append(got, ReadJSONFailure(&c)) })
	if diff := cmp.Diff([]FailureRecord{{1, "a", "b", 2}, {3, "c", "d", 4}}, got); diff != "" || c.End() != nil {
		t.Error(c.Err(), diff)
	}
}
