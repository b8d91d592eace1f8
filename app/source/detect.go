package source

import (
	"slices"

	"chainglass/snapshot"
	"chainglass/wire"
)

// Nothing in a chain says which records it holds, and a wrong guess is easy to
// make: the decoders of the reference ignore what follows a record, and a
// payload of another program that begins with 01 00 00 00 00 decodes as an
// action record. So a payload speaks for a kind only if it decodes to its last
// byte, and fully only if the values could have been written by a node.

const (
	// sampleRuns runs of sampleRunEntries, spread evenly, are looked at: few
	// reads for a file, and enough to outvote what damage left behind.
	sampleRuns       = 16
	sampleRunEntries = 4
)

// fit says how well a payload fits a kind.
type fit uint8

const (
	fitNone      fit = iota
	fitWhole         // decodes to its last byte
	fitPlausible     // and a node could have written it
)

// sampledKinds are the kinds a payload is judged by.
var sampledKinds = [...]wire.ChainKind{wire.ChainAction, wire.ChainAudit, wire.ChainLog, wire.ChainFailure}

// sampler counts how well sampled payloads fit each of sampledKinds.
type sampler struct {
	entries   int
	payloads  int // that were readable
	plausible [len(sampledKinds)]int
	whole     [len(sampledKinds)]int // plausible ones included
	versions  int                    // that only lack a known version byte

	action  wire.View
	audit   snapshot.AuditView
	log     snapshot.LogView
	failure snapshot.FailureView
}

// usualKinds are the kinds of the channels that a node uses by default.
func usualKinds() map[string]wire.ChainKind {
	return map[string]wire.ChainKind{
		"meshos/actions": wire.ChainAction,
		"admin-audit":    wire.ChainAudit,
		"log":            wire.ChainLog,
		"failures":       wire.ChainFailure,
	}
}

// DetectKind says which records a chain holds, from up to 64 of its entries,
// and how that is known. channel, its name, may be empty; it decides where the
// payloads leave it open. What fits nothing is [wire.ChainUnknown]. A chain that
// cannot be read counts as empty: the reader will tell whoever reads it next.
func DetectKind(r wire.Reader, channel string) (wire.ChainKind, KindBasis) {
	return detectKind(r, channel, new(wire.Block))
}

// detectKind is DetectKind with a block that is used for no other chain meanwhile.
func detectKind(r wire.Reader, channel string, b *wire.Block) (wire.ChainKind, KindBasis) {
	var s sampler
	s.sample(r, b)
	return s.decide(usualKinds()[channel])
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
	fits := [len(sampledKinds)]fit{s.fitAction(payload), s.fitAudit(payload), s.fitLog(payload), s.fitFailure(payload)}
	for i, f := range fits {
		switch f {
		case fitPlausible:
			s.plausible[i]++
			s.whole[i]++
		case fitWhole:
			s.whole[i]++
		}
	}
}

// decide weighs what was seen against the kind that the name of the channel
// suggests, ChainUnknown if none.
func (s *sampler) decide(hint wire.ChainKind) (wire.ChainKind, KindBasis) {
	best := slices.Index(s.plausible[:], slices.Max(s.plausible[:]))
	at := slices.Index(sampledKinds[:], hint)
	if at >= 0 && s.plausible[at] == s.plausible[best] {
		best = at
	}
	switch {
	case s.plausible[best] > 0 && s.plausible[best]*2 >= s.payloads:
		return sampledKinds[best], ByContent
	case at >= 0 && (s.whole[at]*2 >= s.payloads || s.plausible[at]*4 >= s.payloads):
		return hint, ByChannelName
	// Where damage took most payloads, the few left say too little to speak
	// against the name.
	case at >= 0 && (s.entries == 0 || s.payloads*2 < s.entries):
		return hint, ByChannelName
	case hint == wire.ChainAction && s.versions*2 >= s.payloads:
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
	best := slices.Index(s.whole[:], slices.Max(s.whole[:]))
	if s.whole[best] > 0 && s.whole[best]*2 >= s.payloads {
		return sampledKinds[best]
	}
	return wire.ChainUnknown
}

// The times that a node of this software can have written: from 2001 to 2100,
// or 0 for a clock that was not set.
const (
	minPlausibleMS = 978_307_200_000
	maxPlausibleMS = 4_102_444_800_000
)

func plausibleMS(ms uint64) bool {
	return ms == 0 || minPlausibleMS <= ms && ms < maxPlausibleMS
}

// grade makes a fit of what a decoder returned.
func grade(payload []byte, n int, err error, plausible bool) fit {
	switch {
	case err != nil || n != len(payload):
		return fitNone
	case plausible:
		return fitPlausible
	}
	return fitWhole
}

// fitAction takes a known kind of action as proof enough; any other must look
// like one and come with a time.
func (s *sampler) fitAction(payload []byte) fit {
	n, err := wire.DecodeView(payload, &s.action)
	if len(payload) > 1 && payload[0] > wire.WireFormatVersion && payload[0] < 16 {
		s.versions++
	}
	known := err == nil && wire.KnownActionKind(s.action.Kind)
	ms := s.action.EmittedAtMS
	return grade(payload, n, err, known || err == nil && ms != 0 && plausibleMS(ms) && isSnakeWord(s.action.Kind))
}

// isSnakeWord reports whether name looks like the name of an action.
func isSnakeWord(name []byte) bool {
	if len(name) == 0 || len(name) > 64 || name[0] < 'a' || name[0] > 'z' {
		return false
	}
	for _, c := range name {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

func (s *sampler) fitAudit(payload []byte) fit {
	n, err := snapshot.DecodeAuditView(payload, &s.audit)
	return grade(payload, n, err, plausibleMS(s.audit.CommittedAtMS) && (s.audit.Seq != 0 || s.audit.CommittedAtMS != 0))
}

func (s *sampler) fitLog(payload []byte) fit {
	n, err := snapshot.DecodeLogView(payload, &s.log)
	return grade(payload, n, err, plausibleMS(s.log.TSMS) && (s.log.TSMS != 0 || len(s.log.Message) > 0))
}

func (s *sampler) fitFailure(payload []byte) fit {
	n, err := snapshot.DecodeFailureView(payload, &s.failure)
	return grade(payload, n, err, plausibleMS(s.failure.RecordedAtMS) && len(s.failure.Source) > 0)
}
