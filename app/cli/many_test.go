//go:build linux

package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fewDescriptors lets the test have that many files open beyond those that are.
func fewDescriptors(t *testing.T, most int) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	few := was
	few.Cur = uint64(len(open) + most)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &was); err != nil {
			t.Error(err)
		}
	})
}

// manyBlobs is a storage folder with that many channels of one entry.
func manyBlobs(t *testing.T, blobs int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "node-1")
	command("generate", "-o", dir, "--records", "500", "--blobs", fmt.Sprint(blobs)).want(t, StatusOK)
	return dir
}

// More channels than a program may have files open are all read, whole, by every
// command: files are opened when they are read, and a few of them at a time.
func TestMoreChannelsThanDescriptors(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const blobs = 400
	dir := manyBlobs(t, blobs)
	channels, err := filepath.Glob(filepath.Join(dir, "dataforts", "blob", "*"))
	if err != nil || len(channels) != blobs {
		t.Fatal(len(channels), err)
	}
	for _, few := range []int{20, 100} {
		t.Run(fmt.Sprint(few), func(t *testing.T) {
			out := t.TempDir()
			chain, folders := filepath.Join(out, "all.chain"), filepath.Join(out, "folders")
			fewDescriptors(t, few)
			r := command("verify", dir).want(t, StatusOK)
			if want := fmt.Sprintf("%d chains, %d entries: nothing is damaged.", blobs+1, blobs+500); !strings.Contains(r.stdout, want) {
				t.Errorf("%q lacks %q", r.stdout[max(len(r.stdout)-200, 0):], want)
			}
			command("export", dir, "-o", chain).want(t, StatusOK).says(t, fmt.Sprintf("%d chains, %d entries", blobs+1, blobs+500))
			command("import", chain, "-o", folders).want(t, StatusOK)
			if got, want := files(t, filepath.Join(folders, "node-1")), files(t, dir); digest(got) != digest(want) {
				t.Errorf("%d files became %d, or others", len(want), len(got))
			}
			// Folders that are named one by one are not held open either.
			command(append([]string{"export", "-o", filepath.Join(out, "named.chain")}, channels...)...).want(t, StatusOK).
				says(t, fmt.Sprintf("%d chains, %d entries", blobs, blobs))
		})
	}
}
