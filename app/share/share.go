package share

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"chainglass/app/engine"
	"chainglass/app/report"
	"chainglass/app/source"
	"chainglass/app/view"
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
	// NoReport leaves the report out, for an export without a page around it.
	NoReport bool
	// Progress, if set, is called now and then.
	Progress func(engine.Progress)
}

// Shared is what is handed over.
type Shared struct {
	// Export is the chain export.
	Export []byte
	// Packed counts what went into it.
	Packed engine.Packed
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
	shared.Export = out.Bytes()
	place.found(shared.Packed.Places)
	shared.Fragment = place.Encode()
	if s.NoReport {
		return shared, nil
	}
	return shared, shared.report(ctx, e, &s)
}

// growShare of the size foretold is what a buffer is made larger: it is copied if
// it has to grow.
const growShare = 8

// report opens what is to be shared and says what is in it.
func (s *Shared) report(ctx context.Context, e *engine.Engine, spec *Spec) error {
	viewed := e.Fresh()
	opened, err := viewed.Open(ctx, "shared", source.OneFile("shared.chain", s.Export), spec.Progress)
	if err != nil {
		return err
	}
	defer viewed.Close(opened.Source)
	if err := ctx.Err(); err != nil {
		return err
	}
	spec.tell(engine.Progress{Phase: "writing the report"})
	r, err := report.New(ctx, viewed, report.Options{Title: spec.Title, Remarks: s.remarks(e, spec), Filtered: spec.Pack.Filtered()})
	if err != nil {
		return err
	}
	s.Title, s.ReportHTML = r.Title(), r.HTML()
	return nil
}

func (s *Spec) tell(p engine.Progress) {
	if s.Progress != nil {
		s.Progress(p)
	}
}

// remarks tell what was left out.
func (s *Shared) remarks(e *engine.Engine, spec *Spec) []string {
	all := 0
	for _, c := range e.Chains() {
		all += c.Entries
	}
	if s.Packed.Entries == all {
		return nil
	}
	text := fmt.Sprintf("%s of %s that the sender had open.", view.Plural(s.Packed.Entries, "entry", "entries"), view.Count(all))
	if spec.Pack.Where != "" {
		text += " Filter: " + spec.Pack.Where
	}
	return []string{text}
}
