//go:build js

package browser

import (
	"encoding/binary"
	"math"
	"syscall/js"
)

// bytesOf copies a Uint8Array into Go.
func bytesOf(array js.Value) []byte {
	b := make([]byte, array.Get("byteLength").Int())
	js.CopyBytesToGo(b, array)
	return b
}

// arrayOf copies bytes into a new Uint8Array.
func arrayOf(b []byte) js.Value {
	array := js.Global().Get("Uint8Array").New(len(b))
	js.CopyBytesToJS(array, b)
	return array
}

// float64s copies a Float64Array into Go, as bytes: one crossing, not one for
// every number.
func float64s(array js.Value) []float64 {
	raw := bytesOf(js.Global().Get("Uint8Array").New(array.Get("buffer")))
	numbers := make([]float64, len(raw)/8)
	for i := range numbers {
		numbers[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
	}
	return numbers
}
