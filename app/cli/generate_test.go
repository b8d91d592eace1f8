//go:build !js

package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path/filepath"
	"slices"
	"testing"
)

func digest(files map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		h.Write([]byte(name + "\x00" + files[name]))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func generated(t *testing.T, args ...string) map[string]string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "node")
	command(append([]string{"generate", "-o", dir}, args...)...).want(t, StatusOK)
	return files(t, dir)
}

// TestGenerateIsDeterministic pins the bytes: a seed means the same on every
// machine.
func TestGenerateIsDeterministic(t *testing.T) {
	const want = "7c493c45c6544add5667ef1ef8eed2f5414d7f7b398593c910c32989b93760ce"
	first := generated(t, "--records", "20000", "--seed", "7")
	if got := digest(first); got != want {
		t.Errorf("the files of seed 7 have the digest %s, want %s", got, want)
	}
	if digest(generated(t, "--records", "20000", "--seed", "8")) == want {
		t.Error("another seed gives the same")
	}
	const channel = "meshos/actions/v0000000001/dat"
	longer := generated(t, "--records", "20001", "--seed", "7")
	if longer[channel][:len(first[channel])] != first[channel] {
		t.Error("a longer chain begins differently")
	}
}

func TestGeneratedChainsAreHealthy(t *testing.T) {
	for _, records := range []string{"0", "1", "50000"} {
		dir := t.TempDir()
		command("generate", "-o", dir, "--records", records, "--channel", "a/b").want(t, StatusOK)
		if records != "0" {
			command("verify", dir).want(t, StatusOK)
		}
		for _, rules := range []string{"v0.21.0", "v0.34.0"} {
			foldOf(t, dir, "--rules", rules, "--type", "action")
		}
	}
}

func TestGenerateOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, "precious", dir, "file")
	command("generate", "-o", dir).want(t, StatusFailed).says(t, "is not empty")
	command("generate", "-o", filepath.Join(dir, "x"), "--channel", "../y").want(t, StatusUsage)
	command("generate", "-o", filepath.Join(dir, "x"), "--records", "-1").want(t, StatusUsage)
	command("generate").want(t, StatusUsage).says(t, "-o DIR")
}
