package source

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"chainglass/wire/redex"
)

// copyFS shows copies of files of channels under the names that they once had.
type copyFS struct {
	fs.FS
	real   map[string]string        // by the path that is shown, of files and folders
	hidden map[string]bool          // real paths that are not listed where they are
	added  map[string][]fs.DirEntry // by the path of the folder that is shown
}

// realName returns where the file is that is shown as name.
func (c *copyFS) realName(name string) string {
	real, shown := ".", "."
	for segment := range strings.SplitSeq(name, "/") {
		real, shown = path.Join(real, segment), path.Join(shown, segment)
		if other, is := c.real[shown]; is {
			real = other
		}
	}
	return real
}

// Open implements fs.FS.
func (c *copyFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return c.FS.Open(c.realName(name))
}

// Stat implements fs.StatFS.
func (c *copyFS) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	return fs.Stat(c.FS, c.realName(name))
}

// ReadDir implements fs.ReadDirFS.
func (c *copyFS) ReadDir(name string) ([]fs.DirEntry, error) {
	real := c.realName(name)
	entries, err := fs.ReadDir(c.FS, real)
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool {
		return c.hidden[path.Join(real, e.Name())] || slices.ContainsFunc(c.added[name], func(a fs.DirEntry) bool { return a.Name() == e.Name() })
	})
	entries = append(entries, c.added[name]...)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// show shows the real file or folder as name in a folder.
func (c *copyFS) show(folder, name, real string, entry fs.DirEntry) {
	c.real[path.Join(folder, name)] = real
	c.hidden[real] = true
	c.added[folder] = append(c.added[folder], calledEntry{entry, name})
}

// calledEntry is an entry of a folder under another name.
type calledEntry struct {
	fs.DirEntry
	name string
}

// Name implements fs.DirEntry.
func (e calledEntry) Name() string { return e.name }

// copySearch looks for copies of the files of channels.
type copySearch struct {
	x      *explorer
	p      place
	listed listedFS
	fs     *copyFS
	left   int   // folders and files that may still be looked at
	budget int64 // bytes that may still be compared
}

// maxComparedBytes bounds what is read to compare copies.
const maxComparedBytes = 256 << 20

// findCopies returns p with copies of files of channels shown in the place of files
// that are not there, and says so of each.
func (x *explorer) findCopies(p place, listed listedFS) (place, listedFS) {
	s := copySearch{
		x: x, p: p, listed: listed, left: x.opts.Limits.Files, budget: maxComparedBytes,
		fs: &copyFS{p.fsys, map[string]string{}, map[string]bool{}, map[string][]fs.DirEntry{}},
	}
	s.walk(".", ".", 0)
	if len(s.fs.hidden) == 0 {
		return p, listed
	}
	p.fsys = s.fs
	return p, listOnce(s.fs)
}

// copied is a file that could be a copy of a file of a channel.
type copied struct {
	real  string
	mark  string
	entry fs.DirEntry
}

// size asks for the size of the file: of most files nobody wants to know it.
func (c copied) size() int64 {
	if c.entry == nil {
		return 0
	}
	info, err := c.entry.Info()
	if err != nil {
		return 0
	}
	return info.Size()
}

// folderFiles are the files of a folder that have to do with a channel.
type folderFiles struct {
	real, shown string
	own         map[string]copied   // by name
	copies      map[string][]copied // by the name that they once had
	deleted     []copied            // what NFS keeps of deleted files
	folders     []fs.DirEntry
}

func (s *copySearch) walk(real, shown string, depth int) {
	if depth > redex.MaxFindDepth || s.left <= 0 || s.x.ctx.Err() != nil {
		return
	}
	f := s.look(real, shown)
	if len(f.copies)+len(f.deleted) > 0 {
		s.settle(&f)
	}
	copies := s.settleFolders(&f)
	for _, folder := range f.folders {
		at := inFolder(real, folder.Name())
		if shownAs, is := copies[at]; is {
			if shownAs != "" {
				s.walk(at, path.Join(shown, shownAs), depth+1)
			}
			continue
		}
		s.walk(at, inFolder(shown, folder.Name()), depth+1)
	}
}

// look lists a folder. What cannot be listed is told when the files are.
func (s *copySearch) look(real, shown string) folderFiles {
	f := folderFiles{real: real, shown: shown, own: map[string]copied{}, copies: map[string][]copied{}}
	entries, err := s.listed.ReadDir(real)
	if err != nil {
		return f
	}
	for _, e := range entries {
		if s.left--; s.left <= 0 {
			break
		}
		name := e.Name()
		at := inFolder(real, name)
		switch {
		case isLeftover(name) || IsCredential(name):
		case e.IsDir() && slices.Contains(partialFolders[:], name):
			s.lookInPartial(&f, at)
		case e.IsDir():
			f.folders = append(f.folders, e)
		case !e.Type().IsRegular():
		case name == fileIDX || name == fileDAT || name == fileTS || name == fileManifest:
			f.own[name] = s.file(at, "", e)
		case strings.HasPrefix(name, nfsPrefix):
			f.deleted = append(f.deleted, s.file(at, nfsPrefix, e))
		default:
			if file, mark, is := copyOfFile(name); is {
				f.copies[file] = append(f.copies[file], s.file(at, mark, e))
			}
		}
	}
	return f
}

func (s *copySearch) lookInPartial(f *folderFiles, folder string) {
	entries, err := s.listed.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		if name := e.Name(); e.Type().IsRegular() && slices.Contains(channelFiles[:], name) {
			f.copies[name] = append(f.copies[name], s.file(path.Join(folder, name), path.Base(folder), e))
		}
	}
}

func (s *copySearch) file(real, mark string, e fs.DirEntry) copied {
	return copied{real: real, mark: mark, entry: e}
}

// lacks reports whether a file is not there. An empty one is as good as none where the
// rows are gone: a node that lost its files starts with empty ones.
func (f *folderFiles) lacks(file string) bool {
	idx, hasIDX := f.own[fileIDX]
	own, has := f.own[file]
	return !has || own.size() == 0 && (!hasIDX || idx.size() == 0)
}

// settle uses copies for the files that a folder lacks, and tells of the others.
func (s *copySearch) settle(f *folderFiles) {
	used := map[string]copied{}
	s.sortDeleted(f)
	if f.lacks(fileIDX) {
		s.useRows(f, used)
	}
	_, ownRows := f.own[fileIDX]
	_, usedRows := used[fileIDX]
	_, isGeneration := redex.ParseGenerationDir(path.Base(f.shown))
	if ownRows || usedRows || isGeneration {
		for _, file := range channelFiles[1:] {
			s.useFile(f, used, file)
		}
	}
	if _, has := f.own[fileManifest]; !has {
		for _, c := range f.copies[fileManifest] {
			if _, is := used[fileManifest]; !is && s.begins(c, "REDM") {
				used[fileManifest] = c
			}
		}
	}
	s.tell(f, used)
}

// useRows uses the copy of idx with the most rows, and the files that were renamed as
// it was.
func (s *copySearch) useRows(f *folderFiles, used map[string]copied) {
	best, score := copied{}, [2]int64{}
	for _, c := range f.copies[fileIDX] {
		if !s.hasRows(c) {
			continue
		}
		alike := int64(0)
		for _, file := range channelFiles[1:] {
			if f.lacks(file) && slices.ContainsFunc(f.copies[file], func(o copied) bool { return o.mark == c.mark }) {
				alike++
			}
		}
		if now := [2]int64{alike, c.size()}; slices.Compare(now[:], score[:]) > 0 {
			best, score = c, now
		}
	}
	if best.real == "" {
		return
	}
	used[fileIDX] = best
	for _, file := range channelFiles[1:] {
		for _, c := range f.copies[file] {
			if f.lacks(file) && c.mark == best.mark && c.size() >= used[file].size() {
				used[file] = c
			}
		}
	}
}

// useFile uses the only copy, or the largest of those with one mark, of a file.
func (s *copySearch) useFile(f *folderFiles, used map[string]copied, file string) {
	if _, is := used[file]; is || !f.lacks(file) || len(f.copies[file]) == 0 {
		return
	}
	largest := slices.MaxFunc(f.copies[file], func(a, b copied) int { return cmp.Compare(a.size(), b.size()) })
	if largest.size() > 0 {
		used[file] = largest
	}
}

// sortDeleted says of files that NFS keeps what they once were, where a folder lacks
// one and what they hold tells.
func (s *copySearch) sortDeleted(f *folderFiles) {
	var lacking []string
	for _, file := range channelFiles {
		if f.lacks(file) && len(f.copies[file]) == 0 {
			lacking = append(lacking, file)
		}
	}
	if len(lacking) != 1 || len(f.deleted) != 1 {
		return
	}
	c := f.deleted[0]
	if is := s.hasRows(c); is == (lacking[0] == fileIDX) && c.size() > 0 {
		f.copies[lacking[0]] = append(f.copies[lacking[0]], c)
		f.deleted = nil
	}
}

// rowsLooked is how many rows are looked at to tell an idx.
const rowsLooked = 64

// maxRowSeq is more than any node counts; text, taken for a number, is larger.
const maxRowSeq = 1 << 48

// hasRows reports whether a file begins as an idx does: its rows count up.
func (s *copySearch) hasRows(c copied) bool {
	b := s.head(c, rowsLooked*redex.RowSize)
	last := uint64(0)
	for i := 0; i+redex.RowSize <= len(b); i += redex.RowSize {
		row := redex.ParseRow(b[i:])
		if row.Seq >= maxRowSeq || i > 0 && row.Seq <= last {
			return false
		}
		last = row.Seq
	}
	return len(b) >= redex.RowSize
}

func (s *copySearch) begins(c copied, magic string) bool {
	return string(s.head(c, len(magic))) == magic
}

// head reads the beginning of a file; what cannot be read is no copy of anything.
func (s *copySearch) head(c copied, n int) []byte {
	b := make([]byte, min(int64(n), c.size()))
	if s.readAt(c.real, b, 0) != nil {
		return nil
	}
	return b
}

func (s *copySearch) readAt(name string, b []byte, off int64) error {
	f, err := s.p.fsys.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was only read
	r, ok := f.(io.ReaderAt)
	if !ok {
		return errNotAt
	}
	if n, err := r.ReadAt(b, off); n < len(b) {
		return cmp.Or(err, io.ErrUnexpectedEOF)
	}
	return nil
}

// tell shows what is used under its old name, hides the rest, and says both.
func (s *copySearch) tell(f *folderFiles, used map[string]copied) {
	var texts []string
	for _, file := range slices.Sorted(maps.Keys(used)) {
		c := used[file]
		name := c.entry.Name()
		if c.mark != "" && slices.Contains(partialFolders[:], c.mark) {
			name = c.mark + "/" + name
		}
		why := "there is no " + file
		if _, has := f.own[file]; has {
			why = file + " is empty"
		}
		texts = append(texts, fmt.Sprintf("%s is used as %s: %s", quoted(name), file, why))
		s.fs.show(f.shown, file, c.real, c.entry)
	}
	if len(texts) > 0 {
		s.x.set.problem(Problem{
			Level: LevelNote, Path: s.folder(f.real), Title: "copies are used in the place of files",
			Detail: strings.Join(texts, "; "),
			Advice: "What is said of opening the folder with a node is so once they have their names again",
		})
	}
	if len(f.own)+len(used) == 0 {
		return // it is no channel
	}
	s.tellBeside(f, used)
}

func (s *copySearch) folder(real string) string { return s.p.folder(real) }

// tellBeside tells of copies that are not used: those that hold nothing that the files do not
// hold, and those that do.
func (s *copySearch) tellBeside(f *folderFiles, used map[string]copied) {
	var same, other []string
	for _, file := range [...]string{fileIDX, fileDAT, fileTS, fileManifest} {
		kept, has := used[file]
		if !has {
			kept, has = f.own[file]
		}
		for _, c := range f.copies[file] {
			if !has || c.real == kept.real {
				continue
			}
			s.fs.hidden[c.real] = true
			if s.holds(kept, c) {
				same = append(same, c.real)
			} else {
				other = append(other, c.real)
			}
		}
	}
	for _, c := range f.deleted {
		s.fs.hidden[c.real] = true
		if c.size() == 0 || slices.ContainsFunc(slices.Collect(maps.Values(f.own)), func(kept copied) bool { return s.holds(kept, c) }) {
			same = append(same, c.real)
		} else {
			other = append(other, c.real)
		}
	}
	s.tellCopies(f.real, same, other)
}

func (s *copySearch) tellCopies(folder string, same, other []string) {
	if len(same) > 0 {
		s.x.set.problem(Problem{
			Level: LevelNote, Path: s.folder(folder), Title: "copies lie beside the files",
			Detail: s.named(folder, same) + "; they hold nothing that the files do not hold",
		})
	}
	if len(other) > 0 {
		s.x.set.problem(Problem{
			Level: LevelWarning, Path: s.folder(folder), Title: "other versions lie beside the files and are not read",
			Detail: s.named(folder, other) + "; what they hold is not the beginning of what the files hold",
			Advice: "To see them, copy those that belong together into a folder of their own and open that",
		})
	}
}

// namedCopies is how many copies are told one by one.
const namedCopies = 12

func (s *copySearch) named(folder string, reals []string) string {
	names := make([]string, len(reals))
	for i, real := range reals {
		names[i] = quoted(strings.TrimPrefix(real, folder+"/"))
	}
	return listed(names, namedCopies)
}

// holds reports whether a copy is the beginning of a file, or all of it. What is too
// much to compare is not.
func (s *copySearch) holds(kept, c copied) bool {
	size := c.size()
	if size > kept.size() || size > s.budget {
		return false
	}
	s.budget -= size
	const chunk = 1 << 20
	a, b := make([]byte, min(size, chunk)), make([]byte, min(size, chunk))
	for off := int64(0); off < size; off += chunk {
		n := min(size-off, chunk)
		if s.readAt(kept.real, a[:n], off) != nil || s.readAt(c.real, b[:n], off) != nil || !bytes.Equal(a[:n], b[:n]) {
			return false
		}
		if s.x.ctx.Err() != nil {
			return false
		}
	}
	return true
}

// settleFolders uses copies of generation directories that are not there, and returns
// as what each copy is shown, "" for those that are not.
func (s *copySearch) settleFolders(f *folderFiles) map[string]string {
	shown := map[string]string{}
	files := map[string]folderFiles{}
	copies := map[string][]fs.DirEntry{}
	for _, folder := range f.folders {
		dir, is := copyOfGeneration(folder.Name())
		if !is {
			continue
		}
		at := path.Join(f.real, folder.Name())
		inside := s.look(at, at)
		if len(inside.own)+len(inside.copies) > 0 {
			copies[dir] = append(copies[dir], folder)
			files[at] = inside
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(copies)) {
		kept := s.look(path.Join(f.real, dir), "")
		if len(kept.own)+len(kept.copies) == 0 {
			best := slices.MaxFunc(copies[dir], func(a, b fs.DirEntry) int {
				rows := func(e fs.DirEntry) int64 { at := files[path.Join(f.real, e.Name())]; return at.own[fileIDX].size() }
				return cmp.Compare(rows(a), rows(b))
			})
			at := path.Join(f.real, best.Name())
			kept = files[at]
			shown[at] = dir
			s.fs.show(f.shown, dir, at, best)
			s.x.set.problem(Problem{
				Level: LevelNote, Path: s.folder(f.real), Title: "copies are used in the place of files",
				Detail: fmt.Sprintf("%s is used as %s: there is no %s", quoted(best.Name()), dir, dir),
				Advice: "What is said of opening the folder with a node is so once they have their names again",
			})
		}
		var same, other []string
		for _, folder := range copies[dir] {
			at := path.Join(f.real, folder.Name())
			if _, is := shown[at]; is {
				continue
			}
			shown[at], s.fs.hidden[at] = "", true
			isSame := true
			for file, c := range files[at].own {
				isSame = isSame && s.holds(kept.own[file], c)
			}
			if isSame {
				same = append(same, at)
			} else {
				other = append(other, at)
			}
		}
		s.tellCopies(f.real, same, other)
	}
	return shown
}
