package engines

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	// largeSwitch is the environment variable that says how many megabytes of chains
	// TestLargePage takes; without it they are few enough for every run of the tests.
	largeSwitch = "CHAINGLASS_LARGE_MB"
	fewMB       = 20

	// bytesPerRecord is what the storage folder of a generated chain takes.
	bytesPerRecord = 63
	largeNodes     = 3

	// largePatience is how long one step may take.
	largePatience = 10 * time.Minute
)

// Chains of many megabytes become a page, natively and in a page. It opens from a
// disk, shows its last rows, and gives the folders back. What each step took, in
// time and in memory, is told: the memory of the command line is its peak, that of
// a browser the sum over its processes of what each has for itself and its part of
// what they share, at most, twice a second.
func TestLargePage(t *testing.T) {
	megabytes := fewMB
	if text := os.Getenv(largeSwitch); text != "" {
		var err error
		if megabytes, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	program := buildProgram(t)
	records := megabytes * 1_000_000 / bytesPerRecord / largeNodes
	dir := t.TempDir()
	folders := filepath.Join(dir, "nodes")
	for i := range largeNodes {
		timed(t, program, "generate", "-o", filepath.Join(folders, fmt.Sprintf("node-%d", i+1)), "--records", fmt.Sprint(records), "--seed", fmt.Sprint(i+1))
	}
	page := filepath.Join(dir, "large.html")
	timed(t, program, "page", folders, "-o", page)
	want := sums(t, folders)
	givesBackSums(t, program, page, want)
	for _, engine := range []Engine{Chromium, Firefox} {
		t.Run(string(engine), func(t *testing.T) {
			before := descendants(os.Getpid())
			browser := start(t, engine)
			memory := watchMemory(t, before)
			p := newTab(t, engine, browser, program)
			p.patience = largePatience
			total := fmt.Sprintf("%d chains · %d nodes · %s records", largeNodes, largeNodes, grouped(records*largeNodes))
			p.openLarge(page, total, records-1)
			t.Logf("%s opens %s: %s", engine, size(t, page), memory())
			began := time.Now()
			again := p.share("page", "Large from "+string(engine), "html")
			t.Logf("%s makes %s in %.1f s: %s", engine, size(t, again), time.Since(began).Seconds(), memory())
			givesBackSums(t, program, again, want)
			p.openLarge(again, total, records-1)
			t.Logf("%s opens what it made: %s", engine, memory())
		})
	}
}

// openLarge opens a page from the disk and goes to its last row.
func (p *tab) openLarge(path, total string, last int) {
	p.t.Helper()
	began := time.Now()
	p.do("open", func(ctx context.Context) error { return p.browser.Open(ctx, fileURL(path)) })
	p.waitText(".total", total)
	p.waitRows()
	opened := time.Since(began)
	p.press(End)
	p.waitSelected(last)
	p.t.Logf("%s: all is open after %.1f s, the last row is shown after %.1f s", p.engine, opened.Seconds(), time.Since(began).Seconds())
	p.noFault()
}

// timed runs the command line and tells what it took.
func timed(t *testing.T, program string, args ...string) {
	t.Helper()
	began := time.Now()
	command := exec.Command(program, args...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("chainglass %q: %v\n%s", args, err, output)
	}
	usage := command.ProcessState.SysUsage().(*syscall.Rusage)
	t.Logf("%s: %.1f s, %d MB: %s", args[0], time.Since(began).Seconds(), usage.Maxrss/1000, strings.TrimSpace(string(output)))
}

func size(t *testing.T, path string) string {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("a page of %.1f MB", float64(info.Size())/1e6)
}

// grouped writes a number as the page does.
func grouped(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", grouped(n/1000), n%1000)
}

// sums are the checksums of the files of channels below a folder.
func sums(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	tree := os.DirFS(folder)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		file, err := tree.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		sum := sha256.New()
		if _, err := io.Copy(sum, file); err != nil {
			return err
		}
		files[name] = fmt.Sprintf("%x", sum.Sum(nil))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func givesBackSums(t *testing.T, program, page string, want map[string]string) {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "rebuilt")
	timed(t, program, "import", page, "-o", folder)
	got := sums(t, folder)
	for name, sum := range want {
		if got[name] != sum {
			t.Errorf("%s: %s is not what it was", filepath.Base(page), name)
		}
	}
	if len(want) == 0 || len(got) != len(want) {
		t.Errorf("%s: %d files of %d", filepath.Base(page), len(got), len(want))
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
}

// watchMemory watches what the processes take that were started since. What it
// returns tells the peak since it was last asked.
func watchMemory(t *testing.T, before map[int]bool) (peak func() string) {
	peaks, ended := make(chan int64, 1), make(chan struct{})
	peaks <- 0
	t.Cleanup(func() { close(ended) })
	go func() {
		for {
			select {
			case <-ended:
				return
			case <-time.After(500 * time.Millisecond):
			}
			var total int64
			for pid := range descendants(os.Getpid()) {
				if !before[pid] {
					total += proportional(pid)
				}
			}
			peaks <- max(<-peaks, total)
		}
	}()
	return func() string {
		most := <-peaks
		peaks <- 0
		return fmt.Sprintf("at most %d MB of memory", most/1_000_000)
	}
}

// descendants are the processes that a process started, and those that they did.
func descendants(of int) map[int]bool {
	parents := map[int]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		content, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// The name in parentheses may hold anything.
		fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parents[pid], _ = strconv.Atoi(fields[1])
	}
	found := map[int]bool{}
	for pid := range parents {
		for at := parents[pid]; at > 1; at = parents[at] {
			if at == of {
				found[pid] = true
				break
			}
		}
	}
	return found
}

// proportional is the memory of a process in bytes, with its part of what it shares.
func proportional(pid int) int64 {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(content)) {
		if rest, found := strings.CutPrefix(line, "Pss:"); found {
			kilobytes, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kilobytes << 10
		}
	}
	return 0
}
