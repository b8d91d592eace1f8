package engine

import (
	"context"
	"errors"
	"os"
	"testing"

	"chainglass/wire"
)

// Blocks hands out every entry once, in order, and Processes says where the ids begin again.
func TestBlocksAndProcesses(t *testing.T) {
	e := New(Options{})
	opened, err := e.Open(context.Background(), "", os.DirFS("../../wire/redex/testdata/incident"), func(Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	begins, err := e.Processes(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range opened.Chains {
		info := &opened.Chains[i]
		entries, lastID, falls := 0, uint64(0), 0
		err := e.Blocks(context.Background(), info.ID, func(b *Block) error {
			if b.First != entries {
				t.Errorf("%s: a block begins at %d, want %d", info.Name(), b.First, entries)
			}
			entries += len(b.Entries)
			var v wire.View
			for k := range b.Entries {
				if _, err := wire.DecodeView(b.Entries[k].Payload, &v); info.Kind != wire.ChainAction || err != nil {
					continue
				}
				if v.ID < 10 && lastID > 1000 {
					falls++
					if at := begins[info.ID]; len(at) != 1 || at[0] != b.First+k {
						t.Errorf("%s: ids begin again at %d, processes at %d", info.Name(), b.First+k, at)
					}
				}
				lastID = v.ID
			}
			return nil
		})
		if err != nil || entries != info.Entries {
			t.Errorf("%s: %d of %d entries, %v", info.Name(), entries, info.Entries, err)
		}
		if info.Node == "node-1" && info.Kind == wire.ChainAction && falls != 1 || info.Node != "node-1" && len(begins[info.ID]) != 0 {
			t.Errorf("%s: ids fall %d times, %d restarts", info.Name(), falls, len(begins[info.ID]))
		}
	}
	stop := errors.New("stop")
	if err := e.Blocks(context.Background(), opened.Chains[0].ID, func(*Block) error { return stop }); err != stop {
		t.Error(err)
	}
}
