package source

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"chainglass/wire/serdejson"
)

// Bytes as people paste them, a value each:
//
//	0101.. 01 01  01:01  0x0101 0x01,0x01 \x01\x01 \x0101 X'0101'   hex
//	AQEM..==  base64, in any alphabet, padded or not; data:..;base64,..
//	[1, 1, 12]  [1 1 12]  [01, 01, 0c]  {0x01, 0x1}  []byte{..}  vec![..]   lists
//	Uint8Array(3) [1, 1, 12]  <Buffer 01 01 0c>  {"type":"Buffer","data":[..]}
//	{"0":1,"1":1,"2":12}  ArrayBuffer { [Uint8Contents]: <01 01 0c>, .. }
//	b'\x01\x01\x0cstart'  b"..."  bytearray(b'..')  "\x01\001\n"           strings
//
// A list without a sign of hex in it, which is a letter or a leading zero, is decimal.

var errNotEncoded = errors.New("not the bytes of anything")

// cutBytesError says that whoever printed bytes left some out.
type cutBytesError struct{ left string }

func (e *cutBytesError) Error() string { return "the text leaves out " + e.left }

// listBase is how the numbers in a list are read.
type listBase uint8

const (
	baseOpen listBase = iota // nothing tells
	baseHex
	baseDecimal
)

// decodeValue decodes one value. A list that nothing tells of is read in base. Bytes
// that are there come with a [cutBytesError] where more are left out.
func decodeValue(text string, base listBase) ([]byte, error) {
	text = trimValue(text)
	if text == "" {
		return nil, errNotEncoded
	}
	if inner, ok := bufferText(text); ok {
		return decodeBuffer(inner)
	}
	if b, ok := decodeJSONBytes(text); ok {
		return b, nil
	}
	if b, is, err := decodeQuoted(text, base); is {
		return b, err
	}
	if inner, ok := listText(text); ok {
		if b, err := decodeList(inner, base); err == nil || errors.As(err, new(*cutBytesError)) {
			return b, err
		}
	}
	if b, ok := decodeHex(text); ok {
		return b, nil
	}
	if items, left := listItems(text); len(items) > 1 && left == "" && decimalWords(items) {
		return decodeList(text, baseDecimal)
	}
	if b, ok := decodeEscaped(text); ok {
		return b, nil
	}
	return decodeBase64(text)
}

// trimValue takes off what stands around a value in a program.
func trimValue(text string) string {
	text = strings.TrimSpace(text)
	for _, cast := range [...]string{"::bytea", ";", ","} {
		text = strings.TrimSpace(strings.TrimSuffix(text, cast))
	}
	if name, value, ok := strings.Cut(text, "="); ok && value != "" && isVariable(name) && !isBase64Tail(value) {
		if text = strings.TrimSpace(strings.TrimPrefix(value, "=")); isNumber(text) {
			return "" // a length
		}
	}
	return text
}

// isVariable takes "payload", "let b" and "payload :".
func isVariable(name string) bool {
	name = strings.TrimRight(strings.TrimSpace(name), ":")
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_. &[]*") == "" && !isHexOnly(name)
}

func isBase64Tail(value string) bool { return strings.Trim(value, "= ") == "" }

func isHexOnly(text string) bool { return strings.Trim(text, hexDigits) == "" }

const hexDigits = "0123456789abcdefABCDEF"

// bufferText returns what stands in <Buffer ..> and in [Uint8Contents]: <..>.
func bufferText(text string) (string, bool) {
	for _, open := range [...]string{"<Buffer", "[Uint8Contents]: <", "<Bytes", "bytes<"} {
		_, inner, found := strings.Cut(text, open)
		if !found {
			continue
		}
		if inner, _, found = strings.Cut(inner, ">"); found {
			return inner, true
		}
	}
	return "", false
}

func decodeBuffer(inner string) ([]byte, error) {
	text, left, cut := strings.Cut(inner, "...")
	b, ok := decodeHex(text)
	switch {
	case cut && (ok || strings.TrimSpace(text) == ""):
		return b, &cutBytesError{strings.TrimSpace(left)}
	case !ok:
		return nil, errNotEncoded
	}
	return b, nil
}

// decodeJSONBytes decodes what JavaScript makes of bytes in JSON.
func decodeJSONBytes(text string) ([]byte, bool) {
	if !strings.HasPrefix(text, "{") {
		return nil, false
	}
	var list []byte
	indexed, wrong, n := false, false, uint64(0)
	members([]byte(text), func(key, value []byte) {
		switch string(key) {
		case "type":
			wrong = wrong || unquoted(value) != "Buffer" && unquoted(value) != "Uint8Array"
		case "data":
			list = value
		default:
			at, err := strconv.ParseUint(string(key), 10, 32)
			v, ok := serdejson.ParseWhole(value)
			if wrong = wrong || err != nil || at != n || !ok || v > 255; !wrong {
				list, indexed, n = append(list, byte(v)), true, n+1
			}
		}
	})
	switch {
	case wrong || list == nil || !isWhole([]byte(text)):
		return nil, false
	case indexed:
		return list, true
	}
	b, ok := textValue(list)
	return b, ok && list[0] == '['
}

// decodeQuoted decodes the literal of a string with what programs put before it. is is
// false if text is none.
func decodeQuoted(text string, base listBase) (b []byte, is bool, err error) {
	start := strings.IndexAny(text, `'"`)
	if start < 0 || start > 24 {
		return nil, false, nil
	}
	quote := text[start : start+1]
	end := strings.LastIndex(text, quote)
	if end == start || strings.Trim(text[end+1:], " )],;") != "" {
		return nil, false, nil
	}
	before, inner := strings.TrimLeft(text[:start], "([&"), text[start+1:end]
	name := strings.TrimRight(strings.ToLower(before), "( ")
	switch name {
	case "x", "0x", "bytes.fromhex", "fromhex", "unhexlify", "hex!", "hex":
		b, ok := decodeHex(inner)
		return b, ok, nil
	case "b", "rb", "br", "bytearray(b", "bytes(b", "c", "e":
		if name == "e" { // PostgreSQL: the backslash of bytea is escaped
			if h, ok := decodeHex(strings.ReplaceAll(inner, `\\x`, `\x`)); ok {
				return h, true, nil
			}
		}
		b, err = unescape(inner)
		return b, true, err
	case "":
		if b, err = decodeValue(inner, base); err == nil {
			return b, true, nil
		}
		b, err = unescape(inner)
		return b, strings.Contains(inner, `\`), err
	}
	return nil, false, nil
}

// decodeEscaped decodes text with escapes of bytes and no quotes around it.
func decodeEscaped(text string) ([]byte, bool) {
	at := strings.IndexByte(text, '\\')
	if at < 0 || at+1 == len(text) || !strings.ContainsRune("x0123", rune(text[at+1])) || strings.ContainsAny(text, "\n") {
		return nil, false
	}
	b, err := unescape(text)
	return b, err == nil
}

// unescape decodes what Python, Rust, C and Go write in literals of strings of bytes.
func unescape(text string) ([]byte, error) {
	var b []byte
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '\\' {
			b = append(b, c)
			continue
		}
		if i++; i == len(text) {
			return nil, errNotEncoded
		}
		switch c = text[i]; c {
		case 'n':
			b = append(b, '\n')
		case 't':
			b = append(b, '\t')
		case 'r':
			b = append(b, '\r')
		case 'a':
			b = append(b, '\a')
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'v':
			b = append(b, '\v')
		case '\\', '\'', '"':
			b = append(b, c)
		case 'x':
			if i+2 >= len(text) {
				return nil, errNotEncoded
			}
			v, err := strconv.ParseUint(text[i+1:i+3], 16, 8)
			if err != nil {
				return nil, errNotEncoded
			}
			b, i = append(b, byte(v)), i+2
		case 'u':
			if i+4 >= len(text) {
				return nil, errNotEncoded
			}
			v, err := strconv.ParseUint(text[i+1:i+5], 16, 16)
			if err != nil {
				return nil, errNotEncoded
			}
			b, i = utf8.AppendRune(b, rune(v)), i+4
		default:
			end := i
			for end < len(text) && end < i+3 && text[end] >= '0' && text[end] <= '7' {
				end++
			}
			v, err := strconv.ParseUint(text[i:end], 8, 16)
			if err != nil || v > 255 {
				return nil, errNotEncoded
			}
			b, i = append(b, byte(v)), end-1
		}
	}
	if len(b) == 0 {
		return nil, errNotEncoded
	}
	return b, nil
}

// listText returns what stands in the brackets of a list: []byte{1, 2}, vec![1], (1, 2).
func listText(text string) (string, bool) {
	closer := strings.LastIndexAny(text, "]})")
	if closer < 0 || strings.Trim(text[closer+1:], " )]};,>") != "" {
		return "", false
	}
	open := map[byte]string{']': "[", '}': "{", ')': "("}[text[closer]]
	start := strings.LastIndex(text[:closer], open)
	if start < 0 {
		return "", false
	}
	if inner := strings.Trim(text[start+1:closer], " \r\n\t[](){}"); inner != "" && strings.ContainsAny(inner, "0123456789") {
		return inner, true
	}
	return "", false
}

// listItems divides a list into its numbers. left is what the list leaves out.
func listItems(inner string) (items []string, left string) {
	inner, left, _ = strings.Cut(inner, "...")
	left = strings.TrimSpace(left)
	items = strings.FieldsFunc(inner, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
	for i, item := range items {
		for _, suffix := range [...]string{"_u8", "u8", "i8"} {
			item = strings.TrimSuffix(item, suffix)
		}
		items[i] = item
	}
	return items, left
}

// baseOf says how the numbers of a list are written, as far as they tell.
func baseOf(items []string) listBase {
	base := baseOpen
	for _, item := range items {
		switch {
		case strings.HasPrefix(item, "0x") || strings.HasPrefix(item, "0X"):
			return baseHex
		case len(item) > 2:
			return baseDecimal
		case strings.Trim(item, "0123456789") != "" || len(item) == 2 && item[0] == '0':
			base = baseHex
		}
	}
	return base
}

// decodeList decodes the numbers of a list.
func decodeList(inner string, base listBase) ([]byte, error) {
	items, left := listItems(inner)
	if known := baseOf(items); known != baseOpen {
		base = known
	}
	number := 10
	if base == baseHex {
		number = 16
	}
	var b []byte
	for _, item := range items {
		digits := item
		if base == baseHex {
			digits = strings.TrimPrefix(strings.TrimPrefix(digits, "0x"), "0X")
		}
		v, err := strconv.ParseUint(digits, number, 8)
		if err != nil {
			if n, signed := strconv.ParseInt(digits, 10, 8); signed == nil && number == 10 {
				v, err = uint64(uint8(n)), nil // bytes of Java have signs
			}
		}
		if err != nil {
			return nil, errNotEncoded
		}
		b = append(b, byte(v))
	}
	switch {
	case left != "":
		return b, &cutBytesError{left}
	case len(b) == 0:
		return nil, errNotEncoded
	}
	return b, nil
}

// decodeHex decodes hex digits with what people and programs put between them. A
// word between spaces or commas has whole bytes, or is one digit behind 0x.
func decodeHex(text string) ([]byte, bool) {
	if rest, ok := strings.CutPrefix(text, `\x`); ok && isHexOnly(strings.TrimSpace(rest)) {
		text = rest // as PostgreSQL prints bytea
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;:-", r) })
	if len(words) > 1 && decimalWords(words) {
		return nil, false
	}
	var b []byte
	var err error
	half := ""
	for _, word := range words {
		word = strings.ReplaceAll(word, `\x`, "")
		if digits := strings.TrimPrefix(strings.TrimPrefix(word, "0x"), "0X"); digits != word {
			if word = digits; len(word) == 1 {
				word = "0" + word
			}
		}
		if !isHexOnly(word) {
			return nil, false
		}
		// Wrapped lines may end within a byte.
		word = half + word
		half = ""
		if len(word)%2 == 1 {
			if strings.Contains(text, "\n") {
				word, half = word[:len(word)-1], word[len(word)-1:]
			} else {
				return nil, false
			}
		}
		if b, err = hex.AppendDecode(b, []byte(word)); err != nil {
			return nil, false
		}
	}
	return b, len(b) > 0 && half == ""
}

// decimalWords reports whether words are numbers up to 255 of different lengths, as a
// list of bytes in decimal has them, or all of one digit.
func decimalWords(words []string) bool {
	lengths := 0
	for _, w := range words {
		v, err := strconv.ParseUint(w, 10, 16)
		if err != nil || v > 255 || len(w) > 1 && w[0] == '0' {
			return false
		}
		lengths |= 1 << len(w)
	}
	return lengths&(lengths-1) != 0 || lengths == 1<<1
}

// decodeBase64 decodes base64 in any of its alphabets. It may be wrapped, but has no
// spaces in a line: words have.
func decodeBase64(text string) ([]byte, error) {
	if strings.HasPrefix(text, "data:") {
		if _, data, ok := strings.Cut(text, ";base64,"); ok {
			text = data
		}
	}
	text = strings.NewReplacer("\n", "", "\r", "").Replace(strings.Trim(text, `"',`))
	text = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil || len(b) == 0 {
		return nil, errNotEncoded
	}
	return b, nil
}

// writtenValue is a value and where it is in its text.
type writtenValue struct {
	text string
	at   textSpan
}

// maxValueLines is how many lines a value with brackets may take.
const maxValueLines = 1 << 20

// writtenValues divides a text into values: lines, or lists over several of them.
func writtenValues(text string) (values []writtenValue) {
	offset := int64(0)
	var open writtenValue
	depth, lines := 0, 0
	for line := range strings.Lines(text) {
		at := textSpan{offset, int64(len(line))}
		offset += at.size
		if depth == 0 && strings.TrimSpace(line) == "" {
			continue
		}
		if depth == 0 {
			open, lines = writtenValue{at: at}, 0
		}
		depth += bracketDepth(line)
		lines++
		open.at.size = offset - open.at.offset
		if depth <= 0 || lines > maxValueLines {
			open.text = text[open.at.offset:offset]
			values, depth = append(values, open), 0
		}
	}
	if depth > 0 {
		// A bracket is not closed: each line is what it is.
		return append(values, lineValues(text[open.at.offset:], open.at.offset)...)
	}
	return values
}

func lineValues(text string, offset int64) (values []writtenValue) {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			values = append(values, writtenValue{line, textSpan{offset, int64(len(line))}})
		}
		offset += int64(len(line))
	}
	return values
}

// bracketDepth counts the brackets of lists that a line opens and does not close. In a
// string there are none.
func bracketDepth(line string) (depth int) {
	if strings.ContainsAny(line, `'\`) {
		return 0
	}
	quoted := false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '"':
			quoted = !quoted
		case '[', '{':
			if !quoted {
				depth++
			}
		case ']', '}':
			if !quoted {
				depth--
			}
		}
	}
	return depth
}

// baseOfAll says how the lists of a text are written: as the first of them that tells.
func baseOfAll(values []writtenValue) listBase {
	for i := range values {
		if inner, ok := listText(trimValue(values[i].text)); ok {
			items, _ := listItems(inner)
			if base := baseOf(items); base != baseOpen {
				return base
			}
		}
	}
	return baseDecimal
}

// content is where the value is without the white space around it.
func (v *writtenValue) content() textSpan {
	trimmed := strings.TrimRight(v.text, " \r\n\t")
	start := len(trimmed) - len(strings.TrimLeft(trimmed, " \t"))
	return textSpan{v.at.offset + int64(start), int64(len(trimmed) - start)}
}
