package source

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"chainglass/app/kind"
	"chainglass/wire/serdejson"
)

// wrapperTextKeys are the keys under which programs that collect logs as JSON keep
// the line, best first.
var wrapperTextKeys = [...]string{"log", "MESSAGE", "message", "msg", "line", "textPayload", "jsonPayload", "@message"}

// What such programs call the node and the time; the first that is there counts.
var (
	wrapperNodeKeys = [...]string{"pod_name", "pod", "CONTAINER_NAME", "_HOSTNAME", "hostname", "host", "node", "node_name", "container_name", "instance", "tag"}
	wrapperTimeKeys = [...]string{"time", "timestamp", "@timestamp", "__REALTIME_TIMESTAMP", "_SOURCE_REALTIME_TIMESTAMP", "date", "ts"}
	// wrapperGroups hold keys of the node in an object of their own.
	wrapperGroups = [...]string{"kubernetes", "labels", "attrs", "resource", "stream", "metadata"}
)

// unwrapped is what an object of a collector of logs holds.
type unwrapped struct {
	ctx  lineContext
	text []byte
	// missing is true if the collector left the text out for its length.
	missing bool
}

// unwrap takes the line out of an object that a program that collects logs has put
// around it. The object inherits what is known of the line it stands in.
func unwrap(object []byte, outer lineContext) (u unwrapped, ok bool) {
	u.ctx = outer
	u.ctx.partial = false
	var values [len(wrapperTextKeys)][]byte
	var timeRank, nodeRank = len(wrapperTimeKeys), len(wrapperNodeKeys)
	journal, lineBreak, docker := false, "", false
	members(object, func(key, value []byte) {
		name := string(key)
		if i := slices.Index(wrapperTextKeys[:], name); i >= 0 {
			values[i] = value
		}
		switch {
		case name == "__REALTIME_TIMESTAMP" || name == "__CURSOR":
			journal = true
		case name == "_LINE_BREAK":
			lineBreak = unquoted(value)
		case name == "stream":
			if s := unquoted(value); s == "stdout" || s == "stderr" {
				u.ctx.stream, docker = s, true
			}
		}
		if i := slices.Index(wrapperTimeKeys[:], name); i >= 0 && i < timeRank {
			if when, ok := timeValue(value); ok {
				u.ctx.when, timeRank = when, i
			}
		}
		nodeRank = nodeOfMember(&u.ctx, name, value, nodeRank)
		if slices.Contains(wrapperGroups[:], name) && len(value) > 0 && value[0] == '{' {
			members(value, func(key, value []byte) { nodeRank = nodeOfMember(&u.ctx, string(key), value, nodeRank) })
		}
	})
	at := slices.IndexFunc(values[:], func(v []byte) bool { return v != nil })
	if at < 0 {
		return u, false
	}
	u.ctx.wrapper = wrapperJSON
	switch key := wrapperTextKeys[at]; {
	case key == "log" && (docker || timeRank < len(wrapperTimeKeys)):
		u.ctx.wrapper = wrapperDocker
	case key == "MESSAGE" && journal:
		u.ctx.wrapper = wrapperJournal
	}
	if string(values[at]) == "null" {
		u.missing = journal
		return u, u.missing
	}
	if u.text, ok = textValue(values[at]); !ok {
		return u, false
	}
	// Docker divides long lines; all others give whole ones.
	if wrapperTextKeys[at] != "log" && lineBreak != "line-max" && !bytes.HasSuffix(u.text, []byte("\n")) {
		u.text = append(u.text, '\n')
	}
	return u, true
}

// nodeOfMember takes the node from a member, if it tells it better than what is known.
func nodeOfMember(ctx *lineContext, name string, value []byte, rank int) int {
	i := slices.Index(wrapperNodeKeys[:], name)
	if i < 0 || i >= rank {
		return rank
	}
	node := strings.Trim(unquoted(value), "/")
	if node == "" || len(node) > maxNodeNameBytes {
		return rank
	}
	ctx.node = node
	return i
}

// unquoted returns a JSON string as it is meant, or "" for what is none.
func unquoted(value []byte) string {
	if len(value) < 2 || value[0] != '"' {
		return ""
	}
	c := serdejson.NewCursor(value)
	s := c.String()
	if c.End() != nil {
		return ""
	}
	return s
}

// textValue returns the text of a JSON string, of a list of bytes, as the journal
// writes what is no plain text, or of an object that was put in as one.
func textValue(value []byte) ([]byte, bool) {
	switch {
	case len(value) == 0:
		return nil, false
	case value[0] == '"':
		c := serdejson.NewCursor(value)
		s := c.String()
		return []byte(s), c.End() == nil
	case value[0] == '{':
		return bytes.Clone(value), true
	case value[0] != '[':
		return nil, false
	}
	var text []byte
	c := serdejson.NewCursor(value)
	c.Seq(func(int) { text = append(text, c.U8()) })
	return text, c.End() == nil && len(text) > 0
}

// timeValue reads a time that a collector gives: as text, or as a number since 1970 in
// a unit that its size tells.
func timeValue(value []byte) (lineTime, bool) {
	text := strings.Trim(string(value), `"`)
	if len(text) > 40 {
		return lineTime{}, false
	}
	if when, ok := parseRFC3339(text); ok {
		return when, true
	}
	if strings.Contains(text, ".") {
		ns, ok := unixTime(text)
		return lineTime{ns: ns, known: true}, ok
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return lineTime{}, false
	}
	for _, unit := range [...]uint64{1e9, 1e6, 1e3, 1} { // seconds to nanoseconds
		if n >= uint64(kind.MinTimeMS)*1e6/unit && n <= uint64(kind.MaxTimeMS)*1e6/unit {
			return lineTime{ns: int64(n * unit), known: true}, true
		}
	}
	return lineTime{}, false
}
