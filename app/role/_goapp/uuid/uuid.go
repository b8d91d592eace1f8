// Package uuid is what the page has in place of github.com/google/uuid, of which
// go-app calls one function. The whole package, with the hashes that it registers
// and the random numbers it draws, would make some hundredths of the program;
// browsers draw random numbers themselves.
package uuid

import (
	"fmt"
	"syscall/js"
)

// NewString returns a random UUID, version 4.
func NewString() string {
	const size = 16
	random := js.Global().Get("Uint8Array").New(size)
	js.Global().Get("crypto").Call("getRandomValues", random)
	var b [size]byte
	js.CopyBytesToGo(b[:], random)
	b[6] = b[6]&0x0f | 4<<4
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
