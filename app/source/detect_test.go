package source

import (
	"encoding/binary"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
	"chainglass/wire"
)

func logRecord(seq, ms uint64) []byte {
	return (&snapshot.LogRecord{Seq: seq, TSMS: ms, Level: snapshot.LevelInfo, Message: "hello"}).AppendPostcard(nil)
}

// taskCreated is what a task store writes: a header that begins with the byte
// of an action record, then a body.
func taskCreated(id uint64) []byte {
	meta := make([]byte, 24)
	meta[0] = 1
	binary.LittleEndian.PutUint64(meta[12:], id)
	return append(meta, byte(id), 3, 'b', 'u', 'y', 0x80, 0x80, 0x90, 0x80, 0x01)
}

func repeat(n int, payload func(i uint64) []byte) (all [][]byte) {
	for i := range n {
		all = append(all, payload(uint64(i+1)))
	}
	return all
}

func TestDetectKind(t *testing.T) {
	const ms = 1700000000000
	odd := func(id uint64) []byte {
		return wire.EncodeRecord(&wire.ActionChainRecord{ID: id, Kind: "defragment_2", EmittedAtMS: ms})
	}
	clock := func(id uint64) []byte {
		return wire.EncodeRecord(&wire.ActionChainRecord{ID: id, Kind: wire.KindMarkAvoid, EmittedAtMS: 17})
	}
	future := func(id uint64) []byte { return append([]byte{2}, action(id)[1:]...) }
	junk := func(i uint64) []byte { return []byte{0xf5, byte(i), 3, 4} }
	mixed := append(repeat(60, action), repeat(40, junk)...)
	tests := []struct {
		name     string
		payloads [][]byte
		channel  string
		kind     wire.ChainKind
		basis    KindBasis
	}{
		{"actions", repeat(100, action), "", wire.ChainAction, ByContent},
		{"actions of a later release", repeat(3, odd), "", wire.ChainAction, ByContent},
		{"actions, clock not set", repeat(3, clock), "", wire.ChainAction, ByContent},
		{"actions among junk", mixed, "", wire.ChainAction, ByContent},
		{"actions under another name", repeat(9, action), "log", wire.ChainAction, ByContent},
		{"logs", repeat(9, func(i uint64) []byte { return logRecord(i, ms) }), "", wire.ChainLog, ByContent},
		{"logs, clock near 1970, name", repeat(9, func(i uint64) []byte { return logRecord(i, i) }), "log", wire.ChainLog, ByChannelName},
		{"logs, clock near 1970, no name", repeat(9, func(i uint64) []byte { return logRecord(i, i) }), "x", wire.ChainUnknown, ByNothing},
		{"next version, name", repeat(9, future), "meshos/actions", wire.ChainAction, ByChannelName},
		{"next version, no name", repeat(9, future), "", wire.ChainUnknown, ByNothing},
		{"tasks", repeat(9, taskCreated), "cortex/tasks", wire.ChainUnknown, ByNothing},
		{"tasks under a known name", repeat(9, taskCreated), "meshos/actions", wire.ChainUnknown, ByNothing},
		{"record with bytes behind it", repeat(9, func(i uint64) []byte { return append(action(i), 0) }), "", wire.ChainUnknown, ByNothing},
		{"smallest record", [][]byte{{1, 0, 0, 0, 0}}, "", wire.ChainUnknown, ByNothing},
		{"zeros", repeat(9, func(uint64) []byte { return make([]byte, 7) }), "", wire.ChainUnknown, ByNothing},
		{"junk", repeat(9, junk), "", wire.ChainUnknown, ByNothing},
		{"nothing, name", nil, "failures", wire.ChainFailure, ByChannelName},
		{"nothing, no name", nil, "x", wire.ChainUnknown, ByNothing},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if kind, basis := DetectKind(payloadReader(tt.payloads...), tt.channel); kind != tt.kind || basis != tt.basis {
				t.Errorf("%v by %q, want %v by %q", kind, basis, tt.kind, tt.basis)
			}
		})
	}
}

// The names of channels are a hint that the corpus does not need.
func TestDetectKindWithoutNames(t *testing.T) {
	want := map[string]wire.ChainKind{
		"meshos/actions": wire.ChainAction, "admin-audit": wire.ChainAudit, "log": wire.ChainLog, "failures": wire.ChainFailure,
	}
	for _, c := range find(t, os.DirFS(testdata+"incident")).Chains {
		kind, basis := DetectKind(c.Reader, "")
		if kind != want[c.Channel] || basis != ByContent {
			t.Errorf("%s: %v by %q", c.Origin, kind, basis)
		}
	}
}

// failingReader cannot be read.
type failingReader struct{}

func (failingReader) Len() int                         { return 5 }
func (failingReader) ReadBlock(int, *wire.Block) error { return errors.New("gone") }

func TestDetectKindOfUnreadable(t *testing.T) {
	if kind, basis := DetectKind(failingReader{}, "log"); kind != wire.ChainLog || basis != ByChannelName {
		t.Errorf("%v by %q", kind, basis)
	}
}

func TestGrouped(t *testing.T) {
	got := map[int64]string{}
	for _, n := range []int64{0, 1, 999, 1000, 123456, 1234567, -1, -999, -1000, -123456} {
		got[n] = grouped(n)
	}
	want := map[int64]string{
		0: "0", 1: "1", 999: "999", 1000: "1,000", 123456: "123,456", 1234567: "1,234,567",
		-1: "-1", -999: "-999", -1000: "-1,000", -123456: "-123,456",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
