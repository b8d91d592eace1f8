//go:build !js

package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"chainglass/app/site"
)

// TestServeEnds serves with a context that has ended already.
func TestServeEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	status := run(ctx, []string{"serve", "--sample", "--port", "0", incident}, &console{stdout: &stdout, stderr: &stderr, now: time.Now})
	want, says := StatusOK, "http://127.0.0.1:"
	if _, err := site.Embedded(); errors.Is(err, site.ErrNotBuilt) {
		// A test binary may have been built before the page.
		want, says = StatusFailed, "built without the page"
	}
	if status != want || !strings.Contains(stdout.String()+stderr.String(), says) {
		t.Errorf("exit status %d, want %d: %s%s", status, want, &stdout, &stderr)
	}
	if status == StatusOK && !regexp.MustCompile(`^http://127\.0\.0\.1:\d+/[0-9a-f]{32}/\n$`).MatchString(stdout.String()) {
		t.Errorf("the address is %q, want one with a secret", &stdout)
	}
	if secret := path.Base(strings.TrimSpace(stdout.String())); status == StatusOK && strings.Contains(stderr.String(), secret) {
		t.Errorf("the secret is told twice: %s", &stderr)
	}
	command("serve", "missing").want(t, StatusFailed).says(t, "missing")
}

func TestSite(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	r := command("site", "-o", dir)
	if _, err := site.Embedded(); errors.Is(err, site.ErrNotBuilt) {
		r.want(t, StatusFailed).says(t, "built without the page")
		return
	}
	r.want(t, StatusOK)
	if text := readFile(t, filepath.Join(dir, site.SingleName)); !strings.HasPrefix(strings.ToLower(text), "<!doctype html>") {
		t.Errorf("%s begins with %.40q", site.SingleName, text)
	}
}

func TestListenFallsBack(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	if _, err := listen(port, true); err == nil {
		t.Error("listens where another does")
	}
	other, err := listen(port, false)
	if err != nil {
		t.Fatal(err)
	}
	if !other.Addr().(*net.TCPAddr).IP.IsLoopback() {
		t.Errorf("listens on %v", other.Addr())
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
}

func TestServeAnswersUntilItEnds(t *testing.T) {
	listener, err := listen(0, true)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- serveUntilDone(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "page")
		}))
	}()
	response, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(response.Body); err != nil || string(b) != "page" {
		t.Errorf("%q, %v", b, err)
	}
	if err := response.Body.Close(); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := http.Get("http://" + listener.Addr().String()); err == nil {
		t.Error("still answers")
	}
}
