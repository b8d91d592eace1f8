package redact

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/app/kind"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"

	"github.com/google/go-cmp/cmp"
)

const (
	plantedName = "acme-east-7"
	plantedID   = uint64(0xfeed_c0de_1234_5678)
)

// planted fails if a planted name or id is anywhere in b.
func planted(t *testing.T, where string, b []byte) {
	t.Helper()
	forms := formsOf(plantedID)
	for i, word := range append(strings.Split(plantedName, "-")[:1], plantedName) {
		forms[fmt.Sprint("name ", i)] = []byte(word)
	}
	for name, form := range forms {
		if at := bytes.Index(bytes.ToLower(b), bytes.ToLower(form)); at >= 0 {
			t.Errorf("%s: %s is there: %q", where, name, b[max(0, at-20):min(len(b), at+30)])
		}
	}
}

// What is planted wherever the format has room for it is in no byte of the result.
func TestPlantedSecretsDoNotLeave(t *testing.T) {
	text := fmt.Sprintf("lost %s at %d and 0x%016x (%X)", plantedName, plantedID, plantedID, plantedID)
	state := snapshot.MeshOsSnapshot{
		Daemons:        map[uint64]snapshot.DaemonSnapshot{plantedID: {Name: plantedName, Health: postcard.Some(snapshot.DaemonHealthSnapshot{Kind: snapshot.DaemonDegraded, Reason: text}), Placement: plantedID}},
		Replicas:       map[uint64]snapshot.ReplicaSnapshot{plantedID: {Holders: []uint64{plantedID}, Leader: postcard.Some(plantedID)}},
		Peers:          map[uint64]snapshot.PeerSnapshot{plantedID: {CapabilitySet: []string{plantedName}, SoftwareVersion: postcard.Some(plantedName), ForkedFrom: postcard.Some(plantedID)}},
		AvoidList:      map[uint64]snapshot.AvoidEntrySnapshot{plantedID: {Reason: text}},
		RecentFailures: []snapshot.FailureRecord{{Source: "daemon:" + plantedName, Reason: text}},
		LogRing:        []snapshot.LogRecord{{DaemonID: postcard.Some(plantedID), NodeID: postcard.Some(plantedID), Message: text}},
		RuntimeEpochID: plantedID,
	}
	var id [8]byte
	binary.LittleEndian.PutUint64(id[:], plantedID)
	undecodable := append([]byte{1, 2, 99}, append([]byte(text), id[:]...)...)
	version := append([]byte{9}, undecodable...)
	base := state.AppendPostcard(nil)
	info := func(kind wire.ChainKind) export.ChainInfo {
		return export.ChainInfo{Node: plantedName, Channel: "x/" + plantedName, Kind: kind, Origin: "/srv/" + plantedName + "/v0000000003"}
	}
	places := map[string]func(w *export.Writer) error{
		"undecodable payload": func(w *export.Writer) error { return addChain(w, info(wire.ChainAction), undecodable, version) },
		"unknown kind":        func(w *export.Writer) error { return addChain(w, info(wire.ChainUnknown), undecodable, base) },
		"bytes after a record": func(w *export.Writer) error {
			return addChain(w, info(wire.ChainAction), append(failed(1, text), undecodable...))
		},
		"reason": func(w *export.Writer) error { return addChain(w, info(wire.ChainAction), failed(plantedID>>40, text)) },
		"message": func(w *export.Writer) error {
			return addChain(w, info(wire.ChainLog), logged(plantedID, plantedID, text))
		},
		"unknown action kind": func(w *export.Writer) error {
			return addChain(w, info(wire.ChainAction), wire.EncodeRecord(&wire.ActionChainRecord{Kind: "restart_" + plantedName}))
		},
		"source": func(w *export.Writer) error {
			r := snapshot.FailureRecord{Source: fmt.Sprintf("kill-migration:%d", plantedID), Reason: text}
			return addChain(w, info(wire.ChainFailure), r.AppendPostcard(nil))
		},
		"every command": func(w *export.Writer) error { return addChain(w, info(wire.ChainAudit), everyCommand(text)...) },
		"base":          func(w *export.Writer) error { return w.AddBase(export.Base{Node: plantedName, Snapshot: base}) },
		"bytes after a base": func(w *export.Writer) error {
			return w.AddBase(export.Base{Snapshot: append(bytes.Clone(base), undecodable...)})
		},
		"undecodable base": func(w *export.Writer) error { return w.AddBase(export.Base{Snapshot: base[:len(base)-3]}) },
		"note": func(w *export.Writer) error {
			return w.AddNote(export.Note{ID: plantedName, Author: plantedName, Text: "> `" + text + "`\n\n# " + plantedName})
		},
		"finding": func(w *export.Writer) error {
			return w.AddFinding(plantedFinding(text))
		},
		"damaged entries": func(w *export.Writer) error {
			id, err := w.AddChain(info(wire.ChainAction))
			entries := sound(undecodable, failed(2, text), nil)
			entries[0].FlagsAndChecksum ^= 1
			entries[1].Status = wire.EntryTorn
			entries[2].Status, entries[2].FlagsAndChecksum = wire.EntryOutOfRange, redex.Checksum(undecodable)
			return errors.Join(err, w.AppendEntries(id, entries))
		},
	}
	for where, fill := range places {
		b := write(t, fill)
		for _, o := range []Options{{}, {Texts: TextDrop}} {
			out, _ := rewritten(t, b, o)
			planted(t, where, out)
			if bytes.Contains(out, []byte("somebody")) {
				t.Error("the name of the tool is there")
			}
		}
	}
	everywhere := write(t, func(w *export.Writer) error {
		var err error
		for _, fill := range places {
			err = errors.Join(err, fill(w))
		}
		return err
	})
	out, s := rewritten(t, everywhere, Options{})
	planted(t, "everywhere", out)
	if s.PayloadsDropped != 6 || s.BasesDropped != 1 {
		t.Errorf("%d payloads, %d bases dropped", s.PayloadsDropped, s.BasesDropped)
	}
}

func addChain(w *export.Writer, info export.ChainInfo, payloads ...[]byte) error {
	id, err := w.AddChain(info)
	return errors.Join(err, w.AppendEntries(id, sound(payloads...)))
}

// everyCommand is all commands, all of their ids the planted one.
func everyCommand(text string) [][]byte {
	var all [][]byte
	for kind := snapshot.EventEnterMaintenance; kind <= snapshot.EventKillMigration; kind++ {
		for scope := snapshot.ScopeLocal; scope <= snapshot.ScopeGlobal; scope++ {
			r := snapshot.AdminAuditRecord{
				Event: snapshot.AdminEvent{
					Kind: kind, Node: plantedID, Chains: []uint64{plantedID, 1}, Chain: plantedID, Victim: plantedID, Target: plantedID, Migration: plantedID,
					Daemon: snapshot.DaemonRef{ID: plantedID, Name: plantedName}, Scope: snapshot.AvoidScope{Kind: scope, Node: plantedID, Peer: plantedID},
				},
				OperatorIDs: []uint64{plantedID},
				Outcome:     snapshot.VerificationOutcome{Kind: snapshot.OutcomeRejected, RejectionKind: plantedName, Message: text},
			}
			all = append(all, r.AppendPostcard(nil))
		}
	}
	return all
}

// plantedFinding has the planted name and id wherever a finding has room for them,
// in a format too.
func plantedFinding(text string) export.Finding {
	id, name := message.ID(message.ClassNodeID, plantedID), message.Node(plantedName)
	own := message.New("{} {} {} {} {} {} {} {} {} {} {} {}", id, name,
		message.ID(message.ClassDaemonID, plantedID), message.ID(message.ClassChainID, plantedID), message.ID(message.ClassOperator, plantedID),
		message.ID(message.ClassMigration, plantedID), message.Channel(plantedName), message.Name(message.ClassDaemon, plantedName),
		message.Kind(plantedName), message.Reason(text), message.Path("/srv/"+plantedName), message.Text(text))
	forged := message.Message{Format: "the customer " + plantedName + " {}", Values: []message.Value{message.List(own)}}
	return export.Finding{
		By: export.BySender, Severity: export.SeverityNote, Rule: plantedName, Confidence: plantedName, Where: "/srv/" + plantedName,
		Title: own, Detail: forged, Refs: []export.FindingRef{{What: forged}, {What: own}},
	}
}

// What programs compare stays, whatever becomes of texts.
func TestKindsOfFindingsStay(t *testing.T) {
	b := write(t, func(w *export.Writer) error {
		return errors.Join(addChain(w, export.ChainInfo{}), w.AddFinding(export.Finding{Chain: postcard.Some(export.ChainID(0)), By: export.BySource, Severity: export.SeverityNote, Rule: export.FindingFiltered, Detail: message.New("{}", message.Text("acme"))}))
	})
	for mode := range textModes {
		out, _ := rewritten(t, b, Options{Texts: mode})
		f := parsed(t, out).Findings()
		if len(f) != 1 || f[0].Rule != export.FindingFiltered || f[0].Chain != postcard.Some(export.ChainID(0)) || f[0].Detail.String() != "(redacted)" {
			t.Errorf("%s: %+v", mode, f)
		}
	}
}

// The checksum of what is gone would tell whoever guesses it that the guess is
// right.
func TestNoChecksumOfAnOriginalStays(t *testing.T) {
	entries := sound([]byte("secret one"), failed(1, "secret of acme"), []byte("secret three"), []byte("secret four"))
	entries[0].FlagsAndChecksum |= redex.FlagInline
	entries[2].FlagsAndChecksum, entries[2].Status = entries[2].FlagsAndChecksum^1, wire.EntryBadChecksum
	entries[3].Payload, entries[3].Status = nil, wire.EntryTorn
	b := write(t, func(w *export.Writer) error {
		id, err := w.AddChain(export.ChainInfo{Kind: wire.ChainAction})
		return errors.Join(err, w.AppendEntries(id, entries))
	})
	out, _ := rewritten(t, b, Options{})
	for i, e := range entriesOf(t, out, 0) {
		if e.FlagsAndChecksum == entries[i].FlagsAndChecksum || e.FlagsAndChecksum&redex.FlagInline != 0 {
			t.Errorf("entry %d: %08x", i, e.FlagsAndChecksum)
		}
		if e.Status != entries[i].Status || e.Seq != entries[i].Seq {
			t.Errorf("entry %d: %v", i, e.Status)
		}
	}
}

func TestSeqsThatEqualASecretAreRefused(t *testing.T) {
	// The node's id is a seq of the chain as well, which is kept: nothing may leave.
	b := write(t, func(w *export.Writer) error {
		id, err := w.AddChain(export.ChainInfo{Kind: wire.ChainLog})
		entries := sound(logged(1, plantedID, "started"))
		entries[0].Seq = plantedID
		return errors.Join(err, w.AppendEntries(id, entries))
	})
	var out bytes.Buffer
	_, err := Rewrite(&out, parsed(t, b), Options{Random: chance(1)})
	var leak *LeakError
	if !errors.As(err, &leak) || leak.Class != "node id" || leak.Offset <= 0 {
		t.Fatalf("%v", err)
	}
	for _, form := range formsOf(plantedID) {
		if strings.Contains(err.Error(), string(form)) {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	if !bytes.HasPrefix(out.Bytes()[leak.Offset:], binary.BigEndian.AppendUint64(nil, plantedID)) {
		t.Errorf("nothing is at %d", leak.Offset)
	}
}

func TestTooManyIdentifiers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	x := newIDs(chance(1))
	for id := uint64(1); id <= MaxIdentifiers; id++ {
		if err := x.learn(ClassNode, id); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.learn(ClassNode, MaxIdentifiers+1); err == nil {
		t.Error("one more is taken")
	}
	if err := x.learn(ClassNode, 7); err != nil {
		t.Error(err)
	}
}

func TestPseudonymsOfIDs(t *testing.T) {
	x := newIDs(chance(1))
	originals := []uint64{1, 2, 7, 12, 53261, 659918, 1 << 31, 1 << 32, 1 << 63, 1<<64 - 1}
	for _, id := range originals {
		for _, class := range []Class{ClassNode, ClassDaemon} {
			if err := x.learn(class, id); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := x.draw(); err != nil {
		t.Fatal(err)
	}
	seen := map[uint64]bool{}
	for _, id := range originals {
		for _, class := range []Class{ClassNode, ClassDaemon} {
			p := x.pseudonym(class, id)
			if seen[p] || p == 0 || (p >= largeID) != (id >= largeID) {
				t.Errorf("%s %d became %d", class, id, p)
			}
			seen[p] = true
			if _, is := x.originals[p]; is {
				t.Errorf("%d is an original", p)
			}
		}
	}
	if x.pseudonym(ClassNode, 0) != 0 || !x.isGiven(0) || x.isGiven(7) {
		t.Error("0 means nothing, 7 is an original")
	}
}

type stuck struct{}

func (stuck) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestChanceThatIsNone(t *testing.T) {
	b := chainOf(t, wire.ChainLog, logged(1, 2, "a"), logged(3, 4, "b"))
	for name, random := range map[string]interface{ Read([]byte) (int, error) }{"stuck": stuck{}, "empty": bytes.NewReader(nil)} {
		if _, err := Rewrite(&bytes.Buffer{}, parsed(t, b), Options{Random: random}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestPaceEndsIt(t *testing.T) {
	enough := errors.New("enough")
	calls := 0
	_, err := Rewrite(&bytes.Buffer{}, parsed(t, incident(t)), Options{Pace: func() error {
		if calls++; calls > 3 {
			return enough
		}
		return nil
	}})
	if !errors.Is(err, enough) || calls != 4 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

// A payload that does not decode becomes one that fails with the same words.
func TestStandIns(t *testing.T) {
	r := &rewriter{}
	for _, k := range (kind.Set{}).All() {
		texts := map[string]bool{}
		for _, s := range k.StandIns {
			why := failureOf(k, []byte(s))
			if why == "" || texts[why] && s != "\x01" {
				t.Errorf("% x as %s: %q", s, k.Name, why)
			}
			texts[why] = true
			got := r.standIn(k, append([]byte(s), "\xffsecret"...))
			if bytes.Contains(got, []byte("secret")) {
				t.Errorf("% x became % x", s, got)
			}
		}
	}
	if got := r.standIn(kind.Unknown(), []byte("secret")); got != nil {
		t.Errorf("% x", got)
	}
	seen := map[byte]bool{}
	for v := range 256 {
		if v == wire.WireFormatVersion {
			continue
		}
		got := r.standIn(reference(wire.ChainAction), []byte{byte(v), 's'})
		if len(got) != 1 || seen[got[0]] || got[0] == wire.WireFormatVersion {
			t.Fatalf("version %d became % x", v, got)
		}
		seen[got[0]] = true
	}
}

// What is wrong with damaged channels is still found, where it was.
func TestDamageIsStillFound(t *testing.T) {
	folders, err := os.ReadDir("../../wire/redex/testdata/damage")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		e, _ := openFS(t, os.DirFS("../../wire/redex/testdata/damage/"+folder.Name()))
		var b bytes.Buffer
		if _, err := e.Pack(context.Background(), engine.PackSpec{}, &b); err != nil {
			t.Fatal(err)
		}
		out, _ := rewritten(t, b.Bytes(), Options{})
		found := foundIn(t, out)
		// What a redaction leaves out of the folder it says besides.
		maps.DeleteFunc(found, func(finding string, _ int) bool { return strings.HasPrefix(finding, "left-out ") })
		if diff := cmp.Diff(foundIn(t, b.Bytes()), found); diff != "" {
			t.Errorf("%s: -original +redacted:\n%s", folder.Name(), diff)
		}
	}
}
