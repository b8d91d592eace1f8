package redex

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/zeebo/xxh3"
)

const (
	// ManifestSize is how many bytes of a manifest count.
	ManifestSize = 16
	// ManifestVersion is the version that this package reads and writes.
	ManifestVersion = 1
	// FirstGeneration is the lowest number of a generation.
	FirstGeneration = 1

	manifestMagic = "REDM"
)

// The rules a manifest can break, for errors.Is. A node treats a manifest that
// breaks any of them as absent.
var (
	ErrManifestShort      = errors.New("shorter than 16 bytes")
	ErrManifestMagic      = errors.New("does not begin with REDM")
	ErrManifestVersion    = errors.New("unknown version")
	ErrManifestGeneration = errors.New("generation is zero")
	ErrManifestReserved   = errors.New("reserved bytes are not zero")
	ErrManifestChecksum   = errors.New("checksum does not match")
)

// ManifestError locates the rule that a manifest breaks.
type ManifestError struct {
	// Offset is where the offending field begins, in bytes.
	Offset int
	// Got and Want are the values of the field; of a short manifest they are
	// sizes in bytes.
	Got, Want uint32
	// Rule is one of the ErrManifest sentinels.
	Rule error
}

// Error names the rule, the place and both values.
func (e *ManifestError) Error() string {
	return fmt.Sprintf("manifest: %v (byte %d: have %#x, want %#x)", e.Rule, e.Offset, e.Got, e.Want)
}

// Unwrap returns the broken rule.
func (e *ManifestError) Unwrap() error { return e.Rule }

// ParseManifest returns the generation that a manifest names. It looks at the
// first [ManifestSize] bytes only. The error is a *[ManifestError].
func ParseManifest(b []byte) (generation uint32, err error) {
	if len(b) < ManifestSize {
		return 0, &ManifestError{Offset: len(b), Got: uint32(len(b)), Want: ManifestSize, Rule: ErrManifestShort}
	}
	b = b[:ManifestSize]
	if string(b[:4]) != manifestMagic {
		magic := binary.LittleEndian.Uint32([]byte(manifestMagic))
		return 0, &ManifestError{Offset: 0, Got: binary.LittleEndian.Uint32(b), Want: magic, Rule: ErrManifestMagic}
	}
	if b[4] != ManifestVersion {
		return 0, &ManifestError{Offset: 4, Got: uint32(b[4]), Want: ManifestVersion, Rule: ErrManifestVersion}
	}
	generation = binary.LittleEndian.Uint32(b[5:])
	if reserved := b[9:12]; !bytes.Equal(reserved, make([]byte, 3)) {
		got := uint32(reserved[0]) | uint32(reserved[1])<<8 | uint32(reserved[2])<<16
		return 0, &ManifestError{Offset: 9, Got: got, Rule: ErrManifestReserved}
	}
	if got, want := binary.LittleEndian.Uint32(b[12:]), uint32(xxh3.Hash(b[:12])); got != want {
		return 0, &ManifestError{Offset: 12, Got: got, Want: want, Rule: ErrManifestChecksum}
	}
	if generation < FirstGeneration {
		return 0, &ManifestError{Offset: 5, Got: generation, Want: FirstGeneration, Rule: ErrManifestGeneration}
	}
	return generation, nil
}

// AppendManifest appends the [ManifestSize] bytes that name generation to dst.
func AppendManifest(dst []byte, generation uint32) []byte {
	start := len(dst)
	dst = append(dst, manifestMagic...)
	dst = append(dst, ManifestVersion)
	dst = binary.LittleEndian.AppendUint32(dst, generation)
	dst = append(dst, 0, 0, 0)
	return binary.LittleEndian.AppendUint32(dst, uint32(xxh3.Hash(dst[start:])))
}

// GenerationDir returns the name of the directory of a generation.
func GenerationDir(generation uint32) string { return fmt.Sprintf("v%010d", generation) }

// ParseGenerationDir is the inverse of [GenerationDir]. It is strict: 'v' and
// exactly 10 digits, at least 1, at most the largest u32.
func ParseGenerationDir(name string) (generation uint32, ok bool) {
	if len(name) != len("v0000000001") || name[0] != 'v' {
		return 0, false
	}
	var n uint64
	for _, c := range []byte(name[1:]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	if n < FirstGeneration || n > 1<<32-1 {
		return 0, false
	}
	return uint32(n), true
}
