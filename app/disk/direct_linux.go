//go:build linux

package disk

import (
	"io/fs"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// The system call that opens a path only if no link lies on it. A kernel before 5.6 does
// not know it, and some containers refuse it: then names are looked up folder by folder.
const (
	sysOpenat2         = 437
	resolveNoLinks     = 0x02 | 0x04 // RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS
	atWorkingDirectory = -100
	openPathOnly       = 0x200000 // O_PATH
)

// openHow is struct open_how.
type openHow struct{ flags, mode, resolve uint64 }

// openDirect opens what an absolute path leads to, if there is no link on it.
func openDirect(name string, flags int) (fd int, err error) {
	p, err := syscall.BytePtrFromString(name)
	if err != nil {
		return -1, err
	}
	how := openHow{flags: uint64(flags) | syscall.O_CLOEXEC, resolve: resolveNoLinks}
	for {
		at := atWorkingDirectory
		r, _, errno := syscall.Syscall6(sysOpenat2, uintptr(at), uintptr(unsafe.Pointer(p)), uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
		switch errno {
		case 0:
			return int(r), nil
		case syscall.EINTR:
		default:
			return -1, errno
		}
	}
}

// leadsDirectly reports whether an absolute path leads to a folder without a link on it.
func leadsDirectly(name string) bool {
	fd, err := openDirect(name, openPathOnly|syscall.O_DIRECTORY)
	if err != nil {
		return false
	}
	_ = syscall.Close(fd) // it was only looked for
	return true
}

// listDirect lists a folder that an absolute path leads to without a link on it, in no
// order.
func listDirect(name string) ([]fs.DirEntry, error) {
	fd, err := openDirect(name, syscall.O_RDONLY|syscall.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	folder := os.NewFile(uintptr(fd), name)
	entries, err := folder.ReadDir(-1)
	_ = folder.Close() // it was only read
	return entries, err
}

// described is a regular file as the system describes it. It implements fs.FileInfo.
type described struct {
	name string
	stat syscall.Stat_t
}

// Name implements fs.FileInfo.
func (d *described) Name() string { return d.name }

// Size implements fs.FileInfo.
func (d *described) Size() int64 { return d.stat.Size }

// Mode implements fs.FileInfo.
func (d *described) Mode() fs.FileMode { return fs.FileMode(d.stat.Mode) & fs.ModePerm }

// ModTime implements fs.FileInfo.
func (d *described) ModTime() time.Time { return time.Unix(d.stat.Mtim.Unix()) }

// IsDir implements fs.FileInfo.
func (d *described) IsDir() bool { return false }

// Sys implements fs.FileInfo.
func (d *described) Sys() any { return &d.stat }

// SameAs reports whether other describes the same file, for [redex.SameFile].
func (d *described) SameAs(other fs.FileInfo) bool {
	is, ok := other.Sys().(*syscall.Stat_t)
	return !ok || is.Dev == d.stat.Dev && is.Ino == d.stat.Ino
}

// readDirect describes a regular file of one name and reads it whole, if it has at least one
// and at most most bytes, and an absolute path leads to it without a link on it.
func readDirect(path, name string, most int64) (content []byte, info fs.FileInfo, ok bool) {
	// Should it be a pipe by now, nothing is waited for.
	fd, err := openDirect(path, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY)
	if err != nil {
		return nil, nil, false
	}
	defer func() { _ = syscall.Close(fd) }() // it was only read
	is := &described{name: name}
	if err := syscall.Fstat(fd, &is.stat); err != nil || is.stat.Mode&syscall.S_IFMT != syscall.S_IFREG ||
		is.stat.Nlink != 1 || is.stat.Size < 1 || is.stat.Size > most {
		return nil, nil, false
	}
	content = make([]byte, is.stat.Size)
	for done := 0; done < len(content); {
		n, err := syscall.Pread(fd, content[done:], int64(done))
		if err == syscall.EINTR {
			continue
		}
		if n <= 0 || err != nil {
			return nil, nil, false
		}
		done += n
	}
	return content, is, true
}
