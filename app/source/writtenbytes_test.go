package source

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
)

// listOf prints bytes as a list, each with a verb.
func listOf(b []byte, open, verb, between, end string) string {
	items := make([]string, len(b))
	for i, c := range b {
		items[i] = fmt.Sprintf(verb, c)
	}
	return open + strings.Join(items, between) + end
}

// pythonOf prints bytes as Python does.
func pythonOf(b []byte) string {
	var t strings.Builder
	quote := byte('\'')
	if strings.Contains(string(b), "'") && !strings.Contains(string(b), `"`) {
		quote = '"'
	}
	t.WriteString("b" + string(quote))
	for _, c := range b {
		switch {
		case c == quote || c == '\\':
			t.WriteString(`\` + string(c))
		case c == '\n':
			t.WriteString(`\n`)
		case c == '\r':
			t.WriteString(`\r`)
		case c == '\t':
			t.WriteString(`\t`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&t, `\x%02x`, c)
		default:
			t.WriteByte(c)
		}
	}
	return t.String() + string(quote)
}

// manyLines breaks a list as Node prints a long one.
func manyLines(text string) string {
	var t strings.Builder
	for i, item := range strings.Split(text, ", ") {
		if i > 0 {
			t.WriteString(",")
			if i%10 == 0 {
				t.WriteString("\n   ")
			}
			t.WriteString(" ")
		}
		t.WriteString(item)
	}
	return t.String()
}

// hexdumpOf prints lines of 16 bytes, of which group stand together, each of them turned
// round if swap is set.
func hexdumpOf(b []byte, offset, between, text string, group int, swap bool, end string) string {
	var t strings.Builder
	for at := 0; at < len(b); at += 16 {
		line := b[at:min(at+16, len(b))]
		fmt.Fprintf(&t, offset, at)
		for i := 0; i < len(line); i += group {
			part := append([]byte(nil), line[i:min(i+group, len(line))]...)
			if swap && len(part) == 2 {
				part[0], part[1] = part[1], part[0]
			}
			t.WriteString(between + hex.EncodeToString(part))
		}
		t.WriteString(text + "\n")
	}
	if end != "" {
		fmt.Fprintf(&t, end, len(b))
	}
	return t.String()
}

// byteForms are the forms that people paste bytes in: one value each.
var byteForms = map[string]func(b []byte) string{
	"hex":                 hex.EncodeToString,
	"hex, 0x":             func(b []byte) string { return "0x" + hex.EncodeToString(b) },
	"hex, apart":          func(b []byte) string { return fmt.Sprintf("% x", b) },
	"PostgreSQL":          func(b []byte) string { return `\x` + hex.EncodeToString(b) },
	"PostgreSQL, literal": func(b []byte) string { return `'\x` + hex.EncodeToString(b) + `'::bytea` },
	"PostgreSQL, E":       func(b []byte) string { return `E'\\x` + hex.EncodeToString(b) + `'` },
	"SQL":                 func(b []byte) string { return "X'" + hex.EncodeToString(b) + "'" },
	"escapes":             func(b []byte) string { return listOf(b, "", `\x%02x`, "", "") },
	"escapes, quoted":     func(b []byte) string { return listOf(b, `"`, `\x%02x`, "", `"`) },
	"octal escapes":       func(b []byte) string { return listOf(b, `"`, `\%03o`, "", `"`) },
	"base64":              base64.StdEncoding.EncodeToString,
	"base64, bare":        base64.RawStdEncoding.EncodeToString,
	"base64url":           base64.URLEncoding.EncodeToString,
	"base64url, bare":     base64.RawURLEncoding.EncodeToString,
	"data URL": func(b []byte) string {
		return "data:application/octet-stream;base64," + base64.StdEncoding.EncodeToString(b)
	},
	"Rust":         func(b []byte) string { return listOf(b, "[", "%d", ", ", "]") },
	"Rust, vec":    func(b []byte) string { return listOf(b, "let b = vec![", "%du8", ", ", "];") },
	"Rust, hex":    func(b []byte) string { return listOf(b, "[", "%02x", ", ", "]") },
	"Rust, string": func(b []byte) string { return listOf(b, `b"`, `\x%02x`, "", `"`) },
	"Go":           func(b []byte) string { return fmt.Sprint(b) },
	"Go, %#v":      func(b []byte) string { return fmt.Sprintf("%#v", b) },
	"Go, %q":       func(b []byte) string { return listOf(b, `"`, `\x%02x`, "", `"`) },
	"JSON":         func(b []byte) string { return listOf(b, "[", "%d", ",", "]") },
	"Java": func(b []byte) string {
		s := make([]string, len(b))
		for i, c := range b {
			s[i] = strconv.Itoa(int(int8(c)))
		}
		return "[" + strings.Join(s, ", ") + "]"
	},
	"Node, Buffer":     func(b []byte) string { return fmt.Sprintf("<Buffer % x>", b) },
	"Node, Uint8Array": func(b []byte) string { return listOf(b, fmt.Sprintf("Uint8Array(%d) [", len(b)), "%d", ", ", "]") },
	"Node, lines": func(b []byte) string {
		return fmt.Sprintf("Uint8Array(%d) [\n    ", len(b)) + manyLines(listOf(b, "", "%d", ", ", "")) + "\n]"
	},
	"Node, ArrayBuffer": func(b []byte) string {
		return fmt.Sprintf("ArrayBuffer { [Uint8Contents]: <% x>, byteLength: %d }", b, len(b))
	},
	"Node, JSON of Buffer": func(b []byte) string { return listOf(b, `{"type":"Buffer","data":[`, "%d", ",", "]}") },
	"JSON of Uint8Array": func(b []byte) string {
		var t []string
		for i, c := range b {
			t = append(t, fmt.Sprintf(`"%d":%d`, i, c))
		}
		return "{" + strings.Join(t, ",") + "}"
	},
	"Python":            pythonOf,
	"Python, bytearray": func(b []byte) string { return "bytearray(" + pythonOf(b) + ")" },
	"Python, hex":       func(b []byte) string { return "bytes.fromhex('" + hex.EncodeToString(b) + "')" },
	"C":                 func(b []byte) string { return listOf(b, "unsigned char r[] = {\n  ", "0x%02x", ", ", "\n};") },
	"hexdump -C": func(b []byte) string {
		return hexdumpOf(b, "%08x ", " ", "  |................|", 1, false, "%08x\n")
	},
	"hexdump": func(b []byte) string {
		return hexdumpOf(b, "%07x", " ", "", 2, true, "%07x\n")
	},
	"xxd":        func(b []byte) string { return hexdumpOf(b, "%08x:", " ", "  ................", 2, false, "") },
	"od -tx1":    func(b []byte) string { return hexdumpOf(b, "%07o", " ", "", 1, false, "%07o\n") },
	"Format-Hex": func(b []byte) string { return hexdumpOf(b, "%08X  ", " ", "  ................", 1, false, "") },
	"tcpdump":    func(b []byte) string { return hexdumpOf(b, "\t0x%04x: ", " ", "  ................", 2, false, "") },
}

// randomAction is the payload of an action with words and ids of any size.
func randomAction(rng *rand.Rand) []byte {
	r := wire.ActionChainRecord{
		ID: rng.Uint64() >> rng.IntN(64), Kind: wire.KindPullReplica, EmittedAtMS: 1_700_000_000_000 + rng.Uint64N(1<<30), Disposition: wire.Dispatched{},
	}
	if rng.IntN(2) == 0 {
		r.Disposition = wire.Failed{Reason: strings.Repeat(`it's "late" \ übel`, rng.IntN(4))}
	}
	return wire.EncodeRecord(&r)
}

// Whatever form bytes are pasted or saved in, one or several, they are the same bytes.
func TestEveryFormOfBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for name, form := range byteForms {
		t.Run(name, func(t *testing.T) {
			for range 30 {
				var want []string
				var text strings.Builder
				for range 1 + rng.IntN(4) {
					b := randomAction(rng)
					for name == "hexdump" && len(b)%2 == 1 {
						b = randomAction(rng) // it cannot say how long an odd one is
					}
					want = append(want, hex.EncodeToString(b))
					text.WriteString(strings.TrimSuffix(form(b), "\n") + "\n")
				}
				for _, set := range []*Set{paste(t, text.String()), find(t, files{"x": text.String()}.fsys()), find(t, files{"x": wideOf(text.String())}.fsys())} {
					if len(set.Chains) != 1 || len(set.Problems) > 0 {
						t.Fatalf("%s\n%q, %v", text.String(), chainLines(set), set.Problems)
					}
					var got []string
					for _, e := range entriesOf(t, set.Chains[0].Reader, 0) {
						got = append(got, hex.EncodeToString(e.Payload))
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%s\n%s", text.String(), diff)
					}
				}
			}
		})
	}
}

// wideOf is a text in UTF-16, as PowerShell saves one.
func wideOf(text string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range text {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

// A list of numbers is decimal unless something in it can only be hex.
func TestListsAreDecimal(t *testing.T) {
	for text, want := range map[string]string{
		"[1, 10, 12]": "010a0c", "[10, 12, 99]": "0a0c63", "[10 12 99]": "0a0c63", "[01, 10, 12]": "011012", "[10, 1c]": "101c",
		"{0x1, 0x2}": "0102", "[255, 10]": "ff0a", "(1, 2, 3)": "010203", "1, 2, 130": "010282", "10 12 99": "101299", "01 02": "0102",
	} {
		got, err := decodeValue(text, baseDecimal)
		if err != nil || hex.EncodeToString(got) != want {
			t.Errorf("%s is %x, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"[256, 1]", "[1, x]", "", "[]", "hello world", "[1, 0c, 300]", "b''", `{"type":"Buffer","data":[256]}`, `{"0":1,"2":3}`} {
		if got, err := decodeValue(text, baseDecimal); err == nil {
			t.Errorf("%s is %x", text, got)
		}
	}
}

// Who prints a long value leaves the end of it out: the entry says so, and the others
// are whole.
func TestBytesThatAreLeftOut(t *testing.T) {
	whole := action(1)
	for _, cut := range []string{fmt.Sprintf("<Buffer % x ... 50 more bytes>", whole[:9]), listOf(whole[:9], "Uint8Array(100) [\n  ", "%d", ", ", ",\n  ... 91 more items\n]")} {
		set := paste(t, hex.EncodeToString(whole)+"\n"+hex.EncodeToString(whole)+"\n"+cut)
		if len(set.Chains) != 1 {
			t.Fatalf("%s: %q %v", cut, chainLines(set), set.Problems)
		}
		r := set.Chains[0].Reader
		entries := entriesOf(t, r, 0)
		if err := r.(ParseErrorer).ParseError(2); len(entries) != 3 || entries[2].Status != wire.EntryTorn || err == nil || !strings.Contains(err.Error(), " more ") {
			t.Errorf("%d entries, %v", len(entries), err)
		}
	}
}

// What stands between values is passed over and told.
func TestTextBetweenBytes(t *testing.T) {
	line := hex.EncodeToString(action(1))
	text := "the first payload:\n" + line + "\n" + line + "\nand so on\n%%%\n"
	for _, set := range []*Set{paste(t, text), find(t, files{"x": text}.fsys())} {
		if len(set.Chains) != 1 || set.Chains[0].Reader.Len() != 2 {
			t.Fatalf("%q, %v", chainLines(set), set.Problems)
		}
		var rules []string
		for _, f := range set.Chains[0].Faults {
			rules = append(rules, fmt.Sprintf("%s at %d", f.Rule, f.Offset))
		}
		if diff := cmp.Diff([]string{fmt.Sprintf("text-fragment at %d", strings.Index(text, "%")), "text-between at 0"}, rules); diff != "" {
			t.Error(diff)
		}
	}
}
