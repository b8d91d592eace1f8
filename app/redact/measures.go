package redact

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// A measure is a number that says how much, how long or which time: "500 ms",
// "1.5s", "99 %", "12 MiB", "3 of 5", "attempt 3", "x3", "2nd". It has a place of its
// own: digits that are part of an address, a path, a date or a word are none.

// span is a part of a text, in bytes.
type span struct{ from, to int }

// quantity is a measure's number in a text.
type quantity struct {
	span
	// numbers are the digits in it, each run, and all of one that has separators.
	numbers []string
}

// The bounds of measures. What is longer than ten years is a time; numbers from
// 2^39 on are searched for in the result.
const (
	maxMeasure = 1<<39 - 1
	tenYearsS  = 10 * 365 * 24 * 3600
	maxOrdinal = 999
	maxOf      = 999_999
	maxSuffix  = 99 // 1st, 22nd
)

// unitLimits are the units that may follow a number, and how much of each is a
// measure.
var unitLimits = map[string]uint64{
	"ns": maxMeasure, "us": maxMeasure, "µs": maxMeasure, "μs": maxMeasure, "ms": maxMeasure,
	"s": tenYearsS, "m": tenYearsS / 60, "h": tenYearsS / 3600, "d": tenYearsS / 86400,
	"B": maxMeasure, "kB": maxMeasure, "KB": maxMeasure, "MB": maxMeasure, "GB": maxMeasure, "TB": maxMeasure,
	"KiB": maxMeasure, "MiB": maxMeasure, "GiB": maxMeasure, "TiB": maxMeasure, "Hz": maxMeasure, "x": maxMeasure,
}

// nounLimits are the words that may follow a number and a space besides.
var nounLimits = func() map[string]uint64 {
	limits := map[string]uint64{
		"sec": tenYearsS, "secs": tenYearsS, "second": tenYearsS, "seconds": tenYearsS, "min": tenYearsS / 60, "minute": tenYearsS / 60,
		"minutes": tenYearsS / 60, "hour": tenYearsS / 3600, "hours": tenYearsS / 3600, "day": tenYearsS / 86400, "days": tenYearsS / 86400,
		"week": tenYearsS / (7 * 86400), "weeks": tenYearsS / (7 * 86400),
	}
	for noun := range strings.FieldsSeq("bit bits byte bytes kib mib gib kb mb gb time times attempt attempts retry retries try tries " +
		"entry entries record records event events message messages item items row rows line lines page pages block blocks segment segments " +
		"replica replicas holder holders peer peers node nodes daemon daemons vote votes signature signatures request requests " +
		"connection connections error errors failure failures timeout timeouts restart restarts step steps round rounds pct percent") {
		limits[noun] = maxMeasure
	}
	return limits
}()

// leads are the words that a small ordinal follows.
var leads = []string{"attempt", "attempts", "retry", "retries", "try", "tries", "step", "stage", "phase", "round", "iteration"}

// measuresIn returns the measures in a text, in order.
func measuresIn(text string) []quantity {
	var all []quantity
	for i := 0; i < len(text); {
		end := wordEnd(text, i)
		if end == i {
			i++
			continue
		}
		if m, is := measureAt(text, i); is {
			all = append(all, m...)
			i = max(end, all[len(all)-1].to)
			continue
		}
		i = end
	}
	return all
}

// measureAt reads what begins at i, the start of a word, as a measure; "3 of 5" as
// two.
func measureAt(text string, i int) ([]quantity, bool) {
	if text[i] == 'x' || text[i] == 'X' {
		end := wordEnd(text, i)
		if end-i < 2 || end-i > 7 || digitsEnd(text, i+1) != end || !opens(text, i) || !closesMeasure(text, end) {
			return nil, false
		}
		return []quantity{{span{i, end}, []string{text[i+1 : end]}}}, true
	}
	m, value, end, is := plainNumber(text, i)
	if !is {
		return nil, false
	}
	if lead := leadBefore(text, i); lead != "" && end == m.to {
		return ordinal(text, m, value)
	}
	if !opens(text, i) {
		return nil, false
	}
	switch {
	case end < m.to: // letters behind the digits, in the same word
		return []quantity{m}, suffixFits(text[end:m.to], value) && closesMeasure(text, m.to) || durationFits(text, m.span)
	case strings.HasPrefix(text[end:], "%") && closesMeasure(text, end+1), strings.HasPrefix(text[end:], " %") && closesMeasure(text, end+2):
		return []quantity{m}, value <= maxMeasure
	case strings.HasPrefix(text[end:], "µs") || strings.HasPrefix(text[end:], "μs"):
		return []quantity{m}, value <= maxMeasure && closesMeasure(text, end+len("µs"))
	case strings.HasPrefix(text[end:], " of "):
		second, of, stop, is := plainNumber(text, end+len(" of "))
		return []quantity{m, second}, is && stop == second.to && value <= maxOf && of <= maxOf && closesMeasure(text, stop)
	case strings.HasPrefix(text[end:], " "):
		stop := wordEnd(text, end+1)
		unit := text[end+1 : stop]
		limit, known := nounLimits[unit]
		if !known {
			limit, known = unitLimits[unit]
			known = known && unit != "x"
		}
		if !known && strings.HasPrefix(text[end+1:], "µs") {
			limit, known, stop = maxMeasure, true, end+1+len("µs")
		}
		return []quantity{m}, known && value <= limit && closesMeasure(text, stop)
	}
	return nil, false
}

// plainNumber reads a number: digits, perhaps in groups, perhaps with a fraction. to
// is the end of its last word, end that of its digits.
func plainNumber(text string, i int) (m quantity, value uint64, end int, is bool) {
	end = digitsEnd(text, i)
	if end == i || end-i > 15 {
		return m, 0, i, false
	}
	digits := text[i:end]
	if grouped, stop := groupedAt(text, i); stop > i && grouped.separator == ',' && end-i <= groupSize {
		m.numbers = append(m.numbers, strings.Split(text[i:stop], ",")...)
		digits, end = strconv.FormatUint(grouped.value, 10), stop
	}
	if len(digits) > 1 && digits[0] == '0' {
		return m, 0, i, false
	}
	m.numbers = append(m.numbers, digits)
	if end < len(text) && text[end] == '.' {
		if stop := digitsEnd(text, end+1); stop > end+1 && stop-end <= 10 {
			m.numbers = append(m.numbers, text[end+1:stop])
			end = stop
		}
	}
	m.span = span{i, max(end, wordEnd(text, end))}
	value, err := strconv.ParseUint(digits, 10, 64)
	return m, value, end, err == nil
}

// suffixFits reports whether letters behind digits make them a measure.
func suffixFits(suffix string, value uint64) bool {
	if limit, known := unitLimits[suffix]; known {
		return value <= limit
	}
	return value <= maxSuffix && slices.Contains([]string{"st", "nd", "rd", "th"}, suffix)
}

// durationFits reports whether a word is a length of time as Go and people write it,
// like 1h30m or 2m0.5s.
func durationFits(text string, s span) bool {
	if !closesMeasure(text, s.to) {
		return false
	}
	parts := 0
	for rest := text[s.from:s.to]; rest != ""; parts++ {
		digits := digitsEnd(rest, 0)
		if digits == 0 || digits > 9 {
			return false
		}
		letters := digits
		for letters < len(rest) && (rest[letters] < '0' || rest[letters] > '9') {
			letters++
		}
		value, err := strconv.ParseUint(rest[:digits], 10, 64)
		limit, known := unitLimits[rest[digits:letters]]
		if err != nil || !known || limit == maxMeasure && !strings.HasSuffix(rest[digits:letters], "s") || value > limit {
			return false
		}
		rest = rest[letters:]
	}
	return parts > 1
}

// ordinal reads the number behind a word that counts, and the one that it is of.
func ordinal(text string, m quantity, value uint64) ([]quantity, bool) {
	if value > maxOrdinal {
		return nil, false
	}
	for _, of := range []string{"/", " of "} {
		if !strings.HasPrefix(text[m.to:], of) {
			continue
		}
		second, limit, stop, is := plainNumber(text, m.to+len(of))
		return []quantity{m, second}, is && stop == second.to && limit <= maxOrdinal && closesMeasure(text, stop)
	}
	return []quantity{m}, closesMeasure(text, m.to)
}

// leadBefore returns the word that counts in front of i, if one does.
func leadBefore(text string, i int) string {
	before := strings.TrimRight(text[:i], " #=:")
	if len(before) == i || i-len(before) > 3 {
		return ""
	}
	for _, lead := range leads {
		start := len(before) - len(lead)
		if start < 0 || lowerASCII(before[start:]) != lead || start > 0 && !opens(text, start) {
			continue
		}
		return lead
	}
	return ""
}

// opens reports whether a measure may begin at i.
func opens(text string, i int) bool {
	if i == 0 {
		return true
	}
	switch text[i-1] {
	case ' ', '\t', '\n', '(', '[', '<', '>', '~', ',', ';':
		return true
	case '=', ':':
		return i < 2 || !isDigit(text[i-2])
	case '+', '-':
		return i == 1 || strings.IndexByte(" (=", text[i-2]) >= 0
	}
	for _, sign := range []string{"×", "≥", "≤", "±", "≈", "—", "–", "→"} {
		if strings.HasSuffix(text[:i], sign) {
			return true
		}
	}
	return false
}

// closesMeasure reports whether a measure may end at i: neither a word goes on, nor
// something else that belongs to it.
func closesMeasure(text string, i int) bool {
	if i >= len(text) {
		return true
	}
	if wordAt(text, i) {
		return false
	}
	if strings.HasPrefix(text[i:], "/s") && !wordAt(text, i+2) {
		return true
	}
	return strings.IndexByte(".,:-/@%=\\'+#~", text[i]) < 0 || !wordAt(text, i+1)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// isKnownNumber reports whether a run of digits may be read as one of the numbers that
// known has, in decimal or in hexadecimal.
func isKnownNumber(digits string, known func(uint64) bool) bool {
	if strings.Trim(digits, "0") == "" {
		return false // 0 means nothing everywhere
	}
	for _, base := range [...]int{10, 16} {
		if v, err := strconv.ParseUint(digits, base, 64); err == nil && known(v) {
			return true
		}
	}
	return len(digits) > len(strconv.FormatUint(math.MaxUint64, 10))
}
