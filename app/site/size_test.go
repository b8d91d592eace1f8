//go:build !js

package site

import (
	"bytes"
	"compress/gzip"
	"io"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// maxWasmGzipBytes holds what a visitor downloads where it is: 3.5 MB of brotli, the
// budget of make size. gzip is measured because it is quick; brotli makes 0.71 of it.
const maxWasmGzipBytes = 4_940_000

// maxSingleBytes holds the one-file page without data where it is, if zstd was
// there to pack its program. It is the budget of make size as well.
const maxSingleBytes = 5_100_000

// What must not be in the program, by the names of its functions.
var forbiddenInWasm = []string{"github.com/spf13/cobra.", "chainglass/app/cli.", "chainglass/app/site."}

func TestTheProgramIsSmall(t *testing.T) {
	program, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if got := len(program.WasmGzip); got > maxWasmGzipBytes {
		t.Errorf("the program is %d bytes of gzip, at most %d are allowed: make size tells more", got, maxWasmGzipBytes)
	}
	r, err := gzip.NewReader(bytes.NewReader(program.WasmGzip))
	if err != nil {
		t.Fatal(err)
	}
	wasm, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range forbiddenInWasm {
		if bytes.Contains(wasm, []byte("\x00"+name)) {
			t.Errorf("the program holds %s", name)
		}
	}
	if !bytes.Contains(wasm, []byte("\x00runtime.main\x00")) {
		t.Error("the program does not name its functions, so that this test sees nothing")
	}
}

func TestTheFileIsSmall(t *testing.T) {
	program, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if program.WasmZstd == nil {
		t.Skip("no zstd was there to pack the program, which makes a larger page")
	}
	s, err := New(program, Options{})
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Single(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(page); got > maxSingleBytes {
		t.Errorf("the page is %d bytes, at most %d are allowed: make size tells more", got, maxSingleBytes)
	}
	// Both forms must be of one build: the page takes the size from the other.
	plain, err := unpack(program.WasmGzip)
	if err != nil {
		t.Fatal(err)
	}
	r, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := r.DecodeAll(program.WasmZstd, nil); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("zstd holds another program than gzip: %d bytes, not %d; error %v", len(got), len(plain), err)
	}
}
