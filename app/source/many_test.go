package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"
	"testing"

	"chainglass/app/synth"
)

// countingFS counts what is asked of a file system that reads small files at once.
type countingFS struct {
	fs.FS
	opens, lists, stats, reads atomic.Int64
}

func (c *countingFS) Open(name string) (fs.File, error) {
	c.opens.Add(1)
	return c.FS.Open(name)
}

func (c *countingFS) Stat(name string) (fs.FileInfo, error) {
	c.stats.Add(1)
	return fs.Stat(c.FS, name)
}

func (c *countingFS) ReadDir(name string) ([]fs.DirEntry, error) {
	c.lists.Add(1)
	return fs.ReadDir(c.FS, name)
}

func (c *countingFS) ReadSmall(name string, most int64) ([]byte, fs.FileInfo, error) {
	c.reads.Add(1)
	info, err := fs.Stat(c.FS, name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > most || info.Size() == 0 {
		return nil, info, err
	}
	content, err := fs.ReadFile(c.FS, name)
	return content, info, err
}

// To find thirty thousand channels of one entry takes no more of a system than to list each
// of their two folders and to read each of their four files once.
func TestSmallChannelsAreReadAtOnce(t *testing.T) {
	const channels = 300
	stored := files{}
	for f := range synth.Blobs(channels, 3) {
		stored["node-1/"+f.Name] = string(f.Content)
	}
	counted := &countingFS{FS: stored.fsys()}
	set, err := Find(context.Background(), counted, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	}()
	if len(set.Chains) != channels || len(set.Problems) > 0 {
		t.Fatalf("%d chains, %v", len(set.Chains), set.Problems)
	}
	const above = 4 // ".", node-1, dataforts, blob; the first of them is described as well
	got := fmt.Sprintf("%d files opened, %d folders listed, %d files described, %d read", counted.opens.Load(), counted.lists.Load(), counted.stats.Load(), counted.reads.Load())
	if want := fmt.Sprintf("0 files opened, %d folders listed, 1 files described, %d read", 2*channels+above, 4*channels); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// countedReads counts the reads of the files of a file system.
type countedReads struct {
	fs.FS
	reads atomic.Int64
}

type countedFile struct {
	fs.File
	of *countedReads
}

func (c *countedReads) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if _, reads := f.(io.ReaderAt); !reads {
		return f, nil
	}
	return &countedFile{f, c}, nil
}

func (f *countedFile) ReadAt(b []byte, off int64) (int, error) {
	f.of.reads.Add(1)
	return f.File.(io.ReaderAt).ReadAt(b, off)
}

// An archive of very many small files is read in large pieces, not file by file.
func TestSmallFilesOfAnArchiveAreReadTogether(t *testing.T) {
	const channels = 300
	var zipped, tarred bytes.Buffer
	z, tw := zip.NewWriter(&zipped), tar.NewWriter(&tarred)
	for f := range synth.Blobs(channels, 3) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: "node-1/" + f.Name, Method: zip.Store})
		must(t, err)
		_, err = w.Write(f.Content)
		must(t, err)
		must(t, tw.WriteHeader(&tar.Header{Name: "node-1/" + f.Name, Mode: 0o644, Size: int64(len(f.Content))}))
		_, err = tw.Write(f.Content)
		must(t, err)
	}
	must(t, z.Close())
	must(t, tw.Close())
	for name, content := range map[string]string{"store.zip": zipped.String(), "store.tar": tarred.String()} {
		t.Run(name, func(t *testing.T) {
			counted := &countedReads{FS: files{name: content}.fsys()}
			set, err := Find(context.Background(), counted, Options{})
			must(t, err)
			defer func() { must(t, set.Close()) }()
			if len(set.Chains) != channels || len(set.Problems) > 0 {
				t.Fatalf("%d chains, %v", len(set.Chains), set.Problems)
			}
			if pieces := int64(len(content)/windowBytes) + 1; counted.reads.Load() > 8*pieces+16 {
				t.Errorf("%d reads of an archive of %d files and %d bytes", counted.reads.Load(), 4*channels, len(content))
			}
		})
	}
}
