//go:build !js

package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestVerifyStatus(t *testing.T) {
	damaged := "bad-manifest dup-entry empty-dat gen5-no-ts len-huge no-dat no-idx no-ts offset-out " +
		"rot-many rot-one seq-back seq-jump torn-dat torn-dat-deep torn-idx torn-idx-two ts-short ts-torn zero-tail"
	// Of these every entry and every time is there.
	whole := "clean flat manifest-tmp ts-extra"
	for name := range strings.FieldsSeq(damaged) {
		command("verify", damageCase(name)).want(t, StatusDamaged)
	}
	for name := range strings.FieldsSeq(whole) {
		command("verify", damageCase(name)).want(t, StatusOK)
	}
	command("verify", incident).want(t, StatusOK)
	command("verify", compacted).want(t, StatusOK)
}

func TestVerifyOfNothing(t *testing.T) {
	dir := t.TempDir()
	command("verify", dir).want(t, StatusFailed)
	writeFile(t, "# Notes\n", dir, "README.md")
	command("verify", dir).want(t, StatusFailed)
	command("verify", dir+"/missing").want(t, StatusFailed).says(t, "missing")
}

// TestVerifyIgnoresStrangers lays a file that is no chain beside a good one.
func TestVerifyIgnoresStrangers(t *testing.T) {
	dir := t.TempDir()
	command("generate", "-o", dir, "--records", "100").want(t, StatusOK)
	writeFile(t, "# Notes\n", dir, "README.md")
	r := command("verify", dir).want(t, StatusOK)
	if !strings.Contains(r.stdout, "README.md: not recognised") {
		t.Errorf("the stranger is not told of: %s", r.stdout)
	}
}

func TestVerifyOfACutArchive(t *testing.T) {
	sample := readFile(t, "../../web/sample/incident.zip")
	dir := t.TempDir()
	writeFile(t, sample, dir, "whole.zip")
	command("verify", dir).want(t, StatusOK)
	writeFile(t, sample[:len(sample)/2], dir, "cut.zip")
	command("verify", dir).want(t, StatusDamaged)
}

func TestVerifyLocates(t *testing.T) {
	r := command("verify", damageCase("rot-one")).want(t, StatusDamaged)
	for _, text := range []string{
		"rot-one/meshos/actions", "Payload does not match its checksum", "position 36, seq 36",
		"row at byte 720 of v0000000001/idx", "25 bytes at byte 2062 of v0000000001/dat", "damage was found.",
	} {
		if !strings.Contains(r.stdout, text) {
			t.Errorf("the report lacks %q:\n%s", text, r.stdout)
		}
	}
}

func TestVerifyJSON(t *testing.T) {
	path := damageCase("rot-one")
	var got verification
	r := command("verify", path, "--json").want(t, StatusDamaged)
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Chains) != 1 || got.Chains[0].Worst != "damage" || got.Chains[0].Entries != 120 {
		t.Errorf("chains: %+v", got.Chains)
	}
	f := got.Findings[0]
	if f.Rule != "bad-checksum" || *f.Position != 36 || *f.Seq != 36 || *f.IndexOffset != 720 || *f.PayloadOffset != 2062 {
		t.Errorf("finding: %+v", f)
	}
	if !strings.HasPrefix(f.PayloadFile, path) {
		t.Errorf("the file is called %s, it was opened as %s", f.PayloadFile, path)
	}
	empty := command("verify", t.TempDir(), "--json").want(t, StatusFailed)
	if err := json.Unmarshal([]byte(empty.stdout), &got); err != nil || len(got.Chains) != 0 || len(got.Problems) != 1 {
		t.Errorf("nothing: %v, %s", err, empty.stdout)
	}
}
