package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of processor time in /proc, the same on every Linux.
const clockTick = 10 * time.Millisecond

// process is what /proc tells of a process.
type process struct {
	id, parent int
	used       time.Duration
}

// Tree returns the process with that id and those that it started, and they started.
func Tree(root int) ([]int, error) {
	all, err := processes()
	if err != nil {
		return nil, err
	}
	tree := []int{root}
	for i := 0; i < len(tree); i++ {
		for _, p := range all {
			if p.parent == tree[i] && !slices.Contains(tree, p.id) {
				tree = append(tree, p.id)
			}
		}
	}
	return tree, nil
}

// CPUTime returns the processor time that a process and those below it have used so far,
// those that have ended and were waited for included.
func CPUTime(root int) (time.Duration, error) {
	tree, err := Tree(root)
	if err != nil {
		return 0, err
	}
	all, err := processes()
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, p := range all {
		if slices.Contains(tree, p.id) {
			sum += p.used
		}
	}
	return sum, nil
}

// processes lists those of the machine. Those that end meanwhile are left out.
func processes() ([]process, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	var all []process
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		p, err := parseStat(string(content))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, p)
	}
	return all, nil
}

// parseStat reads a line of /proc/PID/stat: "PID (name) state parent ... utime stime
// cutime cstime ...", where the name may hold blanks and brackets.
func parseStat(text string) (process, error) {
	before, _, _ := strings.Cut(text, " ")
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	const parent, utime, cstime = 1, 11, 14
	if len(fields) <= cstime {
		return process{}, fmt.Errorf("a line of %d fields", len(fields))
	}
	numbers := make([]int, 0, 6)
	for _, field := range append([]string{before, fields[parent]}, fields[utime:cstime+1]...) {
		n, err := strconv.Atoi(field)
		if err != nil {
			return process{}, err
		}
		numbers = append(numbers, n)
	}
	ticks := 0
	for _, n := range numbers[2:] {
		ticks += n
	}
	return process{id: numbers[0], parent: numbers[1], used: time.Duration(ticks) * clockTick}, nil
}

// PeakMB returns the most memory, in MB, that a process has held at a time.
func PeakMB(id int) (float64, error) {
	var kB float64
	text := field(fmt.Sprintf("/proc/%d/status", id), "VmHWM", ":")
	if _, err := fmt.Sscanf(text, "%f kB", &kB); err != nil {
		return 0, fmt.Errorf("peak memory of process %d: %q", id, text)
	}
	return kB * 1024 / 1e6, nil
}
