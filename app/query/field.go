package query

import "slices"

// column is what a field asks about.
type column uint8

const (
	columnKind column = iota
	columnOutcome
	columnReason
	columnTemplate
	columnSource
	columnNode
	columnChannel
	columnChain
	columnID
	columnSeq
	columnPosition
	columnOperator
	columnDaemon
	columnRetry
	columnCooldown
	columnTime
	columnRecorded
	columnStatus
	columnDecoded

	columns // count
)

// takes says how the values of a field are written.
type takes uint8

const (
	takesName takes = iota
	takesText
	takesSet
	takesNumber
	takesOption
	takesTime

	takesCount
)

// field is a field of the language.
type field struct {
	// name is how the field is written in a canonical query, aliases how else it
	// may be written. All are in lower case.
	name    string
	aliases []string
	takes   takes
	// meaning and example are for the help sheet and completion.
	meaning, example string
}

var fields = [columns]field{
	columnKind:     {"kind", nil, takesName, "action kind, admin event, log origin or masked failure source", "kind:pull_replica,*_daemon"},
	columnOutcome:  {"outcome", []string{"disposition", "level"}, takesSet, "disposition, verification outcome or log level", "outcome:failed"},
	columnReason:   {"reason", []string{"message", "text"}, takesText, "reason or message, or what a command was about, contains the text", `reason:"timed out"`},
	columnTemplate: {"template", nil, takesName, "reason with its numbers and ids masked, whole", `template:"*after # ms"`},
	columnSource:   {"source", nil, takesName, "source of a failure, whole", "source:action-id:42"},
	columnNode:     {"node", nil, takesName, "node the chain belongs to", "node:node-1"},
	columnChannel:  {"channel", nil, takesName, "channel of the chain", "channel:meshos/*"},
	columnChain:    {"chain", nil, takesSet, "what the chain records", "chain:action"},
	columnID:       {"id", nil, takesNumber, "action id, or the seq of a record", "id:42..99"},
	columnSeq:      {"seq", nil, takesNumber, "sequence number of the entry", "seq:>=0x400"},
	columnPosition: {"pos", []string{"position"}, takesNumber, "place of the entry in its chain, from 0", "pos:..999"},
	columnOperator: {"operator", []string{"operator_id", "operator_ids"}, takesOption, "operator who signed a command; none, any", "operator:7"},
	columnDaemon:   {"daemon", []string{"daemon_id"}, takesOption, "daemon of a log record or a command; none, any", "daemon:7"},
	columnRetry:    {"retry", []string{"retry_after_ms"}, takesOption, "retry hint of a failed action; none: no retry follows", "retry:>5s"},
	columnCooldown: {"cooldown", []string{"cooldown_ms"}, takesOption, "cooldown of a gated action; none: open-ended", "cooldown:>=1000"},
	columnTime:     {"time", nil, takesTime, "append time, or the record's own if there is none", "time:2026-05-22T16:08..16:15"},
	columnRecorded: {"recorded", []string{"emitted_at_ms", "committed_at_ms", "ts_ms", "recorded_at_ms"}, takesTime, "the record's own time", "recorded:>=2026-05-22T16:08:03.117Z"},
	columnStatus:   {"status", nil, takesSet, "state of the entry", "status:bad-checksum,torn"},
	columnDecoded:  {"decoded", nil, takesSet, "whether the payload is a record", "decoded:no"},
}

// builders make predicates of terms, by how their values are written.
var builders = [takesCount]func(c column, t *token, context Context) (predicate, *Error){
	takesName:   nameOf,
	takesText:   textOf,
	takesSet:    setOf,
	takesNumber: numberOf,
	takesOption: optionOf,
	takesTime:   timeOf,
}

// fieldColumn finds a field by its name or an alias.
func fieldColumn(name string) (column, bool) {
	name = fold(name)
	for c := range fields {
		if fields[c].name == name || slices.Contains(fields[c].aliases, name) {
			return column(c), true
		}
	}
	return 0, false
}

// fieldNames lists all names and aliases.
func fieldNames() []string {
	var names []string
	for c := range fields {
		names = append(append(names, fields[c].name), fields[c].aliases...)
	}
	return names
}

// appendField begins a term.
func appendField(dst []byte, c column) []byte {
	return append(append(dst, fields[c].name...), ':')
}

// appendValue writes a text as a literal value, in quotes unless it is plain.
func appendValue(dst []byte, text string) []byte {
	if isPlain(text) {
		return append(dst, text...)
	}
	return appendQuoted(dst, text)
}

func appendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for i := range len(text) {
		if b := text[i]; b == '"' || b == '\\' {
			dst = append(dst, '\\')
		}
		dst = append(dst, text[i])
	}
	return append(dst, '"')
}

// isPlain reports whether a text can stand as a value without quotes.
func isPlain(text string) bool {
	for i := range len(text) {
		b := text[i]
		inside := b == '.' || b == ':' || b == '-' || b == '+' || b == '/' || b == '#' || b == '@'
		if wordBit(b) == 0 && (!inside || i == 0) {
			return false
		}
	}
	return text != ""
}
