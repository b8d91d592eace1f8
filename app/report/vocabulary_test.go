package report

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

var update = flag.Bool("update", false, "write the golden files anew")

// channelData is where the package that reads it keeps the reference's data.
const channelData = "../../wire/redex/testdata"

// open returns an engine in which files are open.
func open(t testing.TB, files fs.FS) *engine.Engine {
	t.Helper()
	e := engine.New(engine.Options{})
	if _, err := e.Open(context.Background(), "files", files, func(engine.Progress) {}); err != nil {
		t.Fatal(err)
	}
	return e
}

// incident is the incident of three nodes, open.
func incident(t testing.TB) *engine.Engine {
	t.Helper()
	return open(t, os.DirFS(filepath.Join(channelData, "incident")))
}

// remark notes something on an entry and on a span of time.
func remark(t *testing.T, e *engine.Engine, id, author, text string, anchor engine.NoteAnchor, span ...uint64) {
	t.Helper()
	n := engine.Note{ID: id, Author: author, Text: text, CreatedAtMS: 1779500000000, UpdatedAtMS: 1779500000000}
	if anchor.Chain != 0 {
		n.Anchors = []engine.NoteAnchor{anchor}
	}
	if len(span) == 2 {
		n.Span = postcard.Some(engine.TimeSpan{FromMS: span[0], ToMS: span[1]})
	}
	if _, err := e.PutNote(n); err != nil {
		t.Fatal(err)
	}
}

// reportOn is the report on all that is open.
func reportOn(t testing.TB, e *engine.Engine, o Options) *Report {
	t.Helper()
	r, err := New(context.Background(), e, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: want -, got + (-update writes it anew)\n%s", name, diff)
	}
}

// entries is a chain export of one chain, as a file system with one file.
func entries(t testing.TB, info export.ChainInfo, payloads ...[]byte) fs.FS {
	t.Helper()
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := w.AddChain(info)
	for i, payload := range payloads {
		entry := wire.Entry{Seq: uint64(i), Payload: payload, FlagsAndChecksum: redex.Checksum(payload),
			TSNS: postcard.Some(uint64(1_779_465_600+i) * 1e9)}
		if err == nil {
			err = w.AppendEntries(id, []wire.Entry{entry})
		}
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{"x.chain": {Data: b.Bytes()}}
}

// failed is the payload of an action that failed.
func failed(id uint64, kind, reason string) []byte {
	return wire.AppendRecord(nil, &wire.ActionChainRecord{ID: id, Kind: kind, EmittedAtMS: 1_779_465_600_000 + id, Disposition: wire.Failed{Reason: reason}})
}
