//go:build !js

package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// emptyDir makes sure that dir is a folder with nothing in it, so that no
// command writes over what it did not make.
func emptyDir(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return os.MkdirAll(dir, 0o777)
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%s is not empty; nothing was written", dir)
	}
	return nil
}
