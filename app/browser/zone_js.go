//go:build js

package browser

import "syscall/js"

// ZoneOffsetMinutes returns the minutes that the browser's local time is ahead
// of UTC at a moment in Unix milliseconds. Go's own local zone knows only the
// offset of the present day.
func ZoneOffsetMinutes(unixMS int64) int {
	return -js.Global().Get("Date").New(unixMS).Call("getTimezoneOffset").Int()
}
