package engine

import (
	"chainglass/app/engine/part"
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// maxRowsPerPage bounds one answer.
const maxRowsPerPage = 1000

// Rows returns up to count rows of a chain from position first on, as many as
// have been indexed. Payloads are read and decoded for them.
func (e *Engine) Rows(ctx context.Context, id ChainID, first, count int) (RowPage, error) {
	c, err := e.chain(id)
	if err != nil {
		return RowPage{}, err
	}
	page, err := c.rows(ctx, first, count)
	if errors.Is(err, ErrChanged) {
		c.noticed(err)
		return page, nil
	}
	return page, err
}

// rows reads a page of rows. Of an entry that cannot be shown since its files have
// changed the row says so, and the error is an [ErrChanged].
func (c *reading) rows(ctx context.Context, first, count int) (RowPage, error) {
	var changed error
	page := RowPage{Chain: c.id, First: first}
	end := min(first+min(count, maxRowsPerPage), c.index.length)
	if first < 0 || first >= end {
		return page, nil
	}
	page.Rows = make([]Row, 0, end-first)
	block := wire.Block{MaxEntries: end - first}
	for position := first; position < end; {
		block.MaxEntries = end - position
		err := c.readBlock(ctx, position, &block)
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, ErrChanged) {
			changed = err
			if block.MaxEntries > 1 {
				// One by one, so that those which are as they were are shown.
				for ; position < end; position++ {
					page.Rows = append(page.Rows, c.row(position, &block))
				}
				break
			}
			page.Rows = append(page.Rows, c.changedRows([]int{position}, err)...)
			position++
			continue
		}
		if err != nil {
			return page, err
		}
		for i := range block.Entries {
			page.Rows = append(page.Rows, c.rowOf(position+i, &block.Entries[i]))
		}
		position += len(block.Entries)
	}
	return page, changed
}

// row reads one row. If its files have changed it says so.
func (c *reading) row(position int, block *wire.Block) Row {
	block.MaxEntries = 1
	if err := c.readBlock(context.Background(), position, block); err != nil {
		return c.changedRows([]int{position}, err)[0]
	}
	return c.rowOf(position, &block.Entries[0])
}

// rowOf decodes one entry for the table.
func (c *reading) rowOf(position int, e *wire.Entry) Row {
	row := Row{Chain: c.id, Position: position, Seq: e.Seq, TSNS: e.TSNS, Status: e.Status, Size: len(e.Payload)}
	k := c.kind()
	if e.Status != wire.EntryOK || !k.Known() {
		row.Text = hexPreview(e.Payload)
		return row
	}
	var r kind.Record
	if err := k.Read(e.Payload, &r); err != nil {
		row.Error = part.Translated(c.source.Reader, position, e, err).Error()
		return row
	}
	row.TimeMS, row.ID = postcard.Some(r.TimeMS), r.ID
	row.Kind, row.Outcome, row.Text = k.Label(&r), r.Outcome, cut(k.Text(&r))
	row.DelayMS = r.DelayMS
	return row
}

// hexPreviewBytes is how much of a payload that is no record a row shows.
const hexPreviewBytes = 48

// hexPreview returns the beginning of a payload in hex.
func hexPreview(payload []byte) string {
	if len(payload) > hexPreviewBytes {
		return fmt.Sprintf("% x …", payload[:hexPreviewBytes])
	}
	return fmt.Sprintf("% x", payload)
}

// cut returns text within the limit of a row, not cutting a character in two.
func cut(text []byte) string {
	if len(text) <= RowTextBytes {
		return string(text)
	}
	end := RowTextBytes
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return string(text[:end]) + "…"
}
