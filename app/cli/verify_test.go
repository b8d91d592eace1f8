//go:build unix

package cli

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"chainglass/wire"
	"chainglass/wire/redex"
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

// Any number of files that are none of ours beside a chain is no damage; one that is
// ours and broken is, beside any number of others.
func TestVerifyCountsStrangers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	dir := t.TempDir()
	command("generate", "-o", dir, "--records", "20").want(t, StatusOK)
	for i := range 1001 {
		writeFile(t, "# Notes\n", dir, "notes", strconv.Itoa(i))
	}
	r := command("verify", dir).want(t, StatusOK)
	if !strings.HasSuffix(r.stdout, ": nothing is damaged. 1,001 files are not recognised.\n") || !strings.Contains(r.stdout, "981 more files are not recognised either") {
		t.Errorf("the strangers are not counted: %s", r.stdout)
	}
	writeFile(t, "PK\x03\x04....", dir, "z.zip")
	r = command("verify", dir).want(t, StatusDamaged)
	if !strings.Contains(r.stdout, "z.zip: a damaged zip archive at byte 8") {
		t.Errorf("the archive is not told of: %s", r.stdout)
	}
	for i := range 1001 {
		writeFile(t, "PK\x03\x04....", dir, "zips", strconv.Itoa(i))
	}
	r = command("verify", dir).want(t, StatusDamaged)
	if !strings.Contains(r.stdout, "2 more files that could not be used, or not wholly") {
		t.Errorf("the archives are not counted: %s", r.stdout)
	}
}

// strangers are files as they lie about, none of ours.
var strangers = []string{
	"", "\n", "hello", "# Title\n\ntext", "[section]\nkey=value\n", "{{ template }}", "{", "[", "[1,2", `{"name":"x","version":1}`,
	`{"name":"x","ver`, `[{"name":"x"},{"na`, `{"level":"info","ts":1700000000,"msg":"started"}` + "\n" + `{"level":"in`,
	"level=info msg=started\n", "<!DOCTYPE html><p>", "<?xml version=\"1.0\"?><a/>", "\x7fELF\x02\x01\x01", "\x89PNG\r\n\x1a\n", "%PDF-1.7",
	"SQLite format 3\x00", "GIF89a", "\x00\x00\x00\x00", "\xff\xfeh\x00i\x00", "a,b,c\n1,2,3\n", "deadbeef words\n", "\xd9\xd9\xf7\x80",
	"-----BEGIN CERTIFICATE-----\nMIIB\n", "key: value\n- a\n- b\n", "diff --git a/x b/x\n", "#!/bin/sh\nexit 0\n", "null", "true", "[]", "{}", "7\n8\n",
}

func TestVerifyOfRandomStrangers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	rng := rand.New(rand.NewPCG(2, 8))
	names := []string{"a", "README.md", "x.json", "y.ndjson", "log.txt", "z.zip", "s.gz", "t.tar", "conf.ini", "n/o/p", "dat2", "idx.txt", "manifest.json"}
	for range 150 {
		dir := t.TempDir()
		command("generate", "-o", dir, "--records", "10").want(t, StatusOK)
		count := map[string]bool{}
		for range rng.IntN(12) {
			content := strangers[rng.IntN(len(strangers))]
			if rng.IntN(3) == 0 {
				b := make([]byte, rng.IntN(200))
				for i := range b {
					b[i] = byte(rng.Uint32())
				}
				content += string(b)
			}
			name := names[rng.IntN(len(names))]
			count[name] = true
			writeFile(t, content, dir, "strangers", name)
		}
		r := command("verify", dir)
		if r.status != StatusOK {
			t.Fatalf("status %d:\n%s", r.status, r.stdout)
		}
		if len(count) > 0 && strings.Count(r.stdout, "  note     "+dir+"/strangers/") != len(count) {
			t.Fatalf("%d strangers are not told one by one:\n%s", len(count), r.stdout)
		}
	}
}

// A pipe is not waited for.
func TestVerifyOpensNoPipe(t *testing.T) {
	dir := t.TempDir()
	command("generate", "-o", dir, "--records", "10").want(t, StatusOK)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Skip(err)
	}
	if r := command("verify", dir).want(t, StatusOK); !strings.Contains(r.stdout, "pipe: left out") {
		t.Errorf("the pipe is not told of: %s", r.stdout)
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
	path := damageCase("rot-one") + "/meshos/actions/"
	r := command("verify", damageCase("rot-one")).want(t, StatusDamaged)
	for _, text := range []string{
		"rot-one/meshos/actions", "Payload does not match its checksum", "position 36, seq 36",
		"row at byte 720 of " + path + "v0000000001/idx", "25 bytes at byte 2062 of " + path + "v0000000001/dat", "damage was found.",
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

// A folder that is being written is as sound as what is whole of it, each time.
func TestVerifyWhileAWriterAppends(t *testing.T) {
	dir := t.TempDir()
	command("generate", "-o", dir, "--records", "500").want(t, StatusOK)
	folder, err := redex.ChannelPath(dir, defaultChannel)
	if err != nil {
		t.Fatal(err)
	}
	w, err := redex.OpenAppend(folder)
	if err != nil {
		t.Fatal(err)
	}
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		payload := wire.AppendRecord(nil, &wire.ActionChainRecord{ID: 1, Kind: "pull_replica", EmittedAtMS: 1_700_000_000_000})
		for range 1_000_000 {
			select {
			case <-stop:
				done <- w.Close()
				return
			default:
			}
			_, err := w.Append(payload)
			if err = errors.Join(err, w.Flush()); err != nil {
				done <- errors.Join(err, w.Close())
				return
			}
		}
		done <- w.Close()
	}()
	written := 0
	for range 15 {
		r := command("verify", dir)
		if r.status != StatusOK {
			t.Errorf("status %d: %s", r.status, r.stdout)
			break
		}
		if strings.Contains(r.stdout, "The files were being written while they were read") {
			written++
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if written == 0 {
		t.Error("nobody says that the folder was being written")
	}
}
