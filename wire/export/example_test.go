package export

import (
	"bytes"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// workedExample is the export that FORMAT.md shows in hex.
func workedExample(t testing.TB) []byte {
	return file(t, Options{Tool: "example", CreatedAtMS: 1_700_000_000_000},
		chain(ChainInfo{Node: "n1", Channel: "meshos/log", Kind: wire.ChainLog, Origin: "n1/meshos/log"}),
		entries(0,
			wire.Entry{Seq: 7, TSNS: postcard.Some(uint64(1_700_000_000_000_000_000)), FlagsAndChecksum: 0x837fb995, Payload: []byte("abcd1234")},
			wire.Entry{Seq: 8, FlagsAndChecksum: 0x0123, Status: wire.EntryTorn}),
		finding(Finding{Chain: postcard.Some(ChainID(0)), By: BySource, Rule: "cut", Severity: SeverityWarning, Count: 1,
			Title: message.New("dat ends early"), Detail: message.New("{byte|bytes} lack", message.Count(9)), Where: "dat", Offset: postcard.Some(uint64(8))}))
}

// listing returns the bytes of the n-th hex listing of FORMAT.md.
func listing(t *testing.T, n int) []byte {
	t.Helper()
	text, err := os.ReadFile("FORMAT.md")
	ok(t, err)
	parts := strings.Split(string(text), "```hex\n")
	if len(parts) < n+2 {
		t.Fatal("FORMAT.md has no such hex listing")
	}
	shown, _, _ := strings.Cut(parts[n+1], "```")
	var digits strings.Builder
	for line := range strings.Lines(shown) {
		code, _, _ := strings.Cut(line, "#")
		digits.WriteString(strings.Join(strings.Fields(code), ""))
	}
	b, err := hex.DecodeString(digits.String())
	ok(t, err)
	return b
}

// TestWorkedExample holds the hex of FORMAT.md against the writer, byte for
// byte, and reads it back.
func TestWorkedExample(t *testing.T) {
	documented := listing(t, 0)
	written := workedExample(t)
	if !bytes.Equal(documented, written) {
		t.Errorf("FORMAT.md differs from what is written (-FORMAT.md +written):\n%s",
			cmp.Diff(hex.Dump(documented), hex.Dump(written)))
	}
	f, got, err := opened(t, documented)
	ok(t, err)
	if len(f.Faults()) != 0 || got.total() != 2 || len(got.Findings) != 1 {
		t.Errorf("%+v, %v", f.Summary(), f.Faults())
	}
	if e := got.Entries[0][0]; e.Status != wire.EntryOK || e.FlagsAndChecksum&inlineFlag == 0 {
		t.Errorf("inline entry: %+v", e)
	}
	if e := got.Entries[0][1]; e.Status != wire.EntryTorn || e.TSNS.Some {
		t.Errorf("torn entry: %+v", e)
	}
}
