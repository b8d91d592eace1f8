package export

import (
	"bytes"
	"crypto/sha256"
	"io"
	"strings"
	"testing"

	"chainglass/wire/postcard"

	"github.com/google/go-cmp/cmp"
)

// redacted is the redaction that FORMAT.md shows in hex.
var redacted = Redaction{Commitment: postcard.Some(Commitment(exampleSalt(), sha256.Sum256([]byte("the original")))), Texts: TextsTemplate, TimesShifted: true}

// exampleSalt is the bytes 00 to 1f.
func exampleSalt() (salt [SaltBytes]byte) {
	for i := range salt {
		salt[i] = byte(i)
	}
	return salt
}

func redaction(r Redaction) op {
	return func(t testing.TB, w *Writer) { ok(t, w.AddRedaction(r)) }
}

// TestRedactionExample holds the second listing of FORMAT.md against the writer.
func TestRedactionExample(t *testing.T) {
	b := file(t, Options{Tool: "example", CreatedAtMS: 1_700_000_000_000}, redaction(redacted))
	item := itemsOf(t, b)[1]
	if diff := cmp.Diff(listing(t, 1), b[item.offset:item.offset+item.length]); diff != "" {
		t.Errorf("-FORMAT.md +written:\n%s", diff)
	}
}

func TestRedactionComesBack(t *testing.T) {
	b := file(t, testOptions, redaction(redacted), chain(chainA), entries(0, run(3)...), redaction(Redaction{Texts: TextsDropped}))
	f, got, err := opened(t, b)
	ok(t, err)
	want := []Redaction{redacted, {Texts: TextsDropped}}
	if diff := cmp.Diff(want, f.Redactions()); diff != "" || len(f.Faults()) != 0 || got.total() != 3 {
		t.Errorf("%s%v", diff, f.Faults())
	}
	s := NewScanner(bytes.NewReader(b))
	if !s.Next() || s.Item().Type != ItemRedaction || s.Item().Redaction != redacted {
		t.Errorf("the scanner yields %+v", s.Item())
	}
	cut, _, err := opened(t, b[:len(b)-1])
	ok(t, err)
	if len(cut.Redactions()) != 2 {
		t.Errorf("a cut file says %v", cut.Redactions())
	}
}

// Files of before state the plain hash. It is read and never written again.
func TestAPlainHashIsReadAndNotWritten(t *testing.T) {
	sum := sha256.Sum256([]byte("the original"))
	b := file(t, testOptions, raw(ItemHashedRedaction, nil, hashed(t, sum)), chain(chainA), entries(0, run(3)...))
	f, got, err := opened(t, b)
	ok(t, err)
	old := Redaction{OriginalSHA256: postcard.Some(sum), Texts: TextsTemplate, TimesShifted: true}
	if diff := cmp.Diff([]Redaction{old}, f.Redactions()); diff != "" || len(f.Faults()) != 0 || got.total() != 3 {
		t.Errorf("%s%v", diff, f.Faults())
	}
	again := file(t, testOptions, redaction(old))
	if bytes.Contains(again, sum[:]) {
		t.Error("the plain hash is written")
	}
	f, _, err = opened(t, again)
	ok(t, err)
	if diff := cmp.Diff([]Redaction{{Texts: TextsTemplate, TimesShifted: true}}, f.Redactions()); diff != "" || len(f.Faults()) != 0 {
		t.Errorf("%s%v", diff, f.Faults())
	}
}

// hashed is the body of a redaction with a plain hash.
func hashed(t testing.TB, sum [sha256.Size]byte) string {
	t.Helper()
	b, err := encodeBody(hashedRedactionBody{OriginalSHA256: sum[:], Texts: TextsTemplate, TimesShifted: true})
	ok(t, err)
	return string(b)
}

// A commitment is the hash that FORMAT.md describes, and depends on both parts.
func TestCommitment(t *testing.T) {
	salt, content := exampleSalt(), sha256.Sum256([]byte("the original"))
	want := sha256.New()
	for _, part := range [][]byte{[]byte("chainglass redaction commitment 1\n"), salt[:], content[:]} {
		want.Write(part)
	}
	if got := Commitment(salt, content); !bytes.Equal(got[:], want.Sum(nil)) {
		t.Errorf("%x", got)
	}
	other := salt
	other[31]++
	if Commitment(other, content) == Commitment(salt, content) || Commitment(salt, sha256.Sum256(nil)) == Commitment(salt, content) {
		t.Error("another salt or another original has the same commitment")
	}
}

func TestForgedRedactions(t *testing.T) {
	sound, sum := body(t, encodeRedaction, redacted), sha256.Sum256([]byte("the original"))
	commitment := string(redacted.Commitment.Value[:])
	for name, forged := range map[string]struct {
		typ  ItemType
		body string
	}{
		"short commitment": {ItemRedaction, strings.Replace(sound, "\x58\x20"+commitment, "\x41\x00", 1)},
		"no commitment":    {ItemRedaction, strings.Replace(sound, "\x58\x20"+commitment, "\x40", 1)},
		"short hash":       {ItemHashedRedaction, strings.Replace(hashed(t, sum), "\x58\x20"+string(sum[:]), "\x41\x00", 1)},
		"a plain hash":     {ItemRedaction, hashed(t, sum)},
		"a commitment":     {ItemHashedRedaction, sound},
		"no map":           {ItemRedaction, "\x00"},
		"leftover":         {ItemRedaction, sound + "\x00"},
	} {
		f, _, err := opened(t, file(t, testOptions, chain(chainA), raw(forged.typ, nil, forged.body)))
		ok(t, err)
		if !has(f.Faults(), ErrMalformed) || len(f.Redactions()) != 0 {
			t.Errorf("%s: %v, %v", name, f.Faults(), f.Redactions())
		}
	}
}

// The content is that of the items: who wrote it and when makes no difference.
func TestContent(t *testing.T) {
	sum := func(b []byte) [sha256.Size]byte {
		t.Helper()
		f, err := Open(bytes.NewReader(b), int64(len(b)))
		ok(t, err)
		content, err := io.ReadAll(f.Content())
		ok(t, err)
		return sha256.Sum256(content)
	}
	write := func(o Options, text string) []byte { return file(t, o, chain(chainA), entries(0, ent(1, text))) }
	first, later := write(Options{Tool: "a"}, "x"), write(Options{Tool: "another", CreatedAtMS: 5}, "x")
	if sum(first) != sum(later) {
		t.Error("the same content has two hashes")
	}
	if sum(first) == sum(write(Options{Tool: "a"}, "y")) {
		t.Error("other content has the same hash")
	}
	items := itemsOf(t, first)
	if sum(first) != sha256.Sum256(first[items[1].offset:items[len(items)-2].offset]) {
		t.Error("the content is not that of the items before the footer")
	}
	cut := first[:len(first)-1]
	if sum(cut) != sha256.Sum256(cut) {
		t.Error("the content of a cut file is not that of its bytes")
	}
}
