//go:build !js

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// segment is a piece of data at an address.
type segment struct {
	at   int64
	data string
}

// wasmOf writes a binary: one section before the data, one behind it.
func wasmOf(segments ...segment) []byte {
	body := binary.AppendUvarint(nil, uint64(len(segments)))
	for _, s := range segments {
		body = append(appendSleb(append(body, 0, opI32Const), s.at), opEnd)
		body = append(binary.AppendUvarint(body, uint64(len(s.data))), s.data...)
	}
	out := append([]byte(wasmHeader), 10, 2, 'x', 'y', dataSection)
	out = append(binary.AppendUvarint(out, uint64(len(body))), body...)
	return append(out, 0, 1, 'z')
}

func unedited(*memory) error { return nil }

func TestSegmentsThatLieCloseAreJoined(t *testing.T) {
	far := int64(100 + 3 + joinGap + 1)
	got, err := rewriteData(wasmOf(segment{far, "far"}, segment{100, "abc"}, segment{8, "first"}, segment{20, "near"}), unedited)
	if err != nil {
		t.Fatal(err)
	}
	want := wasmOf(segment{8, "first" + strings.Repeat("\x00", 7) + "near"}, segment{100, "abc"}, segment{far, "far"})
	if !bytes.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestWhatIsNoBinaryIsAnError(t *testing.T) {
	whole := wasmOf(segment{4096, "abc"})
	for name, b := range map[string][]byte{
		"empty":           nil,
		"other":           []byte("\x7fELF and more"),
		"no data section": []byte(wasmHeader + "\x0a\x02xy"),
		"negative":        wasmOf(segment{-1, "abc"}),
		"far":             wasmOf(segment{1 << 31, "abc"}),
		"cut":             whole[:len(whole)-5],
	} {
		if _, err := rewriteData(b, unedited); !errors.Is(err, errNotWasm) {
			t.Errorf("%s: error %v, want errNotWasm", name, err)
		}
	}
}

func TestProgramsWithoutTheTableAreRefused(t *testing.T) {
	for name, data := range map[string]string{
		"none": "abc",
		"cut":  tableStart + "abc",
		"odd":  tableStart + strings.Repeat("\x01", 200),
	} {
		if _, err := slim(wasmOf(segment{64, data})); !errors.Is(err, errLineTable) {
			t.Errorf("%s: error %v, want errLineTable", name, err)
		}
	}
}

// program prints what a traceback would name, collects garbage while stacks are
// deep, and unwinds them: everything that reads the table.
const program = `package main

import (
	"fmt"
	"runtime"
	"strings"
)

type tree struct{ left, right *tree }

func grow(depth int) *tree {
	if depth == 0 {
		runtime.GC()
		return nil
	}
	return &tree{grow(depth - 1), nil}
}

func count(t *tree) int {
	if t == nil {
		return 0
	}
	return 1 + count(t.left) + count(t.right)
}

func fails() (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	var none []int
	return fmt.Sprint(none[len(text)])
}

func main() {
	strings.Map(func(r rune) rune {
		pcs := make([]uintptr, 10)
		frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
		for {
			frame, more := frames.Next()
			fmt.Printf("%q ", frame.Function)
			if !more {
				return r
			}
		}
	}, "x")
	pc, _, line, _ := runtime.Caller(0)
	fmt.Println(count(grow(1000)), fails(), runtime.FuncForPC(pc).Name(), line)
}
`

// A program that went through slim runs as before, and no longer knows its lines
// nor the names of its libraries.
func TestASlimProgramRuns(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.wasm"), filepath.Join(dir, "out.wasm")
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	goTool(t, dir, "build", "-ldflags=-s -w", "-o", in, "main.go")
	if err := slimFile(in, out); err != nil {
		t.Fatal(err)
	}
	const says = `"main.main.func1" %q "main.main" "runtime.main" "runtime.goexit" ` +
		"1000 runtime error: index out of range [0] with length 0 main.main %d\n"
	root := strings.TrimSpace(goTool(t, dir, "env", "GOROOT"))
	for _, c := range []struct {
		path, library string
		line          int
	}{{in, "strings.Map", 44}, {out, "", 0}} {
		got, err := exec.Command(filepath.Join(root, "lib", "wasm", "go_js_wasm_exec"), c.path).CombinedOutput()
		if want := fmt.Sprintf(says, c.library, c.line); err != nil || string(got) != want {
			t.Errorf("%s says %q, %v, want %q", filepath.Base(c.path), got, err, want)
		}
	}
}

// goTool runs the go command for the browser's machine and returns its output.
func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GO111MODULE=off")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
