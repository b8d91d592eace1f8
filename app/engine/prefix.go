package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/redex"
)

// What is compared of a chain by its payloads: so many entries at its end, and as many
// runs of some all over it.
const (
	comparedAtEnd   = 256
	comparedRuns    = 16
	comparedRunRows = 16
)

// generation is the number of the generation that the chain is read from.
func (c *reading) generation() uint32 { return generationOf(&c.source) }

func generationOf(c *source.Chain) uint32 {
	if c.Redex == nil {
		return redex.FlatGeneration
	}
	return c.Redex.Generation.Number()
}

// compareFolder compares a chain with what its channel folder holds now. The zero change
// says that it begins as it was read.
func (c *reading) compareFolder(ctx context.Context, now *source.Chain) (ChainChange, error) {
	g, earlier := now.Redex.Generation, c.source.Redex.Generation
	end := min(c.firstIncomplete(), c.index.length)
	if g.Number() == earlier.Number() {
		same, err := g.BeginsAs(earlier, end)
		if same && err == nil {
			same, err = c.comparedWith(ctx, now, 0, end)
		}
		if same || err != nil {
			return ChainChange{}, err
		}
	}
	return c.moved(ctx, now, end)
}

// comparedWith compares entries of the chain before a position with those of another that
// does not have the first ones.
func (c *reading) comparedWith(ctx context.Context, now *source.Chain, removed, end int) (bool, error) {
	if now.Reader.Len() < end-removed {
		return false, nil
	}
	step := max((end-removed)/comparedRuns, 1)
	for first := removed; first < end; first += step {
		if same, err := c.sameRun(ctx, now, removed, first, min(first+comparedRunRows, end)); !same || err != nil {
			return false, err
		}
	}
	return c.sameRun(ctx, now, removed, max(end-comparedAtEnd, removed), end)
}

// sameRun compares the entries from first up to end.
func (c *reading) sameRun(ctx context.Context, now *source.Chain, removed, first, end int) (bool, error) {
	var b wire.Block
	for first < end {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		b.MaxEntries = end - first
		if err := now.Reader.ReadBlock(first-removed, &b); err != nil {
			return false, err
		}
		for i := range b.Entries {
			// A row that leads outside of dat may lead into it once dat has grown.
			if e := &b.Entries[i]; c.index.row(first+i).status == wire.EntryOutOfRange && e.Status != wire.EntryTorn {
				e.Status = wire.EntryOutOfRange
			}
		}
		if c.changed(first, b.Entries) >= 0 {
			return false, nil
		}
		first += len(b.Entries)
	}
	return true, nil
}

// moved says what has become of a channel folder that does not begin as it was read, with end
// entries that were whole.
func (c *reading) moved(ctx context.Context, now *source.Chain, end int) (ChainChange, error) {
	g := now.Redex.Generation
	other := g.Number() != c.generation()
	var b wire.Block
	b.MaxEntries = 1
	err := g.ReadBlock(0, &b)
	switch {
	case errors.Is(err, io.EOF) && other && end > 0:
		return c.allTrimmed(), nil
	case errors.Is(err, io.EOF):
		return ChainChange{Kind: ChangeReplaced, Why: "it has no entries now"}, nil
	case err != nil:
		return ChainChange{}, err
	}
	first := &b.Entries[0]
	at, found := c.index.positionOf(first.Seq, func(position int) bool { return c.index.row(position).ts == first.TSNS })
	if found && at < end {
		same, err := c.comparedWith(ctx, now, at, end)
		switch {
		case err != nil:
			return ChainChange{}, err
		case same && at > 0:
			return ChainChange{Kind: ChangeTrimmed, Removed: at, Why: fmt.Sprintf("the first %d entries are not there any more", at)}, nil
		case same:
			return ChainChange{}, nil // the same entries in another generation
		}
	}
	if !found && end > 0 && first.Seq > c.index.row(end-1).seq {
		return c.allTrimmed(), nil
	}
	if other {
		return ChainChange{Kind: ChangeGeneration, Why: fmt.Sprintf("generation %d with other entries is in use, generation %d was", g.Number(), c.generation())}, nil
	}
	if g.Len() < end {
		return ChainChange{Kind: ChangeReplaced, Why: fmt.Sprintf("it has %d entries, and %d were read", g.Len(), end)}, nil
	}
	return ChainChange{Kind: ChangeReplaced, Why: "its entries are not the ones that were read"}, nil
}

func (c *reading) allTrimmed() ChainChange {
	return ChainChange{Kind: ChangeTrimmed, Removed: c.index.length, AllRemoved: true, Why: "none of the entries that were read is there any more, and those that are there come after them"}
}

// beginsLike reports whether another reading begins with the entries that were whole in
// this one.
func (c *reading) beginsLike(now *reading) bool {
	end := c.index.length
	if r := c.source.Redex; r != nil {
		end = min(end, r.Generation.TornFrom())
	} else {
		end = min(end, c.firstIncomplete())
	}
	if now.index.length < end {
		return false
	}
	for i := range end {
		a, b := c.index.row(i), now.index.row(i)
		if a.seq != b.seq || a.ts.Some && a.ts != b.ts {
			return false
		}
		if a.status == wire.EntryOutOfRange {
			continue // dat may have grown over where it leads
		}
		if a.status != b.status {
			return false
		}
		if c.source.Kind == now.source.Kind && (a.id != b.id || a.timeMS != b.timeMS || c.className(a) != now.className(b)) {
			return false
		}
	}
	return true
}

// className is what the entries of a row's class are.
func (c *reading) className(row indexRow) (name struct {
	kind, text string
	outcome    uint8
}) {
	class := c.table[row.class]
	name.kind, name.text, name.outcome = c.kinds[class.Kind], c.templates[class.Template].Text, class.Outcome
	return name
}

// saysAs reports whether another reading has the same statuses and findings.
func (c *reading) saysAs(now *reading) bool {
	if c.statuses != now.statuses || c.appendTimes != now.appendTimes || len(c.findings) != len(now.findings) {
		return false
	}
	for i := range c.findings {
		if c.findings[i].Rule != now.findings[i].Rule || c.findings[i].Count != now.findings[i].Count {
			return false
		}
	}
	return true
}

// The rules of what is said of a chain that does not begin as it was read.
const (
	ruleTrimmed    = "trimmed"
	ruleGeneration = "generation-changed"
)

// tell has the chain say what has become of its files.
func (c *reading) tell(change *ChainChange) {
	f := Finding{Severity: SeverityWarning, Rule: ruleReplaced, Position: -1, Title: message.New("The file was replaced")}
	f.Detail = message.New("{}: {}.", message.Path(c.source.Origin), message.Text(change.Why))
	if change.Kind != ChangeGone {
		f.Detail.Add(" What is shown was read before. Read it again to see what is there now.")
	}
	switch change.Kind {
	case ChangeGone:
		f.Title = message.New("The files are gone")
		f.Detail.Add(" What is shown was read before, as far as that can still be read.")
	case ChangeTrimmed:
		f.Severity, f.Rule = SeverityNote, ruleTrimmed
		f.Title = message.New("Retention removed the first {entry|entries} on the disk", message.Count(change.Removed))
		if change.AllRemoved {
			f.Title = message.New("Retention removed all {entry|entries} that were read", message.Count(change.Removed))
		}
	case ChangeGeneration:
		f.Rule, f.Title = ruleGeneration, message.New("The channel has another generation")
	}
	for {
		r := c.read()
		k := checksOf(r)
		if k.listed[f.Rule] > 0 {
			return
		}
		k.add(f)
		now := *r
		now.findings = k.findings
		if c.replace(r, &now) {
			return
		}
	}
}
