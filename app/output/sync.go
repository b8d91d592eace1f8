//go:build !js

package output

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
)

// syncAll makes a folder and all that lies in it durable, the folders from the
// innermost outwards.
func syncAll(dir string) error {
	var folders []string
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			folders = append(folders, name)
			return nil
		}
		return syncFile(name)
	})
	if err != nil {
		return err
	}
	slices.Reverse(folders)
	for _, name := range folders {
		if err := syncFolder(name); err != nil {
			return err
		}
	}
	return nil
}

func syncFile(name string) error {
	// Some systems sync only what is open for writing.
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder makes the names in a folder durable. Where a system or a file
// system cannot do that it is no failure: there it is not needed, or nothing
// that a caller could do would replace it.
func syncFolder(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, f.Close())
}
