package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/redex"
)

func TestFindIncident(t *testing.T) {
	set := find(t, os.DirFS(testdata+"incident"))
	want := []string{
		"node-1/admin-audit | node-1 | admin-audit | audit by content | 5",
		"node-1/failures | node-1 | failures | failure by content | 1969",
		"node-1/log | node-1 | log | log by content | 4030",
		"node-1/meshos/actions | node-1 | meshos/actions | action by content | 12496",
		"node-2/admin-audit | node-2 | admin-audit | audit by content | 1",
		"node-2/failures | node-2 | failures | failure by content | 1588",
		"node-2/log | node-2 | log | log by content | 4507",
		"node-2/meshos/actions | node-2 | meshos/actions | action by content | 15459",
		"node-3/admin-audit | node-3 | admin-audit | audit by content | 1",
		"node-3/failures | node-3 | failures | failure by content | 1143",
		"node-3/log | node-3 | log | log by content | 3815",
		"node-3/meshos/actions | node-3 | meshos/actions | action by content | 12351",
	}
	if diff := cmp.Diff(want, chainLines(set)); diff != "" {
		t.Error(diff)
	}
	for _, c := range set.Chains {
		if !c.Live || c.Redex == nil || c.Bytes == 0 || c.Layout != "generation 1" {
			t.Errorf("%s: live %v, redex %v, %d bytes, %s", c.Origin, c.Live, c.Redex != nil, c.Bytes, c.Layout)
		}
	}
	for _, p := range set.Problems {
		if p.Level != LevelNote || !strings.Contains(p.Detail, "result of a fold") {
			t.Errorf("problem: %v", p)
		}
	}
	if len(set.Bases) > 0 {
		t.Errorf("a fold's result was taken for a base: %v", set.Bases[0].Origin)
	}
}

func TestFindDamageIsStillActions(t *testing.T) {
	set := find(t, corpus(t, "damage").fsys())
	for _, c := range set.Chains {
		if c.Kind != wire.ChainAction {
			t.Errorf("%s: %v by %q", c.Origin, c.Kind, c.KindBasis)
		}
	}
	if diff := cmp.Diff([]string{"no-idx/meshos/actions: a channel without an index"}, problemLines(set)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"manifest-tmp/meshos/actions/manifest.tmp"}, set.Ignored); diff != "" {
		t.Error(diff)
	}
}

func TestFindGenerations(t *testing.T) {
	set := find(t, corpus(t, "damage/orphan-generation").under("node-9").fsys())
	want := []string{
		"node-9/meshos/actions | node-9 | meshos/actions | action by content | 120",
		"node-9/meshos/actions/v0000000002 | node-9 | meshos/actions | action by content | 20",
	}
	if diff := cmp.Diff(want, chainLines(set)); diff != "" {
		t.Fatal(diff)
	}
	live, orphan := set.Chains[0], set.Chains[1]
	if !live.Live || orphan.Live || live.Redex.Choice.Reason != redex.ChosenByManifest {
		t.Errorf("live %v and %v by %v", live.Live, orphan.Live, live.Redex.Choice.Reason)
	}
}

func TestFindLooseFiles(t *testing.T) {
	clean := corpus(t, "damage/clean")
	idx, dat, ts := clean["meshos/actions/v0000000001/idx"], clean["meshos/actions/v0000000001/dat"], clean["meshos/actions/v0000000001/ts"]
	tests := []struct {
		name string
		in   files
		want string
	}{
		{"plain", files{"idx": idx, "dat": dat, "ts": ts}, ". |  | meshos/actions | action by content | 120"},
		{"renamed", files{"n1.idx": idx, "n1.dat": dat, "n1.ts": ts}, "n1.idx | n1 | n1 | action by content | 120"},
		{"renamed in a folder", files{"node-4/a.idx": idx, "node-4/a.dat": dat}, "node-4/a.idx | node-4 | a | action by content | 120"},
		{"a generation alone", files{"v0000000001/idx": idx, "v0000000001/dat": dat, "v0000000001/ts": ts}, ". |  | meshos/actions | action by content | 120"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := find(t, tt.in.fsys())
			if diff := cmp.Diff([]string{tt.want}, chainLines(set)); diff != "" {
				t.Error(diff)
			}
			wantNoProblems(t, set)
		})
	}
}

func TestLocateInLooseFiles(t *testing.T) {
	clean := corpus(t, "damage/clean")
	in := files{"n1.idx": clean["meshos/actions/v0000000001/idx"], "n1.dat": clean["meshos/actions/v0000000001/dat"]}
	zipped := files{"logs.zip": zipOf(t, in.under("x"), 0)}
	for prefix, set := range map[string]*Set{"": find(t, in.fsys()), "logs.zip!/x/": find(t, zipped.fsys())} {
		got, err := set.Chains[0].Reader.(Locator).Locate(1)
		must(t, err)
		if got.IndexFile != prefix+"n1.idx" || got.PayloadFile != prefix+"n1.dat" || got.IndexOffset != 20 {
			t.Errorf("%+v", got)
		}
		raw := in["n1.dat"][got.PayloadOffset : got.PayloadOffset+got.PayloadBytes]
		if entry := entriesOf(t, set.Chains[0].Reader, 0)[1]; string(entry.Payload) != raw {
			t.Errorf("payload %x, located %x", entry.Payload, raw)
		}
	}
}

func TestEveryReaderLocates(t *testing.T) {
	in := files{
		"a.jsonl":    `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`,
		"b.txt":      fmt.Sprintf("%x\n", action(1)),
		"c.chain":    exportOf(t, find(t, corpus(t, "damage/clean").fsys())),
		"n/log/idx":  "",
		"n/log/dat":  "",
		"logs.zip":   zipOf(t, corpus(t, "damage/clean"), 8),
		"x.idx":      strings.Repeat("\x00", 20),
		"page.html":  "<!doctype html>",
		"empty.json": "[]",
	}
	set := find(t, in.fsys())
	if len(set.Chains) != 6 {
		t.Fatalf("chains: %q", chainLines(set))
	}
	for _, c := range set.Chains {
		locator, ok := c.Reader.(Locator)
		if !ok {
			t.Fatalf("%s does not locate", c.Origin)
		}
		for _, position := range []int{-1, c.Reader.Len()} {
			if at, err := locator.Locate(position); err == nil {
				t.Errorf("%s: position %d located at %+v", c.Origin, position, at)
			}
		}
		if c.Reader.Len() > 0 {
			if _, err := locator.Locate(0); err != nil {
				t.Errorf("%s: %v", c.Origin, err)
			}
		}
	}
}

func TestFindTellsWhatItCannotUse(t *testing.T) {
	tests := []struct {
		name string
		in   files
		want string
	}{
		{"nothing", files{}, "nothing here: no file that could hold a chain. " + generalAdvice + "."},
		{"empty", files{"a": ""}, "a: empty file: 0 bytes. If it should not be empty, copy it again; a node that never flushed leaves such files."},
		{"program", files{"a": "\x7fELF\x02\x01\x01\x00"}, "a: not recognised: 8 bytes that begin with 7f 45 4c 46 02 01 01 00: a program. " + generalAdvice + "."},
		{"text", files{"a": "hello\nworld"}, `a: not recognised: 11 bytes of text that begin with "hello". ` + generalAdvice + "."},
		{"invisible text", files{"a": "seq\u202e   1"}, `a: not recognised: 10 bytes of text that begin with "seq\u202e   1". ` + generalAdvice + "."},
		{"xz", files{"a.tar": "\xfd7zXZ\x00...."}, "a.tar: not recognised: 10 bytes that begin with fd 37 7a 58 5a 00 2e 2e: an xz archive. " + repack + "."},
		{"manifest alone", files{"x": "REDM\x01\x01\x00\x00\x00\x00\x00\x00\x3e\xe1\xc1\x50"}, "x: not recognised: 16 bytes that begin with 52 45 44 4d 01 01 00 00: a channel's manifest without its channel. Open the folder it came from."},
		{"cut zip", files{"a": "PK\x03\x04...."}, "a: a damaged zip archive at byte 8: 8 bytes in which no entry can be found. Copy or download the archive again; it is most likely cut."},
		{"netdb", files{"a": "\x01\x03\x80\x81\x82\x01\x07\x00"}, "a: a netdb snapshot: 8 bytes that hold tasks and memories, no chains. " + generalAdvice + "."},
		{"page", files{"a": "<!DOCTYPE html><p>"}, `a: a page without chains: 18 bytes of HTML in which no element has id="chainglass-data". Open a page that was shared from Chainglass, or the files themselves.`},
		{"status", files{"a": `{"peers":{},"daemons":{},"replica_chains":1,"recent_failure_count":2}`}, "a: JSON without records: 69 bytes, the output of `snapshot status`, which only counts. Use the output of `snapshot get`."},
		{"other JSON", files{"a": `{"name":"x","version":1}`}, `a: JSON without records: 24 bytes of JSON, but neither records nor a snapshot; the first object has "name version". Chainglass reads audit, log, failure and action records and MeshOsSnapshot.`},
		{"numbers", files{"a": `[1,2]`}, `a: JSON without records: 5 bytes of JSON, but neither records nor a snapshot; it begins with "[1,2]". Chainglass reads audit, log, failure and action records and MeshOsSnapshot.`},
		{"empty list", files{"a": "[]\n"}, "a: an empty list: no record is in it."},
		{"no idx", files{"n/log/v0000000001/dat": "x"}, "n/log: a channel without an index: no generation has an idx file, so no entry can be found in what is there. Look for the idx file in an older copy of the folder; do not open the folder with a node, which deletes what it cannot use."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := find(t, tt.in.fsys())
			if len(set.Problems) != 1 || set.Problems[0].String() != tt.want {
				t.Errorf("got  %v\nwant %s", set.Problems, tt.want)
			}
		})
	}
}

func TestFindSkipsLeftovers(t *testing.T) {
	in := corpus(t, "damage/clean").under("node-1")
	for _, name := range []string{".DS_Store", "node-1/Thumbs.db", "__MACOSX/node-1/._idx", "node-1/meshos/._actions", ".git/config"} {
		in[name] = "x"
	}
	set := find(t, in.fsys())
	want := []string{".DS_Store", ".git", "__MACOSX", "node-1/Thumbs.db", "node-1/meshos/._actions"}
	if diff := cmp.Diff(want, set.Ignored); diff != "" {
		t.Error(diff)
	}
	if len(set.Chains) != 1 {
		t.Errorf("chains: %q", chainLines(set))
	}
	wantNoProblems(t, set)
}

// What was never finished is no chain, however whole it looks.
func TestFindPassesOverWhatWasNeverFinished(t *testing.T) {
	in := corpus(t, "damage/clean").under("node-1")
	for name, content := range corpus(t, "damage/clean").under(".chainglass-a.partial/node-2") {
		in[name] = content
	}
	in["node-1/.chainglass-b.partial"] = exportOf(t, find(t, corpus(t, "damage/clean").under("node-3").fsys()))
	set := find(t, in.fsys())
	if len(set.Chains) != 1 {
		t.Errorf("chains: %q", chainLines(set))
	}
	want := []string{".chainglass-a.partial: never finished", "node-1/.chainglass-b.partial: never finished"}
	if diff := cmp.Diff(want, problemLines(set)); diff != "" {
		t.Error(diff)
	}
}

func TestFindKeepsAlikeChainsApart(t *testing.T) {
	clean := corpus(t, "damage/clean").under("node-1")
	in := files{"a.zip": zipOf(t, clean, 0), "b.zip": zipOf(t, clean, 8), "c.chain": exportOf(t, find(t, clean.fsys()))}
	for name, content := range clean {
		in[name] = content
	}
	set := find(t, in.fsys())
	want := []string{
		"node-1/meshos/actions | node-1 | meshos/actions | action by content | 120",
		"a.zip!/node-1/meshos/actions | a.zip/node-1 | meshos/actions | action by content | 120",
		"b.zip!/node-1/meshos/actions | b.zip/node-1 | meshos/actions | action by content | 120",
		"c.chain | c.chain/node-1 | meshos/actions | action by file format | 120",
	}
	if diff := cmp.Diff(want, chainLines(set)); diff != "" {
		t.Error(diff)
	}
}

func TestFindKinds(t *testing.T) {
	fsys := corpus(t, "damage/clean").fsys()
	set := findWith(t, fsys, Options{Kinds: map[string]wire.ChainKind{"meshos/actions": wire.ChainUnknown}})
	if c := set.Chains[0]; c.Kind != wire.ChainUnknown || c.KindBasis != ByChoice {
		t.Errorf("%v by %q", c.Kind, c.KindBasis)
	}
}

func TestFindNamesTheRoot(t *testing.T) {
	in := corpus(t, "damage/clean")
	sub, err := fs.Sub(in.fsys(), "meshos/actions")
	must(t, err)
	got := chainLines(findWith(t, sub, Options{Name: "actions"}))
	if diff := cmp.Diff([]string{". | actions | meshos/actions | action by content | 120"}, got); diff != "" {
		t.Error(diff)
	}
	got = chainLines(findWith(t, in.fsys(), Options{Name: "node-7"}))
	if diff := cmp.Diff([]string{"meshos/actions | node-7 | meshos/actions | action by content | 120"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFindStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	opts := Options{Progress: func(string, int64) {
		if calls++; calls == 5 {
			cancel()
		}
	}}
	set, err := Find(ctx, files{"a.tar.gz": gz(t, tarOf(t, corpus(t, "incident")))}.fsys(), opts)
	if set != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", set, err)
	}
}

func TestFindProgressGrows(t *testing.T) {
	var last int64
	paths := map[string]bool{}
	in := files{"a.jsonl": strings.Repeat(`{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`+"\n", 20000), "b.zip": zipOf(t, corpus(t, "damage/clean"), 8)}
	findWith(t, in.fsys(), Options{Progress: func(path string, bytes int64) {
		if bytes < last {
			t.Errorf("%s: %d after %d", path, bytes, last)
		}
		last, paths[path] = bytes, true
	}})
	if last < int64(len(in["a.jsonl"])) || !paths["a.jsonl"] || !paths["b.zip!/meshos/actions"] {
		t.Errorf("%d bytes, %v", last, paths)
	}
}

func TestFindLimitsFiles(t *testing.T) {
	in := files{}
	for i := range 20 {
		in[fmt.Sprintf("%02d", i)] = "x"
	}
	for _, tt := range []struct {
		name string
		in   files
	}{{"folder", in}, {"zip", files{"a.zip": zipOf(t, in, 0)}}, {"tar", files{"a.tar": tarOf(t, in)}}} {
		t.Run(tt.name, func(t *testing.T) {
			set := findWith(t, tt.in.fsys(), Options{Limits: Limits{Files: 10}})
			var limit *LimitError
			told := 0
			for _, p := range set.Problems {
				if errors.As(p.Err, &limit) {
					told++
				}
			}
			if told != 1 || limit.Limit != "Files" || limit.Max != 10 || set.Files > 11 {
				t.Errorf("%d files, problems %v", set.Files, set.Problems)
			}
		})
	}
}

func TestFindCountsProblems(t *testing.T) {
	in := files{}
	for i := range MaxProblems + 7 {
		in[fmt.Sprint(i)] = "x"
	}
	set := find(t, in.fsys())
	if len(set.Problems) != MaxProblems || set.MoreProblems != (ProblemCounts{LevelUnrecognised: 7}) {
		t.Errorf("%d and %v more", len(set.Problems), set.MoreProblems)
	}
	// What is damaged is told beside any number of strangers, and counted apart.
	for i := range MaxProblems + 3 {
		in[fmt.Sprint("z", i)] = "PK\x03\x04...."
	}
	set = find(t, in.fsys())
	damaged := 0
	for _, p := range set.Problems {
		if p.Level.Damage() {
			damaged++
		}
	}
	if damaged != MaxProblems || set.MoreProblems != (ProblemCounts{LevelUnrecognised: 7, LevelError: 3}) || set.MoreProblems.Damaged() != 3 || set.MoreProblems.Others() != 7 {
		t.Errorf("%d damaged and %v more", damaged, set.MoreProblems)
	}
}

// brokenFS fails in the ways that a real one does.
type brokenFS struct{ fs.FS }

var errVanished = errors.New("it vanished")

func (b brokenFS) Open(name string) (fs.File, error) {
	f, err := b.FS.Open(name)
	switch {
	case strings.HasSuffix(name, "vanished"):
		return nil, &fs.PathError{Op: "open", Path: name, Err: errVanished}
	case strings.HasSuffix(name, "stream"):
		return struct{ fs.File }{f}, err
	case strings.HasSuffix(name, "shrunk"):
		return shrunkFile{f}, err
	}
	return f, err
}

// shrunkFile is shorter than its size says.
type shrunkFile struct{ fs.File }

func (shrunkFile) ReadAt([]byte, int64) (int, error) { return 0, io.EOF }

func TestFindUnreadable(t *testing.T) {
	in := files{"a/vanished": "x", "b.stream": "x", "c.shrunk": "x", "d.jsonl": `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`}
	set := find(t, brokenFS{in.fsys()})
	want := []string{"a/vanished: cannot be read", "b.stream: cannot be read", "c.shrunk: cannot be read"}
	if diff := cmp.Diff(want, problemLines(set)); diff != "" {
		t.Error(diff)
	}
	if !errors.Is(set.Problems[0].Err, errVanished) || len(set.Chains) != 1 {
		t.Errorf("%v, %q", set.Problems[0].Err, chainLines(set))
	}
}

func TestFindFollowsNoLinks(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(dir+"/a.txt", []byte("x"), 0o600))
	must(t, os.Symlink(dir, dir+"/loop"))
	set := find(t, os.DirFS(dir))
	want := []string{"loop: left out", "a.txt: not recognised"}
	if diff := cmp.Diff(want, problemLines(set)); diff != "" {
		t.Error(diff)
	}
}

func TestSingleFile(t *testing.T) {
	text := `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`
	fsys, err := SingleFile("f.json", strings.NewReader(text), int64(len(text)))
	must(t, err)
	must(t, fstest.TestFS(fsys, "f.json"))
	if got := chainLines(find(t, fsys)); len(got) != 1 {
		t.Errorf("%q", got)
	}
	if _, err := SingleFile("../f", nil, 0); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("%v", err)
	}
}
