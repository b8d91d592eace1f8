package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"syscall"
	"time"

	"chainglass/app/view"
)

// Go cannot return from a failed allocation: it prints the stacks of the program
// and exits with the status that means wrong usage here. So what memory is left is
// looked at while a command runs, and the command ends while there is still some.
// Looking from beside covers everything that grows with its input, the index, what
// is inflated, exports and pages; checks in each of these places would cover only
// what somebody thought of.

const (
	// spareAddresses and spareBytes are what must be left. Addresses are taken in
	// areas of 64 MB, and before a large buffer is filled: half of what is in use has
	// to be free for one that grows.
	spareAddresses, spareBytes = 144 << 20, 32 << 20
	// growthPerSecond is how fast memory can fill up, which says when to look again.
	growthPerSecond  = 4 << 30
	minLook, maxLook = 2 * time.Millisecond, 250 * time.Millisecond
	// collectAt is the part of all memory that the collector of garbage is told to
	// stay below.
	collectAt = 0.75
)

// memoryLimit is something that bounds the memory of this process.
type memoryLimit struct {
	name string // for people
	// left returns the bytes that can still be had, and all there are.
	left func() (left, all int64, err error)
	// addresses tells that the limit counts addresses: freed memory keeps them.
	addresses bool
}

// spare is what must be left while so many bytes of the heap are in use.
func (l memoryLimit) spare(inUse int64) int64 {
	if l.addresses {
		return spareAddresses + inUse/2
	}
	return spareBytes
}

// memoryLimits are those that hold here.
func memoryLimits() (limits []memoryLimit) {
	for _, l := range []memoryLimit{
		{"the limit on the address space (ulimit -v)", addressSpaceLeft, true},
		{"the limit of the control group", func() (left, all int64, err error) { return controlGroupLeft(os.DirFS("/")) }, false},
		{"the memory of this machine", func() (left, all int64, err error) { return machineLeft(os.DirFS("/")) }, false},
	} {
		if _, _, err := l.left(); err == nil {
			limits = append(limits, l)
		}
	}
	return limits
}

// WatchMemory ends the process with a sentence on stderr, and [StatusFailed], before
// its memory is used up. It returns at once and watches until the process ends.
func WatchMemory(stderr io.Writer) {
	limits := memoryLimits()
	if len(limits) == 0 {
		return
	}
	left, _ := leastLeft(limits)
	debug.SetMemoryLimit(int64(collectAt * float64(max(left, spareBytes))))
	go func() {
		for {
			left, _ := leastLeft(limits)
			if left < 0 {
				runtime.GC()
				var nearest memoryLimit
				if left, nearest = leastLeft(limits); left < 0 {
					endOutOfMemory(stderr, nearest)
				}
			}
			time.Sleep(min(max(time.Duration(left)*time.Second/growthPerSecond, minLook), maxLook))
		}
	}()
}

// endOutOfMemory ends the process. What it was writing keeps its temporary name,
// as if it had been killed.
func endOutOfMemory(stderr io.Writer, l memoryLimit) {
	_, all, _ := l.left()
	c := &console{stderr: stderr}
	c.warn("out of memory: %s, %s, is used up; nothing was finished. Open fewer chains at a time, or run it where there is more memory", l.name, view.Bytes(all))
	os.Exit(StatusFailed)
}

// leastLeft returns the limit that is nearest and the bytes that can be had before
// its spare, with those that the heap holds and does not use.
func leastLeft(limits []memoryLimit) (least int64, nearest memoryLimit) {
	samples := []metrics.Sample{
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(samples)
	inUse, free, released := int64(samples[0].Value.Uint64()), int64(samples[1].Value.Uint64()), int64(samples[2].Value.Uint64())
	least = math.MaxInt64
	for _, l := range limits {
		left, _, err := l.left()
		if err != nil {
			continue
		}
		left += free - l.spare(inUse)
		if l.addresses {
			left += released
		}
		if left < least {
			least, nearest = left, l
		}
	}
	return least, nearest
}

var errNoLimit = errors.New("no limit")

func addressSpaceLeft() (left, all int64, err error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		return 0, 0, err
	}
	if limit.Cur > math.MaxInt64 {
		return 0, 0, errNoLimit
	}
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, 0, err
	}
	pages, _, _ := strings.Cut(string(b), " ")
	n, err := strconv.ParseInt(pages, 10, 64)
	return int64(limit.Cur) - n*int64(os.Getpagesize()), int64(limit.Cur), err
}

// controlGroupLeft looks at version 2 only, in a file system with /proc and /sys. The
// limits of the groups around ours hold as well.
func controlGroupLeft(system fs.FS) (left, all int64, err error) {
	const top = "sys/fs/cgroup"
	b, err := fs.ReadFile(system, "proc/self/cgroup")
	if err != nil {
		return 0, 0, err
	}
	own, isVersion2 := strings.CutPrefix(strings.TrimSpace(string(b)), "0::")
	if !isVersion2 {
		return 0, 0, errNoLimit
	}
	left, err = math.MaxInt64, errNoLimit
	for group := path.Join("/", own); ; group = path.Dir(group) {
		if l, a, groupErr := groupLeft(system, path.Join(top, group)); groupErr == nil && l < left {
			left, all, err = l, a, nil
		}
		if group == "/" {
			break
		}
	}
	if err != nil {
		return 0, 0, err
	}
	return left, all, nil
}

func groupLeft(system fs.FS, group string) (left, all int64, err error) {
	if all, err = numberIn(system, path.Join(group, "memory.max")); err != nil {
		return 0, 0, err
	}
	used, err := numberIn(system, path.Join(group, "memory.current"))
	if err != nil {
		return 0, 0, err
	}
	b, err := fs.ReadFile(system, path.Join(group, "memory.stat"))
	if err != nil {
		return 0, 0, err
	}
	// Files that were read are forgotten when memory is needed.
	for _, cached := range []string{"inactive_file", "active_file"} {
		used -= fieldOf(b, cached)
	}
	return all - used, all, nil
}

func numberIn(system fs.FS, name string) (int64, error) {
	b, err := fs.ReadFile(system, name)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
}

func machineLeft(system fs.FS) (left, all int64, err error) {
	b, err := fs.ReadFile(system, "proc/meminfo")
	if err != nil {
		return 0, 0, err
	}
	if !bytes.Contains(b, []byte("\nMemAvailable:")) {
		return 0, 0, errNoLimit
	}
	left = fieldOf(b, "MemAvailable:") + fieldOf(b, "SwapFree:")
	return left << 10, (fieldOf(b, "MemTotal:") + fieldOf(b, "SwapTotal:")) << 10, nil
}

// fieldOf returns the number behind a name at the start of a line, else 0.
func fieldOf(text []byte, name string) int64 {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) > 1 && fields[0] == name {
			n, _ := strconv.ParseInt(fields[1], 10, 64)
			return n
		}
	}
	return 0
}
