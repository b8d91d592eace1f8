package share

import (
	"context"
	"errors"
	"fmt"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/report"
	"chainglass/app/source"
	"chainglass/app/view"
	"chainglass/wire/export"
)

// Spec says what is to be shared.
type Spec struct {
	// Pack chooses the entries. Its Places and Progress are set by this package.
	Pack engine.PackSpec
	// Title heads the report and names the page; empty takes one from the nodes and
	// the day.
	Title string
	// Fragment is the place that the page opens at, escaped as in an address and
	// without "#"; it may be empty.
	Fragment string
	// Redact says how to redact; nil leaves everything as it is. Its Pace is set by
	// this package.
	Redact *redact.Options
	// NoReport leaves the report out, for an export without a page around it.
	NoReport bool
	// NewStore makes what exports are put together in; nil makes them in memory.
	NewStore func() (Store, error)
	// MaxBytes bounds the export; 0 does not.
	MaxBytes int64
	// Progress, if set, is called now and then.
	Progress func(engine.Progress)
}

// store makes what an export is put together in.
func (s *Spec) store() (Store, error) {
	if s.NewStore == nil {
		return NewMemory()
	}
	return s.NewStore()
}

// MaxPageBytes bounds the export in a page. A browser holds what travels in a page
// several times over while it opens.
const MaxPageBytes = 400_000_000

// TooLargeError says that an export is larger than was allowed.
type TooLargeError struct {
	// Bytes is the size of the export, Max what was allowed.
	Bytes, Max int64
	// Foretold is true if the export was not made: Bytes is an estimate.
	Foretold bool
}

// Error implements error.
func (e *TooLargeError) Error() string {
	about := ""
	if e.Foretold {
		about = "about "
	}
	return fmt.Sprintf("%s%s as a chain export, and at most %s are possible", about, view.Bytes(e.Bytes), view.Bytes(e.Max))
}

// Shared is what is handed over.
type Shared struct {
	// Export is the chain export. Whoever has it closes it.
	Export Store
	// Packed counts what was chosen.
	Packed engine.Packed
	// Left names what is about what is open and does not go: a pinned state, notes.
	Left []string
	// Redacted says what of that leaves, if it was redacted.
	Redacted *redact.Summary
	// Title is the headline, and the title of a page.
	Title string
	// Fragment is Spec.Fragment with everything in it led to the export.
	Fragment string
	// ReportHTML is what the page shows where it cannot run; empty if no report was
	// wanted.
	ReportHTML string
}

// ErrNothing says that nothing was chosen.
var ErrNothing = errors.New("there is nothing to share: no entry is left of what was chosen")

// Make makes what is to be shared of what an engine has open. An error that is a
// *[engine.QueryFault] says what is wrong with the filter, one that is a
// *[TooLargeError] that the export is too large; what is foretold to be is not made.
func Make(ctx context.Context, e *engine.Engine, s Spec) (_ Shared, err error) {
	size, err := e.PackSize(ctx, s.Pack)
	if err != nil {
		return Shared{}, err
	}
	if s.Pack.Filtered() && size.Entries == 0 || size.Chains == 0 {
		return Shared{}, ErrNothing
	}
	if s.MaxBytes > 0 && size.ExportBytes > s.MaxBytes {
		return Shared{}, &TooLargeError{Bytes: size.ExportBytes, Max: s.MaxBytes, Foretold: true}
	}
	place := placeOf(s.Fragment, e.Chains())
	s.Pack.Places, s.Pack.States, s.Pack.Progress = place.selected, place.pinned, s.Progress
	shared := Shared{Title: s.Title}
	if shared.Export, err = s.store(); err != nil {
		return Shared{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, shared.Export.Close())
		}
	}()
	if shared.Packed, err = e.Pack(ctx, s.Pack, shared.Export); err != nil {
		return Shared{}, err
	}
	shared.Left = Left(s.Fragment, e, &s.Pack, &shared.Packed)
	place.found(&shared.Packed, s.Pack.Where)
	if s.Redact != nil {
		if err := shared.redact(ctx, e, &s, &place); err != nil {
			return Shared{}, err
		}
	}
	if size := shared.Export.Size(); s.MaxBytes > 0 && size > s.MaxBytes {
		return Shared{}, &TooLargeError{Bytes: size, Max: s.MaxBytes}
	}
	shared.Fragment = place.Encode()
	if s.NoReport {
		return shared, nil
	}
	return shared, shared.report(ctx, e, &s)
}

// Redact makes a redacted view of an export that exists, as it is. Spec.Pack and the
// choices in it do not matter. The engine gives way and has nothing open.
func Redact(ctx context.Context, e *engine.Engine, original *export.File, s Spec) (_ Shared, err error) {
	place := placed{Place: view.ParsePlace(s.Fragment)}
	shared := Shared{Title: s.Title}
	if err := shared.rewrite(ctx, e, &s, &place, original); err != nil {
		return Shared{}, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, shared.Export.Close())
		}
	}()
	if s.Fragment != "" {
		shared.Fragment = place.Encode()
	}
	shared.Packed.Chains, shared.Packed.Entries, shared.Packed.Notes = shared.Redacted.Chains, shared.Redacted.Entries, shared.Redacted.Notes
	if s.NoReport {
		return shared, nil
	}
	return shared, shared.report(ctx, e, &s)
}

// redact replaces the export by its redacted view.
func (s *Shared) redact(ctx context.Context, e *engine.Engine, spec *Spec, place *placed) error {
	original, err := export.Open(s.Export, s.Export.Size())
	if err != nil {
		return err
	}
	whole := s.Export
	if err := s.rewrite(ctx, e, spec, place, original); err != nil {
		return err
	}
	return whole.Close()
}

// rewrite makes the export the redacted view of original.
func (s *Shared) rewrite(ctx context.Context, e *engine.Engine, spec *Spec, place *placed, original *export.File) error {
	options := *spec.Redact
	options.Kinds = e.Kinds()
	options.Pace = e.Pacer(ctx, "redacting", spec.Progress)
	out, err := spec.store()
	if err != nil {
		return err
	}
	summary, err := redact.Rewrite(out, original, options)
	if err != nil {
		return errors.Join(err, out.Close())
	}
	view, err := export.Open(out, out.Size())
	if err != nil {
		return errors.Join(err, out.Close())
	}
	place.redacted(original.Chains(), view.Chains(), options.ShiftTimes)
	s.Export, s.Redacted = out, &summary
	return nil
}

// View opens what is to be shared with an engine of its own, which gives way as e
// does. The caller calls done.
func (s *Shared) View(ctx context.Context, e *engine.Engine, progress func(engine.Progress)) (viewed *engine.Engine, done func(), err error) {
	viewed = e.Fresh()
	opened, err := viewed.Open(ctx, "shared", source.OneFile("shared.chain", s.Export, s.Export.Size()), progress)
	if err == nil {
		err = ctx.Err()
	}
	return viewed, func() { viewed.Close(opened.Source) }, err
}

// report says what is in what is to be shared.
func (s *Shared) report(ctx context.Context, e *engine.Engine, spec *Spec) error {
	viewed, done, err := s.View(ctx, e, spec.Progress)
	defer done()
	if err != nil {
		return err
	}
	if spec.Progress != nil {
		spec.Progress(engine.Progress{Phase: "writing the report"})
	}
	r, err := report.New(ctx, viewed, report.Options{Title: spec.Title, Remarks: s.Remarks(e, &spec.Pack)})
	if err != nil {
		return err
	}
	s.Title, s.ReportHTML = r.Title(), r.HTML()
	return nil
}

// Remarks tell what was left out of what e has open, and what was replaced.
func (s *Shared) Remarks(e *engine.Engine, pack *engine.PackSpec) []string {
	var remarks []string
	all := 0
	for _, c := range e.Chains() {
		all += c.Entries
	}
	if s.Packed.Entries < all {
		text := fmt.Sprintf("%s of %s that the sender had open.", view.Plural(s.Packed.Entries, "entry", "entries"), view.Count(all))
		if pack.Where != "" && s.Redacted == nil {
			text += " Filter: " + pack.Where
		}
		remarks = append(remarks, text)
	}
	if r := s.Redacted; r != nil {
		text := fmt.Sprintf("A redacted view: ids and names are pseudonyms, texts were reduced (%s). Commitment to the original: %x.", r.Texts, r.Commitment)
		if r.TimesShifted {
			text += " All times were moved by one unknown amount."
		}
		remarks = append(remarks, text)
	}
	return remarks
}
