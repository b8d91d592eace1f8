package redact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// chance is a source of random bytes that gives the same every time.
func chance(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

// parsed opens an export.
func parsed(t testing.TB, b []byte) *export.File {
	t.Helper()
	f, err := export.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// rewritten rewrites an export that must be fit for it.
func rewritten(t testing.TB, b []byte, o Options) ([]byte, Summary) {
	t.Helper()
	if o.Random == nil {
		o.Random = chance(1)
	}
	var out bytes.Buffer
	s, err := Rewrite(&out, parsed(t, b), o)
	if err != nil {
		t.Fatal(err)
	}
	if f := parsed(t, out.Bytes()); len(f.Faults()) != 0 {
		t.Fatalf("the result is damaged: %v", f.Faults())
	}
	return out.Bytes(), s
}

// write makes an export.
func write(t testing.TB, fill func(w *export.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{Tool: "somebody's tool", CreatedAtMS: 1_779_465_600_000})
	if err == nil {
		err = fill(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// chainOf makes an export of one chain.
func chainOf(t testing.TB, kind wire.ChainKind, payloads ...[]byte) []byte {
	return write(t, func(w *export.Writer) error {
		id, err := w.AddChain(export.ChainInfo{Node: "east-7", Channel: "meshos/actions", Kind: kind, Origin: "/home/ann/east-7/meshos/actions"})
		return errors.Join(err, w.AppendEntries(id, sound(payloads...)))
	})
}

// sound makes entries of payloads.
func sound(payloads ...[]byte) []wire.Entry {
	var entries []wire.Entry
	for i, p := range payloads {
		entries = append(entries, wire.Entry{
			Seq: uint64(i), TSNS: postcard.Some(1_779_465_600_000_000_000 + uint64(i)*1_000_000_000),
			FlagsAndChecksum: redex.Checksum(p), Payload: p,
		})
	}
	return entries
}

func failed(id uint64, reason string) []byte {
	return wire.EncodeRecord(&wire.ActionChainRecord{ID: id, Kind: wire.KindPullReplica, EmittedAtMS: 1_779_465_600_000 + id, Disposition: wire.Failed{Reason: reason}})
}

func logged(daemon, node uint64, message string) []byte {
	r := snapshot.LogRecord{Seq: 1, TSMS: 1_779_465_600_000, Level: snapshot.LevelInfo, Message: message}
	if daemon > 0 {
		r.DaemonID = postcard.Some(daemon)
	}
	if node > 0 {
		r.NodeID = postcard.Some(node)
	}
	return r.AppendPostcard(nil)
}

// entriesOf reads the i-th chain.
func entriesOf(t testing.TB, b []byte, i int) []wire.Entry {
	t.Helper()
	var all []wire.Entry
	r := parsed(t, b).Chain(i)
	for {
		var block wire.Block
		if err := r.ReadBlock(len(all), &block); err != nil {
			return all
		}
		all = append(all, block.Entries...)
	}
}

// reasons reads the reasons of the first action chain.
func reasons(t testing.TB, b []byte) []string {
	t.Helper()
	var all []string
	actions := slices.IndexFunc(parsed(t, b).Chains(), func(c export.Chain) bool { return c.Kind == wire.ChainAction })
	for _, e := range entriesOf(t, b, actions) {
		r, err := wire.DecodeRecord(e.Payload)
		if err != nil {
			t.Fatal(err)
		}
		switch d := r.Disposition.(type) {
		case wire.Failed:
			all = append(all, d.Reason)
		case wire.Gated:
			all = append(all, d.Reason)
		}
	}
	return all
}

// incident is the three nodes as one export.
func incident(t testing.TB) []byte {
	t.Helper()
	b, err := packedIncident()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var packedIncident = sync.OnceValues(func() ([]byte, error) {
	e := engine.New(engine.Options{})
	o, err := e.Open(context.Background(), "incident", os.DirFS("../../wire/redex/testdata/incident"), nil)
	if err != nil {
		return nil, err
	}
	defer e.Close(o.Source)
	var b bytes.Buffer
	_, err = e.Pack(context.Background(), engine.PackSpec{CreatedAtMS: 1_779_500_000_000}, &b)
	return b.Bytes(), err
})

func openFS(t testing.TB, files fs.FS) (*engine.Engine, engine.Opened) {
	t.Helper()
	e := engine.New(engine.Options{})
	o, err := e.Open(context.Background(), "test", files, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(o.Source) })
	return e, o
}

// opened opens an export with an engine.
func opened(t testing.TB, b []byte) (*engine.Engine, engine.Opened) {
	return openFS(t, fstest.MapFS{"x.chain": &fstest.MapFile{Data: b}})
}

// foundIn tells what there is to be found: what is wrong with the chains, and the
// story in them, by rule.
func foundIn(t testing.TB, b []byte) map[string]int {
	t.Helper()
	e, o := opened(t, b)
	counts := map[string]int{}
	for _, c := range o.Chains {
		list, err := e.Findings(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			counts[fmt.Sprintf("%s %d %d", f.Rule, f.Severity, f.Count)]++
		}
	}
	list, err := e.Insights(context.Background(), nil, func(engine.Progress) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		counts[sight(&f)]++
	}
	return counts
}

func sight(f *insight.Finding) string {
	return fmt.Sprintf("%s %s %s %d, rows %d to %d, %d related", f.Rule, f.Severity, f.Confidence, f.Count, f.First, f.Last, len(f.Related))
}

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }
