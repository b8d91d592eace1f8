package redex

import (
	"fmt"
	"path"
)

// StepKind says what a step does.
type StepKind uint8

// The kinds of step.
const (
	// StepCreate makes a file or directory.
	StepCreate StepKind = iota
	// StepTruncate cuts the end of a file.
	StepTruncate
	// StepDrop leaves the file alone and ignores entries of it.
	StepDrop
	// StepDelete removes a file, or a directory with all that is in it.
	StepDelete
	// StepRewrite replaces the content of a file.
	StepRewrite
	// StepMove renames a file.
	StepMove

	stepKinds // count
)

var stepKindNames = [stepKinds]string{"create", "truncate", "drop", "delete", "rewrite", "move"}

// String returns the name used in reports.
func (k StepKind) String() string {
	if k < stepKinds {
		return stepKindNames[k]
	}
	return fmt.Sprintf("StepKind(%#02x)", uint8(k))
}

// Step is one thing a node does to a channel when it opens it.
type Step struct {
	Kind StepKind
	// Path is the file or directory, a slash path in the file system.
	Path string
	// Bytes is how many bytes the step takes away, or writes if it creates or
	// rewrites.
	Bytes int64
	// Entries is how many entries it concerns.
	Entries int
	// Text says it in words.
	Text string
}

// stepList builds the steps for one recovery.
type stepList struct {
	r      *Recovery
	target uint32 // the generation that is live afterwards
	steps  []Step
}

func (r *Recovery) steps(datLen int64) []Step {
	l := stepList{r: r, target: max(r.choice.Generation, FirstGeneration)}
	l.resolve()
	if r.opened {
		l.cutIDX()
		l.trimDAT(datLen)
		l.dropEntries()
		l.alignTS()
	}
	l.createMissing()
	l.sweep()
	return l.steps
}

func (l *stepList) add(kind StepKind, path string, bytes int64, entries int, text string) {
	l.steps = append(l.steps, Step{Kind: kind, Path: path, Bytes: bytes, Entries: entries, Text: text})
}

func (l *stepList) inChannel(name string) string { return path.Join(l.r.g.channel.Dir, name) }

func (l *stepList) inTarget(name string) string {
	return l.inChannel(path.Join(GenerationDir(l.target), name))
}

// resolve makes the chosen generation the one that the manifest names.
func (l *stepList) resolve() {
	c := l.r.g.channel
	if l.r.choice.Reason == ChosenByManifest {
		return
	}
	if _, there := c.Generation(l.target); !there {
		l.add(StepCreate, l.inChannel(GenerationDir(l.target)), 0, 0, "the directory of the live generation is created")
	}
	if l.r.choice.Reason == ChosenFlat {
		for _, flat := range []struct {
			name  string
			state FileState
		}{{idxName, c.Flat.IDX}, {datName, c.Flat.DAT}, {tsName, c.Flat.TS}} {
			if flat.state.Present {
				l.add(StepMove, l.inChannel(flat.name), flat.state.Size, 0, "moves to "+l.inTarget(flat.name))
			}
		}
	}
	kind, text := StepCreate, fmt.Sprintf("names generation %d", l.target)
	if c.Manifest.File.Present {
		kind, text = StepRewrite, "is rewritten and "+text
	}
	l.add(kind, l.inChannel(manifestName), ManifestSize, 0, text)
}

// cutIDX cuts an unfinished row and the torn tail.
func (l *stepList) cutIDX() {
	g := l.r.g
	if n := g.PartialRow(); n > 0 {
		l.add(StepTruncate, l.inTarget(idxName), int64(n), 0, "an unfinished row is cut")
	}
	if n := g.rows - g.tornFrom; n > 0 {
		l.add(StepTruncate, l.inTarget(idxName), int64(n)*RowSize, n, "rows are cut from the first one on whose payload is not in dat")
	}
}

// trimDAT cuts what no entry refers to.
func (l *stepList) trimDAT(datLen int64) {
	if n := l.r.g.dat.size - datLen; n > 0 {
		l.add(StepTruncate, l.inTarget(datName), n, 0, "bytes behind the last payload are cut")
	}
}

// damaged returns how many entries fail the check of range and checksum.
func (r *Recovery) damaged() int {
	return r.drops[DropOutOfRange].Count + r.drops[DropBadChecksum].Count
}

// dropEntries ignores entries. Those cut by their order also leave idx, but
// only if no other entry was dropped.
func (l *stepList) dropEntries() {
	drops := &l.r.drops
	if n := drops[DropOutOfRange].Count; n > 0 {
		l.add(StepDrop, l.inTarget(idxName), 0, n, "entries whose payload lies outside dat are ignored")
	}
	if n := drops[DropBadChecksum].Count; n > 0 {
		l.add(StepDrop, l.inTarget(idxName), 0, n, "entries whose payload does not match its checksum are ignored")
	}
	n := drops[DropSeqOrder].Count
	switch {
	case n == 0:
	case l.r.damaged() > 0:
		l.add(StepDrop, l.inTarget(idxName), 0, n, "entries are ignored from the first one on whose sequence number does not rise")
	default:
		l.add(StepTruncate, l.inTarget(idxName), int64(n)*RowSize, n, "rows are cut from the first one on whose sequence number does not rise")
	}
}

// alignTS gives every kept entry its time, or gives all of them up. With no
// entry left ts is not touched, unless entries were dropped.
func (l *stepList) alignTS() {
	g, kept := l.r.g, l.r.kept
	size := int64(kept) * TSSize
	switch {
	case !g.timesUsable():
		if kept > 0 {
			l.add(StepDrop, l.inTarget(tsName), 0, kept, "times are missing: every entry gets the time of opening instead")
		}
	case l.r.damaged() > 0:
		l.add(StepRewrite, l.inTarget(tsName), size, kept, "times of ignored entries are taken out; as there are now fewer times than rows, the next opening ignores all of them")
	case kept > 0 && g.ts.size > size:
		l.add(StepTruncate, l.inTarget(tsName), g.ts.size-size, 0, "times behind the last entry are cut")
	}
}

// createMissing makes the files that appends need.
func (l *stepList) createMissing() {
	if g, found := l.r.g.channel.Generation(l.r.choice.Generation); found && g.Files.Complete() {
		return
	}
	files, _ := l.r.g.channel.generationFiles(l.r.choice.Generation)
	for _, f := range []struct {
		name  string
		state FileState
	}{{idxName, files.IDX}, {datName, files.DAT}, {tsName, files.TS}} {
		if !f.state.Present {
			l.add(StepCreate, l.inTarget(f.name), 0, 0, "is created empty")
		}
	}
}

// sweep deletes every other generation.
func (l *stepList) sweep() {
	c := l.r.g.channel
	for _, other := range c.Generations {
		if other.Number != l.target {
			entries := int(other.Files.IDX.Size / RowSize)
			l.add(StepDelete, l.inChannel(GenerationDir(other.Number)), other.Files.Size(), entries, "a generation that is not live is deleted")
		}
	}
	if c.ManifestTmp.Present {
		l.add(StepDelete, l.inChannel(manifestTmpName), c.ManifestTmp.Size, 0, "what an interrupted write left is deleted")
	}
}
