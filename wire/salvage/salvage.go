package salvage

import (
	"context"
	"fmt"
	"io"
	"math"

	"chainglass/wire"
)

// Input is what is salvaged from.
type Input struct {
	// DAT is the payload file, DATSize its size in bytes.
	DAT     io.ReaderAt
	DATSize int64
	// Ranges are the parts of dat that no row leads to, in order; nil stands for all of
	// dat.
	Ranges []Range
	// Times are the append times of the records sought, in Unix nanoseconds and in
	// order; nil if there are none.
	Times []uint64
	// Kind is the kind of the records; [wire.ChainUnknown] leaves it to their form.
	Kind wire.ChainKind
}

// Range is a part of dat: from Start up to, not including, End.
type Range struct{ Start, End int64 }

// Len returns the number of bytes.
func (r Range) Len() int64 { return r.End - r.Start }

// Doubt says how sure a record is.
type Doubt uint8

// The degrees of doubt.
const (
	// Sure: the records before and after it end and begin where it begins and ends.
	Sure Doubt = iota
	// BesideDamage: it decodes and fits its neighbours, and lies beside bytes that are
	// no record.
	BesideDamage
	// Doubtful: it decodes, and a bit of it was probably turned: something in it is
	// unusual, and would not be without that bit.
	Doubtful

	doubts // count
)

var doubtNames = [doubts]string{"sure", "beside damage", "doubtful"}

// String returns the name used in reports.
func (d Doubt) String() string {
	if d < doubts {
		return doubtNames[d]
	}
	return fmt.Sprintf("Doubt(%#02x)", uint8(d))
}

// Found is a record that was found.
type Found struct {
	// Offset and Size say where in dat it lies.
	Offset, Size uint32
	// Place counts the records that were appended before it, as far as is known those
	// lost in gaps included.
	Place uint32
	Doubt Doubt
}

// End returns where the record ends in dat.
func (f *Found) End() int64 { return int64(f.Offset) + int64(f.Size) }

// Gap is a part of dat in which no record was found.
type Gap struct {
	Range
	// Zeros is how many bytes of the longest run of zeros in it are zero.
	Zeros int64
	// Turned is true if one turned bit explains it.
	Turned bool
}

// maxGaps bounds the gaps that are listed.
const maxGaps = 1 << 16

// Result is what was found.
type Result struct {
	Kind wire.ChainKind
	// Found are in the order of dat.
	Found []Found
	// Gaps are in the order of dat; MoreGaps counts those beyond the first 65,536.
	Gaps     []Gap
	MoreGaps int
	// LostBytes counts the bytes in all gaps.
	LostBytes int64
	// Aligned is true if Times belong to the records by their Place.
	Aligned bool
}

// Count returns how many records have a doubt.
func (r *Result) Count(d Doubt) (n int) {
	for i := range r.Found {
		if r.Found[i].Doubt == d {
			n++
		}
	}
	return n
}

// Run salvages. An error is one of reading, or that of ctx.
func Run(ctx context.Context, in Input) (*Result, error) {
	in.DATSize = min(in.DATSize, math.MaxUint32) // rows lead no further
	if in.Ranges == nil {
		in.Ranges = []Range{{0, in.DATSize}}
	}
	w := newWalker(ctx, &in)
	kind := in.Kind
	if kind == wire.ChainUnknown {
		if kind = w.detect(); kind == wire.ChainUnknown {
			w.lose(in.Ranges)
			return &w.result, w.src.err
		}
	}
	w.parser.kind, w.result.Kind = kind, kind
	for _, r := range in.Ranges {
		w.walk(r)
	}
	w.sweep()
	if w.src.err != nil {
		return nil, w.src.err
	}
	j := judge{walker: w}
	if err := j.run(in.Times); err != nil {
		return nil, err
	}
	return &w.result, nil
}
