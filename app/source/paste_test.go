package source

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
)

// dumpOf is what hexdump -C prints.
func dumpOf(b []byte) string { return hex.Dump(b) + fmt.Sprintf("%08x\n", len(b)) }

// xxdOf is what xxd prints.
func xxdOf(b []byte) string {
	var out strings.Builder
	for at := 0; at < len(b); at += 16 {
		fmt.Fprintf(&out, "%08x: ", at)
		line := b[at:min(at+16, len(b))]
		for i := 0; i < len(line); i += 2 {
			fmt.Fprintf(&out, "%x ", line[i:min(i+2, len(line))])
		}
		fmt.Fprintf(&out, " %s\n", strings.Repeat(".", len(line)))
	}
	return out.String()
}

func TestPaste(t *testing.T) {
	one, two := action(1), action(2)
	hex1, hex2 := hex.EncodeToString(one), hex.EncodeToString(two)
	tests := []struct {
		name string
		text string
		want [][]byte
		kind wire.ChainKind
	}{
		{"hex", hex1, [][]byte{one}, wire.ChainAction},
		{"upper case", strings.ToUpper(hex1), [][]byte{one}, wire.ChainAction},
		{"0x", "0x" + hex1 + "\n", [][]byte{one}, wire.ChainAction},
		{"bytes apart", fmt.Sprintf("% x", one), [][]byte{one}, wire.ChainAction},
		{"Go or C bytes", fmt.Sprintf("{%s}", strings.Trim(strings.ReplaceAll(fmt.Sprintf("%# x", one), " ", ", "), " ")), [][]byte{one}, wire.ChainAction},
		{"escapes", `"` + strings.ReplaceAll(fmt.Sprintf(" % x", one), " ", `\x`) + `"`, [][]byte{one}, wire.ChainAction},
		{"colons", strings.ReplaceAll(fmt.Sprintf("% x", one), " ", ":"), [][]byte{one}, wire.ChainAction},
		{"two lines", hex1 + "\n\n" + hex2 + "\r\n", [][]byte{one, two}, wire.ChainAction},
		{"wrapped hex", hex1[:20] + "\n" + hex1[20:40] + "\n" + hex1[40:], [][]byte{one}, wire.ChainAction},
		{"wrapped at half a byte", hex1[:21] + "\n" + hex1[21:], [][]byte{one}, wire.ChainAction},
		{"base64", base64.StdEncoding.EncodeToString(one), [][]byte{one}, wire.ChainAction},
		{"base64 for URLs, not padded", base64.RawURLEncoding.EncodeToString(two), [][]byte{two}, wire.ChainAction},
		{"hexdump", dumpOf(one), [][]byte{one}, wire.ChainAction},
		{"xxd", xxdOf(one), [][]byte{one}, wire.ChainAction},
		{"smallest record", "01 00 00 00 00", [][]byte{{1, 0, 0, 0, 0}}, wire.ChainAction},
		{"no record", "ffff", [][]byte{{0xff, 0xff}}, wire.ChainUnknown},
		{"one good line of two", hex1 + "\nff", [][]byte{one, {0xff}}, wire.ChainAction},
		{"JSON", `{"id":1,"kind":"pull_replica","emitted_at_ms":1700000000001,"disposition":{"Failed":{"reason":"boom","retry_after_ms":500}}}`, [][]byte{one}, wire.ChainAction},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := paste(t, tt.text)
			wantNoProblems(t, set)
			if len(set.Chains) != 1 {
				t.Fatalf("%q", chainLines(set))
			}
			c := set.Chains[0]
			var got [][]byte
			for _, e := range entriesOf(t, c.Reader, 0) {
				got = append(got, e.Payload)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || c.Kind != tt.kind {
				t.Errorf("%v\n%s", c.Kind, diff)
			}
		})
	}
}

func TestPasteSnapshot(t *testing.T) {
	set := paste(t, strings.Repeat("00 ", 12))
	if len(set.Bases) != 1 || len(set.Chains) != 0 || set.Bases[0].Encoding != "postcard" {
		t.Errorf("%q, %v", chainLines(set), set.Problems)
	}
}

func TestPasteProblems(t *testing.T) {
	for text, want := range map[string]string{
		" \n":             "pasted text: nothing pasted. " + pasteAdvice + ".",
		"hello world":     `pasted text: neither hex nor base64: line 1 is "hello world": not the bytes of anything. ` + pasteAdvice + ".",
		"01\nwhat is it?": `pasted text: neither hex nor base64: line 2 is "what is it?": not the bytes of anything. ` + pasteAdvice + ".",
		"{":               `pasted text: JSON without records: 1 byte of JSON, but neither records nor a snapshot; it begins with "{". Chainglass reads audit, log, failure and action records and MeshOsSnapshot.`,
	} {
		set := paste(t, text)
		if len(set.Problems) != 1 || set.Problems[0].String() != want {
			t.Errorf("%q: %v", text, set.Problems)
		}
	}
}

func TestPasteLocates(t *testing.T) {
	text := "\n" + hex.EncodeToString(action(1)) + "\n" + hex.EncodeToString(action(2))
	at, err := paste(t, text).Chains[0].Reader.(Locator).Locate(1)
	must(t, err)
	if at.PayloadFile != PasteOrigin || text[at.PayloadOffset:at.PayloadOffset+at.PayloadBytes] != hex.EncodeToString(action(2)) {
		t.Errorf("%+v", at)
	}
}

// A text file is taken for records only if that is what its bytes are.
func TestEncodedTextFiles(t *testing.T) {
	line := hex.EncodeToString(action(1))
	for name, tt := range map[string]struct {
		text  string
		chain bool
	}{
		"records":   {strings.Repeat(line+"\n", 200), true},
		"one line":  {line, true},
		"long line": {hex.EncodeToString(wire.EncodeRecord(&wire.ActionChainRecord{Kind: wire.KindMarkAvoid, Disposition: wire.Failed{Reason: strings.Repeat("r", 9000)}})), true},
		"a hash":    {"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3\n", false},
		"a word":    {"LICENSE", false},
		"text":      {"Once upon a time\nthere was a chain\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			set := find(t, files{"x": tt.text}.fsys())
			if (len(set.Chains) == 1) != tt.chain || (len(set.Problems) == 0) != tt.chain {
				t.Errorf("%q, %v", chainLines(set), set.Problems)
			}
		})
	}
}
