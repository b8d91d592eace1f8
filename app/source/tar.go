package source

import (
	"archive/tar"
	"errors"
	"io"
	"strconv"
	"strings"
)

// A tar is a run of blocks; the checksum in the header of an entry is what all
// dialects have in common.
const (
	tarBlockBytes    = 512
	tarChecksumStart = 148
	tarChecksumEnd   = 156
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

// openTar searches a tar. Its entries are read in place.
func (x *explorer) openTar(c *candidate) error {
	if x.tooDeep(c) {
		return nil
	}
	c.keep = true
	a := x.newArchive(c)
	section := io.NewSectionReader(&a.window, 0, c.size)
	tr := tar.NewReader(section)
	for {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		header, err := tr.Next()
		if err == io.EOF {
			break
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			x.tarEndsEarly(c, err)
			break
		}
		more, err := a.addTarEntry(c, header, tr, section)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	return x.search(a.inside(c))
}

// tarEndsEarly tells of a tar that cannot be read to its end. The entries
// before that are used.
func (x *explorer) tarEndsEarly(c *candidate, err error) {
	at := c.cutAt(err)
	if c.inflated {
		at.Some = false // the path is that of the file around it
	}
	x.set.problem(Problem{
		Level: LevelWarning, Path: c.origin, Offset: at, Title: "a tar archive that ends early", Err: err,
		Detail: err.Error() + "; the entries before that are used",
		Advice: "Copy or download the archive again; it is most likely cut",
	})
}

func (a *archive) addTarEntry(c *candidate, header *tar.Header, tr *tar.Reader, section *io.SectionReader) (more bool, err error) {
	if header.Typeflag != tar.TypeDir && (a.isCredential(header.Name) ||
		header.Typeflag == tar.TypeLink && a.isCredential(header.Linkname)) {
		return true, nil
	}
	switch header.Typeflag {
	case tar.TypeReg:
		if isSparse(header) {
			return a.addInflated(header.Name, tr, header.Size, header.ModTime)
		}
		return a.addTarFile(c, header, section), nil
	case tar.TypeGNUSparse:
		return a.addInflated(header.Name, tr, header.Size, header.ModTime)
	case tar.TypeDir, tar.TypeXGlobalHeader:
		return true, nil
	case tar.TypeLink:
		return a.addLink(header), nil
	case tar.TypeSymlink:
		a.skip(header.Name, "it is a symbolic link to "+quoted(header.Linkname)+", which is not followed", nil)
	default:
		a.skip(header.Name, "it is neither a file nor a folder", nil)
	}
	return true, nil
}

// isSparse reports whether the content of an entry is stored without its holes,
// so that it is no section of the archive.
func isSparse(header *tar.Header) bool {
	for key := range header.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// addTarFile adds the section where the reader stands: right behind the header.
func (a *archive) addTarFile(c *candidate, header *tar.Header, section *io.SectionReader) (more bool) {
	off, err := section.Seek(0, io.SeekCurrent)
	if err != nil {
		a.skip(header.Name, err.Error(), err)
		return true
	}
	size := header.Size
	if have := max(c.size-off, 0); size > have {
		a.cut(header.Name, have, io.ErrUnexpectedEOF)
		size = have
	}
	return a.add(header.Name, io.NewSectionReader(c.r, off, size), size, header.ModTime)
}

// addLink adds a second name for an entry that came before.
func (a *archive) addLink(header *tar.Header) (more bool) {
	target := a.tree.find(a.cleanName(header.Linkname))
	if target == nil || target.IsDir() {
		a.skip(header.Name, "it is a link to "+quoted(header.Linkname)+", which is not in the archive before it", nil)
		return true
	}
	return a.add(header.Name, target.content, target.size, header.ModTime)
}

// isTarContent looks for a tar at the start of inflated data.
func isTarContent(content *blob) bool {
	head := make([]byte, tarBlockBytes)
	_, err := content.ReadAt(head, 0)
	return err == nil && isTar(head, content.size)
}
