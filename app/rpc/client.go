package rpc

import (
	"errors"
	"fmt"

	"chainglass/app/engine"
)

// Conn carries messages to an engine, with files beside them. T is what a file
// is on this side of the connection.
type Conn[T any] interface {
	Post(message []byte, files []T)
}

// Client sends requests and hands the answers to callbacks. It is meant for one
// goroutine, the page's: [Client.Receive] and every method run there, and so
// do the callbacks.
type Client[T any] struct {
	// Pace, if set, is called between the steps of what may take long: before a
	// request is packed, and between unpacking an answer and handing it over.
	Pace func()

	conn    Conn[T]
	codec   codec
	last    uint64
	pending map[uint64]handlers
}

// handlers are the callbacks of one request.
type handlers struct {
	progress func(engine.Progress)
	answer   func(body []byte)
	fail     func(error)
}

// ErrEngineGone is the error of every request whose engine has crashed.
var ErrEngineGone = errors.New("the engine has stopped")

// NewClient returns a client that sends over conn.
func NewClient[T any](conn Conn[T]) *Client[T] {
	return &Client[T]{conn: conn, codec: newCodec(), pending: map[uint64]handlers{}}
}

// Options of a request.
type Options[T any] struct {
	// Files travel beside the message.
	Files []T
	// Progress, if set, is called for every report.
	Progress func(engine.Progress)
}

// Call sends a request and calls done once, with the answer or an error. The
// returned function cancels the request; done is called all the same.
func Call[Req, Resp, T any](c *Client[T], m Method[Req, Resp], body Req, o Options[T], done func(Resp, error)) (cancel func()) {
	c.last++
	number := c.last
	c.pending[number] = handlers{
		progress: o.Progress,
		fail: func(err error) {
			var none Resp
			done(none, err)
		},
		answer: func(b []byte) {
			var resp Resp
			err := c.codec.dec.Unmarshal(b, &resp)
			c.pace()
			done(resp, err)
		},
	}
	c.post(number, string(m), body, o.Files)
	return func() {
		if _, open := c.pending[number]; open {
			c.post(0, cancelMethod, number, nil)
		}
	}
}

func (c *Client[T]) pace() {
	if c.Pace != nil {
		c.Pace()
	}
}

func (c *Client[T]) post(number uint64, method string, body any, files []T) {
	c.pace()
	c.conn.Post(c.codec.encode(request{Number: number, Method: method, Body: c.codec.encode(body)}), files)
}

// Receive takes a message from the engine. An error means that the message is
// none: a bug, not a failed request.
func (c *Client[T]) Receive(message []byte) error {
	var r reply
	if err := c.codec.dec.Unmarshal(message, &r); err != nil {
		return fmt.Errorf("message from the engine: %w", err)
	}
	h, open := c.pending[r.Number]
	if !open {
		return nil
	}
	switch r.Kind {
	case replyProgress:
		return c.progress(h, r.Body)
	case replyError:
		delete(c.pending, r.Number)
		var text string
		if err := c.codec.dec.Unmarshal(r.Body, &text); err != nil {
			return err
		}
		h.fail(errors.New(text))
	default:
		delete(c.pending, r.Number)
		h.answer(r.Body)
	}
	return nil
}

func (c *Client[T]) progress(h handlers, body []byte) error {
	if h.progress == nil {
		return nil
	}
	var p engine.Progress
	if err := c.codec.dec.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("progress from the engine: %w", err)
	}
	h.progress(p)
	return nil
}

// Fail ends every open request with err, for an engine that is gone.
func (c *Client[T]) Fail(err error) {
	pending := c.pending
	c.pending = map[uint64]handlers{}
	for _, h := range pending {
		h.fail(err)
	}
}
