package insight

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
)

// The incident of three nodes is known minute by minute: what happened is
// written down here, and the rules must find that and no more.

// timeOf reads a time of the incident's day, in UTC.
func timeOf(t *testing.T, clockText string) uint64 {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05.000", "2026-05-22 "+clockText)
	if err != nil {
		t.Fatal(err)
	}
	return uint64(at.UnixNano())
}

// sight is what a test compares of a finding.
type sight struct {
	Node, Channel string
	First, Last   int
	From, To      string
	Count         int
	Severity      Severity
	Confidence    Confidence
}

func sights(chains []Chain, findings []Finding) []sight {
	channels := map[uint32]string{}
	for _, c := range chains {
		channels[c.ID()] = c.Channel()
	}
	var seen []sight
	for _, f := range findings {
		seen = append(seen, sight{f.Node, channels[f.Chain], f.First, f.Last, clock(f.FirstTimeNS), clock(f.LastTimeNS), f.Count, f.Severity, f.Confidence})
	}
	return seen
}

func TestIncident(t *testing.T) {
	chains := incident(t)
	findings := analyse(t, chains...)
	const actions = "meshos/actions"
	for rule, want := range map[Rule][]sight{
		RuleRestart: {{"node-1", actions, 10473, 10473, "16:17:59.833", "16:18:21.488", 1, Serious, Certain}},
		RulePanic:   {{"node-1", actions, 6355, 6355, "16:12:30.311", "16:12:30.311", 1, Serious, Certain}},
		RuleBurst: {
			{"node-2", actions, 947, 13282, "16:08:00.646", "16:16:08.801", 21425, Serious, Certain},
		},
		RuleCrashLoop: {{"node-1", actions, 4155, 10471, "16:11:01.940", "16:17:59.261", 796, Serious, Certain}},
		RuleExhausted: {
			{"node-2", actions, 971, 13294, "16:08:02.621", "16:16:13.859", 3903, Warning, Certain},
		},
		RuleClockSkew: {{"node-3", actions, 0, 12350, "16:00:01.069", "16:36:02.120", 9076, Warning, Certain}},
		RuleClockStep: nil,
		RuleSilence:   {{"node-1", "log", 2929, 2930, "16:17:57.576", "16:18:21.488", 1, Warning, Likely}},
		RuleOperator: {
			{"node-1", "admin-audit", 0, 0, "16:15:00.314", "16:15:00.314", 1, Notice, Certain},
			{"node-1", "admin-audit", 1, 1, "16:15:36.604", "16:15:36.604", 1, Info, Certain},
			{"node-1", "admin-audit", 2, 2, "16:17:12.800", "16:17:12.800", 1, Info, Certain},
			{"node-1", "admin-audit", 3, 3, "16:19:00.322", "16:19:00.322", 1, Info, Certain},
			{"node-2", "admin-audit", 0, 0, "16:20:00.791", "16:20:00.791", 1, Info, Certain},
			{"node-3", "admin-audit", 0, 0, "16:20:00.988", "16:20:00.988", 1, Info, Certain},
			{"node-1", "admin-audit", 4, 4, "16:24:01.128", "16:24:01.128", 1, Info, Certain},
		},
		RuleLive: {
			{"node-2", "failures", 0, 1587, "16:08:02.621", "16:16:13.859", 1588, Info, Certain},
			{"node-3", "failures", 0, 1142, "16:09:03.080", "16:15:10.993", 1143, Info, Certain},
			{"node-1", "failures", 0, 1968, "16:09:04.485", "16:17:59.261", 1969, Info, Certain},
		},
		RuleFirst: {
			{"node-2", actions, 947, 971, "16:08:00.646", "16:08:02.621", 4, Info, Likely},
			{"node-1", actions, 954, 4155, "16:09:00.988", "16:11:01.940", 5, Info, Likely},
			{"node-3", actions, 1007, 1036, "16:09:01.215", "16:09:03.079", 4, Info, Likely},
			{"node-1", "log", 1324, 1324, "16:11:01.792", "16:11:01.792", 1, Info, Likely},
		},
	} {
		if diff := cmp.Diff(want, sights(chains, by(findings, rule, ""))); diff != "" {
			t.Errorf("%s: -want +got\n%s", rule, diff)
		}
	}
}

func TestIncidentInWords(t *testing.T) {
	findings := analyse(t, incident(t)...)
	says := func(f Finding, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if !strings.Contains(f.Title.String()+"\n"+f.Detail.String(), text) {
				t.Errorf("%s on %s does not say %q:\n%s\n%s", f.Rule, f.Node, text, f.Title.String(), f.Detail.String())
			}
		}
	}
	says(one(t, findings, RuleRestart, "node-1"), "meshos/actions goes from 5161 to 1", "log goes from 2930 to 1", "admin-audit goes from 3 to 1", "21.655s later")
	says(one(t, findings, RuleCrashLoop, "node-1"), "796 starts gated", "daemon 7 telemetry", "longest cooldown 29.963s", "from 3.852s to 29.963s", "restarted by 16:18:21.488", `"telemetry exited: signal #" 43 times`)
	says(one(t, findings, RulePanic, "node-1"), "Action 3248, stop_daemon")
	burst := one(t, findings, RuleBurst, "node-2")
	if findings[0].Key != burst.Key || burst.Role != RoleCause {
		t.Errorf("the first finding is %s: %s", findings[0].Rule, findings[0].Title.String())
	}
	says(burst, "Failures burst on 3 nodes, first on node-2: all name node-2", `"peer # unreachable: connection refused" 5,900 times, all name node-2`,
		"5,900 on 3 nodes name node-2, which is 0x51b7e0c2d4a89f33 or 5888422165206310707", "It began on node-2, 1m0s before node-1")
	says(one(t, findings, RuleClockSkew, "node-3"), "1.701s behind")
	says(one(t, findings, RuleExhausted, "node-2"), "3,903 actions exhausted all retries on 3 nodes", "node-2: 1,588 actions, node-1: 1,172 actions, node-3: 1,143 actions")
	says(one(t, findings, RuleLive, "node-1"), "All 1,969 live failures have their action record")
	says(one(t, findings, RuleSilence, "node-1"), "log and meshos/actions", "The process restarted in this time")

	commands := by(findings, RuleOperator, "node-1")
	says(commands[0], "Refused: drain of node-1 for 10m0s", "operator 53261 is not registered in the cluster's operator policy", "freeze cluster for 1m30s 2m12s later", "The process restarted 3m21s later")
	says(commands[2], "freeze cluster for 1m30s", "operators 659918, 45237", "565 gated, then 78")
	says(one(t, findings, RuleOperator, "node-2"), "force restart daemon 7 telemetry")
	says(commands[3], "thaw cluster", "The freeze of 16:17:12.800 had lapsed 17.522s before")
	says(commands[4], "exit maintenance of node-1", "not verified")

	storms := by(findings, RuleStorm, "")
	says(storms[0], "Retry storms: 1,104 actions failed 5 times or more on 3 nodes", "action 1296 on node-1", "6 retries after the first attempt", "102 dispatched at last, 1,002 retry budget exhausted", "Actions by failures: ")
	if n := len(storms[0].Related); n != 7 {
		t.Errorf("%d attempts are listed, want 7", n)
	}
}

// Which reason failed most from 16:08 to 16:15, and where it began.
func TestIncidentGroups(t *testing.T) {
	chains := incident(t)
	groups, err := GroupsBetween(context.Background(), FailureChains(chains), timeOf(t, "16:08:00.000"), timeOf(t, "16:15:00.000"), func() {})
	if err != nil {
		t.Fatal(err)
	}
	type share struct {
		Template string
		Count    int
		First    string
		Nodes    []string
	}
	var got []share
	for _, g := range groups {
		s := share{g.Template, g.Count, clock(g.FirstTimeNS), nil}
		for _, n := range g.Nodes {
			s.Nodes = append(s.Nodes, n.Node)
		}
		got = append(got, s)
	}
	everywhere := []string{"node-2", "node-1", "node-3"}
	want := []share{
		{"peer # unreachable: connection refused", 5585, "16:08:01.330", everywhere},
		{"source checksum mismatch at seq #", 5527, "16:08:00.871", everywhere},
		{"pull timed out after # ms", 5509, "16:08:00.646", everywhere},
		{"dispatch retry budget exhausted after # attempts", 3641, "16:08:02.621", []string{"node-2", "node-3", "node-1"}},
		{"daemon-backoff", 549, "16:11:01.940", []string{"node-1"}},
		{"dispatcher panicked", 1, "16:12:30.311", []string{"node-1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestIncidentClockOffsets(t *testing.T) {
	for _, o := range ClockOffsets(incident(t)) {
		wantMS := map[string]int64{"node-1": -1, "node-2": -1, "node-3": -1701}[o.Node]
		if gotMS := (o.MedianNS - 500_000) / 1_000_000; gotMS != wantMS || o.Skewed != (o.Node == "node-3") {
			t.Errorf("%+v, want %d ms", o, wantMS)
		}
	}
}

// The first eight minutes were calm on all nodes.
func TestIncidentBeforeItBegan(t *testing.T) {
	var calm []Chain
	for _, c := range incident(t) {
		calm = append(calm, c.(*memoryChain).until(timeOf(t, "16:08:00.000")))
	}
	for _, f := range analyse(t, calm...) {
		if f.Rule != RuleClockSkew || f.Node != "node-3" {
			t.Errorf("%s on %s: %s", f.Rule, f.Node, f.Title.String())
		}
	}
}

// The chain of one node alone tells the same of that node.
func TestIncidentChainsAlone(t *testing.T) {
	for _, c := range incident(t) {
		restarts := by(analyse(t, c), RuleRestart, "")
		want := 0
		if c.Node() == "node-1" && c.Kind() != wire.ChainFailure {
			want = 1
		}
		if len(restarts) != want {
			t.Errorf("%s %s: %d restarts, want %d", c.Node(), c.Channel(), len(restarts), want)
		}
		for _, f := range restarts {
			if f.Confidence != Likely {
				t.Errorf("%s %s: %s", c.Node(), c.Channel(), f.Confidence)
			}
		}
	}
}
