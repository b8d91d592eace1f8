package engine

import (
	"strconv"
	"strings"

	"chainglass/app/engine/part"
	"chainglass/app/insight"
	"chainglass/app/kind"
	"chainglass/app/query"
	"chainglass/wire"
)

// statisticsField is a field that entries are counted by. Where a field of the filter
// language has the same name, a filter for a value keeps the entries that are counted.
type statisticsField struct {
	name string
	// ofClass returns the value that all entries of a class have, if it is known.
	ofClass func(c *reading, id part.ClassID) (value string, known bool)
	// ofRow returns the value of an entry from its row of the index; nil if that does not
	// have it.
	ofRow func(r *statisticsRow) string
	// ofRecord passes on the values of a record that was read; nil if none has to be.
	ofRecord func(r *query.Record, value func(string))
}

// statisticsRow is an entry in the index.
type statisticsRow struct {
	block *indexBlock
	at    int
	// attempt is the number of the attempt, 0 if the entry is none.
	attempt int
}

// statisticsFields are in the order in which they are listed.
var statisticsFields = []statisticsField{
	{name: "node", ofClass: func(c *reading, _ part.ClassID) (string, bool) { return c.source.Node, true }},
	{name: "channel", ofClass: func(c *reading, _ part.ClassID) (string, bool) { return c.source.Channel, true }},
	{name: "chain", ofClass: func(c *reading, _ part.ClassID) (string, bool) { return c.kind().Name, true }},
	{name: "outcome", ofClass: func(c *reading, id part.ClassID) (string, bool) { return c.outcomeOf(id), true }},
	{name: "level", ofClass: func(c *reading, id part.ClassID) (string, bool) {
		if !c.kind().Ordered {
			return "", true
		}
		return c.outcomeOf(id), true
	}},
	{name: "kind", ofClass: kindOfClass, ofRecord: func(r *query.Record, value func(string)) { value(string(r.Kind)) }},
	{name: "template", ofClass: templateOfClass, ofRecord: func(r *query.Record, value func(string)) { value(string(r.Template)) }},
	{name: "reason", ofClass: textOfClass, ofRecord: func(r *query.Record, value func(string)) { value(string(r.Text)) }},
	{name: "value", ofClass: valueOfClass, ofRecord: func(r *query.Record, value func(string)) {
		part.EachMasked(r.Text, func(word []byte) { value(string(word)) })
	}},
	{name: "daemon", ofClass: daemonOfClass, ofRecord: func(r *query.Record, value func(string)) {
		if r.DaemonID.Some {
			value(strconv.FormatUint(r.DaemonID.Value, 10))
		}
	}},
	{name: "operator", ofClass: absent(kind.RoleOperators), ofRecord: func(r *query.Record, value func(string)) {
		for _, id := range r.Operators {
			value(strconv.FormatUint(id, 10))
		}
	}},
	{name: "id", ofClass: func(c *reading, id part.ClassID) (string, bool) {
		return "", !isRecord(id) || c.kind().NameOf(kind.RoleID) == ""
	}, ofRow: func(r *statisticsRow) string { return strconv.FormatUint(r.block.ID[r.at], 10) }},
	{name: "attempt", ofClass: func(c *reading, id part.ClassID) (string, bool) {
		return "", !isRecord(id) || !c.kind().HasAttempts
	}, ofRow: func(r *statisticsRow) string {
		if r.attempt == 0 {
			return ""
		}
		return strconv.Itoa(r.attempt)
	}},
	{name: "status", ofClass: func(_ *reading, id part.ClassID) (string, bool) {
		return wire.EntryOK.String(), id != part.ClassUnreadable
	}, ofRow: func(r *statisticsRow) string {
		return wire.EntryStatus(r.block.State[r.at] & insight.RowStatusMask).String()
	}},
}

// StatisticsFields lists the fields that entries can be counted by.
func StatisticsFields() []string {
	names := make([]string, len(statisticsFields))
	for i := range statisticsFields {
		names[i] = statisticsFields[i].name
	}
	return names
}

// isRecord reports whether the entries of a class are records.
func isRecord(id part.ClassID) bool { return id >= part.FirstClass }

// inFull reports whether the entries of a class are in the classes that came after the
// table was full: what they are has to be read.
func inFull(id part.ClassID) bool { return id >= classOther && id < firstClass }

func (c *reading) outcomeOf(id part.ClassID) string {
	if !isRecord(id) {
		return ""
	}
	return strings.ToLower(c.outcomes[c.table[id].Outcome])
}

func kindOfClass(c *reading, id part.ClassID) (string, bool) {
	if !isRecord(id) {
		return "", true
	}
	k := c.table[id].Kind
	return c.kind().FilterKind(c.kinds[k]), !inFull(id) && k != otherName
}

func templateOfClass(c *reading, id part.ClassID) (string, bool) {
	if !isRecord(id) {
		return "", true
	}
	t := c.table[id].Template
	return c.templates[t].Text, !inFull(id) && t != otherName
}

// textOfClass knows the texts of templates that mask nothing.
func textOfClass(c *reading, id part.ClassID) (string, bool) {
	text, known := templateOfClass(c, id)
	if !known || !isRecord(id) || text == "" {
		return "", known
	}
	t := c.templates[c.table[id].Template]
	return text, !t.Cut && !strings.Contains(text, "#")
}

func valueOfClass(c *reading, id part.ClassID) (string, bool) {
	_, known := textOfClass(c, id)
	return "", known
}

func daemonOfClass(c *reading, id part.ClassID) (string, bool) {
	if isRecord(id) && !inFull(id) && c.table[id].Kind != otherName {
		if field, value := c.kind().Facet(c.kinds[c.table[id].Kind]); field == "daemon" {
			return value, true
		}
	}
	return absent(kind.RoleDaemon)(c, id)
}

// absent knows the classes whose records have no value in a role.
func absent(role kind.Role) func(c *reading, id part.ClassID) (string, bool) {
	return func(c *reading, id part.ClassID) (string, bool) {
		if !isRecord(id) {
			return "", true
		}
		if inFull(id) || c.table[id].Kind == otherName {
			return "", false
		}
		p := c.kind().Presence(role, c.kinds[c.table[id].Kind], c.outcomes[c.table[id].Outcome])
		return "", p == kind.NeverHas || p == kind.HasNot
	}
}
