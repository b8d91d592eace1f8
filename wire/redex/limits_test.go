package redex

import (
	"errors"
	"path/filepath"
	"testing"

	"chainglass/wire"
)

func TestPayloadsAddUpToTheLimitAtMost(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	w.datLen = MaxSegmentBytes - 4
	for _, appendFive := range []func() error{
		func() error { _, err := w.Append(make([]byte, 5)); return err },
		func() error { return w.AppendRaw(wire.Entry{Payload: make([]byte, 5)}) },
	} {
		if err := appendFive(); err == nil || err.Error() != "payload too large: 5 bytes (max 4)" {
			t.Errorf("%v", err)
		}
	}
	if seq, err := w.Append(make([]byte, 4)); err != nil || seq != 0 {
		t.Errorf("the last 4 bytes: sequence number %d, %v", seq, err)
	}
	if _, err := w.AppendInline([8]byte{}); err != nil {
		t.Errorf("inline payloads are not limited: %v", err)
	}
	w.datLen = MaxSegmentBytes + 1
	if _, err := w.Append(nil); err == nil || err.Error() != "payload too large: 0 bytes (max 0)" {
		t.Errorf("%v", err)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestOffsetsAre32Bit(t *testing.T) {
	if err := checkOffset(1<<32 - 1); err != nil {
		t.Error(err)
	}
	if err := checkOffset(1 << 32); !errors.Is(err, SegmentOffsetOverflow) {
		t.Errorf("%v", err)
	}
}

// TestAFailedWriteStaysFailed: after one the files hold what a crash leaves,
// and nothing may be appended behind that.
func TestAFailedWriteStaysFailed(t *testing.T) {
	w, err := Create(filepath.Join(t.TempDir(), "c"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.idx.f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Append([]byte("x")); err != nil {
		t.Fatal(err)
	}
	first := w.Flush()
	if !errors.Is(first, IOFailed) {
		t.Fatalf("%v", first)
	}
	if _, err := w.Append([]byte("y")); err != first {
		t.Errorf("append: %v", err)
	}
	if err := w.Sync(); err != first {
		t.Errorf("sync: %v", err)
	}
	if err := w.Close(); err != first {
		t.Errorf("close: %v", err)
	}
	if err := w.Close(); !errors.Is(err, Closed) {
		t.Errorf("second close: %v", err)
	}
}

func TestASearchIsBounded(t *testing.T) {
	f := finder{folders: MaxFindFolders}
	f.walk(".", 0)
	if !errors.Is(f.err, ErrFindLimit) {
		t.Errorf("%v", f.err)
	}
}
