package view

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"chainglass/wire/postcard"
)

// Bounds of the parts of a file name, in characters.
const (
	maxNodeName = 40
	maxNodes    = 2
)

// FileName makes the name of a file of the nodes and the time that are in it:
//
//	node-2_2026-05-22T16.08-16.15.html
//	node-1+2_2026-05-22T23.50-2026-05-23T00.10.html
//	3-nodes.chain
//
// firstNS and lastNS are Unix nanoseconds; the name has minutes, in UTC, or no
// time where one of them is not known. It is safe on every system.
func FileName(nodes []string, firstNS, lastNS postcard.Option[uint64], extension string) string {
	name := nodesName(nodes)
	if window := windowName(firstNS, lastNS); window != "" {
		name += "_" + window
	} else if reserved(name) {
		name += "_"
	}
	return name + "." + extension
}

// nodesName names nodes, or counts them.
func nodesName(nodes []string) string {
	var names []string
	for _, n := range nodes {
		if n = fileWord(n); n != "" {
			names = append(names, n)
		}
	}
	switch {
	case len(names) == 0 || len(names) < len(nodes) && len(nodes) <= maxNodes:
		return "chains"
	case len(nodes) > maxNodes:
		return strconv.Itoa(len(nodes)) + "-nodes"
	case len(names) == 1:
		return names[0]
	}
	first, second := names[0], names[1]
	stem := strings.TrimRight(first, "0123456789")
	if rest, same := strings.CutPrefix(second, stem); same && stem != first && rest != "" && strings.Trim(rest, "0123456789") == "" {
		second = rest
	}
	return first + "+" + second
}

// fileWord keeps of a name what may be in the name of a file.
func fileWord(name string) string {
	var b strings.Builder
	characters := 0
	gap := false
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('-')
			characters++
			gap = false
		}
		if characters >= maxNodeName {
			break
		}
		b.WriteRune(r)
		characters++
	}
	return strings.TrimRight(b.String(), "-")
}

// reserved reports whether Windows takes a name for a device.
func reserved(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "con", "prn", "aux", "nul":
		return true
	}
	device := strings.TrimRight(name, "0123456789¹²³")
	return (device == "com" || device == "lpt") && device != name
}

// windowName names a range of times by its minutes.
func windowName(firstNS, lastNS postcard.Option[uint64]) string {
	first, ok := minuteOf(firstNS)
	last, also := minuteOf(lastNS)
	if !ok || !also {
		return ""
	}
	const day, minute = "2006-01-02", "15.04"
	name := first.Format(day + "T" + minute)
	switch {
	case first.Format(day) != last.Format(day):
		name += "-" + last.Format(day+"T"+minute)
	case first.Format(minute) != last.Format(minute):
		name += "-" + last.Format(minute)
	}
	return name
}

// minuteOf returns a time whose year has four digits.
func minuteOf(ns postcard.Option[uint64]) (time.Time, bool) {
	const second = 1_000_000_000
	t := time.Unix(int64(ns.Value/second), 0).UTC()
	return t, ns.Some && t.Year() <= 9999
}
