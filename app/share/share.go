package share

import (
	"bytes"
	"context"
	"errors"

	"chainglass/app/engine"
)

// Spec says what is to be shared.
type Spec struct {
	// Pack chooses the entries. Its Places and Progress are set by this package.
	Pack engine.PackSpec
	// Title heads the report and names the page; it may be empty.
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
	// Fragment is Spec.Fragment with everything in it led to the export.
	Fragment string
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
	packed, err := e.Pack(ctx, s.Pack, &out)
	if err != nil {
		return Shared{}, err
	}
	place.found(packed.Places)
	return Shared{Export: out.Bytes(), Packed: packed, Fragment: place.Encode()}, nil
}

// growShare of the size foretold is what a buffer is made larger: it is copied if
// it has to grow.
const growShare = 8
