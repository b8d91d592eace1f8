package saveas

import (
	"strconv"
	"strings"
	"time"

	"chainglass/app/engine"
	"chainglass/wire/serdejson"
)

// Statistics are saved with a column, or a member of an object, for each of: the beginning of
// the time bucket (time, in UTC), the fields that were counted by, count, and the measure:
// how many entries have it and the least, median, 95th percentile and greatest value in
// milliseconds.

// measureColumns follow the name of the measure.
var measureColumns = [...]struct {
	name  string
	value func(*engine.Distribution) string
}{
	{"count", func(d *engine.Distribution) string { return strconv.Itoa(d.Count) }},
	{"min_ms", func(d *engine.Distribution) string { return millis(d.MinNS) }},
	{"median_ms", func(d *engine.Distribution) string { return millis(d.MedianNS) }},
	{"p95_ms", func(d *engine.Distribution) string { return millis(d.P95NS) }},
	{"max_ms", func(d *engine.Distribution) string { return millis(d.MaxNS) }},
}

// millis returns nanoseconds as milliseconds, with as many decimals as it takes.
func millis(ns uint64) string {
	whole := strconv.FormatUint(ns/1e6, 10)
	rest := ns % 1e6
	if rest == 0 {
		return whole
	}
	digits := strconv.FormatUint(1e6+rest, 10)[1:]
	return whole + "." + strings.TrimRight(digits, "0")
}

// utc returns a time in nanoseconds in UTC.
func utc(ns uint64) string {
	const second = 1_000_000_000
	return time.Unix(int64(ns/second), int64(ns%second)).UTC().Format(time.RFC3339Nano)
}

// AppendStatisticsCSV appends the names of the columns and a line for each group.
func AppendStatisticsCSV(dst []byte, spec *engine.StatisticsSpec, groups []engine.StatisticsGroup) []byte {
	var line []string
	end := func() {
		for i, cell := range line {
			dst = appendCell(dst, i, cell)
		}
		dst = append(dst, "\r\n"...)
		line = line[:0]
	}
	if spec.PerNS > 0 {
		line = append(line, "time")
	}
	line = append(append(line, spec.By...), "count")
	for _, c := range measureColumns {
		if spec.Measure != "" {
			line = append(line, spec.Measure+"_"+c.name)
		}
	}
	end()
	for i := range groups {
		g := &groups[i]
		if spec.PerNS > 0 {
			line = append(line, utc(g.FromNS))
		}
		for _, v := range g.Values {
			line = append(line, guarded(v))
		}
		line = append(line, strconv.Itoa(g.Count))
		for _, c := range measureColumns {
			switch {
			case spec.Measure == "":
			case g.Measured == nil:
				line = append(line, "")
			default:
				line = append(line, c.value(g.Measured))
			}
		}
		end()
	}
	return dst
}

// AppendStatisticsNDJSON appends a line of JSON for each group. Values are strings, null
// where an entry has none.
func AppendStatisticsNDJSON(dst []byte, spec *engine.StatisticsSpec, groups []engine.StatisticsGroup) []byte {
	for i := range groups {
		g := &groups[i]
		dst = append(dst, '{')
		if spec.PerNS > 0 {
			dst = append(append(append(dst, `"time":"`...), utc(g.FromNS)...), `",`...)
		}
		for k, v := range g.Values {
			dst = append(append(append(dst, '"'), spec.By[k]...), `":`...)
			if v == "" {
				dst = append(dst, "null,"...)
			} else {
				dst = append(serdejson.AppendString(dst, v), ',')
			}
		}
		dst = strconv.AppendInt(append(dst, `"count":`...), int64(g.Count), 10)
		if g.Measured != nil {
			dst = append(append(append(dst, `,"`...), spec.Measure...), `":{`...)
			for k, c := range measureColumns {
				if k > 0 {
					dst = append(dst, ',')
				}
				dst = append(append(append(dst, '"'), c.name...), `":`...)
				dst = append(dst, c.value(g.Measured)...)
			}
			dst = append(dst, '}')
		}
		dst = append(dst, "}\n"...)
	}
	return dst
}
