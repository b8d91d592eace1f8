package wire_test

import (
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"chainglass/wire"
	"chainglass/wire/postcard"
)

// rec builds a record the way most tests need one.
func rec(id uint64, kind string, d wire.Disposition) wire.ActionChainRecord {
	return wire.ActionChainRecord{ID: id, Kind: kind, EmittedAtMS: 1_000_000, Disposition: d}
}

func at(ms uint64, r wire.ActionChainRecord) wire.ActionChainRecord {
	r.EmittedAtMS = ms
	return r
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", "|", "").Replace(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// workedExamples are records whose bytes the reference implementation wrote.
var workedExamples = []struct {
	name, bytes string
	record      wire.ActionChainRecord
}{
	{"dispatched", "01 | 01 | 0c 73 74 61 72 74 5f 64 61 65 6d 6f 6e | 80 d0 95 ff bc 31 | 00",
		at(1700000000000, rec(1, wire.KindStartDaemon, wire.Dispatched{}))},
	{"failed without retry", "01 | 2a | 0c 70 75 6c 6c 5f 72 65 70 6c 69 63 61 | fb d0 95 ff bc 31 | 01 | 04 62 6f 6f 6d | 00",
		at(1700000000123, rec(42, wire.KindPullReplica, wire.Failed{Reason: "boom"}))},
	{"failed with retry", "01 | ac 02 | 0c 70 75 6c 6c 5f 72 65 70 6c 69 63 61 | c0 84 3d | 01 | 04 62 6f 6f 6d | 01 f4 03",
		rec(300, wire.KindPullReplica, wire.Failed{Reason: "boom", RetryAfterMS: postcard.Some[uint64](500)})},
	{"gated with cooldown", "01 | 07 | 0b 73 74 6f 70 5f 64 61 65 6d 6f 6e | c0 84 3d | 02 | 0e 64 61 65 6d 6f 6e 2d 62 61 63 6b 6f 66 66 | 01 88 27",
		rec(7, wire.KindStopDaemon, wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some[uint64](5000)})},
	{"gated and empty", "01 00 00 00 02 00 00", at(0, rec(0, "", wire.Gated{}))},
	{"largest numbers", "01 | ff ff ff ff ff ff ff ff ff 01 | 02 c3 a9 | ff ff ff ff ff ff ff ff ff 01 | 00",
		at(math.MaxUint64, rec(math.MaxUint64, "é", wire.Dispatched{}))},
	{"smallest", "01 00 00 00 00", at(0, rec(0, "", wire.Dispatched{}))},
}

func TestWorkedExamples(t *testing.T) {
	for _, test := range workedExamples {
		t.Run(test.name, func(t *testing.T) {
			want := unhex(t, test.bytes)
			if got := wire.EncodeRecord(&test.record); hex.EncodeToString(got) != hex.EncodeToString(want) {
				t.Errorf("encoded\n got %x\nwant %x", got, want)
			}
			if got, err := wire.DecodeRecord(want); err != nil || got != test.record {
				t.Errorf("decoded %+v, %v", got, err)
			}
		})
	}
}

// The seed module's test: the version byte leads, the record comes back.
func TestEncodeDecodeRoundTripPreservesRecord(t *testing.T) {
	r := rec(42, wire.KindPullReplica, wire.Failed{Reason: "boom", RetryAfterMS: postcard.Some[uint64](500)})
	payload := wire.EncodeRecord(&r)
	if payload[0] != wire.WireFormatVersion {
		t.Errorf("version byte %#02x", payload[0])
	}
	if back, err := wire.DecodeRecord(payload); err != nil || back != r {
		t.Errorf("back %+v, %v", back, err)
	}
}

// The seed module's test: a version bump is a clear error, not a garbled record.
func TestDecodeRejectsUnknownWireVersion(t *testing.T) {
	r := rec(1, wire.KindStartDaemon, wire.Dispatched{})
	payload := wire.EncodeRecord(&r)
	payload[0] = 99
	_, err := wire.DecodeRecord(payload)
	var version *wire.VersionError
	if !errors.As(err, &version) || version.Seen != 99 || version.Supported != wire.WireFormatVersion {
		t.Fatalf("error %#v", err)
	}
	if !errors.Is(err, wire.ErrUnsupportedVersion) {
		t.Error("not ErrUnsupportedVersion")
	}
	if err.Error() != "unsupported action-chain wire version 99; this build expects 1" {
		t.Errorf("text %q", err)
	}
}

// The seed module's test.
func TestDecodeRejectsEmptyPayload(t *testing.T) {
	if _, err := wire.DecodeRecord(nil); err != wire.ErrEmpty || err.Error() != "empty action-chain record payload" {
		t.Errorf("error %v", err)
	}
}

func TestDecodeErrorsNameClassFieldAndOffset(t *testing.T) {
	const (
		end    = postcard.ErrUnexpectedEnd
		varint = postcard.ErrBadVarint
	)
	for _, test := range []struct {
		name, bytes string
		class       postcard.Class
		field       string
		offset      int
	}{
		{"version only", "01", end, "id", 1},
		{"garbage", "01 ff ff ff", end, "id", 1},
		{"id overflows", "01 ff ff ff ff ff ff ff ff ff 02", varint, "id", 1},
		{"kind longer than the payload", "01 01 05 61", end, "kind", 2},
		{"kind of 2^64-1 bytes", "01 01 ff ff ff ff ff ff ff ff ff 01 61", end, "kind", 2},
		{"kind is not UTF-8", "01 01 01 ff 00 00", postcard.ErrBadUTF8, "kind", 2},
		{"time missing", "01 01 01 61", end, "emitted_at_ms", 4},
		{"disposition missing", "01 01 01 61 05", end, "disposition", 5},
		{"fourth disposition", "01 01 01 61 05 03", postcard.ErrCustom, "disposition", 5},
		{"disposition 2^32-1", "01 01 01 61 05 ff ff ff ff 0f", postcard.ErrCustom, "disposition", 5},
		{"disposition overflows", "01 01 01 61 05 ff ff ff ff 1f", varint, "disposition", 5},
		{"disposition of six bytes", "01 01 01 61 05 80 80 80 80 80 00", varint, "disposition", 5},
		{"reason missing", "01 01 01 61 05 01", end, "disposition.reason", 6},
		{"option tag 2", "01 01 01 61 05 01 01 62 02", postcard.ErrBadOption, "disposition.retry_after_ms", 8},
		{"cooldown missing", "01 01 01 61 05 02 01 62 01", end, "disposition.cooldown_ms", 9},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := wire.DecodeRecord(unhex(t, test.bytes))
			var body *wire.BodyError
			if !errors.As(err, &body) {
				t.Fatalf("error %v", err)
			}
			if body.Class != test.class || body.Field != test.field || body.Offset != test.offset {
				t.Errorf("%v, %s; want %v, field %s at byte %d", body, body.Where(), test.class, test.field, test.offset)
			}
			if !errors.Is(err, wire.ErrPostcard) || !errors.Is(err, test.class) {
				t.Error("errors.Is misses a class")
			}
			if err.Error() != "postcard decode: "+test.class.Error() {
				t.Errorf("text %q", err)
			}
		})
	}
}

func TestDecodeAcceptsWhatTheReferenceAccepts(t *testing.T) {
	for name, input := range map[string]string{
		"id in nine bytes too many":     "01 80 80 80 80 80 80 80 80 80 00 00 00 00",
		"disposition in five bytes":     "01 00 00 00 80 80 80 80 00",
		"bytes behind the record":       "01 00 00 00 00 aa bb",
		"kind that no release has used": "01 01 03 66 6f 6f 00 00",
	} {
		if _, err := wire.DecodeRecord(unhex(t, input)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, n, err := wire.DecodeRecordPrefix(unhex(t, "01 00 00 00 00 aa bb")); n != 5 || err != nil {
		t.Errorf("consumed %d, %v", n, err)
	}
}

func TestEveryTruncationEndsUnexpectedly(t *testing.T) {
	for _, test := range workedExamples {
		payload := unhex(t, test.bytes)
		for n := 1; n < len(payload); n++ {
			if _, err := wire.DecodeRecord(payload[:n]); !errors.Is(err, postcard.ErrUnexpectedEnd) {
				t.Errorf("%s cut to %d bytes: %v", test.name, n, err)
			}
		}
	}
}

func TestDecodeViewDoesNotAllocate(t *testing.T) {
	payload := unhex(t, workedExamples[3].bytes)
	var v wire.View
	if n := testing.AllocsPerRun(100, func() {
		if _, err := wire.DecodeView(payload, &v); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestStringsOfDispositions(t *testing.T) {
	for want, d := range map[string]interface{ String() string }{
		"Dispatched":                              wire.Dispatched{},
		"Failed(boom)":                            wire.Failed{Reason: "boom"},
		"Failed(boom; retry after 500 ms)":        wire.Failed{Reason: "boom", RetryAfterMS: postcard.Some[uint64](500)},
		"Gated(daemon-backoff; cooldown 5000 ms)": wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some[uint64](5000)},
		"Outcome(0x07)":                           wire.Outcome(7),
		"Gated":                                   wire.OutcomeGated,
		"audit":                                   wire.ChainAudit,
		"ChainKind(0x63)":                         wire.ChainKind(99),
		"bad-checksum":                            wire.EntryBadChecksum,
		"EntryStatus(0x63)":                       wire.EntryStatus(99),
	} {
		if got := d.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestParseRecordIsAsLenientAsSerde(t *testing.T) {
	want := rec(1, "k", wire.Failed{Reason: "r", RetryAfterMS: postcard.Some[uint64](5)})
	for _, text := range []string{
		`{"id":1,"kind":"k","emitted_at_ms":1000000,"disposition":{"Failed":{"reason":"r","retry_after_ms":5}}}`,
		`[1,"k",1000000,{"Failed":["r",5]}]`,
		`{"extra":[{}],"disposition":{"Failed":{"retryAfterMs":5,"reason":"r"}},"emittedAtMs":1000000,"kind":"k","id":1}`,
	} {
		if got, err := wire.ParseRecord([]byte(text)); err != nil || got != want {
			t.Errorf("%s\n%+v, %v", text, got, err)
		}
	}
	for text, message := range map[string]string{
		`{"id":1}`: "missing field `kind`",
		`{"id":1,"kind":"k","emitted_at_ms":1,"disposition":"Lost"}`: "unknown variant `Lost`, expected one of `Dispatched`, `Failed`, `Gated`",
		`{"id":-1}`: "invalid value: integer `-1`, expected u64",
	} {
		if _, err := wire.ParseRecord([]byte(text)); err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzDecodeRecord(f *testing.F) {
	for _, test := range workedExamples {
		f.Add(unhex(f, test.bytes))
	}
	f.Add([]byte{})
	f.Add([]byte{2, 0, 0})
	f.Fuzz(func(t *testing.T, payload []byte) {
		record, n, err := wire.DecodeRecordPrefix(payload)
		if err != nil {
			var body *wire.BodyError
			if errors.As(err, &body) && (body.Offset < 1 || body.Offset > len(payload) || body.Field == "") {
				t.Errorf("error points to %s in %d bytes", body.Where(), len(payload))
			}
			return
		}
		if n < 5 || n > len(payload) {
			t.Fatalf("consumed %d of %d", n, len(payload))
		}
		again, err := wire.DecodeRecord(wire.EncodeRecord(&record))
		if err != nil || again != record {
			t.Errorf("%+v became %+v, %v", record, again, err)
		}
		parsed, err := wire.ParseRecord(record.AppendJSON(nil))
		if err != nil || parsed != record {
			t.Errorf("%+v became %+v by JSON, %v", record, parsed, err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	for _, test := range workedExamples[:4] {
		b.Run("record="+strings.ReplaceAll(test.name, " ", "-"), func(b *testing.B) {
			payload := unhex(b, test.bytes)
			var v wire.View
			b.SetBytes(int64(len(payload)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := wire.DecodeView(payload, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppendRecord(b *testing.B) {
	r := workedExamples[2].record
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = wire.AppendRecord(dst[:0], &r)
	}
	b.SetBytes(int64(len(dst)))
}
