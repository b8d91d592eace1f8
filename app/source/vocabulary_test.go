package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/zeebo/xxh3"

	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/export/exporttest"
	"chainglass/wire/postcard"
)

const testdata = "../../wire/redex/testdata/"

// files are names and contents; a test's folder or archive.
type files map[string]string

// fsys is files as a file system whose files are io.ReaderAt.
func (f files) fsys() fs.FS {
	m := fstest.MapFS{}
	for name, content := range f {
		m[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return m
}

// under puts all files into a folder.
func (f files) under(dir string) files {
	moved := files{}
	for name, content := range f {
		moved[path.Join(dir, name)] = content
	}
	return moved
}

func (f files) names() []string { return slices.Sorted(maps.Keys(f)) }

// corpus reads a folder of real channels.
func corpus(t testing.TB, dir string) files {
	t.Helper()
	f := files{}
	err := fs.WalkDir(os.DirFS(testdata+dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, ".json") {
			return err
		}
		b, err := os.ReadFile(testdata + dir + "/" + name)
		f[name] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func find(t testing.TB, fsys fs.FS) *Set { return findWith(t, fsys, Options{}) }

func findWith(t testing.TB, fsys fs.FS, opts Options) *Set {
	t.Helper()
	set, err := Find(context.Background(), fsys, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	})
	return set
}

func paste(t testing.TB, text string) *Set {
	t.Helper()
	set, err := Paste(text)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// chainLines describes chains for comparison.
func chainLines(set *Set) (lines []string) {
	for _, c := range set.Chains {
		lines = append(lines, fmt.Sprintf("%s | %s | %s | %v by %s | %d", c.Origin, c.Node, c.Channel, c.Kind, c.KindBasis, c.Reader.Len()))
	}
	return lines
}

// problemLines gives path and title of each problem.
func problemLines(set *Set) (lines []string) {
	for _, p := range set.Problems {
		lines = append(lines, p.Path+": "+p.Title)
	}
	return lines
}

func wantNoProblems(t *testing.T, set *Set) {
	t.Helper()
	for _, p := range set.Problems {
		t.Errorf("problem: %v", p)
	}
}

// entriesOf reads a chain in blocks of at most max entries, each with memory of
// its own.
func entriesOf(t testing.TB, r wire.Reader, max int) (entries []wire.Entry) {
	t.Helper()
	b := wire.Block{MaxEntries: max}
	for pos := 0; ; pos = len(entries) {
		err := r.ReadBlock(pos, &b)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("position %d: %v", pos, err)
		}
		if b.First != pos || len(b.Entries) == 0 || max > 0 && len(b.Entries) > max {
			t.Fatalf("block at %d begins at %d and has %d entries", pos, b.First, len(b.Entries))
		}
		for _, e := range b.Entries {
			e.Payload = bytes.Clone(e.Payload)
			entries = append(entries, e)
		}
	}
	if len(entries) != r.Len() {
		t.Fatalf("%d entries read, Len is %d", len(entries), r.Len())
	}
	return entries
}

// digest is one number for all that a chain holds.
func digest(t testing.TB, r wire.Reader) uint64 {
	t.Helper()
	h := xxh3.New()
	for _, e := range entriesOf(t, r, 0) {
		fmt.Fprintf(h, "%d %v %x %v %x\n", e.Seq, e.TSNS, e.FlagsAndChecksum, e.Status, e.Payload)
	}
	return h.Sum64()
}

// digests maps node and channel to what the chain holds.
func digests(t testing.TB, set *Set) map[string]uint64 {
	t.Helper()
	all := map[string]uint64{}
	for _, c := range set.Chains {
		all[c.Node+" "+c.Channel] = digest(t, c.Reader)
	}
	return all
}

// zipOf packs files with a compression method.
func zipOf(t testing.TB, f files, method uint16) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zstd.ZipMethodWinZip, zstd.ZipCompressor())
	for _, name := range f.names() {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		must(t, err)
		_, err = io.WriteString(entry, f[name])
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

// tarOf packs files; more headers, with no content, follow.
func tarOf(t testing.TB, f files, more ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range f.names() {
		must(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(f[name])), ModTime: time.Unix(1700000000, 0)}))
		_, err := io.WriteString(w, f[name])
		must(t, err)
	}
	for _, header := range more {
		must(t, w.WriteHeader(&header))
	}
	must(t, w.Close())
	return b.String()
}

func gz(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, content)
	must(t, err)
	must(t, w.Close())
	return b.String()
}

func zst(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	must(t, err)
	_, err = io.WriteString(w, content)
	must(t, err)
	must(t, w.Close())
	return b.String()
}

// exportOf writes the chains of a set as a chain export.
func exportOf(t testing.TB, set *Set, bases ...export.Base) string {
	t.Helper()
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{Tool: "test"})
	must(t, err)
	for _, c := range set.Chains {
		_, err := exporttest.CopyChain(w, export.ChainInfo{Node: c.Node, Channel: c.Channel, Kind: c.Kind, Origin: c.Origin}, c.Reader)
		must(t, err)
	}
	for _, base := range bases {
		must(t, w.AddBase(base))
	}
	must(t, w.Close())
	return b.String()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// action is the payload of an action record.
func action(id uint64) []byte {
	return wire.EncodeRecord(&wire.ActionChainRecord{
		ID: id, Kind: wire.KindPullReplica, EmittedAtMS: 1700000000000 + id,
		Disposition: wire.Failed{Reason: "boom", RetryAfterMS: postcard.Some[uint64](500)},
	})
}

// payloadReader is a chain of payloads in memory.
func payloadReader(payloads ...[]byte) *memoryReader {
	m := &memoryReader{path: "test"}
	for _, p := range payloads {
		m.add(p, textSpan{}, nil)
	}
	return m
}
