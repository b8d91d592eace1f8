//go:build !js

package cli

import (
	"context"
	"math"

	"chainglass/app/kind"
	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// cleaner writes the sound entries of a generation and the salvaged records between and
// behind them, in the order of their payloads.
type cleaner struct {
	ctx  context.Context
	g    *redex.Generation
	r    *source.Salvaged
	kind wire.ChainKind
	w    *redex.Writer

	salvaged wire.Block
	next     int // salvaged record
	timed    bool
	seq      uint64 // of the next entry, at least
	lastNS   uint64

	written, left, firstLeft int
	reason                   string
	renumbered, untimed      int
}

func newCleaner(ctx context.Context, g *redex.Generation, r *source.Salvaged, id wire.ChainKind, w *redex.Writer) *cleaner {
	if id == wire.ChainUnknown {
		id = r.Kind
	}
	return &cleaner{ctx: ctx, g: g, r: r, kind: id, w: w, timed: g.Times() == g.Len()}
}

func (c *cleaner) run() error {
	var b wire.Block
	for pos := 0; pos < c.g.Len(); pos += len(b.Entries) {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		if err := c.g.ReadBlock(pos, &b); err != nil {
			return err
		}
		for i := range b.Entries {
			next := uint64(math.MaxUint64)
			if i+1 < len(b.Entries) {
				next = b.Entries[i+1].Seq
			}
			if err := c.entry(pos+i, &b.Entries[i], next); err != nil {
				return err
			}
		}
	}
	return c.salvagedBefore(math.MaxInt64)
}

// entry writes an entry, and before it the records that lie before it in dat.
func (c *cleaner) entry(pos int, e *wire.Entry, next uint64) error {
	if e.Status != wire.EntryOK {
		if c.left == 0 {
			c.firstLeft, c.reason = pos, "its payload "+leftReasons[e.Status]
		}
		c.left++
		return nil
	}
	if e.FlagsAndChecksum&redex.FlagInline == 0 && c.next < c.r.Len() {
		l, err := c.g.Locate(pos)
		if err != nil {
			return err
		}
		if err := c.salvagedBefore(l.DATOffset); err != nil {
			return err
		}
	}
	out := *e
	// A number that the next one does not follow, while this place has one that it would
	// follow, is damaged.
	if out.Seq < c.seq || out.Seq > c.seq && c.written > 0 && next <= out.Seq && next > c.seq {
		out.Seq = c.seq
		c.renumbered++
	}
	if !c.timed {
		out.TSNS = postcard.None[uint64]()
	}
	return c.put(out)
}

// leftReasons say what is wrong with the payload of an entry that is left out.
var leftReasons = [wire.EntryStatusCount]string{
	wire.EntryBadChecksum: "does not match its checksum",
	wire.EntryOutOfRange:  "lies outside dat",
	wire.EntryTorn:        "is cut off at the end of dat",
	wire.EntryTooLarge:    "is too large to be held in memory",
	wire.EntryLost:        "is lost",
}

// salvagedBefore writes the salvaged records that lie before an offset of dat.
func (c *cleaner) salvagedBefore(offset int64) error {
	for c.next < c.r.Len() && int64(c.r.Taken[c.next].Offset) < offset {
		if at := c.next - c.salvaged.First; c.salvaged.Entries == nil || at >= len(c.salvaged.Entries) {
			if err := c.ctx.Err(); err != nil {
				return err
			}
			if err := c.r.ReadBlock(c.next, &c.salvaged); err != nil {
				return err
			}
		}
		e := c.salvaged.Entries[c.next-c.salvaged.First]
		c.next++
		if e.Seq < c.seq || !c.r.Aligned {
			e.Seq = c.seq
		}
		if err := c.put(e); err != nil {
			return err
		}
	}
	return nil
}

// put writes an entry. One without a time gets that inside its record.
func (c *cleaner) put(e wire.Entry) error {
	if !e.TSNS.Some {
		e.TSNS = postcard.Some(c.recordNS(e.Payload))
		c.untimed++
	}
	c.seq, c.lastNS = e.Seq+1, e.TSNS.Value
	c.written++
	return c.w.AppendRaw(e)
}

// recordNS returns the time inside a record in Unix nanoseconds. A payload without a time
// gets that of the entry before it.
func (c *cleaner) recordNS(payload []byte) uint64 {
	k := kinds().Of(c.kind)
	var r kind.Record
	if !k.Known() || k.Read(payload, &r) != nil || r.TimeMS > math.MaxUint64/1_000_000 {
		return c.lastNS
	}
	return r.TimeMS * 1_000_000
}
