package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"gocloud.dev/blob"

	"chainglass/app/source"
)

const (
	// MaxKeys is how many objects of a place are listed. A list takes some 300 bytes of
	// memory a key.
	MaxKeys = 4_000_000
	// filePageKeys is how many keys of a folder are listed at a time: its driver walks the
	// whole folder for each page.
	filePageKeys = MaxKeys
	pageKeys     = 1000
	// maxSkipped is how many keys that are left out are named.
	maxSkipped = 100
)

// Files is what lies below a place, as a file system. Its files are io.ReaderAt. It is
// safe for concurrent use. What is in a folder is that of the time at which the folder, or
// one above it, was first asked for.
type Files struct {
	ctx    context.Context
	bucket *Bucket
	ahead  *pool

	mu      sync.Mutex
	folders map[string]*folder // "." and all below it that are known
	whole   map[string]bool    // folders of which all below is known
	keys    int
	skipped []string
	more    int // keys left out beyond those in skipped
}

// folder is what lies in one folder.
type folder struct {
	folders map[string]bool
	objects map[string]object
	sorted  []fs.DirEntry // made when it is asked for
}

// object is an object as it was listed.
type object struct {
	size     int64
	modified time.Time
}

// Files returns what lies below the place. All requests end with ctx.
func (b *Bucket) Files(ctx context.Context) *Files {
	return &Files{ctx: ctx, bucket: b, ahead: newPool(), folders: map[string]*folder{".": newFolder()}, whole: map[string]bool{}}
}

func newFolder() *folder { return &folder{folders: map[string]bool{}, objects: map[string]object{}} }

// Skipped names keys that are left out because they are no paths, or lead through an
// object, and counts all of them.
func (f *Files) Skipped() (names []string, count int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.skipped), len(f.skipped) + f.more
}

// list makes sure that all below a folder is known.
func (f *Files) list(name string) error {
	for up := name; ; up = path.Dir(up) {
		if f.whole[up] {
			return nil
		}
		if up == "." {
			break
		}
	}
	prefix := f.bucket.prefix
	if f.bucket.object != "" {
		prefix = f.bucket.object
	} else if name != "." {
		prefix += name + "/"
	}
	size, token := pageKeys, blob.FirstPageToken
	if f.bucket.isFile {
		size = filePageKeys
	}
	for len(token) > 0 {
		page, next, err := f.bucket.blobs.ListPage(f.ctx, token, size, &blob.ListOptions{Prefix: prefix})
		if err != nil {
			return err
		}
		for _, o := range page {
			f.add(o)
		}
		if f.keys > MaxKeys {
			return fmt.Errorf("more than %d objects; name a part of them", MaxKeys)
		}
		token = next
	}
	f.whole[name] = true
	return nil
}

// add adds a listed object, and the folders that its key names.
func (f *Files) add(o *blob.ListObject) {
	name := strings.TrimPrefix(o.Key, f.bucket.prefix)
	if f.bucket.object != "" {
		if o.Key != f.bucket.object {
			return
		}
		name = path.Base(o.Key)
	}
	f.keys++
	if strings.HasSuffix(name, "/") && o.Size == 0 {
		return // the mark that some programs leave for an empty folder
	}
	if !fs.ValidPath(name) || name == "." {
		f.skip(o.Key)
		return
	}
	up, base := path.Split(name)
	in := f.folder(strings.TrimSuffix(up, "/"))
	if in == nil || in.folders[base] {
		f.skip(o.Key)
		return
	}
	in.objects[base], in.sorted = object{o.Size, o.ModTime}, nil
}

func (f *Files) skip(key string) {
	if len(f.skipped) < maxSkipped {
		f.skipped = append(f.skipped, key)
		return
	}
	f.more++
}

// folder returns a folder, which is made if it is missing; nil if there is an object on
// the way.
func (f *Files) folder(name string) *folder {
	if name == "" {
		name = "."
	}
	if in := f.folders[name]; in != nil {
		return in
	}
	up := f.folder(strings.TrimSuffix(strings.TrimSuffix(name, path.Base(name)), "/"))
	if up == nil {
		return nil
	}
	if _, is := up.objects[path.Base(name)]; is {
		return nil
	}
	up.folders[path.Base(name)], up.sorted = true, nil
	in := newFolder()
	f.folders[name] = in
	return in
}

// find returns the description of a name, and what is in it if it is a folder.
func (f *Files) find(name string) (*info, []fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, nil, fs.ErrInvalid
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.list(path.Dir(name)); err != nil {
		return nil, nil, err
	}
	if in := f.folders[name]; in != nil {
		if err := f.list(name); err != nil {
			return nil, nil, err
		}
		return &info{name: path.Base(name), folder: true}, in.entries(), nil
	}
	if up := f.folders[path.Dir(name)]; up != nil {
		if o, is := up.objects[path.Base(name)]; is {
			return &info{name: path.Base(name), object: o}, nil, nil
		}
	}
	return nil, nil, fs.ErrNotExist
}

// entries returns what is in a folder, by name.
func (d *folder) entries() []fs.DirEntry {
	if d.sorted == nil {
		for name := range d.folders {
			d.sorted = append(d.sorted, fs.FileInfoToDirEntry(&info{name: name, folder: true}))
		}
		for name, o := range d.objects {
			d.sorted = append(d.sorted, fs.FileInfoToDirEntry(&info{name: name, object: o}))
		}
		slices.SortFunc(d.sorted, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
	return slices.Clone(d.sorted)
}

// Stat implements fs.StatFS.
func (f *Files) Stat(name string) (fs.FileInfo, error) {
	i, _, err := f.find(name)
	if err == nil && !i.folder && source.IsCredential(i.name) {
		err = source.RefuseCredential(f.bucket.Display(name))
	}
	if err != nil {
		return nil, f.located("stat", name, err)
	}
	return i, nil
}

// ReadDir implements fs.ReadDirFS.
func (f *Files) ReadDir(name string) ([]fs.DirEntry, error) {
	i, entries, err := f.find(name)
	if err == nil && !i.folder {
		err = errors.New("it is an object, not a folder")
	}
	if err != nil {
		return nil, f.located("list", name, err)
	}
	return entries, nil
}

// Open implements fs.FS. It makes no request.
func (f *Files) Open(name string) (fs.File, error) {
	i, entries, err := f.find(name)
	if err == nil && !i.folder && source.IsCredential(i.name) {
		err = source.RefuseCredential(f.bucket.Display(name))
	}
	if err != nil {
		return nil, f.located("open", name, err)
	}
	if i.folder {
		return &openFolder{info: i, left: entries}, nil
	}
	key := f.bucket.prefix + name
	if f.bucket.object != "" {
		key = f.bucket.object
	}
	return &file{info: i, files: f, name: name, key: key}, nil
}

// located gives an error the place that people know.
func (f *Files) located(op, name string, err error) error {
	var refused *source.RefusedError
	if errors.As(err, &refused) {
		return err
	}
	return &fs.PathError{Op: op, Path: f.bucket.Display(name), Err: err}
}

// info describes a file or a folder.
type info struct {
	name   string
	folder bool
	object
}

// Name implements fs.FileInfo.
func (i *info) Name() string { return i.name }

// Size implements fs.FileInfo.
func (i *info) Size() int64 { return i.size }

// Mode implements fs.FileInfo.
func (i *info) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// ModTime implements fs.FileInfo.
func (i *info) ModTime() time.Time { return i.modified }

// IsDir implements fs.FileInfo.
func (i *info) IsDir() bool { return i.folder }

// Sys implements fs.FileInfo.
func (i *info) Sys() any { return nil }

// openFolder is an open folder.
type openFolder struct {
	*info
	left []fs.DirEntry
}

// Stat implements fs.File.
func (d *openFolder) Stat() (fs.FileInfo, error) { return d.info, nil }

// Close implements fs.File.
func (d *openFolder) Close() error { return nil }

// Read implements fs.File.
func (d *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: fs.ErrInvalid}
}

// ReadDir implements fs.ReadDirFile.
func (d *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(d.left) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(d.left) {
		n = len(d.left)
	}
	entries := d.left[:n]
	d.left = d.left[n:]
	return entries, nil
}
