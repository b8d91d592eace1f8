//go:build !js

package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestExportRedacted(t *testing.T) {
	dir := t.TempDir()
	whole, public, merged := filepath.Join(dir, "whole.chain"), filepath.Join(dir, "public.chain"), filepath.Join(dir, "merged.chain")
	command("export", incident, "-o", whole).want(t, StatusOK)
	command("export", whole, "-o", public, "--redact").want(t, StatusOK).
		says(t, "redacted view of").says(t, "3 node ids").says(t, "none is left")
	b := readFile(t, public)
	for _, original := range []string{"node-1", "telemetry", "9f3c5a7be1d20417", "incident/"} {
		if strings.Contains(b, original) {
			t.Errorf("%q is still there", original)
		}
	}
	command("verify", public).want(t, StatusOK)
	command("import", public, "-o", filepath.Join(dir, "rebuilt")).want(t, StatusOK)
	command("verify", filepath.Join(dir, "rebuilt")).want(t, StatusOK)
	// The label stays with what comes of it.
	command("export", public, compacted, "-o", merged).want(t, StatusOK)
	if !strings.Contains(readFile(t, merged), "original_sha256") {
		t.Error("the label was lost on the way")
	}
}

func TestExportRedactedWithoutTexts(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.chain")
	command("export", incident, "-o", file, "--redact=drop", "--shift-times").want(t, StatusOK).says(t, "moved by one random amount")
	if strings.Contains(readFile(t, file), "unreachable") {
		t.Error("a text is still there")
	}
}

func TestRedactFlagsThatMakeNoSense(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.chain")
	command("export", compacted, "-o", file, "--redact=some").want(t, StatusUsage).says(t, "template or drop")
	command("export", compacted, "-o", file, "--shift-times").want(t, StatusUsage).says(t, "goes with --redact")
}
