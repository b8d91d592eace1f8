package serdejson

import (
	"math"
	"strconv"
)

// AppendNull appends null, the text of an absent option.
func AppendNull(dst []byte) []byte { return append(dst, "null"...) }

// AppendBool appends true or false.
func AppendBool(dst []byte, v bool) []byte { return strconv.AppendBool(dst, v) }

// AppendU64 appends v in decimal, whole. It serves every unsigned width.
func AppendU64(dst []byte, v uint64) []byte { return strconv.AppendUint(dst, v, 10) }

// AppendOptionU64 appends v in decimal when some is true, null otherwise.
func AppendOptionU64(dst []byte, v uint64, some bool) []byte {
	if !some {
		return AppendNull(dst)
	}
	return AppendU64(dst, v)
}

// AppendSeq appends the elements as an array, each as appendElem writes it.
func AppendSeq[T any](dst []byte, elems []T, appendElem func([]byte, T) []byte) []byte {
	dst = append(dst, '[')
	for i := range elems {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendElem(dst, elems[i])
	}
	return append(dst, ']')
}

const hexDigits = "0123456789abcdef"

// shortEscapes maps a control character to the letter of its two-byte escape.
var shortEscapes = [0x20]byte{'\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r'}

// AppendString appends s in quotes. Quotes, backslashes and control characters
// below 0x20 are escaped; everything else, U+007F and U+2028 included, is
// written as it is. The caller vouches that s is valid UTF-8.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	clean := 0
	for i := 0; i < len(s); i++ {
		b := s[i]
		if b >= 0x20 && b != '"' && b != '\\' {
			continue
		}
		dst = appendEscape(append(dst, s[clean:i]...), b)
		clean = i + 1
	}
	return append(append(dst, s[clean:]...), '"')
}

func appendEscape(dst []byte, b byte) []byte {
	switch {
	case b >= 0x20:
		return append(dst, '\\', b)
	case shortEscapes[b] != 0:
		return append(dst, '\\', shortEscapes[b])
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[b>>4], hexDigits[b&0xf])
}

// The range of decimal exponents (of the leading digit) that are written
// without exponent notation: 0.000001 to 9999999000000.0 for f32, 0.00001 to
// 9999999999999999.0 for f64.
const (
	f32MinPlain, f32MaxPlain = -6, 12
	f64MinPlain, f64MaxPlain = -5, 15
)

// AppendF32 appends the shortest decimal text that reads back as v, with at
// least one digit after the point in plain notation. NaN and infinities have
// no JSON form and become null, which does not read back as a number.
func AppendF32(dst []byte, v float32) []byte {
	return appendFloat(dst, float64(v), 32, f32MinPlain, f32MaxPlain)
}

// AppendF64 is [AppendF32] for doubles.
func AppendF64(dst []byte, v float64) []byte {
	return appendFloat(dst, v, 64, f64MinPlain, f64MaxPlain)
}

// appendFloat takes the shortest digits from strconv, d.ddde±xx, and lays them
// out by the reference's rules: 1.0, 0.00042, 1e-7, 3.4e+38.
func appendFloat(dst []byte, v float64, bits, minPlain, maxPlain int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return AppendNull(dst)
	}
	if math.Signbit(v) {
		dst, v = append(dst, '-'), -v
	}
	var text [32]byte
	digits, exp := splitScientific(strconv.AppendFloat(text[:0], v, 'e', -1, bits))
	switch {
	case exp < minPlain || exp > maxPlain:
		return appendScientific(dst, digits, exp)
	case exp < 0:
		return append(appendZeros(append(dst, "0."...), -exp-1), digits...)
	case len(digits) <= exp+1:
		return append(appendZeros(append(dst, digits...), exp+1-len(digits)), ".0"...)
	}
	dst = append(append(dst, digits[:exp+1]...), '.')
	return append(dst, digits[exp+1:]...)
}

// splitScientific parts d.ddde±xx, as strconv writes it, into its digits
// without the point and its exponent. It reuses the memory of text.
func splitScientific(text []byte) (digits []byte, exp int) {
	e := len(text) - 1
	for text[e] != 'e' {
		e--
	}
	for _, d := range text[e+2:] {
		exp = exp*10 + int(d-'0')
	}
	if text[e+1] == '-' {
		exp = -exp
	}
	if e == 1 {
		return text[:1], exp
	}
	copy(text[1:], text[2:e])
	return text[:e-1], exp
}

func appendScientific(dst, digits []byte, exp int) []byte {
	dst = append(dst, digits[0])
	if len(digits) > 1 {
		dst = append(append(dst, '.'), digits[1:]...)
	}
	dst = append(dst, 'e')
	if exp > 0 {
		dst = append(dst, '+')
	}
	return strconv.AppendInt(dst, int64(exp), 10)
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}
