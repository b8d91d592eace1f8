package pagetest

import (
	"io/fs"
	"sync"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/rpc"
)

// Engine is a connection to a real engine. What the page posts goes to the engine
// at once; what the engine answers waits until it is delivered.
type Engine struct {
	// Files is what opening files opens.
	Files fs.FS
	// Restarts counts the restarts.
	Restarts int
	// Crash tells the page that the engine has ended.
	Crash func(error)

	t       testing.TB
	server  *rpc.Server
	receive func([]byte)

	mu      sync.Mutex
	arrived *sync.Cond
	answers [][]byte
	open    int // requests without an answer
	posts   int
}

// NewEngine starts an engine that opens files.
func NewEngine(t testing.TB, files fs.FS) *Engine {
	e := &Engine{t: t, Files: files}
	e.arrived = sync.NewCond(&e.mu)
	e.server = rpc.NewServer(engine.New(engine.Options{}), e.answer)
	return e
}

// Post takes a message of the page.
func (e *Engine) Post(message []byte, files []host.Files) {
	if e.methodOf(message) != "cancel" {
		e.mu.Lock()
		e.open++
		e.posts++
		e.mu.Unlock()
	}
	if len(files) > 0 {
		e.server.Receive(message, e.Files)
	} else {
		e.server.Receive(message, nil)
	}
}

// Listen takes what answers are delivered to.
func (e *Engine) Listen(receive func([]byte), crashed func(error)) {
	e.receive, e.Crash = receive, crashed
}

// Restart counts.
func (e *Engine) Restart() { e.Restarts++ }

// Posts returns how many requests were posted.
func (e *Engine) Posts() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.posts
}

// answer keeps a message of the engine.
func (e *Engine) answer(message []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answers = append(e.answers, message)
	if e.isLast(message) {
		e.open--
	}
	e.arrived.Signal()
}

// Settle delivers answers until the page has no more questions.
func (e *Engine) Settle() {
	for e.deliver(func() (answers [][]byte) {
		answers, e.answers = e.answers, nil
		return answers
	}) {
	}
}

// Next delivers the next answer.
func (e *Engine) Next() {
	e.t.Helper()
	if !e.deliver(func() (answers [][]byte) {
		answers, e.answers = e.answers[:1], e.answers[1:]
		return answers
	}) {
		e.t.Fatal("nothing is asked")
	}
}

// deliver waits for answers and delivers those that take takes, which is called only
// if there are any. It reports whether there were.
func (e *Engine) deliver(take func() [][]byte) bool {
	e.mu.Lock()
	for len(e.answers) == 0 && e.open > 0 {
		e.arrived.Wait()
	}
	if len(e.answers) == 0 {
		e.mu.Unlock()
		return false
	}
	answers := take()
	e.mu.Unlock()
	for _, message := range answers {
		e.receive(message)
	}
	return true
}

// methodOf returns the method of a request: [number, method, body].
func (e *Engine) methodOf(message []byte) (method string) {
	e.t.Helper()
	if err := cbor.Unmarshal(e.parts(message)[1], &method); err != nil {
		e.t.Fatal(err)
	}
	return method
}

// isLast reports whether a reply ends its request: [number, kind, body], of
// which kind 1 is progress.
func (e *Engine) isLast(message []byte) bool {
	e.t.Helper()
	var kind int
	if err := cbor.Unmarshal(e.parts(message)[1], &kind); err != nil {
		e.t.Fatal(err)
	}
	return kind != 1
}

func (e *Engine) parts(message []byte) (items []cbor.RawMessage) {
	e.t.Helper()
	if err := cbor.Unmarshal(message, &items); err != nil || len(items) != 3 {
		e.t.Fatalf("message %x: %v", message, err)
	}
	return items
}
