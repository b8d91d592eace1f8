package view

import "chainglass/wire"

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

// outcomes are the dispositions, the verification outcomes and the levels.
var outcomes = map[string]Outcome{
	"Dispatched": {"Dispatched", "D", ToneDispatched},
	"Failed":     {"Failed", "F", ToneFailed},
	"Gated":      {"Gated", "G", ToneGated},
	"Accepted":   {"Accepted", "A", ToneDispatched},
	"Rejected":   {"Rejected", "R", ToneFailed},
	"Unverified": {"Unverified", "U", ToneGated},
	"Failure":    {"Failure", "F", ToneFailed},
	"Trace":      {"Trace", "T", ToneQuiet},
	"Debug":      {"Debug", "B", ToneQuiet},
	"Info":       {"Info", "I", ToneDispatched},
	"Warn":       {"Warn", "W", ToneGated},
	"Error":      {"Error", "E", ToneFailed},
}

// Words for entries that have no outcome.
const (
	wordUndecodable = "undecodable"
	letterTrouble   = "!"
)

// OutcomeOf returns how to show an outcome by its name.
func OutcomeOf(name string) Outcome {
	if o, known := outcomes[name]; known {
		return o
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
