package view

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// stamp matches the times in the texts of findings: with the date or without,
// and with the zone if it is said. Text from chains has no digits there: it is
// reduced to templates.
var stamp = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d{3}( UTC)?`)
})

const (
	stampDay   = "2006-01-02 "
	stampClock = "15:04:05.000"
)

// Localize returns the text of a finding with its times, which are UTC, in a zone.
// nearMS is a time in Unix milliseconds less than half a day from those that have
// no date.
func Localize(text string, z Zone, nearMS uint64) string {
	if z.OffsetMinutes == nil {
		return text
	}
	return stamp().ReplaceAllStringFunc(text, func(s string) string {
		clock, isUTC := strings.CutSuffix(s, " UTC")
		zone := ""
		if isUTC {
			zone = " " + z.Name()
		}
		if at, err := time.Parse(stampDay+stampClock, clock); err == nil {
			return z.Time(uint64(at.UnixMilli())) + zone
		}
		near := time.UnixMilli(int64(min(nearMS, maxPlainMS))).UTC()
		at, err := time.Parse(stampDay+stampClock, near.Format(stampDay)+clock)
		if err != nil {
			return s // 25:00, say: none of ours
		}
		const day = 24 * time.Hour
		for at.Sub(near) > day/2 {
			at = at.Add(-day)
		}
		for near.Sub(at) > day/2 {
			at = at.Add(day)
		}
		return z.Clock(uint64(max(0, at.UnixMilli()))) + zone
	})
}
