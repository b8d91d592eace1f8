package command

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"

	"chainglass/app/disk"
	"chainglass/app/fleet/bucket"
	"chainglass/app/source"
)

// place is a path or a URL that is read.
type place struct {
	name    string // as it was given
	label   string // what its chains belong to if no folder names a node
	files   fs.FS
	bucket  *bucket.Bucket // nil for a path
	listing *bucket.Files
	isFile  bool
	closer  io.Closer // of a file, or nil
}

// openPlace opens a path or a URL.
func openPlace(ctx context.Context, name string) (*place, error) {
	p := &place{name: name, label: bucket.Name(name)}
	if !bucket.IsURL(name) {
		tree, err := disk.Open(name)
		if err != nil {
			return nil, err
		}
		return p, p.openTree(tree)
	}
	b, err := bucket.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	p.bucket, p.listing = b, b.Files(ctx)
	p.files = p.listing
	return p, nil
}

// openTree opens a folder or a file of this machine.
func (p *place) openTree(tree *disk.Tree) error {
	p.files, p.label = tree, tree.Name
	f, err := tree.Open(".")
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if content, is := f.(io.ReaderAt); err == nil && is && !info.IsDir() {
		p.files, p.label, p.isFile = source.OneFile(tree.Name, content, info.Size()), "", true
		p.closer = f
		return nil
	}
	return errors.Join(err, f.Close())
}

// display returns a path inside the place, for people.
func (p *place) display(name string) string {
	if p.bucket != nil {
		return p.bucket.Display(name)
	}
	switch {
	case name == "." || name == "":
		return p.name
	case p.isFile:
		return filepath.Join(filepath.Dir(p.name), name)
	}
	return filepath.Join(p.name, name)
}

// tellSkipped says which objects were left out by their names.
func (p *place) tellSkipped(c *console) {
	if p.listing == nil {
		return
	}
	names, count := p.listing.Skipped()
	for _, name := range names {
		c.incompletef("%s: the object %q is left out: its name is no path, or leads through another object", p.name, name)
	}
	if more := count - len(names); more > 0 {
		c.incompletef("%s: %d more objects are left out", p.name, more)
	}
}

func (p *place) close() error {
	switch {
	case p.bucket != nil:
		return p.bucket.Close()
	case p.closer != nil:
		return p.closer.Close()
	}
	return nil
}
