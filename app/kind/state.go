package kind

import (
	"fmt"
	"maps"
	"slices"

	"chainglass/fold"
	"chainglass/snapshot"
)

// State is the state of a node: what its chains fold to.
type State struct {
	// Snapshot is what the chains of the reference's kinds fold to, but one.
	Snapshot snapshot.MeshOsSnapshot
	// LiveFailures are the newest records of the node's failures chain, as recorded
	// live. They are worded differently from the fold's.
	LiveFailures []snapshot.FailureRecord
	// Others are the states of the kinds that have no part in a snapshot, by the names
	// of the kinds: the records of a ring as JSON, oldest first.
	Others map[string][]string
}

// Fold is how the chains of a kind fold to a part of a node's state.
type Fold struct {
	// Part is the name of the part.
	Part string
	// Live is true of a part that is none of a snapshot's although it looks like one: it
	// starts empty.
	Live bool
	// Pushes says which outcomes push a record onto the ring.
	Pushes func(outcome uint8) bool
	// Start makes what a snapshot has of the part that of a state.
	Start func(s *State, base *snapshot.MeshOsSnapshot)
	// At folds the first position entries of a chain into a state.
	At func(s *State, t fold.Timeline, position int, fetch fold.Fetch) error
	// Own copies the part of a state into a snapshot that starts such a chain.
	Own func(dst *snapshot.MeshOsSnapshot, s *State)
	// New returns the fold as a node does it, entry by entry.
	New func() fold.Fold[snapshot.MeshOsSnapshot]
}

// always is for kinds of which every record is pushed.
func always(uint8) bool { return true }

// ringFold returns the fold onto a ring of a snapshot, which ring finds in a state.
func ringFold[R any](part string, pushes func(uint8) bool, f fold.RingFold[snapshot.MeshOsSnapshot, R], ring func(*State) *[]R) *Fold {
	whole := fold.RingFold[State, R]{Record: f.Record, Capacity: f.Capacity, Decode: f.Decode, Ring: ring}
	return &Fold{
		Part: part, Pushes: pushes,
		Start: func(s *State, base *snapshot.MeshOsSnapshot) { *ring(s) = *f.Ring(base) },
		At:    stateAt(whole),
		Own:   func(dst *snapshot.MeshOsSnapshot, s *State) { *f.Ring(dst) = *ring(s) },
		New:   func() fold.Fold[snapshot.MeshOsSnapshot] { return f },
	}
}

func stateAt[R any](f fold.RingFold[State, R]) func(*State, fold.Timeline, int, fold.Fetch) error {
	return func(s *State, t fold.Timeline, position int, fetch fold.Fetch) error {
		folded, err := fold.StateAt(f, t, s, position, fetch)
		if err == nil {
			*s = *folded
		}
		return err
	}
}

// fieldsCapacity is how many records the ring of a kind without a fold of its own holds.
const fieldsCapacity = 256

// newFieldsFold returns the fold of a kind that has none of its own: a ring of its newest
// records.
func (k *Kind) newFieldsFold() *Fold {
	none := func(payload []byte) (string, bool, error) {
		text, err := k.AppendJSON(nil, payload)
		return string(text), err == nil, err
	}
	return &Fold{
		Part: k.Name, Pushes: always,
		Start: func(s *State, base *snapshot.MeshOsSnapshot) {},
		At: func(s *State, t fold.Timeline, position int, fetch fold.Fetch) error {
			ring := s.Others[k.Name]
			f := fold.RingFold[[]string, string]{
				Record: k.Name, Capacity: fieldsCapacity, Decode: none,
				Ring: func(ring *[]string) *[]string { return ring },
			}
			folded, err := fold.StateAt(f, t, &ring, position, fetch)
			if err != nil {
				return err
			}
			others := map[string][]string{k.Name: *folded}
			for name, other := range s.Others {
				if name != k.Name {
					others[name] = other
				}
			}
			s.Others = others
			return nil
		},
		Own: func(*snapshot.MeshOsSnapshot, *State) {},
	}
}

// DiffOthers lists what is different in b of the states that have no part in a snapshot,
// by the names of their kinds. Of a ring that moved on it lists what went at one end and
// what appeared at the other.
func DiffOthers(a, b *State) []snapshot.Change {
	names := map[string]bool{}
	for _, s := range []*State{a, b} {
		for name := range s.Others {
			names[name] = true
		}
	}
	var changes []snapshot.Change
	for _, name := range slices.Sorted(maps.Keys(names)) {
		changes = append(changes, diffRing(name, a.Others[name], b.Others[name])...)
	}
	return changes
}

func diffRing(name string, a, b []string) (changes []snapshot.Change) {
	add := func(op snapshot.ChangeOp, ring []string, from, to int) {
		for i := from; i < to; i++ {
			c := snapshot.Change{Path: fmt.Sprintf("%s[%d]", name, i), Op: op}
			if op == snapshot.Went {
				c.Before = ring[i]
			} else {
				c.After = ring[i]
			}
			changes = append(changes, c)
		}
	}
	onward, back := movedBy(a, b), movedBy(b, a)
	if onward <= back {
		add(snapshot.Went, a, 0, onward)
		add(snapshot.Appeared, b, len(a)-onward, len(b))
		return changes
	}
	add(snapshot.Appeared, b, 0, back)
	add(snapshot.Went, a, len(b)-back, len(a))
	return changes
}

// movedBy returns how many records a ring has lost at its front to become one that goes on
// as b does.
func movedBy(a, b []string) int {
	for n := range a {
		if kept := a[n:]; len(kept) <= len(b) && slices.Equal(kept, b[:len(kept)]) {
			return n
		}
	}
	return len(a)
}
