package source

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"chainglass/wire/redex"
)

// Change is what has become of files since they were opened.
type Change uint8

// The changes, mildest first.
const (
	// Unchanged: they are as they were opened.
	Unchanged Change = iota
	// Grew: something was appended; what had been there is the same.
	Grew
	// Rewritten: they were changed where they had been read.
	Rewritten
	// Replaced: other files lie in their place, or none, or they were cut.
	Replaced
)

// Verdict says what has become of the files of a chain since they were opened.
type Verdict struct {
	// Change is the worst of what was found.
	Change Change
	// File is the file concerned, for people Why what is so with it.
	File, Why string
	// AppendedBytes counts what was appended, over all files.
	AppendedBytes int64
}

// Watch compares the files of a chain with what they were when they were opened. It
// is safe for concurrent use.
type Watch struct {
	files []watchedFile
	// same reads again what has been read and compares it; nil if it cannot be.
	same func(payloads bool) (bool, error)
	// settled reports whether what was in flight at the end is whole now; nil if
	// nothing can be in flight.
	settled func() bool
	// held is true if what is read of the files is in memory since they were opened:
	// it is never of two versions.
	held bool

	mu sync.Mutex
	// looked is what the files were when they were last compared, answer the result.
	looked []stamp
	answer Verdict
}

// watchedFile is a file as it was opened.
type watchedFile struct {
	fsys   fs.FS
	name   string // in fsys
	origin string
	was    fs.FileInfo
}

// stamp is what tells states of a file apart.
type stamp struct {
	size     int64
	modified time.Time
}

func stampOf(info fs.FileInfo) stamp { return stamp{info.Size(), info.ModTime()} }

func (s stamp) equal(t stamp) bool { return s.size == t.size && s.modified.Equal(t.modified) }

// look compares one file with what it was, by its description alone. Of a file that
// was cut in place inPlace is true: what is read from it is of two versions.
func (f *watchedFile) look() (now stamp, v Verdict, inPlace bool) {
	v = Verdict{File: f.origin}
	info, err := fs.Stat(f.fsys, f.name)
	was := stampOf(f.was)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.Change, v.Why = Replaced, "it was deleted or moved"
	case err != nil:
		v.Change, v.Why = Replaced, "it cannot be looked at any more: "+err.Error()
	case !redex.SameFile(f.was, info):
		v.Change, v.Why = Replaced, "another file lies in its place"
	default:
		now = stampOf(info)
	}
	switch {
	case v.Change != Unchanged:
	case now.size < was.size:
		v.Change, v.Why = Replaced, fmt.Sprintf("it was cut from %s to %s", plural(was.size, "byte"), grouped(now.size))
		inPlace = true
	case now.size > was.size:
		v.Change, v.AppendedBytes = Grew, now.size-was.size
		v.Why = plural(v.AppendedBytes, "byte") + " were appended"
	case !now.equal(was):
		v.Change, v.Why = Rewritten, "it was written to without growing"
	}
	return now, v, inPlace
}

// Check compares the files with what they were when they were opened. What was
// appended to is compared byte by byte with what had been read, what was written to
// otherwise is read and verified again, each time something has happened since the
// last Check.
func (w *Watch) Check() Verdict {
	if w == nil {
		return Verdict{}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var worst Verdict
	var appended int64
	stamps := make([]stamp, len(w.files))
	for i := range w.files {
		now, v, _ := w.files[i].look()
		stamps[i] = now
		appended += v.AppendedBytes
		if v.Change > worst.Change {
			worst = v
		}
	}
	worst.AppendedBytes = appended
	if worst.Change == Unchanged || worst.Change == Replaced {
		return worst
	}
	if equalStamps(stamps, w.looked) {
		return w.answer
	}
	w.looked, w.answer = stamps, w.compare(worst)
	return w.answer
}

func equalStamps(a, b []stamp) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !a[i].equal(b[i]) {
			return false
		}
	}
	return true
}

// compare settles a verdict that the descriptions of the files leave open.
func (w *Watch) compare(v Verdict) Verdict {
	if w.same == nil {
		v.Change = Rewritten
		return v
	}
	same, err := w.same(v.Change == Rewritten)
	switch {
	case err != nil:
		v.Change, v.Why = Rewritten, v.Why+", and reading it again failed: "+err.Error()
	case !same:
		v.Change, v.Why = Rewritten, v.Why+", and what had been read is not the same any more"
	case v.Change == Rewritten:
		return Verdict{} // it was touched, no more
	}
	return v
}

// Files that were written less than freshFor ago may be in the middle of being written:
// awaitTries times, awaitStep apart, they are looked at for whether that goes on.
const (
	freshFor   = 2 * time.Second
	awaitTries = 30
	awaitStep  = time.Millisecond
)

// Await is Check for files whose end looks as if somebody was writing it: if they were
// written just now it looks a few times, for some hundredths of a second, whether that goes on.
func (w *Watch) Await() Verdict {
	v := w.Check()
	if w == nil || v.Change != Unchanged || !w.fresh() {
		return v
	}
	for i := 0; i < awaitTries && v.Change == Unchanged; i++ {
		time.Sleep(awaitStep)
		v = w.Check()
	}
	return v
}

// fresh reports whether a file was written just before it was opened.
func (w *Watch) fresh() bool {
	for i := range w.files {
		if age := time.Since(w.files[i].was.ModTime()); age > -freshFor && age < freshFor {
			return true
		}
	}
	return false
}

// ChangedError says that a chain cannot be read on, since its files are not what they
// were. It is a [redex.ErrChanged].
type ChangedError struct{ Verdict Verdict }

// Error names the file and says what has become of it.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("%s was changed while it was open: %s", e.Verdict.File, e.Verdict.Why)
}

// Is makes errors.Is(err, redex.ErrChanged) true.
func (e *ChangedError) Is(target error) bool { return target == redex.ErrChanged }

// intact returns an error if the files were changed in place, but for being appended
// to: what is read of them then is of two versions. Files that were replaced are
// still read as they were opened.
func (w *Watch) intact() error {
	if w == nil {
		return nil
	}
	if w.held {
		return nil
	}
	for i := range w.files {
		_, v, inPlace := w.files[i].look()
		if v.Change == Rewritten {
			if v = w.Check(); v.Change != Rewritten {
				continue
			}
			inPlace = true
		}
		if inPlace {
			return &ChangedError{v}
		}
	}
	return nil
}

// after returns the error of a read, or that what was read may be of two versions.
func (w *Watch) after(err error) error {
	if changed := w.intact(); changed != nil {
		return changed
	}
	return err
}

// InFlight reports whether what was not whole at the end of a chain when it was
// opened is whole now: somebody was writing it. It is worth asking of files that
// grew.
func (w *Watch) InFlight() bool { return w != nil && w.settled != nil && w.settled() }

// settleTries is how often a file that is being written is looked at until its parts
// fit: a node appends to three files one after the other.
const settleTries = 200

// settledTail returns a function that reports whether the entries at the end of a
// generation that lacked something when it was opened have it now.
func settledTail(fsys fs.FS, g *redex.Generation) func() bool {
	return func() bool {
		for range settleTries {
			if tailIsWhole(fsys, g) {
				return true
			}
			time.Sleep(awaitStep)
		}
		return false
	}
}

func tailIsWhole(fsys fs.FS, was *redex.Generation) bool {
	channel, err := redex.OpenChannel(fsys, was.Channel().Dir)
	if err != nil {
		return false
	}
	now, err := channel.OpenGeneration(was.Number())
	if err != nil {
		return false
	}
	defer func() { _ = now.Close() }() // it was only read
	need := was.Len()
	if was.PartialRow() > 0 {
		need++
	}
	if now.Len() < need || now.TornFrom() < was.Len() {
		return false
	}
	if was.Times() == was.Len() {
		return true
	}
	return now.Times() >= was.Len() && timesKeepUp(fsys, now)
}

// timesKeepUp reports whether ts, looked at after idx, has a time for every row. One
// that lost a time once stays short for ever.
func timesKeepUp(fsys fs.FS, g *redex.Generation) bool {
	idx, _, ts := g.Paths()
	rows, err := fs.Stat(fsys, idx)
	if err != nil {
		return false
	}
	times, err := fs.Stat(fsys, ts)
	return err == nil && times.Size()/redex.TSSize >= rows.Size()/redex.RowSize
}

// watched returns the file of c as it was opened, and those it lies in.
func (c *candidate) watched() []watchedFile {
	if c.inside != nil || c.info == nil {
		return c.inside
	}
	return []watchedFile{{c.fsys, c.name, c.origin, c.info}}
}

// watchChannel watches the files of a generation, or the archive they lie in.
func (p place) watchChannel(g *redex.Generation) *Watch {
	w := &Watch{files: p.inside, same: g.SameAsRead, held: g.Held()}
	if p.inside != nil {
		return w
	}
	for _, f := range g.Opened() {
		w.files = append(w.files, watchedFile{p.fsys, f.Path, p.origin(f.Path), f.Info})
	}
	w.settled = settledTail(p.fsys, g)
	return w
}

// changedWhileRead tells of a file that was changed while it was unpacked into memory,
// where it cannot change any more.
func (x *explorer) changedWhileRead(c *candidate) {
	if len(c.inside) > 0 || c.info == nil {
		return
	}
	f := watchedFile{c.fsys, c.name, c.origin, c.info}
	if _, v, _ := f.look(); v.Change != Unchanged {
		x.set.problem(Problem{
			Level: LevelWarning, Path: c.origin, Title: "changed while it was read", Err: redex.ErrChanged,
			Detail: strings.TrimSuffix(v.Why, "."), Advice: "Open it again, or a copy of it",
		})
	}
}
