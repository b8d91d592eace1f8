//go:build !js

package site

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"testing"
)

// maxWasmGzipBytes holds what a visitor downloads where it is. gzip is measured
// because it is quick; brotli makes 0.69 of it.
const maxWasmGzipBytes = 2_930_000

// What must not be in the program, by the names of its functions.
var forbiddenInWasm = []string{"net/http.", "crypto/tls.", "crypto/x509.", "github.com/google/uuid.Parse", "github.com/spf13/cobra."}

func TestTheProgramIsSmall(t *testing.T) {
	program, err := Embedded()
	if errors.Is(err, ErrNotBuilt) {
		return // there is nothing to weigh
	}
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
