package synth

import (
	"errors"
	"io"
	"testing"
	"testing/fstest"

	"chainglass/wire"
	"chainglass/wire/redex"
)

func TestFolderIsAChannel(t *testing.T) {
	const records = 1000
	f := Folder(1, records)
	if err := fstest.TestFS(f, "manifest", "v0000000001/idx", "v0000000001/dat", "v0000000001/ts"); err != nil {
		t.Error(err)
	}
	channel, err := redex.OpenChannel(f, ".")
	if err != nil {
		t.Fatal(err)
	}
	g, err := channel.OpenLive(redex.V0_34_0)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	n := NewNode(1)
	var b wire.Block
	for position := 0; ; position += len(b.Entries) {
		if err := g.ReadBlock(position, &b); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for i, e := range b.Entries {
			want := n.Next()
			got, err := wire.DecodeRecord(e.Payload)
			if err != nil || got != want || e.Status != wire.EntryOK || e.TSNS.Value != n.AppendedAtNS() {
				t.Fatalf("entry %d: %+v, %v, %v", position+i, got, e.Status, err)
			}
		}
	}
	if g.Len() != records {
		t.Errorf("%d entries", g.Len())
	}
}
