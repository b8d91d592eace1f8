package source

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// A tar is a run of blocks; the checksum in the header of an entry is what all
// dialects have in common. Two blocks of zeros end it.
const (
	tarBlockBytes    = 512
	tarChecksumStart = 148
	tarChecksumEnd   = 156
	tarMagic         = "ustar"
	tarMagicAt       = 257
)

// Types of entries that archive/tar has no names for.
const (
	tarVolumeLabel = 'V' // GNU: a name for the archive
	tarFolderList  = 'D' // GNU: what a folder held when an incremental archive was made
	tarContinued   = 'M' // GNU: the rest of a file that began in another volume
)

func isTar(head []byte, _ int64) bool {
	if len(head) < tarBlockBytes || head[0] == 0 {
		return false
	}
	header := head[:tarBlockBytes]
	field := strings.Trim(string(header[tarChecksumStart:tarChecksumEnd]), " \x00")
	want, err := strconv.ParseUint(field, 8, 32)
	sum := uint64(' ') * (tarChecksumEnd - tarChecksumStart)
	for i, b := range header {
		if i < tarChecksumStart || i >= tarChecksumEnd {
			sum += uint64(b)
		}
	}
	return err == nil && sum == want
}

// openTar searches a tar, and those that follow it. Its entries are read in place.
func (x *explorer) openTar(c *candidate) error {
	if x.tooDeep(c) {
		return nil
	}
	c.keep = true
	t := &tarFile{archive: x.newArchive(c), c: c}
	if err := t.read(); err != nil {
		return err
	}
	if err := t.search(c); err != nil {
		return err
	}
	return x.follows(c, t.at, "the tar archive")
}

// tarFile is a tar being read, with the tars that follow it.
type tarFile struct {
	*archive
	c *candidate
	// at is where the next header is; once all is read, what follows.
	at int64
	// last is the entry that was read before: it is added once it is known that a
	// header follows its data.
	last *tarEntry
	full bool // no more entries may be added
}

// tarEntry is a file that lies in the tar as it is.
type tarEntry struct {
	name     string
	from, to int64
	modified time.Time
	claimed  int64 // its size, of which the tar may hold less
}

// read adds all entries. The error is that of the context.
func (t *tarFile) read() error {
	for !t.full && t.at < t.c.size {
		from := t.at
		ended, err := t.readOne()
		if err != nil {
			return err
		}
		if !t.full && !t.goesOn(ended, t.at > from) {
			break
		}
	}
	t.flush(t.c.size)
	return nil
}

// readOne reads a tar from t.at until it ends or cannot be read; ended says which.
func (t *tarFile) readOne() (ended bool, err error) {
	section := io.NewSectionReader(&t.window, 0, t.c.size)
	if _, err := section.Seek(t.at, io.SeekStart); err != nil {
		return false, err
	}
	tr := tar.NewReader(section)
	for !t.full {
		if err := t.x.ctx.Err(); err != nil {
			return false, err
		}
		header, err := tr.Next()
		if err == io.EOF {
			return true, nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return false, nil
		}
		t.flush(t.at)
		if err := t.addEntry(header, tr, section); err != nil {
			return false, err
		}
		at, err := section.Seek(0, io.SeekCurrent)
		if err != nil {
			return false, err
		}
		if t.last != nil {
			at = t.last.from + t.last.claimed
		}
		t.at = min(at+(tarBlockBytes-at%tarBlockBytes)%tarBlockBytes, t.c.size)
	}
	return false, nil
}

// goesOn goes from where a tar ended, or could not be read, to the next header. It
// returns false if there is none, and tells what is lost. progress is false if the header
// at t.at, whose checksum is right, was all that was tried.
func (t *tarFile) goesOn(ended, progress bool) bool {
	next, err := skipZeros(t.c.r, t.at, t.c.size)
	if err != nil {
		t.x.set.problem(unreadable(t.c.origin, err))
		return false
	}
	// One block of zeros has ended it, even if two should.
	if next-t.at >= tarBlockBytes {
		ended = true
	} else if next == t.c.size {
		t.flush(t.at)
		t.at = next
		t.endsEarly()
		return false
	}
	if t.isHeader(next) {
		if next == t.at && !progress {
			return t.resume(t.at + 1)
		}
		t.flush(t.at)
		t.at = next
		return true
	}
	if ended {
		t.flush(t.at)
		t.at = next
		return false
	}
	return t.resume(t.at)
}

func (t *tarFile) isHeader(at int64) bool {
	var head [tarBlockBytes]byte
	return readFull(t.c.r, head[:], at) == nil && isTar(head[:], 0)
}

// resume looks for the next header, from an offset on, after what is none at t.at. The
// last entry may not be whole: then a header lies inside what should be its data.
func (t *tarFile) resume(from int64) bool {
	lostFrom := t.at
	if e := t.last; e != nil && !t.isArchive(e) {
		from = e.from
	}
	next := t.nextHeader(from)
	if next < lostFrom {
		lostFrom = next
	}
	t.flush(lostFrom)
	t.at = next
	switch {
	case next == t.c.size:
		t.endsEarly()
		return false
	case next > lostFrom:
		t.x.lostBytes(t.c, lostFrom, next, "a damaged tar archive", " are no entry; those before and behind are used")
	default:
		t.endsEarly()
	}
	return true
}

// isArchive reports whether the data of an entry is a tar itself.
func (t *tarFile) isArchive(e *tarEntry) bool {
	return e.claimed >= 2*tarBlockBytes && e.claimed%tarBlockBytes == 0 && t.isHeader(e.from)
}

// nextHeader returns where the next header is: at any offset where it has the mark of
// all dialects since 1988, else at that of a block. It is the size of the file if there
// is none.
func (t *tarFile) nextHeader(from int64) int64 {
	step := int64(16 * tarBlockBytes) // larger the longer there is none
	var buf []byte
	for at := from; at < t.c.size && t.x.ctx.Err() == nil; at += int64(len(buf)) - tarBlockBytes {
		step = min(4*step, windowBytes)
		buf = make([]byte, step)
		b := buf[:min(t.c.size-at, step)]
		if readFull(t.c.r, b, at) != nil {
			break
		}
		found := len(b)
		for i := tarMagicAt; i < found; i++ {
			n := bytes.Index(b[i:], []byte(tarMagic))
			if n < 0 {
				break
			}
			if i += n; isTar(b[i-tarMagicAt:], 0) {
				found = i - tarMagicAt
			}
		}
		first := int((t.at - at) % tarBlockBytes)
		if first < 0 {
			first += tarBlockBytes
		}
		for i := first; i < found; i += tarBlockBytes {
			if isTar(b[i:], 0) {
				found = i
			}
		}
		if found < len(b) {
			return at + int64(found)
		}
	}
	return t.c.size
}

// endsEarly tells of a tar that has no end. The entries before that are used.
func (t *tarFile) endsEarly() {
	if t.c.damaged {
		return // the compressed file around it is, which has been told
	}
	at := postcard.Some(t.at)
	if t.c.inflated {
		at.Some = false // the path is that of the file around it
	}
	t.x.set.problem(Problem{
		Level: LevelWarning, Path: t.c.origin, Offset: at, Title: "a tar archive that ends early", Err: io.ErrUnexpectedEOF,
		Detail: "the two empty blocks at its end are missing, so entries may be missing as well; those that are there are used",
		Advice: "Copy or download the archive again; it is most likely cut",
	})
}

// addEntry adds an entry, or keeps it for when the next header is found. The error is
// that of the context.
func (t *tarFile) addEntry(header *tar.Header, tr *tar.Reader, section *io.SectionReader) error {
	switch header.Typeflag {
	case tar.TypeDir, tar.TypeXGlobalHeader, tarVolumeLabel, tarFolderList:
		return nil
	}
	name := t.name(tarName(header.Name))
	if name == "" || t.isCredential(name) || header.Typeflag == tar.TypeLink && t.isCredential(t.name(tarName(header.Linkname))) {
		return nil
	}
	switch header.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		if isSparse(header) {
			more, err := t.addInflated(name, tr, header.Size, header.ModTime)
			t.full = !more
			return err
		}
		at, err := section.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		t.last = &tarEntry{name: name, from: at, to: min(at+header.Size, t.c.size), modified: header.ModTime, claimed: header.Size}
	case tar.TypeLink:
		t.addLink(name, header)
	case tar.TypeSymlink:
		t.link(name, header.Linkname)
	case tarContinued:
		t.skip(name, "it is the end of a file that begins in another volume of the archive; put the volumes together", nil)
	case tar.TypeFifo:
		t.note("left out", "it is a pipe", name)
	case tar.TypeChar, tar.TypeBlock:
		t.note("left out", "it is a device", name)
	default:
		t.skip(name, "it is of type "+strconv.QuoteRune(rune(header.Typeflag))+", which is not known", nil)
	}
	return nil
}

// tarName is a name of a tar. It is taken for UTF-8, which is what all systems of today
// write; a backslash separates folders only where nothing else does.
func tarName(raw string) storedName {
	return storedName{raw: raw, coding: asUTF8, backslashes: !strings.Contains(raw, "/")}
}

// isSparse reports whether the content of an entry is stored without its holes,
// so that it is no section of the archive.
func isSparse(header *tar.Header) bool {
	for key := range header.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return header.Typeflag == tar.TypeGNUSparse
}

// flush adds the entry that was kept. No more than what lies before limit is its.
func (t *tarFile) flush(limit int64) {
	e := t.last
	if e == nil || t.full {
		return
	}
	t.last = nil
	size := min(e.to, limit) - e.from
	if size < e.claimed {
		t.cut(e.name, size, io.ErrUnexpectedEOF)
	}
	t.full = !t.add(e.name, t.content(e.from, size), size, e.modified)
}

// content returns a part of the archive. A small one is read with what lies around it.
func (t *tarFile) content(from, size int64) io.ReaderAt {
	if size > 0 && size <= redex.MaxHeldBytes && size <= smallBytes-t.x.small {
		small := make([]byte, size)
		if readFull(&t.window, small, from) == nil {
			t.x.small += size
			return &smallContent{small}
		}
	}
	return io.NewSectionReader(t.c.r, from, size)
}

// addLink adds a second name for an entry that came before.
func (t *tarFile) addLink(name string, header *tar.Header) {
	target := t.tree.find(t.name(tarName(header.Linkname)))
	switch {
	case target == nil || target.IsDir():
		t.skip(name, "it is a link to "+quoted(header.Linkname)+", which is not in the archive before it", nil)
	case t.x.budget.work(target.size) != nil:
		limit, _ := asLimit(t.x.budget.work(target.size))
		t.exceeded(name, limit)
	default:
		t.full = !t.add(name, target.content, target.size, header.ModTime)
	}
}

// isTarContent looks for a tar at the start of inflated data.
func isTarContent(content *blob) bool {
	head := make([]byte, tarBlockBytes)
	_, err := content.ReadAt(head, 0)
	return err == nil && isTar(head, content.size)
}
