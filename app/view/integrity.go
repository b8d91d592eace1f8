package view

import (
	"fmt"

	"chainglass/app/engine"
)

// IntegrityWhere says which entries are concerned and in which file.
func IntegrityWhere(f *engine.Finding) string {
	text := f.Severity.String() + " · " + f.Rule
	switch {
	case f.Position < 0:
	case f.Count == 1:
		text += fmt.Sprintf(" · seq %d", f.Seq)
	default:
		text += fmt.Sprintf(" · %s, positions %s to %s", Plural(f.Count, "entry", "entries"),
			Count(f.Position), Count(f.LastPosition))
	}
	at := f.Location
	file, offset := at.PayloadFile, at.PayloadOffset
	if file == "" {
		file, offset = at.IndexFile, at.IndexOffset
	}
	if file == "" {
		return text
	}
	return text + " · " + FilePlace(file, offset)
}

// FilePlace names a place in a file; a negative offset, as of an entry in an
// export, is not known.
func FilePlace(file string, offset int64) string {
	if offset < 0 {
		return VisibleText(file)
	}
	return VisibleText(file) + " at " + Count(offset)
}
