package export

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A chain base that damage takes is a fault, and its chain says that it had one:
// its states would be taken for the source's.
func TestLostChainBase(t *testing.T) {
	lost := chainBaseA
	lost.Chain = 1
	sound := file(t, testOptions, chain(chainB), chain(chainA), chainBase(lost), entries(1, run(3)...))
	var at itemRef
	for _, ref := range itemsOf(t, sound) {
		if ref.typ == ItemChainBase {
			at = ref
		}
	}
	for name, damage := range map[string]func(b []byte) []byte{
		"body":                 func(b []byte) []byte { b[at.offset+at.length-1] ^= 1; return b },
		"body without footer":  func(b []byte) []byte { b[at.offset+at.length-1] ^= 1; return b[:len(b)-1] },
		"frame":                func(b []byte) []byte { b[at.offset+5] ^= 1; return b },
		"head of the snapshot": func(b []byte) []byte { b[at.offset+at.length-2] ^= 0xff; return b },
	} {
		f, _, err := opened(t, damage(bytes.Clone(sound)))
		ok(t, err)
		chains := f.Chains()
		if len(chains) != 2 || chains[0].BaseLost || !chains[1].BaseLost || chains[1].Base != nil {
			t.Errorf("%s: %+v", name, chains)
		}
		if !within(f.Faults(), at.offset) {
			t.Errorf("%s: no fault: %v", name, f.Faults())
		}
	}
}

// Two bases of one chain contradict each other: the first counts.
func TestSecondChainBase(t *testing.T) {
	other := chainBaseA
	other.Entries++
	f, _, err := opened(t, file(t, testOptions, chain(chainA), chainBase(chainBaseA), chainBase(other)))
	ok(t, err)
	if diff := cmp.Diff(&chainBaseA, f.Chains()[0].Base); diff != "" || !has(f.Faults(), ErrOrder) {
		t.Errorf("%v%s", f.Faults(), diff)
	}
}

func TestForgedChainBases(t *testing.T) {
	number := func(v uint64) *uint64 { return &v }
	for name, forged := range map[string]chainBaseBody{
		"position beyond":     {Entries: 3, Position: number(4), Snapshot: []byte{1}, LastNS: number(1), LatestNS: number(1), RecordedMS: number(1)},
		"no snapshot":         {Entries: 3, Position: number(0)},
		"no position":         {Entries: 3, Snapshot: []byte{1}},
		"times of nothing":    {Entries: 3, Position: number(0), Snapshot: []byte{1}, LastNS: number(1), LatestNS: number(1), RecordedMS: number(1)},
		"no times":            {Entries: 3, Position: number(1), Snapshot: []byte{1}},
		"latest is earlier":   {Entries: 3, Position: number(1), Snapshot: []byte{1}, LastNS: number(2), LatestNS: number(1), RecordedMS: number(1)},
		"longest of chains":   {Entries: maxChainEntries + 1},
		"next of no position": {Entries: 3, NextNS: number(1)},
	} {
		body, err := encodeBody(forged)
		ok(t, err)
		f, _, err := opened(t, file(t, testOptions, chain(chainA), raw(ItemChainBase, []uint64{0}, string(body))))
		ok(t, err)
		if c := f.Chains()[0]; !has(f.Faults(), ErrMalformed) || c.Base != nil || !c.BaseLost {
			t.Errorf("%s: %+v, %v", name, c, f.Faults())
		}
	}
}
