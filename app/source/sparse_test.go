package source

import (
	"encoding/base64"
	"testing"

	"chainglass/wire"
)

// Two tars of one file, written by GNU tar with --sparse: x.idx has 20 bytes of
// 07, a hole, and 20 bytes of 09 that end at 2,000,000.
var sparseTars = map[string]string{
	"gnu":   "H4sIAAAAAAACA+3QTQqEMAyG4ewGb9ETDFrj9CCeQHDjSvAHPP5UUcEfFBFdvc8mIW0IfN23yDt5Vuj9VIfqrWpkre8jTaw6F2o/94M4FpPKC9q6ySpjpCrL5ujf2futdFaJzL1LFokNSY3zuZ92Dw9MCxufHQIAAAAAAAAAFwU7SAUAAAAAAOBZfxnt0BMAKAAA",
	"posix": "H4sIAAAAAAACA+3UzUrEMBAH8NzEPEWfIM3kO4de1ZMI4gMEN4fK7lbaCsWnN1aEpS4rwu6C+v9dUmZySGYyFfVdmm5yWuV+qCfRriZ2dLJwxsxrsVyl0p6Rscp4L817nEhZz6oTHOWrl2FMfTkK+5+Uqq5vH8TwnPohi0166vqG+CLabktUcmV3o9u0yc38Yrim3USf03poX3OjPtrLtazS2Jbd5KM11rsQhJfknLcqchWrx2XWxUAueM0ZnJaoS+fu58ZdtesstCJpj/wjODz/pMs7Wcx/+baskuec/77rxkP7vssvL/dLaC65kdFxijEEEziV4vPPyZUYwD/uYg9UBQAAAAAAAAAAAH7qcg9UBQAAAADgfN4AfrAfRgAoAAA=",
}

func TestSparseTar(t *testing.T) {
	for format, text := range sparseTars {
		t.Run(format, func(t *testing.T) {
			content, err := base64.StdEncoding.DecodeString(text)
			must(t, err)
			set := find(t, files{"a": string(content)}.fsys())
			wantNoProblems(t, set)
			r := set.Chains[0].Reader
			if r.Len() != 100_000 {
				t.Fatalf("%d entries", r.Len())
			}
			const sevens, nines = 0x0707070707070707, 0x0909090909090909
			for position, seq := range map[int]uint64{0: sevens, 1: 0, 99_998: 0, 99_999: nines} {
				b := wire.Block{MaxEntries: 1}
				must(t, r.ReadBlock(position, &b))
				if b.Entries[0].Seq != seq {
					t.Errorf("entry %d has seq %#x", position, b.Entries[0].Seq)
				}
			}
		})
	}
}

// A stored entry may claim more than the archive holds.
func TestZipEntryBeyondItsArchive(t *testing.T) {
	record := failureLine(1, "r")
	content := []byte(zipOf(t, files{"a.json": record}, 0))
	for i := range content[:len(content)-4] {
		if string(content[i:i+4]) == "PK\x01\x02" {
			content[i+22], content[i+26] = 1, 1 // both sizes: 64 KiB more
		}
	}
	set := find(t, files{"a.zip": string(content)}.fsys())
	if len(set.Problems) == 0 || set.Problems[0].String() != "a.zip!/a.json: not whole at byte 156: unexpected EOF; the first 156 bytes are used. Copy the archive again; what can be read is shown." {
		t.Errorf("%v", set.Problems)
	}
}
