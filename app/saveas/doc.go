// Package saveas writes entries in the forms that other programs read: JSON lines
// and CSV.
//
// A line of JSON is an entry:
//
//	{"seq":7,"ts":1779465600693929732,"status":"ok","record":{...}}
//	{"seq":8,"ts":null,"status":"bad-checksum","error":"...","hex":"01..."}
//
// ts is the append time in Unix nanoseconds, null where there is none. An entry
// that is damaged or is no record has an error, and its bytes as far as they are
// there; one of a chain of unknown type has its bytes only. Where entries of
// several chains are written, "chain" comes first and names each.
//
// CSV is RFC 4180 with a header: commas, CR LF, UTF-8, and quotes around a cell with
// a comma, semicolon, tab, quote or line break. Numbers are written in full, so
// 64-bit ones stay whole for whoever reads them as text. In a text, =, +, - and @ get
// an apostrophe in front where a spreadsheet could take them for the beginning of a
// formula and run it: at the beginning, and behind a semicolon, tab or line break.
// JSON lines have the texts as they are. The columns position, seq, ts_ns,
// record_time_ms, id, delay_ms and bytes hold digits alone.
package saveas
