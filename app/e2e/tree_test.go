package e2e

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

// tree is files by path.
type tree map[string]string

// write puts the files into a new folder and returns the folder.
func (files tree) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for path, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// listing is what probe answers for these files: a line for each, by path.
func (files tree) listing() string {
	var lines []string
	for path, content := range files {
		lines = append(lines, fmt.Sprintf("%s %d %x\n", path, len(content), sha256.Sum256([]byte(content))))
	}
	return sortedLines(strings.Join(lines, ""))
}

// sortedLines makes listings comparable: folders are walked in the order of
// names, not of whole paths.
func sortedLines(text string) string {
	lines := strings.SplitAfter(text, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "")
}

// readTree reads a folder, with its paths below a name.
func readTree(t *testing.T, dir, name string) tree {
	t.Helper()
	files := tree{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files[name+"/"+filepath.ToSlash(below)] = string(content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
