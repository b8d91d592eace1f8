package insight

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Incidents of which the cause is known. Each is made up anew for a seed: how many nodes
// there are, what they are called, their ids and how texts spell them, when it begins, how
// often things fail, and in which words.

// world is the nodes of a cluster and what is written down of them.
type world struct {
	random  *rand.Rand
	members []*member
	// spelling is how texts write an id.
	spelling string
}

// member is a node of a world.
type member struct {
	*script
	world  *world
	name   string
	events []event
}

// event is something that a node writes down at a time, in seconds.
type event struct {
	at    float64
	write func(now uint64)
}

// dayEnds is how long a world lasts, in seconds.
const dayEnds = 1800

func newWorld(seed uint64, names ...string) *world {
	w := &world{random: rand.New(rand.NewPCG(seed, 12))}
	w.spelling = []string{"0x%016x", "%016x", "%d"}[w.random.IntN(3)]
	for i, name := range names {
		s := newScript(name, seed*100+uint64(i))
		s.nodeID = w.random.Uint64() | 1<<62
		for k, c := range s.chains() {
			c.(*memoryChain).id = uint32(10*i + k + 1)
		}
		w.members = append(w.members, &member{script: s, world: w, name: name})
	}
	return w
}

// namesOf returns names of so many nodes, in one of several fashions.
func namesOf(random *rand.Rand, count int) []string {
	fashion := []string{"node-%d", "mesh%02d", "fra1-a%d", "worker.%d", "10.0.7.%d"}[random.IntN(5)]
	names := make([]string, count)
	for i := range names {
		names[i] = fmt.Sprintf(fashion, i+1)
	}
	return names
}

func (w *world) between(from, to float64) float64 { return from + w.random.Float64()*(to-from) }

func (w *world) oneOf(texts ...string) string { return texts[w.random.IntN(len(texts))] }

func (w *world) spell(id uint64) string { return fmt.Sprintf(w.spelling, id) }

// other returns a node that is not the given one, if there is one.
func (w *world) other(m *member) *member {
	i := w.random.IntN(len(w.members))
	if w.members[i] == m {
		i = (i + 1) % len(w.members)
	}
	return w.members[i]
}

func (m *member) at(t float64, write func(now uint64)) { m.events = append(m.events, event{t, write}) }

// tries makes an action fail so many times and then end.
func (m *member) tries(t float64, kind string, fails int, delay float64, reason string, end wire.Disposition) {
	id := new(uint64)
	for i := range fails + 1 {
		m.at(t+float64(i)*delay, func(now uint64) {
			if i == 0 {
				*id = m.newID()
			}
			switch {
			case i < fails:
				m.act(now, *id, kind, again(reason, uint64(delay*1000)))
			case end != nil:
				m.act(now, *id, kind, end)
			}
		})
	}
}

// troubles makes actions fail for a time, a few attempts each, some to the last.
func (m *member) troubles(from, to, perSec float64, reason func() string) {
	w := m.world
	for t := from; t < to; t += w.random.ExpFloat64() / perSec * 3 {
		fails := 1 + w.random.IntN(5)
		var end wire.Disposition = wire.Dispatched{}
		if fails == 5 {
			end = forGood("dispatch retry budget exhausted after 6 attempts")
		}
		kinds := []string{wire.KindPullReplica, wire.KindRequestPlacement, wire.KindMigrateBlob, wire.KindMarkAvoid}
		m.tries(t, kinds[w.random.IntN(len(kinds))], fails, w.between(0.2, 1), reason(), end)
	}
}

func (m *member) says(t float64, level snapshot.LogLevel, daemon uint64, text string) {
	m.at(t, func(now uint64) { m.logAs(now, level, daemon, text) })
}

// commands makes an operator command something; its node is told by the event.
func (m *member) commands(t float64, operator uint64, event snapshot.AdminEvent) {
	m.at(t, func(now uint64) {
		m.nextCommand++
		r := snapshot.AdminAuditRecord{Seq: m.nextCommand, CommittedAtMS: m.ms(now), Event: event, OperatorIDs: []uint64{operator}}
		appendEntry(m.audit, now, r.AppendPostcard(nil))
	})
}

// noise is what an ordinary day leaves: actions that are dispatched, a few that fail and are
// dispatched when they are tried again, and a log that says the same things over and over.
func (w *world) noise() {
	perSec := w.between(0.5, 3)
	ordinary := []string{"pull timed out after 5000 ms", "peer %s unreachable: connection refused", "source checksum mismatch at seq 77", "%s is busy", "lost the race for chain 512"}
	for _, m := range w.members {
		kinds := wire.ActionKinds()
		for t := 0.0; t < dayEnds; t += w.random.ExpFloat64() / perSec {
			if w.random.IntN(60) == 0 {
				m.tries(t, wire.KindPullReplica, 1, w.between(0.2, 2), w.fill(w.oneOf(ordinary...), w.other(m).nodeID), wire.Dispatched{})
				continue
			}
			kind := kinds[w.random.IntN(len(kinds))]
			m.at(t, func(now uint64) { m.act(now, m.newID(), kind, wire.Dispatched{}) })
		}
		lines := []string{"scheduler tick", "reconcile pass 12 ms", "heartbeat rtt 9 ms", "replica lag 6089 entries"}
		for t := 0.5; t < dayEnds; t += w.random.ExpFloat64() / perSec * 2 {
			m.says(t, snapshot.LevelInfo, uint64(w.random.IntN(4))*7, lines[w.random.IntN(len(lines))])
		}
	}
}

// fill puts an id into a text that has room for one.
func (w *world) fill(text string, id uint64) string {
	if !strings.Contains(text, "%s") {
		return text
	}
	return fmt.Sprintf(text, w.spell(id))
}

// play writes everything down in the order of time, and returns the chains.
func (w *world) play(leaveOut ...*member) []Chain {
	var chains []Chain
	for _, m := range w.members {
		slices.SortStableFunc(m.events, func(a, b event) int {
			switch {
			case a.at < b.at:
				return -1
			case a.at > b.at:
				return 1
			}
			return 0
		})
		for _, e := range m.events {
			e.write(sec(e.at))
		}
		if slices.Contains(leaveOut, m) {
			continue
		}
		for _, c := range m.chains() {
			if c.Len() > 0 {
				chains = append(chains, c)
			}
		}
	}
	return chains
}

// truth is what is known of an incident.
type truth struct {
	chains []Chain
	rule   Rule
	// says are texts that the first finding must have, in its title, its detail or in what
	// it leads to.
	says []string
	// from and to are when it began and when it was over, slack how far the first finding
	// may be off.
	from, to, slack float64
	// others are the rules that may have findings beside the first one.
	others []Rule
}

// inHexAndDecimal are both spellings of an id that a finding says of a node whose name is
// not known.
func inHexAndDecimal(id uint64) []string {
	return []string{fmt.Sprintf("0x%016x", id), fmt.Sprintf("%d", id)}
}

// afterFailures are the rules that may tell of what comes of many failures.
var afterFailures = []Rule{RuleBurst, RuleExhausted, RuleStorm}

var causes = map[string]func(seed uint64) truth{
	"stalled disk": func(seed uint64) truth {
		w := newWorld(seed, namesOf(rand.New(rand.NewPCG(seed, 1)), 3+int(seed%4))...)
		w.noise()
		x := w.members[w.random.IntN(len(w.members))]
		from := w.between(400, 700)
		to := from + w.between(150, 500)
		own := w.oneOf("segment sync took 31 s", "write of 4096 bytes timed out after 5000 ms", "disk queue is full: 512 waiting", "EIO from dat: retry later")
		x.troubles(from, to, w.between(4, 10), func() string { return own })
		for t := from; t < to; t += 5 {
			x.says(t, snapshot.LevelWarn, 0, "disk write latency 3100 ms")
		}
		theirs := w.oneOf("peer %s unreachable: connection refused", "pull from %s timed out after 5000 ms", "no answer from %s within 10 s", "source %s stalled at seq 81")
		for _, m := range w.members {
			if m != x {
				begins := from + w.between(15, 70)
				m.troubles(begins, to, w.between(4, 10), func() string { return w.fill(theirs, x.nodeID) })
			}
		}
		return truth{chains: w.play(), rule: RuleBurst, says: []string{x.name, "first on " + x.name, "name " + x.name}, from: from, to: to, slack: 15, others: afterFailures}
	},
	"bad clock": func(seed uint64) truth {
		w := newWorld(seed, namesOf(rand.New(rand.NewPCG(seed, 2)), 3+int(seed%3))...)
		w.noise()
		x := w.members[w.random.IntN(len(w.members))]
		from := w.between(500, 800)
		to := from + w.between(100, 300)
		stepNS := int64(w.between(8, 200) * 1e9)
		said := "back"
		switch seed % 3 {
		case 0:
			x.at(from, func(uint64) { x.recordOffsetNS, x.appendOffsetNS = -stepNS, -stepNS })
		case 1:
			said = "ahead"
			x.at(from, func(uint64) { x.recordOffsetNS, x.appendOffsetNS = stepNS, stepNS })
			x.at(to, func(uint64) { x.recordOffsetNS, x.appendOffsetNS = 0, 0 })
		case 2:
			said = "ahead"
			x.at(from, func(uint64) { x.recordOffsetNS = stepNS })
			x.at(to, func(uint64) { x.recordOffsetNS = 0 })
		}
		theirs := w.oneOf("envelope of %s is from the future", "lease of %s has expired", "refused %s: its clock differs by 37 s", "signature of %s is not valid yet")
		for _, m := range w.members {
			if m != x {
				m.troubles(from+w.between(1, 10), to, w.between(3, 8), func() string { return w.fill(theirs, x.nodeID) })
			}
		}
		return truth{chains: w.play(), rule: RuleClockStep, says: []string{x.name, "clock", said}, from: from, to: to, slack: 15 + float64(stepNS)/1e9, others: afterFailures}
	},
	"crash loop": func(seed uint64) truth {
		w := newWorld(seed, namesOf(rand.New(rand.NewPCG(seed, 3)), 1+int(seed%4))...)
		w.noise()
		x := w.members[w.random.IntN(len(w.members))]
		daemon := 1 + uint64(w.random.IntN(5000))
		name := w.oneOf("telemetry", "indexer", "gc", "edge-proxy")
		line := w.oneOf("%s exited: signal 11", "%s terminated with code 137", "%s: panicked while starting", "lost %s: out of memory")
		from := w.between(300, 900)
		t, cooldown, most := from, w.between(1, 3), w.between(10, 40)
		for range 6 + w.random.IntN(4) {
			x.at(t, func(now uint64) { x.act(now, x.newID(), wire.KindStartDaemon, wire.Dispatched{}) })
			x.says(t+0.3, snapshot.LevelError, daemon, fmt.Sprintf(line, name))
			until := t + 0.3 + cooldown
			for g := t + w.between(0.4, 0.8); g < until; g += w.between(0.5, 2) {
				x.at(g, func(now uint64) {
					left := uint64((until - float64(now-startNS)/1e9) * 1000)
					x.act(now, x.newID(), wire.KindStartDaemon, wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some(left)})
				})
			}
			t, cooldown = until+w.between(0.1, 1), min(cooldown*2, most)
		}
		x.at(t, func(now uint64) { x.act(now, x.newID(), wire.KindStartDaemon, wire.Dispatched{}) })
		x.says(t+1, snapshot.LevelInfo, daemon, name+" is up")
		return truth{chains: w.play(), rule: RuleCrashLoop, says: []string{x.name, fmt.Sprintf("daemon %d", daemon), "ended by itself"}, from: from, to: t, slack: 10}
	},
	"operator's mistake": func(seed uint64) truth {
		w := newWorld(seed, namesOf(rand.New(rand.NewPCG(seed, 4)), 2+int(seed%4))...)
		w.noise()
		y := w.members[w.random.IntN(len(w.members))]
		operator := uint64(w.random.IntN(100000))
		var chains []uint64
		first := uint64(1000 + w.random.IntN(9000))
		if seed%3 == 0 {
			first = w.random.Uint64()
		}
		for i := range 2 + w.random.IntN(4) {
			chains = append(chains, first+uint64(i))
		}
		from := w.between(500, 800)
		to := from + w.between(150, 400)
		w.members[0].commands(w.between(50, 300), 11, snapshot.AdminEvent{Kind: snapshot.EventCordon, Node: w.other(y).nodeID})
		y.commands(from, operator, snapshot.AdminEvent{Kind: snapshot.EventDropReplicas, Node: y.nodeID, Chains: chains})
		w.members[0].commands(to+100, 11, snapshot.AdminEvent{Kind: snapshot.EventUncordon, Node: w.other(y).nodeID})
		words := w.oneOf("chain %s has no holder", "no replica of %s is left", "cannot place %s: no source", "%s: holders are empty")
		for _, m := range w.members {
			m.troubles(from+w.between(2, 20), to, w.between(1, 6), func() string { return w.fill(words, chains[w.random.IntN(len(chains))]) })
		}
		return truth{chains: w.play(), rule: RuleOperator, says: []string{y.name, fmt.Sprintf("operator %d", operator), "drop replicas", fmt.Sprint(chains[0])}, from: from, to: to, slack: 1, others: afterFailures}
	},
	"network split": func(seed uint64) truth {
		var names []string
		sides := [][2]string{{"east-%d", "west-%d"}, {"a%d", "b%d"}, {"rack1-%d", "rack2-%d"}}[seed%3]
		a, b := 2+int(seed%2), 2+int(seed/2%3)
		for i := range a {
			names = append(names, fmt.Sprintf(sides[0], i+1))
		}
		for i := range b {
			names = append(names, fmt.Sprintf(sides[1], i+1))
		}
		w := newWorld(seed, names...)
		w.noise()
		from := w.between(400, 700)
		to := from + w.between(120, 500)
		words := w.oneOf("peer %s unreachable: connection refused", "no route to %s", "%s did not answer in 5000 ms", "handshake with %s failed: timed out")
		for i, m := range w.members {
			there := w.members[a:]
			if i >= a {
				there = w.members[:a]
			}
			m.troubles(from+w.between(0, 4), to, w.between(4, 9), func() string { return w.fill(words, there[w.random.IntN(len(there))].nodeID) })
		}
		return truth{chains: w.play(), rule: RuleSplit, says: append(names, "cannot reach each other"), from: from, to: to, slack: 15, others: afterFailures}
	},
	"sick node": func(seed uint64) truth {
		w := newWorld(seed, namesOf(rand.New(rand.NewPCG(seed, 5)), 3+int(seed%4))...)
		w.noise()
		x := w.members[w.random.IntN(len(w.members))]
		from := w.between(400, 700)
		to := from + w.between(150, 500)
		words := w.oneOf("peer %s unreachable: connection refused", "%s did not answer in 5000 ms", "stream to %s was reset", "bad checksum from %s at seq 9120")
		for _, m := range w.members {
			if m != x {
				m.troubles(from+w.between(0, 10), to, w.between(4, 9), func() string { return w.fill(words, x.nodeID) })
			}
		}
		says := []string{"name " + x.name}
		var leaveOut []*member
		if seed%2 == 1 {
			says, leaveOut = inHexAndDecimal(x.nodeID), []*member{x}
		}
		return truth{chains: w.play(leaveOut...), rule: RuleBurst, says: says, from: from, to: to, slack: 15, others: afterFailures}
	},
}

// text is everything that a finding says.
func (f *Finding) text() string {
	text := f.Node + "\n" + f.Title.String() + "\n" + f.Detail.String()
	for _, r := range f.Related {
		text += "\n" + r.What.String()
	}
	return text
}

// wrong returns what is wrong with the findings of an incident.
func (x *truth) wrong(findings []Finding) (problems []string) {
	if len(findings) == 0 {
		return []string{"nothing is found"}
	}
	f := &findings[0]
	if f.Rule != x.rule {
		problems = append(problems, fmt.Sprintf("the first finding is of %s, want %s", f.Rule, x.rule))
	}
	for _, text := range x.says {
		if !strings.Contains(f.text(), text) {
			problems = append(problems, fmt.Sprintf("the first finding does not say %q", text))
		}
	}
	if began := float64(f.FirstTimeNS-startNS) / 1e9; began < x.from-x.slack || began > x.from+x.slack {
		problems = append(problems, fmt.Sprintf("the first finding begins at %.0f s, want %.0f", began, x.from))
	}
	for i := range findings[1:] {
		f := &findings[1+i]
		began := float64(f.FirstTimeNS-startNS) / 1e9
		known := slices.Contains(x.others, f.Rule) && began >= x.from-max(x.slack, 15) && began <= x.to+x.slack
		if f.Severity > Info && !known {
			problems = append(problems, fmt.Sprintf("a finding that is not so: %s %s: %s", f.Node, f.Rule, f.Title.String()))
		}
	}
	return problems
}

// The first finding of an incident is its cause, and no finding is false.
func TestCauses(t *testing.T) {
	const seeds = 4
	for name, make := range causes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := 0
			for seed := range uint64(seeds) {
				x := make(seed)
				findings := analyse(t, x.chains...)
				problems := x.wrong(findings)
				if len(problems) == 0 {
					good++
					continue
				}
				t.Errorf("seed %d:\n%s", seed, strings.Join(problems, "\n"))
				if testing.Verbose() {
					for i := range findings[:min(len(findings), 6)] {
						t.Logf("%s %s\n%s", findings[i].Severity, findings[i].Rule, findings[i].text())
					}
				}
			}
			t.Logf("%d of %d", good, seeds)
		})
	}
}

// A day on which one action fails several times and is dispatched at last has no finding.
func TestCalmDay(t *testing.T) {
	for seed := range uint64(4) {
		w := newWorld(seed, namesOf(rand.New(rand.NewPCG(seed, 6)), 1+int(seed%5))...)
		w.noise()
		m := w.members[w.random.IntN(len(w.members))]
		reason := w.fill(w.oneOf("peer %s unreachable: connection refused", "source checksum mismatch at seq 77", "%s is restarting"), w.random.Uint64())
		m.tries(w.between(200, 1500), wire.KindPullReplica, 5+w.random.IntN(2), w.between(0.5, 8), reason, wire.Dispatched{})
		for _, f := range analyse(t, w.play()...) {
			t.Errorf("seed %d: %s\n%s", seed, f.Rule, f.text())
		}
	}
}

func commandRestart(id uint64, name string) snapshot.AdminEvent {
	return snapshot.AdminEvent{Kind: snapshot.EventForceRestartDaemon, Daemon: snapshot.DaemonRef{ID: id, Name: name}}
}
