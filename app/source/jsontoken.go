package source

import "chainglass/wire/serdejson"

// tokenizer follows one JSON object byte by byte, in pieces, without holding it. It
// knows the syntax, so that it notices where an object is cut or overwritten, and
// collects which keys the object has. It accepts NaN and infinities as numbers, which
// other writers than the reference print.
type tokenizer struct {
	state   tokenState
	isKey   bool       // the string being read is a key
	hexLeft uint8      // digits of a \u escape that are missing
	depth   int        // open brackets
	objects [16]uint64 // a bit for each of them: set for an object

	word    [maxKeyBytes]byte // the key, number or literal being read, as far as it fits
	wordLen int

	keys keyBits // of the object itself
	// rounded counts the numbers that look as if a program had kept them in doubles, of
	// beyond that a double cannot hold each.
	rounded, beyond int
}

type tokenState uint8

const (
	wantValue   tokenState = iota
	wantElement            // or the end of an array
	wantKey
	wantFirstKey // or the end of an object
	wantColon
	wantEnd // a comma or the end of what is open
	inString
	inEscape
	inHex
	inNumber
	inWord
)

const (
	// maxTokenDepth is how deep objects and arrays may be nested to be followed; a
	// record is nested four deep.
	maxTokenDepth = 1024
	// maxKeyBytes is the longest key, number or literal that is looked at.
	maxKeyBytes = 40
	// roundedDigits is how many digits a number beyond 2^53 has at least.
	roundedDigits = 16
)

// tokenResult is how a piece ended.
type tokenResult uint8

const (
	tokenMore   tokenResult = iota // with the piece
	tokenDone                      // the object is whole
	tokenBroken                    // the byte at which it stopped is wrong
)

// begin makes the next byte, an opening brace, the first of an object.
func (t *tokenizer) begin() { *t = tokenizer{} }

// unsure reports whether nothing has been read that only an object of JSON has.
func (t *tokenizer) unsure() bool { return t.keys == 0 }

// feed reads on. It returns how many bytes belong to the object.
func (t *tokenizer) feed(b []byte, table *keyTable) (n int, result tokenResult) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch t.state {
		case inString:
			from := i
			for i < len(b) && b[i] >= ' ' && b[i] != '"' && b[i] != '\\' {
				i++
			}
			t.keep(b[from:i])
			switch {
			case i == len(b):
			case b[i] == '"':
				t.endString(table)
			case b[i] == '\\':
				t.state = inEscape
				t.keep(b[i : i+1])
			default:
				return i, tokenBroken
			}
			continue
		case inEscape:
			switch c {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				t.state = inString
			case 'u':
				t.state, t.hexLeft = inHex, 4
			default:
				return i, tokenBroken
			}
			continue
		case inHex:
			if !isHexDigit(c) {
				return i, tokenBroken
			}
			if t.hexLeft--; t.hexLeft == 0 {
				t.state = inString
			}
			continue
		case inNumber:
			if isNumberByte(c) {
				t.keep(b[i : i+1])
				continue
			}
			if c == 'I' && t.wordLen == 1 && t.word[0] == '-' {
				t.state, t.wordLen = inWord, 0
				t.keep(b[i : i+1])
				continue
			}
			t.endNumber()
		case inWord:
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
				t.keep(b[i : i+1])
				continue
			}
			if !t.isLiteral() {
				return i, tokenBroken
			}
			t.state = wantEnd
		}
		if isSpace(c) {
			continue
		}
		if !t.structure(c) {
			return i, tokenBroken
		}
		if t.depth == 0 {
			return i + 1, tokenDone
		}
	}
	return len(b), tokenMore
}

// structure takes a byte between tokens, or the first of one, and reports whether it
// may stand there.
func (t *tokenizer) structure(c byte) bool {
	switch t.state {
	case wantElement:
		if c == ']' {
			return t.close(false)
		}
		return t.value(c)
	case wantValue:
		return t.value(c)
	case wantFirstKey:
		if c == '}' {
			return t.close(true)
		}
		return t.key(c)
	case wantKey:
		return t.key(c)
	case wantColon:
		t.state = wantValue
		return c == ':'
	case wantEnd:
		switch c {
		case ',':
			if t.state = wantValue; t.inObject() {
				t.state = wantKey
			}
			return true
		case '}':
			return t.close(true)
		case ']':
			return t.close(false)
		}
	}
	return false
}

func (t *tokenizer) value(c byte) bool {
	switch {
	case c == '{':
		return t.open(true)
	case c == '[':
		return t.open(false)
	case c == '"':
		t.state, t.isKey, t.wordLen = inString, false, 0
	case c == '-' || c >= '0' && c <= '9':
		t.state, t.wordLen = inNumber, 1
		t.word[0] = c
	case c == 't' || c == 'f' || c == 'n' || c == 'N' || c == 'I':
		t.state, t.wordLen = inWord, 1
		t.word[0] = c
	default:
		return false
	}
	return true
}

func (t *tokenizer) key(c byte) bool {
	t.state, t.isKey, t.wordLen = inString, true, 0
	return c == '"'
}

// keep notes what a token consists of, as far as it is looked at.
func (t *tokenizer) keep(b []byte) {
	if t.state == inString && (!t.isKey || t.depth > 1) {
		return
	}
	if t.wordLen+len(b) > len(t.word) {
		t.wordLen = len(t.word) // too long to be of interest
		return
	}
	t.wordLen += copy(t.word[t.wordLen:], b)
}

func (t *tokenizer) endString(table *keyTable) {
	if !t.isKey {
		t.state = wantEnd
		return
	}
	t.state = wantColon
	if t.depth == 1 {
		t.keys |= table.bit(t.word[:t.wordLen])
	}
}

func (t *tokenizer) endNumber() {
	t.state = wantEnd
	if t.wordLen < roundedDigits || t.wordLen == len(t.word) {
		return
	}
	rounded, beyond := serdejson.LooksRounded(t.word[:t.wordLen])
	if rounded {
		t.rounded++
	}
	if beyond {
		t.beyond++
	}
}

func (t *tokenizer) isLiteral() bool {
	switch string(t.word[:t.wordLen]) {
	case "true", "false", "null", "NaN", "Infinity":
		return true
	}
	return false
}

func (t *tokenizer) open(object bool) bool {
	if t.depth == maxTokenDepth {
		return false
	}
	word, bit := t.depth/64, uint64(1)<<(t.depth%64)
	t.objects[word] &^= bit
	t.state = wantElement
	if object {
		t.objects[word] |= bit
		t.state = wantFirstKey
	}
	t.depth++
	return true
}

func (t *tokenizer) inObject() bool {
	at := t.depth - 1
	return t.objects[at/64]&(1<<(at%64)) != 0
}

func (t *tokenizer) close(object bool) bool {
	if t.inObject() != object {
		return false
	}
	t.depth--
	t.state = wantEnd
	return true
}

func isHexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func isNumberByte(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// keyBits says which of the keys of interest an object has.
type keyBits uint64

// keyTable gives each key of interest its bit. It does not change once made.
type keyTable struct {
	bits     map[string]keyBits
	records  []keyBits // what a record cannot do without, by kind
	allowed  []keyBits // all that it may have
	snapshot keyBits
	row      keyBits // keys of which a row has one
	rowAll   keyBits
	wrapper  keyBits // keys of which the text of a wrapper has one
}

// foreignKey stands for all keys that are of no interest.
const foreignKey keyBits = 1 << 63

// rowKeys are the keys of a row around a record.
var rowKeys = [...]string{"record", "hex", "error", "chain", "seq", "ts", "ts_ns", "status"}

func newKeyTable() *keyTable {
	t := &keyTable{bits: map[string]keyBits{}}
	implied := t.add(impliedKeys()...)
	for _, k := range recordKinds() {
		keys := t.add(k.RequiredKeys()...)
		t.records, t.allowed = append(t.records, keys), append(t.allowed, keys|implied)
	}
	t.snapshot = t.add(snapshotKeys...)
	t.row = t.add(rowKeys[:3]...)
	t.rowAll = t.add(rowKeys[:]...)
	for _, key := range wrapperTextKeys {
		t.wrapper |= t.addOne(key)
	}
	return t
}

func (t *keyTable) add(keys ...string) (all keyBits) {
	for _, key := range keys {
		all |= t.addOne(key)
		t.bits[camelKey(key)] = t.bits[key]
	}
	return all
}

func (t *keyTable) addOne(key string) keyBits {
	if bit, known := t.bits[key]; known {
		return bit
	}
	next := 0
	for _, bit := range t.bits {
		for bit>>next != 0 {
			next++
		}
	}
	bit := keyBits(1) << next
	if bit == foreignKey {
		panic("invariant: more keys than bits")
	}
	t.bits[key] = bit
	return bit
}

// camelKey spells a key as some of the cluster's libraries do.
func camelKey(key string) string {
	var b []byte
	for i := 0; i < len(key); i++ {
		if key[i] == '_' && i > 0 && i+1 < len(key) {
			i++
			b = append(b, key[i]-'a'+'A')
			continue
		}
		b = append(b, key[i])
	}
	return string(b)
}

func (t *keyTable) bit(key []byte) keyBits {
	if bit, known := t.bits[string(key)]; known {
		return bit
	}
	return foreignKey
}

// couldBeOurs reports whether keys are among those of one kind of record, of a row
// around one, or of a snapshot.
func (t *keyTable) couldBeOurs(keys keyBits) bool {
	for _, allowed := range t.allowed {
		if keys&^allowed == 0 {
			return true
		}
	}
	return keys&^t.rowAll == 0 || keys&^t.snapshot == 0
}

// kindOf returns the kind of a record that has the keys, or one that only it can have.
func (t *keyTable) kindOf(keys keyBits) (kind int, whole bool) {
	for i, need := range t.records {
		if keys&need == need {
			return i, true
		}
	}
	return 0, false
}
