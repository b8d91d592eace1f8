//go:build js

package app

import (
	"io/fs"
	"runtime"
	"sync"
	"time"

	"github.com/fxamacker/cbor/v2"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/engine/part"
	"chainglass/app/source"
)

// queuedErrands is how many errands a helper may have prepared, and so reads ahead for.
const queuedErrands = 64

// runHelper reads parts of chains, and answers questions about them, for the engine until
// the worker ends.
func runHelper(port *browser.HelperPort) int {
	h := &helper{port: port, chains: map[fs.FS]map[source.Recipe]*source.Chain{}, stretches: map[stretchOf]bool{}}
	come := make(chan *browser.Question, queuedErrands)
	ready := make(chan *prepared, queuedErrands)
	go h.prepare(come, ready)
	go h.run(ready)
	port.Listen(func(q *browser.Question) {
		select {
		case come <- q:
		default:
			go func() { come <- q }()
		}
	}, h.forget)
	runtime.GC()
	select {}
}

// helper keeps what has been opened of the files that it was given.
type helper struct {
	port *browser.HelperPort

	mu     sync.Mutex
	chains map[fs.FS]map[source.Recipe]*source.Chain
	// stretches are those that have been read ahead; the last ones only.
	stretches map[stretchOf]bool
}

// stretchOf is a stretch of entries of a chain that is read, or searched for what is asked.
type stretchOf struct {
	files  fs.FS
	recipe source.Recipe
	end    int
	asked  string
}

// prepared is an errand whose chain is open.
type prepared struct {
	*browser.Question
	errand
	chain *source.Chain
}

// prepare opens the chains of errands and reads ahead for them, while others are read.
func (h *helper) prepare(come <-chan *browser.Question, ready chan<- *prepared) {
	for q := range come {
		p := &prepared{Question: q}
		err := cbor.Unmarshal(q.Message, &p.errand)
		if err == nil {
			p.chain, err = h.open(q.Files, p.Task.Recipe)
		}
		if err != nil {
			q.Answer(nil, err)
			continue
		}
		if p.Asked == nil || engine.AsksAboutMany(p.Rows, p.Task.Count) {
			h.readAhead(p)
		}
		ready <- p
	}
}

// open returns a chain of files, opened once.
func (h *helper) open(files fs.FS, r source.Recipe) (*source.Chain, error) {
	h.mu.Lock()
	c := h.chains[files][r]
	h.mu.Unlock()
	if c != nil {
		return c, nil
	}
	opened, err := source.Reopen(files, r)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.chains[files] == nil {
		h.chains[files] = map[source.Recipe]*source.Chain{}
	}
	h.chains[files][r] = &opened
	return &opened, nil
}

// forget closes the chains of files.
func (h *helper) forget(files fs.FS) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.chains[files] {
		_ = c.Close() // it was only read
	}
	delete(h.chains, files)
	clear(h.stretches)
}

// readAhead begins to read the files of the stretch that an errand is part of, when the
// first of its errands comes.
func (h *helper) readAhead(p *prepared) {
	s := stretchOf{p.Files, p.Task.Recipe, p.End, string(p.Asked)}
	h.mu.Lock()
	done := h.stretches[s]
	if len(h.stretches) > queuedErrands {
		clear(h.stretches)
	}
	h.stretches[s] = true
	h.mu.Unlock()
	if done {
		return
	}
	expect := func(extents []source.Extent) {
		for _, e := range extents {
			browser.ReadAhead(p.Files, e.Path, e.From, e.To)
		}
	}
	expect(p.chain.IndexExtents(p.Task.First, p.End))
	expect(p.chain.PayloadExtents(p.Task.First, p.End))
}

// run runs errands, one after the other.
func (h *helper) run(ready <-chan *prepared) {
	var reader part.Reader
	var answerer engine.Answerer
	paced := time.Now()
	pace := func() {
		if time.Since(paced) >= engine.PaceEvery {
			h.port.Yield()
			paced = time.Now()
		}
	}
	for p := range ready {
		if p.Asked != nil {
			p.Answer(answerer.Answer(p.Context, p.chain, &engine.Question{Task: p.Task, Asked: p.Asked, Rows: p.Rows}, pace))
		} else {
			p.Answer(readPart(p, &reader, pace))
		}
		pace()
	}
}

// readPart reads a part and encodes it.
func readPart(p *prepared, r *part.Reader, pace func()) ([]byte, error) {
	leaf, err := r.Read(p.Context, p.chain, p.Task, pace)
	if err != nil {
		return nil, err
	}
	return (&part.Part{Leaves: []*part.Leaf{leaf}}).MarshalBinary()
}
