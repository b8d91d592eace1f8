package fold

import (
	"slices"

	"chainglass/fold/rank"
)

// Timeline remembers which entries of a chain pushed a record, one bit each. A
// ring holds nothing but its newest records, so that is enough to rebuild the
// state at any position from as many entries as the ring is long: the cost of a
// look into the past does not grow with the chain.
//
// A Timeline is immutable: With returns a longer one. The zero Timeline is empty.
type Timeline struct {
	pushes rank.List
}

// Pushes are the pushes of a run of entries, on their way into a [Timeline].
type Pushes struct{ set rank.Set }

// Append adds the next entry of the run.
func (p *Pushes) Append(pushes bool) { p.set.Append(pushes) }

// AppendBits adds the next n entries of the run at once: entry i pushes if bit i%64 of
// words[i/64] is set.
func (p *Pushes) AppendBits(words []uint64, n int) { p.set.AppendBits(words, n) }

// Bits returns a bit for each entry of the run, as AppendBits takes them.
func (p *Pushes) Bits() []uint64 { return p.set.Bits() }

// With returns the timeline of the chain with the next run of entries, which must not
// change any more. Of two timelines made from one, only one may be made longer again.
func (t Timeline) With(run *Pushes) Timeline { return Timeline{t.pushes.With(&run.set)} }

// Clip returns the same timeline, which may be made longer beside t.
func (t Timeline) Clip() Timeline { return Timeline{t.pushes.Clip()} }

// Len returns how many entries there are.
func (t Timeline) Len() int { return t.pushes.Len() }

// Last appends to dst the positions of the last n pushes among the first
// position entries, in order.
func (t Timeline) Last(dst []int, position, n int) []int {
	end := t.pushes.Before(position)
	for i := max(end-n, 0); i < end; i++ {
		dst = append(dst, t.pushes.Member(i))
	}
	return dst
}

// Fetch hands the payloads of the given positions, which ascend, to visit in
// that order. Payloads are valid during the call only.
type Fetch func(positions []int, visit func(position int, payload []byte) error) error

// StateAt returns the state after the first position entries of a chain that
// started from base: what replaying them would give, read from at most as many
// entries as the ring holds. base is not changed and shares memory with the
// result. The error is that of fetch, or a decode error if the payloads are not
// those the timeline was built from.
func StateAt[S, R any](f RingFold[S, R], t Timeline, base *S, position int, fetch Fetch) (*S, error) {
	state := *base
	old := *f.Ring(base)
	length := max(f.Capacity, len(old))
	positions := t.Last(nil, position, length)
	kept := old[len(old)-min(len(old), length-len(positions)):]
	ring := make([]R, 0, len(kept)+len(positions))
	ring = append(ring, kept...)
	err := fetch(positions, func(_ int, payload []byte) error {
		record, pushes, err := f.Pushed(payload)
		if err == nil && pushes {
			ring = append(ring, record)
		}
		return err
	})
	*f.Ring(&state) = slices.Clip(ring)
	return &state, err
}
