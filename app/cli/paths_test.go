//go:build !js

package cli

import (
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestPathsAreOneFolder(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, "1", dir, "a", "x")
	writeFile(t, "2", dir, "b", "x")
	command("generate", "-o", filepath.Join(dir, "node"), "--records", "1").want(t, StatusOK)
	paths := []string{
		filepath.Join(dir, "a"), filepath.Join(dir, "b", "x"), filepath.Join(dir, "a", "x"),
		filepath.Join(dir, "node", "meshos", "actions"), filepath.Join(dir, "node"),
	}
	f, err := newPathFS(paths)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a/x", "x", "x (2)", "node/meshos/actions/manifest", "node (2)/meshos/actions/manifest"}
	if err := fstest.TestFS(f, want...); err != nil {
		t.Error(err)
	}
	var got []string
	for _, name := range want {
		got = append(got, f.Display(name))
	}
	onDisk := []string{
		filepath.Join(paths[0], "x"), paths[1], paths[2],
		filepath.Join(paths[3], "manifest"), filepath.Join(paths[4], "meshos", "actions", "manifest"),
	}
	if diff := cmp.Diff(onDisk, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if got := f.Display("x!/y#3"); got != paths[1]+filepath.FromSlash("!/y#3") {
		t.Errorf("inside an archive: %s", got)
	}
	if got := f.Display("elsewhere"); got != "elsewhere" {
		t.Errorf("none of the paths: %s", got)
	}
	if _, err := f.Open("node/nothing"); err == nil {
		t.Error("opened what is not there")
	}
	if b, err := fs.ReadFile(f, "x (2)"); err != nil || string(b) != "1" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestChannelFoldersKeepTheirNames(t *testing.T) {
	for path, want := range map[string]string{
		incident + "/node-1/meshos/actions": "node-1/meshos/actions",
		incident + "/node-1/log":            "node-1/log",
		incident + "/node-1/failures":       "node-1/failures",
	} {
		found, err := find(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for i := range found.Chains {
			names = append(names, chainName(&found.Chains[i]))
		}
		if !slices.Equal(names, []string{want}) {
			t.Errorf("%s: %v", path, names)
		}
		if err := found.Close(); err != nil {
			t.Error(err)
		}
	}
}
