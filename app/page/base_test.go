package page

import (
	"testing"
	"testing/fstest"

	"chainglass/app/host"
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
	s.engine.Files = fstest.MapFS{"before.json": {Data: base.AppendJSON(nil)}}
	s.Sources.TakeFiles(host.FromDrop, host.Files{Count: 1}, nil)
	s.settle()
	if s.Details.Tab != TabSnapshot || s.Notice.Bad {
		t.Errorf("tab %s, notice %+v", s.Details.Tab, s.Notice)
	}
}
