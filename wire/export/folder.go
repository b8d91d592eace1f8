package export

import (
	"fmt"
	"io"
	"math"
	"slices"

	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// RawPart is a run of bytes of a file of the folder that a chain was read from.
// [File.ReadRaw] reads them.
type RawPart struct {
	// File is the place of the file in the list of the folder.
	File int
	// Offset counts bytes from the start of that file.
	Offset int64
	// Length is how many bytes there are.
	Length int64

	chain ChainID
	at    itemRef
}

// rawFits reports whether the index of a raw part is possible for a body of at most
// bodyLen bytes.
func rawFits(index []uint64, bodyLen int64) bool {
	file, offset, length := index[1], index[2], index[3]
	return file < MaxFolderFiles && offset <= math.MaxInt64-MaxRawBytes &&
		length > 0 && length <= MaxRawBytes && length <= uint64(bodyLen)
}

// The body of a folder item. Its files are in the order in which raw parts count
// them.
type (
	folderBody struct {
		Files []fileBody `cbor:"files"`
	}
	fileBody struct {
		Path string `cbor:"path"`
		Size uint64 `cbor:"size"`
		Part string `cbor:"part"`
	}
)

func encodeFolder(files []wire.FolderFile) ([]byte, error) {
	if len(files) > MaxFolderFiles {
		return nil, ErrTooLarge
	}
	body := folderBody{Files: make([]fileBody, len(files))}
	for i, f := range files {
		if f.Size < 0 || f.Part >= wire.FilePartCount {
			return nil, fmt.Errorf("%w: file %q", ErrMalformed, f.Path)
		}
		body.Files[i] = fileBody{Path: f.Path, Size: uint64(f.Size), Part: f.Part.String()}
	}
	return encodeBody(body)
}

// decodeFolder reads the body of a folder item: no part of the chain and no path is
// there twice.
func decodeFolder(b []byte) ([]wire.FolderFile, error) {
	body, err := decodeBody[folderBody](b)
	if err != nil {
		return nil, err
	}
	files := make([]wire.FolderFile, len(body.Files))
	paths, parts := map[string]bool{}, [wire.FilePartCount]bool{}
	for i, f := range body.Files {
		part, known := wire.ParseFilePart(f.Part)
		if !known || f.Size > math.MaxInt64 || paths[f.Path] || part != wire.FileOther && parts[part] {
			return nil, fmt.Errorf("%w: file %q", ErrMalformed, f.Path)
		}
		paths[f.Path], parts[part] = true, true
		files[i] = wire.FolderFile{Path: f.Path, Size: int64(f.Size), Part: part}
	}
	return files, nil
}

// addFolder takes over the folder of a chain.
func (f *File) addFolder(it *Item) {
	c := f.chainOf(it.ChainID, it.ref())
	if c.listed {
		f.log.add(it.fault("chain", ErrOrder))
		return
	}
	c.listed, c.folder = true, it.Folder
}

// ref says where the item lies.
func (it *Item) ref() itemRef { return itemRef{typ: it.Type, offset: it.Offset, length: it.Length} }

func (c *chainReader) addRaw(at itemRef, file int, offset, length int64) {
	c.raws = append(c.raws, RawPart{File: file, Offset: offset, Length: length, chain: c.id, at: at})
}

// rawFault reports the first raw part of a file that the folder does not list.
func (c *chainReader) rawFault() *Error {
	for i := range c.raws {
		if p := &c.raws[i]; p.File >= len(c.folder) {
			e := p.at.fault("file", ErrNoFolder)
			e.Chain = someChain(uint64(c.id))
			return e
		}
	}
	return nil
}

// Folder returns what the channel folder of the i-th of [File.Chains] held, and
// whether the export says so.
func (f *File) Folder(i int) (files []wire.FolderFile, listed bool) {
	return f.chains[i].folder, f.chains[i].listed
}

// RawParts returns what travelled by itself of the folder of the i-th chain, in the
// order of the export. The caller does not change it.
func (f *File) RawParts(i int) []RawPart { return f.chains[i].raws }

// ReadRaw reads the bytes of a raw part into buf, or into new memory if it is too
// small, and checks them. Damage is an [*Error], which is among [File.Faults] from
// then on.
func (f *File) ReadRaw(p RawPart, buf []byte) ([]byte, error) {
	buf, fault := p.read(f.r, buf)
	if fault == nil {
		return buf, nil
	}
	fault.Chain = someChain(uint64(p.chain))
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.told[p.at.offset] {
		if f.told == nil {
			f.told = map[int64]bool{}
		}
		f.told[p.at.offset] = true
		f.log.add(fault)
	}
	return nil, fault
}

// read reads and checks the bytes.
func (p *RawPart) read(in io.ReaderAt, buf []byte) ([]byte, *Error) {
	if p.at.length > MaxRawBytes+maxFrameBytes {
		return nil, p.at.fault("", ErrTooLarge)
	}
	buf = slices.Grow(buf[:0], int(p.at.length))[:p.at.length]
	if err := readFull(in, buf, p.at.offset); err != nil {
		return nil, p.at.fault("", err)
	}
	f, body, fault := p.at.check(buf)
	if fault != nil {
		return nil, fault
	}
	announced := [4]uint64{uint64(p.chain), uint64(p.File), uint64(p.Offset), uint64(p.Length)}
	if [4]uint64(f.index[:4]) != announced || int64(len(body)) != p.Length {
		return nil, p.at.fault("index", ErrMalformed)
	}
	// The memory is used again from its start.
	return buf[:copy(buf, body)], nil
}

// verifyRaws reads all raw parts. What is wrong with one is noted with the faults.
func (f *File) verifyRaws() {
	var buf []byte
	for _, c := range f.chains {
		for _, p := range c.raws {
			if b, err := f.ReadRaw(p, buf); err == nil {
				buf = b
			}
		}
	}
}

// LeftOut is the finding that n bytes of a file of a chain's folder, which are in
// none of the entries, do not go.
func LeftOut(chain ChainID, f wire.FolderFile, n int64) Finding {
	finding := Finding{
		Chain: postcard.Some(chain), By: BySource, Rule: FindingLeftOut, Severity: SeverityNote, Where: f.Path, Count: uint64(n),
		Title:  message.New("{byte|bytes} of the folder were left out on purpose", message.Count(n)),
		Detail: message.New("{}, a file that the chain was not read from", message.Path(f.Path)),
	}
	size := message.Count(f.Size)
	switch f.Part {
	case wire.FileIDX:
		finding.Detail = message.New("{} of {byte|bytes} of idx: rows that cannot be told from the entries", message.Count(n), size)
	case wire.FileDAT:
		finding.Detail = message.New("{} of {byte|bytes} of dat: no row leads to them in order", message.Count(n), size)
	case wire.FileTS:
		finding.Detail = message.New("{} of {byte|bytes} of ts: they are behind the times of the entries", message.Count(n), size)
	}
	return finding
}
