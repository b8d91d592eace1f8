package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/site"
)

// A program and the loader of another compiler do not fit together.
func TestLoaderIsTheCompilers(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	program, err := site.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(program.WasmExec, want) {
		t.Error("wasm_exec.js of the built page is not the compiler's; run: make wasm")
	}
}
