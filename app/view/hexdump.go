package view

import (
	"strings"

	"chainglass/app/engine"
)

// HexLine is one line of a hex dump.
type HexLine struct {
	// Offset is that of the first byte.
	Offset int
	Runs   []HexRun
}

// HexRun is consecutive bytes of a line that belong to the same field.
type HexRun struct {
	// Field is the index of the innermost field the bytes belong to, -1 if they
	// belong to none.
	Field int
	// Hex are the bytes as two digits each, with a blank between, and one
	// behind the last unless it ends the line.
	Hex string
	// ASCII shows the bytes as characters, "·" for those that are none.
	ASCII string
}

// HexDump returns the bytes of a payload in lines of width bytes, split where
// one field ends and another begins.
func HexDump(payload []byte, fields []engine.Field, width int) []HexLine {
	owners := fieldOwners(len(payload), fields)
	lines := make([]HexLine, 0, (len(payload)+width-1)/width)
	for at := 0; at < len(payload); at += width {
		end := min(at+width, len(payload))
		lines = append(lines, HexLine{Offset: at, Runs: hexRuns(payload[at:end], owners[at:end])})
	}
	return lines
}

// fieldOwners returns, for every byte, the innermost field it belongs to. Fields
// come outer before inner, so the last one to claim a byte is its owner.
func fieldOwners(size int, fields []engine.Field) []int {
	owners := make([]int, size)
	for i := range owners {
		owners[i] = -1
	}
	for i, f := range fields {
		for at := max(0, f.Offset); at < min(size, f.Offset+f.Length); at++ {
			owners[at] = i
		}
	}
	return owners
}

func hexRuns(bytes []byte, owners []int) []HexRun {
	var runs []HexRun
	for start := 0; start < len(bytes); {
		end := start + 1
		for end < len(bytes) && owners[end] == owners[start] {
			end++
		}
		run := HexRun{Field: owners[start], Hex: Hex(bytes[start:end]), ASCII: ascii(bytes[start:end])}
		if end < len(bytes) {
			run.Hex += " "
		}
		runs = append(runs, run)
		start = end
	}
	return runs
}

// Hex returns bytes as pairs of digits with blanks between them.
func Hex(bytes []byte) string {
	const digits = "0123456789abcdef"
	if len(bytes) == 0 {
		return ""
	}
	text := make([]byte, 0, 3*len(bytes))
	for _, b := range bytes {
		text = append(text, digits[b>>4], digits[b&15], ' ')
	}
	return string(text[:len(text)-1])
}

func ascii(bytes []byte) string {
	var b strings.Builder
	for _, c := range bytes {
		if c > ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			b.WriteString("·")
		}
	}
	return b.String()
}

// Inside reports whether field inner is field outer or lies inside it: the
// fields inside one follow it, each deeper than it.
func Inside(fields []engine.Field, outer, inner int) bool {
	if outer < 0 || inner < outer || inner >= len(fields) {
		return false
	}
	for i := outer + 1; i <= inner; i++ {
		if fields[i].Depth <= fields[outer].Depth {
			return false
		}
	}
	return true
}
