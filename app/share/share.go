package share

import (
	"bytes"
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
	// Progress, if set, is called now and then.
	Progress func(engine.Progress)
}

// Shared is what is handed over.
type Shared struct {
	// Export is the chain export.
	Export []byte
	// Packed counts what was chosen.
	Packed engine.Packed
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
// *[engine.QueryFault] says what is wrong with the filter.
func Make(ctx context.Context, e *engine.Engine, s Spec) (Shared, error) {
	size, err := e.PackSize(ctx, s.Pack)
	if err != nil {
		return Shared{}, err
	}
	if s.Pack.Filtered() && size.Entries == 0 || size.Chains == 0 {
		return Shared{}, ErrNothing
	}
	place := placeOf(s.Fragment, e.Chains())
	s.Pack.Places, s.Pack.Progress = place.asked, s.Progress
	var out bytes.Buffer
	out.Grow(int(size.ExportBytes + size.ExportBytes/growShare))
	shared := Shared{Title: s.Title}
	if shared.Packed, err = e.Pack(ctx, s.Pack, &out); err != nil {
		return Shared{}, err
	}
	place.found(shared.Packed.Places)
	shared.Export = out.Bytes()
	if s.Redact != nil {
		if err := shared.redact(ctx, e, &s, &place); err != nil {
			return Shared{}, err
		}
	}
	shared.Fragment = place.Encode()
	if s.NoReport {
		return shared, nil
	}
	return shared, shared.report(ctx, e, &s)
}

// growShare of the size foretold is what a buffer is made larger: it is copied if
// it has to grow.
const growShare = 8

// Redact makes a redacted view of an export that exists, as it is. Spec.Pack and the
// choices in it do not matter. The engine gives way and has nothing open.
func Redact(ctx context.Context, e *engine.Engine, original *export.File, s Spec) (Shared, error) {
	place := placed{Place: view.ParsePlace(s.Fragment)}
	shared := Shared{Title: s.Title}
	if err := shared.rewrite(ctx, e, &s, &place, original); err != nil {
		return Shared{}, err
	}
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
	original, err := export.Open(bytes.NewReader(s.Export), int64(len(s.Export)))
	if err != nil {
		return err
	}
	return s.rewrite(ctx, e, spec, place, original)
}

// rewrite makes the export the redacted view of original.
func (s *Shared) rewrite(ctx context.Context, e *engine.Engine, spec *Spec, place *placed, original *export.File) error {
	options := *spec.Redact
	options.Pace = e.Pacer(ctx, "redacting", spec.Progress)
	var out bytes.Buffer
	out.Grow(int(original.Size()))
	summary, err := redact.Rewrite(&out, original, options)
	if err != nil {
		return err
	}
	view, err := export.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		return err
	}
	place.redacted(original.Chains(), view.Chains(), options.ShiftTimes)
	s.Export, s.Redacted = out.Bytes(), &summary
	return nil
}

// View opens what is to be shared with an engine of its own, which gives way as e
// does. The caller calls done.
func (s *Shared) View(ctx context.Context, e *engine.Engine, progress func(engine.Progress)) (viewed *engine.Engine, done func(), err error) {
	viewed = e.Fresh()
	opened, err := viewed.Open(ctx, "shared", source.OneFile("shared.chain", s.Export), progress)
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
