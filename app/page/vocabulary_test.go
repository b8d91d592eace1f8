package page

import (
	"os"
	"testing"
	"time"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/page/pagetest"
)

// session is a page over a real engine, without a browser.
type session struct {
	*Page
	t      *testing.T
	engine *pagetest.Engine
	host   *pagetest.Host
}

func newSession(t *testing.T) *session {
	s := &session{t: t, engine: pagetest.NewEngine(t, os.DirFS("testdata")), host: pagetest.NewHost()}
	s.Page = New(s.engine, s.host)
	s.Page.listen()
	s.Page.Playhead.Play.after = func(time.Duration, func()) {} // nothing happens by itself
	s.Page.Table.Scroller.Resize(0, 400)
	return s
}

// settle delivers answers until the page has no more questions.
func (s *session) settle() *session {
	s.t.Helper()
	s.engine.Settle()
	return s
}

// opened drops the test folder and waits for everything.
func (s *session) opened() *session {
	s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 4}, nil)
	return s.settle()
}

// press presses keys by name.
func (s *session) press(keys ...string) *session {
	s.t.Helper()
	for _, key := range keys {
		c := CommandOf(host.Key{Name: key})
		if c == nil {
			s.t.Fatalf("key %q does nothing", key)
		}
		c.Perform(s.Page)
	}
	return s.settle()
}

// chainNamed finds an open chain by node and channel.
func (s *session) chainNamed(name string) engine.ChainID {
	s.t.Helper()
	for _, c := range s.Sources.AllChains() {
		if c.Name() == name {
			return c.ID
		}
	}
	s.t.Fatalf("no chain %s", name)
	return 0
}
