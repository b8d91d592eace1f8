package query

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"chainglass/app/kind"
)

// order is how a value compares with the one that is asked about.
type order uint8

const (
	equal order = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

// comparison splits the sign of a comparison off a value.
func comparison(text string) (order, string) {
	for _, sign := range []struct {
		text  string
		order order
	}{{"<=", lessOrEqual}, {">=", greaterOrEqual}, {"≤", lessOrEqual}, {"≥", greaterOrEqual}, {"<", less}, {">", greater}} {
		if rest, is := strings.CutPrefix(text, sign.text); is {
			return sign.order, rest
		}
	}
	return equal, text
}

// span returns the numbers from smallest to largest that compare to those from
// first to last as asked; if there are none, isEmpty is true.
func (o order) span(first, last, smallest, largest uint64) (s span, isEmpty bool) {
	switch o {
	case less:
		return span{smallest, first - 1}, first <= smallest
	case lessOrEqual:
		return span{smallest, last}, false
	case greater:
		return span{last + 1, largest}, last >= largest
	case greaterOrEqual:
		return span{first, largest}, false
	}
	return span{first, last}, false
}

// number is how the numbers of a field are read.
type number func(text string) (n uint64, problem string)

// whole reads a number of 64 bits, decimal or hexadecimal.
func whole(text string) (uint64, string) {
	digits, base := text, 10
	if len(text) > 2 && text[0] == '0' && lower(text[1]) == 'x' {
		digits, base = text[2:], 16
	}
	if digits == "" || strings.ContainsAny(digits, "+-_") {
		return 0, strconv.Quote(text) + " is no number"
	}
	n, err := strconv.ParseUint(digits, base, 64)
	switch {
	case err == nil:
		return n, ""
	case err.(*strconv.NumError).Err == strconv.ErrRange:
		return 0, strconv.Quote(text) + " is larger than 64 bits hold"
	}
	return 0, strconv.Quote(text) + " is no number"
}

// units are the units of durations, in milliseconds. A unit comes after those
// that it is the end of.
var units = [...]struct {
	suffix string
	ms     uint64
}{{"ms", 1}, {"s", 1000}, {"m", 60_000}, {"h", 3_600_000}}

// milliseconds reads a duration: a number of milliseconds, or with a unit.
func milliseconds(text string) (uint64, string) {
	for _, u := range units {
		digits, has := strings.CutSuffix(text, u.suffix)
		if !has {
			continue
		}
		n, problem := whole(digits)
		if problem != "" {
			return 0, strconv.Quote(text) + " is no duration"
		}
		if n > math.MaxUint64/u.ms {
			return 0, strconv.Quote(text) + " is larger than 64 bits hold"
		}
		return n * u.ms, ""
	}
	return whole(text)
}

// numbers returns how the numbers of a field are read.
func numbers(c column) number {
	if c == columnRetry || c == columnCooldown {
		return milliseconds
	}
	return whole
}

// spanOf reads a number, a comparison or a range.
func spanOf(c column, v value) (span, *Error) {
	hint := "for example " + fields[c].example
	fail := func(problem string) (span, *Error) {
		return span{}, &Error{v.start, v.end, problem, hint}
	}
	if v.form == formRegexp {
		return fail(fields[c].name + " is a number")
	}
	read := numbers(c)
	v.text = plainRange(v.text)
	if left, right, is := strings.Cut(v.text, "-"); is && left != "" && right != "" {
		v.text = left + ".." + right // no number is negative
	}
	if left, right, is := strings.Cut(v.text, ".."); is {
		s, problem := rangeOf(left, right, read)
		if problem != "" {
			return fail(problem)
		}
		return s, nil
	}
	o, text := comparison(v.text)
	n, problem := read(text)
	if problem != "" {
		return fail(problem)
	}
	s, isEmpty := o.span(n, n, 0, math.MaxUint64)
	if isEmpty {
		return fail("no number is " + v.text)
	}
	return s, nil
}

// rangeOf reads the ends of a range; one that is left out is the smallest or the
// largest number.
func rangeOf(left, right string, read number) (s span, problem string) {
	s = everything
	if left != "" {
		if s.first, problem = read(left); problem != "" {
			return s, problem
		}
	}
	if right != "" {
		if s.last, problem = read(right); problem != "" {
			return s, problem
		}
	}
	if s.empty() {
		return s, "the range ends before it begins"
	}
	return s, ""
}

// merged sorts spans and joins those that touch.
func merged(spans []span) []span {
	sort.Slice(spans, func(i, j int) bool { return spans[i].first < spans[j].first })
	apart := spans[:1]
	for _, s := range spans[1:] {
		last := &apart[len(apart)-1]
		if last.last == math.MaxUint64 || s.first <= last.last+1 {
			last.last = max(last.last, s.last)
		} else {
			apart = append(apart, s)
		}
	}
	return apart
}

// inSpans reports whether a number is in one of the spans, which are sorted and
// apart.
func inSpans(spans []span, n uint64) bool {
	low, high := 0, len(spans)
	for low < high {
		middle := (low + high) / 2
		if spans[middle].last < n {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low < len(spans) && spans[low].first <= n
}

func appendSpan(dst []byte, s span) []byte {
	if s.first == s.last {
		return strconv.AppendUint(dst, s.first, 10)
	}
	if s.first > 0 {
		dst = strconv.AppendUint(dst, s.first, 10)
	}
	dst = append(dst, ".."...)
	if s.last < math.MaxUint64 {
		dst = strconv.AppendUint(dst, s.last, 10)
	}
	return dst
}

// appendSpans writes a term with spans as values.
func appendSpans(dst []byte, c column, spans []span, appendOne func([]byte, span) []byte) []byte {
	dst = appendField(dst, c)
	for i, s := range spans {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendOne(dst, s)
	}
	return dst
}

// rangePredicate asks for a number of the index row.
type rangePredicate struct {
	column column
	spans  []span // sorted and apart, at least one
}

func numberOf(c column, t *token, _ Context) (predicate, *Error) {
	p := &rangePredicate{column: c}
	for _, v := range t.values {
		s, err := spanOf(c, v)
		if err != nil {
			return nil, err
		}
		p.spans = append(p.spans, s)
	}
	p.spans = merged(p.spans)
	return p, nil
}

func (p *rangePredicate) bind(_ *Tables, c *Class) binding {
	ofRecord := p.column == columnID || p.column == columnRecorded
	if ofRecord && (c.State == ClassUnreadable || c.State == ClassUndecodable) {
		return bindNo
	}
	return bindRow
}

// record is never asked: what a range is about is in the index.
func (p *rangePredicate) record(*kind.Kind, *Record) bool { return false }

func (p *rangePredicate) readsPayload() bool { return false }

func (p *rangePredicate) appendTo(dst []byte) []byte {
	switch p.column {
	case columnTime:
		return appendSpans(dst, p.column, p.spans, appendTimeNS)
	case columnRecorded:
		return appendSpans(dst, p.column, p.spans, appendTimeMS)
	}
	return appendSpans(dst, p.column, p.spans, appendSpan)
}
