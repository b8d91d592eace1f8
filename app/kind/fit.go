package kind

// Nothing in a chain says which records it holds, and a wrong guess is easy to
// make: the decoders of the reference ignore what follows a record, and a
// payload of another program that begins with 01 00 00 00 00 decodes as an
// action record. So a payload speaks for a kind only if it decodes to its last
// byte, and fully only if the values could have been written by a node.

// Fit says how well a payload fits a kind.
type Fit uint8

// The fits.
const (
	FitNone Fit = iota
	// FitNewer: it lacks a known version in front and could be of a later one.
	FitNewer
	// FitWhole: it decodes to its last byte.
	FitWhole
	// FitPlausible: and a node could have written it.
	FitPlausible
)

// The times that a node of this software can have written, in Unix milliseconds: from
// MinTimeMS up to MaxTimeMS, 2001 to 2100, or 0 for a clock that was not set.
const (
	MinTimeMS = 978_307_200_000
	MaxTimeMS = 4_102_444_800_000
)

func plausibleMS(ms uint64) bool {
	return ms == 0 || MinTimeMS <= ms && ms < MaxTimeMS
}

// grade makes a fit of what a decoder returned.
func grade(payload []byte, n int, err error, plausible bool) Fit {
	switch {
	case err != nil || n != len(payload):
		return FitNone
	case plausible:
		return FitPlausible
	}
	return FitWhole
}

// fitsFields takes a time that is set for proof enough.
func (k *Kind) fitsFields(payload []byte) Fit {
	var r Record
	n, _, err := k.readFields(payload, &r)
	return grade(payload, n, err, r.TimeMS != 0 && plausibleMS(r.TimeMS))
}
