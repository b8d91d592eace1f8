//go:build !js

package disk

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A folder in which a path has become one with a link on it, or that was itself moved away,
// shows nothing of what the path leads to now.
func TestNothingIsReadAtOnceThroughALinkThatCameLater(t *testing.T) {
	outer := t.TempDir()
	root, elsewhere := filepath.Join(outer, "root"), filepath.Join(outer, "elsewhere")
	write := func(folder, content string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(folder, "a"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "a", "idx"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		change func() error
	}{
		{"a folder becomes a link", func() error {
			if err := os.RemoveAll(filepath.Join(root, "a")); err != nil {
				return err
			}
			return os.Symlink(filepath.Join(elsewhere, "a"), filepath.Join(root, "a"))
		}},
		{"a file becomes a link", func() error {
			if err := os.Remove(filepath.Join(root, "a", "idx")); err != nil {
				return err
			}
			return os.Symlink(filepath.Join(elsewhere, "a", "idx"), filepath.Join(root, "a", "idx"))
		}},
		{"another folder lies where the one was that was named", func() error {
			if err := os.Rename(root, filepath.Join(outer, "was")); err != nil {
				return err
			}
			return os.Rename(elsewhere, root)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, folder := range []string{root, elsewhere, filepath.Join(outer, "was")} {
				if err := os.RemoveAll(folder); err != nil {
					t.Fatal(err)
				}
			}
			write(root, "inside")
			write(elsewhere, "outside")
			tree, err := Open(root)
			if err != nil {
				t.Fatal(err)
			}
			if content, _, err := tree.ReadSmall("a/idx", 64); err != nil || content != nil && string(content) != "inside" {
				t.Fatalf("%q, %v", content, err)
			}
			if err := tt.change(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(2 * burst)
			if content, _, err := tree.ReadSmall("a/idx", 64); string(content) == "outside" {
				t.Errorf("%q, %v", content, err)
			}
			if content, err := fs.ReadFile(tree, "a/idx"); string(content) == "outside" {
				t.Errorf("%q, %v", content, err)
			}
		})
	}
}
