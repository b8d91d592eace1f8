package engine

import (
	"context"
	"errors"
	"fmt"
	"io"

	"chainglass/app/source"
	"chainglass/wire"
	"chainglass/wire/redex"
)

// Detail returns everything known about one entry.
func (e *Engine) Detail(ctx context.Context, id ChainID, position int) (Detail, error) {
	c, err := e.chain(id)
	if err != nil {
		return Detail{}, err
	}
	d, err := c.detail(ctx, position)
	c.noticed(err)
	return d, err
}

// detail reads one entry.
func (c *reading) detail(ctx context.Context, position int) (Detail, error) {
	if position < 0 || position >= c.index.length {
		return Detail{}, fmt.Errorf("chain %d has no entry %d: %d are indexed", c.id, position, c.index.length)
	}
	block := wire.Block{MaxEntries: 1}
	if err := c.readBlock(ctx, position, &block); errors.Is(err, io.EOF) {
		return Detail{}, fmt.Errorf("%s: entry %d is gone since it was indexed", c.source.Origin, position)
	} else if err != nil {
		return Detail{}, err
	}
	return c.detailOf(position, &block.Entries[0]), nil
}

func (c *reading) detailOf(position int, e *wire.Entry) Detail {
	d := Detail{
		Chain:            c.id,
		Row:              c.rowOf(position, e),
		Payload:          append([]byte(nil), e.Payload[:min(len(e.Payload), DetailPayloadBytes)]...),
		PayloadBytes:     len(e.Payload),
		FlagsAndChecksum: e.FlagsAndChecksum,
		Checksum:         redex.Checksum(e.Payload),
		Unchecked:        c.source.Unchecked,
		Location:         c.locate(position),
	}
	end := 0
	k := c.kind()
	d.Fields, end, d.Fault = k.Explain(e.Payload)
	if d.Fault == nil && d.Fields != nil {
		d.Trailing = len(e.Payload) - end
		if text, err := k.AppendJSON(nil, e.Payload); err == nil {
			d.JSON = string(text)
		}
	}
	return d
}

// locate returns where an entry lies in the files, as far as the source knows.
func (c *reading) locate(position int) Location {
	locator, can := c.source.Reader.(source.Locator)
	if !can || !c.in.files.hold() {
		return Location{}
	}
	defer c.in.files.release()
	at, err := locator.Locate(position)
	if err != nil {
		return Location{}
	}
	return Location(at)
}

// TestVector returns an entry as a row of a Go test table: its payload in hex and
// what it decodes to.
func (d *Detail) TestVector() string {
	return fmt.Sprintf("{%q, %q},", fmt.Sprintf("%x", d.Payload), d.outcome())
}

// outcome is the record as JSON, or the error.
func (d *Detail) outcome() string {
	if d.Fault != nil {
		return d.Fault.Text
	}
	return d.JSON
}
