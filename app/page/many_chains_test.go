package page

import (
	"fmt"
	"testing"

	"chainglass/app/engine"
)

// Each report of very many chains that are being read tells of some. To list all of them
// anew for each report would take longer than to read them: they are taken together, and
// in the end all of them are there as they were told of last.
func TestVeryManyChainsAreTakenTogether(t *testing.T) {
	s := newSession(t)
	const reports, each = 120, 250
	l := s.Page.Sources.beginLoad("store")
	id := engine.ChainID(0)
	took := s.Rev.Sources
	for range reports {
		var p engine.Progress
		for range each {
			id++
			p.Chains = append(p.Chains, engine.ChainInfo{ID: id, Source: 1, Node: "node-1", Channel: fmt.Sprintf("dataforts/blob/%064x", id), Entries: 1})
		}
		s.Page.Sources.progressed(l, p)
	}
	if n := s.Rev.Sources - took; n > reports/4 {
		t.Errorf("%d of %d reports had all chains listed anew", n, reports)
	}
	if len(s.Sources.Chains) == 0 {
		t.Error("nothing is listed before all have come")
	}
	last := engine.Progress{Chains: []engine.ChainInfo{{ID: 7, Source: 1, Node: "node-1", Channel: "meshos/actions", Entries: 9, Indexed: 9}}}
	s.Page.Sources.progressed(l, last)
	s.Page.Sources.opened(l)(engine.Opened{Source: 1}, nil)
	all := s.Sources.AllChains()
	if len(all) != reports*each || len(s.Sources.Chains) != len(all) {
		t.Fatalf("%d chains are listed, %d known, of %d", len(all), len(s.Sources.Chains), reports*each)
	}
	for i, c := range all {
		if c.ID != engine.ChainID(i+1) || s.Sources.Chains[c.ID] != c || (c.Entries == 9) != (c.ID == 7) {
			t.Fatalf("at %d: %+v", i, c)
		}
	}
}
