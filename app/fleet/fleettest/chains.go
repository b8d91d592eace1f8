package fleettest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// Entry is an entry of a random chain, as it was written.
type Entry struct {
	TSNS    uint64
	Payload []byte
	// Damaged is true if its bytes were changed on the disk.
	Damaged bool
}

// channels are the channels of a kind that a node uses.
var channels = map[wire.ChainKind]string{
	wire.ChainAction: "meshos/actions", wire.ChainAudit: "admin-audit", wire.ChainLog: "log", wire.ChainFailure: "failures",
}

// WriteChannel writes a random channel of a kind below the folder of a node and returns its
// entries. About one entry in 50 has a byte changed, and as many are no record; at least the first
// half is sound, so that the kind is known.
func WriteChannel(t testing.TB, r *rand.Rand, node string, kind wire.ChainKind, length int) []Entry {
	t.Helper()
	folder := filepath.Join(node, filepath.FromSlash(channels[kind]))
	w, err := redex.Create(folder)
	if err != nil {
		t.Fatal(err)
	}
	ts := uint64(1_779_465_600_000_000_000)
	entries := make([]Entry, length)
	for i := range entries {
		ts += uint64(r.IntN(2_000_000_000))
		e := Entry{TSNS: ts, Payload: Record(r, kind, uint64(i))}
		if i > length/2 {
			switch r.IntN(50) {
			case 0:
				e.Damaged = true
			case 1:
				e.Payload = []byte{99, 1, 2, 3, 4, 5, 6, 7, 8, 9}
			}
		}
		if _, err := w.AppendAt(e.Payload, e.TSNS); err != nil {
			t.Fatal(err)
		}
		entries[i] = e
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	damage(t, folder, entries)
	return entries
}

// damage changes the first byte of the payloads that are to be damaged.
func damage(t testing.TB, folder string, entries []Entry) {
	t.Helper()
	dats, err := filepath.Glob(filepath.Join(folder, "v*", "dat"))
	if err != nil || len(dats) != 1 {
		t.Fatal(dats, err)
	}
	dat, err := os.ReadFile(dats[0])
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for i := range entries {
		if entries[i].Damaged {
			dat[at] ^= 0x55
			entries[i].Payload = append([]byte(nil), dat[at:at+len(entries[i].Payload)]...)
		}
		at += len(entries[i].Payload)
	}
	if at != len(dat) {
		t.Fatalf("dat has %d bytes, want %d", len(dat), at)
	}
	if err := os.WriteFile(dats[0], dat, 0o666); err != nil {
		t.Fatal(err)
	}
}

// Record returns a random record of a kind, encoded. Numbers are of all sizes, options there
// and not, texts empty and not.
func Record(r *rand.Rand, kind wire.ChainKind, id uint64) []byte {
	number := func() uint64 { return r.Uint64() >> r.IntN(64) }
	option := func() postcard.Option[uint64] {
		if r.IntN(3) == 0 {
			return postcard.Option[uint64]{}
		}
		return postcard.Some(number())
	}
	text := func() string {
		return [...]string{"", "peer 77 unreachable", "pull timed out after 512 ms", "naïve \x00 text", "process died"}[r.IntN(5)]
	}
	timeMS := 1_779_465_600_000 + id*700
	switch kind {
	case wire.ChainAction:
		record := wire.ActionChainRecord{ID: id, Kind: [...]string{wire.KindPullReplica, "start_daemon", "quiesce"}[r.IntN(3)], EmittedAtMS: timeMS}
		switch r.IntN(4) {
		case 0:
			record.Disposition = wire.Failed{Reason: text(), RetryAfterMS: option()}
		case 1:
			record.Disposition = wire.Gated{Reason: text(), CooldownMS: option()}
		}
		return wire.EncodeRecord(&record)
	case wire.ChainAudit:
		record := snapshot.AdminAuditRecord{Seq: id, CommittedAtMS: timeMS, Event: snapshot.AdminEvent{Kind: snapshot.EventFreezeCluster}}
		if r.IntN(2) == 0 {
			record.Event = snapshot.AdminEvent{Kind: snapshot.EventDrain, Node: number(), DrainFor: postcard.Some(snapshot.Duration{Secs: 60})}
			record.Outcome = snapshot.VerificationOutcome{Kind: snapshot.OutcomeRejected, RejectionKind: "not_authorized", Message: text()}
		}
		for range r.IntN(4) {
			record.OperatorIDs = append(record.OperatorIDs, number())
		}
		return record.AppendPostcard(nil)
	case wire.ChainLog:
		record := snapshot.LogRecord{Seq: id, TSMS: timeMS, Level: snapshot.LogLevel(r.IntN(5)), DaemonID: option(), NodeID: option(), Message: text()}
		return record.AppendPostcard(nil)
	case wire.ChainFailure:
		record := snapshot.FailureRecord{Seq: id, Source: fmt.Sprintf("action-id:%d", number()), Reason: text(), RecordedAtMS: timeMS}
		return record.AppendPostcard(nil)
	}
	panic("invariant: a kind without records")
}
