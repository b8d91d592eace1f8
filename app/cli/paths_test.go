//go:build !js

package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestPathsAreOneFolder(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, "1", dir, "a", "x")
	writeFile(t, "2", dir, "b", "x")
	writeFile(t, "3", dir, "c", "x")
	command("generate", "-o", filepath.Join(dir, "node"), "--records", "1").want(t, StatusOK)
	command("generate", "-o", filepath.Join(dir, "hostB", "var", "node"), "--records", "1").want(t, StatusOK)
	paths := []string{
		filepath.Join(dir, "a"), filepath.Join(dir, "b", "x"), filepath.Join(dir, "c", "x"),
		filepath.Join(dir, "node", "meshos", "actions"), filepath.Join(dir, "hostB", "var", "node", "meshos", "actions"),
	}
	f, err := newPathFS(paths)
	if err != nil {
		t.Fatal(err)
	}
	above := filepath.Base(dir)
	want := []string{"a/x", "b/x", "c/x", above + "/node/meshos/actions/manifest", "var/node/meshos/actions/manifest"}
	if err := fstest.TestFS(f, want...); err != nil {
		t.Error(err)
	}
	var got []string
	for _, name := range want {
		got = append(got, f.Display(name))
	}
	onDisk := []string{
		filepath.Join(paths[0], "x"), paths[1], paths[2],
		filepath.Join(paths[3], "manifest"), filepath.Join(paths[4], "manifest"),
	}
	if diff := cmp.Diff(onDisk, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if got := f.Display("b/x!/y#3"); got != paths[1]+filepath.FromSlash("!/y#3") {
		t.Errorf("inside an archive: %s", got)
	}
	if got := f.Display("elsewhere"); got != "elsewhere" {
		t.Errorf("none of the paths: %s", got)
	}
	if _, err := f.Open("node/nothing"); err == nil {
		t.Error("opened what is not there")
	}
	if b, err := fs.ReadFile(f, "c/x"); err != nil || string(b) != "3" {
		t.Errorf("%q, %v", b, err)
	}
}

// What is named twice, or lies in what is named too, is opened once, and that is said.
func TestPathsNamedTwiceAreOpenedOnce(t *testing.T) {
	dir := t.TempDir()
	node := filepath.Join(dir, "node")
	command("generate", "-o", node, "--records", "3").want(t, StatusOK)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(node, link); err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		paths []string
		said  string
	}{
		{[]string{node, node}, node + " is named twice and is opened once"},
		{[]string{node, link}, link + " is named twice, as " + node + " as well, and is opened once"},
		{[]string{node, filepath.Join(node, "meshos", "actions")}, filepath.Join(node, "meshos", "actions") + " lies in " + node + " and is opened with it"},
		{[]string{filepath.Join(node, "meshos"), node}, filepath.Join(node, "meshos") + " lies in " + node + " and is opened with it"},
	} {
		file := filepath.Join(t.TempDir(), "x.chain")
		r := command(append([]string{"export", "-o", file}, v.paths...)...)
		r.want(t, StatusOK)
		if !strings.Contains(r.text, v.said) {
			t.Errorf("%q: %s", v.paths, r.text)
		}
		if lines := strings.Count(command("cat", file).stdout, "\n"); lines != 3 {
			t.Errorf("%q: %d records", v.paths, lines)
		}
	}
}

// Folders of one name in several places are told apart by where they lie.
func TestNodesOfOneNameOnTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	images := filepath.Join(dir, "images")
	for i, host := range []string{"hostA", "hostB"} {
		command("generate", "-o", filepath.Join(images, host, "var", "lib", "net-mesh"), "--records", "3", "--seed", strconv.Itoa(i+1)).want(t, StatusOK)
	}
	a, b := filepath.Join(images, "hostA", "var", "lib", "net-mesh"), filepath.Join(images, "hostB", "var", "lib", "net-mesh")
	file := filepath.Join(dir, "both.chain")
	command("export", a, b, "-o", file).want(t, StatusOK)
	folders := filepath.Join(dir, "folders")
	command("import", file, "-o", folders).want(t, StatusOK)
	for _, path := range []string{images, file, folders} {
		r := command("fold", path)
		r.want(t, StatusUsage)
		for _, name := range []string{"hostA/net-mesh/meshos/actions", "hostB/net-mesh/meshos/actions"} {
			if !strings.Contains(r.text, "  "+name+" ") {
				t.Errorf("%q: %s is not listed:\n%s", path, name, r.text)
			}
			command("fold", "--channel", name, path).want(t, StatusOK)
		}
	}
}

// The folder of a prefix is not the node: that is the folder above.
func TestPartsOfANodeKeepItsName(t *testing.T) {
	dir := t.TempDir()
	node := filepath.Join(dir, "node-5")
	command("generate", "-o", node, "--records", "3").want(t, StatusOK)
	for _, p := range []string{node, node + "/meshos", node + "/meshos/actions", node + "/meshos/actions/v0000000001"} {
		found, err := find(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Chains) != 1 || chainName(&found.Chains[0]) != "node-5/meshos/actions" {
			t.Errorf("%s: %+v", p, found.Chains)
		}
		if err := found.Close(); err != nil {
			t.Error(err)
		}
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
