package redact

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"chainglass/wire/export"
)

// contentSHA256 returns the SHA-256 of what f holds.
func contentSHA256(f *export.File, pace func() error) (sum [sha256.Size]byte, err error) {
	h, content := sha256.New(), f.Content()
	for {
		n, err := io.CopyN(h, content, paceBytes)
		if err != nil && !errors.Is(err, io.EOF) {
			return sum, fmt.Errorf("redact: %w", err)
		}
		if n < paceBytes {
			h.Sum(sum[:0])
			return sum, nil
		}
		if err := pace(); err != nil {
			return sum, err
		}
	}
}

// Reveals reports whether one of the redactions that view went through was made of
// original, with the salt that its sender was shown.
func Reveals(salt [export.SaltBytes]byte, original, view *export.File) (bool, error) {
	content, err := contentSHA256(original, func() error { return nil })
	if err != nil {
		return false, err
	}
	commitment := export.Commitment(salt, content)
	for _, r := range view.Redactions() {
		if stated, some := r.Commitment.Get(); some && stated == commitment {
			return true, nil
		}
	}
	return false, nil
}

// SaltText returns a salt as text.
func SaltText(salt [export.SaltBytes]byte) string { return hex.EncodeToString(salt[:]) }

// ParseSalt is the inverse of [SaltText]; space around the text does not matter.
func ParseSalt(text string) (salt [export.SaltBytes]byte, err error) {
	b, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(b) != len(salt) {
		return salt, fmt.Errorf("a salt is %d hexadecimal digits", 2*len(salt))
	}
	return [export.SaltBytes]byte(b), nil
}
