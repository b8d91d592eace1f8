package bench

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Machine describes the machine in one line.
func Machine() string {
	kernel, _, _ := strings.Cut(line("/proc/sys/kernel/osrelease"), "-")
	return "Measured on " + strings.Join([]string{
		fmt.Sprintf("%d processors (%s)", runtime.NumCPU(), field("/proc/cpuinfo", "model name", ":")),
		memory(),
		fmt.Sprintf("%s, Linux %s", strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`), kernel),
		runtime.Version(),
	}, "; ") + "."
}

// Load says how many processes the machine had work for in the last minute: how far it
// was not alone with what is measured.
func Load() string {
	load, _, _ := strings.Cut(line("/proc/loadavg"), " ")
	return "load " + load + " at the start"
}

// memory is how much the machine has.
func memory() string {
	var kB uint64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal", ":"), "%d kB", &kB); err != nil {
		return "unknown memory"
	}
	return fmt.Sprintf("%.0f GiB of memory", float64(kB)/(1<<20))
}

// field is the value of the first line of a file that has a name, "unknown" if it has
// none.
func field(path, name, separator string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	for text := range strings.Lines(string(content)) {
		if before, after, found := strings.Cut(text, separator); found && strings.TrimSpace(before) == name {
			return strings.TrimSpace(after)
		}
	}
	return "unknown"
}

// line is the first line of a file, "unknown" if it cannot be read.
func line(path string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return first
}
