//go:build !js

package disk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// ReadFile returns the content of a small file that a person named. It opens what [Tree]
// opens: a pipe or a device is an error at once, whoever holds its other end. So is a
// file of more than most bytes.
func ReadFile(path string, most int64) (content []byte, err error) {
	t, err := Open(path)
	if err != nil {
		return nil, err
	}
	f, err := t.Open(".")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err := f.Stat(); err != nil || info.IsDir() {
		return nil, errors.Join(err, &fs.PathError{Op: "read", Path: path, Err: errors.New("is a folder")})
	}
	content, err = io.ReadAll(io.LimitReader(f, most+1))
	if int64(len(content)) > most {
		err = fmt.Errorf("%s has more than %d bytes", path, most)
	}
	return content, err
}
