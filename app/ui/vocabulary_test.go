package ui

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/ui/uitest"
	"chainglass/snapshot"
)

// session is a page whose HTML is looked at.
type session struct {
	*uitest.Session
	t testing.TB
}

// newSession returns a page that opens a damaged chain.
func newSession(t testing.TB) *session { return &session{uitest.New(t, "../page/testdata"), t} }

// opened is a session with the damaged chain open.
func opened(t testing.TB) *session {
	s := newSession(t)
	s.Opened()
	return s
}

// incident is a session with the three nodes of the incident open.
func incident(t testing.TB) *session {
	s := &session{uitest.New(t, "../../wire/redex/testdata/incident"), t}
	s.Opened()
	return s
}

// press presses keys by name and waits.
func (s *session) press(keys ...string) *session {
	s.t.Helper()
	s.Press(keys...)
	return s
}

// html draws the page.
func (s *session) html() string {
	s.t.Helper()
	return uitest.HTML(s.t, &root{Page: s.Page})
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

// baseFiles are a snapshot alone.
func baseFiles() fs.FS {
	base := snapshot.MeshOsSnapshot{
		RuntimeEpochID: 7,
		AvoidList:      map[uint64]snapshot.AvoidEntrySnapshot{42: {Reason: "slow disk", TTLMS: 9000}},
	}
	return fstest.MapFS{"before.json": {Data: base.AppendJSON(nil)}}
}
