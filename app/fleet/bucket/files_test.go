package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	_ "gocloud.dev/blob/s3blob"

	"chainglass/wire/redex"
)

// server is an S3 server of its own, in this process, and counts what it is asked.
type server struct {
	url      string
	requests atomic.Int64
}

func newServer(t *testing.T) *server {
	s := &server{}
	handler := gofakes3.New(s3mem.New()).Server()
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests.Add(1)
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(h.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "x")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "x")
	s.url = "?region=x&use_path_style=true&disable_https=true&endpoint=" + h.URL
	request, err := http.NewRequest(http.MethodPut, h.URL+"/fleet", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	return s
}

// places are a folder and a part of an S3 bucket.
func places(t *testing.T, check func(t *testing.T, url string, requests func() int64)) {
	t.Run("file", func(t *testing.T) {
		check(t, "file://"+t.TempDir(), func() int64 { return 0 })
	})
	t.Run("s3", func(t *testing.T) {
		s := newServer(t)
		check(t, "s3://fleet/a/b"+s.url, s.requests.Load)
	})
}

// create returns a place with files of random content in it.
func create(t *testing.T, url string, sizes map[string]int) (*Bucket, map[string][]byte) {
	t.Helper()
	b, err := Create(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	r := rand.NewChaCha8([32]byte{1})
	files := map[string][]byte{}
	for name, size := range sizes {
		content := make([]byte, size)
		if _, err := r.Read(content); err != nil {
			t.Fatal(err)
		}
		files[name] = content
		write(t, b, name, content)
	}
	return b, files
}

func write(t *testing.T, b *Bucket, name string, content []byte) {
	t.Helper()
	if err := b.Write(t.Context(), name, func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
		t.Fatal(err)
	}
}

// What is written is a file system as io/fs defines one, and reads at random places give
// what is there, from several goroutines at the same time.
func TestFilesAtOnce(t *testing.T) {
	places(t, func(t *testing.T, url string, _ func() int64) {
		_, want := create(t, url, map[string]int{"n1/log/v0000000000/idx": 20, "n1/log/v0000000000/dat": 3 << 20, "n2/x": 0, "y": smallBytes, "z~1": smallBytes + 1})
		b, err := Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		files := b.Files(t.Context())
		if err := fstest.TestFS(files, "n1/log/v0000000000/idx", "n1/log/v0000000000/dat", "n2/x", "y", "z~1"); err != nil {
			t.Fatal(err)
		}
		t.Run("reads", func(t *testing.T) {
			for seed := range uint64(4) {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					t.Parallel()
					readAtRandom(t, files, want, rand.New(rand.NewPCG(seed, 1)))
				})
			}
		})
	})
}

func readAtRandom(t *testing.T, files *Files, want map[string][]byte, r *rand.Rand) {
	for name, content := range want {
		f, err := files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			off, n := r.IntN(len(content)+10), r.IntN(1<<r.IntN(20))
			got := make([]byte, n)
			read, err := f.(io.ReaderAt).ReadAt(got, int64(off))
			end := min(off+n, len(content))
			if read != max(end-off, 0) || (err == nil) != (read == n) || read > 0 && !bytes.Equal(got[:read], content[off:end]) {
				t.Errorf("%s: %d bytes at %d: %d, %v", name, n, off, read, err)
			}
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A file that is read from front to back takes a request for each 8 MiB, and what describes
// files takes none besides the list.
func TestFewRequests(t *testing.T) {
	s := newServer(t)
	url := "s3://fleet/big" + s.url
	sizes := map[string]int{"dat": 20 << 20}
	for i := range 300 {
		sizes[fmt.Sprintf("node-%d/log/idx", i)] = 20
	}
	create(t, url, sizes)
	b, err := Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	files := b.Files(t.Context())
	before := s.requests.Load()
	if err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil {
			_, err = fs.Stat(files, name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if n := s.requests.Load() - before; n != 1 {
		t.Errorf("%d requests to describe 301 files", n)
	}
	before = s.requests.Load()
	f, err := files.Open("dat")
	if err != nil {
		t.Fatal(err)
	}
	piece := make([]byte, 100_000)
	for off := int64(0); off < 20<<20; off += int64(len(piece)) {
		if _, err := f.(io.ReaderAt).ReadAt(piece, off); err != nil && err != io.EOF {
			t.Fatal(err)
		}
	}
	if n := s.requests.Load() - before; n != 4 {
		t.Errorf("%d requests for 20 MiB", n)
	}
}

// One object, by its own URL.
func TestOneObject(t *testing.T) {
	places(t, func(t *testing.T, url string, _ func() int64) {
		_, want := create(t, url, map[string]int{"incident.chain": 5000, "incident.chain.old": 10})
		place, query, _ := strings.Cut(url, "?")
		if query != "" {
			query = "?" + query
		}
		b, err := Open(t.Context(), place+"/incident.chain"+query)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		files := b.Files(t.Context())
		entries, err := fs.ReadDir(files, ".")
		if err != nil || len(entries) != 1 {
			t.Fatal(entries, err)
		}
		if got, err := fs.ReadFile(files, "incident.chain"); err != nil || !bytes.Equal(got, want["incident.chain"]) {
			t.Error(len(got), err)
		}
	})
}

// An object that was replaced since it was listed is not read as the one that was listed.
func TestReplacedObject(t *testing.T) {
	places(t, func(t *testing.T, url string, _ func() int64) {
		b, _ := create(t, url, map[string]int{"dat": 3 << 20})
		files := b.Files(t.Context())
		f, err := files.Open("dat")
		if err != nil {
			t.Fatal(err)
		}
		one := make([]byte, 1)
		if _, err := f.(io.ReaderAt).ReadAt(one, 0); err != nil {
			t.Fatal(err)
		}
		write(t, b, "dat", make([]byte, 3<<20+1))
		if _, err := f.(io.ReaderAt).ReadAt(one, 2<<20); !errors.Is(err, redex.ErrChanged) {
			t.Error(err)
		}
	})
}

// A write that fails, or is given up, leaves the object as it was.
func TestFailedWrite(t *testing.T) {
	places(t, func(t *testing.T, url string, _ func() int64) {
		b, want := create(t, url, map[string]int{"d/table.parquet": 100})
		broken := errors.New("broken")
		for _, name := range []string{"d/table.parquet", "d/new.parquet"} {
			err := b.Write(t.Context(), name, func(w io.Writer) error {
				_, err := w.Write(make([]byte, 6<<20))
				return errors.Join(err, broken)
			})
			if !errors.Is(err, broken) {
				t.Error(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			err = b.Write(ctx, name, func(w io.Writer) error {
				stop()
				_, err := w.Write(make([]byte, 6<<20))
				return err
			})
			if err == nil {
				t.Error("a write whose context ended succeeded")
			}
		}
		files := b.Files(t.Context())
		entries, err := fs.ReadDir(files, "d")
		if err != nil || len(entries) != 1 {
			t.Error(entries, err)
		}
		if got, err := fs.ReadFile(files, "d/table.parquet"); err != nil || !bytes.Equal(got, want["d/table.parquet"]) {
			t.Error(len(got), err)
		}
	})
}

// Keys that are no paths are left out, named and counted; files with credentials are not
// opened.
func TestKeysThatAreNoPaths(t *testing.T) {
	s := newServer(t)
	b, _ := create(t, "s3://fleet/k"+s.url, map[string]int{"good/idx": 1, "a//b": 2, "..": 3, "good/idx/below": 4, "folder/": 0, "n/control.json": 5})
	files := b.Files(t.Context())
	names, err := fs.Glob(files, "*/*")
	if err != nil || fmt.Sprint(names) != "[good/idx n/control.json]" {
		t.Error(names, err)
	}
	if skipped, count := files.Skipped(); count != 3 || len(skipped) != 3 {
		t.Error(skipped, count)
	}
	if _, err := files.Open("n/control.json"); err == nil || !strings.Contains(err.Error(), "credentials") {
		t.Error(err)
	}
}

// A folder that is written to has no file under a name before it is whole.
func TestPartialFilesHaveOtherNames(t *testing.T) {
	folder := t.TempDir()
	b, err := Create(t.Context(), "file://"+folder)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	err = b.Write(t.Context(), "x/a.parquet", func(w io.Writer) error {
		if found, err := filepath.Glob(filepath.Join(folder, "*/*.parquet")); len(found) > 0 || err != nil {
			t.Error(found, err)
		}
		_, err := w.Write([]byte("x"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(folder, "x/a.parquet")); err != nil || info.Size() != 1 || time.Since(info.ModTime()) > time.Hour {
		t.Error(info, err)
	}
}
