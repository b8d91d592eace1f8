package view

import (
	"strconv"
	"strings"
	"unicode"

	"chainglass/app/engine"
	"chainglass/wire/postcard"
)

// maxFileName bounds the name made of a title, in characters.
const maxFileName = 60

// FileName makes the name of a file of a title: lower-case words joined by "-".
// Without a usable letter it is "chainglass".
func FileName(title, extension string) string {
	var b strings.Builder
	characters := 0
	gap := false
	for _, r := range strings.ToLower(title) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			gap = b.Len() > 0
			continue
		}
		if characters == maxFileName {
			break
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
		characters++
	}
	if b.Len() == 0 {
		b.WriteString("chainglass")
	}
	return b.String() + "." + extension
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
	return strings.Join(append(parts, "about "+Bytes(size.ExportBytes)), " · ")
}

// PageBytes is about how large a page is made of an export of some size: what
// travels in it is compressed and then written as text.
func PageBytes(exportBytes int64) int64 { return exportBytes * pagePercent / 100 }

// pagePercent is what a chain of actions takes in a page, measured.
const pagePercent = 49

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
