//go:build linux

package disk

import (
	"io/fs"
	"os"
	"syscall"
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

// readDirect reads a file of at least one byte whole, if an absolute path leads to it
// without a link on it and it is the file that was described, as it was then.
func readDirect(name string, was fs.FileInfo) (content []byte, ok bool) {
	described, ok := was.Sys().(*syscall.Stat_t)
	if !ok {
		return nil, false
	}
	fd, err := openDirect(name, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOCTTY)
	if err != nil {
		return nil, false
	}
	defer func() { _ = syscall.Close(fd) }() // it was only read
	var is syscall.Stat_t
	if err := syscall.Fstat(fd, &is); err != nil || is.Dev != described.Dev || is.Ino != described.Ino || is.Size != described.Size || is.Mtim != described.Mtim {
		return nil, false
	}
	content = make([]byte, is.Size)
	for done := 0; done < len(content); {
		n, err := syscall.Pread(fd, content[done:], int64(done))
		if err == syscall.EINTR {
			continue
		}
		if n <= 0 || err != nil {
			return nil, false
		}
		done += n
	}
	return content, true
}
