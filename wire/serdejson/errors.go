package serdejson

import (
	"bytes"
	"fmt"
)

// Class is the kind of a reading failure. It is an error itself, so that
// errors.Is(err, serdejson.ErrData) works on every error of this package.
type Class uint8

// The failures a reader can meet. Zero means no failure.
const (
	// ErrSyntax: the text is not JSON.
	ErrSyntax Class = iota + 1
	// ErrEOF: the text ends before the value does.
	ErrEOF
	// ErrData: the text is JSON so far, but not a value of the type.
	ErrData
)

var classTexts = [...]string{
	ErrSyntax: "invalid JSON",
	ErrEOF:    "unexpected end of JSON",
	ErrData:   "JSON of another shape",
}

// Error says in general what the class means; [Error] has the particulars.
func (c Class) Error() string {
	if int(c) < len(classTexts) && classTexts[c] != "" {
		return classTexts[c]
	}
	return fmt.Sprintf("JSON error class %#02x", uint8(c))
}

// Error locates a reading failure.
type Error struct {
	// Class says what kind of failure it is.
	Class Class
	// Message says what is wrong in the reference's words, without a position.
	Message string
	// Field is the path of the value being read, for example
	// daemons[7].restart_state; empty for the outermost value.
	Field string
	// Offset counts bytes from the start of the text to the first byte of what
	// is wrong, or to the end of the text.
	Offset int
	// Line and Column are where the reference says it noticed: lines count
	// from 1, columns count the bytes of the line it had looked at.
	Line, Column int
}

// Error returns the message with line and column, as the reference prints it.
func (e *Error) Error() string {
	return fmt.Sprintf("%s at line %d column %d", e.Message, e.Line, e.Column)
}

// Unwrap makes errors.Is find the class.
func (e *Error) Unwrap() error { return e.Class }

// IsRecursionLimit reports whether the text is nested deeper than the reader goes.
func (e *Error) IsRecursionLimit() bool { return e.Message == msgRecursionLimit }

// Where says which field failed at which offset.
func (e *Error) Where() string {
	if e.Field == "" {
		return fmt.Sprintf("byte %d", e.Offset)
	}
	return fmt.Sprintf("field %s at byte %d", e.Field, e.Offset)
}

// lineColumn converts a count of bytes looked at into the reference's position.
func lineColumn(text []byte, looked int) (line, column int) {
	seen := text[:min(looked, len(text))]
	lineStart := bytes.LastIndexByte(seen, '\n') + 1
	return 1 + bytes.Count(seen[:lineStart], []byte{'\n'}), len(seen) - lineStart
}

// The messages of the reference that take no argument.
const (
	msgEOFValue           = "EOF while parsing a value"
	msgEOFString          = "EOF while parsing a string"
	msgEOFList            = "EOF while parsing a list"
	msgEOFObject          = "EOF while parsing an object"
	msgExpectedValue      = "expected value"
	msgExpectedIdent      = "expected ident"
	msgExpectedColon      = "expected `:`"
	msgExpectedQuote      = "expected `\"`"
	msgListCommaOrEnd     = "expected `,` or `]`"
	msgObjectCommaOrEnd   = "expected `,` or `}`"
	msgKeyMustBeString    = "key must be a string"
	msgExpectedNumericKey = "expected key to be a number in quotes"
	msgTrailingComma      = "trailing comma"
	msgTrailingCharacters = "trailing characters"
	msgInvalidNumber      = "invalid number"
	msgNumberOutOfRange   = "number out of range"
	msgInvalidEscape      = "invalid escape"
	msgLoneSurrogate      = "lone leading surrogate in hex escape"
	msgEndOfHexEscape     = "unexpected end of hex escape"
	msgControlCharacter   = `control character (\u0000-\u001F) found while parsing a string`
	msgInvalidUnicode     = "invalid unicode code point"
	msgRecursionLimit     = "recursion limit exceeded"
)
