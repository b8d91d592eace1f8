package redex

import "fmt"

// Rules say which entries of a channel count.
type Rules uint8

// The rules. The version rules are what a node of that version keeps when it
// opens the channel.
const (
	// Readable keeps every entry whose payload is there and matches its
	// checksum, whatever lies before or behind it.
	Readable Rules = iota
	// V0_21_0 cuts the torn tail and drops entries that do not match.
	V0_21_0
	// V0_34_0 does as V0_21_0 does, then cuts at the first entry whose
	// sequence number is not above that of the entry before it.
	V0_34_0

	rulesCount
)

var rulesNames = [rulesCount]string{"readable", "v0.21.0", "v0.34.0"}

// String returns the name used on the command line and in reports.
func (r Rules) String() string {
	if r < rulesCount {
		return rulesNames[r]
	}
	return fmt.Sprintf("Rules(%#02x)", uint8(r))
}

// ParseRules is the inverse of [Rules.String].
func ParseRules(s string) (Rules, bool) {
	for r, name := range rulesNames {
		if name == s {
			return Rules(r), true
		}
	}
	return Readable, false
}
