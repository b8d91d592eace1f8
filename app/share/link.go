package share

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A link contains a small file, a chain export, in the fragment of its URL:
//
//	https://host/folder/#data=q1bKzU9RslIqSy0q...&v1&node=...
//	                     |    |                  |
//	                     |    |                  the view, optional
//	                     |    the file: raw DEFLATE, base64url without padding
//	                     at the beginning of the fragment
//
// Browsers do not send fragments to servers. There is no checksum: a chain export
// has one for every block. web/address.js decodes the same form.
const (
	// LinkLimitCharacters bounds the packed file: mail and chat programs cut longer
	// addresses, or no longer recognise them.
	LinkLimitCharacters = 6 << 10

	// LinkLimitBytes bounds the file itself.
	LinkLimitBytes = 1 << 20
)

// prefix begins a fragment that carries a file.
const prefix = "data="

// The errors of [DecodeLink].
var (
	// ErrNoLinkData says that the fragment carries no file.
	ErrNoLinkData = errors.New("there is no data in this link")
	// ErrLinkDamaged says that the text was cut or changed on its way.
	ErrLinkDamaged = errors.New("the data in this link is damaged or cut off")
)

// LinkTooLargeError says that a file is too large for a link.
type LinkTooLargeError struct {
	// Bytes is the size of the file, 0 if it is not known.
	Bytes int
	// Characters is how long it is in a link; 0 if even the file itself is too
	// large.
	Characters int
}

// Error says how much it is and how much it may be.
func (e *LinkTooLargeError) Error() string {
	switch {
	case e.Characters == 0:
		return fmt.Sprintf("too large for a link: %d bytes, at most %d", e.Bytes, LinkLimitBytes)
	case e.Bytes == 0:
		return fmt.Sprintf("too large for a link: %d characters, at most %d", e.Characters, LinkLimitCharacters)
	}
	return fmt.Sprintf("too large for a link: %d bytes make %d characters, at most %d", e.Bytes, e.Characters, LinkLimitCharacters)
}

// EncodeLink returns the fragment that carries a file, without "#". More may follow
// it after a "&". If the file is too large the error is a [*LinkTooLargeError].
func EncodeLink(file []byte) (string, error) {
	if len(file) > LinkLimitBytes {
		return "", &LinkTooLargeError{Bytes: len(file)}
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
	if n := base64.RawURLEncoding.EncodedLen(packed.Len()); n > LinkLimitCharacters {
		return "", &LinkTooLargeError{len(file), n}
	}
	return prefix + base64.RawURLEncoding.EncodeToString(packed.Bytes()), nil
}

// DecodeLink returns the file that a fragment carries. Anyone can type a fragment:
// what it takes is bounded by the limits. If the text or the file is beyond them
// the error is a [*LinkTooLargeError].
func DecodeLink(fragment string) ([]byte, error) {
	text, found := strings.CutPrefix(strings.TrimPrefix(fragment, "#"), prefix)
	if !found {
		return nil, ErrNoLinkData
	}
	text, _, _ = strings.Cut(text, "&")
	if len(text) > LinkLimitCharacters {
		return nil, &LinkTooLargeError{Characters: len(text)}
	}
	packed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, ErrLinkDamaged
	}
	rest := bytes.NewReader(packed)
	r := flate.NewReader(rest)
	file, err := io.ReadAll(io.LimitReader(r, LinkLimitBytes+1))
	switch {
	case err != nil:
		return nil, ErrLinkDamaged
	case len(file) > LinkLimitBytes:
		return nil, &LinkTooLargeError{Bytes: len(file)}
	case rest.Len() > 0:
		return nil, ErrLinkDamaged
	}
	return file, nil
}
