package insight

import (
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire/postcard"
)

func TestCommandTexts(t *testing.T) {
	for want, e := range map[string]snapshot.AdminEvent{
		"enter maintenance of node 5 for 10m0s":  {Kind: snapshot.EventEnterMaintenance, Node: 5, DrainFor: postcard.Some(snapshot.Duration{Secs: 600})},
		"exit maintenance of node 5":             {Kind: snapshot.EventExitMaintenance, Node: 5},
		"cordon of node 18446744073709551615":    {Kind: snapshot.EventCordon, Node: 1<<64 - 1},
		"drop replicas of chains 1, 2 on node 5": {Kind: snapshot.EventDropReplicas, Node: 5, Chains: []uint64{1, 2}},
		"freeze cluster for 1m30s":               {Kind: snapshot.EventFreezeCluster, TTL: snapshot.Duration{Secs: 90}},
		"thaw cluster":                           {Kind: snapshot.EventThawCluster},
		"flush avoid lists":                      {Kind: snapshot.EventFlushAvoidLists},
		"force evict replica of chain 8":         {Kind: snapshot.EventForceEvictReplica, Chain: 8},
		"force restart daemon 7 telemetry":       {Kind: snapshot.EventForceRestartDaemon, Daemon: snapshot.DaemonRef{ID: 7, Name: "telemetry"}},
		"force cutover of chain 8":               {Kind: snapshot.EventForceCutover, Chain: 8},
		"kill migration 12":                      {Kind: snapshot.EventKillMigration, Migration: 12},
		"drop replicas of chains 1, 2, 3, 4, 5, 6, 7, 8 and 2 more on node 0": {Kind: snapshot.EventDropReplicas, Chains: []uint64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
	} {
		if got := (&Directory{}).commandText(&e).String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCommands(t *testing.T) {
	s, other := newScript("a", 1), newScript("b", 1)
	s.calm(0, 600, 2)
	s.failing(600, 650, 4, "disk full")
	s.command(sec(650), 1, snapshot.AdminEvent{Kind: snapshot.EventCordon, Node: 5}, snapshot.VerificationOutcome{
		Kind: snapshot.OutcomeRejected, RejectionKind: "not_authorized", Message: "operator 7 is a guest"})
	other.command(sec(700), 1, snapshot.AdminEvent{Kind: snapshot.EventThawCluster}, snapshot.VerificationOutcome{})
	other.command(sec(2000), 2, snapshot.AdminEvent{Kind: snapshot.EventThawCluster}, snapshot.VerificationOutcome{})
	s.restart()
	s.calm(720, 1300, 2)
	f := one(t, analyse(t, append(s.chains(), other.chains()...)...), RuleOperator, "a")
	if f.Title.String() != "Refused: cordon of node 5" || f.Severity != Notice || len(f.Related) != 2 {
		t.Errorf("%s: %s, leads to %v", f.Severity, f.Title.String(), f.Related)
	}
	for _, text := range []string{"Asked for by operator 7", "not_authorized: operator 7 is a guest", "failed actions, then", "The process restarted 1m10s later", "thaw cluster 50s later on b."} {
		if !strings.Contains(f.Detail.String(), text) {
			t.Errorf("does not say %q: %s", text, f.Detail.String())
		}
	}
}

// A chain full of commands is counted, not listed.
func TestManyCommands(t *testing.T) {
	s := newScript("n", 1)
	for i := range maxCommands + 50 {
		s.command(sec(float64(i)), uint64(i+1), snapshot.AdminEvent{Kind: snapshot.EventThawCluster}, snapshot.VerificationOutcome{})
	}
	found := by(analyse(t, s.chains()...), RuleOperator, "n")
	if len(found) != maxCommands+1 || found[0].Title.String() != "250 commands by operators" {
		t.Errorf("%d findings, the first: %s", len(found), found[0].Title.String())
	}
}
