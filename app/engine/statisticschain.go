package engine

import (
	"context"

	"chainglass/app/engine/part"
	"chainglass/app/kind"
	"chainglass/app/query"
	"chainglass/wire"
)

// classPlan says how the entries of a class are counted.
type classPlan struct {
	key cellKey
	// rows and records are true if a value is taken from the row, or from the record.
	rows, records bool
	// delay is true if the delay of the record is measured.
	delay bool
	// cell is that of the class in the present bucket, unless values differ.
	cell *cell
}

// openEntry is an entry whose record has to be read.
type openEntry struct {
	plan *classPlan
	key  cellKey
	// measured is the measure, if that does not take the record.
	measured   uint64
	isMeasured bool
}

// chain counts the entries of a part of a table. counts are its entries by class.
func (t *tally) chain(ctx context.Context, p *tablePart, counts []int, pace func()) error {
	c := p.chain
	plans := make([]classPlan, len(c.table))
	byRow := t.perNS > 0 || t.measure != ""
	for id := range plans {
		if id < len(counts) && counts[id] > 0 {
			plans[id] = t.plan(c, part.ClassID(id))
			byRow = byRow || plans[id].rows || plans[id].records
		}
	}
	if byRow {
		return t.rows(ctx, p, plans, pace)
	}
	for id, n := range counts {
		if n == 0 {
			continue
		}
		found, err := t.cell(plans[id].key)
		if err != nil {
			return err
		}
		found.count += n
	}
	return nil
}

// plan says how the entries of a class are counted.
func (t *tally) plan(c *reading, id part.ClassID) classPlan {
	var plan classPlan
	for i := range t.fields {
		f := &t.fields[i]
		value, known := f.ofClass(c, id)
		switch {
		case known:
			plan.key.values[i] = t.number(value)
		case f.ofRow != nil:
			plan.rows = true
		default:
			plan.records = true
		}
	}
	if t.measure == MeasureDelay {
		_, noRetry := absent(kind.RoleRetry)(c, id)
		_, noCooldown := absent(kind.RoleCooldown)(c, id)
		plan.delay = !noRetry || !noCooldown
	}
	return plan
}

// rows counts entry by entry.
func (t *tally) rows(ctx context.Context, p *tablePart, plans []classPlan, pace func()) error {
	c := p.chain
	r := rowTally{tally: t, chain: c, plans: plans, attempts: t.attempts(c)}
	for n, b := range c.index.blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		first := c.index.firsts[n]
		for i := range min(len(b.State), p.length-first) {
			position := first + i
			at := r.attempts.see(b, i, position)
			if p.matches != nil && !p.matches.Has(position) {
				continue
			}
			if err := r.row(b, i, position, at); err != nil {
				return err
			}
		}
		if err := r.read(ctx, pace); err != nil {
			return err
		}
		pace()
	}
	return nil
}

// rowTally counts the entries of a chain one by one.
type rowTally struct {
	*tally
	chain    *reading
	plans    []classPlan
	attempts *attempts
	// from up to to is the bucket that the plans' cells are of.
	from, to uint64

	open      []openEntry
	positions []int
	record    recordReader
}

// row counts an entry, or leaves it to read.
func (r *rowTally) row(b *indexBlock, i, position int, at attempt) error {
	plan := &r.plans[b.class[i]]
	if r.perNS > 0 {
		if ns := b.placeNS(i); ns < r.from || ns >= r.to {
			r.from = r.bucket(ns)
			r.to = r.from + r.perNS
			for id := range r.plans {
				r.plans[id].cell = nil
			}
		}
	}
	measured, isMeasured := at.measure(r.measure)
	found := plan.cell
	if found == nil {
		key := plan.key
		key.bucket = r.from
		if plan.rows {
			row := statisticsRow{block: b, at: i, attempt: at.number}
			for f := range r.fields {
				if _, known := r.fields[f].ofClass(r.chain, b.class[i]); !known && r.fields[f].ofRow != nil {
					key.values[f] = r.number(r.fields[f].ofRow(&row))
				}
			}
		}
		if plan.records || plan.delay {
			r.open = append(r.open, openEntry{plan: plan, key: key, measured: measured, isMeasured: isMeasured})
			r.positions = append(r.positions, position)
			return nil
		}
		var err error
		if found, err = r.cell(key); err != nil {
			return err
		}
		if !plan.rows {
			plan.cell = found
		}
	}
	found.add(measured, isMeasured)
	return nil
}

func (c *cell) add(measured uint64, isMeasured bool) {
	c.count++
	if isMeasured {
		c.measured = append(c.measured, measured)
	}
}

// read reads the entries that were left and counts them.
func (r *rowTally) read(ctx context.Context, pace func()) error {
	masked := false
	for i := range r.fields {
		masked = masked || r.fields[i].name == "template"
	}
	next := 0
	k := r.chain.kind()
	err := r.chain.entries(ctx, r.positions, func(position int, e *wire.Entry) error {
		o := r.open[next]
		next++
		record := r.record.read(k, r.chain.source.Reader, position, e, masked)
		if o.plan.delay && record.DelayMS.Some {
			o.measured, o.isMeasured = record.DelayMS.Value*nanosPerMilli, true
			if record.DelayMS.Value > maxDelayMS {
				o.measured = maxDelayMS * nanosPerMilli
			}
		}
		return r.each(&o, r.chain.classOf(position), record, 0)
	}, pace)
	r.open, r.positions = r.open[:0], r.positions[:0]
	return err
}

const (
	nanosPerMilli = 1_000_000
	// maxDelayMS is what longer delays are taken for: 2^64 nanoseconds.
	maxDelayMS = 1<<64/nanosPerMilli - 1
)

// classOf returns the class of an entry.
func (c *reading) classOf(position int) part.ClassID {
	b, i := c.index.at(position)
	return b.class[i]
}

// each counts an entry for each of its values of the fields from number f on.
func (r *rowTally) each(o *openEntry, class part.ClassID, record *query.Record, f int) error {
	if f == len(r.fields) {
		found, err := r.cell(o.key)
		if err == nil {
			found.add(o.measured, o.isMeasured)
		}
		return err
	}
	field := &r.fields[f]
	if _, known := field.ofClass(r.chain, class); known || field.ofRecord == nil {
		return r.each(o, class, record, f+1)
	}
	var err error
	var seen []uint32
	field.ofRecord(record, func(value string) {
		n := r.number(value)
		for _, s := range seen {
			if s == n {
				return
			}
		}
		seen = append(seen, n)
	})
	if len(seen) == 0 {
		seen = append(seen, r.number(""))
	}
	for _, n := range seen {
		o.key.values[f] = n
		if err == nil {
			err = r.each(o, class, record, f+1)
		}
	}
	return err
}
