package export

import (
	"errors"
	"io"
	"slices"
	"sync"

	"chainglass/wire"
)

// MaxSideBytes bounds what a [File] keeps in memory of bases, notes and
// findings together. Beyond it they are reported and skipped.
const MaxSideBytes = 256 << 20

// File gives random access to an export. Its methods, and the readers it hands
// out, may be used from several goroutines, each with a [wire.Block] of its own.
type File struct {
	r        io.ReaderAt
	size     int64
	header   Header
	chains   []*chainReader
	byID     map[ChainID]*chainReader
	bases    []Base
	notes    []Note
	findings []Finding
	// redactions are the redactions the file went through.
	redactions []Redaction
	side       int64 // bytes of bases, notes and findings
	byFooter   bool
	content    section // all items but the footer

	mu      sync.Mutex // guards what follows
	log     faultLog
	skipped []itemRef      // items of unknown types whose bytes are not checked yet
	told    map[int64]bool // offsets of the raw parts that were reported as damaged
}

// Chain describes one chain of a [File].
type Chain struct {
	ChainInfo
	// ID is the chain's id in this export.
	ID ChainID
	// Entries is how many positions the chain has.
	Entries int
	// Blocks is how many blocks hold them.
	Blocks int
	// Base says which part of its source's chain it is; nil if that is not known,
	// as of a chain that is here whole.
	Base *ChainBase
	// BaseLost is true if the file had a chain base that damage has taken.
	BaseLost bool
}

// Open reads an export of the given size by its footer, without touching its
// blocks. Where trailer or footer are missing or wrong, it reads the whole
// file once instead and says so in [File.Faults]; damage is no error, nor is a
// file that ends early. An error means that the input is no export
// ([ErrNotExport]), of another version ([VersionError]), or has no readable
// header and no readable item; or that r failed before any of it was read.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := newFile(r, size)
	cause := f.loadByFooter()
	if cause == nil {
		return f, nil
	}
	if errors.Is(cause, ErrVersion) {
		return nil, cause
	}
	f = newFile(r, size)
	if err := f.loadByScan(cause); err != nil {
		return nil, err
	}
	return f, nil
}

func newFile(r io.ReaderAt, size int64) *File {
	return &File{r: r, size: size, byID: map[ChainID]*chainReader{}, content: section{0, size}}
}

// Header returns the header; it is zero where the header is damaged.
func (f *File) Header() Header { return f.header }

// ByFooter reports whether the file was opened by its footer. If it was not,
// every block has been read and checked already.
func (f *File) ByFooter() bool { return f.byFooter }

// Chains describes the chains, in the order of the file.
func (f *File) Chains() []Chain {
	chains := make([]Chain, len(f.chains))
	for i, c := range f.chains {
		chains[i] = Chain{ChainInfo: c.info, ID: c.id, Entries: c.Len(), Blocks: len(c.blocks), Base: c.base, BaseLost: c.baseLost}
	}
	return chains
}

// Chain returns a reader of the i-th of [File.Chains]. Entries that damage has
// taken keep their positions: they come as [wire.EntryLost] with nothing
// else in them, and File.Faults tells which block they were lost with. Entries
// of a block that fails its checksum are handed out as far as they decode,
// each judged by its own payload checksum.
func (f *File) Chain(i int) wire.Reader { return f.chains[i] }

// Bases returns the base snapshots.
func (f *File) Bases() []Base { return f.bases }

// Base returns the base snapshot of a node, the last one if there are several.
func (f *File) Base(node string) (Base, bool) {
	for _, b := range slices.Backward(f.bases) {
		if b.Node == node {
			return b, true
		}
	}
	return Base{}, false
}

// Notes returns the notes.
func (f *File) Notes() []Note { return f.notes }

// Findings returns the findings of the source, as the writer recorded them.
func (f *File) Findings() []Finding { return f.findings }

// Redactions returns what the file says of redactions that it went through,
// none if it is no redacted view.
func (f *File) Redactions() []Redaction { return f.redactions }

// section is a part of the file.
type section struct{ from, to int64 }

// Content returns the bytes of all items but the footer: they are the same
// whenever, and with whatever tool, the same content was written. Of a file that
// was not opened by its footer, it is all bytes.
func (f *File) Content() *io.SectionReader {
	return io.NewSectionReader(f.r, f.content.from, f.content.to-f.content.from)
}

// Size returns the size of the file in bytes.
func (f *File) Size() int64 { return f.size }

// Faults returns what is known to be wrong with the file itself. Blocks are
// checked when they are read; [File.Verify] reads them all.
func (f *File) Faults() []*Error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.log.list)
}

// Summary counts what the file holds, as far as it is known.
func (f *File) Summary() Summary {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.log.sum
}

// Verify reads and checks all that Open did not. What it finds is in
// [File.Faults]; an error means that the underlying reader failed.
func (f *File) Verify() error {
	var b wire.Block
	for _, c := range f.chains {
		for i := range c.blocks {
			ref := &c.blocks[i]
			if ref.layout.Load() != nil {
				continue
			}
			if err := c.readWhole(ref, span{to: ref.count}, &b); err != nil {
				return err
			}
		}
	}
	if f.byFooter {
		f.verifyRaws()
	}
	for _, ref := range f.takeSkipped() {
		if _, _, fault := f.readItem(ref); fault != nil {
			f.fault(fault)
		}
	}
	return nil
}

// takeSkipped returns the skipped items that have not been checked yet.
func (f *File) takeSkipped() []itemRef {
	f.mu.Lock()
	defer f.mu.Unlock()
	refs := f.skipped
	f.skipped = nil
	return refs
}

// fault records what is wrong.
func (f *File) fault(e *Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log.add(e)
}
