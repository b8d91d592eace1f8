package snapshot

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/postcard"
)

func TestAdminEvents(t *testing.T) {
	tests := []struct {
		event            AdminEvent
		hex, json, snake string
		ice              bool
	}{
		{AdminEvent{Kind: EventEnterMaintenance, Node: 42, DrainFor: postcard.Some(Duration{Secs: 300})},
			"00 2a 01 ac02 00", `{"EnterMaintenance":{"node":42,"drain_for":{"secs":300,"nanos":0}}}`, "enter_maintenance", false},
		{AdminEvent{Kind: EventEnterMaintenance, Node: 42},
			"00 2a 00", `{"EnterMaintenance":{"node":42,"drain_for":null}}`, "enter_maintenance", false},
		{AdminEvent{Kind: EventExitMaintenance, Node: 42}, "01 2a", `{"ExitMaintenance":{"node":42}}`, "exit_maintenance", false},
		{AdminEvent{Kind: EventDrain, Node: 42, DrainFor: postcard.Some(Duration{1, 500000000})},
			"02 2a 01 80cab5ee01", `{"Drain":{"node":42,"drain_for":{"secs":1,"nanos":500000000}}}`, "drain", false},
		{AdminEvent{Kind: EventCordon, Node: 42}, "03 2a", `{"Cordon":{"node":42}}`, "cordon", false},
		{AdminEvent{Kind: EventUncordon, Node: 42}, "04 2a", `{"Uncordon":{"node":42}}`, "uncordon", false},
		{AdminEvent{Kind: EventRestartAllDaemons, Node: 42}, "05 2a", `{"RestartAllDaemons":{"node":42}}`, "restart_all_daemons", false},
		{AdminEvent{Kind: EventClearAvoidList, Node: 42}, "06 2a", `{"ClearAvoidList":{"node":42}}`, "clear_avoid_list", false},
		{AdminEvent{Kind: EventDropReplicas, Node: 42, Chains: []uint64{1, 2, 300}},
			"07 2a 03 01 02 ac02", `{"DropReplicas":{"node":42,"chains":[1,2,300]}}`, "drop_replicas", false},
		{AdminEvent{Kind: EventInvalidatePlacement, Node: 42}, "08 2a", `{"InvalidatePlacement":{"node":42}}`, "invalidate_placement", false},
		{AdminEvent{Kind: EventFreezeCluster, TTL: Duration{Secs: 30}},
			"09 1e 00", `{"FreezeCluster":{"ttl":{"secs":30,"nanos":0}}}`, "freeze_cluster", true},
		{AdminEvent{Kind: EventThawCluster}, "0a", `"ThawCluster"`, "thaw_cluster", true},
		{AdminEvent{Kind: EventFlushAvoidLists, Scope: AvoidScope{Kind: ScopeLocal, Node: 42}},
			"0b 00 2a", `{"FlushAvoidLists":{"scope":{"Local":{"node":42}}}}`, "flush_avoid_lists", true},
		{AdminEvent{Kind: EventFlushAvoidLists, Scope: AvoidScope{Kind: ScopeOnPeer, Peer: 7}},
			"0b 01 07", `{"FlushAvoidLists":{"scope":{"OnPeer":{"peer":7}}}}`, "flush_avoid_lists", true},
		{AdminEvent{Kind: EventFlushAvoidLists, Scope: AvoidScope{Kind: ScopeGlobal}},
			"0b 02", `{"FlushAvoidLists":{"scope":"Global"}}`, "flush_avoid_lists", true},
		{AdminEvent{Kind: EventForceEvictReplica, Chain: 100, Victim: 7},
			"0c 64 07", `{"ForceEvictReplica":{"chain":100,"victim":7}}`, "force_evict_replica", true},
		{AdminEvent{Kind: EventForceRestartDaemon, Daemon: DaemonRef{7, "telemetry"}},
			"0d 07 0974656c656d65747279", `{"ForceRestartDaemon":{"daemon":{"id":7,"name":"telemetry"}}}`, "force_restart_daemon", true},
		{AdminEvent{Kind: EventForceCutover, Chain: 100, Target: 42},
			"0e 64 2a", `{"ForceCutover":{"chain":100,"target":42}}`, "force_cutover", true},
		{AdminEvent{Kind: EventKillMigration, Migration: 999},
			"0f e707", `{"KillMigration":{"migration":999}}`, "kill_migration", true},
	}
	seen := map[AdminEventKind]bool{}
	for _, tt := range tests {
		seen[tt.event.Kind] = true
		record := AdminAuditRecord{Seq: 1, CommittedAtMS: 2, Event: tt.event}
		golden(t, auditCodec, record, "01 02 "+tt.hex+" 00 00 00")
		text := `{"seq":1,"committed_at_ms":2,"event":` + tt.json + `,"operator_ids":[],"outcome":"Accepted","chain_pending":false}`
		if got := string(record.AppendJSON(nil)); got != text {
			t.Errorf("written\n%s want\n%s", got, text)
		}
		parsed, err := ParseAdminAuditRecord([]byte(text))
		if diff := cmp.Diff(record, parsed); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", text, err, diff)
		}
		if got := tt.event.Kind.SnakeName(); got != tt.snake || tt.event.IsICE() != tt.ice {
			t.Errorf("%v: %s, ice %v", tt.event.Kind, got, tt.event.IsICE())
		}
	}
	if len(seen) != int(adminEventKinds) {
		t.Errorf("%d of %d kinds tested", len(seen), adminEventKinds)
	}
}

// A kind that does not exist has a name in hex and no arguments.
func TestUnknownKindsAreShownInHex(t *testing.T) {
	for _, got := range []string{
		AdminEventKind(200).String(), AdminEventKind(200).SnakeName(), LogLevel(200).String(), OutcomeKind(200).String(),
		DaemonLifecycleSnapshot(200).String(), DaemonHealthKind(200).String(), PeerHealthSnapshot(200).String(),
		RestartStateKind(200).String(), MaintenanceKind(200).String(), MigrationPhaseSnapshot(200).String(), AvoidScopeKind(200).String(),
	} {
		if got != "0xc8" {
			t.Error(got)
		}
	}
	e := AdminEvent{Kind: 200, Node: 1}
	if e.IsICE() || string(e.AppendJSON(nil)) != `"0xc8"` {
		t.Errorf("%s", e.AppendJSON(nil))
	}
}
