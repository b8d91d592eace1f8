package postcard

import "fmt"

// Class is the kind of a decoding failure. It is an error itself, so that
// errors.Is(err, postcard.ErrUnexpectedEnd) works on every error of this
// package. Its text is the reference implementation's, to the letter.
type Class uint8

// The failures a reader can meet. Zero means no failure.
const (
	// ErrUnexpectedEnd: the input ended before the value did.
	ErrUnexpectedEnd Class = iota + 1
	// ErrBadVarint: a varint ran past the longest form of its width, or its
	// value does not fit the width.
	ErrBadVarint
	// ErrBadBool: a bool byte other than 00 and 01.
	ErrBadBool
	// ErrBadUTF8: a string that is not strict UTF-8.
	ErrBadUTF8
	// ErrBadOption: an option tag other than 00 and 01.
	ErrBadOption
	// ErrCustom: the bytes are well formed but no value of the type has them,
	// for example an enum variant that does not exist.
	ErrCustom
)

var classTexts = [...]string{
	ErrUnexpectedEnd: "Hit the end of buffer, expected more data",
	ErrBadVarint:     "Found a varint that didn't terminate. Is the usize too big for this platform?",
	ErrBadBool:       "Found a bool that wasn't 0 or 1",
	ErrBadUTF8:       "Tried to parse invalid utf-8",
	ErrBadOption:     "Found an Option discriminant that wasn't 0 or 1",
	ErrCustom:        "Serde Deserialization Error",
}

// Error returns the reference's text for the class.
func (c Class) Error() string {
	if int(c) < len(classTexts) && classTexts[c] != "" {
		return classTexts[c]
	}
	return fmt.Sprintf("postcard error class %#02x", uint8(c))
}

// Error locates a decoding failure. Its text is that of its class alone, as the
// reference prints it; Field and Offset are there for those who show more.
type Error struct {
	// Class says what went wrong.
	Class Class
	// Field is the path of the field being read, in the format's own names.
	Field string
	// Offset counts bytes from the start of the cursor's input to the first
	// byte of the value that failed.
	Offset int
}

// Error returns the reference's text for the class of e.
func (e *Error) Error() string { return e.Class.Error() }

// Unwrap makes errors.Is find the class.
func (e *Error) Unwrap() error { return e.Class }

// Where says which field failed at which offset.
func (e *Error) Where() string {
	return fmt.Sprintf("field %s at byte %d", e.Field, e.Offset)
}
