package view

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"chainglass/wire/postcard"
)

func atUTC(text string) postcard.Option[uint64] {
	if text == "" {
		return postcard.Option[uint64]{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return postcard.Some(uint64(at.UnixNano()))
}

func TestFileNames(t *testing.T) {
	for _, tt := range []struct {
		nodes       []string
		first, last string
		want        string
	}{
		{[]string{"node-2"}, "2026-05-22T16:08:00Z", "2026-05-22T16:15:00Z", "node-2_2026-05-22T16.08-16.15.html"},
		{[]string{"node-2"}, "2026-05-22T16:08:01Z", "2026-05-22T16:08:59Z", "node-2_2026-05-22T16.08.html"},
		{[]string{"node-2"}, "2026-05-22T23:50:00Z", "2026-05-23T00:10:00Z", "node-2_2026-05-22T23.50-2026-05-23T00.10.html"},
		{[]string{"node-1", "node-2"}, "2026-05-22T16:08:00Z", "2026-05-22T16:15:00Z", "node-1+2_2026-05-22T16.08-16.15.html"},
		{[]string{"eu-west", "us-1"}, "", "", "eu-west+us-1.html"},
		{[]string{"node-1", "node-12b"}, "", "", "node-1+node-12b.html"},
		{[]string{"a", "b", "c"}, "2026-05-22T16:08:00Z", "", "3-nodes.html"},
		{nil, "", "", "chains.html"},
		{[]string{""}, "", "", "chains.html"},
		{[]string{"CON"}, "", "", "CON_.html"},
		{[]string{"com1"}, "", "", "com1_.html"},
		{[]string{"../../etc/passwd"}, "", "", "etc-passwd.html"},
		{[]string{"a:b*c?\"<>|\x00\u202e\n"}, "", "", "a-b-c.html"},
		{[]string{strings.Repeat("long", 50)}, "", "", strings.Repeat("long", 10) + ".html"},
	} {
		if got := FileName(tt.nodes, atUTC(tt.first), atUTC(tt.last), "html"); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.nodes, got, tt.want)
		}
	}
}

// TestFileNamesAreSafe: whatever nodes are called, and whenever it was.
func TestFileNamesAreSafe(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4)) // fixed, so that a failure comes back
	for range 5000 {
		var nodes []string
		for range r.IntN(4) {
			var b strings.Builder
			for range r.IntN(60) {
				b.WriteRune(rune(r.IntN([]int{128, 0x3000, utf8.MaxRune}[r.IntN(3)])))
			}
			nodes = append(nodes, b.String())
		}
		first, last := postcard.Some(r.Uint64()), postcard.Some(r.Uint64N(math.MaxUint64))
		name := FileName(nodes, first, last, "html")
		bad := strings.ContainsFunc(name, func(r rune) bool {
			return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`\/:*?"<>|`, r)
		})
		stem := strings.TrimSuffix(name, ".html")
		if bad || !utf8.ValidString(name) || stem == "" || strings.HasSuffix(stem, ".") || strings.HasPrefix(name, ".") || reserved(stem) || utf8.RuneCountInString(name) > 2*maxNodeName+50 {
			t.Fatalf("%q became %q", nodes, name)
		}
	}
}
