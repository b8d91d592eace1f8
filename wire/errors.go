package wire

import (
	"errors"
	"fmt"

	"chainglass/wire/postcard"
)

// The classes of decoding failure, for errors.Is. The texts of the errors that
// carry them are the reference implementation's.
var (
	// ErrEmpty: the payload has no version byte.
	ErrEmpty = errors.New("empty action-chain record payload")
	// ErrUnsupportedVersion: the version byte is none this build decodes. The
	// error is a [VersionError].
	ErrUnsupportedVersion = errors.New("unsupported action-chain wire version")
	// ErrPostcard: the body after the version byte does not decode. The error
	// is a [BodyError].
	ErrPostcard = errors.New("postcard decode")
)

// VersionError reports a record of a version this build does not decode. The
// payload itself remains readable as bytes.
type VersionError struct {
	// Seen is the version byte of the payload.
	Seen uint8
	// Supported is the version this build writes.
	Supported uint8
}

// Error returns the reference's text.
func (e *VersionError) Error() string {
	return fmt.Sprintf("%v %d; this build expects %d", ErrUnsupportedVersion, e.Seen, e.Supported)
}

// Is matches [ErrUnsupportedVersion].
func (e *VersionError) Is(target error) bool { return target == ErrUnsupportedVersion }

// BodyError reports a body that is not the postcard form of a record.
type BodyError struct {
	// Class says what went wrong.
	Class postcard.Class
	// Field is the field being read, for example "disposition.reason".
	Field string
	// Offset counts bytes from the start of the payload, version byte included.
	Offset int
}

// Error returns the reference's text, which names neither field nor offset.
func (e *BodyError) Error() string { return "postcard decode: " + e.Class.Error() }

// Is matches [ErrPostcard].
func (e *BodyError) Is(target error) bool { return target == ErrPostcard }

// Unwrap makes errors.Is find the postcard class.
func (e *BodyError) Unwrap() error { return e.Class }

// Where says which field failed at which byte of the payload.
func (e *BodyError) Where() string {
	return fmt.Sprintf("field %s at byte %d", e.Field, e.Offset)
}
