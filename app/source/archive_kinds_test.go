package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// packed is a file of an archive with the name as it is stored.
type packed struct{ name, content string }

// numbered returns a file with one record, which no other number has.
func numbered(name string, seq int) packed { return packed{name, failureLine(seq, "r") + "\n"} }

// seqs returns the seqs of all records found, in order.
func seqs(t testing.TB, set *Set) (found []int) {
	t.Helper()
	for _, c := range set.Chains {
		for _, e := range entriesOf(t, c.Reader, 0) {
			if len(e.Payload) > 0 {
				n, _ := binary.Uvarint(e.Payload)
				found = append(found, int(n))
			}
		}
	}
	slices.Sort(found)
	return found
}

func upTo(n int) (all []int) {
	for i := range n {
		all = append(all, i+1)
	}
	return all
}

// rawZip packs files with names as they are. Of each, header may change what the archive
// says of it.
func rawZip(t testing.TB, list []packed, method uint16, header func(i int, h *zip.FileHeader)) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zstd.ZipMethodWinZip, zstd.ZipCompressor())
	for i, p := range list {
		h := &zip.FileHeader{Name: p.name, Method: method, NonUTF8: true}
		if header != nil {
			header(i, h)
		}
		entry, err := w.CreateHeader(h)
		must(t, err)
		_, err = io.WriteString(entry, p.content)
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

// sizedZip is like rawZip with the sizes before the data, as programs write that know them.
func sizedZip(t testing.TB, list []packed, deflate bool) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range list {
		h := &zip.FileHeader{
			Name: p.name, NonUTF8: true, CRC32: crc32.ChecksumIEEE([]byte(p.content)),
			UncompressedSize64: uint64(len(p.content)), CompressedSize64: uint64(len(p.content)),
		}
		data := p.content
		if deflate {
			data = deflated(t, p.content)
			h.Method, h.CompressedSize64 = zip.Deflate, uint64(len(data))
		}
		entry, err := w.CreateRaw(h)
		must(t, err)
		_, err = io.WriteString(entry, data)
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

func deflated(t testing.TB, content string) string {
	t.Helper()
	packed := zipOf(t, files{"x": content}, zip.Deflate)
	r, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	must(t, err)
	raw, err := r.File[0].OpenRaw()
	must(t, err)
	b, err := io.ReadAll(raw)
	must(t, err)
	return string(b)
}

func rawTar(t testing.TB, list []packed) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, p := range list {
		must(t, w.WriteHeader(&tar.Header{Name: p.name, Mode: 0o644, Size: int64(len(p.content)), ModTime: time.Unix(1700000000, 0), Format: tar.FormatGNU}))
		_, err := io.WriteString(w, p.content)
		must(t, err)
	}
	must(t, w.Close())
	return b.String()
}

// randomName is a name as many systems write it, or as none does.
func randomName(r *rand.Rand) string {
	pieces := []string{"a", "b", "\x81", "\x9a", "\xc3\xbc", "\xfc", "ü", "..", ".", "", "/", "/", "/", `\`, "C:", `\xfc`, "\x83\x5c", " (2)", "other copy 1"}
	var b strings.Builder
	for range 1 + r.IntN(6) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// Two names of an archive never become one, in any code page, and nothing of what has the
// same name twice is lost.
func TestNamesOfArchivesStayApart(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := rand.New(rand.NewPCG(11, 6))
	for round := range 200 {
		var list []packed
		for len(list) < 12 {
			name := randomName(r)
			// Go's tar writer makes a folder of a name that ends so, or of none.
			if name != "" && !strings.HasSuffix(name, "/") {
				list = append(list, numbered(name, len(list)+1))
			}
		}
		for form, content := range map[string]string{
			"zip": rawZip(t, list, zip.Deflate, nil), "stored zip": sizedZip(t, list, false), "tar": rawTar(t, list),
		} {
			set := find(t, files{"x": content}.fsys())
			if diff := cmp.Diff(upTo(len(list)), seqs(t, set)); diff != "" {
				for _, p := range list {
					t.Logf("%q", p.name)
				}
				t.Fatalf("round %d, %s: %s\n%v", round, form, diff, set.Problems)
			}
		}
	}
}

func TestNamesInCodePages(t *testing.T) {
	unicodePath := func(raw, text string) []byte {
		field := binary.LittleEndian.AppendUint32([]byte{1}, crc32.ChecksumIEEE([]byte(raw)))
		field = append(field, text...)
		return append(binary.LittleEndian.AppendUint16([]byte{0x75, 0x70}, uint16(len(field))), field...)
	}
	tests := []struct {
		name, raw string
		extra     []byte
		host      uint16
		want      string
	}{
		{"extra field", "Z\x81rich/x", unicodePath("Z\x81rich/x", "Zürich/x"), 0, "Zürich/x"},
		{"extra field of another name", "Z\x81rich/x", unicodePath("Z?rich/x", "Genf/x"), 0, "Zürich/x"},
		{"CP437", "Z\x81rich/x", nil, 0, "Zürich/x"},
		{"UTF-8 without saying so", "Zürich/x", nil, 0, "Zürich/x"},
		{"Windows folders", `node\meshos\x`, nil, 0, "node/meshos/x"},
		{"both separators", `node/meshos\x`, nil, 0, "node/meshos/x"},
		{"a backslash of Unix", `node/dev\x2d1`, nil, 3 << 8, `node/dev\x2d1`},
		{"half a letter", "\x83\x5c/x", nil, 0, `â\/x`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			content := rawZip(t, []packed{numbered(tt.raw, 1)}, zip.Deflate, func(_ int, h *zip.FileHeader) {
				h.Extra, h.CreatorVersion = tt.extra, tt.host
			})
			set := find(t, files{"a.zip": content}.fsys())
			if len(set.Chains) != 1 || set.Chains[0].Origin != "a.zip!/"+tt.want {
				t.Errorf("%q", chainLines(set))
			}
		})
	}
	set := find(t, files{"a.tar": rawTar(t, []packed{numbered("Z\xfcrich/x", 1)})}.fsys())
	if diff := cmp.Diff([]string{`a.tar!/Z\xfcrich/x | Z\xfcrich | failures | failure by file format | 1`}, chainLines(set)); diff != "" {
		t.Error(diff)
	}
}

// What is said of many entries is said once.
func TestArchiveOfAbsolutePathsGivesOneNote(t *testing.T) {
	var list []packed
	for i := range 50 {
		list = append(list, numbered(fmt.Sprintf("/var/lib/node-%d/x", i), i+1))
	}
	for _, content := range []string{rawTar(t, list), rawZip(t, list, zip.Store, nil)} {
		set := find(t, files{"a": content}.fsys())
		want := []string{"a: a path from the root: it is read as if it lay inside the archive (50 entries, such as var/lib/node-0/x)."}
		var got []string
		for _, p := range set.Problems {
			got = append(got, p.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// A zip is read as far as it is there, wherever it is cut, with or without the sizes
// before the data.
func TestZipCutAnywhere(t *testing.T) {
	r := rand.New(rand.NewPCG(60, 200))
	var list []packed
	for i := range 6 {
		list = append(list, packed{fmt.Sprintf("n%d/x", i), failureLine(i+1, strings.Repeat("word ", 20)+"\n") + "\n"})
	}
	for form, whole := range map[string]string{
		"streamed": rawZip(t, list, zip.Deflate, nil), "streamed and stored": rawZip(t, list, zip.Store, nil),
		"sized": sizedZip(t, list, true), "stored": sizedZip(t, list, false),
		"zstandard": rawZip(t, list, zstd.ZipMethodWinZip, nil),
	} {
		t.Run(form, func(t *testing.T) {
			z, err := zip.NewReader(strings.NewReader(whole), int64(len(whole)))
			must(t, err)
			for cut := 4; cut < len(whole); cut += 1 + r.IntN(12) {
				set := find(t, files{"x": whole[:cut]}.fsys())
				inside := 0
				for _, f := range z.File {
					off, err := f.DataOffset()
					must(t, err)
					if off+int64(f.CompressedSize64) <= int64(cut) {
						inside++
					}
				}
				// The record of an entry that is cut may be whole.
				got := seqs(t, set)
				if len(got) < inside || !slices.Equal(got, upTo(len(got))) {
					t.Fatalf("cut at %d: %d whole entries, records %v; %v", cut, inside, got, set.Problems)
				}
				located := slices.ContainsFunc(set.Problems, func(p Problem) bool {
					at, some := p.Offset.Get()
					return p.Level.Damage() && p.Path == "x" && some && at <= int64(cut)
				})
				if !located {
					t.Fatalf("cut at %d: %v", cut, set.Problems)
				}
			}
		})
	}
}

// A byte that was changed in a zip is told, compressed or not.
func TestZipChecksums(t *testing.T) {
	list := []packed{numbered("a/x", 1), numbered("b/x", 2)}
	for form, content := range map[string]string{"stored": sizedZip(t, list, false), "streamed": rawZip(t, list, zip.Store, nil)} {
		wantNoProblems(t, find(t, files{"x": content}.fsys()))
		hurt := strings.Replace(content, `"source":"s"`, `"source":"S"`, 1)
		set := find(t, files{"x": hurt}.fsys())
		if diff := cmp.Diff([]string{"x!/a/x: not whole"}, problemLines(set)); diff != "" || len(set.Chains) != 2 {
			t.Errorf("%s: %s", form, diff)
		}
	}
}

// A zip whose start is lost has a directory that names what is missing.
func TestZipWithoutItsStart(t *testing.T) {
	list := []packed{numbered("lost/x", 1), numbered("n/x", 2), numbered("m/x", 3)}
	whole := rawZip(t, list, zip.Deflate, nil)
	second := strings.Index(whole[1:], zipEntrySignature) + 1
	set := find(t, files{"x": whole[second:]}.fsys())
	if diff := cmp.Diff([]int{2, 3}, seqs(t, set)); diff != "" {
		t.Errorf("%s%v", diff, set.Problems)
	}
	if !slices.ContainsFunc(set.Problems, func(p Problem) bool { return p.Path == "x!/lost/x" && p.Level == LevelWarning }) {
		t.Errorf("%v", set.Problems)
	}
}

// wrapping puts archives around and behind each other.
type wrapping struct {
	t testing.TB
	r *rand.Rand
	n int // records so far
}

func (w *wrapping) list() (list []packed) {
	for range 1 + w.r.IntN(3) {
		w.n++
		list = append(list, numbered(fmt.Sprintf("node-%d/f", w.n), w.n))
	}
	return list
}

// one is an archive of new records.
func (w *wrapping) one() string {
	switch w.r.IntN(6) {
	case 5:
		in := files{}
		for _, p := range w.list() {
			in[p.name] = p.content
		}
		return exportOf(w.t, find(w.t, in.fsys()))
	case 0:
		return rawZip(w.t, w.list(), [...]uint16{zip.Store, zip.Deflate, zstd.ZipMethodWinZip}[w.r.IntN(3)], nil)
	case 1:
		return sizedZip(w.t, w.list(), w.r.IntN(2) == 0)
	default:
		return rawTar(w.t, w.list())
	}
}

func (w *wrapping) padding() string { return strings.Repeat("\x00", w.r.IntN(3)*w.r.IntN(700)) }

// compressed compresses in as many parts as it likes.
func (w *wrapping) compressed(content string) string {
	pack := gz
	if w.r.IntN(2) == 0 {
		pack = zst
	}
	var b strings.Builder
	for len(content) > 0 {
		n := len(content)
		if w.r.IntN(2) == 0 {
			n = 1 + w.r.IntN(n)
		}
		b.WriteString(pack(w.t, content[:n]))
		content = content[n:]
	}
	return b.String()
}

// Whatever follows an archive is read, in whatever order things lie in a file.
func TestArchivesInARow(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := rand.New(rand.NewPCG(2, 11))
	for round := range 300 {
		w := &wrapping{t: t, r: r}
		var b strings.Builder
		for range 1 + r.IntN(4) {
			part := w.one()
			if r.IntN(2) == 0 {
				part += w.padding() + w.one()
			}
			if r.IntN(2) == 0 {
				part = w.compressed(part)
			}
			b.WriteString(part + w.padding())
		}
		set := find(t, files{"x": b.String()}.fsys())
		if diff := cmp.Diff(upTo(w.n), seqs(t, set)); diff != "" {
			t.Fatalf("round %d: %s\n%v", round, diff, set.Problems)
		}
		for _, p := range set.Problems {
			if p.Level.Damage() {
				t.Fatalf("round %d: %v", round, p)
			}
		}
		for _, c := range set.Chains {
			if c.Recipe.Form == RecipeNone {
				continue
			}
			again, err := Reopen(files{"x": b.String()}.fsys(), c.Recipe)
			if err != nil || digest(t, again.Reader) != digest(t, c.Reader) {
				t.Fatalf("round %d: %s is another when it is opened again: %v", round, c.Origin, err)
			}
			must(t, again.Close())
		}
	}
}

// Members of all kinds in one compressed file are opened each as what it is.
func TestMembersOfDifferentKinds(t *testing.T) {
	line := func(seq int) string { return failureLine(seq, "r") + "\n" }
	export := exportOf(t, find(t, files{"x": line(5)}.fsys()))
	for _, pack := range []func(testing.TB, string) string{gz, zst} {
		content := pack(t, line(1)) + pack(t, line(2)) + strings.Repeat("\x00", 100) +
			pack(t, rawZip(t, []packed{numbered("a/x", 3)}, zip.Deflate, nil)) +
			pack(t, rawTar(t, []packed{numbered("b/x", 4)})) + pack(t, export) + pack(t, "")
		set := find(t, files{"x": content}.fsys())
		if diff := cmp.Diff(upTo(5), seqs(t, set)); diff != "" {
			t.Errorf("%s%v", diff, set.Problems)
		}
		wantNoProblems(t, set)
	}
}

// Damage takes one member, not those that follow.
func TestDamagedMemberIsPassedOver(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := rand.New(rand.NewPCG(3, 5))
	for name, pack := range map[string]func(testing.TB, string) string{"gzip": gz, "zstandard": zst} {
		for round := range 50 {
			var parts []string
			seq := 0
			for range 5 {
				var b strings.Builder
				for range 40 {
					seq++
					fmt.Fprintf(&b, "%s\n", failureLine(seq, fmt.Sprint(r.Uint64())))
				}
				parts = append(parts, pack(t, b.String()))
			}
			start := len(parts[0]) + len(parts[1])
			hurt := []byte(strings.Join(parts, ""))
			at := start + 20 + r.IntN(len(parts[2])-40)
			for i := range 8 {
				hurt[at+i] ^= byte(1 + r.IntN(255))
			}
			set := find(t, files{"x.json": string(hurt)}.fsys())
			got := seqs(t, set)
			for _, want := range append(upTo(80), upTo(200)[120:]...) {
				if !slices.Contains(got, want) {
					t.Fatalf("%s, round %d: record %d is lost; %v", name, round, want, set.Problems)
				}
			}
			if len(set.Problems) == 0 || !set.Problems[0].Level.Damage() || set.Problems[0].Offset.Value < int64(start) {
				t.Fatalf("%s, round %d: %v", name, round, set.Problems)
			}
		}
	}
}

// Damage takes one entry of a tar, not those that follow; so does a cut with another tar
// behind it.
func TestDamagedTarGoesOn(t *testing.T) {
	var list []packed
	for i := range 8 {
		list = append(list, numbered(fmt.Sprintf("n%d/x", i), i+1))
	}
	whole := rawTar(t, list)
	hurt := []byte(whole)
	copy(hurt[4*1024+100:], "damaged!")
	set := find(t, files{"x": string(hurt)}.fsys())
	if diff := cmp.Diff([]int{1, 2, 3, 4, 6, 7, 8}, seqs(t, set)); diff != "" {
		t.Errorf("%s%v", diff, set.Problems)
	}
	want := []string{"x: a damaged tar archive at byte 4,096: 1,024 bytes up to byte 5,120 are no entry; those before and behind are used."}
	if len(set.Problems) != 1 || set.Problems[0].String() != want[0] {
		t.Errorf("%v", set.Problems)
	}
	other := rawTar(t, []packed{numbered("m/x", 9)})
	for cut := 512; cut < 3000; cut += 37 {
		set := find(t, files{"x": whole[:cut] + other}.fsys())
		got := seqs(t, set)
		if !slices.Contains(got, 9) {
			t.Fatalf("cut at %d: %v, %v", cut, got, set.Problems)
		}
		for i := range cut / 1024 {
			if !slices.Contains(got, i+1) {
				t.Fatalf("cut at %d: %v, %v", cut, got, set.Problems)
			}
		}
		if cut%1024 != 0 && !slices.ContainsFunc(set.Problems, func(p Problem) bool { return p.Level.Damage() }) {
			t.Fatalf("cut at %d in silence", cut)
		}
	}
}

// A header may have the right checksum and still be none that can be read.
func TestTarHeaderThatCannotBeRead(t *testing.T) {
	bad := rawTar(t, []packed{{"x", "no records of PAX"}})[:1024]
	header := []byte(bad)
	header[156] = tar.TypeXHeader
	copy(header[tarChecksumStart:], fmt.Sprintf("%06o\x00 ", tarSum(header)))
	before, after := rawTar(t, []packed{numbered("a/x", 1)}), rawTar(t, []packed{numbered("b/x", 2)})
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	set, err := Find(ctx, files{"x": before[:1024] + strings.Repeat(string(header), 3) + after}.fsys(), Options{})
	must(t, err)
	if diff := cmp.Diff([]int{1, 2}, seqs(t, set)); diff != "" || len(set.Problems) == 0 || !set.Problems[0].Level.Damage() {
		t.Errorf("%s%v", diff, set.Problems)
	}
}

func tarSum(header []byte) (sum int) {
	for i, b := range header[:tarBlockBytes] {
		if i >= tarChecksumStart && i < tarChecksumEnd {
			b = ' '
		}
		sum += int(b)
	}
	return sum
}

// A tar that is cut between two entries looks whole but for its end.
func TestTarCutAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	list := []packed{numbered("a/x", 1), numbered("b/x", 2), numbered("c/x", 3)}
	whole := rawTar(t, list)
	for cut := 512; cut <= 3*1024; cut++ {
		set := find(t, files{"x": whole[:cut]}.fsys())
		got := seqs(t, set)
		if len(got) < cut/1024 || !slices.ContainsFunc(set.Problems, func(p Problem) bool { return p.Level.Damage() }) {
			t.Fatalf("cut at %d: %v, %v", cut, got, set.Problems)
		}
	}
}

// Garbage after an archive is located, padding is nothing.
func TestWhatFollowsIsTold(t *testing.T) {
	one := []packed{numbered("a/x", 1)}
	for form, content := range map[string]string{
		"tar": rawTar(t, one), "gzip": gz(t, rawTar(t, one)), "zstandard": zst(t, rawTar(t, one)), "zip": rawZip(t, one, zip.Deflate, nil),
	} {
		wantNoProblems(t, find(t, files{"x": content + strings.Repeat("\x00", 5000)}.fsys()))
		set := find(t, files{"x": content + strings.Repeat("\x00", 50) + "garbage"}.fsys())
		at := int64(len(content) + 50)
		if len(set.Chains) != 1 || len(set.Problems) != 1 || set.Problems[0].Offset.Value != at || !set.Problems[0].Level.Damage() {
			t.Errorf("%s of %d bytes: %v", form, len(content), set.Problems)
		}
	}
	upload := rawTar(t, one) + "\r\n------WebKitFormBoundaryx7--\r\n"
	if diff := cmp.Diff([]string{"x: the end of a form behind the file"}, problemLines(find(t, files{"x": upload}.fsys()))); diff != "" {
		t.Error(diff)
	}
	header := "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\n"
	set := find(t, files{"x": header + rawZip(t, one, zip.Deflate, nil)}.fsys())
	if diff := cmp.Diff([]string{"x: the answer of a server, with its header"}, problemLines(set)); diff != "" || len(set.Chains) != 1 {
		t.Errorf("%q %s", chainLines(set), diff)
	}
	set = find(t, files{"x": "MZ\x00stub" + rawZip(t, one, zip.Deflate, nil)}.fsys())
	if diff := cmp.Diff([]string{"x: bytes that are no part of the zip archive"}, problemLines(set)); diff != "" || len(set.Chains) != 1 {
		t.Errorf("%q %s", chainLines(set), diff)
	}
}

// Work is bounded where entries share their data or lie in each other, and where what was
// inflated is refused.
func TestWorkOfZipsIsBounded(t *testing.T) {
	const entriesOfBomb = 2000
	bomb := rawZip(t, []packed{{"x", strings.Repeat("\x00", 3<<20)}}, zip.Deflate, nil)
	dir := bomb[strings.Index(bomb, zipDirectorySignature):strings.Index(bomb, zipEndSignature)]
	head := bomb[:strings.Index(bomb, zipDirectorySignature)]
	end := []byte(bomb[strings.Index(bomb, zipEndSignature):])
	le := binary.LittleEndian
	le.PutUint16(end[8:], entriesOfBomb)
	le.PutUint16(end[10:], entriesOfBomb)
	le.PutUint32(end[12:], uint32(len(dir)*entriesOfBomb))
	shared := head + strings.Repeat(dir, entriesOfBomb) + string(end)
	// Each of these lies one byte further in the data of the first.
	var overlapping strings.Builder
	for i := range entriesOfBomb {
		d := []byte(dir)
		le.PutUint32(d[20:], uint32(len(head)-40-i))
		le.PutUint32(d[42:], 0)
		overlapping.Write(d)
	}
	refused := rawZip(t, []packed{{"x", strings.Repeat("\x00", 20<<20)}}, zip.Deflate, nil)
	nested := refused
	for range 2 {
		var list []packed
		for i := range 8 {
			list = append(list, packed{fmt.Sprint(i), nested})
		}
		nested = rawZip(t, list, zip.Deflate, nil)
	}
	for name, content := range map[string]string{
		"shared": shared, "overlapping": head + overlapping.String() + string(end), "refused": nested,
	} {
		var read int64
		limit := int64(64 << 20)
		set := findWith(t, files{"x": content}.fsys(), Options{
			Limits: Limits{InflatedBytes: limit}, Progress: func(_ string, n int64) { read = n },
		})
		if read > limit+16<<20 {
			t.Errorf("%s: %d bytes were worked through", name, read)
		}
		damaged := 0
		for _, p := range set.Problems {
			if p.Level.Damage() {
				damaged++
			}
		}
		if damaged == 0 || damaged > 70 {
			t.Errorf("%s: %d problems", name, damaged)
		}
	}
}

// An archive of two versions of a channel holds both.
func TestBothVersionsOfAChannelAreThere(t *testing.T) {
	clean := corpus(t, "damage/clean").under("node-1")
	before := files{}
	for name, content := range clean {
		before[name] = content
		if strings.HasSuffix(name, "/idx") {
			before[name] = content[:len(content)/2]
		}
	}
	tars := strings.TrimRight(tarOf(t, before), "\x00")
	tars += strings.Repeat("\x00", (512-len(tars)%512)%512) + tarOf(t, clean)
	set := find(t, files{"a.tar": tars}.fsys())
	want := []string{
		"a.tar!/node-1/meshos/actions | a.tar/node-1 | meshos/actions | action by content | 120",
		"a.tar!/other copy 1/node-1/meshos/actions | other copy 1/node-1 | meshos/actions | action by content | 60",
	}
	// What the shorter idx does not lead to may be there as well.
	for _, line := range want {
		if !slices.Contains(chainLines(set), line) {
			t.Errorf("%q lacks %s", chainLines(set), line)
		}
	}
	for _, p := range set.Problems {
		var limit *LimitError
		if p.Level.Damage() || errors.As(p.Err, &limit) {
			t.Error(p)
		}
	}
}
