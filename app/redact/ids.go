package redact

import (
	"bufio"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"chainglass/wire/postcard"
)

// MaxIdentifiers bounds how many different ids of all classes one redaction keeps
// apart.
const MaxIdentifiers = 1 << 20

// largeID is the smallest number that is an id wherever a text has it. Smaller ones
// are ids where a record says so, and those below spokenID only where the text does.
const (
	largeID  = 1 << 32
	spokenID = 1000
)

// ids gives pseudonyms to numbers that identify something. First all originals
// are learned, then the pseudonyms drawn; 0 means nothing everywhere and stays.
type ids struct {
	random    *bufio.Reader
	byClass   [classes]map[uint64]uint64
	originals map[uint64]struct{}
	given     map[uint64]struct{}
}

func newIDs(random io.Reader) *ids {
	if random == nil {
		random = rand.Reader
	}
	x := &ids{random: bufio.NewReader(random), originals: map[uint64]struct{}{}, given: map[uint64]struct{}{}}
	for class := range classes {
		if class.isID() {
			x.byClass[class] = map[uint64]uint64{}
		}
	}
	return x
}

// learn takes note of an original.
func (x *ids) learn(class Class, id uint64) error {
	if id == 0 {
		return nil
	}
	known := x.byClass[class]
	if _, again := known[id]; again {
		return nil
	}
	if len(x.originals) >= MaxIdentifiers {
		return fmt.Errorf("redact: more than %d different ids", MaxIdentifiers)
	}
	known[id] = 0
	x.originals[id] = struct{}{}
	return nil
}

// learnNumber takes note of a number that a text or a name has, and reports whether
// it is one that gets a pseudonym as ids do.
func (x *ids) learnNumber(v uint64) bool {
	known := x.byClass[ClassNumber]
	if _, again := known[v]; again {
		return true
	}
	if v < largeID || len(known) >= MaxNames {
		return false
	}
	known[v] = 0
	return true
}

// draw gives every original its pseudonym.
func (x *ids) draw() error {
	for class := range classes {
		known := x.byClass[class]
		for _, id := range sortedIDs(known) {
			if _, is := x.originals[id]; is && class == ClassNumber {
				delete(known, id) // it is an id after all
				continue
			}
			pseudonym, err := x.fresh(id)
			if err != nil {
				return err
			}
			known[id] = pseudonym
		}
	}
	return nil
}

func sortedIDs(known map[uint64]uint64) []uint64 {
	sorted := make([]uint64, 0, len(known))
	for id := range known {
		sorted = append(sorted, id)
	}
	slices.Sort(sorted)
	return sorted
}

// maxDraws is how often a number is drawn before the source of chance is taken
// for one that is none: half of the numbers are free at least.
const maxDraws = 200

// fresh draws a number that is no original and was not drawn before. Large ids
// become large ones, small ones become numbers of seven to ten digits; both are
// values in texts, in whatever notation.
func (x *ids) fresh(id uint64) (uint64, error) {
	for range maxDraws {
		v, err := x.uint64()
		if err != nil {
			return 0, err
		}
		if id >= largeID {
			v |= 1 << 63
		} else if v = v >> 33; v < 1<<20 {
			continue
		}
		_, isGiven := x.given[v]
		_, isNumber := x.byClass[ClassNumber][v]
		if isGiven || isNumber || !isValue(strconv.FormatUint(v, 16)) || x.resembles(v) {
			continue
		}
		x.given[v] = struct{}{}
		return v, nil
	}
	return 0, fmt.Errorf("redact: the source of random numbers repeats itself")
}

// Originals whose digits may not be among those of a pseudonym, so that nobody who
// looks for one finds it: if there are few, those of four digits and more.
const (
	fewOriginals = 256
	manyDigits   = 1000
)

// resembles reports whether v is an original, or holds the digits of one.
func (x *ids) resembles(v uint64) bool {
	if _, is := x.originals[v]; is || len(x.originals) > fewOriginals {
		return is
	}
	decimal, hex := strconv.FormatUint(v, 10), strconv.FormatUint(v, 16)
	for id := range x.originals {
		if id >= manyDigits && (strings.Contains(decimal, strconv.FormatUint(id, 10)) || strings.Contains(hex, strconv.FormatUint(id, 16))) {
			return true
		}
	}
	return false
}

func (x *ids) uint64() (uint64, error) {
	var b [8]byte
	err := x.fill(b[:])
	return binary.LittleEndian.Uint64(b[:]), err
}

// fill fills b with random bytes.
func (x *ids) fill(b []byte) error {
	if _, err := io.ReadFull(x.random, b); err != nil {
		return fmt.Errorf("redact: random numbers: %w", err)
	}
	return nil
}

// pseudonym returns the pseudonym of an id that was learned.
func (x *ids) pseudonym(class Class, id uint64) uint64 {
	if id == 0 {
		return 0
	}
	p := x.byClass[class][id]
	if p == 0 {
		panic("invariant: " + class.String() + " was not learned")
	}
	return p
}

// inText returns the pseudonym of a number that a text gives, if it is the id of
// something; the text may say of what.
func (x *ids) inText(v uint64, said postcard.Option[Class]) (pseudonym uint64, known bool) {
	if class, some := said.Get(); some {
		if p, known := x.byClass[class][v]; known {
			return p, true
		}
	}
	if v < spokenID {
		return 0, false
	}
	for class := range classes {
		if p, known := x.byClass[class][v]; known {
			return p, true
		}
	}
	return 0, false
}

// isGiven reports whether v may stand in the field of an id.
func (x *ids) isGiven(v uint64) bool {
	_, given := x.given[v]
	return v == 0 || given
}
