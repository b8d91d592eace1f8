package view_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/view"
)

// However chains are called, each of a node is listed once, alone or in a group of those
// whose names begin alike, and a list is never long.
func TestItemsListEveryChainOnce(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 4))
		var chains []*engine.ChainInfo
		add := func(channel string) {
			c := &engine.ChainInfo{ID: engine.ChainID(len(chains) + 1), Node: "node-1", Channel: channel, Entries: random.IntN(5), Worst: engine.Severity(random.IntN(4))}
			chains = append(chains, c)
		}
		for range random.IntN(600) {
			add(fmt.Sprintf("dataforts/blob/%016x", random.Uint64()))
		}
		for i := range random.IntN(400) {
			add(fmt.Sprintf("app/%d/log", i%(1+random.IntN(300))))
			add(fmt.Sprintf("word%c/x", 'g'+rune(i%10)))
		}
		add("meshos/actions")
		for _, node := range view.ByNode(chains) {
			seen := map[engine.ChainID]bool{}
			entries := 0
			for _, item := range node.Items() {
				members := []*engine.ChainInfo{item.Chain}
				if g := item.Group; g != nil {
					members = g.Chains
					entries += g.Entries
					for _, c := range members {
						if c.Worst > g.Worst.Worst || view.VisibleText(c.Channel) != view.VisibleText(g.Key.Begin)+g.NameIn(c) {
							t.Errorf("seed %d: %s in %s", seed, c.Channel, g.Name())
						}
					}
				} else {
					entries += item.Chain.Entries
				}
				for _, c := range members {
					if seen[c.ID] {
						t.Errorf("seed %d: %s is listed twice", seed, c.Channel)
					}
					seen[c.ID] = true
				}
			}
			want := 0
			for _, c := range node.Chains {
				want += c.Entries
			}
			if len(seen) != len(node.Chains) || entries != want {
				t.Errorf("seed %d: %d of %d chains, %d of %d entries", seed, len(seen), len(node.Chains), entries, want)
			}
		}
	}
}

func TestBlobsAreOneItem(t *testing.T) {
	chains := []*engine.ChainInfo{{Channel: "meshos/actions"}, {Channel: "log"}}
	for i := range 30_000 {
		chains = append(chains, &engine.ChainInfo{Channel: fmt.Sprintf("dataforts/blob/%064x", i)})
	}
	nodes := view.ByNode(chains)
	if items := nodes[0].Items(); len(items) != 3 || items[2].Group.Name() != "dataforts/blob/…" || len(items[2].Group.Chains) != 30_000 {
		t.Errorf("%d items", len(items))
	}
	// A few are listed one by one.
	if items := (&view.Node{Chains: chains[:12]}).Items(); len(items) != 12 {
		t.Errorf("%d items", len(items))
	}
}

func TestWindows(t *testing.T) {
	rand := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		lines, top := rand.IntN(40_000), rand.Float64()*1e6
		w := view.WindowOf(lines, 24, 300, top)
		if w.First < 0 || w.End > lines || w.First > w.End || w.End-w.First > 40 {
			t.Fatalf("%d lines, %g px: %+v", lines, top, w)
		}
		for _, px := range []float64{top, top + 299} {
			if line := int(px / 24); line < lines && (line < w.First || line >= w.End) {
				t.Fatalf("%d lines, %g px: %+v lacks %d", lines, top, w, line)
			}
		}
	}
}
