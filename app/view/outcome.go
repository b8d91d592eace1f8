package view

import (
	"chainglass/app/kind"
	"chainglass/wire"
)

// Tone is a meaning that has a colour. It is also the name of the style class.
type Tone string

// The tones. Every tone comes with a letter or a word; none stands alone.
const (
	TonePlain      Tone = "plain"
	ToneQuiet      Tone = "quiet"
	ToneDispatched Tone = "dispatched"
	ToneFailed     Tone = "failed"
	ToneGated      Tone = "gated"
	ToneFinding    Tone = "finding"
)

// Outcome is how an outcome is shown: the word of the format, a letter that
// tells it from its neighbours without colour, a tone.
type Outcome struct {
	Word, Letter string
	Tone         Tone
}

// tones are how the tones of the kinds are shown.
var tones = [...]Tone{
	kind.TonePlain: TonePlain,
	kind.ToneQuiet: ToneQuiet,
	kind.ToneGood:  ToneDispatched,
	kind.ToneHeld:  ToneGated,
	kind.ToneBad:   ToneFailed,
}

// Words for entries that have no outcome.
const (
	wordUndecodable = "undecodable"
	letterTrouble   = "!"
)

// OutcomeOf returns how to show an outcome by its name.
func OutcomeOf(name string) Outcome {
	for _, k := range (kind.Set{}).All() {
		for i := range k.Outcomes {
			if o := &k.Outcomes[i]; o.Name == name {
				return Outcome{o.Name, o.Letter, tones[o.Tone]}
			}
		}
	}
	return Outcome{Word: VisibleText(name), Letter: "·", Tone: TonePlain}
}

// StatusOutcome returns how to show an entry that is not a record.
func StatusOutcome(status wire.EntryStatus) Outcome {
	if status.Readable() {
		return Outcome{Word: wordUndecodable, Letter: letterTrouble, Tone: ToneFinding}
	}
	return Outcome{Word: status.String(), Letter: letterTrouble, Tone: ToneFinding}
}
