package source

import (
	"errors"
	"io"
	"path"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// Set is everything found in what was opened. Its chains read from files that
// stay open until [Set.Close].
type Set struct {
	// Chains are in the order in which their files were found, which is that of
	// their paths.
	Chains []Chain
	// Bases are the snapshots found, each a state to start folds from.
	Bases []Base
	// Exports are the chain exports found, for their notes and findings. Their
	// chains are among Chains.
	Exports []Export
	// Pages are the pages that chains were lifted out of.
	Pages []Page
	// Problems tell of everything that could not be used, or not wholly.
	Problems []Problem
	// MoreProblems counts those beyond [MaxProblems].
	MoreProblems ProblemCounts
	// Ignored names the leftovers of other programs that are of no interest.
	Ignored []string
	// Files counts the files looked at, those inside archives included.
	Files int

	closers []io.Closer
	told    struct{ damaged, others int } // how many Problems are of either sort
}

// Close closes the files that the chains of s read from.
func (s *Set) Close() error {
	var err error
	for _, c := range s.closers {
		err = errors.Join(err, c.Close())
	}
	s.closers = nil
	return err
}

// KindBasis says how the kind of a chain is known.
type KindBasis string

// The bases of a kind, weakest first.
const (
	// ByNothing: the kind is not known, or nothing could be read.
	ByNothing KindBasis = ""
	// ByChannelName: the name of the channel decided.
	ByChannelName KindBasis = "channel name"
	// ByContent: the payloads decided.
	ByContent KindBasis = "content"
	// ByFileFormat: the file states the record type.
	ByFileFormat KindBasis = "file format"
	// ByChoice: the caller did, through [Options].
	ByChoice KindBasis = "choice"
)

// Chain is a chain that was found.
type Chain struct {
	// Node and Channel say where the chain belongs, as far as the names of
	// folders and files tell. No two chains that are live have both in common.
	Node, Channel string
	// Origin is the slash path of its folder or file inside what was opened. It
	// is unique in a Set: a chain of several in one file has "#" and its number
	// behind, a generation its folder.
	Origin string
	// Kind is the type of its records and KindBasis how that is known.
	Kind      wire.ChainKind
	KindBasis KindBasis
	// Reader gives the entries. It also implements [Locator] and, if entries
	// may have had another form before, [ParseErrorer].
	Reader wire.Reader
	// Bytes is the size of the source, as far as it is the chain's own.
	Bytes int64
	// Redex is set for chains from channel folders.
	Redex *RedexInfo
	// Stored is set for chains from chain exports.
	Stored *StoredChain
	// StoredOrigin is what an export of the chain says of where it was: the folder
	// of its generation, so that the number survives, or what an earlier export
	// said. Empty means Origin.
	StoredOrigin string
	// Cut is set if the chain came here in part, as far as its file says so.
	Cut *Cut
	// Layout says how the chain is stored, for example "generation 1".
	Layout string
	// Unchecked is true where payloads have no checksum: what is read from JSON and
	// from pasted text.
	Unchecked bool
	// Watch compares the files with what they were; nil for what is in memory.
	Watch *Watch
	// Faults are what is wrong around the entries.
	Faults []Fault
	// Salvaged is true for records that were found by their form where no row leads.
	Salvaged bool
	// Recipe says how to open it again.
	Recipe Recipe
	// Live is false for a generation that the channel does not use: there to be
	// looked at, not opened by itself.
	Live bool

	closer io.Closer // of a chain that was opened again
	home   home      // where Node comes from; missing if it is what the file at Origin says
}

// Cut says which part of another chain a chain is.
type Cut struct {
	// Entries is how many entries the other chain has; 0 if that is not known.
	Entries int
	// Run is where the part lies in the other chain; nil if that is not known, or if
	// entries in between were left out.
	Run *Run
	// Lost is true if damage has taken what was known.
	Lost bool
}

// Run is where the entries of a chain lie in another chain of which they are a run.
type Run struct {
	// Position is how many entries come before the run.
	Position int
	// Base is what these fold to, as far as the chain's own fold goes.
	Base *snapshot.MeshOsSnapshot
	// Before is where in time they end; missing if there are none.
	Before postcard.Option[export.ChainMoment]
	// NextNS is the latest time up to and including the first entry after the run,
	// missing if there is none.
	NextNS postcard.Option[uint64]
}

// RedexInfo is the channel folder a chain comes from.
type RedexInfo struct {
	// Channel is the whole folder.
	Channel *redex.Channel
	// Generation is what the chain reads.
	Generation *redex.Generation
	// Choice is why this generation is the live one; meaningless if it is not.
	Choice redex.Choice

	origin func(name string) string
}

// File returns where a file of the channel is in what was opened, for a path as the
// channel has it.
func (i *RedexInfo) File(name string) string { return i.origin(name) }

// StoredChain is a chain of a chain export.
type StoredChain struct {
	File *export.File
	// Index is its place in [export.File.Chains].
	Index int
}

// Folder returns what the folder held that the chain was once read from, and
// whether the export says so.
func (s *StoredChain) Folder() (files []wire.FolderFile, listed bool) { return s.File.Folder(s.Index) }

// RawParts returns what travelled of that folder besides the entries.
func (s *StoredChain) RawParts() []export.RawPart { return s.File.RawParts(s.Index) }

// IsPlainManifest reports whether a raw part is the manifest that a folder with
// nothing but the chain in it has.
func (s *StoredChain) IsPlainManifest(p export.RawPart) bool {
	files, _ := s.Folder()
	if p.Length != redex.ManifestSize || p.File >= len(files) {
		return false
	}
	b, err := s.File.ReadRaw(p, nil)
	return err == nil && redex.IsPlainManifest(files, p.File, b)
}

// ExportInfo describes the chain to an export.
func (c *Chain) ExportInfo() export.ChainInfo {
	info := export.ChainInfo{Node: c.Node, Channel: c.Channel, Kind: c.Kind, Origin: c.Origin}
	switch {
	case c.StoredOrigin != "":
		info.Origin = c.StoredOrigin
	case c.Redex != nil && c.Redex.Generation.Number() != redex.FlatGeneration:
		info.Origin = path.Join(c.Origin, redex.GenerationDir(c.Redex.Generation.Number()))
	}
	return info
}

// Base is a snapshot that was found.
type Base struct {
	// Node is whose snapshot it is, as far as names tell; Origin is its path
	// inside what was opened, unique in a Set.
	Node, Origin string
	// Snapshot is the decoded value.
	Snapshot *snapshot.MeshOsSnapshot
	// Encoding is "JSON", "postcard" or "chain export".
	Encoding string

	home home // as of a [Chain]
}

// Export is a chain export that was found.
type Export struct {
	// Origin is its path inside what was opened.
	Origin string
	// File gives its notes and findings.
	File *export.File

	told int // faults of File that are among the problems
}

// Location says where in the opened files an entry lives. Offsets count bytes
// from the start of the file, or of its inflated content inside an archive.
type Location struct {
	// IndexFile and IndexOffset locate the index row; IndexFile is empty where
	// there is none.
	IndexFile   string
	IndexOffset int64
	// PayloadFile, PayloadOffset and PayloadBytes locate the payload as stored;
	// PayloadFile is empty if the index row holds it. PayloadOffset may be
	// [UnknownOffset].
	PayloadFile   string
	PayloadOffset int64
	PayloadBytes  int64
	// InBlock is true if PayloadOffset and PayloadBytes are those of the block that
	// holds the payload with others, as in a chain export.
	InBlock bool
}

// UnknownOffset stands for an offset that is not known.
const UnknownOffset = -1

// Locator says where an entry lives. Every Reader of a Set is one.
type Locator interface {
	// Locate locates the entry at a position from 0 up to Len.
	Locate(position int) (Location, error)
}

// ParseErrorer is a Reader whose entries were translated into payloads. An
// entry that could not be has an empty payload and this error.
type ParseErrorer interface {
	// ParseError returns what is wrong with the entry at position, nil if
	// nothing is: a *[ParseError], or an error of reading.
	ParseError(position int) error
}
