//go:build !js

package page

import (
	"errors"
	"os"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/synth"
	"chainglass/wire/redex"
)

// kept is the number under which the browser of these tests has what was dropped.
const kept = 7

// followed is a page with a folder open that the browser can give once more.
func followed(t *testing.T, entries int) (s *session, channel string) {
	t.Helper()
	dir := t.TempDir()
	channel = dir + "/n/meshos/actions"
	appendEntries(t, channel, entries)
	s = newSession(t)
	s.engine.Files = os.DirFS(dir)
	s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 4, Kept: kept}, nil)
	return s.settle(), channel
}

func appendEntries(t *testing.T, channel string, n int) {
	t.Helper()
	open := redex.OpenAppend
	if _, err := os.Stat(channel); err != nil {
		open = redex.Create
	}
	w, err := open(channel)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(synth.NewNode(1).Append(w, n), w.Close()); err != nil {
		t.Fatal(err)
	}
}

// retaken has the browser give what is kept once more.
func (s *session) retaken() *session {
	s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 4, Kept: kept, Again: true}, nil)
	return s.settle()
}

func TestAFolderThatGrewIsReadOn(t *testing.T) {
	s, channel := followed(t, 300)
	c := s.Sources.AllChains()[0]
	appendEntries(t, channel, 412)
	s.Following.Changed(kept, []host.FileChange{
		{Path: "n/meshos/actions/v0000000001/dat", Before: 9000, Now: 20000},
		{Path: "n/meshos/actions/v0000000001/idx", Before: 300 * redex.RowSize, Now: 712 * redex.RowSize},
	})
	if n := s.Following.Of(c.ID); n.Text() != "412 more entries" || n.Action() != "Read on" {
		t.Fatalf("%+v", n)
	}
	s.Following.ReadOn(c.Source, false)
	if len(s.host.Retaken) != 1 || s.host.Retaken[0] != kept || !s.Following.IsReading(c.Source) {
		t.Fatalf("retaken %v", s.host.Retaken)
	}
	s.retaken()
	now := s.Sources.AllChains()
	if len(now) != 1 || now[0].ID != c.ID || now[0].Indexed != 712 || s.Table.Scroller.Rows != 712 || len(s.Sources.List) != 1 {
		t.Errorf("%d chains, %+v, %d rows", len(now), now[0], s.Table.Scroller.Rows)
	}
	if s.Following.Of(c.ID).Any() || s.Following.IsReading(c.Source) || len(s.Sources.Loads) != 0 || !strings.Contains(s.Notice.Text, "412 more entries in 1 chain") {
		t.Errorf("%+v, %+v", s.Following.Of(c.ID), s.Notice)
	}
	if row := s.Table.Pages.Row(0); row == nil {
		t.Error("the rows are not there")
	}
}

func TestAFolderThatWasReplacedIsReadAgainInOneClick(t *testing.T) {
	s, channel := followed(t, 300)
	c := s.Sources.AllChains()[0]
	if err := os.RemoveAll(channel); err != nil {
		t.Fatal(err)
	}
	appendEntries(t, channel, 40)
	s.Following.Changed(kept, []host.FileChange{{Path: "n/meshos/actions/v0000000001/idx", Before: 300 * redex.RowSize, Now: 40 * redex.RowSize}})
	if n := s.Following.Of(c.ID); n.Text() != "Changed on disk" || n.Action() != "Read again" {
		t.Fatalf("%+v", n)
	}
	// Who only reads on is told, and sees what was read before.
	s.Following.ReadOn(c.Source, false)
	s.retaken()
	if now := s.Sources.AllChains()[0]; now.Entries != 300 || !s.Following.Of(c.ID).Apart {
		t.Fatalf("%+v, %+v", now, s.Following.Of(c.ID))
	}
	s.Following.ReadOn(c.Source, true)
	s.retaken()
	if now := s.Sources.AllChains()[0]; now.ID != c.ID || now.Entries != 40 || s.Table.Scroller.Rows != 40 || s.Following.Of(c.ID).Any() {
		t.Errorf("%+v, %d rows", now, s.Table.Scroller.Rows)
	}
}

// What is dropped once more replaces what is open; what is closed is kept no longer.
func TestTheSameFolderTwiceReplacesTheFirst(t *testing.T) {
	s, channel := followed(t, 100)
	appendEntries(t, channel, 5)
	s.retaken()
	if now := s.Sources.AllChains(); len(now) != 1 || now[0].Entries != 105 || len(s.Sources.List) != 1 {
		t.Errorf("%d chains, %+v", len(now), now[0])
	}
	s.Sources.Close(s.Sources.List[0].ID)
	s.settle()
	if len(s.host.Forgotten) != 1 || s.host.Forgotten[0] != kept {
		t.Errorf("forgotten %v", s.host.Forgotten)
	}
}

// A read that the browser refuses has the file taken once more where that can be, and is
// told of with what to do where it cannot.
func TestWhatTheBrowserRefusesIsTakenAgain(t *testing.T) {
	s, _ := followed(t, 100)
	id := s.Sources.AllChains()[0].ID
	rows := []engine.Row{{Chain: id, Error: "read n/idx: " + host.UnreadableText}}
	s.Following.refusedIn(rows)
	s.Following.refusedIn(rows)
	if len(s.host.Retaken) != 1 {
		t.Errorf("retaken %v", s.host.Retaken)
	}
	s.retaken()
	if s.Following.IsReading(s.Sources.List[0].ID) {
		t.Error("it is still being read on")
	}
	other := newSession(t).opened()
	other.Following.refusedRows(errors.New(host.UnreadableText))
	if !other.Notice.Bad || !strings.Contains(other.Notice.Text, "open it once more") || len(other.host.Retaken) != 0 {
		t.Errorf("%+v", other.Notice)
	}
}

func TestNewsOfFiles(t *testing.T) {
	s, _ := followed(t, 30)
	c := s.Sources.AllChains()[0]
	for _, tt := range []struct {
		change host.FileChange
		text   string
	}{
		{host.FileChange{Path: "n/meshos/actions/v0000000001/dat", Before: 100, Now: 200}, ""},
		{host.FileChange{Path: "n/meshos/actions/v0000000002/idx", Before: -1, Now: 200}, "Changed on disk"},
		{host.FileChange{Path: "n/meshos/actions/manifest", Before: 16, Now: -1}, "Gone from the disk"},
		{host.FileChange{Path: "n/meshos/actions/v0000000001/idx", Before: 40, Now: 60}, "1 more entry"},
		{host.FileChange{Path: "n/meshos/actionsother/idx", Before: 40, Now: 60}, ""},
	} {
		s.Following.Changed(kept, []host.FileChange{tt.change})
		if n := s.Following.Of(c.ID); n.Any() != (tt.text != "") || n.Any() && n.Text() != tt.text {
			t.Errorf("%s: %+v", tt.change.Path, n)
		}
	}
	s.Following.Changed(kept, []host.FileChange{{Path: "n/other/idx", Before: -1, Now: 60}})
	if s.Following.Others(c.Source) != 1 {
		t.Error("a file that appeared is not told of")
	}
}
