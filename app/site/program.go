//go:build !js

package site

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
)

// ErrNotBuilt says that this binary was built without the page in it.
var ErrNotBuilt = errors.New("built without the page: run make, which compiles the page before the program that carries it")

//go:embed all:dist
var dist embed.FS

// The files that the wasm build leaves.
const (
	wasmGzipName   = "app.wasm.gz"
	wasmBrotliName = "app.wasm.br"  // missing if no brotli was there to make it
	wasmZstdName   = "app.wasm.zst" // missing if no zstd was there to make it
	wasmExecName   = "wasm_exec.js"
)

// Program is the compiled page: the wasm binary as it travels, and the loader
// of the compiler that built it.
type Program struct {
	// WasmGzip is the binary, gzip'd.
	WasmGzip []byte
	// WasmBrotli is the binary, compressed with brotli, or nil.
	WasmBrotli []byte
	// WasmZstd is the binary, compressed with zstd, or nil.
	WasmZstd []byte
	// WasmExec is the text of wasm_exec.js.
	WasmExec []byte
}

// Embedded returns the program inside this binary, or [ErrNotBuilt].
func Embedded() (Program, error) {
	built, err := fs.Sub(dist, "dist")
	if err != nil {
		return Program{}, err
	}
	return ReadProgram(built)
}

// ReadProgram reads a program from the folder that the wasm build filled. If
// there is none it returns [ErrNotBuilt].
func ReadProgram(folder fs.FS) (Program, error) {
	var p Program
	var err error
	if p.WasmGzip, err = fs.ReadFile(folder, wasmGzipName); errors.Is(err, fs.ErrNotExist) {
		return Program{}, ErrNotBuilt
	} else if err != nil {
		return Program{}, err
	}
	if p.WasmExec, err = fs.ReadFile(folder, wasmExecName); err != nil {
		return Program{}, fmt.Errorf("the page is only half built: %w", err)
	}
	if p.WasmBrotli, err = readOptional(folder, wasmBrotliName); err != nil {
		return Program{}, err
	}
	if p.WasmZstd, err = readOptional(folder, wasmZstdName); err != nil {
		return Program{}, err
	}
	return p, p.check()
}

// readOptional reads a file that may be missing: then there are no bytes.
func readOptional(folder fs.FS, name string) ([]byte, error) {
	content, err := fs.ReadFile(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return content, err
}

func (p Program) check() error {
	if len(p.WasmGzip) < 18 || !bytes.HasPrefix(p.WasmGzip, []byte{0x1f, 0x8b}) {
		return fmt.Errorf("%s is not a gzip file", wasmGzipName)
	}
	return nil
}

// contentName puts a part of the content's hash into a file name, so that a
// name never means two contents.
func contentName(stem string, content []byte, extension string) string {
	sum := sha256.Sum256(content)
	return stem + "." + hex.EncodeToString(sum[:8]) + extension
}
