//go:build !js

package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"chainglass/app/disk"
	"chainglass/app/output"
	"chainglass/wire/redex"
)

// pathFS shows the files and folders that a command line names as the content
// of one folder, as if they had been dropped together: each under its own name, below
// as many of the folders it lies in as tell it from the others, and a channel folder
// below its parents, which name its channel and its node.
type pathFS struct {
	roots []pathRoot // in the order of the command line
	// twice are sentences about paths that are left out, since they lie in another.
	twice []string
}

// pathRoot is a file or folder of the command line.
type pathRoot struct {
	name string // slash path in the file system
	disk string // as it was given
	tree *disk.Tree
}

// newPathFS returns the file system of paths, all of which must exist.
func newPathFS(paths []string) (*pathFS, error) {
	f := &pathFS{}
	var descriptors disk.Descriptors
	for _, p := range paths {
		tree, err := openPath(&descriptors, p)
		if err != nil {
			return nil, err
		}
		f.roots = append(f.roots, pathRoot{disk: p, tree: tree})
	}
	f.leaveOutTwice()
	return f, f.nameRoots()
}

func openPath(descriptors *disk.Descriptors, p string) (*disk.Tree, error) {
	whole, err := filepath.Abs(p)
	if err != nil {
		return nil, err
	}
	if err := refusePartial(whole); err != nil {
		return nil, err
	}
	return descriptors.Open(p)
}

// leaveOutTwice leaves out what is named twice, or lies in a folder that is named too.
func (f *pathFS) leaveOutTwice() {
	var kept []pathRoot
	for i, r := range f.roots {
		in := slices.IndexFunc(f.roots, func(other pathRoot) bool { return other.tree.Holds(r.tree) && !r.tree.Holds(other.tree) })
		if in < 0 {
			in = slices.IndexFunc(f.roots[:i], func(other pathRoot) bool { return other.tree.Holds(r.tree) })
		}
		if in < 0 {
			kept = append(kept, r)
			continue
		}
		said := fmt.Sprintf("%s lies in %s and is opened with it", r.disk, f.roots[in].disk)
		if r.tree.Holds(f.roots[in].tree) {
			said = fmt.Sprintf("%s is named twice, as %s as well, and is opened once", r.disk, f.roots[in].disk)
		}
		if r.disk == f.roots[in].disk {
			said = r.disk + " is named twice and is opened once"
		}
		f.twice = append(f.twice, said)
	}
	f.roots = kept
}

// nameRoots gives every root its name.
func (f *pathFS) nameRoots() error {
	wholes, segments := make([]string, len(f.roots)), make([]int, len(f.roots))
	for i, r := range f.roots {
		var err error
		if wholes[i], err = filepath.Abs(r.disk); err != nil {
			return err
		}
		segments[i] = segmentsOf(r.tree, wholes[i])
	}
	for lengthened := true; lengthened; {
		lengthened = false
		alike := map[string][]int{}
		for i, whole := range wholes {
			alike[lastSegments(whole, segments[i])] = append(alike[lastSegments(whole, segments[i])], i)
		}
		for name, same := range alike {
			for _, i := range same {
				if len(same) > 1 && lastSegments(wholes[i], segments[i]+1) != name {
					segments[i]++
					lengthened = true
				}
			}
		}
	}
	named := f.roots
	f.roots = nil
	for i, r := range named {
		r.name = f.freeName(lastSegments(wholes[i], segments[i]))
		r.tree.Name = path.Base(r.name)
		f.roots = append(f.roots, r)
	}
	return nil
}

// segmentsOf returns how many segments of the path of a tree say what it is.
func segmentsOf(tree *disk.Tree, whole string) int {
	base := filepath.Base(whole)
	_, isGeneration := redex.ParseGenerationDir(base)
	switch {
	case isChannelFolder(tree) && isGeneration:
		return channelSegments + 1
	case isChannelFolder(tree):
		return channelSegments
	case redex.IsChannelPrefix(base):
		return 2
	}
	return 1
}

// refusePartial refuses a path in an output that was never finished: what is
// there may look whole.
func refusePartial(whole string) error {
	for name := whole; ; name = filepath.Dir(name) {
		if output.IsPartial(filepath.Base(name)) {
			return fmt.Errorf("%s was never finished: the chainglass command that wrote it was stopped; remove it, and run the command again", name)
		}
		if filepath.Dir(name) == name {
			return nil
		}
	}
}

// channelSegments are as many segments of the path of a channel folder as make
// up the node and the usual channel names: node-1/meshos/actions.
const channelSegments = 3

// isChannelFolder reports whether a folder itself, not one below, is a channel.
func isChannelFolder(folder fs.FS) bool {
	c, err := redex.OpenChannel(folder, ".")
	return err == nil && (c.Manifest.Valid() || len(c.Generations) > 0 || c.Flat.IDX.Present)
}

// lastSegments returns the end of a path as a valid slash path.
func lastSegments(whole string, n int) string {
	volume := filepath.VolumeName(whole)
	name := strings.Trim(filepath.ToSlash(whole[len(volume):]), "/")
	segments := strings.Split(strings.ToValidUTF8(name, "_"), "/")
	name = strings.Join(segments[max(len(segments)-n, 0):], "/")
	if !fs.ValidPath(name) {
		return "root"
	}
	return name
}

// freeName makes a name that lies neither above nor below another.
func (f *pathFS) freeName(name string) string {
	first, rest, _ := strings.Cut(name, "/")
	free := name
	for i := 2; slices.ContainsFunc(f.roots, func(r pathRoot) bool { return isAtOrBelow(r.name, free) || isAtOrBelow(free, r.name) }); i++ {
		free = path.Join(fmt.Sprintf("%s (%d)", first, i), rest)
	}
	return free
}

func isAtOrBelow(name, folder string) bool {
	rest, ok := strings.CutPrefix(name, folder)
	return ok && (rest == "" || rest[0] == '/')
}

// Display returns the path on disk of a path in f, for people. What lies inside
// an archive or an export has the path of its file in front.
func (f *pathFS) Display(name string) string {
	for _, r := range f.roots {
		rest, below := strings.CutPrefix(name, r.name)
		if below && (rest == "" || strings.ContainsRune("/!#", rune(rest[0]))) {
			return filepath.Clean(r.disk) + filepath.FromSlash(rest)
		}
	}
	return name
}

// tree returns the tree that a name lies in, and what it is called there; nil for what lies
// above all of them.
func (f *pathFS) tree(name string) (t *disk.Tree, below string) {
	if !fs.ValidPath(name) {
		return nil, ""
	}
	for _, r := range f.roots {
		if name == r.name {
			return r.tree, "."
		}
		if isAtOrBelow(name, r.name) {
			return r.tree, name[len(r.name)+1:]
		}
	}
	return nil, ""
}

// ReadDir implements fs.ReadDirFS.
func (f *pathFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if tree, below := f.tree(name); tree != nil {
		return tree.ReadDir(below)
	}
	file, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	entries, err := file.(*parentFolder).ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, errors.Join(err, file.Close())
}

// ReadSmall implements [redex.SmallFS].
func (f *pathFS) ReadSmall(name string, most int64) (content []byte, info fs.FileInfo, err error) {
	if tree, below := f.tree(name); tree != nil {
		return tree.ReadSmall(below, most)
	}
	info, err = f.Stat(name)
	return nil, info, err
}

// Open implements fs.FS. Files can be read at an offset.
func (f *pathFS) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if tree, below := f.tree(name); tree != nil {
		return tree.Open(below)
	}
	if entries := f.list(name); entries != nil || name == "." {
		return &parentFolder{name: path.Base(name), left: entries}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// Stat implements fs.StatFS: files that are open are looked at often.
func (f *pathFS) Stat(name string) (fs.FileInfo, error) {
	if tree, below := f.tree(name); tree != nil {
		return tree.Stat(below)
	}
	file, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	return info, errors.Join(err, file.Close())
}

// list returns what lies in a folder above the roots.
func (f *pathFS) list(folder string) (entries []fs.DirEntry) {
	listed := map[string]bool{}
	for _, r := range f.roots {
		below := r.name
		if folder != "." {
			if !isAtOrBelow(r.name, folder) {
				continue
			}
			below = r.name[len(folder)+1:]
		}
		name, _, isAbove := strings.Cut(below, "/")
		if listed[name] {
			continue
		}
		listed[name] = true
		if isAbove {
			entries = append(entries, fs.FileInfoToDirEntry(parentInfo(name)))
		} else if info, err := r.tree.Stat("."); err == nil {
			entries = append(entries, fs.FileInfoToDirEntry(namedInfo{info, name}))
		}
	}
	return entries
}

// parentFolder is a folder above the roots.
type parentFolder struct {
	name string
	left []fs.DirEntry
}

// Stat implements fs.File.
func (p *parentFolder) Stat() (fs.FileInfo, error) { return parentInfo(p.name), nil }

// Close implements fs.File.
func (p *parentFolder) Close() error { return nil }

// Read implements fs.File.
func (p *parentFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: p.name, Err: fs.ErrInvalid}
}

// ReadDir implements fs.ReadDirFile.
func (p *parentFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(p.left)
	} else if len(p.left) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(p.left))
	entries := p.left[:n]
	p.left = p.left[n:]
	return entries, nil
}

// namedInfo is a file under another name.
type namedInfo struct {
	fs.FileInfo
	name string
}

// Name implements fs.FileInfo.
func (i namedInfo) Name() string { return i.name }

// Unwrap returns the description by which the file is known again.
func (i namedInfo) Unwrap() fs.FileInfo { return i.FileInfo }

// parentInfo describes a folder above the roots; it is the name of the folder.
type parentInfo string

// Name implements fs.FileInfo.
func (p parentInfo) Name() string { return string(p) }

// Size implements fs.FileInfo.
func (parentInfo) Size() int64 { return 0 }

// Mode implements fs.FileInfo.
func (parentInfo) Mode() fs.FileMode { return fs.ModeDir | 0o555 }

// ModTime implements fs.FileInfo.
func (parentInfo) ModTime() time.Time { return time.Time{} }

// IsDir implements fs.FileInfo.
func (parentInfo) IsDir() bool { return true }

// Sys implements fs.FileInfo.
func (parentInfo) Sys() any { return nil }
