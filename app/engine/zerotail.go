package engine

import (
	"chainglass/wire/message"
	"chainglass/wire/redex"
)

// ruleZeroTail is the rule of files that end in zeros.
const ruleZeroTail = "zero-tail"

// zeroTail looks for zeros at the end of the files of the chain's folder. An error is met
// again when the rows are judged.
func (b *builder) zeroTail() (z redex.ZeroTail) {
	if b.source.Redex != nil {
		z, _ = b.source.Redex.Generation.ZeroTail()
	}
	return z
}

// tellZeros names the zeros that the files of a folder end in, and takes back what was
// said of each of them.
func (b *builder) tellZeros(z redex.ZeroTail) {
	if !z.Any() {
		return
	}
	g, file := b.source.Redex.Generation, b.source.Redex.File
	idx, dat, ts := g.Paths()
	var at Location
	detail := message.New("A file system that had made the files longer and lost power before it wrote their content leaves such zeros; so does a copy that was interrupted. Nothing was written there.")
	for _, f := range []struct {
		name, path string
		zeros      redex.Span
	}{{"idx", idx, z.IDX}, {"dat", dat, z.DAT}, {"ts", ts, z.TS}} {
		if f.zeros.Len() == 0 {
			continue
		}
		detail.Add(" {}: {byte|bytes} from byte {} on.", message.Kind(f.name), message.Count(f.zeros.Len()), message.Number(f.zeros.Start))
		if at == (Location{}) {
			at = Location{IndexFile: file(f.path), IndexOffset: f.zeros.Start}
		}
	}
	written := g.Len() - z.Rows
	b.checks.takeBack(written)
	b.noteAt(at, SeverityDamage, ruleZeroTail,
		message.New("The files end in zeros, as after power was lost: {entry comes|entries come} before them", message.Count(written)), detail)
}

// takeBack takes back what was found about the entries from a position on, and about a
// row that is not whole.
func (k *checks) takeBack(from int) {
	kept := k.findings[:0]
	for _, f := range k.findings {
		switch {
		case f.Rule == "partial-row", f.Position >= from && f.Rule != "seq-back" && f.Rule != "seq-gap":
			continue
		case f.Position >= 0 && f.LastPosition >= from && f.Count == f.LastPosition-f.Position+1:
			f.Count -= f.LastPosition - from + 1
			f.LastPosition = from - 1
		}
		kept = append(kept, f)
	}
	k.findings, k.run = kept, -1
}
