package engine

import (
	"context"

	"chainglass/app/synth"
)

// warmRecords is how many records it takes until a browser has compiled what
// reads them as well as it can.
const warmRecords = 60_000

// Warm reads a made-up chain and forgets it. A browser runs code slowly until it
// has seen it run for a while; after Warm the first real chain is read at full
// speed. It stops when ctx ends.
func Warm(ctx context.Context, o Options) {
	e := New(o)
	// A chain that is made up has no problems worth telling.
	opened, err := e.Open(ctx, "warm", synth.Folder(1, warmRecords), nil)
	if err != nil || opened.Cancelled {
		return
	}
	e.Close(opened.Source)
}
