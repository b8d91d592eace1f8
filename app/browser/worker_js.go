//go:build js

package browser

import (
	"errors"
	"syscall/js"

	"chainglass/app/host"
)

// Worker is the page's end of the channel: the worker that the page was
// started with.
type Worker struct{ engine js.Value }

// NewWorker returns the page's end of the channel. There is one worker, so
// there should be one Worker.
func NewWorker() *Worker { return &Worker{engine: global().Get("engine")} }

// Listen has receive called with every message of the engine, those before
// Listen included, and crashed with the reason if the worker ends; until then
// a crash covers the page with a card. Both are called within a browser event
// and must not block.
func (w *Worker) Listen(receive func(message []byte), crashed func(error)) {
	w.engine.Call("listen",
		js.FuncOf(func(_ js.Value, args []js.Value) any {
			receive(bytesOf(args[0]))
			return nil
		}),
		js.FuncOf(func(_ js.Value, args []js.Value) any {
			crashed(errors.New(args[0].String()))
			return nil
		}))
}

// Post sends a message with files beside it. It copies the message and does
// not block. After a crash and before a Restart there is nobody to take it.
func (w *Worker) Post(message []byte, files []host.Files) {
	lists := make([]any, len(files))
	for i, f := range files {
		lists[i] = f.List
	}
	w.engine.Call("post", arrayOf(message), lists)
}

// Restart ends the worker, if it still runs, and starts a new one that knows
// nothing of the old one's messages.
func (w *Worker) Restart() { w.engine.Call("restart") }
