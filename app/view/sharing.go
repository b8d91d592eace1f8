package view

import (
	"strconv"
	"strings"

	"chainglass/app/engine"
	"chainglass/wire/postcard"
)

// SharedName makes the name of a file of what a pack chooses. A redacted one has no
// name of a node in it and, if times were moved, no time.
func SharedName(size *engine.PackSize, pack *engine.PackSpec, redacted, shifted bool, extension string) string {
	first, last, nodes := size.FirstNS, size.LastNS, size.Nodes
	if pack.FromNS.Some {
		first = pack.FromNS
	}
	if pack.ToNS.Some {
		last = pack.ToNS
	}
	if redacted {
		nodes = []string{"redacted"}
	}
	if shifted {
		first, last = postcard.None[uint64](), postcard.None[uint64]()
	}
	return FileName(nodes, first, last, extension)
}

// PackText says how much would be shared.
func PackText(size *engine.PackSize, z Zone) string {
	parts := []string{
		Plural(size.Chains, "chain", "chains"),
		Plural(size.Entries, "entry", "entries"),
	}
	if size.FirstNS.Some {
		parts = append(parts, RangeNS(size.FirstNS, size.LastNS).Short(z)+" "+z.Name())
	}
	return strings.Join(parts, " · ")
}

// CarriedText counts what goes beside entries.
func CarriedText(p *engine.Packed) string {
	var parts []string
	add := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, Plural(n, one, many))
		}
	}
	add(p.Bases, "base snapshot", "base snapshots")
	add(p.ChainBases, "chain in part", "chains in part")
	add(p.Notes, "note", "notes")
	add(p.Findings, "finding", "findings")
	return strings.Join(parts, " · ")
}

// LeftText says how many entries are left out, and by what: a filter, a span of time
// that is not empty.
func LeftText(left, all int, filter, span string) string {
	if left <= 0 {
		return ""
	}
	var why []string
	if filter != "" {
		why = append(why, "by the filter "+VisibleText(filter))
	}
	if span != "" {
		why = append(why, "outside "+span)
	}
	if len(why) == 0 {
		why = append(why, "of chains that the table does not show")
	}
	return Count(left) + " of " + Plural(all, "entry is", "entries are") + " left out: " + strings.Join(why, " or ")
}

// ShareProgress returns the words for what is under way and how far it is, -1
// where that is not known.
func ShareProgress(p *engine.Progress) (text string, share float64) {
	text = p.Phase
	if p.BytesTotal <= 0 {
		return text, -1
	}
	share = min(float64(p.BytesDone)/float64(p.BytesTotal), 1)
	return text + ", " + strconv.Itoa(int(share*100)) + " %", share
}

// RowTSV writes an entry as one line of tab-separated values: node, channel, seq,
// append time, id, kind, outcome, text.
func RowTSV(c *engine.ChainInfo, r *engine.Row) string {
	id := ""
	if r.TimeMS.Some {
		id = strconv.FormatUint(r.ID, 10)
	}
	text := r.Text
	outcome := r.Outcome
	if r.Error != "" {
		text = r.Error
	}
	if outcome == "" {
		outcome = r.Status.String()
	}
	cells := []string{c.Node, c.Channel, strconv.FormatUint(r.Seq, 10), timeCell(r.TSNS), id, r.Kind, outcome, text}
	for i := range cells {
		cells[i] = oneLine.Replace(cells[i])
	}
	return strings.Join(cells, "\t")
}

// oneLine keeps a cell within its line.
var oneLine = strings.NewReplacer("\t", " ", "\r\n", " ", "\n", " ", "\r", " ")

func timeCell(ns postcard.Option[uint64]) string {
	if !ns.Some {
		return ""
	}
	return UTC.FullNS(ns.Value)
}
