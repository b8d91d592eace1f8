package source

import (
	"slices"

	"chainglass/app/kind"
	"chainglass/wire"
)

const (
	// sampleRuns runs of sampleRunEntries, spread evenly, are looked at: few
	// reads for a file, and enough to outvote what damage left behind.
	sampleRuns       = 16
	sampleRunEntries = 4
)

// sampler counts how well sampled payloads fit each of the kinds.
type sampler struct {
	kinds     []*kind.Kind
	entries   int
	payloads  int   // that were readable
	plausible []int // by kind
	whole     []int // plausible ones included
	newer     []int // that only lack a known version
}

func newSampler(kinds kind.Set) *sampler {
	all := kinds.All()
	counts := make([]int, 3*len(all))
	n := len(all)
	return &sampler{kinds: all, plausible: counts[:n:n], whole: counts[n : 2*n : 2*n], newer: counts[2*n:]}
}

// DetectKind says which records a chain holds, from up to 64 of its entries,
// and how that is known. channel, its name, may be empty; it decides where the
// payloads leave it open. What fits nothing is [wire.ChainUnknown]. A chain that
// cannot be read counts as empty: the reader will tell whoever reads it next.
func DetectKind(r wire.Reader, channel string) (wire.ChainKind, KindBasis) {
	return detectKind(kind.Set{}, r, channel, new(wire.Block))
}

// detectKind is DetectKind among some kinds, with a block that is used for no other chain
// meanwhile.
func detectKind(kinds kind.Set, r wire.Reader, channel string, b *wire.Block) (wire.ChainKind, KindBasis) {
	s := newSampler(kinds)
	s.sample(r, b)
	return s.decide(kinds.OfChannel(channel).ID)
}

// sample looks at entries from all over the chain.
func (s *sampler) sample(r wire.Reader, b *wire.Block) { s.sampleWith(r, b, false) }

// sampleWith is sample, and looks at payloads that are cut as well if torn is true.
func (s *sampler) sampleWith(r wire.Reader, b *wire.Block, torn bool) {
	b.MaxEntries = sampleRunEntries
	last := max(r.Len()-sampleRunEntries, 0)
	for i, next := 0, 0; i < sampleRuns; i++ {
		first := max(last*i/(sampleRuns-1), next)
		if first >= r.Len() || r.ReadBlock(first, b) != nil {
			return
		}
		next = first + len(b.Entries)
		s.entries += len(b.Entries)
		for j := range b.Entries {
			if e := &b.Entries[j]; e.Status == wire.EntryOK || torn && e.Status == wire.EntryTorn {
				s.look(e.Payload)
			}
		}
	}
}

// look judges one payload.
func (s *sampler) look(payload []byte) {
	s.payloads++
	for i, k := range s.kinds {
		switch k.Fits(payload) {
		case kind.FitPlausible:
			s.plausible[i]++
			s.whole[i]++
		case kind.FitWhole:
			s.whole[i]++
		case kind.FitNewer:
			s.newer[i]++
		}
	}
}

// decide weighs what was seen against the kind that the name of the channel
// suggests, ChainUnknown if none.
func (s *sampler) decide(hint wire.ChainKind) (wire.ChainKind, KindBasis) {
	best := slices.Index(s.plausible, slices.Max(s.plausible))
	at := slices.IndexFunc(s.kinds, func(k *kind.Kind) bool { return k.ID == hint })
	if at >= 0 && s.plausible[at] == s.plausible[best] {
		best = at
	}
	switch {
	case s.plausible[best] > 0 && s.plausible[best]*2 >= s.payloads:
		return s.kinds[best].ID, ByContent
	case at >= 0 && (s.whole[at]*2 >= s.payloads || s.plausible[at]*4 >= s.payloads):
		return hint, ByChannelName
	// Where damage took most payloads, the few left say too little to speak
	// against the name.
	case at >= 0 && (s.entries == 0 || s.payloads*2 < s.entries):
		return hint, ByChannelName
	case at >= 0 && s.newer[at] > 0 && s.newer[at]*2 >= s.payloads:
		return hint, ByChannelName
	}
	return wire.ChainUnknown, ByNothing
}

// closest is decide for bytes that a person took to be a record: the values
// need not be plausible.
func (s *sampler) closest() wire.ChainKind {
	if kind, _ := s.decide(wire.ChainUnknown); kind != wire.ChainUnknown {
		return kind
	}
	best := slices.Index(s.whole, slices.Max(s.whole))
	if s.whole[best] > 0 && s.whole[best]*2 >= s.payloads {
		return s.kinds[best].ID
	}
	return wire.ChainUnknown
}
