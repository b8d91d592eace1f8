package view

import (
	"testing"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

func TestMixedColumns(t *testing.T) {
	start := at(t, "2026-05-22 16:00:00.000")
	actions, audit := chainAt(wire.ChainAction, 100, 0, start, start+1000), chainAt(wire.ChainAudit, 10, 0, start, start+2000)
	actions.ID, actions.Node, actions.Channel = 1, "node-1", "meshos/actions"
	audit.ID, audit.Node, audit.Channel = 2, "node-3", "meshos/audit"
	row := engine.Row{
		Chain: 2, Seq: 7, TSNS: postcard.Some((start + 5000) * nsPerMS), TimeMS: postcard.Some(start + 3300),
		Kind: "drain", Outcome: "Rejected",
	}
	chains := []*engine.ChainInfo{actions, audit}
	for _, c := range []struct {
		order engine.Order
		shift int64
		want  string
	}{
		{engine.OrderAppended, 0, "16:00:05.000"},
		{engine.OrderRecorded, 0, "16:00:03.300"},
		{engine.OrderRecorded, 1700, "16:00:05.000"},
		{engine.OrderRecorded, -1 << 62, "1970-01-01 00:00:00.000"},
	} {
		columns := MixedColumns(chains, c.order, map[string]int64{"node-3": c.shift}, UTC)
		if c.shift < 0 {
			columns.Dates = DatesWhole
		}
		cells := columns.Cells(&row)
		if got := cells.Text[ColumnTime]; got != c.want {
			t.Errorf("order %d, shifted by %d: %q, want %q", c.order, c.shift, got, c.want)
		}
		if cells.Text[ColumnNode] != "node-3" || cells.Text[ColumnChain] != "AUD" || cells.Chain != "node-3 meshos/audit" {
			t.Errorf("from %q %q %q", cells.Text[ColumnNode], cells.Text[ColumnChain], cells.Chain)
		}
	}
	row.TimeMS.Some = false
	columns := MixedColumns(chains, engine.OrderRecorded, nil, UTC)
	if got := columns.Cells(&row).Text[ColumnTime]; got != "16:00:05.000" {
		t.Errorf("without a time of its own a record is shown at %q", got)
	}
	if got := MixOf(chains); got != "2 chains of 2 nodes" {
		t.Errorf("they are %q", got)
	}
}

func TestOutdatedPagesStayUntilTheAnswer(t *testing.T) {
	var p Pages[string]
	from, count, _ := p.Ask(0, 1, 1)
	p.Put(from, count, []string{"old"})
	p.Outdate()
	if row := p.Row(0); row == nil || *row != "old" {
		t.Error("the old row is gone")
	}
	from, count, ok := p.Ask(0, 1, 1)
	if !ok {
		t.Fatal("the page is not asked for again")
	}
	p.Put(from, count, []string{"new"})
	if row := p.Row(0); *row != "new" {
		t.Errorf("the row is still %q", *row)
	}
}
