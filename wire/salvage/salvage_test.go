package salvage_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"chainglass/wire"
	"chainglass/wire/salvage"
)

// Records of a payload file without its index are found again: all of them where the
// file is whole, nearly all that damage left where it did not, and hardly any that were
// never written.
func TestRecordsAreFoundAgain(t *testing.T) {
	const rounds = 2
	for _, how := range slices.Sorted(maps.Keys(damages())) {
		for _, name := range slices.Sorted(maps.Keys(writers())) {
			var timed, untimed rate
			for seed := range uint64(rounds) {
				d := rand.New(rand.NewPCG(seed, 7))
				m := writers()[name](d, 2000+d.IntN(1500))
				dat := m.dat()
				damages()[how](d, dat)
				with, res := measure(t, m, dat, m.times, wire.ChainUnknown)
				without, _ := measure(t, m, dat, nil, m.kind)
				if res.Kind != m.kind {
					t.Errorf("%s, %s, seed %d: taken for %s", how, name, seed, res.Kind)
				}
				timed.add(with)
				untimed.add(without)
			}
			t.Logf("%s, %s: %v", how, name, timed)
			t.Logf("%s, %s, without times: %v", how, name, untimed)
			check(t, how, name, true, timed)
			check(t, how, name, false, untimed)
		}
	}
}

func check(t *testing.T, how, name string, timed bool, sum rate) {
	t.Helper()
	least, most := 0.97, 1.0
	if how == "whole" {
		least, most = 0.999, 0
	}
	if how == "20 bits turned" {
		// Of what damage left and of all that was written.
		if all := float64(sum.kept) / float64(sum.records); all < least {
			t.Errorf("%s, %s, times %t: %.4f of all records kept, want %.3f", how, name, timed, all, least)
		}
		if name == "log-free-text" {
			most = 10 // random letters: nothing tells a turned bit from what was written
		}
	}
	if sum.of(sum.kept) < least || sum.falsePer1000() > most {
		t.Errorf("%s, %s, times %t: %v; want %.3f and %.0f of 1000", how, name, timed, sum, least, most)
	}
	if timed && sum.misplaced > sum.kept/20 {
		t.Errorf("%s, %s: %d of %d in a wrong place", how, name, sum.misplaced, sum.kept)
	}
}

// A file that holds nothing of ours yields next to nothing, and reading it ends.
func TestForeignBytesYieldNothing(t *testing.T) {
	d := rand.New(rand.NewPCG(1, 1))
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(d.Uint32())
	}
	long := bytes.Repeat([]byte{0x01, 0xf0, 0x1f}, 1<<18)
	text := bytes.Repeat([]byte("Lorem ipsum dolor sit amet, \x7e consetetur "), 1<<15)
	for name, b := range map[string][]byte{"noise": noise, "lengths": long, "text": text, "zeros": make([]byte, 1<<20), "ones": bytes.Repeat([]byte{1}, 1<<20)} {
		for _, kind := range []wire.ChainKind{wire.ChainUnknown, wire.ChainAction, wire.ChainAudit, wire.ChainLog, wire.ChainFailure} {
			began := time.Now()
			res, err := salvage.Run(context.Background(), salvage.Input{DAT: bytes.NewReader(b), DATSize: int64(len(b)), Kind: kind})
			if err != nil {
				t.Fatal(err)
			}
			if kind == wire.ChainUnknown && len(res.Found) > len(b)/100_000 {
				t.Errorf("%s as %s: %d records", name, kind, len(res.Found))
			}
			t.Logf("%s as %s: %v, %d records", name, kind, time.Since(began), len(res.Found))
		}
	}
}

// One record is found, and a cut file yields all but the record that was cut.
func TestCutFiles(t *testing.T) {
	for name, write := range writers() {
		m := write(rand.New(rand.NewPCG(3, 3)), 6)
		dat := m.dat()
		if r, _ := measure(t, made{kind: m.kind, payloads: m.payloads[:1]}, m.payloads[0], nil, m.kind); r.kept != 1 {
			t.Errorf("%s: a single record is not found", name)
		}
		cut := len(dat) - 1
		res, err := salvage.Run(context.Background(), salvage.Input{DAT: bytes.NewReader(dat[:cut]), DATSize: int64(cut), Kind: m.kind})
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Found) != 5 || len(res.Gaps) != 1 || res.Gaps[0].End != int64(cut) {
			t.Errorf("%s, cut: %d records, gaps %v", name, len(res.Found), res.Gaps)
		}
	}
}

// failingReader fails behind a place.
type failingReader struct{ at int64 }

var errDisk = errors.New("disk")

func (f failingReader) ReadAt(b []byte, offset int64) (int, error) {
	if offset+int64(len(b)) > f.at {
		return 0, errDisk
	}
	return len(b), nil
}

func TestErrorsOfReadingAreReturned(t *testing.T) {
	_, err := salvage.Run(context.Background(), salvage.Input{DAT: failingReader{1 << 20}, DATSize: 4 << 20, Kind: wire.ChainLog})
	if !errors.Is(err, errDisk) {
		t.Errorf("error %v, want %v", err, errDisk)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = salvage.Run(ctx, salvage.Input{DAT: bytes.NewReader(make([]byte, 100)), DATSize: 100})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	_, err = salvage.Run(context.Background(), salvage.Input{DAT: bytes.NewReader(nil), DATSize: 100, Kind: wire.ChainLog})
	if !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error %v, want %v", err, io.ErrUnexpectedEOF)
	}
}

func FuzzRun(f *testing.F) {
	for _, write := range writers() {
		m := write(rand.New(rand.NewPCG(5, 5)), 20)
		f.Add(m.dat(), uint8(m.kind))
	}
	f.Fuzz(func(t *testing.T, b []byte, kind uint8) {
		in := salvage.Input{DAT: bytes.NewReader(b), DATSize: int64(len(b)), Kind: wire.ChainKind(kind % 5), Times: make([]uint64, len(b)%50)}
		res, err := salvage.Run(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		// Records and gaps divide the file.
		at, g := int64(0), 0
		for i := range res.Found {
			for ; g < len(res.Gaps) && res.Gaps[g].Start == at; g++ {
				at = res.Gaps[g].End
			}
			if int64(res.Found[i].Offset) != at {
				t.Fatalf("record %d begins at %d, the one before ends at %d", i, res.Found[i].Offset, at)
			}
			at = res.Found[i].End()
		}
		for ; g < len(res.Gaps) && res.Gaps[g].Start == at; g++ {
			at = res.Gaps[g].End
		}
		if at != int64(len(b)) || g != len(res.Gaps) {
			t.Fatalf("divided up to %d of %d, %d of %d gaps", at, len(b), g, len(res.Gaps))
		}
	})
}
