//go:build js

package browser

import (
	"io/fs"
	"sync"
	"syscall/js"
)

// Roles.
const (
	RolePage   = "page"
	RoleEngine = "engine"
	RoleHelper = "helper"
)

// Role tells in which realm this program runs.
func Role() string { return global().Get("role").String() }

// global is what the scripts in web/ put into either realm for this package.
func global() js.Value { return js.Global().Get("chainglass") }

// turns are turns of a worker's event loop.
type turns struct {
	realm   js.Value
	resume  js.Func
	mu      sync.Mutex
	waiting []chan struct{}
}

func newTurns(realm js.Value) *turns {
	t := &turns{realm: realm}
	t.resume = js.FuncOf(func(js.Value, []js.Value) any {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.waiting[0] <- struct{}{}
		t.waiting = t.waiting[1:]
		return nil
	})
	return t
}

// Yield gives the worker's event loop one turn: messages that arrived while Go
// was running, a cancel among them, are delivered before it returns. It takes
// some ten microseconds; call it every few milliseconds of work.
func (t *turns) Yield() {
	turn := make(chan struct{}, 1)
	t.mu.Lock()
	t.waiting = append(t.waiting, turn)
	t.mu.Unlock()
	t.realm.Call("turn", t.resume)
	<-turn
}

// Port is the engine's end of the channel to the page.
type Port struct {
	*turns
	blobs   *blobReader
	helpers *Helpers
}

// NewPort returns the engine's end of the channel. There is one page, so there
// should be one Port.
func NewPort() *Port {
	realm := global()
	return &Port{turns: newTurns(realm), blobs: newBlobReader(realm)}
}

// Helpers returns the workers that do with files what the engine asks them for. From its
// first call on they are started when files arrive that are large enough. It is to be
// called before Listen.
func (p *Port) Helpers() *Helpers {
	if p.helpers == nil {
		p.helpers = newHelpersIn(p.realm)
	}
	return p.helpers
}

// Listen has receive called with every message of the page, those before
// Listen included. It is called within a browser event: it must not block and
// may keep both arguments. files is nil for a message without files; its files
// are io.ReaderAt and io.Seeker and may be read at any time.
func (p *Port) Listen(receive func(message []byte, files fs.FS)) {
	p.realm.Call("listen", js.FuncOf(func(_ js.Value, args []js.Value) any {
		message, lists := bytesOf(args[0]), args[1]
		if lists.Length() == 0 {
			receive(message, nil)
		} else {
			files := p.blobs.openLists(lists)
			if p.helpers != nil {
				p.helpers.prepare(files)
			}
			receive(message, files)
		}
		return nil
	}))
}

// Post sends a message to the page. It copies the message and does not block.
func (p *Port) Post(message []byte) { p.realm.Call("post", arrayOf(message)) }
