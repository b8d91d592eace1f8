package view

import (
	"unicode/utf8"

	"chainglass/app/engine"
)

// FilterRun is a piece of a query; Wrong marks what is underlined.
type FilterRun struct {
	Text  string
	Wrong bool
}

// FaultRuns splits a query at its fault. A fault at the end of the text, where
// something is missing, marks the blank behind it.
func FaultRuns(query string, fault *engine.QueryFault) []FilterRun {
	if fault == nil {
		return nil
	}
	start := min(max(0, fault.Start), len(query))
	end := min(max(start, fault.End), len(query))
	wrong := query[start:end]
	if wrong == "" {
		wrong = " "
	}
	return []FilterRun{{Text: query[:start]}, {Text: wrong, Wrong: true}, {Text: query[end:]}}
}

// ByteOffset returns the byte offset of a cursor that a browser counts in
// UTF-16 units.
func ByteOffset(text string, units int) int {
	for offset, r := range text {
		if units <= 0 {
			return offset
		}
		units -= unitsOf(r)
	}
	return len(text)
}

// UnitOffset is the inverse of [ByteOffset].
func UnitOffset(text string, offset int) (units int) {
	for _, r := range text[:min(max(0, offset), len(text))] {
		units += unitsOf(r)
	}
	return units
}

// unitsOf returns how many UTF-16 units a character takes.
func unitsOf(r rune) int {
	const beyondOneUnit = 0x10000
	if r >= beyondOneUnit && r <= utf8.MaxRune {
		return 2
	}
	return 1
}

// FilterCount is how many entries a filter keeps, in words.
type FilterCount struct {
	// Rows is "1,204 of 40,306".
	Rows string
	// Searched is "whole chain searched" or how far it got.
	Searched string
	// Share is how much has been searched, between 0 and 1.
	Share float64
}

// FilterCountOf describes a table over a number of chains. busy is true while its
// search goes on.
func FilterCountOf(t *engine.Table, chains int, busy bool) FilterCount {
	c := FilterCount{Rows: Count(t.Rows) + " of " + Count(t.Total), Share: 1}
	if t.Total > 0 {
		c.Share = float64(t.Searched) / float64(t.Total)
	}
	switch {
	case t.Complete && chains == 1:
		c.Searched = "whole chain searched"
	case t.Complete:
		c.Searched = Count(chains) + " chains searched"
	case busy:
		c.Searched = "searched " + Percent(int64(t.Searched), int64(t.Total))
	default:
		c.Searched = "stopped at " + Percent(int64(t.Searched), int64(t.Total))
	}
	return c
}
