package insight

import (
	"sort"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/message"
)

// Every command on an audit chain is a finding, refused ones included: a
// reviewer asks first what people did. Beside it stands what changed on the
// node, in the afterNS before and after: failed and gated actions, restarts, and
// the commands that followed on any node. That one thing followed another does
// not say that it came of it.
const (
	afterNS = 5 * 60 * nanosPerSec
	// maxCommands is how many commands of a chain are listed one by one.
	maxCommands = 200
	// maxAllCommands is how many are listed of all chains.
	maxAllCommands = 2000
)

// command is one audit record.
type command struct {
	subject  *subject
	position int
	timeNS   uint64
	record   snapshot.AdminAuditRecord
	// blame is what failures name of what the command is about, nil if they do not.
	blame *blame
}

// readCommands reads the commands of all audit chains.
func (c *cluster) readCommands(p *pacer) error {
	for _, n := range c.nodes {
		for _, s := range n.of(wire.ChainAudit) {
			if err := p.now(); err != nil {
				return err
			}
			if err := c.readCommandsOf(s); err != nil {
				return err
			}
		}
	}
	sort.SliceStable(c.commands, func(i, j int) bool { return c.commands[i].timeNS < c.commands[j].timeNS })
	return nil
}

// reportOperators lists the commands on all audit chains.
func (c *cluster) reportOperators(p *pacer, out *report) error {
	for _, n := range c.nodes {
		for _, s := range n.of(wire.ChainAudit) {
			if records := s.watch.decoded; records > maxCommands {
				f := about(RuleOperator, s, 0, s.chain.Len()-1)
				f.Severity, f.Confidence, f.Count = Notice, Certain, records
				f.Title = message.New("{command|commands} by operators", message.Count(records))
				f.Detail = message.New("The first {} are listed one by one.", message.Count(maxCommands))
				f.Key += "/all"
				out.add(f)
			}
		}
	}
	for i := range c.commands[:min(len(c.commands), maxAllCommands)] {
		if err := p.work(rowsPerChain); err != nil {
			return err
		}
		out.add(c.commandFinding(i))
	}
	return nil
}

func (c *cluster) readCommandsOf(s *subject) error {
	if len(s.watch.commands) == 0 {
		return nil
	}
	return s.chain.Payloads(s.watch.commands, func(position int, payload []byte) error {
		record, err := snapshot.DecodeAdminAuditRecord(payload)
		if err != nil {
			return nil // the index took it for a record; then it is not ours to judge
		}
		c.commands = append(c.commands, command{subject: s, position: position, timeNS: s.chain.Row(position).TimeNS, record: record})
		return nil
	})
}

func (c *cluster) commandFinding(i int) Finding {
	cmd := &c.commands[i]
	f := about(RuleOperator, cmd.subject, cmd.position, cmd.position)
	f.Severity, f.Confidence = Info, Certain
	f.Detail = message.New("Asked for by {}.", operators(cmd.record.OperatorIDs))
	command := c.directory.commandText(&cmd.record.Event)
	switch outcome := &cmd.record.Outcome; outcome.Kind {
	case snapshot.OutcomeRejected:
		f.Severity = Notice
		f.Title = message.New("Refused: ")
		f.Title.Append(command)
		f.Detail.Add(" {}: {}.", message.Kind(cut(outcome.RejectionKind)), reason(outcome.Message))
	case snapshot.OutcomeUnverified:
		f.Title = command
		f.Title.Add(" (not verified)")
	default:
		f.Title = command
	}
	cmd.change(&f)
	c.lapsed(cmd, &f)
	c.followers(i, &f)
	cmd.blame.tell(c.directory, &f)
	return f
}

// change tells what was different on its node after a command.
func (cmd *command) change(f *Finding) {
	n := cmd.subject.node
	var failedBefore, failedAfter, gatedBefore, gatedAfter int
	for _, s := range n.of(wire.ChainAction) {
		failed, gated := s.watch.rates.between(ago(cmd.timeNS, afterNS), cmd.timeNS)
		failedBefore, gatedBefore = failedBefore+failed, gatedBefore+gated
		failed, gated = s.watch.rates.between(cmd.timeNS, later(cmd.timeNS, afterNS))
		failedAfter, gatedAfter = failedAfter+failed, gatedAfter+gated
	}
	f.Detail.Add(" In the five minutes before and after, on this node: {failed action|failed actions}, then {}; {} gated, then {}.",
		message.Count(failedBefore), message.Count(failedAfter), message.Count(gatedBefore), message.Count(gatedAfter))
	for i := range n.restarts {
		r := &n.restarts[i]
		if r.toNS > cmd.timeNS && r.toNS <= later(cmd.timeNS, afterNS) {
			f.Detail.Add(" The process restarted {} later.", span(cmd.timeNS, r.toNS))
			w := r.witnesses[0]
			f.Related = append(f.Related, w.subject.refTo(w.fall.after.position, message.New("the process restarted")))
		}
	}
}

// lapsed says of a thaw that the freeze before it was over already.
func (c *cluster) lapsed(cmd *command, f *Finding) {
	if cmd.record.Event.Kind != snapshot.EventThawCluster {
		return
	}
	for i := len(c.commands) - 1; i >= 0; i-- {
		freeze := &c.commands[i]
		if freeze.timeNS >= cmd.timeNS || freeze.record.Outcome.Kind == snapshot.OutcomeRejected {
			continue
		}
		switch freeze.record.Event.Kind {
		case snapshot.EventThawCluster:
			return
		case snapshot.EventFreezeCluster:
			ttl := uint64(max(freeze.record.Event.TTL.Std(), 0))
			if end := later(freeze.timeNS, ttl); end < cmd.timeNS {
				f.Detail.Add(" The freeze of {clock} had lapsed {} before.", message.Time(freeze.timeNS), span(end, cmd.timeNS))
			}
			return
		}
	}
}

// followers tells which commands came after one, on any node.
func (c *cluster) followers(i int, f *Finding) {
	cmd := &c.commands[i]
	var texts []message.Message
	for j := i + 1; j < len(c.commands) && len(texts) < maxRelated; j++ {
		next := &c.commands[j]
		if next.timeNS > later(cmd.timeNS, afterNS) {
			break
		}
		text := c.directory.commandText(&next.record.Event)
		text.Add(" {} later", span(cmd.timeNS, next.timeNS))
		if next.record.Outcome.Kind == snapshot.OutcomeRejected {
			text.Add(" (refused)")
		}
		if next.subject.node != cmd.subject.node {
			text.Add(" on {}", next.subject.nodeName())
		}
		texts = append(texts, text)
		f.Related = append(f.Related, next.subject.refTo(next.position, text))
	}
	if len(texts) > 0 {
		f.Detail.Add(" Followed by: {;}.", message.List(texts...))
	}
}

func operators(ids []uint64) message.Value {
	switch len(ids) {
	case 0:
		return message.List(message.New("nobody named"))
	case 1:
		return message.List(message.New("operator {}", message.ID(message.ClassOperator, ids[0])))
	}
	return message.List(message.New("operators {}", numbers(message.ClassOperator, ids)))
}

// numbers lists up to a few ids.
func numbers(c message.Class, ids []uint64) message.Value {
	const most = 8
	var list []message.Message
	for _, id := range ids[:min(len(ids), most)] {
		list = append(list, message.New("{}", message.ID(c, id)))
	}
	if more := len(ids) - most; more > 0 {
		return message.List(message.New("{,} and {} more", message.List(list...), message.Count(more)))
	}
	return message.List(message.New("{,}", message.List(list...)))
}

// commandText says what a command asks for.
func (d *Directory) commandText(e *snapshot.AdminEvent) message.Message {
	chain, node := message.ID(message.ClassChainID, e.Chain), message.List(message.New("node {}", message.ID(message.ClassNodeID, e.Node)))
	if name, known := d.Node(e.Node); known {
		node = message.List(message.New("{}", message.Node(name)))
	}
	switch e.Kind {
	case snapshot.EventEnterMaintenance:
		return drainTime(message.New("enter maintenance of {}", node), e)
	case snapshot.EventExitMaintenance:
		return message.New("exit maintenance of {}", node)
	case snapshot.EventDrain:
		return drainTime(message.New("drain of {}", node), e)
	case snapshot.EventCordon:
		return message.New("cordon of {}", node)
	case snapshot.EventUncordon:
		return message.New("uncordon of {}", node)
	case snapshot.EventRestartAllDaemons:
		return message.New("restart all daemons of {}", node)
	case snapshot.EventClearAvoidList:
		return message.New("clear avoid list of {}", node)
	case snapshot.EventDropReplicas:
		return message.New("drop replicas of chains {} on {}", numbers(message.ClassChainID, e.Chains), node)
	case snapshot.EventInvalidatePlacement:
		return message.New("invalidate placement of {}", node)
	case snapshot.EventFreezeCluster:
		return message.New("freeze cluster for {}", message.Std(e.TTL.Std()))
	case snapshot.EventThawCluster:
		return message.New("thaw cluster")
	case snapshot.EventFlushAvoidLists:
		return message.New("flush avoid lists")
	case snapshot.EventForceEvictReplica:
		return message.New("force evict replica of chain {}", chain)
	case snapshot.EventForceRestartDaemon:
		return message.New("force restart daemon {} {}", message.ID(message.ClassDaemonID, e.Daemon.ID), message.Name(message.ClassDaemon, cut(e.Daemon.Name)))
	case snapshot.EventForceCutover:
		return message.New("force cutover of chain {}", chain)
	case snapshot.EventKillMigration:
		return message.New("kill migration {}", message.ID(message.ClassMigration, e.Migration))
	}
	return message.New("command {} of {}", message.Kind(e.Kind.SnakeName()), node)
}

// drainTime adds how long a drain may take, where that is said.
func drainTime(command message.Message, e *snapshot.AdminEvent) message.Message {
	if e.DrainFor.Some {
		command.Add(" for {}", message.Std(e.DrainFor.Value.Std()))
	}
	return command
}
