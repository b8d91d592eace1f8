//go:build !js

package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"chainglass/app/disk"
	"chainglass/app/engine"
	"chainglass/app/output"
	"chainglass/app/query"
	"chainglass/app/redact"
	"chainglass/app/share"
	"chainglass/app/view"
	"chainglass/wire/postcard"
)

// choice is the flags that say what of the chains is meant, and what people say
// of it.
type choice struct {
	title string
	where string
	times string
	notes []string
	// entriesOnly leaves out what the folders hold besides.
	entriesOnly bool
	// noStory leaves the story out: a link is short.
	noStory bool
}

func (o *choice) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.title, "title", "", "headline (default: the nodes and the day)")
	f.StringVar(&o.where, "where", "", "keep only the entries that match, in the filter language of the page")
	f.StringVar(&o.times, "range", "", "keep only the entries from A up to B, in UTC: A..B")
	f.StringArrayVar(&o.notes, "notes", nil, "take over the notes of a chain export or page, or a .md file as one note; may be given again")
}

// fill makes of the flags the part of a spec that they say.
func (o *choice) fill(spec *share.Spec, c *console, l *loaded) error {
	spec.Title, spec.Pack = o.title, engine.PackSpec{
		Where:       o.where,
		EntriesOnly: o.entriesOnly,
		NoStory:     o.noStory,
		Tool:        program + " " + version(),
		CreatedAtMS: c.nowMS(),
	}
	first, last, err := o.span(l)
	if err != nil {
		return err
	}
	if first > 0 {
		spec.Pack.FromNS = postcard.Some(first)
	}
	if last < math.MaxUint64 {
		spec.Pack.ToNS = postcard.Some(last + 1)
	}
	return nil
}

// span returns the first and the last time of --range, in Unix nanoseconds.
func (o *choice) span(l *loaded) (first, last uint64, err error) {
	if o.times == "" {
		return 0, math.MaxUint64, nil
	}
	// What is no part of a time would be more of a query.
	if strings.Trim(o.times, "0123456789-:.TtZz+") != "" {
		return 0, 0, usagef("--range %q is no range of times; write it like 16:08..16:15 or 2026-05-22T16:08..16:15", o.times)
	}
	q, err := query.Parse("time:"+o.times, query.Context{Day: l.firstDay()})
	if fault := (*query.Error)(nil); errors.As(err, &fault) {
		return 0, 0, usagef("--range %q: %s", o.times, fault.Text)
	} else if err != nil {
		return 0, 0, usagef("--range %q: %w", o.times, err)
	}
	first, last = q.TimeRange()
	return first, last, nil
}

// firstDay is a moment of the day that times of day are on.
func (l *loaded) firstDay() (day time.Time) {
	if whole := view.MixRange(l.chainInfos()); whole.FirstMS.Some && whole.FirstMS.Value <= math.MaxInt64 {
		day = time.UnixMilli(int64(whole.FirstMS.Value))
	}
	return day
}

// share makes what the flags ask for, by a spec that holds all that no flag says. The
// caller closes the export.
func (o *choice) share(ctx context.Context, c *console, l *loaded, spec share.Spec) (share.Shared, error) {
	if err := o.fill(&spec, c, l); err != nil {
		return share.Shared{}, err
	}
	for _, name := range o.notes {
		if err := o.takeNotes(ctx, c, l, name); err != nil {
			return share.Shared{}, err
		}
	}
	shared, err := share.Make(ctx, l.Engine, spec)
	fault := (*engine.QueryFault)(nil)
	switch {
	case errors.As(err, &fault):
		return shared, usagef("--where: %s", faultText(o.where, fault))
	case errors.Is(err, share.ErrNothing):
		return shared, fmt.Errorf("nothing is left of %s: %s", summary(len(l.Chains()), view.TotalOf(l.chainInfos()).Records), o.filters())
	}
	for _, left := range shared.Left {
		c.warn("%s", left)
	}
	return shared, err
}

// inFolder returns the file to write. In a folder that exists its name is made of the
// nodes and the time range of the entries; any other path is the file's own.
func (o *choice) inFolder(ctx context.Context, c *console, l *loaded, file string, how *redact.Options, extension string) (string, error) {
	if info, err := os.Stat(file); err != nil || !info.IsDir() {
		return file, nil
	}
	var spec share.Spec
	if err := o.fill(&spec, c, l); err != nil {
		return "", err
	}
	size, err := l.PackSize(ctx, spec.Pack)
	if fault := (*engine.QueryFault)(nil); errors.As(err, &fault) {
		return "", usagef("--where: %s", faultText(o.where, fault))
	} else if err != nil {
		return "", err
	}
	file = filepath.Join(file, view.SharedName(&size, &spec.Pack, how != nil, how != nil && how.ShiftTimes, extension))
	return file, output.CheckFile(file)
}

// filters are the flags that leave entries out, as they were given.
func (o *choice) filters() string {
	var given []string
	if o.where != "" {
		given = append(given, fmt.Sprintf("--where %q", o.where))
	}
	if o.times != "" {
		given = append(given, "--range "+o.times)
	}
	return strings.Join(given, " ") + " keeps no entry"
}

// faultText says what is wrong with a query, and where.
func faultText(text string, f *engine.QueryFault) string {
	if f.Start < 0 || f.End > len(text) || f.Start >= f.End {
		return f.Error()
	}
	return fmt.Sprintf("at %q: %s", text[f.Start:f.End], f.Error())
}

// takeNotes adds the notes of a file to those of the chains.
func (o *choice) takeNotes(ctx context.Context, c *console, l *loaded, name string) error {
	if extension := strings.ToLower(filepath.Ext(name)); extension == ".md" || extension == ".markdown" {
		return o.takeText(c, l, name)
	}
	files, err := newPathFS([]string{name})
	if err != nil {
		return err
	}
	other := l.Fresh()
	found, err := other.Open(ctx, "", files, nil)
	if err != nil {
		return err
	}
	defer other.Close(found.Source)
	notes := other.Notes()
	if len(notes) == 0 {
		return fmt.Errorf("%s holds no notes: --notes takes a chain export or a page with notes in it, or a .md file", name)
	}
	for _, n := range notes {
		for i := range n.Anchors {
			n.Anchors[i].Chain, n.Anchors[i].Position = 0, 0 // of the other engine
		}
		if _, err := l.PutNote(n); err != nil {
			return fmt.Errorf("%s: note %q: %w", name, n.ID, err)
		}
	}
	return nil
}

// maxNoteFileBytes bounds what is read of a file with a note: it may have spaces around
// the note.
const maxNoteFileBytes = 2 * view.MaxNoteBytes

// takeText makes the text of a file one note on the whole time.
func (o *choice) takeText(c *console, l *loaded, name string) error {
	content, err := disk.ReadFile(name, maxNoteFileBytes)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(strings.ToValidUTF8(string(content), "\ufffd"))
	switch {
	case text == "":
		return fmt.Errorf("%s is empty", name)
	case len(text) > view.MaxNoteBytes:
		return fmt.Errorf("%s: a note has at most %s", name, view.Bytes(view.MaxNoteBytes))
	}
	span, err := o.noteSpan(l)
	if err != nil {
		return err
	}
	nowMS := c.nowMS()
	// The same text is the same note, however often it is added.
	sum := sha256.Sum256([]byte(text))
	_, err = l.PutNote(engine.Note{ID: hex.EncodeToString(sum[:12]), Text: text, CreatedAtMS: nowMS, UpdatedAtMS: nowMS, Span: postcard.Some(span)})
	return err
}

// noteSpan is the time of what is meant: that of the chains within --range.
func (o *choice) noteSpan(l *loaded) (engine.TimeSpan, error) {
	const nanosPerMilli = 1_000_000
	first, last, err := o.span(l)
	if err != nil {
		return engine.TimeSpan{}, err
	}
	whole := view.MixRange(l.chainInfos())
	from, to := max(whole.FirstMS.Value, first/nanosPerMilli), min(whole.LastMS.Value, last/nanosPerMilli)
	if from > to { // the range is where only stray times lie
		from, to = first/nanosPerMilli, last/nanosPerMilli
	}
	return engine.TimeSpan{FromMS: from, ToMS: to}, nil
}
