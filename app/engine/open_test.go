package engine_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/synth"
	"chainglass/wire/redex"
)

// generated returns a folder with one made-up channel.
func generated(t *testing.T, dir string, records int) fs.FS {
	t.Helper()
	w, err := redex.Create(filepath.Join(dir, "n", "meshos", "actions"))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(1).Append(w, records), w.Close()); err != nil {
		t.Fatal(err)
	}
	return os.DirFS(dir)
}

// openAll opens a file system and has it closed when the test ends.
func openAll(t *testing.T, fsys fs.FS) (*engine.Engine, engine.Opened) {
	t.Helper()
	e := engine.New(engine.Options{})
	opened, err := e.Open(context.Background(), "", fsys, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(opened.Source) })
	return e, opened
}
