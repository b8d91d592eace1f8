package uitest

import (
	"os"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/page"
	"chainglass/app/page/pagetest"
)

// Session is a page over a real engine, without a browser.
type Session struct {
	*page.Page
	Engine *pagetest.Engine
	Host   *pagetest.Host

	t testing.TB
}

// New returns a session in which nothing is open. Opening files opens the folder.
func New(t testing.TB, folder string) *Session {
	s := &Session{Engine: pagetest.NewEngine(t, os.DirFS(folder)), Host: pagetest.NewHost(), t: t}
	s.Page = page.New(s.Engine, s.Host)
	s.Run(func(f func()) { f() }, func(_ time.Duration, f func()) { f() })
	s.Table.Resize(400)
	return s
}

// Settle delivers answers until the page has no more questions.
func (s *Session) Settle() *Session {
	s.t.Helper()
	s.Engine.Settle()
	return s
}

// Opened drops the folder and waits for everything.
func (s *Session) Opened() *Session {
	s.t.Helper()
	s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 4}, nil)
	return s.Settle()
}

// Press presses keys by name and waits.
func (s *Session) Press(keys ...string) *Session {
	s.t.Helper()
	for _, key := range keys {
		c := page.CommandOf(host.Key{Name: key})
		if c == nil {
			s.t.Fatalf("key %q does nothing", key)
		}
		c.Perform(s.Page)
	}
	return s.Settle()
}

// Chain finds an open chain by node and channel.
func (s *Session) Chain(name string) engine.ChainID {
	s.t.Helper()
	for _, c := range s.Sources.AllChains() {
		if c.Name() == name {
			return c.ID
		}
	}
	s.t.Fatalf("no chain %s", name)
	return 0
}

// HTML draws a component.
func HTML(t testing.TB, c app.Composer) string {
	t.Helper()
	Draw(t, c)
	return app.HTMLString(c)
}

// Draw mounts a component.
func Draw(t testing.TB, c app.Composer) {
	t.Helper()
	e := app.NewTestEngine()
	if err := e.Load(c); err != nil {
		t.Fatal(err)
	}
	e.ConsumeAll()
}
