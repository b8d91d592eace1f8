//go:build js

package browser

import (
	"context"
	"errors"
	"io/fs"
	"syscall/js"
)

// workers is a crew of workers that the page starts for the engine's (web/helpers.js).
type workers struct{ realm js.Value }

// newHelpersIn returns the helpers of the engine's worker.
func newHelpersIn(realm js.Value) *Helpers {
	h := newHelpers(workers{realm})
	realm.Set("onHelper", js.FuncOf(func(_ js.Value, args []js.Value) any {
		number := args[0].Int()
		switch args[1].String() {
		case "ready":
			h.onReady(number)
		case "answered":
			h.onAnswer(number, args[2].Int(), takeHeld(args[3], args[4]).take(), nil)
		case "failed":
			h.onAnswer(number, args[2].Int(), nil, errors.New(args[3].String()))
		case "died":
			h.onDeath(number, args[2].String())
		}
		return nil
	}))
	var hear js.Func
	hear = js.FuncOf(func(_ js.Value, args []js.Value) any {
		hear.Release()
		h.mu.Lock()
		h.most = args[0].Int()
		h.mu.Unlock()
		return nil
	})
	realm.Call("mostHelpers").Call("then", hear)
	return h
}

func (w workers) start(helper int) { w.realm.Call("startHelper", helper) }
func (w workers) end(helper int)   { w.realm.Call("endHelper", helper) }

func (w workers) give(helper, number int, files *fileFS) {
	w.tell(helper, map[string]any{"what": "files", "number": number, "lists": files.lists}, false)
}

func (w workers) forget(helper, number int) {
	w.tell(helper, map[string]any{"what": "forget", "number": number}, false)
}

func (w workers) ask(helper, number, files int, message []byte) {
	w.tell(helper, map[string]any{"what": "ask", "number": number, "of": files, "bytes": arrayOf(message)}, true)
}

func (w workers) cancel(helper, number int) {
	w.tell(helper, map[string]any{"what": "cancel", "number": number}, false)
}

func (w workers) tell(helper int, message map[string]any, ask bool) {
	w.realm.Call("tellHelper", helper, message, ask)
}

// HelperPort is a helper's end of the channel to the engine.
type HelperPort struct {
	*turns
	blobs *blobReader
	files map[int]*fileFS
	asked map[int]context.CancelFunc
}

// NewHelperPort returns a helper's end of the channel. There is one engine, so there
// should be one HelperPort.
func NewHelperPort() *HelperPort {
	realm := global()
	return &HelperPort{turns: newTurns(realm), blobs: newBlobReader(realm), files: map[int]*fileFS{}, asked: map[int]context.CancelFunc{}}
}

// Question is something that a helper is asked for.
type Question struct {
	// Context ends when nobody waits for the answer any more.
	Context context.Context
	// Files are what it is about, the same value for the same files.
	Files fs.FS
	// Message is what is asked for.
	Message []byte

	port   *HelperPort
	number int
}

// Answer answers a question, once. It copies the bytes.
func (q *Question) Answer(b []byte, err error) {
	if err != nil {
		q.port.realm.Call("fail", q.number, err.Error())
	} else {
		q.port.realm.Call("answer", q.number, arrayOf(b))
	}
	q.port.forgetQuestion(q.number)
}

func (p *HelperPort) forgetQuestion(number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if cancel := p.asked[number]; cancel != nil {
		cancel()
		delete(p.asked, number)
	}
}

// Listen has receive called with every question, those before Listen included, and
// forget with files that nobody will ask about any more. Both are called within a
// browser event and must not block.
func (p *HelperPort) Listen(receive func(*Question), forget func(files fs.FS)) {
	p.realm.Call("listen", js.FuncOf(func(_ js.Value, args []js.Value) any {
		number := args[1].Int()
		switch args[0].String() {
		case "files":
			p.files[number] = p.blobs.openLists(args[2])
		case "forget":
			if files := p.files[number]; files != nil {
				delete(p.files, number)
				forget(files)
			}
		case "ask":
			ctx, cancel := context.WithCancel(context.Background())
			p.mu.Lock()
			p.asked[number] = cancel
			p.mu.Unlock()
			receive(&Question{Context: ctx, Files: p.files[args[2].Int()], Message: takeHeld(args[3], args[4]).take(), port: p, number: number})
		case "cancel":
			p.mu.Lock()
			cancel := p.asked[number]
			p.mu.Unlock()
			if cancel != nil {
				cancel()
			}
		}
		return nil
	}))
}
