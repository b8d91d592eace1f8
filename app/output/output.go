//go:build !js

package output

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
)

// File writes a file at path: what write writes. The context that write gets
// ends with ctx and when the process is told to end, and so does the writer: its
// next Write fails. Errors name path and say that nothing is there.
func File(ctx context.Context, path string, write func(ctx context.Context, w io.Writer) error) error {
	return file(ctx, path, 0o666, write)
}

// Private is [File] for what only the owner may read, from the first byte on.
func Private(ctx context.Context, path string, write func(ctx context.Context, w io.Writer) error) error {
	return file(ctx, path, 0o600, write)
}

func file(ctx context.Context, path string, mode fs.FileMode, write func(ctx context.Context, w io.Writer) error) error {
	if err := CheckFile(path); err != nil {
		return err
	}
	p := partialBeside(path)
	return p.publish(ctx, func(ctx context.Context) error {
		f, err := os.OpenFile(p.partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err != nil {
			return err
		}
		err = write(ctx, &writer{ctx: ctx, f: f})
		if err == nil {
			err = f.Sync()
		}
		return errors.Join(err, f.Close())
	}, giveName)
}

// Dir makes a folder at path, and the folders above it that are missing. fill
// writes into a folder that will have that name, and should look at its context
// now and then: it ends with ctx and when the process is told to end. All files
// of the folder are made durable before it gets its name. Errors name path and
// say that nothing is there.
func Dir(ctx context.Context, path string, fill func(ctx context.Context, dir string) error) error {
	if err := CheckDir(path); err != nil {
		return err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o777)
	if info, err := os.Stat(path); err == nil {
		// What stands in for a folder is as private as that one is.
		mode = info.Mode().Perm()
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return err
		}
	}
	// The first of the missing folders is made under another name, with the
	// others in it.
	top := firstMissing(path)
	p := partialBeside(top)
	return p.publish(ctx, func(ctx context.Context) error {
		if err := os.Mkdir(p.partial, mode); err != nil {
			return err
		}
		dir := p.partial + path[len(top):]
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return err
		}
		if err := fill(ctx, dir); err != nil {
			return err
		}
		return syncAll(p.partial)
	}, giveFolder)
}

// Into writes files into a folder that may hold others, which stay. fill writes
// them into a folder of their own and returns their names, which must lie
// directly in it, in the order in which they are to take the places of files of
// the same name: of each there is the one before or the one after, whole,
// whenever the machine stops. Into a folder that is empty or missing it is [Dir]:
// all or nothing.
func Into(ctx context.Context, path string, fill func(ctx context.Context, dir string) (names []string, err error)) error {
	if err := CheckDir(path); !errors.Is(err, errNotEmpty) && !errors.Is(err, errCurrent) {
		return Dir(ctx, path, func(ctx context.Context, dir string) error {
			_, err := fill(ctx, dir)
			return err
		})
	}
	var names []string
	inside := partialBeside(filepath.Join(path, "x"))
	inside.final = path
	return inside.publish(ctx, func(ctx context.Context) error {
		err := os.Mkdir(inside.partial, 0o777)
		if err == nil {
			names, err = fill(ctx, inside.partial)
		}
		if err == nil {
			err = syncAll(inside.partial)
		}
		return err
	}, func(from, to string) error {
		for _, name := range names {
			if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
				return err
			}
		}
		return errors.Join(os.Remove(from), syncFolder(to))
	})
}

// CheckFile reports what keeps a file from being written at path. [File] looks
// as well; a command that works long before it writes looks first.
func CheckFile(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); errors.Is(err, fs.ErrNotExist) {
			return &Error{Path: path, Err: errNoFolder}
		}
		return nil
	case err != nil:
		return err
	case info.IsDir():
		return &Error{Path: path, Err: errIsFolder}
	}
	return &Error{Path: path, Err: errExists}
}

// CheckDir reports what keeps a folder from being made at path, as [CheckFile]
// does for files.
func CheckDir(path string) error {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, syscall.ENOTDIR):
		return &Error{Path: path, Err: errIsFile}
	case err != nil:
		return err
	case len(entries) > 0:
		return &Error{Path: path, Err: errNotEmpty}
	}
	return checkNotCurrent(path)
}

// checkNotCurrent refuses the working folder: the folder that takes its place
// would be another, and every program in it would go on in the old one.
func checkNotCurrent(path string) error {
	current, err := os.Stat(".")
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && os.SameFile(info, current) {
		return &Error{Path: path, Err: errCurrent}
	}
	return nil
}

// firstMissing is path, or the uppermost folder above it that does not exist.
func firstMissing(path string) string {
	for {
		parent := filepath.Dir(path)
		if _, err := os.Lstat(parent); !errors.Is(err, fs.ErrNotExist) || parent == path {
			return path
		}
		path = parent
	}
}

// pending is an output on its way to its name.
type pending struct{ partial, final string }

// partialBeside makes up the temporary name of what will be at final. It is in
// the same folder, so that a rename moves nothing from disk to disk.
func partialBeside(final string) pending {
	var id [8]byte
	// Read never fails: the program ends first.
	_, _ = rand.Read(id[:])
	return pending{filepath.Join(filepath.Dir(final), partialPrefix+hex.EncodeToString(id[:])+partialSuffix), final}
}

// publish has make make the temporary, which must be durable then, and gives it
// its name with give, which must replace nothing. If anything fails there is
// nothing left, nor after a panic.
func (p pending) publish(ctx context.Context, make func(context.Context) error, give func(from, to string) error) (err error) {
	ctx, stop := signal.NotifyContext(ctx, endings()...)
	defer stop()
	published := false
	defer func() {
		if !published {
			err = errors.Join(err, os.RemoveAll(p.partial))
		}
	}()
	if err = make(ctx); err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err == nil {
		err = give(p.partial, p.final)
	}
	if err != nil {
		return p.failed(err)
	}
	published = true
	syncFolder(filepath.Dir(p.final))
	return nil
}

// endings are the signals that tell the process to end, without those that it
// was started to ignore, as nohup does.
func endings() (signals []os.Signal) {
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signals = append(signals, s)
		}
	}
	return signals
}

// writer is a file that ends with a context.
type writer struct {
	ctx context.Context
	f   *os.File
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	return w.f.Write(p)
}

// giveName gives a file a name that no other has. A second name for the same
// file is the one step that replaces nothing on every system; some file systems
// have no second names.
func giveName(from, to string) error {
	err := os.Link(from, to)
	if err == nil {
		// The file has its name. What stays of the other one harms nothing.
		_ = os.Remove(from)
		return nil
	}
	if errors.Is(err, fs.ErrExist) {
		return errExists
	}
	return takeName(from, to)
}

// giveFolder gives a folder its name. It may take that of an empty folder.
func giveFolder(from, to string) error {
	if runtime.GOOS == "windows" {
		// There a rename takes no name that is in use. Remove removes empty folders
		// only; any other error is met again below.
		_ = os.Remove(to)
		return os.Rename(from, to)
	}
	// os.Rename looks first, and refuses every folder.
	if err := syscall.Rename(from, to); err != nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: err}
	}
	return nil
}

// takeName claims the name with an empty file and puts the other in its place.
func takeName(from, to string) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return errExists
	} else if err != nil {
		return err
	}
	if err = errors.Join(f.Close(), os.Rename(from, to)); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}
