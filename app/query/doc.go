// Package query is the filter language: what a filter line means, how it is
// answered from an index with payloads read only where they must be, how it is
// completed while it is typed, and how a click edits it.
//
// # Language
//
// A query is a list of terms; an entry matches if all of them do.
//
//	query = and { "or" and }             or binds weaker than and
//	and   = not { ["and"] not }          terms side by side are joined by and
//	not   = { "-" | "not" } term         "-" touches what it excludes
//	term  = "(" query ")" | field ":" value { "," value } | text
//	value = text | number | range        a list matches if any of its values does
//	text  = word | quoted phrase | /regexp/ | /regexp/i
//
// An empty query matches everything. In words and bare values "*" stands for any
// run of characters; inside quotes everything is literal, with \" and \\ for
// the two characters that need it. Letters are compared without regard to case,
// except in a regexp without the i flag (the syntax is RE2). To search for or,
// and, not, or for a text that looks like a field, quote it.
//
//	kind:       action kind, admin event, "daemon" or "node" on logs, and on
//	            failures the source with its values masked (action-id:#)
//	outcome:    also disposition: and level:, one column: dispatched, failed, gated,
//	            accepted, rejected, unverified, trace, debug, info, warn, error,
//	            failure; levels can be compared: level:>=warn
//	reason:     also message: and text:, contains the text
//	template:   the reason with its values masked, whole
//	source:     the source of a failure, whole
//	node:, channel:, chain:     where the entry is; chain: takes action, audit, log,
//	            failure, unknown
//	id:, seq:, pos:             numbers: 42, 0x2a, 42..99, 42.., ..99, >42, <=99
//	operator:, daemon:          numbers, or none, or any
//	retry:, cooldown:           milliseconds, or 500ms, 5s, 2m, 1h; none, any
//	time:       the append time, or the record's own if the entry has none
//	recorded:   the record's own time
//	status:     ok, bad-checksum, out-of-range, torn, too-large, lost
//	decoded:    yes, no
//
// A word without a field is looked for in every text of the entry: the kind of an
// action or command, outcome, reason or message, source, the arguments of a
// command, and what the decoder says of an entry that is no record.
//
// Names (kind, template, source, node, channel) are compared whole, texts are
// contained. Ranges of numbers include both ends.
//
// Marks that phones and office programs put for those of a keyboard are read as
// these: curly quotes, dashes, an ellipsis for "..", colons and commas of any width,
// blanks without a width. A text with such a mark is found with it and without.
// kind=x, level>=warn and a range with a dash, 16:08-16:15, are read as well, and a
// [Remark] says how.
//
// A term about something an entry does not have is false, so its exclusion is
// true: -kind:x keeps the entries that are no records.
//
// # Times
//
// A time is 2026-05-22, 2026-05-22T16:08, 16:08, 16:08:03 or 16:08:03.117, with Z
// or +02:00 after it if it is not in the zone shown; eleven digits or more are
// Unix milliseconds. It names a span as long as its last digit: time:16:08 is the
// whole minute, time:2026-05-22 the whole day. "<" is before that span, ">" after
// it, ">=" from its beginning and "<=" up to its end.
//
// A range runs from its left end up to, and not including, its right end:
// 16:08..16:15 are seven minutes and end with 16:14:59.999. Ranges that touch
// therefore share no entry. The right end takes from the left what it leaves out:
// 2026-05-22T16:08..16:15, 16:08:03..09, 2026-05-22..24; a time of day before the
// left one is on the next day: 23:50..00:10.
//
// A time is what a clock on the wall shows: an entry matches if the clocks of the
// zone show a time within the bounds when it is appended, with the offset that is in
// force then. So an hour that comes twice, because clocks go back, is kept both
// times, and one that is skipped, because they go forward, has no entries; a
// [Remark] or the error says so.
//
// # Evaluation
//
// [Compile] binds a query to one chain. Entries of a chain fall into few classes
// (kind, outcome, template), so every term about these is decided once a class,
// not once an entry. What is left are comparisons of integers, which
// [Matcher.Row] does without touching a payload:
//
//	query ── Parse ──> Query ── Compile(classes) ──> Matcher
//	                                  Row(index row)        ──> No | Yes | Maybe
//	                                  Record(row, record)   ──> settles a Maybe
//
// The package imports the standard library, chainglass/wire and chainglass/app/zone only.
package query
