package source

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

func isExport(head []byte, _ int64) bool { return export.IsExport(head) }

// openExport adds the chains, bases, notes and findings of a chain export.
func (x *explorer) openExport(c *candidate) error {
	file, err := export.Open(c.r, c.size)
	if err != nil {
		x.set.problem(brokenExport(c, err))
		return nil
	}
	if end := endOfExport(file); end < c.size {
		return x.openExportBefore(c, end)
	}
	c.keep = true
	faults := file.Faults()
	x.set.Exports = append(x.set.Exports, Export{Origin: c.origin, File: file, told: len(faults)})
	for _, fault := range faults {
		x.set.problem(damagedExport(c.origin, fault))
	}
	for _, r := range file.Redactions() {
		x.set.problem(redactedView(c.origin, &r))
	}
	for i, info := range file.Chains() {
		x.addExportChain(c, file, i, info)
	}
	for i, base := range file.Bases() {
		x.addExportBase(c, i, base)
	}
	return nil
}

// endOfExport returns where an export ends that something else follows: its size in
// bytes, or that of the file.
func endOfExport(file *export.File) int64 {
	for _, fault := range file.Faults() {
		if errors.Is(fault, export.ErrTrailing) {
			return fault.Offset
		}
	}
	return file.Size()
}

// openExportBefore opens an export that ends before its file does, and what follows.
func (x *explorer) openExportBefore(c *candidate, end int64) error {
	first := *c
	first.r, first.size = io.NewSectionReader(c.r, 0, end), end
	first.inside = c.insideOf()
	if err := x.openExport(&first); err != nil {
		return err
	}
	c.keep = true
	return x.follows(c, end, "the chain export")
}

// redactedView says that an export is not what was found, but what was passed on
// of it.
func redactedView(origin string, r *export.Redaction) Problem {
	p := Problem{
		Level: LevelNote, Path: origin, Title: "a redacted view",
		Detail: "Identifiers and names are pseudonyms, the same everywhere in it",
	}
	if sum, some := r.Commitment.Get(); some {
		p.Advice = fmt.Sprintf("Its commitment to the original is %x; with the sender's salt, “chainglass verify --reveal” checks it", sum)
	}
	if sum, some := r.OriginalSHA256.Get(); some {
		p.Advice = fmt.Sprintf("The SHA-256 of the original's content is %x", sum)
	}
	switch r.Texts {
	case export.TextsTemplate:
		p.Detail += "; texts keep their wording and have lost their values"
	case export.TextsDropped:
		p.Detail += "; texts were removed"
	}
	if r.TimesShifted {
		p.Detail += "; all times were moved by one amount"
	}
	return p
}

func damagedExport(origin string, fault *export.Error) Problem {
	if errors.Is(fault, export.ErrUnknownItem) {
		return Problem{
			Level: LevelNote, Path: origin, Offset: postcard.Some(fault.Offset), Title: "an item of a later version", Detail: fault.Error(), Err: fault,
			Advice: "Open the export with the version of Chainglass that wrote it, or a later one, to see it",
		}
	}
	return Problem{
		Level: LevelWarning, Path: origin, Offset: postcard.Some(fault.Offset), Title: "a damaged chain export", Detail: fault.Error(), Err: fault,
		Advice: "What is whole is shown; copy the export again for the rest",
	}
}

// LateProblems returns what reading the chains has shown to be wrong with their
// exports since [Find] or the last call: a block of an export is checked when
// it is read.
func (s *Set) LateProblems() []Problem {
	var late []Problem
	for i := range s.Exports {
		x := &s.Exports[i]
		faults := x.File.Faults()
		for _, fault := range faults[x.told:] {
			late = append(late, damagedExport(x.Origin, fault))
		}
		x.told = len(faults)
	}
	return late
}

func brokenExport(c *candidate, err error) Problem {
	p := Problem{
		Level: LevelError, Path: c.origin, Title: "a chain export that cannot be read", Err: err,
		Detail: fmt.Sprintf("%s, %v", plural(c.size, "byte"), err),
		Advice: "Copy or download the export again",
	}
	if errors.Is(err, export.ErrVersion) {
		p.Advice = "Open it with the version of Chainglass that wrote it, or a later one"
	}
	return p
}

func (x *explorer) addExportChain(c *candidate, file *export.File, i int, info export.Chain) {
	chain := Chain{
		Node: info.Node, Channel: info.Channel,
		Kind: info.Kind, KindBasis: ByFileFormat, StoredOrigin: info.Origin, Stored: &StoredChain{File: file, Index: i},
		Layout: "chain export", Live: true,
	}
	r := &exportReader{Reader: file.Chain(i), path: c.origin}
	r.watch = &Watch{files: c.watched(), same: func(bool) (bool, error) { return r.sameExport(c, i) }}
	chain.Reader, chain.Watch = r, r.watch
	chain.Origin = chainOrigin(c.origin, file, i)
	chain.Cut = x.cut(chain.Origin, file, &info)
	_, chain.Salvaged = SalvagedFrom(info.Origin)
	if c.info != nil {
		chain.Recipe = c.recipe(RecipeExport, c.name, uint32(i), c.size, c.watched())
	}
	// Chains share the file; as they mostly differ in entries, so do the shares.
	if all := file.Summary().Entries; all > 0 {
		chain.Bytes = int64(float64(c.size) * float64(info.Entries) / float64(all))
	}
	x.addChain(chain)
}

// cut returns which part of another chain a chain of an export is; nil if the
// export says nothing of it.
func (x *explorer) cut(origin string, file *export.File, info *export.Chain) *Cut {
	switch {
	case info.Base != nil:
	case info.BaseLost:
		// The fault itself is among the problems.
		return &Cut{Lost: true}
	case filtered(file, info.ID):
		return &Cut{}
	default:
		return nil
	}
	cut := &Cut{Entries: int(info.Base.Entries)}
	run, is := info.Base.Run.Get()
	if !is {
		return cut
	}
	base, err := snapshot.DecodeMeshOsSnapshot(run.Snapshot)
	if err == nil && run.Position+uint64(info.Entries) > info.Base.Entries {
		err = fmt.Errorf("%d entries from position %d on, and the chain has %d", info.Entries, run.Position, info.Base.Entries)
	}
	if err != nil {
		x.set.problem(Problem{
			Level: LevelWarning, Path: origin, Title: "a chain base that cannot be", Err: err, Detail: err.Error(),
			Advice: "The states of this chain are not those of its source. Copy the export again",
		})
		cut.Lost = true
		return cut
	}
	cut.Run = &Run{Position: int(run.Position), Base: &base, Before: run.Before, NextNS: run.NextNS}
	return cut
}

// sameExport reads the entries of a chain that have been read again, from the file as
// it is now, and compares them.
func (r *exportReader) sameExport(c *candidate, i int) (bool, error) {
	now, err := export.Open(c.r, c.size)
	if err != nil {
		return false, err
	}
	if i >= len(now.Chains()) || now.Chain(i).Len() != r.Len() {
		return false, nil
	}
	for _, run := range r.read.Runs() {
		sum := uint64(fnvOffset)
		for b := (wire.Block{First: run.First}); b.First < run.End; b.First += len(b.Entries) {
			b.MaxEntries = run.End - b.First
			if err := now.Chain(i).ReadBlock(b.First, &b); err != nil {
				return false, err
			}
			sum = entrySum(sum, &b)
		}
		if sum != run.Sum {
			return false, nil
		}
	}
	return true, nil
}

const fnvOffset, fnvPrime = 14695981039346656037, 1099511628211

// entrySum adds the entries of a block to a sum.
func entrySum(sum uint64, b *wire.Block) uint64 {
	for i := range b.Entries {
		e := &b.Entries[i]
		for _, v := range [...]uint64{e.Seq, e.TSNS.Value, uint64(e.FlagsAndChecksum), uint64(e.Status), uint64(len(e.Payload))} {
			sum = (sum ^ v) * fnvPrime
			sum ^= sum >> 32
		}
	}
	return sum
}

// filtered reports whether an export says that entries of a chain were left out,
// as exports did before they said which.
func filtered(file *export.File, id export.ChainID) bool {
	return slices.ContainsFunc(file.Findings(), func(f export.Finding) bool {
		return f.Rule == export.FindingFiltered && f.Chain == postcard.Some(id)
	})
}

// chainOrigin is the origin of the i-th chain of an export in a [Set].
func chainOrigin(origin string, file *export.File, i int) string {
	if len(file.Chains()) == 1 {
		return origin
	}
	return fmt.Sprintf("%s#%d", origin, i)
}

// ChainOrigin returns the Origin that the i-th chain of the export has in its Set.
func (x *Export) ChainOrigin(i int) string { return chainOrigin(x.Origin, x.File, i) }

func (x *explorer) addExportBase(c *candidate, i int, base export.Base) {
	s, err := snapshot.DecodeMeshOsSnapshot(base.Snapshot)
	if err != nil {
		x.set.problem(Problem{
			Level: LevelWarning, Path: c.origin, Title: "a base snapshot that does not decode", Err: err,
			Detail: fmt.Sprintf("node %s, %s, %v", quoted(base.Node), plural(len(base.Snapshot), "byte"), err),
		})
		return
	}
	x.set.Bases = append(x.set.Bases, Base{
		Node: base.Node, Origin: fmt.Sprintf("%s#base-%d", c.origin, i), Snapshot: &s, Encoding: "chain export",
	})
}

// exportReader names the file of a chain in an export.
type exportReader struct {
	wire.Reader
	path  string
	watch *Watch
	read  redex.Coverage
}

// ReadBlock implements [wire.Reader]. A file that was changed since it was opened is
// an error, a [ChangedError].
func (r *exportReader) ReadBlock(first int, b *wire.Block) error {
	err := r.watch.after(r.Reader.ReadBlock(first, b))
	if err == nil {
		r.read.Note(redex.CoveredRun{First: b.First, End: b.First + len(b.Entries), Sum: entrySum(fnvOffset, b)})
	}
	return err
}

// Locate implements [Locator]. It locates the block of the entry.
func (r *exportReader) Locate(position int) (Location, error) {
	if position < 0 || position >= r.Len() {
		return Location{}, fmt.Errorf("source: %s: no entry at position %d of %d", r.path, position, r.Len())
	}
	at := Location{PayloadFile: r.path, PayloadOffset: UnknownOffset}
	if in, ok := r.Reader.(interface {
		Place(position int) (export.Place, bool)
	}); ok {
		if place, found := in.Place(position); found {
			at.PayloadOffset, at.PayloadBytes, at.InBlock = place.Offset, place.Length, true
		}
	}
	return at, nil
}
