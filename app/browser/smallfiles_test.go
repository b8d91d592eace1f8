package browser

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
)

// store is made-up small files, and counts how often they are read together.
type store struct {
	files []described
	texts []string
	gone  map[int]bool
	joins int
}

func (s *store) join(files []int) content {
	s.joins++
	var all strings.Builder
	for _, i := range files {
		if s.gone[i] {
			return gone{errors.New("one of them went away")}
		}
		all.WriteString(s.texts[i])
	}
	return text(all.String())
}

func newStore(random *rand.Rand, count, lost int) *store {
	s := &store{gone: map[int]bool{}}
	for i := range count {
		content := strings.Repeat(fmt.Sprintf("%d,", i), random.IntN(40))
		if random.IntN(50) == 0 {
			content = strings.Repeat(fmt.Sprintf("%d,", i), maxSmallBytes/2)
		}
		f := file(fmt.Sprintf("store/%04d/%d", random.IntN(count), i), content)
		if i < lost {
			f.content = gone{errors.New("it went away")}
			s.gone[i] = true
		}
		s.files, s.texts = append(s.files, f), append(s.texts, content)
	}
	return s
}

// However files are read, together or alone, in order or not, all or a part, they are
// what they are; and one that is gone is missing alone.
func TestSmallFilesAreTheirBytes(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 5))
		s := newStore(random, 1+random.IntN(3000), random.IntN(3))
		fsys := newFileFS(s.files, s.join)
		for _, i := range random.Perm(len(s.files))[:min(len(s.files), 300)] {
			f, err := fsys.Open(s.files[i].path)
			if err != nil {
				t.Fatal(err)
			}
			from, to := random.IntN(len(s.texts[i])+1), random.IntN(len(s.texts[i])+1)
			b := make([]byte, max(to-from, 0))
			n, err := f.(io.ReaderAt).ReadAt(b, int64(from))
			switch {
			case s.gone[i] && len(b) > 0:
				if err == nil || err == io.EOF {
					t.Errorf("seed %d: %s is gone and is read: %v", seed, s.files[i].path, err)
				}
			case n != len(b) || err != nil && err != io.EOF || string(b) != s.texts[i][from:max(from, to)]:
				t.Errorf("seed %d: %s from %d: %d of %d bytes, %v", seed, s.files[i].path, from, n, len(b), err)
			}
		}
	}
}

// A store that is read in order takes a read for some hundred files.
func TestSmallFilesAreReadTogether(t *testing.T) {
	s := newStore(rand.New(rand.NewPCG(1, 1)), 10_000, 0)
	fsys := newFileFS(s.files, s.join)
	for range 2 {
		err := fs.WalkDir(fsys, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			_, err = fs.ReadFile(fsys, path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if s.joins > 120 {
		t.Errorf("10,000 files took %d reads", s.joins)
	}
}
