package source

import (
	"fmt"
)

// The limits that hold unless [Options] say otherwise. How much may be inflated
// depends on where the program runs: see DefaultInflatedBytes.
const (
	// MaxFiles is how many files and folders are looked at in all, those inside
	// archives included.
	MaxFiles = 200_000
	// MaxDepth is how many archives may lie inside each other. A compressed tar
	// counts once.
	MaxDepth = 3
	// MaxRatio is how many bytes one compressed byte may become, once a file
	// has passed RatioGraceBytes.
	MaxRatio = 250
	// RatioGraceBytes is how much of a file is inflated before its ratio
	// matters: short files of zeros compress without end.
	RatioGraceBytes = 16 << 20
	// MaxPathBytes is the longest path taken from an archive.
	MaxPathBytes = 4096
	// MaxRecordTextBytes is the longest JSON text of one record.
	MaxRecordTextBytes = 16 << 20
	// MaxSnapshotBytes is the largest snapshot, in either encoding.
	MaxSnapshotBytes = 64 << 20
	// MaxPasteBytes is the longest text that is read as hex or base64.
	MaxPasteBytes = 64 << 20
	// MaxBases is how many snapshots one file may hold.
	MaxBases = 256
	// MaxProblems is how many problems are told one by one, of those that mean damage
	// and of all others; the rest is counted.
	MaxProblems = 1000
)

// Limits bound what is opened. A zero field means the constant of its name.
type Limits struct {
	// Files: see [MaxFiles].
	Files int
	// Depth: see [MaxDepth].
	Depth int
	// Ratio: see [MaxRatio].
	Ratio int64
	// InflatedBytes is how much may be inflated in all, whether it is kept or not; see
	// [DefaultInflatedBytes].
	InflatedBytes int64
}

func (l Limits) withDefaults() Limits {
	if l.Files == 0 {
		l.Files = MaxFiles
	}
	if l.Depth == 0 {
		l.Depth = MaxDepth
	}
	if l.Ratio == 0 {
		l.Ratio = MaxRatio
	}
	if l.InflatedBytes == 0 {
		l.InflatedBytes = DefaultInflatedBytes
	}
	return l
}

// LimitError says which limit was reached.
type LimitError struct {
	// Limit names it as [Limits] does, for example "InflatedBytes".
	Limit string
	// Max is its value.
	Max int64
}

// Error says in words what was exceeded.
func (e *LimitError) Error() string {
	switch e.Limit {
	case "Files":
		return fmt.Sprintf("more than %s files and folders (limit Files)", grouped(e.Max))
	case "Depth":
		return fmt.Sprintf("more than %d archives inside each other (limit Depth)", e.Max)
	case "Ratio":
		return fmt.Sprintf("more than %d bytes for each compressed byte (limit Ratio)", e.Max)
	case "InflatedBytes":
		return fmt.Sprintf("more than %s bytes to inflate in all (limit InflatedBytes)", grouped(e.Max))
	}
	return fmt.Sprintf("more than %s (limit %s)", grouped(e.Max), e.Limit)
}

// budget counts what the limits bound, over one search. What was spent on something
// that is not kept is not given back: the budget bounds the work as well.
type budget struct {
	limits   Limits
	files    int
	inflated int64
}

// countFile takes one file or folder from the budget.
func (b *budget) countFile() error {
	if b.files >= b.limits.Files {
		return &LimitError{Limit: "Files", Max: int64(b.limits.Files)}
	}
	b.files++
	return nil
}

// work takes n bytes that are to be read again from the budget of inflated bytes.
func (b *budget) work(n int64) error {
	if b.inflated > b.limits.InflatedBytes || n > b.limits.InflatedBytes-b.inflated {
		return &LimitError{Limit: "InflatedBytes", Max: b.limits.InflatedBytes}
	}
	b.inflated += n
	return nil
}

// spent returns an error once more was wanted than there is: from then on nothing
// needs to be tried.
func (b *budget) spent() error {
	if b.inflated > b.limits.InflatedBytes {
		return &LimitError{Limit: "InflatedBytes", Max: b.limits.InflatedBytes}
	}
	return nil
}

// spend takes n more inflated bytes of a file that has size bytes with them and
// came from compressed bytes.
func (b *budget) spend(n int, size, compressed int64) error {
	b.inflated += int64(n)
	if err := b.spent(); err != nil {
		return err
	}
	if size > RatioGraceBytes && size/b.limits.Ratio > compressed {
		return &LimitError{Limit: "Ratio", Max: b.limits.Ratio}
	}
	return nil
}
