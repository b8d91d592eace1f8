package engine_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/wire/redex"
)

// written returns a folder with a channel of payloads.
func written(t *testing.T, payloads [][]byte) string {
	t.Helper()
	dir := t.TempDir()
	w, err := redex.Create(filepath.Join(dir, "n", "meshos", "actions"))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range payloads {
		if _, err := w.AppendAt(p, 1_779_465_600_000_000_000+uint64(i)*1e9); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// findingsOf returns the findings of the one chain in a folder.
func findingsOf(t *testing.T, dir string) []engine.Finding {
	t.Helper()
	e, opened := openAll(t, os.DirFS(dir))
	list, err := e.Findings(opened.Chains[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	worst := 0
	for _, n := range opened.Chains[0].Findings {
		worst += n
	}
	if worst != len(list) {
		t.Errorf("the chain counts %d findings, %d are listed", worst, len(list))
	}
	return list
}

// of returns the findings of a rule.
func of(list []engine.Finding, rule string) (some []engine.Finding) {
	for _, f := range list {
		if f.Rule == rule {
			some = append(some, f)
		}
	}
	return some
}

var pulled = []byte("\x01\x01\x0cpull_replica\x80\xd0\x95\xff\xbc\x31\x00")

// Forty versions that the decoder does not know are one finding that lists them.
func TestUnknownVersionsAreOneFinding(t *testing.T) {
	var payloads [][]byte
	for i := range 40 {
		payloads = append(payloads, pulled, append([]byte{byte(2 + i)}, pulled[1:]...), pulled)
	}
	found := of(findingsOf(t, written(t, payloads)), "undecodable")
	if len(found) != 1 {
		t.Fatalf("%d findings, want 1", len(found))
	}
	f := found[0]
	if f.Count != 40 || f.Position != 1 || f.LastPosition != 118 {
		t.Errorf("%d entries from %d to %d, want 40 from 1 to 118", f.Count, f.Position, f.LastPosition)
	}
	for _, text := range []string{"version 2;", "version 21;", "and 20 more"} {
		if !strings.Contains(f.Detail.String(), text) {
			t.Errorf("the detail lacks %q: %s", text, f.Detail)
		}
	}
}

// Damage in many places is one finding that lists them; in few it is one each.
func TestDamageInManyPlacesIsOneFinding(t *testing.T) {
	for _, places := range []int{3, 30} {
		var payloads [][]byte
		for range 100 {
			payloads = append(payloads, pulled)
		}
		dir := written(t, payloads)
		dat := filepath.Join(dir, "n/meshos/actions/v0000000001/dat")
		b, err := os.ReadFile(dat)
		if err != nil {
			t.Fatal(err)
		}
		for i := range places {
			b[i*3*len(pulled)+5] ^= 1
		}
		if err := os.WriteFile(dat, b, 0o600); err != nil {
			t.Fatal(err)
		}
		found := of(findingsOf(t, dir), "bad-checksum")
		count := 0
		for _, f := range found {
			count += f.Count
		}
		want := places
		if places > 3 {
			want = 1
		}
		if len(found) != want || count != places {
			t.Errorf("%d places: %d findings of %d entries, want %d", places, len(found), count, want)
		}
	}
}

// Files that were made longer before power was lost are named as that, once.
func TestZeroFilledTailsAreOneFinding(t *testing.T) {
	for _, names := range [][]string{{"idx", "dat", "ts"}, {"idx"}, {"ts"}, {"dat"}, {"idx", "ts"}} {
		var payloads [][]byte
		for range 40 {
			payloads = append(payloads, pulled)
		}
		dir := written(t, payloads)
		for _, name := range names {
			f, err := os.OpenFile(filepath.Join(dir, "n/meshos/actions/v0000000001", name), os.O_APPEND|os.O_WRONLY, 0)
			if err == nil {
				_, err = f.Write(make([]byte, 4096-817))
				err = errors.Join(err, f.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		list := findingsOf(t, dir)
		found := of(list, "zero-tail")
		if len(found) != 1 || !strings.Contains(found[0].Title.String(), "40 entries come before") {
			t.Errorf("%v: %v", names, found)
			continue
		}
		for _, name := range names {
			if !strings.Contains(found[0].Detail.String(), " "+name+": ") {
				t.Errorf("%v: the detail lacks %s: %s", names, name, found[0].Detail)
			}
		}
		for _, f := range list {
			switch f.Rule {
			case "zero-tail", "recovery-v0.21.0", "recovery-v0.34.0", "times-missing":
			default:
				t.Errorf("%v: also %s, %s", names, f.Rule, f.Title)
			}
		}
	}
}

// Files that a program took for text are named as that, once, however much it broke.
func TestFilesConvertedAsTextAreOneFinding(t *testing.T) {
	for _, c := range []struct {
		name    string
		convert func(b []byte) []byte
	}{
		{"each line end", func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) }},
		{"no UTF-8", func(b []byte) []byte { return bytes.ToValidUTF8(b, []byte("\uFFFD")) }},
	} {
		var payloads [][]byte
		for range 300 {
			payloads = append(payloads, pulled)
		}
		dir := written(t, payloads)
		for _, name := range []string{"manifest", "v0000000001/idx", "v0000000001/dat", "v0000000001/ts"} {
			file := filepath.Join(dir, "n/meshos/actions", name)
			b, err := os.ReadFile(file)
			if err == nil {
				err = os.WriteFile(file, c.convert(b), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		list := findingsOf(t, dir)
		found := of(list, "text-mode")
		if len(found) != 1 || !strings.Contains(found[0].Title.String(), c.name) {
			t.Errorf("%s: %v", c.name, found)
		}
		for _, f := range list {
			if f.Rule != "text-mode" && !strings.HasPrefix(f.Rule, "recovery-") {
				t.Errorf("%s: also %s, %s", c.name, f.Rule, f.Title)
			}
		}
	}
}
