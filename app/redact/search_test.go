package redact

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
)

// TestSearchAgainstNaive compares with a search that takes its time, over writes of
// all sizes.
func TestSearchAgainstNaive(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	letters := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = "ab"[r.IntN(2)]
		}
		return b
	}
	for range 2000 {
		s := newSearch()
		var patterns [][]byte
		for range 1 + r.IntN(3) {
			p := letters(minPattern + r.IntN(20))
			patterns = append(patterns, p)
			s.add(p, "test")
		}
		text := letters(r.IntN(400))
		want := -1
		for _, p := range patterns {
			if at := bytes.Index(text, p); at >= 0 && (want < 0 || at < want) {
				want = at
			}
		}
		w := &searchingWriter{out: io.Discard, search: s}
		for rest := text; len(rest) > 0; {
			n := 1 + r.IntN(min(len(rest), 1+r.IntN(90)))
			if _, err := w.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		got := -1
		if w.hit != nil {
			got = int(w.hit.Offset)
		}
		if (got >= 0) != (want >= 0) {
			t.Fatalf("%q in %q: found at %d, want %d", patterns, text, got, want)
		}
		if got >= 0 {
			found := false
			for _, p := range patterns {
				found = found || bytes.HasPrefix(text[got:], p)
			}
			if !found {
				t.Fatalf("%q in %q: nothing is at %d", patterns, text, got)
			}
		}
	}
}

func TestLongPatternsAndShortOnes(t *testing.T) {
	s := newSearch()
	s.add([]byte("abc"), "too short")
	long := bytes.Repeat([]byte("long "), 100)
	s.add(long, "long")
	s.add(long, "again")
	if s.patterns != 1 {
		t.Errorf("%d patterns", s.patterns)
	}
	w := &searchingWriter{out: io.Discard, search: s}
	for i := range long {
		_, _ = w.Write(long[i : i+1])
	}
	if w.hit == nil || w.hit.Offset != 0 || w.hit.Class != "long" {
		t.Errorf("%+v", w.hit)
	}
}

// How large a number must be depends on how much there is to look through.
func TestSignificantBits(t *testing.T) {
	for _, tt := range []struct {
		bytes     int64
		originals int
		want      int
	}{
		{0, 0, minBits}, {1000, 10, minBits}, {4 << 20, 10, 48}, {4 << 20, 5000, 57}, {1 << 40, 1 << 20, maxBits},
	} {
		if got := significantBits(tt.bytes, tt.originals); got != tt.want {
			t.Errorf("%d bytes, %d originals: %d bits, want %d", tt.bytes, tt.originals, got, tt.want)
		}
	}
}

// Every encoding that is searched for is found.
func TestEncodingsAreFound(t *testing.T) {
	s := newSecrets(&Options{Random: chance(1)})
	l := &learner{secrets: s}
	l.id(ClassNode, plantedID)
	l.name(ClassDaemonName, "Telemetry")
	l.text(placeText, "acmecorp said 0xabcdef0123456789 twice")
	if err := s.assign(); err != nil {
		t.Fatal(err)
	}
	search := patternsOf(s, 1<<20)
	forms := formsOf(plantedID)
	for i, text := range []string{"Telemetry", "telemetry", "TELEMETRY", "acmecorp", "abcdef0123456789", "ABCDEF0123456789", "12379813738877118345"} {
		forms[fmt.Sprint("text ", i)] = []byte(text)
	}
	for name, form := range forms {
		if _, _, found := search.find(append([]byte("before "), append(form, " behind"...)...), 1000); !found {
			t.Errorf("%s: %q is not found", name, form)
		}
	}
	for _, text := range []string{"timeout", "twice", "flags_and_checksum", "chainglass"} {
		if _, class, found := search.find([]byte(text+text), 1000); found {
			t.Errorf("%q is found as a %s", text, class)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	s := newSearch()
	r := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		s.add(fmt.Appendf(nil, "%d", r.Uint64()|1<<63), "test")
	}
	text := incident(b)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		w := &searchingWriter{out: io.Discard, search: s}
		_, _ = w.Write(text)
	}
}
