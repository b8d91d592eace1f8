package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/redex"
)

// ErrChanged says that an entry cannot be shown, since its files are not what they
// were when the chain was read.
var ErrChanged = redex.ErrChanged

// ruleChanged is the rule of what is said of files that changed.
const (
	ruleWritten   = "being-written"
	ruleReplaced  = "replaced"
	ruleRewritten = "changed-where-read"
)

// readBlock reads entries, and refuses those that are not what the index has of them:
// an old row and a new payload are never shown as one.
func (c *reading) readBlock(ctx context.Context, position int, b *wire.Block) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !c.in.files.hold() {
		return errClosed
	}
	defer c.in.files.release()
	if err := c.source.Reader.ReadBlock(position, b); err != nil {
		return err
	}
	if changed := c.changed(position, b.Entries); changed >= 0 {
		return fmt.Errorf("%s, entry %d: %w", c.source.Origin, changed, ErrChanged)
	}
	return nil
}

// changed returns the position of the first of the entries from position on that is not the
// one that was indexed, or -1.
func (c *reading) changed(position int, entries []wire.Entry) int {
	found := -1
	c.index.runs(position, min(position+len(entries), c.index.length), func(b *indexBlock, from, to int) bool {
		for i := from; i < to; i++ {
			if b.differs(i, &entries[0]) {
				found = position
				return false
			}
			entries, position = entries[1:], position+1
		}
		return true
	})
	return found
}

// differs reports whether an entry is not the one of row i.
func (b *indexBlock) differs(i int, e *wire.Entry) bool {
	state := b.State[i]
	return b.SeqAt(i) != e.Seq || wire.EntryStatus(state&insight.RowStatusMask) != e.Status ||
		state&part.HasTS != 0 != e.TSNS.Some || e.TSNS.Some && b.TSNS[i] != e.TSNS.Value
}

// changedRows are rows that cannot be shown, for an error that says so.
func (c *reading) changedRows(positions []int, err error) []Row {
	rows := make([]Row, len(positions))
	for i, position := range positions {
		row := c.index.row(position)
		rows[i] = Row{Chain: c.id, Position: position, Seq: row.seq, TSNS: row.ts, Status: row.status, Error: err.Error()}
	}
	return rows
}

// look compares the chain's files with what they were, and says what has become of
// them, once for each. settled is true if something at the end was in flight when the
// chain was opened and is whole by now: it is no damage.
func (c *builder) look() (settled bool) {
	var v source.Verdict
	if c.checked != nil {
		v, c.checked = *c.checked, nil
	} else {
		v = c.source.Watch.Check()
	}
	if v.Change == source.Unchanged && c.looksUnfinished() {
		v = c.source.Watch.Await()
	}
	switch v.Change {
	case source.Grew:
		return c.beingWritten(v)
	case source.Replaced:
		c.changeFinding(ruleReplaced, v, message.New("The file was replaced"),
			message.New("{}: {}. What is shown was read from the earlier one, as far as that can still be read. Open it again to see what is there now.", message.Path(v.File), message.Text(v.Why)))
	case source.Rewritten:
		c.changeFinding(ruleRewritten, v, message.New("The file was changed where it had been read"),
			message.New("{}: {}. What was counted is no longer what is in the file; entries that differ are not shown. Open it again.", message.Path(v.File), message.Text(v.Why)))
	}
	return false
}

// changeFinding adds a finding about changed files, unless it is known.
func (c *builder) changeFinding(rule string, v source.Verdict, title, detail message.Message) {
	if c.checks.listed[rule] == 0 {
		c.noteAt(Location{PayloadFile: v.File, PayloadOffset: source.UnknownOffset}, SeverityWarning, rule, title, detail)
	}
}

// beingWritten notes that somebody appends to the files.
func (c *builder) beingWritten(v source.Verdict) (settled bool) {
	if c.checks.listed[ruleWritten] > 0 {
		return false
	}
	inFlight := c.firstIncomplete()
	count, partial := c.source.Reader.Len()-inFlight, c.partialRow()
	settled = (count > 0 || partial) && c.source.Watch.InFlight()
	title := message.New("The files were being written while they were read")
	switch {
	case !settled:
	case count == 1:
		title.Add(": the last entry is in flight")
	case count > 1:
		title.Add(": the last {entry is|entries are} in flight", message.Count(count))
	}
	detail := message.New("{byte was|bytes were} appended since they were opened, and are not shown. What is shown is an earlier state.", message.Count(v.AppendedBytes))
	if settled {
		detail.Add(" An entry is in flight if its row, its payload or its time was not there yet; by now they are.")
	}
	if c.source.Redex != nil {
		detail.Add(" What a node would keep of the folder on opening it is not said, since one has it open.")
	}
	c.noteAt(Location{PayloadFile: v.File, PayloadOffset: source.UnknownOffset}, SeverityNote, ruleWritten, title, detail)
	if settled {
		c.checks.excuse(inFlight)
	}
	return settled
}

// firstIncomplete returns the first of the entries at the end that lacked something
// when the chain was opened.
func (c *reading) firstIncomplete() int {
	if r := c.source.Redex; r != nil {
		return min(r.Generation.TornFrom(), r.Generation.Times())
	}
	n := c.index.length
	if n > 0 && c.source.Unchecked && c.index.row(n-1).status == wire.EntryTorn {
		return n - 1
	}
	return n
}

// looksUnfinished reports whether the end of the chain is as an interrupted write, or
// one that is under way, leaves it.
func (c *reading) looksUnfinished() bool {
	if c.partialRow() || c.firstIncomplete() < c.source.Reader.Len() {
		return true
	}
	if c.source.Redex == nil {
		return false
	}
	n, err := c.source.Redex.Generation.UnreachedTail()
	return err == nil && n > 0
}

// partialRow reports whether idx ended within a row.
func (c *reading) partialRow() bool {
	return c.source.Redex != nil && c.source.Redex.Generation.PartialRow() > 0
}

// excuse takes back what was found wrong with entries that were in flight.
func (k *checks) excuse(from int) {
	k.findings = slices.DeleteFunc(k.findings, func(f Finding) bool {
		return f.Position >= from && (f.Rule == statusFindings[wire.EntryTorn].Rule || f.Rule == cutText.Rule)
	})
}

// noticed looks at the files again after an error of reading, which may say that they
// changed, and has the chain say so.
func (c *reading) noticed(err error) {
	if err == nil || !errors.Is(err, ErrChanged) || !c.in.files.hold() {
		return
	}
	defer c.in.files.release()
	for {
		r := c.read()
		b := builder{reading: *r, checks: checksOf(r)}
		b.look()
		if b.checks.listed[ruleReplaced]+b.checks.listed[ruleRewritten] == 0 {
			v := source.Verdict{File: b.source.Origin}
			b.changeFinding(ruleRewritten, v, message.New("The file was changed where it had been read"),
				message.New("{} differs from what was read. What was counted is no longer what is in the file; entries that differ are not shown. Open it again.", message.Path(v.File)))
		}
		now := b.reading
		now.findings = b.checks.findings
		if c.replace(r, &now) {
			return
		}
	}
}

// changedProblems tells of the chains of the source whose files changed while they were
// read.
func (s *openSource) changedProblems() (list []Problem) {
	for _, c := range readings(s.chains()) {
		for i := range c.findings {
			if f := &c.findings[i]; f.Rule == ruleReplaced || f.Rule == ruleRewritten || f.Rule == ruleWritten {
				list = append(list, Problem{Severity: f.Severity, Path: c.source.Origin, Chain: c.id, Title: f.Title.String(), Detail: f.Detail.String()})
			}
		}
	}
	return list
}
