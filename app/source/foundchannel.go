package source

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"chainglass/wire/redex"
)

// foundChannel is a channel folder that was looked at, and what is to be said of it.
type foundChannel struct {
	channel  *redex.Channel
	chains   []Chain
	problems []Problem
}

// channelsAtOnce is how many channels are looked at before the set takes them.
const channelsAtOnce = 256

// lookAtChannels looks at channel folders, and hands them over in their order. Where
// they are many and there are processors for it, several are looked at at a time.
func (x *explorer) lookAtChannels(p place, listed listedFS, dirs []redex.ChannelDir, take func(*foundChannel)) {
	workers := runtime.GOMAXPROCS(0)
	if len(dirs) < channelsAtOnce {
		workers = 1
	}
	x.set.Chains = slices.Grow(x.set.Chains, len(dirs))
	x.set.closers = slices.Grow(x.set.closers, len(dirs))
	found := make([]foundChannel, min(len(dirs), channelsAtOnce))
	for len(dirs) > 0 && x.ctx.Err() == nil {
		some := dirs[:min(len(dirs), channelsAtOnce)]
		dirs = dirs[len(some):]
		var next atomic.Int64
		var all sync.WaitGroup
		for range workers {
			all.Go(func() {
				for i := int(next.Add(1)) - 1; i < len(some) && x.ctx.Err() == nil; i = int(next.Add(1)) - 1 {
					found[i] = x.lookAtChannel(p, listed, some[i])
				}
			})
		}
		all.Wait()
		for i := range some {
			take(&found[i])
			found[i] = foundChannel{}
		}
	}
}
