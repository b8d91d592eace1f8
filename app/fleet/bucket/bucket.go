package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/fileblob" // file:// works everywhere
	"gocloud.dev/gcerrors"
)

const (
	fileScheme = "file"
	// fileOptions make the driver for files write nothing but the files: no temporary ones
	// on other disks, no attributes beside them.
	fileOptions = "?no_tmp_dir=true&metadata=skip"
)

// Bucket is a place in object storage. It is safe for concurrent use.
type Bucket struct {
	place  string
	blobs  *blob.Bucket
	prefix string // of all keys: empty, or a path that ends in a slash
	object string // the key of the one object that the place is, if it is one
	isFile bool
	folder string // of a file URL, on this machine
}

// IsURL reports whether a place is a URL rather than a path of this machine.
func IsURL(place string) bool { return strings.Contains(place, "://") }

// URL returns the URL of a place: its own, or the one of a path of this machine.
func URL(place string) (string, error) {
	if IsURL(place) {
		return place, nil
	}
	whole, err := filepath.Abs(place)
	if err != nil {
		return "", err
	}
	return (&url.URL{Scheme: fileScheme, Path: filepath.ToSlash(whole)}).String(), nil
}

// Name returns what a place is called: the end of its path, or the bucket.
func Name(place string) string {
	u, err := url.Parse(place)
	if err != nil {
		return place
	}
	if name := path.Base(u.Path); name != "." && name != "/" {
		return name
	}
	return u.Host
}

// Open opens the place of a URL, to read what is there.
func Open(ctx context.Context, place string) (*Bucket, error) { return open(ctx, place, false) }

// Create opens the place of a URL, to write there. The folder of a file URL is made if it
// is missing.
func Create(ctx context.Context, place string) (*Bucket, error) { return open(ctx, place, true) }

func open(ctx context.Context, place string, create bool) (*Bucket, error) {
	u, err := url.Parse(place)
	if err != nil || u.Scheme == "" {
		return nil, fmt.Errorf("%s is no URL such as s3://bucket/path", place)
	}
	b := &Bucket{place: place, isFile: u.Scheme == fileScheme}
	of := *u
	if b.isFile {
		err = b.locateFile(&of, create)
	} else {
		of.Path = ""
		if b.prefix = strings.Trim(path.Clean("/"+u.Path), "/"); b.prefix != "" {
			b.prefix += "/"
		}
	}
	if err != nil {
		return nil, err
	}
	if b.blobs, err = blob.OpenBucket(ctx, of.String()); err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	if !b.isFile && !create {
		if err := b.locateObject(ctx); err != nil {
			return nil, errors.Join(err, b.Close())
		}
	}
	return b, nil
}

// locateFile makes of a file URL that of its folder.
func (b *Bucket) locateFile(of *url.URL, create bool) error {
	of.RawQuery = fileOptions[1:]
	name := filepath.FromSlash(of.Path)
	info, err := os.Stat(name)
	switch {
	case create && errors.Is(err, os.ErrNotExist):
		b.folder = name
		return os.MkdirAll(name, 0o777)
	case err != nil:
		return err
	case create && !info.IsDir():
		return fmt.Errorf("%s is a file; name a folder", b.place)
	case !info.IsDir():
		of.Path, b.object = path.Dir(of.Path), path.Base(of.Path)
	}
	b.folder = filepath.FromSlash(of.Path)
	return nil
}

// locateObject finds out whether the place is an object itself.
func (b *Bucket) locateObject(ctx context.Context) error {
	if b.prefix == "" {
		return nil
	}
	key := strings.TrimSuffix(b.prefix, "/")
	is, err := b.blobs.Exists(ctx, key)
	if err != nil {
		return fmt.Errorf("%s: %w", b.place, err)
	}
	if is {
		b.prefix, b.object = strings.TrimSuffix(key, path.Base(key)), key
	}
	return nil
}

// Close ends the use of the place.
func (b *Bucket) Close() error { return b.blobs.Close() }

// Write makes the object of a name below the place: what write writes, in place of one
// that is there. If write fails, or ctx ends, the object is as it was before.
func (b *Bucket) Write(ctx context.Context, name string, write func(io.Writer) error) (err error) {
	if b.isFile {
		if err := writeFile(ctx, filepath.Join(b.folder, filepath.FromSlash(name)), write); err != nil {
			return b.failed(name, err)
		}
		return nil
	}
	ctx, abandon := context.WithCancel(ctx)
	defer abandon()
	w, err := b.blobs.NewWriter(ctx, b.prefix+name, nil)
	if err != nil {
		return b.failed(name, err)
	}
	if err = write(w); err != nil {
		// A writer whose context has ended drops what it was given.
		abandon()
		_ = w.Close()
		return b.failed(name, err)
	}
	if err = w.Close(); err != nil {
		return b.failed(name, err)
	}
	return nil
}

// Remove removes the object of a name below the place, if there is one.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	err := b.blobs.Delete(ctx, b.prefix+name)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return err
}

// failed is the error of an object that was not written.
func (b *Bucket) failed(name string, err error) error {
	return fmt.Errorf("%s: %w; it was not written", b.Display(name), err)
}

// Display returns the URL of a name below the place, for people.
func (b *Bucket) Display(name string) string {
	place, query, _ := strings.Cut(b.place, "?")
	if b.object != "" || name == "." {
		name = ""
	}
	place = strings.TrimSuffix(place, "/")
	if name != "" {
		place += "/" + name
	}
	if query != "" {
		place += "?" + query
	}
	return place
}
