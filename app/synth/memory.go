package synth

import (
	"bytes"
	"io"
	"io/fs"
	"maps"
	"slices"
	"time"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// Folder returns the folder of a channel with that many records of a node, in
// memory. Its files are io.ReaderAt.
func Folder(seed uint64, records int) fs.FS {
	n := NewNode(seed)
	var idx, dat, ts []byte
	for seq := range records {
		r := n.Next()
		start := len(dat)
		dat = wire.AppendRecord(dat, &r)
		idx = redex.AppendRow(idx, redex.HeapRow(uint64(seq), uint32(start), dat[start:]))
		ts = redex.AppendTS(ts, n.AppendedAtNS())
	}
	return folder{
		"manifest": redex.AppendManifest(nil, redex.FirstGeneration),
		redex.GenerationDir(redex.FirstGeneration): folder{"idx": idx, "dat": dat, "ts": ts},
	}
}

// folder holds files ([]byte) and folders by name.
type folder map[string]any

// Open implements [fs.FS].
func (f folder) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if name == "." {
		return &opened{name: ".", folder: f}, nil
	}
	first, rest, deeper := cutPath(name)
	switch entry := f[first].(type) {
	case folder:
		if deeper {
			return entry.Open(rest)
		}
		return &opened{name: first, folder: entry}, nil
	case []byte:
		if !deeper {
			return &opened{name: first, Reader: bytes.NewReader(entry)}, nil
		}
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

func cutPath(name string) (first, rest string, deeper bool) {
	for i := range len(name) {
		if name[i] == '/' {
			return name[:i], name[i+1:], true
		}
	}
	return name, "", false
}

// opened is an open file or folder, and its own fs.FileInfo and fs.DirEntry.
type opened struct {
	name   string
	folder folder
	listed int // entries of the folder that ReadDir has returned
	*bytes.Reader
}

func (o *opened) Stat() (fs.FileInfo, error) { return o, nil }
func (o *opened) Close() error               { return nil }
func (o *opened) Name() string               { return o.name }
func (o *opened) IsDir() bool                { return o.folder != nil }
func (o *opened) Type() fs.FileMode          { return o.Mode().Type() }
func (o *opened) Info() (fs.FileInfo, error) { return o, nil }
func (o *opened) ModTime() time.Time         { return time.Time{} }
func (o *opened) Sys() any                   { return nil }

func (o *opened) Mode() fs.FileMode {
	if o.IsDir() {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

func (o *opened) Size() int64 {
	if o.IsDir() {
		return 0
	}
	return o.Reader.Size()
}

func (o *opened) Read(p []byte) (int, error) {
	if o.IsDir() {
		return 0, &fs.PathError{Op: "read", Path: o.name, Err: fs.ErrInvalid}
	}
	return o.Reader.Read(p)
}

// ReadDir implements [fs.ReadDirFile].
func (o *opened) ReadDir(n int) ([]fs.DirEntry, error) {
	names := slices.Sorted(maps.Keys(o.folder))[o.listed:]
	if n > 0 && len(names) == 0 {
		return nil, io.EOF
	}
	if n > 0 && len(names) > n {
		names = names[:n]
	}
	o.listed += len(names)
	entries := make([]fs.DirEntry, 0, len(names))
	for _, name := range names {
		entry, err := o.folder.Open(name)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry.(*opened))
	}
	return entries, nil
}
