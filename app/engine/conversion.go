package engine

import (
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/redex"
)

// ruleConverted is the rule of files that were taken for text.
const ruleConverted = "text-mode"

// conversion looks for what a program did that took the files of the chain for text. An
// error is met again when the rows are judged.
func (b *builder) conversion() (c redex.Conversion) {
	damaged := b.checks.listed["bad-checksum"] + b.checks.listed["out-of-range"] + b.checks.listed["torn"]
	if b.source.Redex != nil && damaged > 0 {
		c, _ = b.source.Redex.Generation.Conversion()
	}
	return c
}

// tellConversion names the conversion, and takes back what was said of its effects.
func (b *builder) tellConversion(c redex.Conversion) {
	if c == redex.NotConverted {
		return
	}
	folder := b.source.Redex
	idx, _, _ := folder.Generation.Paths()
	title := message.New("The files were converted as text: each line end became two bytes")
	detail := message.New("Each byte {} in idx and dat has {} before it, which no channel has by itself.", message.Kind("0A"), message.Kind("0D"))
	if c == redex.Replaced {
		title = message.New("The files were converted as text: bytes that are no UTF-8 were replaced")
		detail = message.New("All of idx and dat is UTF-8 with the replacement character {} in it, which no channel has by itself. What was replaced is lost.", message.Kind("EF BF BD"))
	}
	detail.Add(" Rows, payloads and times are no longer where they were: {entry is|entries are} still whole. Copy the folder again as binary files.", message.Count(b.statuses[wire.EntryOK]))
	kept := b.checks.findings[:0]
	for _, f := range b.checks.findings {
		if f.Position < 0 && !convertedToo[f.Rule] {
			kept = append(kept, f)
		}
	}
	b.checks.findings, b.checks.run = kept, -1
	b.noteAt(Location{IndexFile: folder.File(idx)}, SeverityDamage, ruleConverted, title, detail)
}

// convertedToo are the rules about whole files that a conversion breaks.
var convertedToo = map[string]bool{"partial-row": true, "times-missing": true, "manifest": true, ruleZeroTail: true}
