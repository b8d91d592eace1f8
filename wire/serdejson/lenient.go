package serdejson

import (
	"math"
	"strconv"
)

// NewLenientCursor returns a cursor that reads more than the reference does: what
// programs in other languages make of records when they pass them on.
//
//	"7" "7n"           a whole number as a string, as BigInt is written: 7
//	7.0  1e3           a float that is whole: 7, 1000
//	18446744073709552000  2^64, to which a double rounds the largest u64: that u64
//	NaN Infinity null  where a float stands: NaN, infinity, NaN
//
// A number that is none of these is refused as by [NewCursor].
func NewLenientCursor(text []byte) Cursor { return Cursor{buf: text, lenient: true} }

// maxExactFloat is the largest whole number up to which every whole number is a double.
const maxExactFloat = 1 << 53

// twoTo64 is the first whole number beyond u64.
const twoTo64 = 1 << 64

// wholeNumber reads a string or a float that stands for a whole number.
func (c *Cursor) wholeNumber(most uint64) (u uint64, ok bool) {
	b, found := c.peek()
	start, end := c.off, c.off
	switch {
	case !found:
		return 0, false
	case b == '"':
		for end = start + 1; end < len(c.buf) && c.buf[end] != '"'; end++ {
			if end-start > maxNumberText {
				return 0, false
			}
		}
		if end == len(c.buf) {
			return 0, false
		}
		u, ok = ParseWhole(c.buf[start : end+1])
		end++
	default:
		for end < len(c.buf) && isNumberByte(c.buf[end]) {
			end++
		}
		if isDigits(c.buf[start:end]) && !overflows(c.buf[start:end]) {
			return 0, false // an ordinary number, or no number
		}
		u, ok = ParseWhole(c.buf[start:end])
	}
	if ok && u <= most {
		c.off = end
		return u, true
	}
	return 0, false
}

// maxNumberText bounds the text of a number: no u64 written by a program is longer.
const maxNumberText = 400

func isNumberByte(b byte) bool {
	return isDigit(b) || b == '-' || b == '+' || b == '.' || b == 'e' || b == 'E'
}

// ParseWhole returns the u64 that a JSON value stands for, as a cursor of
// [NewLenientCursor] reads it.
func ParseWhole(value []byte) (uint64, bool) {
	if len(value) > maxNumberText {
		return 0, false
	}
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
		if n := len(value); n > 1 && value[n-1] == 'n' {
			value = value[:n-1]
		}
	}
	if len(value) == 0 || !isDigit(value[0]) || value[0] == '0' && len(value) > 1 && isDigit(value[1]) {
		return 0, false
	}
	text := string(value)
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return u, true
	}
	for _, b := range value {
		if !isNumberByte(b) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || f < 0 || f != math.Trunc(f) || f > twoTo64:
		return 0, false
	case isDigits(value) && string(value) != roundedMax:
		return 0, false // beyond u64
	case f == twoTo64:
		return math.MaxUint64, true
	}
	return uint64(f), true
}

// roundedMax is what a program that keeps doubles prints for the largest u64.
const roundedMax = "18446744073709552000"

// overflows reports whether digits stand for a number beyond u64.
func overflows(digits []byte) bool {
	_, err := strconv.ParseUint(string(digits), 10, 64)
	return err != nil
}

func isDigits(text []byte) bool {
	for _, b := range text {
		if !isDigit(b) {
			return false
		}
	}
	return true
}

// LooksRounded reports whether the text of a JSON number looks as if a program had
// kept it in a double, which holds 53 bits: it is what such a program prints, and not
// the value of the double. beyond is true if the number is too large for a double to
// hold each of its like.
func LooksRounded(number []byte) (rounded, beyond bool) {
	if len(number) > maxNumberText {
		return false, false
	}
	f, err := strconv.ParseFloat(string(number), 64)
	if err != nil || f <= maxExactFloat || f > twoTo64 || f != math.Trunc(f) {
		return false, false
	}
	if !isDigits(number) {
		return true, true // 1.8446744073709552e+19
	}
	if u, err := strconv.ParseUint(string(number), 10, 64); err == nil && f < twoTo64 && uint64(f) == u {
		return false, false // that is what the double holds
	}
	return string(strconv.AppendFloat(nil, f, 'f', -1, 64)) == string(number), true
}

// notFinite reads NaN, Infinity or null where a float stands.
func (c *Cursor) notFinite() (f float64, ok bool) {
	if b, found := c.peek(); !found || b != 'N' && b != 'I' && b != '-' && b != 'n' {
		return 0, false
	}
	for i, word := range [...]string{"NaN", "null", "Infinity", "-Infinity"} {
		if end := c.off + len(word); end <= len(c.buf) && string(c.buf[c.off:end]) == word {
			c.off = end
			return [...]float64{math.NaN(), math.NaN(), math.Inf(1), math.Inf(-1)}[i], true
		}
	}
	return 0, false
}
