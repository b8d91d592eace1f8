package view

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// Absent stands where there is no value.
const Absent = "—"

// Count returns n with a comma between groups of three digits.
func Count[T ~int | ~int64 | ~uint64](n T) string {
	if n < 0 {
		return "−" + group(strconv.FormatInt(int64(n), 10)[1:])
	}
	return group(strconv.FormatUint(uint64(n), 10))
}

func group(digits string) string {
	const size = 3
	if len(digits) <= size {
		return digits
	}
	grouped := make([]byte, 0, len(digits)+len(digits)/size)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%size == 0 {
			grouped = append(grouped, ',')
		}
		grouped = append(grouped, digits[i])
	}
	return string(grouped)
}

// Plural returns the count with the word that fits it, for example "1 chain" or
// "12 chains".
func Plural[T ~int | ~int64 | ~uint64](n T, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Bytes returns a size with three digits that count, in decimal units: 1 MB is a
// million bytes.
func Bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", n)
	}
	value, unit := scale(float64(n), "kB", "MB", "GB", "TB")
	return value + " " + unit
}

// Rate returns a number of things a second, for example "1.24 M records/s".
func Rate(perSecond float64, things string) string {
	if perSecond < 1000 {
		return fmt.Sprintf("%.0f %s/s", perSecond, things)
	}
	value, prefix := scale(perSecond, "k", "M", "G")
	return fmt.Sprintf("%s %s %s/s", value, prefix, things)
}

// scale divides n by thousands until it is below one, and names the last step.
func scale(n float64, units ...string) (value, unit string) {
	unit = units[0]
	n /= 1000
	for _, next := range units[1:] {
		if n < 999.5 {
			break
		}
		n, unit = n/1000, next
	}
	switch {
	case n < 9.995:
		return strconv.FormatFloat(n, 'f', 2, 64), unit
	case n < 99.95:
		return strconv.FormatFloat(n, 'f', 1, 64), unit
	}
	return strconv.FormatFloat(n, 'f', 0, 64), unit
}

// Percent returns part of whole in whole percent, never 100 % before all is
// there and never 0 % once something is.
func Percent(part, whole int64) string {
	if whole <= 0 {
		return Absent
	}
	percent := math.Round(100 * float64(part) / float64(whole))
	switch {
	case part < whole && percent >= 100:
		percent = 99
	case part > 0 && percent < 1:
		return "< 1 %"
	}
	return fmt.Sprintf("%.0f %%", percent)
}

// Shorten returns text with its middle replaced by "…" if it has more than limit
// characters, of which at least three are kept.
func Shorten(text string, limit int) string {
	count := utf8.RuneCountInString(text)
	limit = max(limit, 3)
	if count <= limit {
		return text
	}
	head := limit / 2
	tail := limit - head - 1
	runes := []rune(text)
	return string(runes[:head]) + "…" + string(runes[count-tail:])
}
