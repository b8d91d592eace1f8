package redact

import (
	"errors"
	"io"
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
)

// TestTampered breaks the replacement in every way there is: what is written is
// looked at again and must not get through.
func TestTampered(t *testing.T) {
	state := snapshot.MeshOsSnapshot{
		Daemons:    map[uint64]snapshot.DaemonSnapshot{7: {Name: "telemetry", Placement: 12}},
		Replicas:   map[uint64]snapshot.ReplicaSnapshot{3: {Holders: []uint64{12}}},
		AdminAudit: []snapshot.AdminAuditRecord{{OperatorIDs: []uint64{5}, Event: snapshot.AdminEvent{Kind: snapshot.EventKillMigration, Migration: 9}}},
		// A small epoch, which no search would find.
		RuntimeEpochID: 4,
	}
	b := write(t, func(w *export.Writer) error {
		return errors.Join(
			addChain(w, export.ChainInfo{Node: "east", Channel: "acme", Kind: wire.ChainAction}, failed(1, "pulled by ops 77")),
			addChain(w, export.ChainInfo{Node: "east", Channel: "log", Kind: wire.ChainLog}, logged(7, 12, "telemetry lost")),
			w.AddBase(export.Base{Node: "east", Snapshot: state.AppendPostcard(nil)}),
			w.AddNote(export.Note{Author: "Ann", Text: "see zed"}))
	})
	name := func(class Class, original string) func(r *rewriter) {
		return func(r *rewriter) { r.names[class].known[original] = original }
	}
	id := func(class Class, original uint64) func(r *rewriter) {
		return func(r *rewriter) { r.ids.byClass[class][original] = original }
	}
	for want, tamper := range map[string]func(r *rewriter){
		"":             func(*rewriter) {},
		"daemon id":    id(ClassDaemon, 7),
		"node id":      id(ClassNode, 12),
		"chain id":     id(ClassChain, 3),
		"operator id":  id(ClassOperator, 5),
		"migration id": id(ClassMigration, 9),
		"epoch id":     id(ClassEpoch, 4),
		"node name":    name(ClassNodeName, "east"),
		"channel name": name(ClassChannelName, "acme"),
		"daemon name":  name(ClassDaemonName, "telemetry"),
		"author":       name(ClassAuthor, "Ann"),
		"free text":    func(r *rewriter) { r.texts.words.known["zed"] = "zed" },
		"free text ":   func(r *rewriter) { r.texts.values.known["77"] = "77" },
		"free text  ": func(r *rewriter) {
			delete(r.texts.secrets, "telemetry")
			r.texts.words.known["telemetry"] = "telemetry"
		},
	} {
		o := Options{Random: chance(1), Pace: func() error { return nil }}
		r := &rewriter{src: parsed(t, b), options: o, secrets: newSecrets(&o), tally: newTally()}
		r.texts.tell = r.tally.text
		if err := errors.Join(r.commit(), r.learn(), r.judge(), r.assign()); err != nil {
			t.Fatal(err)
		}
		tamper(r)
		err := r.write(io.Discard)
		var leak *LeakError
		if want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if !errors.As(err, &leak) || leak.Class != strings.TrimSpace(want) || leak.Where == "" {
			t.Errorf("%q: %v", want, err)
		}
	}
}
