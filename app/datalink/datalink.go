package datalink

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/flate"
)

const (
	// LimitCharacters bounds the packed file: mail and chat programs cut longer
	// addresses, or no longer recognise them.
	LimitCharacters = 6 << 10

	// LimitBytes bounds the file itself.
	LimitBytes = 1 << 20
)

// prefix begins a fragment that carries a file.
const prefix = "data="

// The errors of [Decode].
var (
	// ErrNone says that the fragment carries no file.
	ErrNone = errors.New("there is no data in this link")
	// ErrDamaged says that the text was cut or changed on its way.
	ErrDamaged = errors.New("the data in this link is damaged or cut off")
)

// TooLargeError says that a file is too large for a link.
type TooLargeError struct {
	// Bytes is the size of the file, 0 if it is not known.
	Bytes int
	// Characters is how long it is in a link; 0 if even the file itself is too
	// large.
	Characters int
}

// Error says how much it is and how much it may be.
func (e *TooLargeError) Error() string {
	switch {
	case e.Characters == 0:
		return fmt.Sprintf("too large for a link: %d bytes, at most %d", e.Bytes, LimitBytes)
	case e.Bytes == 0:
		return fmt.Sprintf("too large for a link: %d characters, at most %d", e.Characters, LimitCharacters)
	}
	return fmt.Sprintf("too large for a link: %d bytes make %d characters, at most %d", e.Bytes, e.Characters, LimitCharacters)
}

// Encode returns the fragment that carries a file, without "#". More may follow
// it after a "&". If the file is too large the error is a [*TooLargeError].
func Encode(file []byte) (string, error) {
	if len(file) > LimitBytes {
		return "", &TooLargeError{Bytes: len(file)}
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(file); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	if n := base64.RawURLEncoding.EncodedLen(packed.Len()); n > LimitCharacters {
		return "", &TooLargeError{len(file), n}
	}
	return prefix + base64.RawURLEncoding.EncodeToString(packed.Bytes()), nil
}

// Decode returns the file that a fragment carries. Anyone can type a fragment:
// what it takes is bounded by the limits. If the text or the file is beyond them
// the error is a [*TooLargeError].
func Decode(fragment string) ([]byte, error) {
	text, found := strings.CutPrefix(strings.TrimPrefix(fragment, "#"), prefix)
	if !found {
		return nil, ErrNone
	}
	text, _, _ = strings.Cut(text, "&")
	if len(text) > LimitCharacters {
		return nil, &TooLargeError{Characters: len(text)}
	}
	packed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, ErrDamaged
	}
	rest := bytes.NewReader(packed)
	r := flate.NewReader(rest)
	file, err := io.ReadAll(io.LimitReader(r, LimitBytes+1))
	switch {
	case err != nil:
		return nil, ErrDamaged
	case len(file) > LimitBytes:
		return nil, &TooLargeError{Bytes: len(file)}
	case rest.Len() > 0:
		return nil, ErrDamaged
	}
	return file, nil
}
