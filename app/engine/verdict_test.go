//go:build !js

package engine_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/wire"
)

// failingFS hands out files that cannot be read from an offset on.
type failingFS struct {
	fs.FS
	name string
	from int64
}

var errFails = errors.New("input/output error")

func (f failingFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil || name != f.name {
		return file, err
	}
	return failingFile{file, file.(io.ReaderAt), f.from}, nil
}

type failingFile struct {
	fs.File
	r    io.ReaderAt
	from int64
}

func (f failingFile) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from {
		return 0, errFails
	}
	return f.r.ReadAt(p, off)
}

// A chain that could not be read to its end is damaged, says after how many entries
// and where, and says so once more if it is read again as another kind.
func TestReadingThatStoppedIsDamage(t *testing.T) {
	const records = 60_000
	dir := t.TempDir()
	const name = "n/meshos/actions/v0000000001/dat"
	all := generated(t, dir, records)
	var size int64
	if info, err := fs.Stat(all, name); err == nil {
		size = info.Size()
	}
	e, opened := openAll(t, failingFS{all, name, size / 2})
	c := opened.Chains[0]
	if c.Worst != engine.SeverityDamage || c.Indexed == 0 || c.Indexed >= c.Entries {
		t.Fatalf("%+v", c)
	}
	stopped := 0
	for range 2 {
		findings, err := e.Findings(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if f.Rule == "reading-stopped" {
				stopped++
				if f.Location.PayloadFile != name || f.Location.PayloadOffset > size/2 || !strings.Contains(f.Detail.String(), errFails.Error()) {
					t.Errorf("%+v", f)
				}
			}
			if strings.HasPrefix(f.Rule, "recovery") {
				t.Errorf("what a node would keep is not known: %s", f.Title)
			}
		}
		if _, err := e.SetKind(context.Background(), c.ID, wire.ChainLog); !errors.Is(err, errFails) {
			t.Errorf("reading again: %v", err)
		}
	}
	if stopped != 2 {
		t.Errorf("told %d times, want once for each reading", stopped)
	}
	if p := opened.Problems[len(opened.Problems)-1]; p.Chain != c.ID || p.Severity != engine.SeverityDamage {
		t.Errorf("%+v", p)
	}
}

// What comes from text has no checksum, wherever the product speaks of one.
func TestTextHasNoChecksum(t *testing.T) {
	line := `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`
	for name, text := range map[string]string{
		"lines": line + "\n" + `{"seq":"x","source":"s","reason":"r","recorded_at_ms":5}`,
		"hex":   "0100000000\n0100000000\n",
	} {
		e, opened := openAll(t, fstest.MapFS{"n/x": {Data: []byte(text)}})
		c := opened.Chains[0]
		detail, err := e.Detail(context.Background(), c.ID, 0)
		if err != nil || !detail.Unchecked || !c.Unchecked {
			t.Errorf("%s: %v: %+v", name, err, detail)
		}
		findings, err := e.Findings(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range findings {
			if strings.Contains(f.Detail.String(), "checksum matches") {
				t.Errorf("%s: %s", name, f.Detail)
			}
			if f.Location.PayloadFile != "n/x" || f.Location.PayloadOffset < 0 {
				t.Errorf("%s: not located: %+v", name, f)
			}
		}
	}
	e, opened := openAll(t, generated(t, t.TempDir(), 10))
	if detail, err := e.Detail(context.Background(), opened.Chains[0].ID, 0); err != nil || detail.Unchecked || opened.Chains[0].Unchecked {
		t.Errorf("a channel has checksums: %v", err)
	}
}
