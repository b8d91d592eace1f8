package wire

import "fmt"

// FolderFile is a file of the channel folder that a chain was read from.
type FolderFile struct {
	// Path is relative to the channel folder, with slashes. One that ends in a
	// slash is a folder without a file in it.
	Path string
	// Size is in bytes.
	Size int64
	// Part says what the file is to the chain.
	Part FilePart
}

// FilePart says what a file of a channel folder is to the chain read from it.
type FilePart uint8

// The parts.
const (
	// FileOther is any file that the chain was not read from: the manifest, or a
	// file of another generation.
	FileOther FilePart = iota
	// FileIDX holds the rows of the chain.
	FileIDX
	// FileDAT holds its payloads.
	FileDAT
	// FileTS holds its append times.
	FileTS

	// FilePartCount is how many parts there are.
	FilePartCount
)

var filePartNames = [FilePartCount]string{"", "idx", "dat", "ts"}

// String returns the name of the file of a generation, "" for [FileOther].
func (p FilePart) String() string {
	if p < FilePartCount {
		return filePartNames[p]
	}
	return fmt.Sprintf("FilePart(%#02x)", uint8(p))
}

// ParseFilePart is the inverse of [FilePart.String].
func ParseFilePart(name string) (FilePart, bool) {
	for p, known := range filePartNames {
		if name == known {
			return FilePart(p), true
		}
	}
	return 0, false
}
