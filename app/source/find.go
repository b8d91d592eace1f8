package source

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"chainglass/app/kind"
	"chainglass/app/output"
	"chainglass/wire"
)

// Options are how [Find] searches. The zero Options are ready for use.
type Options struct {
	// Limits bound what is opened.
	Limits Limits
	// Name names what has no folder of its own, for example the folder that
	// was opened, which a file system does not know.
	Name string
	// Progress, if not nil, is told the path being worked on and how many bytes
	// have been worked through in all. It is called often and must be quick.
	Progress func(path string, bytes int64)
	// Known are the kinds of chain that are known.
	Known kind.Set
	// Kinds overrides the kind of chains by their Origin.
	Kinds map[string]wire.ChainKind
}

// Find searches fsys, whose files must be io.ReaderAt, for everything that can
// be opened. What cannot be used is told in [Set.Problems] and is no error. The
// error is that of ctx, and then nothing is returned.
func Find(ctx context.Context, fsys fs.FS, opts Options) (*Set, error) {
	x := newExplorer(ctx, opts)
	err := x.search(place{fsys: fsys, node: opts.Name})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, x.set.Close())
	}
	x.set.Files = x.filesSeen
	x.set.nameNodes()
	// They come first, so that no number of other problems hides them.
	x.set.Problems = append(x.credentials.Problems(), x.set.Problems...)
	slices.Sort(x.set.Ignored)
	if x.set.nothing() {
		x.set.problem(emptyFolder(opts.Name))
	}
	return x.set, nil
}

// nothing reports whether there is nothing to show, not even a problem.
func (s *Set) nothing() bool {
	return len(s.Chains)+len(s.Bases)+len(s.Problems)+len(s.Exports) == 0
}

func emptyFolder(name string) Problem {
	return Problem{Level: LevelUnrecognised, Path: name, Title: "nothing here", Detail: "no file that could hold a chain", Advice: generalAdvice}
}

// explorer is one search.
type explorer struct {
	ctx       context.Context
	opts      Options
	budget    budget
	set       *Set
	scratch   []byte // of blobChunkBytes, once something is inflated
	bytesDone int64
	filesSeen int
	stored    int64 // bytes of archives that were read to compare checksums
	small     int64 // bytes of small files of archives that are in memory
	full      bool  // the limit of files has been told
	blocks    sync.Pool
	again     *Recipe // of the one chain that is sought; nil for all there is

	credentials Credentials
}

func newExplorer(ctx context.Context, opts Options) *explorer {
	opts.Limits = opts.Limits.withDefaults()
	return &explorer{
		ctx: ctx, opts: opts, set: &Set{},
		budget: budget{limits: opts.Limits},
	}
}

// progress reports n more bytes of the file at origin.
func (x *explorer) progress(origin string, n int64) {
	x.bytesDone += n
	if x.opts.Progress != nil {
		x.opts.Progress(origin, x.bytesDone)
	}
}

// place is a file system being searched and its place in what was opened.
type place struct {
	fsys   fs.FS
	prefix string // of origins: "" or "logs.zip!/"
	node   string // names what lies in no folder of its own
	depth  int    // archives around it
	// inside are the files of what was opened that all this is read from in place; nil
	// where the files of fsys are those themselves, empty where all is in memory.
	inside []watchedFile
}

// origin returns the path of name inside what was opened.
func (p place) origin(name string) string {
	if name == "." {
		return strings.TrimSuffix(p.prefix, "!/")
	}
	if copies, is := p.fsys.(*copyFS); is {
		name = copies.realName(name)
	}
	return p.prefix + name
}

// search finds channels in p first, then looks at every file that is no part of
// one. The error is that of the context.
func (x *explorer) search(p place) error {
	listed := listOnce(p.fsys)
	listed.listAhead(x.ctx, x.opts.Limits.Files)
	p, listed = x.findCopies(p, listed)
	claimed := x.findChannels(p, listed)
	names := x.list(p, listed)
	loose := groupLoose(names, claimed)
	for _, set := range loose {
		x.addLoose(p, set)
		for _, name := range set.files() {
			claimed[name] = true
		}
	}
	for _, name := range names {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		switch {
		case claimed[name]:
		case isLeftover(name):
			x.passOver(p.origin(name))
		default:
			if err := x.file(p, name); err != nil {
				return err
			}
		}
	}
	return nil
}

// list returns the names of all files in p, as far as the limit goes.
func (x *explorer) list(p place, listed listedFS) (names []string) {
	// No error leaves the callback: it turns each into a problem.
	_ = fs.WalkDir(listed, ".", func(name string, entry fs.DirEntry, err error) error {
		if x.ctx.Err() != nil || x.full {
			return fs.SkipAll
		}
		if err != nil {
			x.set.problem(unreadable(p.origin(name), err))
			return nil
		}
		if name == "." {
			return nil
		}
		if entry.IsDir() && isLeftover(name) {
			x.passOver(p.origin(name))
			return fs.SkipDir
		}
		if p.depth == 0 {
			// The entries of an archive were counted when it was read.
			if err := x.budget.countFile(); err != nil {
				x.tellFull(p.origin(name), err)
				return fs.SkipAll
			}
		}
		if entry.IsDir() {
			return nil
		}
		x.filesSeen++
		switch {
		case IsCredential(name):
			x.credentials.Add(p.origin(name))
		case !entry.Type().IsRegular():
			x.set.problem(leftOut(p.origin(name), RefusalOf(p.fsys, name, entry.Type())))
		default:
			names = append(names, name)
		}
		return nil
	})
	return names
}

// tellFull tells once that the limit of files is reached.
func (x *explorer) tellFull(origin string, err error) {
	if limit, ok := asLimit(err); ok && !x.full {
		x.full = true
		x.set.problem(exceeded(origin, limit))
	}
}

// leftovers are names of files and folders that other programs leave behind.
var leftovers = [...]string{".DS_Store", "Thumbs.db", "desktop.ini", "__MACOSX", ".Spotlight-V100", ".Trashes", ".git", "manifest.tmp"}

// isLeftover reports whether name is of no interest to anyone.
func isLeftover(name string) bool {
	base := path.Base(name)
	for _, leftover := range leftovers {
		if base == leftover {
			return true
		}
	}
	return output.IsPartial(base) || strings.HasPrefix(base, "._") // what macOS adds to foreign archives
}

// passOver takes notice of a leftover.
func (x *explorer) passOver(origin string) {
	if output.IsPartial(path.Base(origin)) {
		x.set.problem(Problem{
			Level: LevelNote, Path: origin, Title: "never finished", Detail: "the chainglass command that wrote it was stopped",
			Advice: "Remove it, and run the command again if what it writes is missing",
		})
		return
	}
	x.set.Ignored = append(x.set.Ignored, origin)
}

// headBytes is how much of a file is looked at to recognise it: enough for the
// first header of a tar.
const headBytes = 4096

// candidate is a file being recognised.
type candidate struct {
	place
	name   string // in the place
	origin string
	r      io.ReaderAt
	size   int64
	info   fs.FileInfo // nil for what is no file
	head   []byte      // the first headBytes of the file
	keep   bool        // set when something reads from r from now on
	// inflated is true for what one compressed file holds, under the same origin, and
	// damaged if that file is, which has been told.
	inflated, damaged bool
	// after is the end of origin for what follows something else in the file: where it
	// starts. following counts the things that it follows.
	after     string
	start     int64
	following int
}

// file opens a file, recognises it and adds what it holds.
func (x *explorer) file(p place, name string) error {
	c := &candidate{place: p, name: name, origin: p.origin(name)}
	f, err := p.fsys.Open(name)
	if err == nil {
		err = c.look(f)
	}
	if refused := (*RefusedError)(nil); errors.As(err, &refused) {
		x.set.problem(leftOut(c.origin, refused.Reason))
		return nil
	}
	if err != nil {
		x.set.problem(unreadable(c.origin, err))
		return nil
	}
	err = x.recognise(c)
	if c.keep && err == nil {
		x.set.closers = append(x.set.closers, f)
		return nil
	}
	if closeErr := f.Close(); closeErr != nil {
		x.set.problem(unreadable(c.origin, closeErr))
	}
	return err
}

var (
	errNotRegular = errors.New("it is neither a file nor a folder")
	errNotAt      = errors.New("it cannot be read at an offset")
)

// look reads the size and the head of a file. It closes a file it fails on.
func (c *candidate) look(f fs.File) error {
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	r, ok := f.(io.ReaderAt)
	if err == nil && !ok {
		err = errNotAt
	}
	if err == nil {
		c.r, c.size, c.info = r, info.Size(), info
		c.head, err = readHead(r, c.size)
	}
	if err != nil {
		return errors.Join(err, f.Close())
	}
	return nil
}

func readHead(r io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, min(size, headBytes))
	n, err := r.ReadAt(head, 0)
	if n == len(head) {
		return head, nil
	}
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return nil, err
}

// format is a kind of file that can be opened.
type format struct {
	fits func(head []byte, size int64) bool
	open func(x *explorer, c *candidate) error
}

// formats returns the kinds of file in the order in which they are tried: those
// with a magic number first. The last one takes everything.
func formats() []format {
	return slices.Concat(
		[]format{{isEmpty, (*explorer).addEmpty}},
		magicFormats(),
		[]format{
			{mayHoldText, (*explorer).openText},
			{isBinary, (*explorer).openBinary},
			{isAnything, (*explorer).addUnrecognised},
		})
}

// magicFormats returns the kinds of file that begin with a magic number.
func magicFormats() []format {
	return []format{
		{isZip, (*explorer).openZip},
		{isGzip, (*explorer).openGzip},
		{isZstd, (*explorer).openZstd},
		{isTar, (*explorer).openTar},
		{isExport, (*explorer).openExport},
		{isPage, (*explorer).openPage},
	}
}

// recognise opens c as the first format that fits. The error is that of the
// context.
func (x *explorer) recognise(c *candidate) error {
	x.progress(c.origin, int64(len(c.head)))
	for _, f := range formats() {
		if f.fits(c.head, c.size) {
			return f.open(x, c)
		}
	}
	panic("invariant: no format takes everything")
}

func isEmpty(_ []byte, size int64) bool { return size == 0 }
func isAnything(_ []byte, _ int64) bool { return true }

func (x *explorer) addEmpty(c *candidate) error {
	x.set.problem(Problem{
		Level: LevelUnrecognised, Path: c.origin, Title: "empty file", Detail: "0 bytes",
		Advice: "If it should not be empty, copy it again; a node that never flushed leaves such files",
	})
	return nil
}

func (x *explorer) addUnrecognised(c *candidate) error {
	if opened, err := x.openBehind(c); opened || err != nil {
		return err
	}
	x.set.problem(unrecognised(c.origin, c.head, c.size))
	return nil
}
