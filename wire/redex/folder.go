package redex

import (
	"path"
	"slices"
	"strings"

	"chainglass/wire"
)

// Folder lists what the channel folder held of a channel when it was looked at: the
// manifest, the files of the flat layout, then those of each generation, with the
// part that each has in g. A generation without a file is listed as a folder. What
// else lies there is none of the channel's and is not listed.
func (g *Generation) Folder() []wire.FolderFile {
	c := g.channel
	l := folderList{own: map[string]wire.FilePart{g.idx.path: wire.FileIDX, g.dat.path: wire.FileDAT, g.ts.path: wire.FileTS}, dir: c.Dir}
	l.add(manifestName, c.Manifest.File)
	l.add(manifestTmpName, c.ManifestTmp)
	l.addFiles("", c.Flat)
	for _, other := range c.Generations {
		dir := GenerationDir(other.Number)
		if !other.Files.Any() {
			l.files = append(l.files, wire.FolderFile{Path: dir + "/"})
		}
		l.addFiles(dir, other.Files)
	}
	return l.files
}

// folderList is a folder being listed.
type folderList struct {
	dir   string // of the channel
	own   map[string]wire.FilePart
	files []wire.FolderFile
}

func (l *folderList) add(name string, state FileState) {
	if state.Present {
		l.files = append(l.files, wire.FolderFile{Path: name, Size: state.Size, Part: l.own[path.Join(l.dir, name)]})
	}
}

func (l *folderList) addFiles(dir string, files Files) {
	l.add(path.Join(dir, idxName), files.IDX)
	l.add(path.Join(dir, datName), files.DAT)
	l.add(path.Join(dir, tsName), files.TS)
}

// IsPlainManifest reports whether a file of a folder, with that content, is the
// manifest that a folder with nothing but the chain in it has: it names the
// generation that the chain was read from, and tells nothing else.
func IsPlainManifest(files []wire.FolderFile, number int, content []byte) bool {
	f := &files[number]
	if f.Path != manifestName || f.Size != ManifestSize || len(content) != ManifestSize {
		return false
	}
	generation, err := ParseManifest(content)
	return err == nil && slices.ContainsFunc(files, func(f wire.FolderFile) bool {
		return f.Part != wire.FileOther && path.Dir(f.Path) == GenerationDir(generation)
	})
}

// IsFolderPath reports whether name can be the Path of a [wire.FolderFile]: that
// of a file that channels have, or of a generation with a slash behind.
func IsFolderPath(name string) bool {
	dir, base, below := strings.Cut(name, "/")
	if !below {
		return name == manifestName || name == manifestTmpName || isGenerationFile(name)
	}
	_, isGeneration := ParseGenerationDir(dir)
	return isGeneration && (base == "" || isGenerationFile(base))
}

func isGenerationFile(name string) bool { return name == idxName || name == datName || name == tsName }

// IsFolderName reports whether a channel may have a file or folder of that name in
// its folder, so that no channel below it can be called the same.
func IsFolderName(name string) bool {
	_, isGeneration := ParseGenerationDir(name)
	return isGeneration || !strings.Contains(name, "/") && IsFolderPath(name)
}
