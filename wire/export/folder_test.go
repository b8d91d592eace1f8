package export

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"chainglass/wire"
)

// TestFoldersAreRefused writes what the format does not allow.
func TestFoldersAreRefused(t *testing.T) {
	w, err := NewWriter(&bytes.Buffer{}, testOptions)
	ok(t, err)
	id, err := w.AddChain(chainA)
	ok(t, err)
	for name, try := range map[string]struct {
		err  error
		want error
	}{
		"raw before the folder":  {w.AddRaw(id, 0, 0, []byte("x")), ErrNoFolder},
		"folder of no chain":     {w.AddFolder(9, folderA), ErrUnknownChain},
		"raw of no chain":        {w.AddRaw(9, 0, 0, []byte("x")), ErrUnknownChain},
		"a path that is no text": {w.AddFolder(id, []wire.FolderFile{{Path: "\xff"}}), ErrText},
		"a negative size":        {w.AddFolder(id, []wire.FolderFile{{Size: -1}}), ErrMalformed},
		"too many files":         {w.AddFolder(id, make([]wire.FolderFile, MaxFolderFiles+1)), ErrTooLarge},
		"the folder":             {w.AddFolder(id, folderA), nil},
		"the folder again":       {w.AddFolder(id, folderA), ErrOrder},
		"raw of no file":         {w.AddRaw(id, len(folderA), 0, []byte("x")), ErrNoFolder},
		"raw of nothing":         {w.AddRaw(id, 0, 0, nil), ErrTooLarge},
		"raw of too much":        {w.AddRaw(id, 0, 0, make([]byte, MaxRawBytes+1)), ErrTooLarge},
		"raw at no offset":       {w.AddRaw(id, 0, -1, []byte("x")), ErrTooLarge},
		"raw":                    {w.AddRaw(id, 3, math.MaxInt64-MaxRawBytes, []byte("x")), nil},
	} {
		if !errors.Is(try.err, try.want) {
			t.Errorf("%s: %v, want %v", name, try.err, try.want)
		}
	}
}

// TestMalformedFolders reads lists that no writer makes: the chain stays, the fault
// is told.
func TestMalformedFolders(t *testing.T) {
	twice := []fileBody{{Path: "idx", Part: "idx"}, {Path: "idx", Part: "dat"}}
	part := []fileBody{{Path: "idx", Part: "idx"}, {Path: "dat", Part: "idx"}}
	for name, files := range map[string][]fileBody{
		"a path twice": twice, "a part twice": part, "an unknown part": {{Path: "idx", Part: "rows"}}, "a size beyond all": {{Path: "idx", Size: 1 << 63}},
	} {
		body, err := encodeBody(folderBody{Files: files})
		ok(t, err)
		f, got, err := opened(t, file(t, testOptions, chain(chainA), raw(ItemFolder, []uint64{0}, string(body)), entries(0, run(3)...)))
		ok(t, err)
		if _, listed := f.Folder(0); listed || !has(f.Faults(), ErrMalformed) || got.total() != 3 {
			t.Errorf("%s: listed %v, %v, %d entries", name, listed, f.Faults(), got.total())
		}
	}
}

// TestRawPartsWithoutTheirFolder tells of parts that nothing can be made of.
func TestRawPartsWithoutTheirFolder(t *testing.T) {
	for name, b := range map[string][]byte{
		"no folder": file(t, testOptions, chain(chainA), raw(ItemRaw, []uint64{0, 0, 0, 1}, "x")),
		"no file":   file(t, testOptions, chain(chainA), folder(0, folderA), raw(ItemRaw, []uint64{0, 9, 0, 1}, "x")),
		"no chain":  file(t, testOptions, raw(ItemRaw, []uint64{0, 0, 0, 1}, "x")),
	} {
		for _, cut := range []int{0, 1} {
			f, _, err := opened(t, b[:len(b)-cut])
			ok(t, err)
			if !has(f.Faults(), ErrNoFolder) || has(f.Faults(), ErrUnknownChain) != (name == "no chain") {
				t.Errorf("%s, cut by %d: %v", name, cut, f.Faults())
			}
		}
	}
}

// TestDamagedRawPart reads a part whose bytes have changed: once told, never handed
// out.
func TestDamagedRawPart(t *testing.T) {
	b := everything(t)
	at := bytes.Index(b, rawB.Bytes)
	b[at] ^= 1
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	ok(t, err)
	for range 2 {
		if _, err := f.ReadRaw(f.RawParts(0)[1], nil); !errors.Is(err, ErrChecksum) {
			t.Fatal(err)
		}
		ok(t, f.Verify())
		if n := len(f.Faults()); n != 1 {
			t.Errorf("%d faults: %v", n, f.Faults())
		}
	}
	if got, err := f.ReadRaw(f.RawParts(0)[0], nil); err != nil || !bytes.Equal(got, rawA.Bytes) {
		t.Errorf("the other part: %q, %v", got, err)
	}
}

// TestRawPartFarTooLong has a footer that leaves a gap behind a small raw part: it
// must not be read into memory.
func TestRawPartFarTooLong(t *testing.T) {
	p := RawPart{Length: 1, at: itemRef{typ: ItemRaw, length: 1 << 50}}
	if _, fault := p.read(bytes.NewReader(nil), nil); !errors.Is(fault, ErrTooLarge) {
		t.Errorf("%v", fault)
	}
}
