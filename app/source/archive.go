package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"

	"chainglass/wire/postcard"
)

// archive is an archive being taken apart into a tree.
type archive struct {
	x      *explorer
	origin string
	size   int64 // of the archive, in bytes
	tree   *tree
	window window // for reading through it once
	noted  map[string]bool
}

func (x *explorer) newArchive(c *candidate) *archive {
	return &archive{
		x: x, origin: c.origin, size: c.size, tree: newTree(),
		window: window{r: c.r}, noted: map[string]bool{},
	}
}

// inside is the place for what the archive holds. The node of what lies in no
// folder there is called like the archive.
func (a *archive) inside(c *candidate) place {
	return place{fsys: a.tree, prefix: a.origin + "!/", node: stem(path.Base(a.origin)), depth: c.depth + 1, inside: c.watched()}
}

// entryOrigin is the path of an entry inside what was opened.
func (a *archive) entryOrigin(name string) string { return a.origin + "!/" + name }

// add puts an entry into the tree. Its name may be anything. It returns false
// when no more entries may be added.
func (a *archive) add(name string, content io.ReaderAt, size int64, modified time.Time) (more bool) {
	if err := a.x.budget.countFile(); err != nil {
		a.x.tellFull(a.origin, err)
		return false
	}
	clean := a.cleanName(name)
	if clean == "" {
		return true
	}
	replaced, err := a.tree.add(clean, content, size, modified, a.x.budget.countFile)
	if limit, ok := asLimit(err); ok {
		a.x.tellFull(a.origin, limit)
		return false
	}
	if err != nil {
		a.skip(clean, err.Error(), err)
	}
	if replaced {
		a.note(clean, "twice in the archive", "the last one is used, as unpacking would")
	}
	return true
}

// cleanName makes a slash path inside the archive of the name of an entry,
// "" if nothing is left. Nothing is written anywhere, so a name that points
// outside can do no harm; it is told because no honest tool writes it.
func (a *archive) cleanName(name string) string {
	slashes := strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/")
	if len(slashes) > MaxPathBytes {
		a.skip(slashes[:64]+"...", fmt.Sprintf("its path is longer than %d bytes", MaxPathBytes), nil)
		return ""
	}
	clean := strings.TrimPrefix(path.Clean("/"+slashes), "/")
	if clean == "" || !fs.ValidPath(clean) {
		return ""
	}
	if path.IsAbs(slashes) || strings.HasPrefix(path.Clean(slashes)+"/", "../") {
		a.note(clean, "a path that points outside the archive", fmt.Sprintf("the archive calls it %s", quoted(name)))
	}
	return clean
}

func (a *archive) note(name, title, detail string) {
	if a.noted[name] {
		return
	}
	a.noted[name] = true
	a.x.set.problem(Problem{Level: LevelNote, Path: a.entryOrigin(name), Title: title, Detail: detail})
}

// skip tells of an entry that is left out.
func (a *archive) skip(name, detail string, err error) {
	a.x.set.problem(Problem{Level: LevelWarning, Path: a.entryOrigin(name), Title: "left out", Detail: detail, Err: err})
}

// cut tells of an entry that is not whole. got of its bytes are used.
func (a *archive) cut(name string, got int64, err error) {
	a.x.set.problem(Problem{
		Level: LevelWarning, Path: a.entryOrigin(name), Offset: postcard.Some(got), Title: "not whole", Err: err,
		Detail: fmt.Sprintf("%v; the first %s are used", err, plural(got, "byte")),
		Advice: "Copy the archive again; what can be read is shown",
	})
}

// isCredential reports whether an entry holds credentials, and then remembers it:
// it is neither inflated nor added.
func (a *archive) isCredential(name string) bool {
	clean := path.Base(strings.ReplaceAll(name, `\`, "/"))
	if !IsCredential(clean) {
		return false
	}
	if whole := a.cleanName(name); whole != "" {
		clean = whole
	}
	a.x.credentials.Add(a.entryOrigin(clean))
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
		a.x.set.problem(exceeded(a.entryOrigin(name), limit))
		return true, nil
	}
	if err != nil {
		a.cut(name, content.size, err)
	}
	return a.add(name, content, content.size, modified), nil
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

// stem is a file name without the suffixes of archives.
func stem(name string) string {
	for _, suffix := range [...]string{".zip", ".gz", ".tgz", ".zst", ".tzst", ".tar"} {
		if cut, ok := strings.CutSuffix(name, suffix); ok && cut != "" {
			name = cut
		}
	}
	return name
}
