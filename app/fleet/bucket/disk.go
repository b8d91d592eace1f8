package bucket

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// partialPattern names a file that is not whole yet; what searches for chains passes over
// it, and no pattern of a query engine matches it.
const partialPattern = ".chainglass-*.partial"

// writeFile makes a file, which has its name when all of it is on the disk.
func writeFile(ctx context.Context, name string, write func(io.Writer) error) (err error) {
	folder := filepath.Dir(name)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, partialPattern)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(&stopping{ctx, f}, 1<<20)
	if err = write(buffered); err == nil {
		err = buffered.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), name); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a name durable, on systems where folders can be opened.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return nil
	}
	// A file system that cannot do this has made the name durable, or never will.
	_ = d.Sync()
	return d.Close()
}

// stopping is a file that ends with a context.
type stopping struct {
	ctx context.Context
	f   *os.File
}

// Write implements io.Writer.
func (s *stopping) Write(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.f.Write(b)
}
