package source

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// The signatures a zip begins with: an entry, an archive without entries, a
// part of a spanned archive.
const (
	zipEntrySignature   = "PK\x03\x04"
	zipEmptySignature   = "PK\x05\x06"
	zipSpannedSignature = "PK\x07\x08"
)

func isZip(head []byte, _ int64) bool {
	if len(head) < 4 {
		return false
	}
	magic := string(head[:4])
	return magic == zipEntrySignature || magic == zipEmptySignature || magic == zipSpannedSignature
}

// zipEncrypted is the flag of an entry that needs a password.
const zipEncrypted = 1 << 0

// openZip searches a zip. Stored entries are read in place.
func (x *explorer) openZip(c *candidate) error {
	if x.tooDeep(c) {
		return nil
	}
	a := x.newArchive(c)
	zr, err := zip.NewReader(&a.window, c.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return x.notAnArchive(c, "zip archive", err)
	}
	zr.RegisterDecompressor(zip.Deflate, flate.NewReader)
	zr.RegisterDecompressor(zstd.ZipMethodWinZip, zstd.ZipDecompressor(
		zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdMaxWindow)))
	c.keep = true
	for _, f := range zr.File {
		more, err := a.addZipEntry(c, f)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	return x.search(a.inside(c))
}

func (a *archive) addZipEntry(c *candidate, f *zip.File) (more bool, err error) {
	switch mode := f.Mode(); {
	case mode.IsDir():
		return true, nil
	case a.isCredential(f.Name):
		return true, nil
	case mode&fs.ModeSymlink != 0:
		a.skip(f.Name, "it is a symbolic link, which is not followed", nil)
		return true, nil
	case f.Flags&zipEncrypted != 0:
		a.skip(f.Name, "it is encrypted; unpack the archive with its password and open the folder", nil)
		return true, nil
	case f.Method == zip.Store:
		return a.addStored(c, f), nil
	}
	r, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		a.skip(f.Name, fmt.Sprintf("its compression, method %d, is not known here; pack it with deflate", f.Method), err)
		return true, nil
	}
	if err != nil {
		a.skip(f.Name, err.Error(), err)
		return true, nil
	}
	// Closing only repeats the error of the last read, which has been told.
	defer func() { _ = r.Close() }()
	return a.addInflated(f.Name, r, clampSize(f.CompressedSize64), f.Modified)
}

// addStored adds an entry that is not compressed as a section of the archive.
// Its CRC is not verified: that would read the archive whole, and chains have
// checksums of their own.
func (a *archive) addStored(c *candidate, f *zip.File) (more bool) {
	off, err := f.DataOffset()
	if err != nil {
		a.skip(f.Name, err.Error(), err)
		return true
	}
	size := clampSize(f.CompressedSize64)
	if have := max(c.size-off, 0); size > have {
		a.cut(f.Name, have, io.ErrUnexpectedEOF)
		size = have
	}
	return a.add(f.Name, io.NewSectionReader(c.r, off, size), size, f.Modified)
}

// clampSize makes a size that a file claims fit for arithmetic.
func clampSize(n uint64) int64 { return int64(min(n, 1<<62)) }
