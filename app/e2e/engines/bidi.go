package engines

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"sync"

	"github.com/gobwas/ws"
	"github.com/gobwas/ws/wsutil"
)

// bidi is a connection that speaks WebDriver BiDi: JSON over a websocket, a
// number in every command and its answer, events without one.
type bidi struct {
	conn net.Conn
	// heard takes the events, one after the other.
	heard func(method string, params json.RawMessage)

	mu      sync.Mutex
	last    uint64
	waiting map[uint64]chan bidiMessage
	broken  error // why nothing more comes
}

// bidiMessage is an answer or an event.
type bidiMessage struct {
	ID      *uint64         `json:"id"`
	Result  json.RawMessage `json:"result"`
	Error   string          `json:"error"`
	Message string          `json:"message"`
	Method  string          `json:"method"`
	Params  json.RawMessage `json:"params"`
}

func dialBiDi(ctx context.Context, address string, heard func(string, json.RawMessage)) (*bidi, error) {
	conn, early, _, err := ws.Dial(ctx, address)
	if err != nil {
		return nil, err
	}
	b := &bidi{conn: conn, heard: heard, waiting: map[uint64]chan bidiMessage{}}
	from := bytes.NewReader(nil)
	if early != nil {
		// What came in one piece with the handshake.
		held, _ := early.Peek(early.Buffered())
		from = bytes.NewReader(bytes.Clone(held))
		ws.PutReader(early)
	}
	go b.listen(from)
	return b, nil
}

func (b *bidi) listen(early *bytes.Reader) {
	side := readWriter{early, b.conn}
	for {
		text, err := wsutil.ReadServerText(side)
		if err != nil {
			b.end(err)
			return
		}
		var m bidiMessage
		if err := json.Unmarshal(text, &m); err != nil {
			b.end(fmt.Errorf("message of the browser: %w", err))
			return
		}
		if m.ID == nil {
			b.heard(m.Method, m.Params)
			continue
		}
		b.mu.Lock()
		answer := b.waiting[*m.ID]
		delete(b.waiting, *m.ID)
		b.mu.Unlock()
		if answer != nil {
			answer <- m
		}
	}
}

// readWriter reads what came early, then what comes.
type readWriter struct {
	early *bytes.Reader
	net.Conn
}

func (rw readWriter) Read(p []byte) (int, error) {
	if rw.early.Len() > 0 {
		return rw.early.Read(p)
	}
	return rw.Conn.Read(p)
}

// end has everybody who waits go away with the reason.
func (b *bidi) end(reason error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.broken = fmt.Errorf("the connection to the browser ended: %w", reason)
	for id, answer := range b.waiting {
		close(answer)
		delete(b.waiting, id)
	}
}

// call sends a command and stores its result, unless that is nil.
func (b *bidi) call(ctx context.Context, method string, params, result any) error {
	id, answer, err := b.await()
	if err != nil {
		return err
	}
	text, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	b.mu.Lock()
	err = wsutil.WriteClientText(b.conn, text)
	b.mu.Unlock()
	if err != nil {
		return err
	}
	select {
	case m, open := <-answer:
		switch {
		case !open:
			return b.reason()
		case m.Error != "":
			return fmt.Errorf("%s: %s: %s", method, m.Error, m.Message)
		case result == nil:
			return nil
		}
		return json.Unmarshal(m.Result, result)
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, ctx.Err())
	}
}

func (b *bidi) await() (id uint64, answer chan bidiMessage, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil {
		return 0, nil, b.broken
	}
	b.last++
	answer = make(chan bidiMessage, 1)
	b.waiting[b.last] = answer
	return b.last, answer, nil
}

func (b *bidi) reason() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.broken
}
