package ui

import (
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// session is a page over a real engine, without a browser: what the page posts
// goes to the engine, what the engine answers waits until it is delivered.
type session struct {
	*store
	t      *testing.T
	server *rpc.Server
	files  fs.FS

	mu       sync.Mutex
	arrived  *sync.Cond
	answers  [][]byte
	open     int // requests without an answer
	posts    int
	receive  func([]byte)
	crash    func(error)
	restarts int
}

func newSession(t *testing.T) *session {
	s := &session{t: t, files: os.DirFS("testdata")}
	s.arrived = sync.NewCond(&s.mu)
	s.server = rpc.NewServer(engine.New(engine.Options{}), s.answer)
	s.store = newStore(s)
	s.store.listen()
	s.store.time.play.after = func(time.Duration, func()) {} // nothing happens by itself
	s.store.rows.scroller.Resize(0, 400)
	return s
}

func (s *session) Post(message []byte, files []browser.Files) {
	if method := methodOf(s.t, message); method != "cancel" {
		s.mu.Lock()
		s.open++
		s.posts++
		s.mu.Unlock()
	}
	if len(files) > 0 {
		s.server.Receive(message, s.files)
	} else {
		s.server.Receive(message, nil)
	}
}

func (s *session) Listen(receive func([]byte), crashed func(error)) {
	s.receive, s.crash = receive, crashed
}

func (s *session) Restart() { s.restarts++ }

// answer keeps a message of the engine.
func (s *session) answer(message []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, message)
	if isLast(s.t, message) {
		s.open--
	}
	s.arrived.Signal()
}

// settle delivers answers until the page has no more questions.
func (s *session) settle() *session {
	for {
		s.mu.Lock()
		for len(s.answers) == 0 && s.open > 0 {
			s.arrived.Wait()
		}
		answers := s.answers
		s.answers = nil
		s.mu.Unlock()
		if len(answers) == 0 {
			return s
		}
		for _, message := range answers {
			s.receive(message)
		}
	}
}

// next delivers the next answer.
func (s *session) next() {
	s.mu.Lock()
	for len(s.answers) == 0 && s.open > 0 {
		s.arrived.Wait()
	}
	if len(s.answers) == 0 {
		s.mu.Unlock()
		s.t.Fatal("nothing is asked")
	}
	message := s.answers[0]
	s.answers = s.answers[1:]
	s.mu.Unlock()
	s.receive(message)
}

// opened drops the test folder and waits for everything.
func (s *session) opened() *session {
	s.takeFiles(browser.FromDrop, browser.Files{Count: 4}, nil)
	return s.settle()
}

// methodOf returns the method of a request: [number, method, body].
func methodOf(t *testing.T, message []byte) (method string) {
	t.Helper()
	if err := cbor.Unmarshal(parts(t, message)[1], &method); err != nil {
		t.Fatal(err)
	}
	return method
}

// isLast reports whether a reply ends its request: [number, kind, body], of
// which kind 1 is progress.
func isLast(t *testing.T, message []byte) bool {
	t.Helper()
	var kind int
	if err := cbor.Unmarshal(parts(t, message)[1], &kind); err != nil {
		t.Fatal(err)
	}
	return kind != 1
}

func parts(t *testing.T, message []byte) (items []cbor.RawMessage) {
	t.Helper()
	if err := cbor.Unmarshal(message, &items); err != nil || len(items) != 3 {
		t.Fatalf("message %x: %v", message, err)
	}
	return items
}

// press presses keys by name.
func (s *session) press(keys ...string) *session {
	s.t.Helper()
	for _, key := range keys {
		c := commandOf(browser.Key{Name: key})
		if c == nil {
			s.t.Fatalf("key %q does nothing", key)
		}
		c.perform(s.store)
	}
	return s.settle()
}

// html draws the page.
func (s *session) html() string {
	s.t.Helper()
	page := &root{Store: s.store}
	e := app.NewTestEngine()
	if err := e.Load(page); err != nil {
		s.t.Fatal(err)
	}
	e.ConsumeAll()
	return app.HTMLString(page)
}

// shows fails unless the page shows all texts.
func (s *session) shows(texts ...string) {
	s.t.Helper()
	page := s.html()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			s.t.Errorf("the page does not show %q", text)
		}
	}
}
