package source

import (
	"errors"
	"io"
	"testing"

	"chainglass/wire"
)

// Opening an export by its footer reads no blocks, so a damaged block shows only
// when its chain is read. It must be told then, once.
func TestDamageInsideAnExportIsToldWhenItIsRead(t *testing.T) {
	whole := exportOf(t, find(t, corpus(t, "incident/node-1").fsys()))
	damaged := []byte(whole)
	damaged[len(damaged)/2] ^= 0x20
	set := find(t, files{"node-1.chain": string(damaged)}.fsys())
	atOpen := len(set.Problems)
	for _, c := range set.Chains {
		var b wire.Block
		for position := 0; ; position += len(b.Entries) {
			if err := c.Reader.ReadBlock(position, &b); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	late := set.LateProblems()
	if atOpen+len(late) == 0 {
		t.Fatal("a flipped bit goes unnoticed")
	}
	for _, p := range late {
		if p.Path != "node-1.chain" || p.Err == nil || p.Detail == "" {
			t.Errorf("%+v", p)
		}
	}
	if again := set.LateProblems(); len(again) != 0 {
		t.Errorf("told twice: %v", again)
	}
}
