package redact

import (
	"strconv"
	"strings"
)

// A number in a text is the same number in every notation: 0x51b7e0c2d4a89f33,
// 51B7E0C2D4A89F33, 5888422165206310707, 5_888_422_165_206_310_707 and
// 5,888,422,165,206,310,707.

// notation is a number as a text writes it.
type notation struct {
	value uint64
	base  int
	// prefix is what stands before the digits; width is how many there are.
	prefix string
	width  int
	upper  bool
	// separator stands between groups of three digits, groups of them; 0 for none.
	separator byte
	groups    int
}

// groupSize is how many digits stand between two separators.
const groupSize = 3

// append appends v in the notation: with as many digits, or more if it needs them.
func (n *notation) append(dst []byte, v uint64) []byte {
	digits := strconv.FormatUint(v, n.base)
	if n.upper {
		digits = strings.ToUpper(digits)
	}
	width := n.width
	if n.groups > 0 {
		width = groupSize*(n.groups-1) + 1
	}
	if missing := width - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	dst = append(dst, n.prefix...)
	for i := n.groups - 1; i > 0; i-- {
		first := len(digits) - groupSize*i
		dst = append(append(dst, digits[:first]...), n.separator)
		digits = digits[first:]
	}
	return append(dst, digits...)
}

// readings are the ways to read a word as a number, the likelier first. Digits
// alone can be decimal or hexadecimal.
func readings(word string) (all [2]notation, count int) {
	add := func(n notation, digits string) {
		v, err := strconv.ParseUint(digits, n.base, 64)
		if err == nil {
			n.value = v
			all[count] = n
			count++
		}
	}
	switch {
	case len(word) > 2 && word[0] == '0' && word[1]|0x20 == 'x':
		digits := word[2:]
		add(notation{base: 16, prefix: word[:2], width: len(digits), upper: strings.ContainsAny(digits, "ABCDEF")}, digits)
	case strings.IndexByte(word, '_') > 0:
		if n, end := groupedAt(word, 0); end == len(word) {
			all[0], count = n, 1
		}
	default:
		decimal := notation{base: 10, width: 1}
		if word != "" && word[0] == '0' {
			decimal.width = len(word)
		}
		add(decimal, word)
		add(notation{base: 16, width: len(word), upper: strings.ContainsAny(word, "ABCDEF")}, word)
	}
	return all, count
}

// groupSeparators are what groups of digits are separated by. A point, a space and
// a dash separate other things as well.
const groupSeparators = ",_'. -"

// groupedAt reads a number in groups of three digits that begins at i, two groups at
// least, and returns where it ends; i if none does. The first group may be longer:
// that of a pseudonym is.
func groupedAt(text string, i int) (n notation, end int) {
	first := digitsEnd(text, i)
	if first == i || first >= len(text) || first-i > 20 || !strings.Contains(groupSeparators, text[first:first+1]) {
		return n, i
	}
	n = notation{base: 10, separator: text[first], groups: 1}
	digits := append(make([]byte, 0, 32), text[i:first]...)
	for end = first; end < len(text) && text[end] == n.separator && digitsEnd(text, end+1) == end+1+groupSize; end += 1 + groupSize {
		digits = append(digits, text[end+1:end+1+groupSize]...)
		n.groups++
	}
	v, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil || n.groups == 1 || wordAt(text, end) {
		return n, i
	}
	n.value = v
	return n, end
}

// joinsAlways reports whether what separates the groups joins them whatever the number
// is: a point, a space and a dash do so only where the number is an id.
func (n *notation) joinsAlways() bool { return strings.IndexByte(",_'", n.separator) >= 0 }

// digitsEnd returns where the decimal digits end that begin at i.
func digitsEnd(text string, i int) int {
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	return i
}

// sameValue returns what is the same for all notations of a value.
func sameValue(word string) string {
	if all, count := readings(word); count > 0 {
		return strconv.FormatUint(all[0].value, 10)
	}
	return word
}
