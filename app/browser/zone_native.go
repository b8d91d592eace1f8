//go:build !js

package browser

// ZoneOffsetMinutes is 0 natively: there is no browser to have a zone.
func ZoneOffsetMinutes(int64) int { return 0 }
