//go:build js

package browser

import (
	"fmt"
	"syscall/js"
	"time"

	"chainglass/app/zone"
)

// LocalZone returns the name of the browser's time zone, as the tz database has it,
// or "" if the browser does not tell.
func LocalZone() (name string) {
	defer func() {
		if recover() != nil {
			name = ""
		}
	}()
	v := js.Global().Get("Intl").Get("DateTimeFormat").New().Call("resolvedOptions").Get("timeZone")
	if v.Type() != js.TypeString {
		return ""
	}
	return v.String()
}

// Zone returns a time zone by its name, "" or "UTC" for UTC. What it knows comes
// from the browser.
func Zone(name string) (zone.Zone, error) {
	if z, err := zone.Load(name); err == nil {
		return z, nil
	}
	format, err := clockOf(name)
	if err != nil {
		return zone.Zone{}, err
	}
	return zone.New(name, func(unixS int64) int { return shownSeconds(format, unixS) }), nil
}

// clockOf returns the Intl.DateTimeFormat of a zone. It throws if the browser does
// not know the zone.
func clockOf(name string) (format js.Value, err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("this browser knows no time zone %q", name)
		}
	}()
	return js.Global().Get("Intl").Get("DateTimeFormat").New("en-US", map[string]any{
		"timeZone": name, "calendar": "gregory", "numberingSystem": "latn", "hourCycle": "h23",
		"year": "numeric", "month": "numeric", "day": "numeric", "hour": "numeric", "minute": "numeric", "second": "numeric",
	}), nil
}

// shownSeconds returns how far a clock is ahead of UTC at a moment. It reads the
// clock, "10/25/2026, 02:30:00", since a format tells no offset to the second.
func shownSeconds(format js.Value, unixS int64) int {
	text := format.Call("format", float64(unixS)*1000).String()
	var n [6]int // month, day, year, hour, minute, second
	field, inNumber := -1, false
	for i := range len(text) {
		digit := text[i] >= '0' && text[i] <= '9'
		if digit && !inNumber {
			field++
		}
		if inNumber = digit; digit && field < len(n) {
			n[field] = n[field]*10 + int(text[i]-'0')
		}
	}
	shown := time.Date(n[2], time.Month(n[0]), n[1], n[3], n[4], n[5], 0, time.UTC)
	return int(shown.Unix() - unixS)
}
