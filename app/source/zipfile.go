package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A zip is a run of entries, then a directory, then where the directory is:
//
//	PK 03 04   header of an entry (30 bytes, name, extra), its data, and after
//	           data whose size was not known before it
//	PK 07 08   a descriptor: CRC and sizes; some leave its signature out
//	PK 01 02   an entry of the directory (46 bytes, name, extra, comment)
//	PK 06 06   the end of the directory with 64-bit sizes (56 bytes)
//	PK 06 07   where that is (20 bytes)
//	PK 05 06   the end of the directory (22 bytes, comment)
//
// All numbers are little-endian. Offsets in the directory count from the first
// entry, which is not always the start of the file.
const (
	zipEntrySignature      = "PK\x03\x04"
	zipDescriptorSignature = "PK\x07\x08" // also before the first part of a spanned archive
	zipDirectorySignature  = "PK\x01\x02"
	zipEnd64Signature      = "PK\x06\x06"
	zipLocatorSignature    = "PK\x06\x07"
	zipEndSignature        = "PK\x05\x06"

	zipHeaderBytes    = 30
	zipDirectoryBytes = 46
	zipEnd64Bytes     = 56
	zipLocatorBytes   = 20
	zipEndBytes       = 22
)

// Compression methods.
const (
	zipStored   = 0
	zipDeflated = 8
	zipZstdOld  = 20
)

// Flags of an entry.
const (
	zipEncrypted      = 1 << 0 // a password is needed
	zipHasDescriptor  = 1 << 3 // sizes come after the data
	zipNameIsUTF8     = 1 << 11
	zip64Marker       = 0xffffffff
	zipUnicodePathTag = 0x7075
	zip64Tag          = 0x0001
)

// zipRange is a range of the file.
type zipRange struct{ from, to int64 }

// zipGap is a range that belongs to nothing that is known.
type zipGap struct {
	zipRange
	why string
}

// zipEntry is an entry, as the directory or its header has it.
type zipEntry struct {
	raw     string // name
	unicode string // name in UTF-8, if the extra fields have one; else ""
	flags   uint16
	method  uint16
	host    uint8  // the system it was packed on
	mode    uint32 // external attributes
	crc     uint32

	header      int64    // where its header is
	data        zipRange // packed
	unpacked    int64
	sizeUnknown bool // nothing is known of unpacked and crc
	cut         bool // the file ends, or something else begins, inside the data
	// fault says why nothing can be read of it; "" if something can.
	fault   string
	content *inflated // if it was inflated to find its end
}

// The systems of zipEntry.host that matter.
const (
	zipHostDOS  = 0
	zipHostUnix = 3
	zipHostNTFS = 10
	zipHostVFAT = 14
	zipHostMac  = 19
)

func (e *zipEntry) onUnix() bool { return e.host == zipHostUnix || e.host == zipHostMac }

func (e *zipEntry) isFolder() bool {
	const dosFolder, unixType, unixFolder = 0x10, 0o170000, 0o040000
	switch {
	case e.unpacked > 0:
		return false
	case strings.HasSuffix(e.raw, "/"), strings.HasSuffix(e.raw, `\`):
		return true
	case e.onUnix():
		return e.mode>>16&unixType == unixFolder
	}
	return e.mode&dosFolder != 0
}

func (e *zipEntry) isLink() bool {
	const unixType, unixLink = 0o170000, 0o120000
	return e.onUnix() && e.mode>>16&unixType == unixLink
}

// name returns the name and how it is to be read. A backslash separates folders where
// nothing else does, and on systems where no name can have one; there it may still be
// the half of a letter in a code page.
func (e *zipEntry) name() storedName {
	s := storedName{raw: e.raw, coding: codePage}
	switch {
	case e.unicode != "":
		s.raw, s.coding = e.unicode, asUTF8
	case e.flags&zipNameIsUTF8 != 0 || utf8.ValidString(e.raw):
		s.coding = asUTF8
	}
	slashes := strings.Contains(s.raw, "/")
	s.backslashes = !slashes || !e.onUnix() && (s.coding == asUTF8 || isASCII(s.raw))
	return s
}

// zipFile is a zip being read. read fills in the results.
type zipFile struct {
	r    io.ReaderAt
	size int64
	max  int // entries
	// inflate inflates an entry, whose data ends somewhere before data.to. It returns
	// where that is, if it ends by itself.
	inflate func(e *zipEntry) (end int64, ended bool, err error)

	entries []zipEntry // in the order of the directory, others behind
	fault   string     // what is wrong with the archive, "" if nothing is
	faultAt int64
	unknown []zipGap

	known   []zipRange // what has been accounted for
	ctx     context.Context
	missing int // entries of the directory whose header was not found
}

// read finds all entries. The error is one of reading.
func (z *zipFile) read(ctx context.Context) error {
	z.ctx = ctx
	end, found, err := z.findEnd(zipTailBytes)
	if err != nil {
		return err
	}
	if found {
		err = z.readDirectory(end)
	}
	if err == nil {
		err = z.readHeaders()
	}
	if err != nil {
		return err
	}
	overlapping(z.entries)
	for i := range z.entries {
		// What is left out because it overlaps is accounted for, too.
		if e := &z.entries[i]; e.data.from > 0 {
			z.known = append(z.known, zipRange{e.header, e.data.to})
		}
	}
	if err := z.readGaps(found); err != nil {
		return err
	}
	if !found && z.fault == "" {
		z.fail(z.size, "it has no directory, which comes at the end; its entries are found by their headers")
	}
	return nil
}

// fail notes what is wrong, if nothing else is.
func (z *zipFile) fail(at int64, why string) {
	if z.fault == "" {
		z.faultAt, z.fault = at, why
	}
}

// zipEnd says where the directory is.
type zipEnd struct {
	directory zipRange
	whole     zipRange // what comes behind the directory
	base      int64    // what offsets count from
	entries   uint64
}

const (
	// zipCommentBytes is how far from the end of the file the end of the directory can be
	// if nothing but its comment follows.
	zipCommentBytes = zipEndBytes + 0xffff
	// zipTailBytes is how far from the end it is looked for in what begins as a zip:
	// transfers add something.
	zipTailBytes = 1 << 20
)

// findEnd looks for the end of the directory in the last most bytes of the file: for the
// last one whose offsets count from the start of the file, else for the last one at all.
// What is compressed behind an archive may hold another.
func (z *zipFile) findEnd(most int64) (end zipEnd, found bool, err error) {
	tail := make([]byte, min(z.size, most))
	start := z.size - int64(len(tail))
	if err := readFull(z.r, tail, start); err != nil {
		return end, false, err
	}
	for at := len(tail); ; {
		if at = bytes.LastIndex(tail[:at], []byte(zipEndSignature)); at < 0 {
			return end, found, nil
		}
		if len(tail)-at < zipEndBytes {
			continue
		}
		this, ok, err := z.parseEnd(tail[at:], start+int64(at))
		switch {
		case err != nil:
			return end, false, err
		case ok && this.base == 0:
			return this, true, nil
		case ok && !found:
			end, found = this, true
		}
	}
}

// parseEnd reads the end of the directory, b, at an offset. found is false if there is
// no directory where it says.
func (z *zipFile) parseEnd(b []byte, at int64) (end zipEnd, found bool, err error) {
	le := binary.LittleEndian
	entries, size, offset := uint64(le.Uint16(b[10:])), uint64(le.Uint32(b[12:])), uint64(le.Uint32(b[16:]))
	whole := zipRange{at, min(at+zipEndBytes+int64(le.Uint16(b[20:])), z.size)}
	stop := at
	if end64, n, ok := z.end64(at); ok {
		entries, size, offset, stop = le.Uint64(end64[32:]), le.Uint64(end64[40:]), le.Uint64(end64[48:]), n
	}
	if size > uint64(stop) {
		return end, false, nil
	}
	for _, from := range [...]int64{stop - int64(size), clampSize(offset)} {
		d := zipRange{from, from + int64(size)}
		if d.to > stop || !z.isDirectory(d) {
			continue
		}
		return zipEnd{directory: d, whole: zipRange{d.to, whole.to}, base: d.from - clampSize(offset), entries: entries}, true, nil
	}
	return end, false, nil
}

// end64 returns the 64-bit end of the directory that belongs to the end at an offset,
// and where it is.
func (z *zipFile) end64(at int64) (b []byte, from int64, found bool) {
	var locator [zipLocatorBytes]byte
	if at < zipLocatorBytes+zipEnd64Bytes || readFull(z.r, locator[:], at-zipLocatorBytes) != nil || string(locator[:4]) != zipLocatorSignature {
		return nil, 0, false
	}
	b = make([]byte, zipEnd64Bytes)
	// It says where it is, which is wrong if something lies before the archive.
	for _, from := range [...]int64{at - zipLocatorBytes - zipEnd64Bytes, clampSize(binary.LittleEndian.Uint64(locator[8:]))} {
		if from <= at-zipLocatorBytes-zipEnd64Bytes && readFull(z.r, b, from) == nil && string(b[:4]) == zipEnd64Signature {
			return b, from, true
		}
	}
	return nil, 0, false
}

func (z *zipFile) isDirectory(d zipRange) bool {
	if d.from == d.to {
		return true
	}
	var signature [4]byte
	return d.from >= 0 && d.to-d.from >= zipDirectoryBytes && readFull(z.r, signature[:], d.from) == nil && string(signature[:]) == zipDirectorySignature
}

// readDirectory reads the entries of the directory as far as they are whole.
func (z *zipFile) readDirectory(end zipEnd) error {
	at := end.directory.from
	for at < end.directory.to && len(z.entries) <= z.max {
		if err := z.ctx.Err(); err != nil {
			return err
		}
		e, size, err := z.directoryEntry(at, end.directory.to, end.base)
		if err != nil {
			return err
		}
		if size == 0 {
			z.fail(at, fmt.Sprintf("its directory is damaged after %s", entries(len(z.entries))))
			break
		}
		z.entries = append(z.entries, e)
		at += size
	}
	z.known = append(z.known, zipRange{end.directory.from, at}, end.whole)
	if uint64(len(z.entries))&0xffff != end.entries&0xffff && z.fault == "" && len(z.entries) <= z.max {
		z.fail(end.directory.from, fmt.Sprintf("its directory has %s and should have %d", entries(len(z.entries)), end.entries))
	}
	return nil
}

// directoryEntry reads the entry of the directory at an offset. It returns the size of
// it, 0 if there is none.
func (z *zipFile) directoryEntry(at, limit, base int64) (e zipEntry, size int64, err error) {
	var b [zipDirectoryBytes]byte
	if limit-at < int64(len(b)) {
		return e, 0, nil
	}
	if err := readFull(z.r, b[:], at); err != nil {
		return e, 0, err
	}
	if string(b[:4]) != zipDirectorySignature {
		return e, 0, nil
	}
	le := binary.LittleEndian
	name, extra := int64(le.Uint16(b[28:])), int64(le.Uint16(b[30:]))
	size = int64(len(b)) + name + extra + int64(le.Uint16(b[32:]))
	if size > limit-at {
		return e, 0, nil
	}
	rest := make([]byte, name+extra)
	if err := readFull(z.r, rest, at+int64(len(b))); err != nil {
		return e, 0, err
	}
	e = zipEntry{
		raw: string(rest[:name]), host: b[5], flags: le.Uint16(b[8:]), method: le.Uint16(b[10:]), crc: le.Uint32(b[16:]),
		mode: le.Uint32(b[38:]),
	}
	packed, unpacked, header := uint64(le.Uint32(b[20:])), uint64(le.Uint32(b[24:])), uint64(le.Uint32(b[42:]))
	e.readExtra(rest[name:], &unpacked, &packed, &header)
	e.unpacked, e.data.to, e.header = clampSize(unpacked), clampSize(packed), base+clampSize(header)
	return e, size, nil
}

// readExtra reads the extra fields of an entry: the name in UTF-8, if it belongs to
// the name that is there, and the numbers that are too large for their own fields,
// which are in this order.
func (e *zipEntry) readExtra(extra []byte, numbers ...*uint64) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		tag, size := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if size > len(extra) {
			return
		}
		field := extra[:size]
		extra = extra[size:]
		switch tag {
		case zipUnicodePathTag:
			if size > 5 && field[0] == 1 && le.Uint32(field[1:]) == crc32.ChecksumIEEE([]byte(e.raw)) && utf8.Valid(field[5:]) {
				e.unicode = string(field[5:])
			}
		case zip64Tag:
			for _, n := range numbers {
				if *n == zip64Marker && len(field) >= 8 {
					*n, field = le.Uint64(field), field[8:]
				}
			}
		}
	}
}

// readHeaders finds where the data of the entries of the directory is.
func (z *zipFile) readHeaders() error {
	inOrder := make([]*zipEntry, len(z.entries))
	for i := range z.entries {
		inOrder[i] = &z.entries[i]
	}
	slices.SortStableFunc(inOrder, func(p, q *zipEntry) int { return int(min(max(p.header-q.header, -1), 1)) })
	for _, e := range inOrder {
		if err := z.ctx.Err(); err != nil {
			return err
		}
		_, size, err := z.header(e.header)
		if err != nil {
			return err
		}
		packed := e.data.to
		if size == 0 {
			e.data = zipRange{}
			e.fault = fmt.Sprintf("it is not at byte %s, where the directory of the archive has it", grouped(e.header))
			z.missing++
			continue
		}
		e.data.from = e.header + size
		e.data.to = min(e.data.from+packed, z.size)
		e.cut = e.data.to-e.data.from < packed
	}
	return nil
}

// header reads the header of an entry at an offset. It returns the size of it, 0 if
// there is none. The entry has its packed size in data.to.
func (z *zipFile) header(at int64) (e zipEntry, size int64, err error) {
	var b [zipHeaderBytes]byte
	if at < 0 || z.size-at < int64(len(b)) {
		return e, 0, nil
	}
	if err := readFull(z.r, b[:], at); err != nil {
		return e, 0, err
	}
	le := binary.LittleEndian
	name, extra := int64(le.Uint16(b[26:])), int64(le.Uint16(b[28:]))
	size = int64(len(b)) + name + extra
	if string(b[:4]) != zipEntrySignature || size > z.size-at {
		return e, 0, nil
	}
	rest := make([]byte, name+extra)
	if err := readFull(z.r, rest, at+int64(len(b))); err != nil {
		return e, 0, err
	}
	e = zipEntry{
		raw: string(rest[:name]), header: at, flags: le.Uint16(b[6:]), method: le.Uint16(b[8:]), crc: le.Uint32(b[14:]),
	}
	packed, unpacked := uint64(le.Uint32(b[18:])), uint64(le.Uint32(b[22:]))
	e.readExtra(rest[name:], &unpacked, &packed)
	e.data = zipRange{at + size, clampSize(packed)}
	e.unpacked = clampSize(unpacked)
	e.sizeUnknown = e.flags&zipHasDescriptor != 0 && packed == 0 && unpacked == 0
	return e, size, nil
}
