package source

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// tree is a read-only file system made of pieces of other files. Its files are
// io.ReaderAt.
type tree struct{ root node }

// node is a file, or a folder if it has no content.
type node struct {
	name     string
	content  io.ReaderAt
	size     int64
	modified time.Time
	children map[string]*node
}

var errNameTaken = errors.New("the name is taken by a folder or by a file above it")

func newTree() *tree { return &tree{root: node{name: "."}} }

// add puts a file at name, a valid path that nothing has yet.
func (t *tree) add(name string, content io.ReaderAt, size int64, modified time.Time) error {
	_, err := t.put(name, &node{content: content, size: size, modified: modified}, func() error { return nil })
	return err
}

// put puts a file at name, a valid path. countFolder is asked before each folder
// that has to be made above it. It returns the file that was there.
func (t *tree) put(name string, file *node, countFolder func() error) (replaced *node, err error) {
	dir := &t.root
	folders, base := path.Split(name)
	for segment := range strings.SplitSeq(strings.TrimSuffix(folders, "/"), "/") {
		if segment == "" {
			continue
		}
		if dir, err = dir.folder(segment, countFolder); err != nil {
			return nil, err
		}
	}
	old := dir.children[base]
	if old != nil && old.IsDir() {
		return nil, errNameTaken
	}
	file.name = base
	dir.put(file)
	return old, nil
}

func (n *node) folder(name string, countFolder func() error) (*node, error) {
	if child := n.children[name]; child != nil {
		if !child.IsDir() {
			return nil, errNameTaken
		}
		return child, nil
	}
	if err := countFolder(); err != nil {
		return nil, err
	}
	child := &node{name: name}
	n.put(child)
	return child, nil
}

func (n *node) put(child *node) {
	if n.children == nil {
		n.children = map[string]*node{}
	}
	n.children[child.name] = child
}

// find returns the node at name, or nil.
func (t *tree) find(name string) *node {
	n := &t.root
	if name == "." {
		return n
	}
	for segment := range strings.SplitSeq(name, "/") {
		if n = n.children[segment]; n == nil {
			return nil
		}
	}
	return n
}

// Open implements fs.FS.
func (t *tree) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	n := t.find(name)
	if n == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if n.IsDir() {
		return &openFolder{node: n, entries: n.list()}, nil
	}
	return &openFile{node: n, SectionReader: io.NewSectionReader(n.content, 0, n.size)}, nil
}

func (n *node) list() []fs.DirEntry {
	entries := make([]fs.DirEntry, 0, len(n.children))
	for _, child := range n.children {
		entries = append(entries, child)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries
}

// smallBytes bounds what is kept of small files of archives, over one search.
const smallBytes = 64 << 20

// smallContent is the content of a small file that has been read: of tens of thousands to
// read each again takes longer than all else.
type smallContent struct{ bytes []byte }

// ReadAt implements io.ReaderAt.
func (s *smallContent) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(s.bytes)) {
		return 0, io.EOF
	}
	n := copy(p, s.bytes[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// ReadSmall implements [redex.SmallFS]. Nobody changes what it returns.
func (t *tree) ReadSmall(name string, most int64) (content []byte, info fs.FileInfo, err error) {
	info, err = fs.Stat(t, name)
	if n, is := info.(*node); err == nil && is && n.size <= most {
		if small, is := n.content.(*smallContent); is {
			content = slices.Clip(small.bytes)
		}
	}
	return content, info, err
}

// A node is its own fs.FileInfo and fs.DirEntry.

// Name implements fs.FileInfo and fs.DirEntry.
func (n *node) Name() string { return n.name }

// Size implements fs.FileInfo.
func (n *node) Size() int64 { return n.size }

// ModTime implements fs.FileInfo.
func (n *node) ModTime() time.Time { return n.modified }

// IsDir implements fs.FileInfo and fs.DirEntry.
func (n *node) IsDir() bool { return n.content == nil }

// Sys implements fs.FileInfo.
func (n *node) Sys() any { return nil }

// Type implements fs.DirEntry.
func (n *node) Type() fs.FileMode { return n.Mode().Type() }

// Info implements fs.DirEntry.
func (n *node) Info() (fs.FileInfo, error) { return n, nil }

// Mode implements fs.FileInfo.
func (n *node) Mode() fs.FileMode {
	if n.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// openFile is a file of a tree; it reads at offsets through its section.
type openFile struct {
	*io.SectionReader
	node *node
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *openFile) Close() error               { return nil }

type openFolder struct {
	node    *node
	entries []fs.DirEntry // not handed out yet
}

func (f *openFolder) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *openFolder) Close() error               { return nil }

func (f *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.node.name, Err: errors.New("is a folder")}
}

// ReadDir implements fs.ReadDirFile.
func (f *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.entries) {
		n = len(f.entries)
	}
	entries := f.entries[:n]
	f.entries = f.entries[n:]
	return entries, nil
}
