package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

var _ wire.Appender[string] = (*Appender[string])(nil)

func encodeString(dst []byte, s string) []byte { return postcard.AppendString(dst, s) }

// ticking is a clock that moves a second a call.
func ticking() func() time.Time {
	at := time.Unix(1000, 7)
	return func() time.Time { at = at.Add(time.Second); return at }
}

func TestAppenderWritesEntries(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, testOptions)
	ok(t, err)
	id, err := w.AddChain(chainA)
	ok(t, err)
	ok(t, w.AppendEntries(id, []wire.Entry{ent(41, "before")}))
	a := NewAppender(w, id, encodeString, ticking())
	want := newContent()
	want.Chains[id] = chainA
	want.put(id, 0, ent(41, "before"))
	for i := range 9 {
		text := fmt.Sprint("record ", i)
		ok(t, a.Append(text))
		payload := postcard.AppendString(nil, text)
		want.put(id, i+1, wire.Entry{
			Seq: uint64(42 + i), TSNS: postcard.Some(uint64(1001+i)*1e9 + 7),
			FlagsAndChecksum: payloadChecksum(payload), Payload: payload,
		})
	}
	ok(t, w.Close())
	_, got, err := opened(t, out.Bytes())
	ok(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFlushMakesEntriesReadable(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, testOptions)
	ok(t, err)
	id, err := w.AddChain(chainA)
	ok(t, err)
	a := NewAppender(w, id, encodeString, nil)
	ok(t, a.Append("one"))
	ok(t, w.Flush())
	if _, got := scanned(out.Bytes()); got.total() != 1 {
		t.Errorf("%d entries after Flush", got.total())
	}
}

func TestAppendersShareAWriter(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, testOptions)
	ok(t, err)
	var wg sync.WaitGroup
	for range 4 {
		id, err := w.AddChain(chainB)
		ok(t, err)
		a := NewAppender(w, id, encodeString, nil)
		for range 2 {
			wg.Go(func() {
				for range 50 {
					if err := a.Append("x"); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	ok(t, w.Close())
	f, got, err := opened(t, out.Bytes())
	ok(t, err)
	for id := range ChainID(4) {
		for i := range 100 {
			if e := got.Entries[id][i]; e.Seq != uint64(i) || e.Status != wire.EntryOK {
				t.Fatalf("chain %d position %d: %+v", id, i, e)
			}
		}
	}
	if len(f.Faults()) != 0 {
		t.Error(f.Faults())
	}
}

func TestAppendErrors(t *testing.T) {
	tests := []struct {
		info ChainInfo
		want string
	}{
		{ChainInfo{Kind: wire.ChainAction}, "action-chain append failed: writer is closed"},
		{ChainInfo{Kind: wire.ChainAudit}, "admin-audit-chain append failed: writer is closed"},
		{ChainInfo{Kind: wire.ChainLog}, "log-chain append failed: writer is closed"},
		{ChainInfo{Kind: wire.ChainFailure}, "failure-chain append failed: writer is closed"},
		{ChainInfo{Channel: "other"}, "other append failed: writer is closed"},
	}
	for _, tt := range tests {
		w, err := NewWriter(io.Discard, testOptions)
		ok(t, err)
		id, err := w.AddChain(tt.info)
		ok(t, err)
		a := NewAppender(w, id, encodeString, nil)
		ok(t, w.Close())
		err = a.Append("x")
		var ae *wire.AppendError
		if !errors.As(err, &ae) || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
	w, err := NewWriter(io.Discard, testOptions)
	ok(t, err)
	if err := NewAppender(w, 3, encodeString, nil).Append("x"); err == nil {
		t.Error("a chain that does not exist took a record")
	}
}

// TestClockBefore1970 counts as 0, as everywhere in the format.
func TestClockBefore1970(t *testing.T) {
	var out bytes.Buffer
	w, err := NewWriter(&out, testOptions)
	ok(t, err)
	id, err := w.AddChain(chainA)
	ok(t, err)
	ok(t, NewAppender(w, id, encodeString, func() time.Time { return time.Unix(-5, 0) }).Append("x"))
	ok(t, w.Close())
	_, got := scanned(out.Bytes())
	if e := got.Entries[id][0]; e.TSNS != postcard.Some(uint64(0)) {
		t.Errorf("%+v", e)
	}
}
