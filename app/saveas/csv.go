package saveas

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// csvColumns are the columns of a CSV file. A number column holds digits alone,
// which no program takes for anything else; every other cell is guarded.
var csvColumns = [...]struct {
	name   string
	number bool
	value  func(*engine.WalkedEntry) string
}{
	{"node", false, func(e *engine.WalkedEntry) string { return e.Node }},
	{"channel", false, func(e *engine.WalkedEntry) string { return e.Channel }},
	{"chain", false, func(e *engine.WalkedEntry) string { return e.Kind.Name }},
	{"position", true, func(e *engine.WalkedEntry) string { return strconv.Itoa(e.Row.Position) }},
	{"seq", true, func(e *engine.WalkedEntry) string { return number(e.Entry.Seq) }},
	{"ts_ns", true, func(e *engine.WalkedEntry) string { return option(e.Entry.TSNS) }},
	{"time_utc", false, appendTime},
	{"status", false, func(e *engine.WalkedEntry) string { return e.Entry.Status.String() }},
	{"record_time_ms", true, func(e *engine.WalkedEntry) string { return option(e.Row.TimeMS) }},
	{"id", true, func(e *engine.WalkedEntry) string { return recordOnly(e, number(e.Row.ID)) }},
	{"kind", false, func(e *engine.WalkedEntry) string { return e.Row.Kind }},
	{"outcome", false, func(e *engine.WalkedEntry) string { return e.Row.Outcome }},
	{"delay_ms", true, func(e *engine.WalkedEntry) string { return option(e.Row.DelayMS) }},
	{"text", false, func(e *engine.WalkedEntry) string { return recordOnly(e, e.Row.Text) }},
	{"error", false, errorText},
	{"bytes", true, func(e *engine.WalkedEntry) string { return strconv.Itoa(len(e.Entry.Payload)) }},
	{"hex", false, noRecordHex},
}

// AppendCSVHeader appends the names of the columns.
func AppendCSVHeader(dst []byte) []byte {
	for i := range csvColumns {
		dst = appendCell(dst, i, csvColumns[i].name)
	}
	return append(dst, "\r\n"...)
}

// AppendCSV appends the line of an entry.
func AppendCSV(dst []byte, e *engine.WalkedEntry) []byte {
	for i := range csvColumns {
		cell := csvColumns[i].value(e)
		if !csvColumns[i].number {
			cell = guarded(cell)
		}
		dst = appendCell(dst, i, cell)
	}
	return append(dst, "\r\n"...)
}

// appendCell appends a cell, in quotes if it has a character that some program
// takes for the end of a cell.
func appendCell(dst []byte, column int, cell string) []byte {
	if column > 0 {
		dst = append(dst, ',')
	}
	if !strings.ContainsAny(cell, ",;\t\"\r\n") {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(dst, '"')
}

// guarded makes a text safe for spreadsheets, which take what begins like a formula
// for one and run it: such a beginning gets an apostrophe in front. In a text, a
// cell begins at a semicolon, tab or line break as well: a program that divides
// lines by semicolons does not see the quotes around this text.
func guarded(cell string) string {
	var b strings.Builder
	begins, done := true, 0
	for i, c := range cell {
		switch {
		case begins && strings.ContainsRune(formulaSigns, c):
			b.WriteString(cell[done:i] + "'")
			begins, done = false, i
		case strings.ContainsRune(";\t\r\n", c):
			begins = true
		case !strings.ContainsRune(skipped, c):
			begins = false
		}
	}
	return b.String() + cell[done:]
}

// formulaSigns begin a formula in one program or another, the wide forms included;
// a tab or a line break in front of them is dropped by some.
const formulaSigns = "=+-@\uff1d\uff0b\uff0d\uff20"

// skipped is what some programs pass over in front of a formula.
const skipped = " \u00a0\u3000\"'"

func number(v uint64) string { return strconv.FormatUint(v, 10) }

func option(v postcard.Option[uint64]) string {
	if !v.Some {
		return ""
	}
	return number(v.Value)
}

// recordOnly returns a value that only a decoded record has.
func recordOnly(e *engine.WalkedEntry, value string) string {
	if !e.Row.TimeMS.Some {
		return ""
	}
	return value
}

// appendTime is the append time for people, to the nanosecond.
func appendTime(e *engine.WalkedEntry) string {
	ns := e.Entry.TSNS
	if !ns.Some {
		return ""
	}
	const second = 1_000_000_000
	return time.Unix(int64(ns.Value/second), int64(ns.Value%second)).UTC().Format("2006-01-02T15:04:05.000000000Z")
}

// errorText says why an entry is no record.
func errorText(e *engine.WalkedEntry) string {
	if e.Entry.Status != wire.EntryOK {
		return statusText(e.Entry.Status)
	}
	if e.ParseError != nil {
		return e.ParseError.Error()
	}
	return e.Row.Error
}

// noRecordHex is the payload of what is no record.
func noRecordHex(e *engine.WalkedEntry) string {
	if e.Row.TimeMS.Some {
		return ""
	}
	return hex.EncodeToString(e.Entry.Payload)
}
