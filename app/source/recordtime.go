package source

import (
	"slices"

	"chainglass/wire/serdejson"
)

// timeKeys are what the time of a record is called, in Unix milliseconds.
var timeKeys = [...]string{"committed_at_ms", "ts_ms", "recorded_at_ms", "emitted_at_ms"}

// recordTime orders records: by time, and by seq within one.
type recordTime struct{ ms, seq uint64 }

func (a recordTime) compare(b recordTime) int {
	switch {
	case a == b:
		return 0
	case a.ms < b.ms || a.ms == b.ms && a.seq < b.seq:
		return -1
	}
	return 1
}

func recordTimeOf(record []byte) (t recordTime) {
	members(record, func(key, value []byte) {
		n, ok := serdejson.ParseWhole(value)
		name := snakeCase(key)
		switch {
		case !ok:
		case name == "seq" || name == "id":
			t.seq = n
		case slices.Contains(timeKeys[:], name):
			t.ms = n
		}
	})
	return t
}
