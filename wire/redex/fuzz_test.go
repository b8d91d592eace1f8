package redex_test

import (
	"bytes"
	"os"
	"path"
	"testing"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// FuzzManifest: what parses is what the writer would write.
func FuzzManifest(f *testing.F) {
	f.Add([]byte{})
	f.Add(redex.AppendManifest(nil, 0))
	f.Add(redex.AppendManifest(nil, 1))
	f.Add(append(redex.AppendManifest(nil, 1<<32-1), "more"...))
	f.Fuzz(func(t *testing.T, b []byte) {
		generation, err := redex.ParseManifest(b)
		if err != nil {
			return
		}
		if !bytes.Equal(redex.AppendManifest(nil, generation), b[:redex.ManifestSize]) {
			t.Errorf("generation %d from % x", generation, b)
		}
	})
}

// FuzzChannelNames: nothing that is valid escapes the base directory, whatever
// folders a search meets.
func FuzzChannelNames(f *testing.F) {
	for _, name := range []string{"a", "a/b", "..", "meshos/actions", "a//b", "n1/app/log"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if redex.ValidateChannelName(name) != nil {
			return
		}
		found, err := redex.FindChannels(tree(name), ".")
		if err == nil && len(found) == 0 {
			t.Errorf("a channel at %q is not found", name)
		}
		for _, c := range found {
			if !redexSuffix(c) {
				t.Errorf("%+v", c)
			}
		}
	})
}

// redexSuffix reports whether the name is the end of the directory.
func redexSuffix(c redex.ChannelDir) bool {
	return c.Dir == c.Channel || path.Base(c.Channel) == path.Base(c.Dir) && len(c.Channel) < len(c.Dir)
}

// FuzzChannel reads a whole channel of any content under all rules.
func FuzzChannel(f *testing.F) {
	manifest := redex.AppendManifest(nil, 1)
	three := generation{}.heap("one", "two").inline("abcd1234").heap("three")
	f.Add(manifest, three.idx, three.dat, three.ts)
	f.Add(manifest, three.idx, three.dat[:5], three.ts[:20])
	f.Add([]byte{}, three.row(1, func(r *redex.Row) { r.PayloadLen = 1<<32 - 1 }).idx, three.dat, []byte{})
	f.Add(manifest, three.row(3, func(r *redex.Row) { r.Seq = 0 }).idx[:79], three.dat, three.ts)
	for _, name := range []string{"rot-many", "zero-tail", "dup-entry", "torn-dat-deep"} {
		dir := path.Join("testdata/damage", name, "meshos/actions", redex.GenerationDir(1))
		var files [3][]byte
		for i, file := range []string{"idx", "dat", "ts"} {
			b, err := os.ReadFile(path.Join(dir, file))
			if err != nil {
				f.Fatal(err)
			}
			files[i] = b
		}
		f.Add(manifest, files[0], files[1], files[2])
	}
	f.Fuzz(func(t *testing.T, manifest, idx, dat, ts []byte) {
		files := folder{"manifest": manifest}.with("v0000000001", generation{idx, dat, ts})
		c := files.open(t)
		if _, err := redex.FindChannels(files.fs("c"), "."); err != nil {
			t.Fatal(err)
		}
		entries := readAll(t, openLive(t, c, redex.Readable))
		if len(entries) != len(idx)/redex.RowSize {
			t.Fatalf("%d entries from %d bytes of idx", len(entries), len(idx))
		}
		for _, rules := range []redex.Rules{redex.Readable, redex.V0_21_0, redex.V0_34_0} {
			checkRecovery(t, c, rules, entries)
		}
	})
}

func checkRecovery(t *testing.T, c *redex.Channel, rules redex.Rules, entries []wire.Entry) {
	t.Helper()
	kept, report, err := redex.Recover(c, rules)
	if err != nil {
		t.Fatal(err)
	}
	if report.Kept > report.Entries || report.DatLen < 0 {
		t.Errorf("%v: %+v", rules, report)
	}
	dropped := 0
	for _, d := range report.Dropped {
		dropped += d.Count
		if d.First > d.Last || d.Last >= report.Entries || d.Count > d.Last-d.First+1 {
			t.Errorf("%v: %+v", rules, d)
		}
	}
	if report.Kept+dropped != report.Entries {
		t.Errorf("%v: %d kept and %d dropped of %d", rules, report.Kept, dropped, report.Entries)
	}
	count := 0
	for pos, e := range entries {
		if kept.Has(pos) {
			count++
			if !e.Status.Readable() {
				t.Errorf("%v keeps position %d, which is %v", rules, pos, e.Status)
			}
		} else if rules == redex.Readable && e.Status == wire.EntryOK {
			t.Errorf("position %d is readable and not kept", pos)
		}
	}
	if count != report.Kept {
		t.Errorf("%v: %d positions, %d kept", rules, count, report.Kept)
	}
}
