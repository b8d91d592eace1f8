package wire_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"chainglass/wire"

	"github.com/google/go-cmp/cmp"
)

// vector is a line of a file written by the reference implementation.
type vector struct {
	Hex    string          `json:"hex"`
	Record json.RawMessage `json:"record"`
	Error  string          `json:"error"`
}

func (v vector) payload(t *testing.T) []byte {
	t.Helper()
	b, err := hex.DecodeString(v.Hex)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readVectors(t testing.TB, name string) []vector {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// sameJSON compares JSON texts regardless of the order of keys; numbers keep
// all their digits.
func sameJSON(t *testing.T, want, got []byte) {
	t.Helper()
	parse := func(b []byte) (v any) {
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		return v
	}
	if diff := cmp.Diff(parse(want), parse(got)); diff != "" {
		t.Errorf("JSON differs (-want +got):\n%s", diff)
	}
}

func TestReferenceRecords(t *testing.T) {
	vectors := readVectors(t, "records.jsonl")
	if len(vectors) != 400 {
		t.Fatalf("%d vectors", len(vectors))
	}
	parser := wire.NewRecordParser()
	for _, v := range vectors {
		payload := v.payload(t)
		record, n, err := wire.DecodeRecordPrefix(payload)
		if err != nil || n != len(payload) {
			t.Fatalf("decode %s: %d of %d bytes, %v", v.Hex, n, len(payload), err)
		}
		sameJSON(t, v.Record, record.AppendJSON(nil))
		fromJSON, err := parser.Parse(v.Record)
		if err != nil {
			t.Fatalf("parse %s: %v", v.Record, err)
		}
		if fromJSON != record {
			t.Errorf("JSON gives %+v, bytes give %+v", fromJSON, record)
		}
		if got := wire.EncodeRecord(&fromJSON); !bytes.Equal(got, payload) {
			t.Errorf("encoded\n got %x\nwant %s", got, v.Hex)
		}
		if size := wire.EncodedSize(&record); size != len(payload) {
			t.Errorf("size %d of %d bytes", size, len(payload))
		}
	}
}

// TestReferenceInputs holds the decoder against inputs of which most are
// broken: same records, same error texts.
func TestReferenceInputs(t *testing.T) {
	vectors := readVectors(t, "hexes.jsonl")
	if len(vectors) != 1500 {
		t.Fatalf("%d vectors", len(vectors))
	}
	broken := 0
	for _, v := range vectors {
		record, err := wire.DecodeRecord(v.payload(t))
		if v.Error != "" {
			broken++
			if err == nil || err.Error() != v.Error {
				t.Errorf("%s\n got %v\nwant %s", v.Hex, err, v.Error)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", v.Hex, err)
			continue
		}
		sameJSON(t, v.Record, record.AppendJSON(nil))
	}
	if broken < 500 {
		t.Errorf("only %d broken inputs", broken)
	}
}
