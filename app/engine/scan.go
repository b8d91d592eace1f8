package engine

import (
	"context"
	"errors"
	"io"
	"math"

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
			e.mu.Lock()
			c.stop(err)
			e.mu.Unlock()
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
// else. In a browser a call costs as much as the work of a small function, so
// what every entry needs is written out here.
func (c *chain) addBlock(block *wire.Block) {
	c.recovery.add(block)
	clear(c.shared)
	c.pushBits = append(c.pushBits[:0], make([]uint64, (len(block.Entries)+63)/64)...)
	for done := 0; done < len(block.Entries); {
		b, place := c.index.room(block.Entries[done].Seq)
		n := min(len(block.Entries)-done, len(b.state)-place)
		c.addRun(b, place, block.Entries[done:done+n], done)
		done += n
	}
	c.timeline.AppendBits(c.pushBits, len(block.Entries))
}

// clockJitterNS is how far append times may go back without saying anything of
// the clock: appends that race each other are stamped before they are put in
// order, and are up to a millisecond apart in a busy node.
const clockJitterNS = 10_000_000

// addRun indexes entries that fit into one block of the index, from place on.
// first is the number of the first of them in the block that was read.
func (c *chain) addRun(b *indexBlock, place int, entries []wire.Entry, first int) {
	var s summary
	position := c.index.length
	order := &c.checks.order
	for i := range entries {
		e := &entries[i]
		at := place + i
		state := rowState(e.Status)
		if delta := e.Seq - b.baseSeq; b.wideSeq == nil && delta <= math.MaxUint32 {
			b.seq[at] = uint32(delta)
		} else {
			b.setSeq(at, e.Seq)
		}
		if e.TSNS.Some {
			state |= rowHasTS
			b.tsNS[at] = e.TSNS.Value
			if c.lastTSNS > clockJitterNS && e.TSNS.Value < c.lastTSNS-clockJitterNS {
				c.checks.clockBack(position+i, e, c.lastTSNS)
			}
			if e.TSNS.Value < plausibleToNS { // else the next one would be said to go back
				c.lastTSNS = e.TSNS.Value
			}
			c.appendTimes.add(e.TSNS.Value)
			c.times.add(e.TSNS.Value, position+i)
		}
		if e.Status == wire.EntryOK && order.expects(e.Seq) && c.checks.run < 0 {
			order.prev = e.Seq
		} else {
			c.checks.entry(position+i, e)
		}
		class := c.summarise(position+i, e, &s)
		if class >= classOther {
			state |= rowDecoded
			b.timeMS[at], b.id[at] = s.EmittedAtMS, s.ID
			c.recordTimes.add(s.EmittedAtMS)
			c.lastMS = s.EmittedAtMS
			if !e.TSNS.Some {
				c.times.add(millisToNanos(s.EmittedAtMS), position+i)
			}
			if s.pushes {
				n := first + i
				c.pushBits[n/64] |= 1 << (n % 64)
			}
		} else {
			b.timeMS[at] = c.lastMS
		}
		b.class[at], b.state[at] = class, state
		c.classes.counts[class]++
		c.statuses[e.Status]++
		c.payloadBytes += int64(len(e.Payload))
	}
	c.index.length += len(entries)
	c.times.settle()
}

// summariseOwn decodes the payload of an entry into s and returns its class; s
// means something only if that is classOther or above.
func (c *chain) summariseOwn(position int, e *wire.Entry, s *summary) classID {
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

// textFault says what is wrong with the text of an entry, nil if it is whole JSON.
func (c *chain) textFault(position int) error {
	p, translates := c.source.Reader.(source.ParseErrorer)
	if !translates {
		return nil
	}
	var fault *source.ParseError
	if errors.As(p.ParseError(position), &fault) && fault.Broken {
		return fault
	}
	return nil
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
