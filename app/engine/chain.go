package engine

import (
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"

	"chainglass/app/source"
	"chainglass/wire/message"
)

// chain is an open chain. What it is read as, and how far, is its reading.
type chain struct {
	id ChainID
	of *openSource
	// in is where its files are.
	in *opening
	// found is the chain as it was found.
	found source.Chain
	// filtered says what is left of a chain whose other entries were left out on
	// purpose; empty if none were.
	filtered message.Message
	// carried is what an export says of the chain, besides.
	carried []Finding

	// now is the reading that questions are asked of.
	now atomic.Pointer[reading]
	mu  sync.Mutex
	// asked counts who wanted to read the chain, and turn is whose readings are shown:
	// nobody's who asked before.
	asked, turn int
	// beside is what its folder holds besides the entries, once that has been asked
	// for.
	besidesMu sync.Mutex
	beside    *besides
}

// newChain returns a chain of which nothing has been read.
func newChain(id ChainID, of *openSource, in *opening, found source.Chain) *chain {
	c := &chain{id: id, of: of, in: in, found: found}
	c.now.Store(&reading{chain: c, source: found})
	return c
}

// read returns the present reading.
func (c *chain) read() *reading { return c.now.Load() }

// ask returns the turn of somebody who wants to read the chain.
func (c *chain) ask() (turn int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	return c.asked
}

// show makes r the present reading. It reports whether it did: not if somebody who
// asked later has shown theirs.
func (c *chain) show(r *reading, turn int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if turn < c.turn {
		return false
	}
	c.turn = turn
	c.now.Store(r)
	return true
}

// replace makes a reading the present one in place of another. It reports whether it did:
// not if that is the present one no more.
func (c *chain) replace(was, r *reading) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now.CompareAndSwap(was, r)
}

// readings returns the present reading of each chain.
func readings(chains []*chain) []*reading {
	list := make([]*reading, len(chains))
	for i, c := range chains {
		list[i] = c.read()
	}
	return list
}

// peers returns the readings of all chains of the source, c itself for its own chain.
func (c *reading) peers() []*reading {
	list := readings(c.of.chains())
	for i := range list {
		if list[i].id == c.id {
			list[i] = c
		}
	}
	return list
}

// errClosed says that a chain was closed while a question was being answered.
var errClosed = errors.New("the chain was closed")

// opening is one look at what was opened: a source that is read on is looked at again.
type opening struct {
	// given is what was opened; files are those of the chains that were found in it.
	given fs.FS
	files openFiles
}

// openFiles are the files of an opening. They are closed once nobody reads them any more.
type openFiles struct {
	mu      sync.Mutex
	readers int
	closing bool
	close   func() error
}

// hold keeps the files open until release. It reports whether they are.
func (f *openFiles) hold() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closing {
		return false
	}
	f.readers++
	return true
}

func (f *openFiles) release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.readers--
	f.closeIdle()
}

// finish closes the files as soon as nobody reads them.
func (f *openFiles) finish() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closing {
		f.closing = true
		f.closeIdle()
	}
}

func (f *openFiles) closeIdle() {
	if f.closing && f.readers == 0 {
		// The files were only read: a failing close loses nothing.
		_ = f.close()
	}
}
