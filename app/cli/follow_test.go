//go:build unix

package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"chainglass/app/synth"
	"chainglass/wire/redex"
)

// lockedBuffer is written by a command that goes on.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// following is verify --follow at work.
type following struct {
	out  lockedBuffer
	stop context.CancelFunc
	done chan int
}

func follow(t *testing.T, path string) *following {
	t.Helper()
	f := &following{done: make(chan int, 1)}
	ctx, stop := context.WithCancel(t.Context())
	f.stop = stop
	go func() {
		f.done <- run(ctx, []string{"verify", "--follow", path}, &console{stdout: &f.out, stderr: &f.out, now: time.Now})
	}()
	t.Cleanup(stop)
	f.says(t, "Ctrl-C ends it")
	return f
}

// says waits for a text.
func (f *following) says(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !strings.Contains(f.out.String(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not say %q: %s", text, &f.out)
		}
	}
}

func (f *following) ends(t *testing.T, status int) {
	t.Helper()
	f.stop()
	if got := <-f.done; got != status {
		t.Errorf("exit status %d, want %d: %s", got, status, &f.out)
	}
}

func appendSome(t *testing.T, dir string, n int) {
	t.Helper()
	open := redex.OpenAppend
	if _, err := os.Stat(dir); err != nil {
		open = redex.Create
	}
	w, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(1).Append(w, n), w.Close()); err != nil {
		t.Fatal(err)
	}
}

// Whoever follows a folder is told what comes, how the end looks, and ends with 0 if
// nothing was wrong.
func TestVerifyFollows(t *testing.T) {
	dir := t.TempDir()
	actions := filepath.Join(dir, "n", "meshos", "actions")
	appendSome(t, actions, 5000)
	f := follow(t, dir)
	appendSome(t, actions, 412)
	f.says(t, "n/meshos/actions: 412 more entries, 5,412 entries in all")
	appendSome(t, filepath.Join(dir, "n", "other"), 7)
	f.says(t, "n/other: a new chain, 7 entries")
	f.ends(t, StatusOK)
	if out := f.out.String(); !strings.HasSuffix(out, "2 chains, 5,419 entries: nothing is damaged.\n") || strings.Contains(out, "damage ") {
		t.Error(out)
	}
}

// What is damaged while it is followed is in the exit status, also if it is replaced
// afterwards.
func TestVerifyFollowsDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	actions := filepath.Join(dir, "n", "meshos", "actions")
	appendSome(t, actions, 300)
	whole, err := os.ReadFile(filepath.Join(actions, "v0000000001", "idx"))
	if err != nil {
		t.Fatal(err)
	}
	f := follow(t, dir)
	writeFile(t, string(whole[:20*40]), actions, "v0000000001", "idx")
	f.says(t, "n/meshos/actions: was replaced or changed where it had been read: ")
	f.says(t, "n/meshos/actions: read again, 40 entries in all")
	writeFile(t, string(whole), actions, "v0000000001", "idx")
	f.says(t, "300 entries in all")
	f.ends(t, StatusDamaged)
	if out := f.out.String(); !strings.HasSuffix(out, "1 chain, 300 entries: nothing is damaged now, damage was found before.\n") {
		t.Error(out)
	}
}

// A node that appends without end, and sweeps, is followed without damage.
func TestVerifyFollowsANode(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	actions := filepath.Join(dir, "n", "meshos", "actions")
	appendSome(t, actions, 100)
	f := follow(t, dir)
	w, err := redex.OpenAppend(actions)
	if err != nil {
		t.Fatal(err)
	}
	node := synth.NewNode(2)
	for range 150 {
		if err := errors.Join(node.Append(w, 3), w.Flush()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f.says(t, ", 550 entries in all")
	f.ends(t, StatusOK)
	if out := f.out.String(); strings.Contains(out, "warning") || strings.Contains(out, "damage  ") || !strings.Contains(out, "nothing is damaged") {
		t.Error(out)
	}
	command("verify", "--follow", "--json", dir).want(t, StatusUsage)
}
