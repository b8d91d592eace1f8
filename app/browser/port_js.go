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
)

// Role tells in which realm this program runs.
func Role() string { return global().Get("role").String() }

// global is what the scripts in web/ put into either realm for this package.
func global() js.Value { return js.Global().Get("chainglass") }

// Port is the worker's end of the channel.
type Port struct {
	realm   js.Value
	blobs   *blobReader
	resume  js.Func
	mu      sync.Mutex
	waiting []chan struct{}
}

// NewPort returns the worker's end of the channel. There is one page, so there
// should be one Port.
func NewPort() *Port {
	p := &Port{realm: global(), blobs: newBlobReader(global())}
	p.resume = js.FuncOf(func(js.Value, []js.Value) any {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.waiting[0] <- struct{}{}
		p.waiting = p.waiting[1:]
		return nil
	})
	return p
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
			receive(message, p.blobs.openLists(lists))
		}
		return nil
	}))
}

// Post sends a message to the page. It copies the message and does not block.
func (p *Port) Post(message []byte) { p.realm.Call("post", arrayOf(message)) }

// Yield gives the worker's event loop one turn: messages that arrived while Go
// was running, a cancel among them, are delivered before it returns. It takes
// some ten microseconds; call it every few milliseconds of work.
func (p *Port) Yield() {
	turn := make(chan struct{}, 1)
	p.mu.Lock()
	p.waiting = append(p.waiting, turn)
	p.mu.Unlock()
	p.realm.Call("turn", p.resume)
	<-turn
}
