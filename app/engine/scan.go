package engine

import (
	"context"
	"errors"
	"io"

	"chainglass/app/source"
	"chainglass/wire"
)

// scan reads the rest of a chain into its index, block by block. It can be
// stopped between blocks and called again.
func (e *Engine) scan(ctx context.Context, c *chain, tick func(sourceBytes int64)) error {
	var block wire.Block
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := c.source.Reader.ReadBlock(c.index.length, &block)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		e.mu.Lock()
		c.addBlock(&block)
		e.mu.Unlock()
		tick(block.SourceBytes)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	c.finish()
	return nil
}

// addBlock indexes the entries of a block. This is the hot path of opening: it
// allocates for a new block of columns, a new class and a finding, and nothing
// else.
func (c *chain) addBlock(block *wire.Block) {
	var s summary
	for i := range block.Entries {
		e := &block.Entries[i]
		position := c.index.length
		b, place := c.index.grow(e.Seq)
		state := rowState(e.Status)
		if e.TSNS.Some {
			state |= rowHasTS
			b.tsNS[place] = e.TSNS.Value
			c.appendTime(position, e)
		}
		c.checks.entry(position, e)
		pushes := false
		class := c.summarise(position, e, &s)
		if class >= classOther {
			state |= rowDecoded
			b.timeMS[place], b.id[place] = s.timeMS, s.id
			c.recordTimes.add(s.timeMS)
			c.lastMS = s.timeMS
			pushes = s.pushes
		} else {
			b.timeMS[place] = c.lastMS
		}
		b.class[place], b.state[place] = class, state
		c.classes.counts[class]++
		c.statuses[e.Status]++
		c.payloadBytes += int64(len(e.Payload))
		c.timeline.Append(pushes)
		c.recovery.add(position, e)
	}
}

// appendTime notes an append time and whether the clock went backwards.
func (c *chain) appendTime(position int, e *wire.Entry) {
	if e.TSNS.Value < c.lastTSNS {
		c.checks.clockBack(position, e.Seq)
	}
	c.lastTSNS = e.TSNS.Value
	c.appendTimes.add(e.TSNS.Value)
}

// summarise decodes the payload of an entry into s and returns its class; s
// means something only if that is classOther or above.
func (c *chain) summarise(position int, e *wire.Entry, s *summary) classID {
	if e.Status != wire.EntryOK {
		return classUnreadable
	}
	if c.kind.summarise == nil {
		return classUndecodable
	}
	if err := c.kind.summarise(e.Payload, s); err != nil {
		err = c.translated(position, e, err)
		c.checks.undecodable(position, e, err)
		return classUndecodable
	}
	if s.size < len(e.Payload) {
		c.checks.trailing(position, e)
	}
	return c.classes.of(s)
}

// translated returns what really is wrong with an entry whose payload was made
// from something else, for example a line of JSON that is no record.
func (c *chain) translated(position int, e *wire.Entry, err error) error {
	if len(e.Payload) > 0 {
		return err
	}
	if p, translates := c.source.Reader.(source.ParseErrorer); translates {
		if cause := p.ParseError(position); cause != nil {
			return cause
		}
	}
	return err
}
