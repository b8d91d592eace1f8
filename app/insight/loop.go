package insight

import (
	"slices"
	"strconv"
	"strings"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/message"
)

// A daemon that crashes again and again is held back: its starts are gated, each
// time for longer. All gates of one cooldown end at the same moment, so gates
// whose time and cooldown add up to the same belong to one cooldown, and the
// first of them shows nearly all of its length. A run of gates is a crash loop if
// it holds loopGates of them in loopCooldowns and the longest is loopGrowth times
// the first. Gates apart by more than twice the longest cooldown and loopQuietMS
// are two runs, as are those of two processes, and those whose times go back. A
// cooldown longer than maxCooldownMS is no backoff.
const (
	loopGates     = 3
	loopCooldowns = 2
	loopGrowth    = 1.5
	loopQuietMS   = 60_000
	maxCooldownMS = 24 * 60 * 60_000
	loopSlackMS   = 1_000
	// sameEndMS is how far the ends of one cooldown may lie apart.
	sameEndMS = 250
	// openCooldowns is how many cooldowns are told apart at a time: several
	// daemons may be held back.
	openCooldowns = 16
)

// loop is a run of gates.
type loop struct {
	first, last      int
	firstNS, lastNS  uint64
	gates, cooldowns int
	starts           int
	firstMS          uint64
	longestMS        uint64
	longest          int
	longestNS        uint64
	lastTimeMS       uint64
	endsMS           []uint64
}

// loopWatch finds the crash loops of one chain.
type loopWatch struct {
	run   loop
	loops []loop // the first maxPerRule
}

// gated follows one gated action.
func (w *loopWatch) gated(a *action) {
	if a.flags&classDaemon == 0 || a.told.DelayMS.Or(0) > maxCooldownMS {
		return
	}
	quiet := later(w.run.lastTimeMS, 2*w.run.longestMS+loopQuietMS)
	back := later(a.timeMS, loopSlackMS) < w.run.lastTimeMS
	if w.run.gates > 0 && (a.timeMS > quiet || back) {
		w.endRun()
	}
	if w.run.gates == 0 {
		w.run = loop{first: a.position, firstNS: a.timeNS, endsMS: w.run.endsMS[:0]}
	}
	w.run.add(a)
}

func (l *loop) add(a *action) {
	l.gates++
	if a.flags&classStart != 0 {
		l.starts++
	}
	l.last, l.lastNS, l.lastTimeMS = a.position, a.timeNS, a.timeMS
	ms := a.told.DelayMS.Or(0)
	if ms == 0 {
		return
	}
	if ms > l.longestMS {
		l.longestMS, l.longest, l.longestNS = ms, a.position, a.timeNS
	}
	end := later(a.timeMS, ms)
	if slices.ContainsFunc(l.endsMS, func(known uint64) bool { return max(known, end)-min(known, end) <= sameEndMS }) {
		return
	}
	if l.cooldowns == 0 {
		l.firstMS = ms
	}
	l.cooldowns++
	if len(l.endsMS) == openCooldowns {
		l.endsMS = append(l.endsMS[:0], l.endsMS[1:]...)
	}
	l.endsMS = append(l.endsMS, end)
}

func (w *loopWatch) endRun() {
	l := w.run
	w.run.gates = 0
	grown := float64(l.longestMS) >= loopGrowth*float64(l.firstMS)
	if l.gates >= loopGates && l.cooldowns >= loopCooldowns && grown && len(w.loops) < maxPerRule {
		l.endsMS = nil
		w.loops = append(w.loops, l)
	}
}

func (w *loopWatch) clone() loopWatch {
	c := *w
	c.run.endsMS, c.loops = slices.Clone(w.run.endsMS), slices.Clone(w.loops)
	return c
}

// reportLoops lists the crash loops of the chain.
func (s *subject) reportLoops(out *report) {
	loops := s.watch.actions.loops.loops
	if len(loops) == 0 {
		return
	}
	begins := s.processes()
	for i := range loops {
		out.add(s.loopFinding(&loops[i], begins))
	}
}

func (s *subject) loopFinding(l *loop, begins []int) Finding {
	f := about(RuleCrashLoop, s, l.first, l.last)
	f.Severity, f.Confidence, f.Count = Serious, Likely, l.gates
	f.FirstTimeNS, f.LastTimeNS = l.firstNS, l.lastNS
	what := message.List(message.New("{start|starts} gated", message.Count(l.starts)))
	if l.starts < l.gates {
		what = message.List(message.New("{daemon action|daemon actions} gated", message.Count(l.gates)))
	}
	f.Title = message.New("Crash loop: {}, longest cooldown {}", what, millis(l.longestMS))
	f.Detail = message.New("{} by {q} in {}, {}. Cooldowns grow from {} to {}, {cooldown|cooldowns} in all; the longest began at {clock}.",
		what, reason(s.chain.Row(l.first).Template), span(l.firstNS, l.lastNS), between(l.firstNS, l.lastNS), millis(l.firstMS), millis(l.longestMS),
		message.Count(l.cooldowns), message.Time(l.longestNS))
	f.Related = []Ref{s.refTo(l.longest, message.New("longest cooldown: {}", millis(l.longestMS)))}
	s.endOfLoop(l, begins, &f)
	s.node.logs(l, &f)
	return f
}

// endOfLoop says what ended a crash loop.
func (s *subject) endOfLoop(l *loop, begins []int, f *Finding) {
	for i := range s.node.restarts {
		r := &s.node.restarts[i]
		if position, saw := r.saw(s); saw && process(begins, position) == process(begins, l.last)+1 {
			f.Detail.Add(" It ended with the process, which restarted by {clock}.", message.Time(r.toNS))
			f.Related = append(f.Related, s.refTo(position, message.New("first row of the new process")))
			return
		}
	}
	quietNS := later(0, 2*min(l.longestMS, maxCooldownMS)*nanosPerMilli)
	if s.watch.lastNS < later(l.lastNS, quietNS) {
		f.Detail.Add(" The chain ends before it is known whether it was over.")
		return
	}
	for i := range s.node.cluster.commands {
		cmd := &s.node.cluster.commands[i]
		restarts := cmd.record.Event.Kind == snapshot.EventForceRestartDaemon || cmd.record.Event.Kind == snapshot.EventRestartAllDaemons
		if restarts && cmd.subject.node == s.node && cmd.record.Outcome.Kind != snapshot.OutcomeRejected && cmd.timeNS >= l.firstNS && cmd.timeNS <= later(l.lastNS, quietNS) {
			f.Detail.Add(" It ended after the command of {clock}: {}.", message.Time(cmd.timeNS), message.List(s.node.cluster.directory.commandText(&cmd.record.Event)))
			f.Related = append(f.Related, cmd.subject.refTo(cmd.position, message.New("the command before its end")))
			return
		}
	}
	f.Detail.Add(" It ended by itself: no gate follows in {}.", span(l.lastNS, min(s.watch.lastNS, later(l.lastNS, later(quietNS, loopQuietMS*nanosPerMilli)))))
}

// daemonOrigin is how the kind of a log record begins that a daemon wrote.
const daemonOrigin = "daemon "

// logs adds the line of the node's log that was told during the loop and, all
// but for a little before and after, at no other time: the crash itself.
func (n *node) logs(l *loop, f *Finding) {
	const aroundNS = 30 * nanosPerSec
	for _, s := range n.of(wire.ChainLog) {
		var crash *textUse
		for i := range s.watch.novelty.uses {
			u := &s.watch.novelty.uses[i]
			within := u.firstNS >= ago(l.firstNS, aroundNS) && u.lastNS <= later(l.lastNS, aroundNS)
			if within && u.count >= loopGates && (crash == nil || u.count > crash.count) {
				crash = u
			}
		}
		if crash == nil {
			continue
		}
		name, _, _ := strings.Cut(crash.template, ":")
		row := s.chain.Row(crash.first)
		if digits, isDaemon := strings.CutPrefix(row.Kind, daemonOrigin); isDaemon {
			if id, err := strconv.ParseUint(digits, 10, 64); err == nil {
				f.Title.Add(", {}", message.List(s.node.cluster.directory.daemon(id)))
			}
		}
		f.Title.Add(" ({})", reason(name))
		f.Detail.Add(" The log says {q} {time|times} in that time and at no other.", reason(crash.template), message.Count(crash.count))
		f.Confidence = Certain
		f.Related = append(f.Related, s.refTo(crash.first, message.New("log: {}", reason(crash.template))))
	}
}
