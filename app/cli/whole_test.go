//go:build !js

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"chainglass/app/output"
)

// The test binary is the program when it is told to be, so that it can be killed.
const (
	asProgram = "CHAINGLASS_TEST_PROGRAM"
	// fileLimit, in bytes, bounds what each file of that program may hold.
	fileLimit = "CHAINGLASS_TEST_FILE_LIMIT"
	// addressLimit, in bytes, bounds the addresses that it can take beyond those it has.
	addressLimit = "CHAINGLASS_TEST_ADDRESS_LIMIT"
	// smallDisk makes the folder of this name a disk of diskLimit bytes. The names
	// of what lies on it in the end go to the file diskList.
	smallDisk, diskLimit, diskList = "CHAINGLASS_TEST_DISK", "CHAINGLASS_TEST_DISK_LIMIT", "CHAINGLASS_TEST_DISK_LIST"
)

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "" {
		os.Exit(m.Run())
	}
	if err := straiten(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(statusNoDisk)
	}
	WatchMemory(os.Stderr)
	status := Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	if name := os.Getenv(diskList); name != "" {
		left, err := filepath.Glob(filepath.Join(os.Getenv(smallDisk), "*"))
		hidden, _ := filepath.Glob(filepath.Join(os.Getenv(smallDisk), ".chainglass*"))
		if err == nil {
			err = os.WriteFile(name, []byte(strings.Join(append(left, hidden...), "\n")), 0o666)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(statusNoDisk)
		}
	}
	os.Exit(status)
}

// statusNoDisk is the exit status of a program that could not be given its limits.
const statusNoDisk = 99

// straiten gives the program the limits that it is to meet.
func straiten() error {
	if text := os.Getenv(fileLimit); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return err
		}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			return err
		}
	}
	if text := os.Getenv(addressLimit); text != "" {
		if err := limitAddresses(text); err != nil {
			return err
		}
	}
	if dir := os.Getenv(smallDisk); dir != "" {
		if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
			return err
		}
		return syscall.Mount("chainglass", dir, "tmpfs", 0, "size="+os.Getenv(diskLimit))
	}
	return nil
}

// epoch is the time in what the programs of these tests write.
const epoch = "1779465600"

// process starts the program. Without a PATH the site is built without the slow
// brotli tool.
func process(t *testing.T, settings []string, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	stderr = &bytes.Buffer{}
	cmd = exec.Command(self, args...)
	// What is on the way to a redacted output is nobody's to find.
	scratch := t.TempDir()
	t.Cleanup(func() {
		if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
			t.Errorf("%v: left in the folder for temporary files: %v, %v", args, left, err)
		}
	})
	cmd.Env = append([]string{asProgram + "=1", epochVariable + "=" + epoch, "TMPDIR=" + scratch}, settings...)
	cmd.Stderr = stderr
	return cmd, stderr
}

// writing is a command that writes OUT.
type writing struct {
	args string
	// random tells that two runs differ: the output is random, and is compared by
	// how many entries it holds.
	random bool
	// rounds of killing it.
	rounds int
}

// writings are all commands that write, by what they write.
func writings(t *testing.T) map[string]writing {
	t.Helper()
	w := map[string]writing{
		"generate": {args: "generate --records 60000 -o OUT", rounds: 12},
		"deep":     {args: "generate --records 30000 -o OUT/a/b", rounds: 6},
		"export":   {args: "export IN/node -o OUT", rounds: 12},
		"redacted": {args: "export IN/node --redact -o OUT", rounds: 6, random: true},
		"redact":   {args: "redact IN/node.chain -o OUT", rounds: 6, random: true},
		"import":   {args: "import IN/node.chain -o OUT", rounds: 12},
		"report":   {args: "report IN/node --html -o OUT", rounds: 6},
	}
	if hasPage(t) {
		w["page"] = writing{args: "page IN/node -o OUT", rounds: 8}
		w["site"] = writing{args: "site -o OUT", rounds: 3}
	}
	return w
}

// inputs are what the commands read.
func inputs(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	command("generate", "--records", "30000", "-o", filepath.Join(dir, "node")).want(t, StatusOK)
	command("export", filepath.Join(dir, "node"), "-o", filepath.Join(dir, "node.chain")).want(t, StatusOK)
	return dir
}

// fields are the arguments of a command that reads from in and writes out.
func (w writing) fields(in, out string) []string {
	args := strings.Fields(w.args)
	for i := range args {
		args[i] = strings.Replace(strings.Replace(args[i], "IN", in, 1), "OUT", out, 1)
	}
	return args
}

// written is what lies below dir, by name, without outputs that were never
// finished, and how many bytes those hold.
func written(t *testing.T, dir string) (whole map[string]string, partial int64) {
	t.Helper()
	whole = map[string]string{}
	err := filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		below, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if top, _, _ := strings.Cut(filepath.ToSlash(below), "/"); output.IsPartial(top) {
			info, err := entry.Info()
			if err == nil {
				partial += info.Size()
			}
			return err
		}
		whole[below] = readFile(t, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return whole, partial
}

// progress is how many bytes lie below dir, which changes meanwhile.
func progress(dir string) (bytes int64) {
	_ = filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			if info, err := entry.Info(); err == nil {
				bytes += info.Size()
			}
		}
		return nil
	})
	return bytes
}

func sum(files map[string]string) (bytes int64) {
	for _, content := range files {
		bytes += int64(len(content))
	}
	return bytes
}

// sameOutput fails the test unless got is what the command writes.
func (w writing) sameOutput(t *testing.T, dir string, got, want map[string]string) {
	t.Helper()
	if w.random {
		if n := entriesIn(t, filepath.Join(dir, "out")); n != 30000 {
			t.Errorf("%d entries under the final name", n)
		}
		return
	}
	if !maps.Equal(got, want) {
		t.Errorf("a part of the output has the final name: %v, want %v", sizes(got), sizes(want))
	}
}

// entriesIn counts the entries of sound chains.
func entriesIn(t *testing.T, path string) (entries int) {
	t.Helper()
	var found verification
	if err := json.Unmarshal([]byte(command("verify", "--json", path).want(t, StatusOK).stdout), &found); err != nil {
		t.Fatal(err)
	}
	for _, c := range found.Chains {
		entries += c.Entries
	}
	return entries
}

// A command that is killed leaves all of its output or none. What it leaves under
// another name is told and is no source, and the command can be run again.
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	in := inputs(t)
	for name, w := range writings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			run := func() error {
				cmd, said := process(t, nil, w.fields(in, filepath.Join(dir, "out"))...)
				if err := cmd.Run(); err != nil {
					return fmt.Errorf("%w: %s", err, said)
				}
				return nil
			}
			if err := run(); err != nil {
				t.Fatal(err)
			}
			want, left := written(t, dir)
			if left > 0 || len(want) == 0 {
				t.Fatalf("%d bytes are left over beside %v", left, sizes(want))
			}
			partials, whole := 0, 0
			for range w.rounds {
				clear(t, dir)
				cmd, _ := process(t, nil, w.fields(in, filepath.Join(dir, "out"))...)
				killAt(t, cmd, dir, rand.Int64N(sum(want)+sum(want)/8+1))
				got, partial := written(t, dir)
				if partial > 0 {
					partials++
				}
				if len(got) > 0 {
					whole++
					w.sameOutput(t, dir, got, want)
				}
				if partial > 0 && len(got) == 0 {
					r := command("verify", dir).want(t, StatusFailed)
					if !strings.Contains(r.stdout, "never finished") {
						t.Errorf("verify says %s", r.stdout)
					}
				}
			}
			t.Logf("%d rounds: %d left a partial output, %d the whole", w.rounds, partials, whole)
			if partials == 0 {
				t.Error("no round met the command while it wrote")
			}
			for name := range want {
				if err := os.RemoveAll(filepath.Join(dir, strings.Split(filepath.ToSlash(name), "/")[0])); err != nil {
					t.Fatal(err)
				}
			}
			if err := run(); err != nil {
				t.Fatalf("after a kill: %v", err)
			}
		})
	}
}

func clear(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
}

// killAt runs a command until dir holds so many bytes and kills it then.
func killAt(t *testing.T, cmd *exec.Cmd, dir string, bytes int64) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	for {
		select {
		case <-ended:
			return
		default:
		}
		if n := progress(dir); n > 0 && n >= bytes {
			_ = cmd.Process.Kill()
			<-ended
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// A site that is built over an earlier one and killed leaves every file whole:
// the earlier or the later.
func TestKilledOverAnEarlierSite(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if !hasPage(t) {
		return
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	build := func() *exec.Cmd {
		cmd, _ := process(t, nil, "site", "-o", out)
		return cmd
	}
	if err := build().Run(); err != nil {
		t.Fatal(err)
	}
	want, _ := written(t, dir)
	for range 6 {
		for name := range want {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("earlier"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		killAt(t, build(), dir, rand.Int64N(sum(want)))
		for name, text := range want {
			if got := readFile(t, filepath.Join(dir, name)); got != text && got != "earlier" {
				t.Errorf("%s is neither the earlier file nor the later: %d bytes", name, len(got))
			}
		}
	}
}

// A command that is told to end leaves nothing at all behind.
func TestInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			if signal.Ignored(s) {
				t.Skip("the tests were started to ignore this signal, and so is what they start")
			}
			dir := t.TempDir()
			// More than could be written before the signal comes.
			cmd, said := process(t, nil, "generate", "--records", "50000000", "-o", filepath.Join(dir, "out"))
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for progress(dir) == 0 {
				time.Sleep(100 * time.Microsecond)
			}
			if err := cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if status := cmd.ProcessState.ExitCode(); status != StatusFailed || !strings.Contains(said.String(), "out: interrupted; nothing was written") {
				t.Errorf("exit status %d: %s", status, said)
			}
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// A disk that fills up, or a file that may not grow, ends a command with a
// sentence that names the output, and nothing is left of it.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	in := inputs(t)
	for name, w := range writings(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			cmd, said := process(t, nil, w.fields(in, filepath.Join(dir, "out"))...)
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			want, _ := written(t, dir)
			largest := int64(len(slices.MaxFunc(slices.Collect(maps.Values(want)), func(a, b string) int { return len(a) - len(b) })))
			if w.random {
				largest -= largest / 8 // another time it may be smaller
			}
			for _, limit := range []int64{0, rand.Int64N(largest), largest - 1} {
				clear(t, dir)
				n := strconv.FormatInt(limit, 10)
				cmd, said := process(t, []string{fileLimit + "=" + n}, w.fields(in, filepath.Join(dir, "out"))...)
				_ = cmd.Run()
				sayFull(t, cmd, said, "file too large", "raise the limit")
				if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
					t.Errorf("files of at most %s bytes: left behind: %v, %v", n, left, err)
				}
			}
			clear(t, dir)
			list := filepath.Join(t.TempDir(), "list")
			size := 8192 + rand.Int64N(max(sum(want)*7/8-65536, 1))
			cmd, said = process(t, []string{smallDisk + "=" + dir, diskLimit + "=" + strconv.FormatInt(size, 10), diskList + "=" + list},
				w.fields(in, filepath.Join(dir, "out"))...)
			if os.Geteuid() == 0 {
				cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
			} else {
				cmd.SysProcAttr = &syscall.SysProcAttr{
					Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
					UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
					GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
				}
			}
			if err := cmd.Run(); err != nil && (cmd.ProcessState == nil || cmd.ProcessState.ExitCode() == statusNoDisk) {
				t.Skipf("NOT TESTED: a disk cannot be mounted here: %v %s", err, said)
			}
			sayFull(t, cmd, said, "no space left on device", "Free some space")
			if left := readFile(t, list); left != "" {
				t.Errorf("a disk of %d bytes: left behind: %s", size, left)
			}
		})
	}
}

func sayFull(t *testing.T, cmd *exec.Cmd, said *bytes.Buffer, words ...string) {
	t.Helper()
	if status := cmd.ProcessState.ExitCode(); status != StatusFailed {
		t.Errorf("exit status %d: %s", status, said)
	}
	for _, w := range append(words, "out", "nothing was written") {
		if !strings.Contains(said.String(), w) {
			t.Errorf("lacks %q: %s", w, said)
		}
	}
	if strings.Count(strings.TrimSpace(said.String()), "\n") > 0 || strings.Contains(said.String(), ".partial") {
		t.Errorf("not one clear line: %s", said)
	}
}
