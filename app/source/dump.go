package source

import (
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// dumpLine matches a line of xxd, hexdump, od, tcpdump or Format-Hex: an offset, bytes,
// and behind two spaces the same as text.
var dumpLine = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*(?:0x)?([0-9a-fA-F]{4,16})(:?)\s+((?:[0-9a-fA-F]{2,4} {1,2}?)*[0-9a-fA-F]{2,4})(?:\s{2,}.*|\s*\|.*|\s*)$`)
})

// dumped is a line of a dump.
type dumped struct {
	offset uint64
	bytes  []byte
}

// parseDumpLine reads a line of a dump whose offsets are in a base.
func parseDumpLine(line string, base int) (d dumped, is bool) {
	m := dumpLine().FindStringSubmatch(strings.TrimRight(line, "\r\n"))
	if m == nil {
		return d, false
	}
	offset, err := strconv.ParseUint(m[1], base, 63)
	if err != nil {
		return d, false
	}
	words := strings.Fields(m[3])
	for _, w := range words {
		b, err := hex.DecodeString(w)
		if err != nil {
			return d, false
		}
		if len(b) == 2 && m[2] == "" {
			b[0], b[1] = b[1], b[0] // hexdump and od print numbers of 16 bits, the low byte first in memory
		}
		d.bytes = append(d.bytes, b...)
	}
	d.offset = offset
	return d, true
}

var errDumpGap = errors.New("the offsets of the dump do not go on")

// decodeDumps decodes dumps, one behind the other. Their offsets must fit their bytes,
// which nothing else does by chance. A line of a star stands for repeated ones.
func decodeDumps(f *textFile, text string, shift int64) *decoded {
	var best *decoded
	for _, base := range [...]int{16, 8, 10} {
		d := decodeDumpsIn(f, text, shift, base)
		if best == nil || d.reader.Len() > 0 && (best.reader.Len() == 0 || d.err == nil && best.err != nil) {
			best = d
		}
	}
	return best
}

// maxRepeatedBytes bounds what stars in dumps stand for.
const maxRepeatedBytes = MaxRecordTextBytes

func decodeDumpsIn(f *textFile, text string, shift int64, base int) *decoded {
	d := &decoded{reader: &memoryReader{path: f.path}}
	var value, last []byte
	var span textSpan
	star := false
	flush := func() {
		if len(value) > 0 {
			d.add(f, value, span, shift, nil)
		}
		value, last, star, span = nil, nil, false, textSpan{}
	}
	repeat := func(to uint64) {
		for star && len(last) > 0 && uint64(len(value)+len(last)) <= to && len(value) < maxRepeatedBytes {
			value = append(value, last...)
		}
		star = false
	}
	offset := int64(0)
	number := 0
	for line := range strings.Lines(text) {
		at := textSpan{offset, int64(len(line))}
		offset += at.size
		number++
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			continue
		}
		if trimmed == "*" && len(last) > 0 {
			star = true
			continue
		}
		if end, err := strconv.ParseUint(trimmed, base, 63); err == nil && len(trimmed) >= 4 && len(value) > 0 {
			repeat(end)
			if end == uint64(len(value)) {
				span.size = offset - span.offset
				continue // the last line of hexdump
			}
		}
		p, is := parseDumpLine(line, base)
		if is {
			repeat(p.offset)
		}
		switch {
		case is && p.offset == 0 && len(value) > 0:
			flush()
		case is && p.offset != uint64(len(value)):
			is = false
		}
		if !is {
			v := writtenValue{line, at}
			d.skip(&v, shift, number-1, errDumpGap)
			continue
		}
		if len(value) == 0 {
			span.offset = at.offset
		}
		span.size = offset - span.offset
		value, last = append(value, p.bytes...), p.bytes
	}
	flush()
	return d
}
