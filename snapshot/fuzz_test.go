package snapshot

import (
	"bytes"
	"testing"
)

// What decodes encodes to bytes that decode to the same bytes again, whatever
// the first form was: over-long varints, unsorted maps, carried durations.
func fuzzPostcard[T any](f *testing.F, c codec[T]) {
	for _, v := range vectors(f, c.file)[:20] {
		f.Add(v.bytes(f))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, n, err := c.decodePrefix(b)
		if err != nil {
			return
		}
		if n > len(b) {
			t.Fatalf("%d of %d bytes", n, len(b))
		}
		encoded := c.appendPostcard(&v, nil)
		again, m, err := c.decodePrefix(encoded)
		if err != nil || m != len(encoded) {
			t.Fatalf("own encoding: %d of %d bytes, %v", m, len(encoded), err)
		}
		if !bytes.Equal(c.appendPostcard(&again, nil), encoded) {
			t.Fatal("encoding is not stable")
		}
		if !bytes.Equal(c.appendJSON(&again, nil), c.appendJSON(&v, nil)) {
			t.Fatal("JSON is not stable")
		}
	})
}

func FuzzSnapshotPostcard(f *testing.F) { fuzzPostcard(f, snapshotCodec) }
func FuzzAuditPostcard(f *testing.F)    { fuzzPostcard(f, auditCodec) }
func FuzzLogPostcard(f *testing.F)      { fuzzPostcard(f, logCodec) }
func FuzzFailurePostcard(f *testing.F)  { fuzzPostcard(f, failureCodec) }

// What parses is written as text that parses to the same text again. A single
// that parsed to infinity is written as null and does not come back; that is
// the one exception.
func fuzzJSON[T any](f *testing.F, c codec[T]) {
	for _, v := range vectors(f, c.file)[:20] {
		f.Add([]byte(v.Text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := c.parse(text)
		if err != nil {
			return
		}
		written := c.appendJSON(&v, nil)
		again, err := c.parse(written)
		if err != nil {
			if bytes.Contains(written, []byte(`"saturation":null`)) {
				return
			}
			t.Fatalf("%s\nis written as\n%s\n%v", text, written, err)
		}
		rewritten := c.appendJSON(&again, nil)
		if !bytes.Equal(rewritten, written) {
			t.Fatalf("written\n%s\nthen\n%s", written, rewritten)
		}
	})
}

func FuzzSnapshotJSON(f *testing.F) {
	f.Add([]byte(goldenDefaultText))
	fuzzJSON(f, snapshotCodec)
}
func FuzzAuditJSON(f *testing.F)   { fuzzJSON(f, auditCodec) }
func FuzzLogJSON(f *testing.F)     { fuzzJSON(f, logCodec) }
func FuzzFailureJSON(f *testing.F) { fuzzJSON(f, failureCodec) }

// The views accept exactly what the owning decoders accept, take as many bytes
// and find the same values.
func FuzzViews(f *testing.F) {
	for _, file := range []string{auditCodec.file, logCodec.file, failureCodec.file} {
		for _, v := range vectors(f, file)[:20] {
			f.Add(v.bytes(f))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var (
			audit   AuditView
			log     LogView
			failure FailureView
		)
		auditRecord, auditLen, auditErr := DecodeAdminAuditRecordPrefix(b)
		logRecord, logLen, logErr := DecodeLogRecordPrefix(b)
		failureRecord, failureLen, failureErr := DecodeFailureRecordPrefix(b)
		n, err := DecodeAuditView(b, &audit)
		if n != auditLen || (err == nil) != (auditErr == nil) || err == nil && audit.OperatorCount != len(auditRecord.OperatorIDs) {
			t.Errorf("audit: %d, %v; %d, %v", n, err, auditLen, auditErr)
		}
		n, err = DecodeLogView(b, &log)
		if n != logLen || (err == nil) != (logErr == nil) || err == nil && string(log.Message) != logRecord.Message {
			t.Errorf("log: %d, %v; %d, %v", n, err, logLen, logErr)
		}
		n, err = DecodeFailureView(b, &failure)
		if n != failureLen || (err == nil) != (failureErr == nil) || err == nil && string(failure.Reason) != failureRecord.Reason {
			t.Errorf("failure: %d, %v; %d, %v", n, err, failureLen, failureErr)
		}
	})
}

// Any two snapshots can be compared, and the way back mirrors the way there.
func FuzzDiff(f *testing.F) {
	vs := vectors(f, snapshotCodec.file)[:20]
	for i, v := range vs {
		f.Add(v.bytes(f), vs[len(vs)-1-i].bytes(f))
	}
	f.Fuzz(func(t *testing.T, x, y []byte) {
		a, errA := DecodeMeshOsSnapshot(x)
		b, errB := DecodeMeshOsSnapshot(y)
		if errA != nil || errB != nil {
			return
		}
		if len(Diff(&a, &b)) != len(Diff(&b, &a)) {
			t.Error("there and back differ")
		}
		if self := Diff(&a, &a); len(self) != 0 {
			t.Errorf("differs from itself: %v", lines(self))
		}
	})
}
