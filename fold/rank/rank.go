// Package rank holds sets of positions that know, for any position, how many
// members lie before it, and for any number, which member it is.
package rank

import (
	"math/bits"
	"sort"
)

// Set is a set of positions below Len, one bit each. It grows at its end. With
// its counts it costs 1.5 bits a position. The zero Set is empty and ready for
// use.
type Set struct {
	words []uint64
	// ranks[i] counts the members in front of group i of wordsPerRank words.
	ranks  []uint64
	length int
	count  uint64
}

const wordsPerRank = 2

// Append adds the next position, as a member or not.
func (s *Set) Append(member bool) {
	var word uint64
	if member {
		word = 1
	}
	s.appendWord(word, 1)
}

// AppendBits adds the next n positions at once: number i is a member if bit i%64
// of words[i/64] is set. Bits past n are ignored.
func (s *Set) AppendBits(words []uint64, n int) {
	for ; n > 0; n -= 64 {
		word := words[0]
		words = words[1:]
		if n < 64 {
			word &= 1<<n - 1
		}
		s.appendWord(word, min(n, 64))
	}
}

// appendWord adds up to 64 positions. The bits of word past n are zero.
func (s *Set) appendWord(word uint64, n int) {
	shift := s.length % 64
	if shift == 0 {
		s.addWord(word)
	} else {
		s.words[len(s.words)-1] |= word << shift
		s.count += uint64(bits.OnesCount64(word << shift))
		if shift+n > 64 {
			s.addWord(word >> (64 - shift))
		}
	}
	s.length += n
}

func (s *Set) addWord(word uint64) {
	if len(s.words)%wordsPerRank == 0 {
		s.ranks = append(s.ranks, s.count)
	}
	s.words = append(s.words, word)
	s.count += uint64(bits.OnesCount64(word))
}

// Bits returns the words of the set, a bit for each position. They must not be changed.
func (s *Set) Bits() []uint64 { return s.words }

// Len returns how many positions have been appended.
func (s *Set) Len() int { return s.length }

// Count returns how many members there are.
func (s *Set) Count() int { return int(s.count) }

// Before returns how many members lie before position. Positions outside the
// set are taken as its ends.
func (s *Set) Before(position int) int {
	position = min(max(position, 0), s.length)
	word := position / 64
	if word == len(s.words) {
		return int(s.count)
	}
	n := s.ranks[word/wordsPerRank]
	for w := word - word%wordsPerRank; w < word; w++ {
		n += uint64(bits.OnesCount64(s.words[w]))
	}
	return int(n) + bits.OnesCount64(s.words[word]&(1<<(position%64)-1))
}

// Has reports whether position is a member.
func (s *Set) Has(position int) bool {
	return position >= 0 && position < s.length && s.words[position/64]>>(position%64)&1 != 0
}

// Member returns the position of member number n, counted from 0, or Len if
// there are not that many.
func (s *Set) Member(n int) int {
	if n < 0 || uint64(n) >= s.count {
		return s.length
	}
	group := sort.Search(len(s.ranks), func(i int) bool { return s.ranks[i] > uint64(n) }) - 1
	left := n - int(s.ranks[group])
	word := group * wordsPerRank
	for ones := bits.OnesCount64(s.words[word]); left >= ones; ones = bits.OnesCount64(s.words[word]) {
		left -= ones
		word++
	}
	return word*64 + selectBit(s.words[word], left)
}

// selectBit returns the place of set bit number n of w.
func selectBit(w uint64, n int) int {
	for ; n > 0; n-- {
		w &= w - 1
	}
	return bits.TrailingZeros64(w)
}
