package share

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// noise is bytes that nothing packs.
func noise(n int) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(random.Uint32())
	}
	return b
}

func encoded(t testing.TB, file []byte) string {
	t.Helper()
	text, err := EncodeLink(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestWhatGoesInComesOut(t *testing.T) {
	safe := regexp.MustCompile(`^data=[A-Za-z0-9_-]*$`)
	for name, file := range map[string][]byte{
		"nothing":     {},
		"one byte":    {0xff},
		"text":        []byte("evidence"),
		"noise":       noise(4500),
		"much of one": bytes.Repeat([]byte("evidence"), LinkLimitBytes/8),
	} {
		text := encoded(t, file)
		if !safe.MatchString(text) {
			t.Errorf("%s: %q needs escapes in an address", name, text)
		}
		for _, fragment := range []string{text, "#" + text, text + "&v1&at=3", text + "&"} {
			got, err := DecodeLink(fragment)
			if err != nil || !bytes.Equal(got, file) {
				t.Errorf("%s as %.40q: %d bytes, %v", name, fragment, len(got), err)
			}
		}
	}
}

func TestTooLargeSaysHowMuch(t *testing.T) {
	for _, c := range []struct {
		file []byte
		want string
	}{
		{noise(5000), "too large for a link: 5000 bytes make 6680 characters, at most 6144"},
		{make([]byte, LinkLimitBytes+1), "too large for a link: 1048577 bytes, at most 1048576"},
	} {
		_, err := EncodeLink(c.file)
		var tooLarge *LinkTooLargeError
		if !errors.As(err, &tooLarge) || err.Error() != c.want {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
}

// unbounded is a fragment made without the limits of Encode.
func unbounded(t *testing.T, file []byte) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return prefix + base64.RawURLEncoding.EncodeToString(b.Bytes())
}

func TestDecodeIsBounded(t *testing.T) {
	for name, file := range map[string][]byte{"a long text": noise(5000), "a bomb": make([]byte, 4*LinkLimitBytes)} {
		var tooLarge *LinkTooLargeError
		if _, err := DecodeLink(unbounded(t, file)); !errors.As(err, &tooLarge) {
			t.Errorf("%s: error %v, want a LinkTooLargeError", name, err)
		}
	}
}

func TestFragmentsOfOthers(t *testing.T) {
	good := encoded(t, []byte("evidence"))
	for _, c := range []struct {
		name, fragment string
		want           error
	}{
		{"empty", "", ErrNoLinkData},
		{"a place", "v1&at=3", ErrNoLinkData},
		{"not in front", "v1&" + good, ErrNoLinkData},
		{"no data", "data=", ErrLinkDamaged},
		{"cut", good[:len(good)-2], ErrLinkDamaged},
		{"longer", good + "AA", ErrLinkDamaged},
		{"other letters", "data=a b", ErrLinkDamaged},
		{"padded", good + "=", ErrLinkDamaged},
		{"stray bits", "data=AB", ErrLinkDamaged},
		{"other bytes", "data=____", ErrLinkDamaged},
	} {
		if _, err := DecodeLink(c.fragment); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("#" + encoded(f, []byte("evidence")) + "&v1&at=3")
	f.Add(encoded(f, make([]byte, LinkLimitBytes)))
	f.Add("data=" + strings.Repeat("A", LinkLimitCharacters+1))
	f.Fuzz(func(t *testing.T, fragment string) {
		file, err := DecodeLink(fragment)
		if err != nil {
			return
		}
		if len(file) > LinkLimitBytes {
			t.Fatalf("%d bytes", len(file))
		}
		again, err := EncodeLink(file)
		if err != nil {
			return // others may pack better
		}
		if got, err := DecodeLink(again); err != nil || !bytes.Equal(got, file) {
			t.Errorf("%d bytes come back as %d: %v", len(file), len(got), err)
		}
	})
}
