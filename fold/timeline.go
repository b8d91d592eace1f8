package fold

import (
	mathbits "math/bits"
	"slices"
	"sort"

	"chainglass/snapshot"
)

// Timeline remembers which entries of a chain pushed a record, one bit each. A
// ring holds nothing but its newest records, so that is enough to rebuild the
// state at any position from as many entries as the ring is long: the cost of a
// look into the past does not grow with the chain.
//
// It costs 1.5 bits an entry. The zero Timeline is empty and ready for use.
type Timeline struct {
	words []uint64
	// ranks[i] counts the pushes in front of group i of wordsPerRank words.
	ranks  []uint64
	length int
	pushes uint64
}

const wordsPerRank = 2

// Append adds the next entry of the chain.
func (t *Timeline) Append(pushes bool) {
	var word uint64
	if pushes {
		word = 1
	}
	t.appendWord(word, 1)
}

// AppendBits adds the next n entries of the chain at once: entry i pushes if bit
// i%64 of bits[i/64] is set. Bits past n are ignored.
func (t *Timeline) AppendBits(bits []uint64, n int) {
	for ; n > 0; n -= 64 {
		word := bits[0]
		bits = bits[1:]
		if n < 64 {
			word &= 1<<n - 1
		}
		t.appendWord(word, min(n, 64))
	}
}

// appendWord adds up to 64 entries. The bits of word past n are zero.
func (t *Timeline) appendWord(word uint64, n int) {
	shift := t.length % 64
	if shift == 0 {
		t.addWord(word)
	} else {
		t.words[len(t.words)-1] |= word << shift
		t.pushes += uint64(mathbits.OnesCount64(word << shift))
		if shift+n > 64 {
			t.addWord(word >> (64 - shift))
		}
	}
	t.length += n
}

func (t *Timeline) addWord(word uint64) {
	if len(t.words)%wordsPerRank == 0 {
		t.ranks = append(t.ranks, t.pushes)
	}
	t.words = append(t.words, word)
	t.pushes += uint64(mathbits.OnesCount64(word))
}

// Len returns how many entries have been appended.
func (t *Timeline) Len() int { return t.length }

// Pushes returns how many of the first position entries pushed a record.
// Positions outside the timeline are taken as its ends.
func (t *Timeline) Pushes(position int) int {
	position = min(max(position, 0), t.length)
	word := position / 64
	if word == len(t.words) {
		return int(t.pushes)
	}
	n := t.ranks[word/wordsPerRank]
	for w := word - word%wordsPerRank; w < word; w++ {
		n += uint64(mathbits.OnesCount64(t.words[w]))
	}
	return int(n) + mathbits.OnesCount64(t.words[word]&(1<<(position%64)-1))
}

// Position returns the position of push number n, counted from 0, or Len if
// there are not that many.
func (t *Timeline) Position(n int) int {
	if n < 0 || uint64(n) >= t.pushes {
		return t.length
	}
	group := sort.Search(len(t.ranks), func(i int) bool { return t.ranks[i] > uint64(n) }) - 1
	left := n - int(t.ranks[group])
	word := group * wordsPerRank
	for ones := mathbits.OnesCount64(t.words[word]); left >= ones; ones = mathbits.OnesCount64(t.words[word]) {
		left -= ones
		word++
	}
	return word*64 + selectBit(t.words[word], left)
}

// selectBit returns the place of set bit number n of w.
func selectBit(w uint64, n int) int {
	for ; n > 0; n-- {
		w &= w - 1
	}
	return mathbits.TrailingZeros64(w)
}

// Last appends to dst the positions of the last n pushes among the first
// position entries, in order.
func (t *Timeline) Last(dst []int, position, n int) []int {
	end := t.Pushes(position)
	for i := max(end-n, 0); i < end; i++ {
		dst = append(dst, t.Position(i))
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
func StateAt[R any](f RingFold[R], t *Timeline, base *snapshot.MeshOsSnapshot, position int, fetch Fetch) (*snapshot.MeshOsSnapshot, error) {
	state := *base
	old := *f.ring(base)
	length := max(f.capacity, len(old))
	positions := t.Last(nil, position, length)
	kept := old[len(old)-min(len(old), length-len(positions)):]
	ring := make([]R, 0, len(kept)+len(positions))
	ring = append(ring, kept...)
	err := fetch(positions, func(_ int, payload []byte) error {
		record, pushes, err := f.Decode(payload)
		if err == nil && pushes {
			ring = append(ring, record)
		}
		return err
	})
	*f.ring(&state) = slices.Clip(ring)
	return &state, err
}
