package insight

import (
	"fmt"
	"strings"

	"chainglass/app/order"
	"chainglass/snapshot"
	"chainglass/wire"
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
}

// reportOperators lists the commands on all audit chains.
func (c *cluster) reportOperators(p *pacer, out *report) error {
	for _, n := range c.nodes {
		for _, s := range n.of(wire.ChainAudit) {
			if err := c.readCommandsOf(p, s); err != nil {
				return err
			}
			if records := s.chain.Len() - s.unreadable; records > maxCommands {
				f := about(RuleOperator, s, 0, s.chain.Len()-1)
				f.Severity, f.Confidence, f.Count = Notice, Certain, records
				f.Title = fmt.Sprintf("%s by operators", counted(records, "command", "commands"))
				f.Detail = fmt.Sprintf("The first %d are listed one by one.", maxCommands)
				f.Key += "/all"
				out.add(f)
			}
		}
	}
	order.By(c.commands, func(a, b command) int { return compare(a.timeNS, b.timeNS) })
	for i := range c.commands[:min(len(c.commands), maxAllCommands)] {
		if err := p.row(); err != nil {
			return err
		}
		out.add(c.commandFinding(i))
	}
	return nil
}

func (c *cluster) readCommandsOf(p *pacer, s *subject) error {
	var positions []int
	for position := 0; position < s.chain.Len() && len(positions) < maxCommands; position++ {
		if err := p.row(); err != nil {
			return err
		}
		if r := s.chain.Row(position); r.Decoded {
			positions = append(positions, position)
		}
	}
	if len(positions) == 0 {
		return nil
	}
	return s.chain.Payloads(positions, func(position int, payload []byte) error {
		record, err := snapshot.DecodeAdminAuditRecord(payload)
		if err != nil {
			return nil // the index took it for a record; then it is not ours to judge
		}
		c.commands = append(c.commands, command{s, position, s.chain.Row(position).TimeNS, record})
		return nil
	})
}

func (c *cluster) commandFinding(i int) Finding {
	cmd := &c.commands[i]
	f := about(RuleOperator, cmd.subject, cmd.position, cmd.position)
	f.Severity, f.Confidence = Info, Certain
	f.Title = commandText(&cmd.record.Event)
	outcome := &cmd.record.Outcome
	switch outcome.Kind {
	case snapshot.OutcomeRejected:
		f.Severity = Notice
		f.Title = "Refused: " + f.Title
		f.Detail = fmt.Sprintf("%s: %s. ", cut(outcome.RejectionKind), cut(outcome.Message))
	case snapshot.OutcomeUnverified:
		f.Title += " (not verified)"
	}
	f.Detail = fmt.Sprintf("%s, asked for by %s. ", utc(cmd.timeNS), operators(cmd.record.OperatorIDs)) + f.Detail
	f.Detail += cmd.change(&f) + c.followers(i, &f)
	return f
}

// change tells what was different on its node after a command.
func (cmd *command) change(f *Finding) string {
	n := cmd.subject.node
	var failedBefore, failedAfter, gatedBefore, gatedAfter int
	for _, s := range n.of(wire.ChainAction) {
		failed, gated := s.rates.between(ago(cmd.timeNS, afterNS), cmd.timeNS)
		failedBefore, gatedBefore = failedBefore+failed, gatedBefore+gated
		failed, gated = s.rates.between(cmd.timeNS, later(cmd.timeNS, afterNS))
		failedAfter, gatedAfter = failedAfter+failed, gatedAfter+gated
	}
	text := fmt.Sprintf("In the five minutes before and after, on this node: %s failed actions, then %s; %s gated, then %s.",
		number(failedBefore), number(failedAfter), number(gatedBefore), number(gatedAfter))
	for i := range n.restarts {
		r := &n.restarts[i]
		if r.toNS > cmd.timeNS && r.toNS <= later(cmd.timeNS, afterNS) {
			text += fmt.Sprintf(" The process restarted %s later.", span(cmd.timeNS, r.toNS))
			w := r.witnesses[0]
			f.Related = append(f.Related, w.subject.refTo(w.fall.after.position, "the process restarted"))
		}
	}
	return text
}

// followers tells which commands came after one, on any node.
func (c *cluster) followers(i int, f *Finding) string {
	cmd := &c.commands[i]
	var texts []string
	for j := i + 1; j < len(c.commands) && len(texts) < maxRelated; j++ {
		next := &c.commands[j]
		if next.timeNS > later(cmd.timeNS, afterNS) {
			break
		}
		text := fmt.Sprintf("%s %s later", commandText(&next.record.Event), span(cmd.timeNS, next.timeNS))
		if next.record.Outcome.Kind == snapshot.OutcomeRejected {
			text += " (refused)"
		}
		if next.subject.node != cmd.subject.node {
			text += " on " + next.subject.chain.Node()
		}
		texts = append(texts, text)
		f.Related = append(f.Related, next.subject.refTo(next.position, text))
	}
	if len(texts) == 0 {
		return ""
	}
	return " Followed by: " + strings.Join(texts, "; ") + "."
}

func operators(ids []uint64) string {
	switch len(ids) {
	case 0:
		return "nobody named"
	case 1:
		return fmt.Sprintf("operator %d", ids[0])
	}
	return "operators " + numbers(ids)
}

// numbers lists up to a few numbers.
func numbers(ids []uint64) string {
	const most = 8
	text := strings.ReplaceAll(strings.Trim(fmt.Sprint(ids[:min(len(ids), most)]), "[]"), " ", ", ")
	if len(ids) > most {
		text += fmt.Sprintf(" and %d more", len(ids)-most)
	}
	return text
}

// commandText says what a command asks for.
func commandText(e *snapshot.AdminEvent) string {
	name := strings.ReplaceAll(e.Kind.SnakeName(), "_", " ")
	switch e.Kind {
	case snapshot.EventFreezeCluster:
		return fmt.Sprintf("%s for %s", name, e.TTL.Std())
	case snapshot.EventThawCluster, snapshot.EventFlushAvoidLists:
		return name
	case snapshot.EventForceEvictReplica, snapshot.EventForceCutover:
		return fmt.Sprintf("%s of chain %d", name, e.Chain)
	case snapshot.EventForceRestartDaemon:
		return fmt.Sprintf("%s %d %s", name, e.Daemon.ID, cut(e.Daemon.Name))
	case snapshot.EventKillMigration:
		return fmt.Sprintf("%s %d", name, e.Migration)
	case snapshot.EventDropReplicas:
		return fmt.Sprintf("%s of chains %s on node %d", name, numbers(e.Chains), e.Node)
	}
	text := fmt.Sprintf("%s of node %d", name, e.Node)
	if e.DrainFor.Some {
		text += fmt.Sprintf(" for %s", e.DrainFor.Value.Std())
	}
	return text
}
