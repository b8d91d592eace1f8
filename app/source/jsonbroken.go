package source

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"chainglass/wire/serdejson"
)

// brokenText says where and why a text that begins like an object or an array is
// not a whole one: it was cut, or its bytes were changed. It returns nil for JSON,
// and for text that is no attempt at it.
func brokenText(text []byte) *serdejson.Error {
	begin := bytes.TrimLeft(text, " \n\r\t")
	if len(begin) == 0 || begin[0] != '{' && begin[0] != '[' {
		return nil
	}
	c := serdejson.NewLenientCursor(text)
	c.Skip()
	var broken *serdejson.Error
	// A text that is nested too deep to be a record is not broken by that.
	if errors.As(c.End(), &broken) && !isWholeJSONTooDeep(broken, begin) {
		return broken
	}
	return nil
}

// isWholeJSONTooDeep reports whether parsing ended at the limit of nesting in a text
// whose brackets match.
func isWholeJSONTooDeep(e *serdejson.Error, text []byte) bool {
	return e.IsRecursionLimit() && isWhole(bytes.TrimSpace(text))
}

// cutBeginning is the problem of a text of which not even the first object is whole, if
// that could have been a record or a snapshot: all its keys are keys of one. Other
// files are none of ours, cut or not.
func cutBeginning(c *candidate, first []byte, offset int64) (Problem, bool) {
	cause := brokenText(first)
	if cause == nil || cause.Class != serdejson.ErrEOF {
		return Problem{}, false
	}
	keys := keysOf(first)
	if len(keys) == 0 || !couldBecomeOurs(keys) {
		return Problem{}, false
	}
	return Problem{
		Level: LevelError, Path: c.origin, Offset: some(offset + int64(cause.Offset)), Title: "JSON that ends within its first value", Err: cause,
		Detail: fmt.Sprintf("%s, %v; its keys are those of a record, %s", plural(c.size, "byte"), cause, quoted(string(first))),
		Advice: "Copy the file again; it is most likely cut",
	}, true
}

// couldBecomeOurs reports whether keys are among those of one kind of record, of a
// row around one, or of a snapshot.
func couldBecomeOurs(keys keySet) bool {
	known := [][]string{snapshotKeys, {"seq", "ts", "ts_ns", "status", "hex", "record", "error"}}
	for _, k := range recordKinds() {
		known = append(known, slices.Concat(k.RequiredKeys(), impliedKeys(), []string{"seq"}))
	}
	return slices.ContainsFunc(known, func(known []string) bool {
		for _, key := range keys {
			if !slices.Contains(known, key) {
				return false
			}
		}
		return true
	})
}
