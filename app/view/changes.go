package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"chainglass/app/engine"
	"chainglass/snapshot"
)

// ChangeGroup is what changed in one field of a snapshot.
type ChangeGroup struct {
	// Field is the field's name in the format.
	Field string
	// Summary counts what appeared, changed and went.
	Summary string
	Changes []snapshot.Change
}

// GroupChanges puts changes together by field, in their order. Within a ring the
// newest come first.
func GroupChanges(changes []snapshot.Change) []ChangeGroup {
	var groups []ChangeGroup
	for _, c := range changes {
		field, _ := splitPath(c.Path)
		if len(groups) == 0 || groups[len(groups)-1].Field != field {
			groups = append(groups, ChangeGroup{Field: field})
		}
		g := &groups[len(groups)-1]
		g.Changes = append(g.Changes, c)
	}
	for i := range groups {
		groups[i].Summary = summaryOf(groups[i].Changes)
		if rings[groups[i].Field] {
			newestFirst(groups[i].Changes)
		}
	}
	return groups
}

// rings are the fields that keep the newest records, the newest last.
var rings = map[string]bool{"recent_failures": true, "admin_audit": true, "log_ring": true, engine.LiveFailuresPath: true}

// newestFirst brings what appeared before what went, each from the newest on.
func newestFirst(changes []snapshot.Change) {
	slices.Reverse(changes)
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].Op < changes[j].Op })
}

func summaryOf(changes []snapshot.Change) string {
	var counts [snapshot.Went + 1]int
	for _, c := range changes {
		counts[min(c.Op, snapshot.Went)]++
	}
	var parts []string
	for op, n := range counts {
		if n > 0 {
			parts = append(parts, Count(n)+" "+snapshot.ChangeOp(op).String())
		}
	}
	return strings.Join(parts, ", ")
}

// splitPath divides "daemons[7].restart_state" into the field and the rest.
func splitPath(path string) (field, rest string) {
	if i := strings.IndexAny(path, "[."); i >= 0 {
		return path[:i], path[i:]
	}
	return path, ""
}

// ChangeLine is one value of a change, before and after.
type ChangeLine struct{ Name, Before, After string }

// ChangeView is one change in words.
type ChangeView struct {
	// Where is the place within the field, "" for the field itself.
	Where string
	Op    snapshot.ChangeOp
	Lines []ChangeLine
}

// ViewChange takes a change apart: objects field by field, of two objects only
// what differs.
func ViewChange(c *snapshot.Change, z Zone) ChangeView {
	_, where := splitPath(c.Path)
	v := ChangeView{Where: VisibleText(strings.TrimPrefix(where, ".")), Op: c.Op}
	before, isObject := objectFields(c.Before)
	after, isObjectToo := objectFields(c.After)
	if !isObject && c.Before != "" || !isObjectToo && c.After != "" {
		v.Lines = []ChangeLine{{Before: changeText("", c.Before, z), After: changeText("", c.After, z)}}
		return v
	}
	names := before
	for _, f := range after {
		if !slices.ContainsFunc(names, func(known jsonField) bool { return known.name == f.name }) {
			names = append(names[:len(names):len(names)], f)
		}
	}
	for _, f := range names {
		one, other := valueOf(before, f.name), valueOf(after, f.name)
		if one != other {
			v.Lines = append(v.Lines, ChangeLine{VisibleText(f.name), changeText(f.name, one, z), changeText(f.name, other, z)})
		}
	}
	return v
}

// jsonField is a field of a JSON object, its value as text.
type jsonField struct{ name, value string }

func valueOf(fields []jsonField, name string) string {
	for _, f := range fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// objectFields returns the fields of a JSON object in their order.
func objectFields(text string) ([]jsonField, bool) {
	if !strings.HasPrefix(text, "{") {
		return nil, false
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return nil, false
	}
	var fields []jsonField
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, false
		}
		fields = append(fields, jsonField{fmt.Sprint(name), string(bytes.TrimSpace(value))})
	}
	return fields, true
}

// changeText returns a JSON value as text: strings without quotes, times with
// what they mean.
func changeText(name, value string, z Zone) string {
	if value == "" {
		return ""
	}
	var text string
	if json.Unmarshal([]byte(value), &text) == nil && value != "null" {
		return VisibleText(text)
	}
	if ms, err := strconv.ParseUint(value, 10, 64); err == nil && momentNames[name] && ms > 0 {
		return z.Time(ms)
	}
	return VisibleText(value)
}

// momentNames are the fields of a snapshot that hold a moment.
var momentNames = map[string]bool{
	"recorded_at_ms": true, "committed_at_ms": true, "ts_ms": true, "since_ms": true, "until_ms": true,
}
