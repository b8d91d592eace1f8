package browser

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// described is one file before it has a place in a tree.
type described struct {
	path       string
	sizeBytes  int64
	modifiedAt time.Time
	content    content
}

// fileFS is a read-only tree of files. Its folders exist because files lie in
// them.
type fileFS struct {
	nodes map[string]*node // by path, "." is the root
	ahead aheadPool
	small smallFiles
	// lists are the file lists it was made of, and helpNumber is what helpers know it
	// by, 0 while they do not.
	lists      fileList //lint:ignore U1000 read in the browser only
	helpNumber int
}

// node is a file or a folder, and its own fs.FileInfo and fs.DirEntry.
type node struct {
	name       string
	sizeBytes  int64
	modifiedAt time.Time
	content    content       // nil for a folder
	children   []fs.DirEntry // of a folder, by name
	batch      *batch        // nil for a file that is read alone
	batchAt    int64         // where it begins in its batch
}

// newFileFS gives every file a place. A path that is taken gets a number, " (2)",
// so that no file is lost whatever the names are. join, if it is not nil, returns the
// content of several of the files, one behind the other.
func newFileFS(files []described, join func(files []int) content) *fileFS {
	f := &fileFS{nodes: map[string]*node{".": {name: "."}}}
	p := placing{fileFS: f, renamed: map[string]string{}, tried: map[string]int{}}
	small := map[string]placed{}
	for i, file := range files {
		path, n := p.add(file)
		if join != nil && n.sizeBytes > 0 && n.sizeBytes <= maxSmallBytes {
			small[path] = placed{n, i}
		}
	}
	f.small.divide(small, join)
	for _, n := range f.nodes {
		slices.SortFunc(n.children, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	}
	return f
}

// placing is a tree that is being filled.
type placing struct {
	*fileFS
	// renamed tells where the folders are that could not have their name.
	renamed map[string]string
	// tried is the last number given to a path, so that a thousand files of one
	// path do not take a million attempts.
	tried map[string]int
}

func (p placing) add(file described) (place string, n *node) {
	above, name := path.Split(cleanPath(file.path))
	folder := p.folder(path.Clean(above))
	n = &node{
		name:       p.freeName(folder, name),
		sizeBytes:  file.sizeBytes,
		modifiedAt: file.modifiedAt,
		content:    file.content,
	}
	p.attach(folder, n)
	return path.Join(folder, n.name), n
}

// folder returns where the folder of that path is. It is made if it is missing
// and renamed if its name is that of a file.
func (p placing) folder(wanted string) string {
	if place, moved := p.renamed[wanted]; moved {
		return place
	}
	if n := p.nodes[wanted]; n != nil && n.IsDir() {
		return wanted
	}
	above, name := path.Split(wanted)
	parent := p.folder(path.Clean(above))
	name = p.freeName(parent, name)
	p.attach(parent, &node{name: name})
	place := path.Join(parent, name)
	if place != wanted {
		p.renamed[wanted] = place
	}
	return place
}

func (p placing) freeName(folder, name string) string {
	full := path.Join(folder, name)
	free := name
	for p.nodes[path.Join(folder, free)] != nil {
		p.tried[full] = max(p.tried[full], 1) + 1
		free = fmt.Sprintf("%s (%d)", name, p.tried[full])
	}
	return free
}

func (f *fileFS) attach(folder string, n *node) {
	f.nodes[path.Join(folder, n.name)] = n
	parent := f.nodes[folder]
	parent.children = append(parent.children, n)
}

// cleanPath makes a path that fs.ValidPath accepts out of any text.
func cleanPath(text string) string {
	var parts []string
	for part := range strings.SplitSeq(strings.ToValidUTF8(text, "\uFFFD"), "/") {
		switch part {
		case "", ".":
		case "..":
			parts = append(parts, "(..)")
		default:
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "unnamed"
	}
	return strings.Join(parts, "/")
}

// Open opens a file or folder. Files are also io.ReaderAt and io.Seeker.
func (f *fileFS) Open(name string) (fs.File, error) {
	n, err := f.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.IsDir() {
		return &openFolder{node: n, path: name}, nil
	}
	return &openFile{
		node:          n,
		SectionReader: io.NewSectionReader(located{f.reader(n), name}, 0, n.sizeBytes),
	}, nil
}

// reader reads a file.
func (f *fileFS) reader(n *node) io.ReaderAt {
	alone := aheadReader{n, &f.ahead}
	if n.batch == nil {
		return alone
	}
	return smallFile{&f.small, n, alone}
}

// sizeBytes returns the size of all files together.
func (f *fileFS) sizeBytes() (sum int64) {
	for _, n := range f.nodes {
		sum += n.sizeBytes
	}
	return sum
}

// ReadAhead begins to read a part of a file, which is about to be read, of files that
// came through a port. It does not wait, and is a hint: nothing is read ahead of other
// file systems, or of more than there is room for.
func ReadAhead(files fs.FS, name string, from, to int64) {
	own, is := files.(*fileFS)
	if !is {
		return
	}
	if n, err := own.find("read", name); err == nil && !n.IsDir() {
		own.ahead.expect(n, from, to)
	}
}

// Stat describes a file without opening it.
func (f *fileFS) Stat(name string) (fs.FileInfo, error) { return f.find("stat", name) }

// ReadDir lists a folder without opening it.
func (f *fileFS) ReadDir(name string) ([]fs.DirEntry, error) {
	n, err := f.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !n.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errNotFolder}
	}
	return slices.Clone(n.children), nil
}

func (f *fileFS) find(op, name string) (*node, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	n, found := f.nodes[name]
	if !found {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return n, nil
}

var (
	errFolder    = errors.New("is a folder")
	errNotFolder = errors.New("is not a folder")
)

// located adds the file's name to what goes wrong while reading it.
type located struct {
	content io.ReaderAt
	path    string
}

func (l located) ReadAt(p []byte, off int64) (int, error) {
	n, err := l.content.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = &fs.PathError{Op: "read", Path: l.path, Err: err}
	}
	return n, err
}

// openFile is an opened file: its size is the one it had when it was given, and
// reading stops there.
type openFile struct {
	*io.SectionReader
	node *node
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *openFile) Close() error               { return nil }

// openFolder is an opened folder and how far it has been listed.
type openFolder struct {
	node   *node
	path   string
	listed int
}

func (d *openFolder) Stat() (fs.FileInfo, error) { return d.node, nil }
func (d *openFolder) Close() error               { return nil }

func (d *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.path, Err: errFolder}
}

// ReadDir lists the next n entries, or all that are left if n is not positive.
func (d *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	left := d.node.children[d.listed:]
	if n > 0 {
		if len(left) == 0 {
			return nil, io.EOF
		}
		left = left[:min(n, len(left))]
	}
	d.listed += len(left)
	return slices.Clone(left), nil
}

func (n *node) Name() string               { return n.name }
func (n *node) Size() int64                { return n.sizeBytes }
func (n *node) ModTime() time.Time         { return n.modifiedAt }
func (n *node) IsDir() bool                { return n.content == nil }
func (n *node) Sys() any                   { return nil }
func (n *node) Info() (fs.FileInfo, error) { return n, nil }
func (n *node) Type() fs.FileMode          { return n.Mode().Type() }

// Mode is read-only: nothing here can be written.
func (n *node) Mode() fs.FileMode {
	if n.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
