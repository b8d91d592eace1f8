package cli

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// limitAddresses bounds what this process can map from now on.
func limitAddresses(text string) error {
	more, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return err
	}
	var huge syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_AS, &huge); err != nil {
		return err
	}
	if huge.Cur < math.MaxInt64 {
		return fmt.Errorf("the address space is limited already, to %d bytes", huge.Cur)
	}
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	pages, err := strconv.ParseInt(strings.Fields(string(b))[0], 10, 64)
	if err != nil {
		return err
	}
	limit := uint64(pages*int64(os.Getpagesize()) + more)
	return syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit})
}

// Where memory ends a command ends before it, with the status of a failure and one
// sentence that names what to do; with enough of it, it does what it does always.
func TestMemoryEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	big := filepath.Join(t.TempDir(), "big")
	command("generate", "-o", big, "--records", "1500000").want(t, StatusOK)
	outOfMemory := 0
	for _, command := range []string{"verify IN", "export IN -o OUT", "export IN -o OUT --redact", "report IN"} {
		for _, megabytes := range []int{200, 300, 500, 3000} {
			file := filepath.Join(t.TempDir(), "out")
			args := strings.Fields(strings.NewReplacer("IN", big, "OUT", file).Replace(command))
			cmd, stderr := process(t, []string{fmt.Sprintf("%s=%d", addressLimit, megabytes<<20)}, args...)
			err := cmd.Run()
			status, text := cmd.ProcessState.ExitCode(), stderr.String()
			switch {
			case status == StatusOK && err == nil:
			case megabytes == 3000:
				t.Errorf("%s with %d MB: exit status %d: %.300s", command, megabytes, status, text)
			case status != StatusFailed || strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "chainglass: out of memory: ") || !strings.Contains(text, "Open fewer chains"):
				t.Errorf("%s with %d MB: exit status %d: %.300s", command, megabytes, status, text)
			default:
				outOfMemory++
				if _, err := os.Stat(file); err == nil {
					t.Errorf("%s with %d MB left a file under its final name", command, megabytes)
				}
			}
		}
	}
	if outOfMemory < 4 {
		t.Errorf("memory ended only %d times, so that this test sees little", outOfMemory)
	}
}
