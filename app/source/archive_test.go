package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/xxh3"

	"chainglass/wire/export"
)

// An archive, in whatever form, holds the chains of the folder it was made of.
func TestArchivesHoldWhatTheFolderHolds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	incident := corpus(t, "incident")
	want := digests(t, find(t, incident.fsys()))
	if len(want) != 12 {
		t.Fatalf("%d chains", len(want))
	}
	plain := tarOf(t, incident)
	tests := []struct {
		name    string
		content string
	}{
		{"stored zip", zipOf(t, incident, zip.Store)},
		{"deflated zip", zipOf(t, incident, zip.Deflate)},
		{"zstandard zip", zipOf(t, incident, zstd.ZipMethodWinZip)},
		{"tar", plain},
		{"tar.gz", gz(t, plain)},
		{"tar.zst", zst(t, plain)},
		{"two gzip members", gz(t, plain[:1000]) + gz(t, plain[1000:])},
		{"zip in zip", zipOf(t, files{"in.dat": zipOf(t, incident, zip.Deflate)}, zip.Store)},
		{"tar.gz in zip", zipOf(t, files{"x/in": gz(t, plain)}, zip.Deflate)},
		{"zip.gz", gz(t, zipOf(t, incident, zip.Store))},
		{"export.zst", zst(t, exportOf(t, find(t, incident.fsys())))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// The name says nothing, or lies.
			set := find(t, files{"data.jpeg": tt.content}.fsys())
			if diff := cmp.Diff(want, digests(t, set)); diff != "" {
				t.Error(diff)
			}
			wantNoProblems(t, set)
			for _, c := range set.Chains {
				if !strings.HasPrefix(c.Origin, "data.jpeg!/") {
					t.Errorf("origin %s", c.Origin)
				}
			}
		})
	}
}

func TestArchiveOrigins(t *testing.T) {
	clean := corpus(t, "damage/clean")
	record := `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`
	in := files{
		"a/logs.zip":       zipOf(t, clean.under("node-1"), 0),
		"backup.tar.gz":    gz(t, tarOf(t, clean)),
		"failures.json.gz": gz(t, record),
		"outer.zip":        zipOf(t, files{"inner.tar": tarOf(t, clean.under("n"))}, 0),
		"pair.zip":         zipOf(t, files{"x.idx": "", "x.dat": ""}, 0),
	}
	want := []string{
		"a/logs.zip!/node-1/meshos/actions | node-1 | meshos/actions | action by content | 120",
		"backup.tar.gz!/meshos/actions | backup | meshos/actions | action by content | 120",
		"failures.json.gz!/failures.json | failures.json | failures | failure by file format | 1",
		"outer.zip!/inner.tar!/n/meshos/actions | n | meshos/actions | action by content | 120",
		"pair.zip!/x.idx | pair | x | unknown by  | 0",
	}
	if diff := cmp.Diff(want, chainLines(find(t, in.fsys()))); diff != "" {
		t.Error(diff)
	}
}

func TestArchiveDepth(t *testing.T) {
	nested := zipOf(t, files{"a.txt": "deadbeef"}, 0)
	for range 9 {
		nested = zipOf(t, files{"in.zip": nested}, 0)
	}
	set := find(t, files{"x.zip": nested}.fsys())
	var limit *LimitError
	if len(set.Problems) != 1 || !errors.As(set.Problems[0].Err, &limit) || limit.Limit != "Depth" {
		t.Fatalf("%v", set.Problems)
	}
	want := "x.zip!/in.zip!/in.zip!/in.zip: too much to open: more than 3 archives inside each other (limit Depth). Unpack the archive and open the folders of interest one by one."
	if diff := cmp.Diff(want, set.Problems[0].String()); diff != "" {
		t.Error(diff)
	}
	// A compressed tar is one archive.
	deepest := gz(t, tarOf(t, corpus(t, "damage/clean")))
	for range MaxDepth - 1 {
		deepest = gz(t, tarOf(t, files{"in": deepest}))
	}
	if set := find(t, files{"x": deepest}.fsys()); len(set.Chains) != 1 {
		t.Errorf("%v", set.Problems)
	}
}

func TestArchiveBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", 40<<20)
	bomb := zipOf(t, files{"a": zeros, "b": zeros}, zip.Deflate)
	tests := []struct {
		name    string
		content string
		limits  Limits
		limit   string
		told    int
	}{
		{"zip, ratio", bomb, Limits{}, "Ratio", 1},
		{"gzip, ratio", gz(t, zeros), Limits{}, "Ratio", 1},
		{"zstandard, ratio", zst(t, zeros), Limits{}, "Ratio", 1},
		{"zip, size of both", bomb, Limits{Ratio: 1 << 40, InflatedBytes: 50 << 20}, "InflatedBytes", 1},
		{"gzip, size", gz(t, zeros), Limits{Ratio: 1 << 40, InflatedBytes: 39 << 20}, "InflatedBytes", 1},
		{"page, ratio", pageOf(zeros, t), Limits{}, "Ratio", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := findWith(t, files{"bomb": tt.content}.fsys(), Options{Limits: tt.limits})
			told := 0
			for _, p := range set.Problems {
				var limit *LimitError
				if errors.As(p.Err, &limit) && limit.Limit == tt.limit {
					told++
				}
			}
			if told != tt.told {
				t.Errorf("%v", set.Problems)
			}
		})
	}
}

// The limit is the last size that passes.
func TestInflatedLimitIsExact(t *testing.T) {
	content := gz(t, strings.Repeat("x", 3<<20))
	for _, tt := range []struct {
		limit int64
		title string
	}{{3 << 20, "not recognised"}, {3<<20 - 1, "too much to open"}} {
		set := findWith(t, files{"a": content}.fsys(), Options{Limits: Limits{InflatedBytes: tt.limit, Ratio: 1 << 40}})
		if len(set.Problems) != 1 || set.Problems[0].Title != tt.title {
			t.Errorf("limit %d: %v", tt.limit, set.Problems)
		}
	}
}

func TestArchiveHostileNames(t *testing.T) {
	record := func(seq int) string {
		return fmt.Sprintf(`{"seq":%d,"source":"s","reason":"r","recorded_at_ms":5}`, seq)
	}
	long := strings.Repeat("d/", MaxPathBytes/2) + "x"
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i, name := range []string{"../../up", "/abs", `C:\win\file`, "./dot/./x", "twice", "twice", "dir", "dir/file", long, "a/../../b", "bad\xffutf8", "..", "/"} {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: name})
		must(t, err)
		if !strings.HasSuffix(name, "/") {
			_, err = io.WriteString(entry, record(i))
			must(t, err)
		}
	}
	must(t, w.Close())
	set := find(t, files{"a.zip": b.String()}.fsys())
	want := []string{
		"a.zip!/C:/win/file | win | failures | failure by file format | 1",
		"a.zip!/abs | a/abs | failures | failure by file format | 1",
		"a.zip!/b | a/b | failures | failure by file format | 1",
		"a.zip!/bad\u00a0utf8 | a/bad\u00a0utf8 | failures | failure by file format | 1",
		"a.zip!/dir | a/dir | failures | failure by file format | 1",
		"a.zip!/dot/x | dot | failures | failure by file format | 1",
		"a.zip!/no name | a/no name | failures | failure by file format | 1",
		"a.zip!/other copy 1/dir/file | dir | failures | failure by file format | 1",
		"a.zip!/other copy 1/twice | other copy 1 | failures | failure by file format | 1",
		"a.zip!/twice | a/twice | failures | failure by file format | 1",
		"a.zip!/up | a/up | failures | failure by file format | 1",
	}
	if diff := cmp.Diff(want, chainLines(set)); diff != "" {
		t.Error(diff)
	}
	wantProblems := []string{
		"a.zip: a path that points outside the archive",
		"a.zip!/abs: a path from the root",
		"a.zip!/twice: twice in the archive",
		"a.zip!/dir/file: a name that is taken",
		"a.zip!/" + long[:64] + "...: left out",
		"a.zip!/bad\u00a0utf8: a name in an unknown code page",
	}
	if diff := cmp.Diff(wantProblems, problemLines(set)); diff != "" {
		t.Error(diff)
	}
	// Unpacking keeps the last of two.
	for _, c := range set.Chains {
		if c.Origin == "a.zip!/twice" && string(entriesOf(t, c.Reader, 0)[0].Payload[:1]) != "\x05" {
			t.Error("the first of two entries is used")
		}
	}
}

// A symbolic link of an archive is named: as a note if it leads to what is opened anyway.
func TestZipLinks(t *testing.T) {
	const record = `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`
	for _, method := range []uint16{zip.Store, zip.Deflate} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		add := func(name, content string, mode fs.FileMode) {
			h := &zip.FileHeader{Name: name, Method: method}
			h.SetMode(mode)
			entry, err := w.CreateHeader(h)
			if err == nil {
				_, err = entry.Write([]byte(content))
			}
			must(t, err)
		}
		add("n/real", record, 0o644)
		for link, target := range map[string]string{"m": "n", "n/soft": "real", "n/two": "../m", "up": "../n", "abs": "/etc/passwd", "loop": "loop"} {
			add(link, target, 0o777|fs.ModeSymlink)
		}
		must(t, w.Close())
		set := find(t, files{"a.zip": b.String()}.fsys())
		inside, outside := "", ""
		for _, p := range set.Problems {
			if p.Level == LevelNote {
				inside += p.String() + "\n"
			} else {
				outside += p.String() + "\n"
			}
		}
		for _, link := range []string{"m", "n/soft", "n/two"} {
			if !strings.Contains(inside, "a.zip!/"+link+": left out: it is a symbolic link to ") {
				t.Errorf("%s is not a note: %s%s", link, inside, outside)
			}
		}
		for _, link := range []string{"up", "abs", "loop"} {
			if !strings.Contains(outside, "a.zip!/"+link+": left out: it is a symbolic link to ") {
				t.Errorf("%s is no warning: %s%s", link, inside, outside)
			}
		}
		if len(set.Chains) != 1 {
			t.Errorf("%d chains", len(set.Chains))
		}
	}
}

func TestTarLinks(t *testing.T) {
	record := `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`
	content := tarOf(t, files{"real": record},
		tar.Header{Name: "soft", Linkname: "real", Typeflag: tar.TypeSymlink},
		tar.Header{Name: "out", Linkname: "../../etc/passwd", Typeflag: tar.TypeSymlink},
		tar.Header{Name: "hard", Linkname: "real", Typeflag: tar.TypeLink},
		tar.Header{Name: "dangling", Linkname: "nowhere", Typeflag: tar.TypeLink},
		tar.Header{Name: "pipe", Typeflag: tar.TypeFifo},
		tar.Header{Name: "folder/", Typeflag: tar.TypeDir},
	)
	set := find(t, files{"a.tar": content}.fsys())
	want := []string{
		"a.tar!/hard | a/hard | failures | failure by file format | 1",
		"a.tar!/real | a/real | failures | failure by file format | 1",
	}
	if diff := cmp.Diff(want, chainLines(set)); diff != "" {
		t.Error(diff)
	}
	wantProblems := []string{
		`a.tar!/dangling: left out: it is a link to "nowhere", which is not in the archive before it.`,
		`a.tar!/pipe: left out: it is a pipe.`,
		`a.tar!/soft: left out: it is a symbolic link to "real", which is opened where it lies.`,
		`a.tar!/out: left out: it is a symbolic link to "../../etc/passwd", which is not in the archive.`,
	}
	var got []string
	for _, p := range set.Problems {
		got = append(got, p.String())
	}
	if diff := cmp.Diff(wantProblems, got); diff != "" {
		t.Error(diff)
	}
}

func TestZipOfEncryptedAndUnknown(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, header := range []zip.FileHeader{{Name: "secret", Flags: 1}, {Name: "odd", Method: 97}} {
		_, err := w.CreateRaw(&header)
		must(t, err)
	}
	must(t, w.Close())
	set := find(t, files{"a.zip": b.String()}.fsys())
	want := []string{"a.zip!/secret: left out", "a.zip!/odd: left out"}
	if diff := cmp.Diff(want, problemLines(set)); diff != "" {
		t.Error(diff)
	}
}

// What comes before a cut is used, and the cut is told.
func TestCutArchives(t *testing.T) {
	lines := strings.Repeat(`{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`+"\n", 5000)
	in := files{"a.jsonl": lines, "b.jsonl": lines}
	plain := tarOf(t, in)
	half := func(s string) string { return s[:len(s)/2] }
	tests := []struct {
		name    string
		content string
		title   string
	}{
		{"gzip", gz(t, lines)[:600], "a damaged gzip file"},
		{"zstandard", half(zst(t, plain)), "a damaged zstandard file"},
		{"tar", plain[:len(lines)+2000], "not whole"},
		{"tar.gz", half(gz(t, plain)), "a damaged gzip file"},
		{"garbage after gzip", gz(t, lines) + "garbage", "bytes after the gzip file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := find(t, files{"x": tt.content}.fsys())
			if len(set.Problems) == 0 || set.Problems[0].Title != tt.title {
				t.Errorf("%v", set.Problems)
			}
			if tt.name != "zstandard" && (len(set.Chains) == 0 || set.Chains[0].Reader.Len() < 100) {
				t.Errorf("%q", chainLines(set))
			}
		})
	}
}

// No cut of an archive is silent, none is a panic.
func TestEveryCut(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	in := files{"n/log/idx": strings.Repeat("\x00", 40), "n/log/dat": "", "x.json": `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`}
	for name, content := range map[string]string{
		"zip": zipOf(t, in, zip.Deflate), "gz": gz(t, tarOf(t, in)), "zst": zst(t, tarOf(t, in)),
		"page": pageOf(exportOf(t, find(t, in.fsys())), t), "chain": exportOf(t, find(t, in.fsys())),
	} {
		for cut := range len(content) {
			set := find(t, files{"x": content[:cut]}.fsys())
			if len(set.Problems) == 0 && (name != "page" || cut < strings.Index(content, "</script>")) {
				t.Errorf("%s cut at %d of %d: %q", name, cut, len(content), chainLines(set))
			}
		}
	}
}

func TestDamagedZipEntryIsUsedAndTold(t *testing.T) {
	lines := strings.Repeat(`{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`+"\n", 50)
	content := []byte(zipOf(t, files{"a.jsonl": lines}, zip.Deflate))
	content[14] ^= 1 // the CRC of the entry
	at := bytes.Index(content, []byte("PK\x01\x02"))
	content[at+16] ^= 1 // and of the directory
	descriptor := bytes.Index(content, []byte("PK\x07\x08"))
	content[descriptor+4] ^= 1
	set := find(t, files{"a.zip": string(content)}.fsys())
	if diff := cmp.Diff([]string{"a.zip!/a.jsonl: not whole"}, problemLines(set)); diff != "" {
		t.Error(diff)
	}
	if len(set.Chains) != 1 || set.Chains[0].Reader.Len() != 50 {
		t.Errorf("%q", chainLines(set))
	}
}

func TestTreeIsAFileSystem(t *testing.T) {
	tr := newTree()
	for _, name := range []string{"a", "d/b", "d/e/c", "d/e/d"} {
		must(t, tr.add(name, strings.NewReader(name), int64(len(name)), noTime))
	}
	must(t, fstest.TestFS(tr, "a", "d/b", "d/e/c", "d/e/d"))
	for _, name := range []string{"d", "a/x", "d/e"} {
		if err := tr.add(name, strings.NewReader(""), 0, noTime); !errors.Is(err, errNameTaken) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBlobReadsLikeItsBytes(t *testing.T) {
	x := newExplorer(context.Background(), Options{})
	want := bytes.Repeat([]byte("0123456789abcdefg"), 200_000)
	b, err := x.inflate(bytes.NewReader(want), int64(len(want)), "x")
	must(t, err)
	got, err := io.ReadAll(io.NewSectionReader(b, 0, b.size))
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Error("content differs")
	}
	part := make([]byte, 100)
	for _, off := range []int64{0, 1<<20 - 50, 2<<20 - 1, b.size - 100} {
		if n, err := b.ReadAt(part, off); n != 100 || err != nil || !bytes.Equal(part, want[off:off+100]) {
			t.Errorf("at %d: %d, %v", off, n, err)
		}
	}
	if n, err := b.ReadAt(part, b.size-1); n != 1 || err != io.EOF {
		t.Errorf("behind the end: %d, %v", n, err)
	}
	if _, err := b.ReadAt(part, -1); err == nil {
		t.Error("read at a negative offset")
	}
}

func TestExportFile(t *testing.T) {
	set := find(t, corpus(t, "damage/clean").under("node-1").fsys())
	base := export.Base{Node: "node-1", Snapshot: make([]byte, 12)}
	broken := export.Base{Node: "node-2", Snapshot: []byte{1}}
	content := exportOf(t, set, base, broken)
	got := find(t, files{"a.chain": content}.fsys())
	if diff := cmp.Diff([]string{"a.chain | node-1 | meshos/actions | action by file format | 120"}, chainLines(got)); diff != "" {
		t.Error(diff)
	}
	if len(got.Bases) != 1 || got.Bases[0].Origin != "a.chain#base-0" || got.Bases[0].Node != "node-1" || len(got.Exports) != 1 {
		t.Errorf("%+v", got.Bases)
	}
	if diff := cmp.Diff([]string{"a.chain: a base snapshot that does not decode"}, problemLines(got)); diff != "" {
		t.Error(diff)
	}
	if got.Chains[0].Bytes != int64(len(content)) {
		t.Errorf("%d bytes of %d", got.Chains[0].Bytes, len(content))
	}
	for _, tt := range []struct{ name, content, title string }{
		{"cut", content[:len(content)-10], "a damaged chain export"},
		{"next version", nextVersion(content), "a chain export that cannot be read"},
	} {
		got := find(t, files{"a": tt.content}.fsys())
		if len(got.Problems) == 0 || got.Problems[0].Title != tt.title {
			t.Errorf("%s: %v", tt.name, got.Problems)
		}
	}
}

// nextVersion is the header of an export as version 2 might write it.
func nextVersion(content string) string {
	end := strings.Index(content, "test") + len("test\x00")
	header := []byte(strings.Replace(content[:end], "chainglass-export\x01", "chainglass-export\x02", 1))
	return string(binary.BigEndian.AppendUint64(append(header, 0x48), xxh3.Hash(header)))
}
