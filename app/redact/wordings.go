package redact

import (
	"strconv"
	"strings"

	"chainglass/wire"
)

// slot is a gap in a sentence that nodes write.
type slot uint8

const (
	slotText      slot = iota // free text
	slotCount                 // a number that counts: a measure
	slotCooldown              // a number that a measure holds as well: kept
	slotAction                // the id of an action: kept
	slotOperator              // the id of an operator
	slotMigration             // the id of a migration
	slotKind                  // an action kind
)

// place is the sort of field that a text is from.
type place uint8

const (
	placeText   place = iota // written by people and programs at will
	placeReason              // why an action failed or a command was refused
	placeSource              // whose failure it was

	places // count
)

// wording is a sentence that nodes write themselves: literals with slots between.
type wording struct {
	place    place
	literals []string
	slots    []slot
}

// wordings are tried in this order. Only the first slot of one may be a text.
var wordings = [...]wording{
	{placeReason, []string{"daemon-backoff"}, nil},
	{placeReason, []string{"dispatcher panicked"}, nil},
	{placeReason, []string{"dispatch retry budget exhausted after ", " attempts"}, []slot{slotCount}},
	{placeReason, []string{"deferred ", " times — exceeds max_defer_count ", ""}, []slot{slotCount, slotCount}},
	{placeReason, []string{"gated (", ") for ", " ms"}, []slot{slotText, slotCooldown}},
	{placeReason, []string{"gated (", "); cooldown ", " ms"}, []slot{slotText, slotCooldown}},
	{placeReason, []string{"gated (", ")"}, []slot{slotText}},
	{placeReason, []string{"operator ", " is not registered in the cluster's operator policy"}, []slot{slotOperator}},
	{placeReason, []string{"insufficient signatures: got ", ", required ", ""}, []slot{slotCount, slotCount}},
	{placeSource, []string{"action-id:", ""}, []slot{slotAction}},
	{placeSource, []string{"action-id:", ":", ""}, []slot{slotAction, slotKind}},
	{placeSource, []string{"kill-migration:", ""}, []slot{slotMigration}},
}

// spoken is a text that was recognised: its wording and what stands in the slots.
type spoken struct {
	wording *wording
	slots   [2]string
	// at is where the slots begin, in bytes.
	at [2]int
}

// recognise returns the wording of a text. One inside another is not looked for
// if nested is set, but for those without slots.
func recognise(text string, p place, nested bool) (spoken, bool) {
	if p == placeText {
		return spoken{}, false
	}
	for i := range wordings {
		w := &wordings[i]
		if w.place != p || nested && len(w.slots) > 0 {
			continue
		}
		if s, fits := w.match(text); fits {
			return s, true
		}
	}
	return spoken{}, false
}

func (w *wording) match(text string) (spoken, bool) {
	s := spoken{wording: w}
	rest, begins := strings.CutPrefix(text, w.literals[0])
	if !begins {
		return s, false
	}
	for i, slot := range w.slots {
		next := w.literals[i+1]
		end := len(rest)
		switch {
		case slot == slotText:
			end = strings.LastIndex(rest, next)
		case next != "":
			end = strings.Index(rest, next)
		}
		if end < 0 || !slot.takes(rest[:end]) {
			return s, false
		}
		s.slots[i], s.at[i], rest = rest[:end], len(text)-len(rest), rest[end+len(next):]
	}
	return s, rest == ""
}

// takes reports whether a text may stand in the slot.
func (s slot) takes(text string) bool {
	switch s {
	case slotText:
		return true
	case slotKind:
		return wire.KnownActionKind([]byte(text)) || text == ""
	case slotCount:
		_, is := number(text)
		return is || isPseudoValue(text) || text == beyond
	}
	_, is := number(text)
	return is
}

// number reads a decimal number as the format writes it.
func number(text string) (uint64, bool) {
	v, err := strconv.ParseUint(text, 10, 64)
	if err != nil || len(text) > 1 && text[0] == '0' || text[0] == '+' {
		return 0, false
	}
	return v, true
}
