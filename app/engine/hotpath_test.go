package engine

import (
	"context"
	"testing"
	"unsafe"

	"chainglass/app/source"
	"chainglass/app/synth"
	"chainglass/wire"
)

// blocks is a chain in memory whose blocks were made beforehand.
type blocks struct{ all []wire.Block }

func (b blocks) Len() int {
	n := 0
	for i := range b.all {
		n += len(b.all[i].Entries)
	}
	return n
}

func (b blocks) ReadBlock(int, *wire.Block) error { panic("not read") }

// madeUp returns blocks of 4096 records of a made-up node.
func madeUp(count int) blocks {
	n := synth.NewNode(1)
	var made blocks
	seq := 0
	for range count {
		block := wire.Block{First: seq}
		for range 4096 {
			r := n.Next()
			e := wire.Entry{Seq: uint64(seq), Payload: wire.EncodeRecord(&r)}
			e.TSNS.Value, e.TSNS.Some = n.AppendedAtNS(), true
			block.Entries = append(block.Entries, e)
			seq++
		}
		made.all = append(made.all, block)
	}
	return made
}

// Adding a block allocates for the index and for what has not been seen before,
// not for records.
func TestAddingABlockAllocatesNothingPerRecord(t *testing.T) {
	made := madeUp(60)
	c := newChain(1, &openSource{}, source.Chain{Kind: wire.ChainAction, Reader: made})
	i := 0
	for ; i < 20; i++ {
		c.addBlock(&made.all[i])
	}
	perBlock := testing.AllocsPerRun(30, func() {
		c.addBlock(&made.all[i])
		i++
	})
	if perBlock > 4096/100 {
		t.Errorf("%v allocations for a block of 4096 records", perBlock)
	}
}

// The columns of the index take at most 32 bytes an entry.
func TestIndexColumnsTake32BytesAnEntry(t *testing.T) {
	var b indexBlock
	bytes := unsafe.Sizeof(b.tsNS[0]) + unsafe.Sizeof(b.timeMS[0]) + unsafe.Sizeof(b.id[0]) +
		unsafe.Sizeof(b.seq[0]) + unsafe.Sizeof(b.class[0]) + unsafe.Sizeof(b.state[0])
	if bytes > 32 {
		t.Errorf("%d bytes", bytes)
	}
}

// A damaged sequence number widens the column of its block, and only that.
func TestWideSequenceNumbers(t *testing.T) {
	seqs := []uint64{5, 6, 1 << 40, 7, 0, ^uint64(0)}
	var block wire.Block
	for _, seq := range seqs {
		block.Entries = append(block.Entries, wire.Entry{Seq: seq})
	}
	c := newChain(1, &openSource{}, source.Chain{Reader: blocks{[]wire.Block{block}}})
	c.addBlock(&block)
	for i, want := range seqs {
		if got := c.index.row(i).seq; got != want {
			t.Errorf("entry %d has seq %d, want %d", i, got, want)
		}
	}
}

// What a hostile chain can make the engine remember is bounded.
func TestNamesAreBounded(t *testing.T) {
	classes := newClasses()
	var s summary
	for i := range maxKinds + 100 {
		s.Kind = []byte{byte(i), byte(i >> 8), 'k', 'i', 'n', 'd', '_', '_', '_'}
		classes.of(&s)
	}
	if n := len(classes.kinds.names); n > maxKinds {
		t.Errorf("%d kinds are kept", n)
	}
	e := New(Options{})
	if _, err := e.Search(context.Background(), TableSpec{Query: "kind:x"}, nil); err != nil {
		t.Error(err)
	}
}
