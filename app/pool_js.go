//go:build js

package app

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/fxamacker/cbor/v2"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/engine/part"
	"chainglass/app/source"
)

// stretchRows is how many entries of a chain one helper reads, one run of them after the
// other: it reads the files of all ahead at once, and each read costs milliseconds
// however small it is.
const stretchRows = 8 * part.LeafRows

// errand is what a helper is asked for.
type errand struct {
	Task part.Task
	// Asked and Rows are those of an [engine.Question], if it is one.
	Asked, Rows []byte
	// End is where the stretch of entries ends that the helper is going to be asked for.
	End int
}

// stretch says which runs go to the same helper.
type stretch struct {
	recipe source.Recipe
	number int
}

// pool has the helpers of a worker read parts and answer questions.
type pool struct{ helpers *browser.Helpers }

func (p pool) Size() int { return p.helpers.Size() }

func (p pool) Prepare(files fs.FS) { p.helpers.Prepare(files) }

// Read implements [engine.Pool].
func (p pool) Read(ctx context.Context, files fs.FS, t part.Task) (*part.Part, error) {
	answer, err := p.send(ctx, files, errand{Task: t})
	if err != nil {
		return nil, err
	}
	var read part.Part
	err = read.UnmarshalBinary(answer)
	if err == nil && (len(read.Leaves) == 0 || read.First() != t.First || read.End() != t.First+t.Count) {
		err = fmt.Errorf("entries %d to %d were asked for, and others came", t.First, t.First+t.Count)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", engine.ErrNoHelp, err)
	}
	return &read, nil
}

// Search implements [engine.Pool].
func (p pool) Search(ctx context.Context, files fs.FS, q *engine.Question) ([]byte, error) {
	return p.send(ctx, files, errand{Task: q.Task, Asked: q.Asked, Rows: q.Rows})
}

// send has a helper run an errand. Whatever goes wrong at a helper is left to the engine:
// it meets the same error, in the right form, or none.
func (p pool) send(ctx context.Context, files fs.FS, e errand) ([]byte, error) {
	number := e.Task.First / stretchRows
	// Runs begin at any multiple of LeafRows, and a bit.
	e.End = (number+1)*stretchRows + e.Task.First%part.LeafRows
	message, err := cbor.Marshal(e)
	if err != nil {
		panic("invariant: " + err.Error())
	}
	answer, err := p.helpers.Ask(ctx, files, stretch{e.Task.Recipe, number}, message)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", engine.ErrNoHelp, err)
	}
	return answer, nil
}
