package job

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// naive is what is known of all entries together, written down as plainly as it can be.
func naive(entries []Partial, limit int) Partial {
	p := Partial{Limit: limit, Spans: []Span{{0, len(entries)}}}
	texts := map[string]int{}
	for i, e := range entries {
		p.Pushed = append(p.Pushed, e.Pushed...)
		p.Halts = p.Halts || e.Halts
		p.Kept += e.Kept
		p.KeptBytes += e.KeptBytes
		if e.First.Some {
			p.Last = e.First
			if !p.First.Some {
				p.First = e.First
			}
		}
		for s, n := range e.Statuses {
			p.Statuses[s] += n
		}
		p.Undecodable += e.Undecodable
		for _, f := range e.Faults {
			k, known := texts[f.Text]
			if !known {
				texts[f.Text] = len(p.Faults)
				p.Faults = append(p.Faults, Fault{Text: f.Text, Position: i, Seq: f.Seq, Count: 1})
				continue
			}
			p.Faults[k].Count++
		}
	}
	p.Pushed = p.Pushed[max(len(p.Pushed)-limit, 0):]
	return p
}

// entriesOf makes up the partials of single entries.
func entriesOf(r *rand.Rand, length, limit int) []Partial {
	entries := make([]Partial, length)
	for i := range entries {
		p := Partial{Limit: limit, Spans: []Span{{i, i + 1}}}
		if r.IntN(10) == 0 {
			p.Statuses[1+r.IntN(4)] = 1
			entries[i] = p
			continue
		}
		k := Kept{Position: i, Seq: r.Uint64(), TSNS: r.Uint64(), HasTS: true, Some: true}
		p.Kept, p.KeptBytes, p.First, p.Last, p.Halts = 1, int64(i), k, k, r.IntN(500) == 0
		p.Statuses[0] = 1
		switch r.IntN(4) {
		case 0:
			p.Pushed = []Pushed{{i, []byte(fmt.Sprint(i))}}
		case 1:
			p.Undecodable, p.Faults = 1, []Fault{{Text: fmt.Sprint("wrong ", r.IntN(5)), Position: i, Seq: k.Seq, Count: 1}}
		}
		entries[i] = p
	}
	return entries
}

// Whatever the ranges are, whatever order they come in and whatever tree they are combined in, the
// outcome is that of all entries one after the other.
func TestCombineOfRandomTrees(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		limit := 1 + r.IntN(40)
		entries := entriesOf(r, 1+r.IntN(300), limit)
		want := naive(entries, limit)
		parts := make([]Partial, 0, len(entries))
		for i := 0; i < len(entries); {
			end := min(i+1+r.IntN(1+r.IntN(60)), len(entries))
			p := Partial{Limit: limit}
			for _, e := range entries[i:end] {
				p = combine(t, p, copied(t, e))
			}
			parts = append(parts, p)
			i = end
		}
		for len(parts) > 1 {
			i := r.IntN(len(parts))
			a := parts[i]
			parts = append(parts[:i], parts[i+1:]...)
			k := r.IntN(len(parts))
			parts[k] = combine(t, a, parts[k])
			if r.IntN(3) == 0 {
				parts[k] = copied(t, parts[k])
			}
		}
		if diff := cmp.Diff(want, parts[0]); diff != "" || !parts[0].Whole(len(entries)) {
			t.Fatalf("seed %d: want -, got +\n%s", seed, diff)
		}
	}
}

// What was read twice is an error in whatever order it comes, and what was not read is known.
func TestCombineOfSpansThatDoNotFit(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 2))
		entries := entriesOf(r, 2+r.IntN(50), 5)
		twice := r.IntN(len(entries))
		missing := r.IntN(len(entries))
		order := r.Perm(len(entries))
		whole, failed := Partial{Limit: 5}, false
		for _, i := range append(order, twice) {
			var err error
			if whole, err = Combine(whole, copied(t, entries[i])); err != nil {
				failed = true
				break
			}
		}
		if !failed {
			t.Fatalf("seed %d: entry %d was read twice", seed, twice)
		}
		rest := Partial{Limit: 5}
		for _, i := range order {
			if i != missing {
				rest = combine(t, rest, copied(t, entries[i]))
			}
		}
		if rest.Whole(len(entries)) {
			t.Fatalf("seed %d: entry %d is missing", seed, missing)
		}
	}
}

func combine(t *testing.T, a, b Partial) Partial {
	t.Helper()
	p, err := Combine(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// copied is a partial after its way to another worker.
func copied(t *testing.T, p Partial) Partial {
	t.Helper()
	b, err := encodePartial(p)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = decodePartial(b); err != nil {
		t.Fatal(err)
	}
	return p
}
