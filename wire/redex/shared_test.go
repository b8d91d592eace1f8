package redex_test

import (
	"bytes"
	"io"
	"io/fs"
	"math/rand/v2"
	"testing"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// countingFS counts the bytes that are read from its files.
type countingFS struct {
	fs.FS
	read *int64
}

func (c countingFS) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if r, ok := f.(io.ReaderAt); ok && err == nil {
		return countingFile{f, r, c.read}, nil
	}
	return f, err
}

type countingFile struct {
	fs.File
	io.ReaderAt
	read *int64
}

func (f countingFile) ReadAt(p []byte, off int64) (int, error) {
	*f.read += int64(len(p))
	return f.ReaderAt.ReadAt(p, off)
}

// Any number of rows may name one payload: it is read and hashed once a block, also where
// it is too large to be handed out.
func TestAPayloadOfManyRowsIsReadOnce(t *testing.T) {
	const rows = 20_000
	for name, size := range map[string]int{"large": 1 << 20, "too large": redex.MaxPayloadBytes + 1} {
		t.Run(name, func(t *testing.T) {
			payload := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
			good := redex.HeapRow(0, 0, payload)
			bad := good
			bad.FlagsAndChecksum ^= 1
			var idx []byte
			for i := range rows {
				row := good
				if i%3 == 1 {
					row = bad
				}
				row.Seq = uint64(i)
				idx = redex.AppendRow(idx, row)
			}
			var read int64
			files := folder{"idx": idx, "dat": payload}
			channel, err := redex.OpenChannel(countingFS{files.fs("."), &read}, ".")
			must(t, err)
			g, err := channel.OpenGeneration(redex.FlatGeneration)
			must(t, err)
			var b wire.Block
			blocks := 0
			for pos := 0; pos < g.Len(); pos += len(b.Entries) {
				must(t, g.ReadBlock(pos, &b))
				if blocks++; blocks > 3 {
					t.Fatalf("%d blocks for %d entries", blocks, pos)
				}
				for i, e := range b.Entries {
					want := wire.EntryOK
					switch {
					case (pos+i)%3 == 1:
						want = wire.EntryBadChecksum
					case size > redex.MaxPayloadBytes:
						want = wire.EntryTooLarge
					}
					if e.Status != want || want == wire.EntryOK && !bytes.Equal(e.Payload, payload) {
						t.Fatalf("entry %d is %v", pos+i, e.Status)
					}
				}
			}
			if most := int64(3*size + 2*len(idx)); read > most {
				t.Errorf("%d bytes were read", read)
			}
		})
	}
}

// Rows of any kind in any order give what reading each by itself gives.
func TestRowsThatShareAndOverlap(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 100_000))
	dat := make([]byte, 200<<10)
	for i := range dat {
		dat[i] = byte(r.Uint32())
	}
	var idx []byte
	var want [][]byte
	var ranges [][2]int
	for i := range 3000 {
		if len(ranges) == 0 || r.IntN(3) > 0 {
			from := r.IntN(len(dat))
			ranges = append(ranges, [2]int{from, from + r.IntN(min(len(dat)-from, 60<<10))})
		}
		at := ranges[r.IntN(len(ranges))]
		payload := dat[at[0]:at[1]]
		idx = redex.AppendRow(idx, redex.HeapRow(uint64(i), uint32(at[0]), payload))
		want = append(want, payload)
	}
	channel, err := redex.OpenChannel(folder{"idx": idx, "dat": dat}.fs("."), ".")
	must(t, err)
	g, err := channel.OpenGeneration(redex.FlatGeneration)
	must(t, err)
	var b wire.Block
	for pos := 0; pos < g.Len(); pos += len(b.Entries) {
		must(t, g.ReadBlock(pos, &b))
		for i, e := range b.Entries {
			if e.Status != wire.EntryOK || !bytes.Equal(e.Payload, want[pos+i]) {
				t.Fatalf("entry %d: %v, %d bytes", pos+i, e.Status, len(e.Payload))
			}
		}
	}
}
