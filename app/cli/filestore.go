//go:build !js

package cli

import (
	"errors"
	"os"

	"chainglass/app/share"
)

// fileStore keeps an export in a temporary file, so that memory does not bound it.
type fileStore struct {
	*os.File
	size int64
}

func newFileStore() (share.Store, error) {
	file, err := os.CreateTemp("", "chainglass-*.chain")
	if err != nil {
		return nil, err
	}
	return &fileStore{File: file}, nil
}

// Write implements [io.Writer].
func (s *fileStore) Write(p []byte) (int, error) {
	n, err := s.File.Write(p)
	s.size += int64(n)
	return n, err
}

// Size implements [share.Store].
func (s *fileStore) Size() int64 { return s.size }

// Close removes the file.
func (s *fileStore) Close() error { return errors.Join(s.File.Close(), os.Remove(s.Name())) }
