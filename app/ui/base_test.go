package ui

import (
	"testing"
	"testing/fstest"

	"chainglass/app/browser"
	"chainglass/snapshot"
)

// A snapshot that comes by itself is what the folds of the selected node start
// from.
func TestSnapshotDroppedLaterBecomesTheBase(t *testing.T) {
	s := newSession(t).opened()
	base := snapshot.MeshOsSnapshot{
		RuntimeEpochID: 7,
		AvoidList:      map[uint64]snapshot.AvoidEntrySnapshot{42: {Reason: "slow disk", TTLMS: 9000}},
	}
	s.files = fstest.MapFS{"before.json": {Data: base.AppendJSON(nil)}}
	s.takeFiles(browser.FromDrop, browser.Files{Count: 1}, nil)
	s.settle()
	if s.tab != tabSnapshot || s.notice.bad {
		t.Errorf("tab %s, notice %+v", s.tab, s.notice)
	}
	s.shows("slow disk", "avoid_list", "runtime_epoch_id", "from base before.json")
}
