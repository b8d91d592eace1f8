package source

import (
	"context"
	"encoding/hex"
	"io"
	"io/fs"
	"strings"
	"testing"

	"chainglass/wire"
)

// fuzzLimits keep a run of the fuzzer small.
func fuzzLimits() Limits { return Limits{Files: 500, InflatedBytes: 16 << 20} }

// use does with a set what a person would.
func use(t *testing.T, set *Set) {
	var b wire.Block
	for _, c := range set.Chains {
		for pos := 0; pos < c.Reader.Len(); pos += len(b.Entries) {
			err := c.Reader.ReadBlock(pos, &b)
			if err == io.EOF || err == nil && len(b.Entries) == 0 {
				t.Fatalf("%s: no entry at %d of %d", c.Origin, pos, c.Reader.Len())
			}
			if err != nil {
				break
			}
			if _, err := c.Reader.(Locator).Locate(pos); err != nil {
				t.Fatalf("%s: %v", c.Origin, err)
			}
			if p, ok := c.Reader.(ParseErrorer); ok {
				_ = p.ParseError(pos)
			}
		}
	}
	for _, p := range set.Problems {
		if p.Title == "" || strings.ContainsRune(p.Title, '\n') {
			t.Fatalf("problem %+v", p)
		}
	}
	if set.nothing() && len(set.Ignored) == 0 {
		t.Fatal("nothing came of it, not even a problem")
	}
	if err := set.Close(); err != nil {
		t.Fatal(err)
	}
}

func FuzzFind(f *testing.F) {
	clean := corpus(f, "damage/clean")
	record := `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`
	set := find(f, clean.fsys())
	small := files{"n/log/idx": strings.Repeat("\x00", 40), "x.json": record}
	for _, seed := range []string{
		"", "x", record, "[" + record + "," + record, record + "\n{\n" + record, `{"hex":"01","record":{}}`,
		zipOf(f, small, 0), zipOf(f, small, 8), tarOf(f, small), gz(f, tarOf(f, small)), zst(f, record),
		exportOf(f, set), pageOf(record, f), strings.Repeat("\x00", 12), hex.EncodeToString(action(1)),
		clean["meshos/actions/v0000000001/idx"], clean["meshos/actions/manifest"], "\xff\xfe{\x00}\x00",
	} {
		f.Add([]byte(seed), "a")
		f.Add([]byte(seed), "n/meshos/actions/v0000000001/idx")
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		if !fs.ValidPath(name) || name == "." {
			name = "x"
		}
		in, err := SingleFile(name, strings.NewReader(string(data)), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		set, err := Find(context.Background(), in, Options{Limits: fuzzLimits()})
		if err != nil {
			t.Fatal(err)
		}
		use(t, set)
	})
}

func FuzzPaste(f *testing.F) {
	for _, seed := range []string{
		"", "01", "0x01, 0x02", hex.EncodeToString(action(1)), dumpOf(action(1)), xxdOf(action(1)), "AQAAAAA=",
		`{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`, `[{"hex":"01"}]`, "00 00\n00", strings.Repeat("00", 12),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := Paste(text)
		if err != nil {
			t.Fatal(err)
		}
		use(t, set)
	})
}

// Members of hostile text are found in time that grows with the text alone.
func FuzzMembers(f *testing.F) {
	f.Add(`{"a":1,"b":{"c":[]}}`)
	f.Add(`{"record":{"record":{"record":`)
	f.Fuzz(func(t *testing.T, text string) {
		total := 0
		members([]byte(text), func(key, value []byte) { total += len(key) + len(value) })
		if total > len(text) {
			t.Fatalf("%d bytes of members in %d bytes", total, len(text))
		}
		recogniseJSON([]byte(text))
	})
}
