package export

import (
	"bytes"
	"encoding/binary"

	"github.com/zeebo/xxh3"
)

// Header is the head of an export.
type Header struct {
	// Version is the format version.
	Version uint64
	// Tool names the program that wrote the file.
	Tool string
	// CreatedAtMS is when the file was written, Unix milliseconds.
	CreatedAtMS uint64
}

// selfDescribed is tag 55799, whose three bytes mark a file as CBOR.
var selfDescribed = []byte{0xd9, 0xd9, 0xf7}

// magicBytes is the size of what identifies an export: the tag, the head of
// the array and the format name with its head.
const magicBytes = 3 + 1 + 1 + len(FormatName)

// IsExport reports whether a file that begins with prefix calls itself a chain
// export, of whatever version. It needs the first 22 bytes.
func IsExport(prefix []byte) bool {
	return len(prefix) >= magicBytes && magicFits(prefix)
}

// magicFits reports whether b agrees with the magic as far as both go. The
// size of the array is left open: it belongs to the version.
func magicFits(b []byte) bool {
	magic := append(append([]byte{}, selfDescribed...), 0, majorText<<5|byte(len(FormatName)))
	magic = append(magic, FormatName...)
	if len(b) > 3 {
		if b[3]>>5 != majorArray || b[3]&31 >= 24 {
			return false
		}
		magic[3] = b[3]
	}
	n := min(len(b), len(magic))
	return bytes.Equal(b[:n], magic[:n])
}

// appendHeader appends the header. Its last element is the XXH3-64 of all
// bytes before it, in every version.
func appendHeader(dst []byte, h Header) []byte {
	start := len(dst)
	dst = appendHead(append(dst, selfDescribed...), majorArray, 5)
	dst = append(appendHead(dst, majorText, uint64(len(FormatName))), FormatName...)
	dst = appendUint(dst, h.Version)
	dst = append(appendHead(dst, majorText, uint64(len(h.Tool))), h.Tool...)
	dst = appendUint(dst, h.CreatedAtMS)
	return appendHash(dst, xxh3.Hash(dst[start:]))
}

// headerState is what became of a header.
type headerState uint8

const (
	headerOK      headerState = iota
	headerForeign             // the magic is not there
	headerShort               // the input ends inside
	headerDamaged             // the magic is there; checksum or shape are wrong
	headerVersion             // sound, and of another version
)

// parseHeader reads the header that b begins with and returns how many bytes
// it takes. The version is filled in as far as it could be read.
func parseHeader(b []byte) (h Header, n int, state headerState) {
	if !magicFits(b) {
		return h, 0, headerForeign
	}
	if len(b) < magicBytes {
		return h, 0, headerShort
	}
	elements := int(b[3]&31) - 1
	c := cursor{b: b, off: magicBytes}
	h.Version = c.head(majorUint, "version")
	if c.fault != faultNone {
		return h, 0, faultState(c.fault)
	}
	if h.Version != FormatVersion {
		return h, 0, foreignVersion(b, c.off, elements-1)
	}
	h.Tool = c.text("tool")
	h.CreatedAtMS = c.head(majorUint, "created_at_ms")
	covered := c.off
	sum := c.hash("header_xxh3_64")
	if c.fault != faultNone {
		return h, 0, faultState(c.fault)
	}
	if elements != 4 || xxh3.Hash(b[:covered]) != sum {
		return h, 0, headerDamaged
	}
	return h, c.off, headerOK
}

func faultState(f fault) headerState {
	if f == faultShort {
		return headerShort
	}
	return headerDamaged
}

// foreignVersion tells a header of another version from one of ours whose
// version byte is damaged. The elements between version and checksum are not
// known, but the checksum comes last: any place where one holds will do.
func foreignVersion(b []byte, off, elements int) headerState {
	if elements < 1 {
		return headerDamaged
	}
	limit := min(len(b), MaxHeaderBytes)
	for end := off; end+hashBytes <= limit; end++ {
		if b[end] == majorBytes<<5|8 && xxh3.Hash(b[:end]) == binary.BigEndian.Uint64(b[end+1:]) {
			return headerVersion
		}
	}
	return headerDamaged
}
