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

// csvColumns are the columns of a CSV file.
var csvColumns = [...]struct {
	name  string
	value func(*engine.WalkedEntry) string
}{
	{"node", func(e *engine.WalkedEntry) string { return text(e.Node) }},
	{"channel", func(e *engine.WalkedEntry) string { return text(e.Channel) }},
	{"chain", func(e *engine.WalkedEntry) string { return e.Kind.String() }},
	{"position", func(e *engine.WalkedEntry) string { return strconv.Itoa(e.Row.Position) }},
	{"seq", func(e *engine.WalkedEntry) string { return number(e.Entry.Seq) }},
	{"ts_ns", func(e *engine.WalkedEntry) string { return option(e.Entry.TSNS) }},
	{"time_utc", appendTime},
	{"status", func(e *engine.WalkedEntry) string { return e.Entry.Status.String() }},
	{"record_time_ms", func(e *engine.WalkedEntry) string { return option(e.Row.TimeMS) }},
	{"id", func(e *engine.WalkedEntry) string { return recordOnly(e, number(e.Row.ID)) }},
	{"kind", func(e *engine.WalkedEntry) string { return text(e.Row.Kind) }},
	{"outcome", func(e *engine.WalkedEntry) string { return e.Row.Outcome }},
	{"delay_ms", func(e *engine.WalkedEntry) string { return option(e.Row.DelayMS) }},
	{"text", func(e *engine.WalkedEntry) string { return text(recordOnly(e, e.Row.Text)) }},
	{"error", func(e *engine.WalkedEntry) string { return text(errorText(e)) }},
	{"bytes", func(e *engine.WalkedEntry) string { return strconv.Itoa(len(e.Entry.Payload)) }},
	{"hex", noRecordHex},
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
		dst = appendCell(dst, i, csvColumns[i].value(e))
	}
	return append(dst, "\r\n"...)
}

// appendCell appends a cell, in quotes if it needs them.
func appendCell(dst []byte, column int, cell string) []byte {
	if column > 0 {
		dst = append(dst, ',')
	}
	if !strings.ContainsAny(cell, ",\"\r\n") {
		return append(dst, cell...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(dst, '"')
}

// text makes a text safe for spreadsheets, which take some for formulas and run
// them.
func text(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r\n", s[0]) >= 0 {
		return "'" + s
	}
	return s
}

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
