//go:build js

package browser

import (
	"runtime"
	"syscall/js"
	"unsafe"
)

// heldInJS are bytes that the worker's scripts hold under a number. A js.Value of
// them would keep their memory until both collectors of garbage have run; these
// are given back at once, and at the latest when Go has forgotten them.
type heldInJS struct {
	number  int32
	length  int
	cleanup runtime.Cleanup
}

// takeHeld takes over bytes that the scripts hold, by their number and length.
func takeHeld(number, length js.Value) *heldInJS {
	h := &heldInJS{number: int32(number.Int()), length: length.Int()}
	h.cleanup = runtime.AddCleanup(h, dropHeld, h.number)
	return h
}

func (h *heldInJS) size() int { return h.length }

func (h *heldInJS) copyTo(b []byte, from int) {
	if len(b) > 0 {
		copyHeld(h.number, int32(from), unsafe.Pointer(&b[0]), int32(len(b)))
	}
	runtime.KeepAlive(h)
}

func (h *heldInJS) drop() {
	h.cleanup.Stop()
	dropHeld(h.number)
}

// take copies all of the bytes into Go and drops them.
func (h *heldInJS) take() []byte {
	b := make([]byte, h.length)
	h.copyTo(b, 0)
	h.drop()
	return b
}

// The scripts give these two to the program when they start it (web/run.js): they
// are called without the crossing of values that syscall/js takes.

//go:wasmimport chainglass copyHeld
func copyHeld(number, from int32, into unsafe.Pointer, count int32)

//go:wasmimport chainglass dropHeld
func dropHeld(number int32)
