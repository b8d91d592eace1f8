package redex

import (
	"fmt"
	"io/fs"
	"slices"
	"sort"
)

// The names of the files of a channel.
const (
	manifestName    = "manifest"
	manifestTmpName = "manifest.tmp"
	idxName         = "idx"
	datName         = "dat"
	tsName          = "ts"
)

// FlatGeneration stands for the files of the flat layout where the number of a
// generation is asked for. No generation directory has this number.
const FlatGeneration uint32 = 0

// Files says which files of a generation are there.
type Files struct {
	IDX, DAT, TS FileState
}

// Complete reports whether all three files are there. Only then does a node
// accept the generation as it is.
func (f Files) Complete() bool { return f.IDX.Present && f.DAT.Present && f.TS.Present }

// Any reports whether at least one file is there.
func (f Files) Any() bool { return f.IDX.Present || f.DAT.Present || f.TS.Present }

// Size returns the bytes in all three files.
func (f Files) Size() int64 { return f.IDX.Size + f.DAT.Size + f.TS.Size }

// GenerationInfo is a generation directory as found.
type GenerationInfo struct {
	// Number is taken from the name of the directory.
	Number uint32
	// Files are the files in it.
	Files Files
}

// ManifestState is the manifest as found.
type ManifestState struct {
	// File is the file itself.
	File FileState
	// Generation is what a valid manifest names, else 0.
	Generation uint32
	// Err is the *[ManifestError] of an invalid manifest.
	Err error
}

// Valid reports whether there is a manifest that breaks no rule.
func (m ManifestState) Valid() bool { return m.File.Present && m.Err == nil }

// Channel is a channel directory as found: what is there, not what is in it.
type Channel struct {
	// Dir is the directory, a slash path in the file system.
	Dir string
	// Manifest is the pointer to the live generation.
	Manifest ManifestState
	// ManifestTmp is what an interrupted write of the manifest left.
	ManifestTmp FileState
	// Generations are in ascending order.
	Generations []GenerationInfo
	// Flat are the files of the flat layout.
	Flat Files

	fsys fs.FS
	// found are the files as they were found.
	found []foundFile
}

// OpenChannel looks at the channel directory dir. It reads no chain yet and
// keeps no file open. A directory with nothing of a channel in it is an empty
// Channel, not an error.
func OpenChannel(fsys fs.FS, dir string) (*Channel, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("redex: %w", err)
	}
	return openEntries(fsys, dir, entries, func(string) []fs.DirEntry { return nil })
}

// OpenListed is OpenChannel for a directory that was listed a while ago, as were those in it:
// list returns what lies in a directory, nil if that is not known. Where what is there
// does not fit what a node leaves behind that nobody writes to, it is listed again.
func OpenListed(fsys fs.FS, dir string, list func(dir string) []fs.DirEntry) (*Channel, error) {
	c, err := openEntries(fsys, dir, list(dir), list)
	if err == nil && c.isWhole() {
		return c, nil
	}
	return OpenChannel(fsys, dir)
}

// isWhole reports whether the manifest names the one generation there is, and that has all
// of its files.
func (c *Channel) isWhole() bool {
	return c.Manifest.Valid() && len(c.Generations) == 1 && c.Generations[0].Number == c.Manifest.Generation &&
		c.Generations[0].Files.Complete() && !c.Flat.Any()
}

func openEntries(fsys fs.FS, dir string, entries []fs.DirEntry, list func(dir string) []fs.DirEntry) (c *Channel, err error) {
	c = &Channel{Dir: dir, fsys: fsys}
	for _, entry := range entries {
		number, ok := ParseGenerationDir(entry.Name())
		if !ok || !entry.IsDir() {
			continue
		}
		generation := inFolder(dir, entry.Name())
		files, err := c.statFiles(generation, list(generation), false)
		if err != nil {
			return nil, err
		}
		c.Generations = append(c.Generations, GenerationInfo{Number: number, Files: files})
	}
	sort.Slice(c.Generations, func(i, j int) bool { return c.Generations[i].Number < c.Generations[j].Number })
	if c.Flat, err = c.statFiles(dir, entries, true); err != nil {
		return nil, err
	}
	if there, regular := isListed(entries, manifestTmpName); there {
		if c.ManifestTmp, _, err = statFile(fsys, inFolder(dir, manifestTmpName), regular); err != nil {
			return nil, err
		}
	}
	if there, regular := isListed(entries, manifestName); there {
		if c.Manifest, err = readManifest(fsys, inFolder(dir, manifestName), regular); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// isListed reports whether a name is among the entries of a folder, and as a regular file.
func isListed(entries []fs.DirEntry, name string) (there, regular bool) {
	for _, entry := range entries {
		if entry.Name() == name {
			return true, entry.Type().IsRegular()
		}
	}
	return false, false
}

// statFiles takes the sizes in the order ts, idx, dat. A node appends to dat, then
// idx, then ts, so what is seen of a channel that is being written is one of its
// earlier states: no row lacks its payload, no time its row. If entries are all there are,
// only the files among them are there.
func (c *Channel) statFiles(dir string, entries []fs.DirEntry, all bool) (files Files, err error) {
	for _, f := range [...]struct {
		name  string
		state *FileState
	}{{tsName, &files.TS}, {idxName, &files.IDX}, {datName, &files.DAT}} {
		there, regular := isListed(entries, f.name)
		if all && !there {
			continue
		}
		name := inFolder(dir, f.name)
		var found foundFile
		if *f.state, found, err = statFile(c.fsys, name, regular); err != nil {
			return Files{}, err
		}
		if f.state.Present {
			if c.found == nil {
				c.found = make([]foundFile, 0, 3) // of most channels it is these
			}
			c.found = append(c.found, found)
		}
	}
	return files, nil
}

// foundAt returns a file as it was found.
func (c *Channel) foundAt(name string) foundFile {
	for i := range c.found {
		if c.found[i].path == name {
			return c.found[i]
		}
	}
	return foundFile{}
}

func readManifest(fsys fs.FS, name string, listed bool) (m ManifestState, err error) {
	var found foundFile
	if m.File, found, err = statFile(fsys, name, listed); err != nil || !m.File.Present {
		return m, err
	}
	if found.content != nil {
		m.Generation, m.Err = ParseManifest(found.content)
		return m, nil
	}
	f, err := openFile(fsys, name, m.File, nil)
	if err != nil {
		return m, err
	}
	b := make([]byte, min(m.File.Size, ManifestSize))
	err = f.readAt(b, 0)
	if closeErr := f.close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return m, err
	}
	m.Generation, m.Err = ParseManifest(b)
	return m, nil
}

// inFolder is path.Join of a folder and a name in it, both clean.
func inFolder(folder, name string) string {
	if folder == "." {
		return name
	}
	return folder + "/" + name
}

// Generation returns the generation directory with the given number.
func (c *Channel) Generation(number uint32) (GenerationInfo, bool) {
	i, ok := slices.BinarySearchFunc(c.Generations, number, func(g GenerationInfo, number uint32) int {
		return int(int64(g.Number) - int64(number))
	})
	if !ok {
		return GenerationInfo{}, false
	}
	return c.Generations[i], true
}

// Choice says which generation of a channel is read, and why.
type Choice struct {
	// Generation is the number, or [FlatGeneration].
	Generation uint32
	// Reason is the rule that led to it.
	Reason ChoiceReason
}

// ChoiceReason is a rule for choosing a generation.
type ChoiceReason uint8

// The rules, in the order in which a node tries them.
const (
	// ChosenByManifest: the manifest is valid and the generation it names has
	// all three files.
	ChosenByManifest ChoiceReason = iota
	// ChosenHighest: the highest-numbered generation with all three files.
	ChosenHighest
	// ChosenFlat: files of the flat layout. A node moves them to generation 1,
	// over files of the same names there, so that what is missing here may
	// come from there.
	ChosenFlat
	// ChosenFresh: nothing qualifies. A node starts generation 1, with what
	// its directory happens to hold, and deletes all others.
	ChosenFresh
	// ChosenIncomplete: a generation that lacks a file. Only [Readable] takes
	// one; a node would not.
	ChosenIncomplete

	choiceReasons // count
)

var choiceReasonNames = [choiceReasons]string{"manifest", "highest", "flat", "fresh", "incomplete"}

// String returns a one-word name of the rule.
func (r ChoiceReason) String() string {
	if r < choiceReasons {
		return choiceReasonNames[r]
	}
	return fmt.Sprintf("ChoiceReason(%#02x)", uint8(r))
}

// Choose returns the generation that is read under rules. Under the rules of a
// version it is the one that a node of that version would open. [Readable]
// prefers what shows most: a generation named by the manifest that has lost
// its times only, and the remains of a generation where a node would start
// afresh.
func (c *Channel) Choose(rules Rules) Choice {
	live, named := c.Generation(c.Manifest.Generation)
	if named && live.Files.Complete() {
		return Choice{live.Number, ChosenByManifest}
	}
	if rules == Readable && named && live.Files.IDX.Present && live.Files.DAT.Present {
		return Choice{live.Number, ChosenIncomplete}
	}
	for _, g := range slices.Backward(c.Generations) {
		if g.Files.Complete() {
			return Choice{g.Number, ChosenHighest}
		}
	}
	if c.Flat.Any() {
		return Choice{FlatGeneration, ChosenFlat}
	}
	if rules == Readable {
		return c.chooseRemains(live, named)
	}
	return Choice{FirstGeneration, ChosenFresh}
}

// chooseRemains picks among generations that all lack a file: one with rows,
// the one that the manifest names first.
func (c *Channel) chooseRemains(live GenerationInfo, named bool) Choice {
	if named && live.Files.IDX.Present {
		return Choice{live.Number, ChosenIncomplete}
	}
	for _, g := range slices.Backward(c.Generations) {
		if g.Files.IDX.Present {
			return Choice{g.Number, ChosenIncomplete}
		}
	}
	return Choice{FirstGeneration, ChosenFresh}
}

// generationFiles returns the files that make up a generation and their paths.
func (c *Channel) generationFiles(number uint32) (files Files, paths [3]string) {
	dir := inFolder(c.Dir, GenerationDir(max(number, FirstGeneration)))
	paths = [3]string{inFolder(dir, idxName), inFolder(dir, datName), inFolder(dir, tsName)}
	if number != FlatGeneration {
		g, _ := c.Generation(number)
		return g.Files, paths
	}
	first, _ := c.Generation(FirstGeneration)
	files = first.Files
	for i, move := range []struct {
		flat FileState
		to   *FileState
		name string
	}{{c.Flat.IDX, &files.IDX, idxName}, {c.Flat.DAT, &files.DAT, datName}, {c.Flat.TS, &files.TS, tsName}} {
		if move.flat.Present {
			*move.to, paths[i] = move.flat, inFolder(c.Dir, move.name)
		}
	}
	return files, paths
}
