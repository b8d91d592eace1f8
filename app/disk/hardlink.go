//go:build !js

package disk

import (
	"io/fs"
	"os"
	"path/filepath"

	"chainglass/app/source"
)

// A file with credentials may have a second name, as tools make that save copies of
// what has not changed: a name that says nothing of what is in the file.

// hardLinkReason says why a file is refused that is one with credentials.
const hardLinkReason = "it is another name of a file with credentials of a node, which are never opened"

// maxSearched bounds how many names are looked at for those of credentials.
const maxSearched = 1_000_000

// isCredential reports whether what is described is a file with credentials under
// another name. Only a file of several names makes it look for them.
func (t *Tree) isCredential(info fs.FileInfo) bool {
	if !info.Mode().IsRegular() || names(info) < 2 {
		return false
	}
	t.findCredentials.Do(func() { t.credentials = credentialsBelow(t.searched()) })
	for _, credential := range t.credentials {
		if os.SameFile(credential, info) {
			return true
		}
	}
	return false
}

// searched is the folder in which the names of credentials are looked for: of a file,
// that in which it lies.
func (t *Tree) searched() string {
	if t.isFile() {
		return filepath.Dir(t.real)
	}
	return t.real
}

// credentialsBelow describes the files with credentials in a folder that have another
// name. A part of it that cannot be looked into is passed over: nothing in there is
// opened either.
func credentialsBelow(folder string) (found []fs.FileInfo) {
	searched := 0
	_ = filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if searched++; searched > maxSearched {
			return filepath.SkipAll
		}
		if err != nil || !entry.Type().IsRegular() || !source.IsCredential(entry.Name()) {
			return nil
		}
		if info, err := entry.Info(); err == nil && names(info) > 1 {
			found = append(found, info)
		}
		return nil
	})
	return found
}
