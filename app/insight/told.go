package insight

import (
	"bytes"
	"strconv"

	"github.com/zeebo/xxh3"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// Told is what the story needs of a record beyond the columns of an index.
type Told struct {
	// DelayMS is the retry hint of a failed action or the cooldown of a gated one.
	DelayMS postcard.Option[uint64]
	// Live is the key that an action's record shares with the live failure that
	// goes with it, see live.go; 0 if nothing goes with it. It is the same in every
	// run of the program.
	Live uint64
	// Names is what the reason of a failure names.
	Names Names
}

// Teller makes the Told of records, one at a time. It allocates only while its
// scratch grows. The zero Teller is ready.
type Teller struct {
	scratch []byte
	names   nameCache
}

// tellerScratch is how much scratch is kept from one record to the next.
const tellerScratch = 1 << 14

// Action returns the Told of a record on an action chain.
func (t *Teller) Action(v *wire.View) Told {
	switch {
	case v.Outcome == wire.OutcomeGated:
		return Told{DelayMS: v.DelayMS, Live: liveKey(v.ID, t.gated(v))}
	case v.Outcome == wire.OutcomeFailed && !v.DelayMS.Some:
		return Told{Live: liveKey(v.ID, v.Reason), Names: t.names.of(v.Reason)}
	case v.Outcome == wire.OutcomeFailed:
		return Told{DelayMS: v.DelayMS, Names: t.names.of(v.Reason)}
	}
	return Told{DelayMS: v.DelayMS}
}

// gated returns the reason that the live failure of a gated action gives.
func (t *Teller) gated(v *wire.View) []byte {
	text := append(t.scratch[:0], "gated ("...)
	text = append(text, v.Reason...)
	text = append(text, ") for "...)
	text = strconv.AppendUint(text, v.DelayMS.Or(0), 10)
	text = append(text, " ms"...)
	if t.scratch = text; cap(text) > tellerScratch {
		t.scratch = nil
	}
	return text
}

// actionSource is how the source of a live failure of an action begins.
const actionSource = "action-id:"

// Failure returns the Told of a record on a failures chain.
func (t *Teller) Failure(v *snapshot.FailureView) Told {
	digits, isAction := bytes.CutPrefix(v.Source, []byte(actionSource))
	id, ok := decimal(digits)
	told := Told{Names: t.names.of(v.Reason)}
	if isAction && ok {
		told.Live = liveKey(id, v.Reason)
	}
	return told
}

// decimal reads an unsigned number of nothing but digits.
func decimal(digits []byte) (n uint64, ok bool) {
	const most = ^uint64(0)
	for _, d := range digits {
		v := uint64(d - '0')
		if v > 9 || n > (most-v)/10 {
			return 0, false
		}
		n = n*10 + v
	}
	return n, len(digits) > 0
}

// liveKey is the key of an action id and a text; never 0.
func liveKey(id uint64, text []byte) uint64 {
	const odd = 0x9e3779b97f4a7c15
	h := (xxh3.Hash(text) ^ id*odd) * odd
	return max(h^h>>32, 1)
}
