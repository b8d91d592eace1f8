package source

import "chainglass/wire/message"

// Fault is something wrong with the text or the file of a chain that belongs to none
// of its entries.
type Fault struct {
	// Rule is the stable name of the kind of fault.
	Rule string
	// Title says what it is in a few words, Detail what it means.
	Title, Detail message.Message
	// Damage is true if bytes are bad or missing.
	Damage bool
	// Note is true if nothing is missing, but it should be known.
	Note bool
	// File is where it is, Offset the byte of the file at which it shows and Bytes
	// how many bytes are concerned; 0 if none are there.
	File   string
	Offset int64
	Bytes  int64
}
