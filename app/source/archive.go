package source

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// archive is an archive being taken apart into a tree.
type archive struct {
	x      *explorer
	origin string
	size   int64  // of the archive, in bytes
	window window // for reading through it once
	names  nameTree
	tree   *tree
	// others are the trees of entries whose name was taken, in the order in which
	// they were needed.
	others []*tree
	told   []*tally
	links  []archiveLink
}

func (x *explorer) newArchive(c *candidate) *archive {
	return &archive{x: x, origin: c.origin, size: c.size, tree: newTree(), window: window{r: c.r, size: c.size}}
}

// search looks into the archive once all of its entries are added. The node of what
// lies in no folder there is called like the archive.
func (a *archive) search(c *candidate) error {
	a.tellLinks()
	a.placeOthers()
	a.tell()
	return a.x.search(place{
		fsys: a.tree, prefix: a.origin + "!/", node: stem(path.Base(c.name)), depth: c.depth + 1, inside: c.watched(),
	})
}

// entryOrigin is the path of an entry inside what was opened.
func (a *archive) entryOrigin(name string) string { return a.origin + "!/" + name }

// name returns the path in the tree for a name as the archive has it, "" if the entry
// cannot have one, which is told.
func (a *archive) name(stored storedName) string {
	clean, leaves := a.names.path(stored)
	if len(clean) > MaxPathBytes {
		a.skip(strings.ToValidUTF8(clean[:64], "")+"...", fmt.Sprintf("the path is longer than %d bytes", MaxPathBytes), nil)
		return ""
	}
	if leaves != "" {
		a.note(leaves, "it is read as if it lay inside the archive", clean)
	}
	switch {
	case stored.coding == codePage && !isASCII(stored.raw):
		a.note("a name in an unknown code page", "it is read as CP437; pack with names in UTF-8 to see it right", clean)
	case !utf8.ValidString(stored.raw):
		a.note("a name in an unknown code page", "its bytes are shown; pack with names in UTF-8 to see it right", clean)
	}
	return clean
}

// add puts an entry into the tree. It returns false when no more entries may be added.
func (a *archive) add(name string, content io.ReaderAt, size int64, modified time.Time) (more bool) {
	if err := a.x.budget.countFile(); err != nil {
		a.x.tellFull(a.origin, err)
		return false
	}
	added := &node{content: content, size: size, modified: modified}
	replaced, err := a.tree.put(name, added, a.x.budget.countFile)
	switch {
	case errors.Is(err, errNameTaken):
		err = a.keepOther(name, added)
	case err == nil && replaced != nil:
		err = a.keepOther(name, replaced)
	}
	if err != nil {
		a.x.tellFull(a.origin, err)
		return false
	}
	return true
}

// keepOther keeps an entry whose name another one has.
func (a *archive) keepOther(name string, other *node) error {
	title, detail := "a name that is taken", "a file and a folder have it; it is in "
	if now := a.tree.find(name); now != nil && !now.IsDir() {
		title, detail = "twice in the archive", "the last one has the name, as unpacking would leave it; what came before is in "
		if a.same(now, other) {
			a.note(title, "both are the same to the byte", name)
			return nil
		}
	}
	for i := range maxOtherCopies {
		if i == len(a.others) {
			a.others = append(a.others, newTree())
		}
		if a.others[i].find(name) != nil {
			continue
		}
		_, err := a.others[i].put(name, other, a.x.budget.countFile)
		if errors.Is(err, errNameTaken) {
			continue
		}
		if err == nil {
			a.note(title, detail+otherFolder(i), name)
		}
		return err
	}
	a.skip(name, fmt.Sprintf("more than %d other entries have its name", maxOtherCopies), nil)
	return nil
}

// maxOtherCopies is how many entries of one name are kept besides the last.
const maxOtherCopies = 32

// same compares two entries, within the budget.
func (a *archive) same(p, q *node) bool {
	if p.size != q.size {
		return false
	}
	if p.content == q.content {
		return true
	}
	if a.x.budget.work(2*p.size) != nil {
		return false
	}
	return sameBytes(p.content, q.content, p.size)
}

func sameBytes(p, q io.ReaderAt, size int64) bool {
	const step = 32 << 10
	var buf [2 * step]byte
	for at := int64(0); at < size; at += step {
		n := min(step, size-at)
		one, two := buf[:n], buf[step:step+n]
		if readFull(p, one, at) != nil || readFull(q, two, at) != nil || string(one) != string(two) {
			return false
		}
	}
	return true
}

// otherFolder is where the entries lie whose name is taken.
func otherFolder(i int) string { return fmt.Sprintf("other copy %d", i+1) }

// placeOthers puts the entries whose names were taken into folders of their own. The
// files of a channel are completed there by those that have no other copy.
func (a *archive) placeOthers() {
	for i, other := range a.others {
		a.complete(&other.root, &a.tree.root)
		folder := otherFolder(i)
		for a.tree.root.children[folder] != nil {
			folder += "'"
		}
		other.root.name = folder
		a.tree.root.put(&other.root)
	}
}

// complete adds to the channels of other, of which some files are there, the files that
// are missing from the same channel of tree.
func (a *archive) complete(other, tree *node) {
	channels := map[string]bool{}
	for name, child := range other.children {
		if channel, ok := channelOf(name); ok && !child.IsDir() {
			channels[channel] = true
		} else if beside := tree.children[name]; child.IsDir() && beside != nil {
			a.complete(child, beside)
			if _, ok := redex.ParseGenerationDir(name); ok {
				channels[""] = true
			}
		}
	}
	for name, child := range tree.children {
		channel, ok := channelOf(name)
		if ok && channels[channel] && !child.IsDir() && other.children[name] == nil && a.x.budget.countFile() == nil {
			other.put(child)
		}
	}
}

// channelOf tells the files of one channel from those of another in the same folder.
func channelOf(name string) (channel string, ok bool) {
	if name == "manifest" || slices.Contains(looseSuffixes[:], name) {
		return "", true
	}
	for _, suffix := range looseSuffixes {
		if stem, ok := strings.CutSuffix(name, "."+suffix); ok {
			return stem, true
		}
	}
	return "", false
}

// isCredential reports whether an entry holds credentials, and then remembers it:
// it is neither inflated nor added.
func (a *archive) isCredential(name string) bool {
	if !IsCredential(name) {
		return false
	}
	a.x.credentials.Add(a.entryOrigin(name))
	return true
}

// addInflated inflates an entry and adds it. It returns false when no more
// entries may be added; the error is that of the context.
func (a *archive) addInflated(name string, r io.Reader, compressed int64, modified time.Time) (more bool, err error) {
	content, err := a.x.inflate(r, min(compressed, a.size), a.entryOrigin(name))
	if ctxErr := a.x.ctx.Err(); ctxErr != nil {
		return false, ctxErr
	}
	if limit, ok := asLimit(err); ok {
		a.exceeded(name, limit)
		return true, nil
	}
	if err != nil {
		a.cut(name, content.size, err)
	}
	return a.add(name, content, content.size, modified), nil
}

// tally is what is told about entries of an archive: once, however many there are.
type tally struct {
	problem Problem
	name    string // of the first entry
	count   int
}

// count takes notice of a problem with an entry. Problems that say the same are told
// as one.
func (a *archive) count(name string, p Problem) {
	i := slices.IndexFunc(a.told, func(t *tally) bool {
		return t.problem.Title == p.Title && t.problem.Detail == p.Detail
	})
	if i < 0 {
		i = len(a.told)
		a.told = append(a.told, &tally{problem: p, name: name})
	}
	a.told[i].count++
}

// tell tells what was counted.
func (a *archive) tell() {
	for _, t := range a.told {
		p := t.problem
		p.Path = a.entryOrigin(t.name)
		if t.count > 1 {
			p.Path, p.Offset = a.origin, postcard.None[int64]()
			p.Detail += " (" + entries(t.count) + ", such as " + t.name + ")"
		}
		a.x.set.problem(p)
	}
	a.told = nil
}

// note tells of an entry that is used and of which something should be known.
func (a *archive) note(title, detail, name string) {
	a.count(name, Problem{Level: LevelNote, Title: title, Detail: detail})
}

// skip tells of an entry that is left out.
func (a *archive) skip(name, detail string, err error) {
	a.count(name, Problem{Level: LevelWarning, Title: "left out", Detail: detail, Err: err})
}

// exceeded tells of an entry that is beyond a limit.
func (a *archive) exceeded(name string, limit *LimitError) { a.count(name, exceeded("", limit)) }

// cut tells of an entry that is not whole. got of its bytes are used. Every one is
// told by itself: it says where a chain ends.
func (a *archive) cut(name string, got int64, err error) {
	a.x.set.problem(Problem{
		Level: LevelWarning, Path: a.entryOrigin(name), Offset: postcard.Some(got), Title: "not whole", Err: err,
		Detail: fmt.Sprintf("%v; the first %s are used", err, plural(got, "byte")),
		Advice: "Copy the archive again; what can be read is shown",
	})
}

// tooDeep tells of an archive that lies inside too many others.
func (x *explorer) tooDeep(c *candidate) bool {
	if c.depth < x.opts.Limits.Depth {
		return false
	}
	x.set.problem(exceeded(c.origin, &LimitError{Limit: "Depth", Max: int64(x.opts.Limits.Depth)}))
	return true
}

// notAnArchive is the problem of a file that begins like an archive and cannot
// be read as one.
func (x *explorer) notAnArchive(c *candidate, what string, err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	x.set.problem(Problem{
		Level: LevelError, Path: c.origin, Offset: c.cutAt(err), Title: "a damaged " + what, Err: err,
		Detail: fmt.Sprintf("%s, %v", plural(c.size, "byte"), err),
		Advice: "Copy or download the archive again; it is most likely cut",
	})
	return nil
}

// lostBytes tells of bytes of a file that belong to nothing that is known.
func (x *explorer) lostBytes(c *candidate, from, to int64, title, detail string) {
	p := Problem{
		Level: LevelWarning, Path: c.origin, Offset: postcard.Some(from), Title: title,
		Detail: plural(to-from, "byte") + " up to byte " + grouped(to) + detail,
	}
	if c.inflated {
		p.Offset = postcard.None[int64]()
		p.Detail = "in its inflated content, " + plural(to-from, "byte") + " from byte " + grouped(from) + " up to " + grouped(to) + detail
	}
	x.set.problem(p)
}

// stem is a file name without the suffixes of archives.
func stem(name string) string {
	for _, suffix := range [...]string{".zip", ".gz", ".tgz", ".zst", ".tzst", ".tar"} {
		if cut, ok := strings.CutSuffix(name, suffix); ok && cut != "" {
			name = cut
		}
	}
	return name
}

// readFull reads all of p at an offset.
func readFull(r io.ReaderAt, p []byte, off int64) error {
	n, err := r.ReadAt(p, off)
	if n == len(p) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}
