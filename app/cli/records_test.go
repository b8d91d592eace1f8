//go:build !js

package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/view"
)

// vector is a line of the reference's vectors. Text is the record as the
// reference spells it, where that is given.
type vector struct {
	Hex    string          `json:"hex"`
	Record json.RawMessage `json:"record"`
	Error  string          `json:"error"`
	Text   string          `json:"text"`
}

// vectorFiles are the reference's vectors and the type of their records.
var vectorFiles = []struct{ name, typeName string }{
	{"../../wire/testdata/records.jsonl", "action"},
	{"../../wire/testdata/hexes.jsonl", "action"},
	{"../../snapshot/testdata/audit.jsonl", "audit"},
	{"../../snapshot/testdata/log.jsonl", "log"},
	{"../../snapshot/testdata/failure.jsonl", "failure"},
	{"../../snapshot/testdata/snapshots.jsonl", "snapshot"},
}

// readVectors returns the vectors of a file. The empty payload is among them: on
// stdin it is a blank line.
func readVectors(t testing.TB, name string) (vectors []vector) {
	t.Helper()
	for line := range strings.Lines(readFile(t, name)) {
		var v vector
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		if v.Text != "" {
			v.Record = json.RawMessage(v.Text)
		}
		vectors = append(vectors, v)
	}
	return vectors
}

func hexLines(vectors []vector) string {
	var b strings.Builder
	for _, v := range vectors {
		b.WriteString(v.Hex + "\n")
	}
	return b.String()
}

func TestDecodeAgreesWithTheReference(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, f := range vectorFiles {
		t.Run(f.name, func(t *testing.T) {
			vectors := readVectors(t, f.name)
			got := fed(hexLines(vectors), "decode", "--type", f.typeName).want(t, StatusOK).lines()
			if len(got) != len(vectors) {
				t.Fatalf("%d lines for %d payloads", len(got), len(vectors))
			}
			for i, v := range vectors {
				want, err := json.Marshal(v.Error)
				if err != nil {
					t.Fatal(err)
				}
				line := fmt.Sprintf(`{"hex":%q,"error":%s}`, v.Hex, want)
				if v.Error == "" {
					line = fmt.Sprintf(`{"hex":%q,"record":%s}`, v.Hex, v.Record)
				}
				sameJSON(t, line, got[i])
				// The reference spells invisible characters as they are; a terminal would
				// act on some.
				if line := string(view.AppendEscapedJSON(nil, []byte(line))); v.Text != "" && line != got[i] {
					t.Errorf("spelled differently: want %.3000s, got %.3000s", line, got[i])
				}
			}
		})
	}
}

// TestEncodeReturnsWhatDecodeRead feeds decode's output to encode. What comes
// back is the same, except that bytes behind a record and over-long numbers
// are gone, so the second round must change nothing.
func TestEncodeReturnsWhatDecodeRead(t *testing.T) {
	for _, f := range vectorFiles {
		t.Run(f.name, func(t *testing.T) {
			var good []vector
			for _, v := range readVectors(t, f.name) {
				if v.Error == "" && isCanonical(f.name) {
					good = append(good, v)
				}
			}
			decoded := fed(hexLines(good), "decode", "--type", f.typeName).want(t, StatusOK)
			encoded := fed(decoded.stdout, "encode", "--type", f.typeName).want(t, StatusOK)
			if diff := cmp.Diff(decoded.lines(), encoded.lines()); diff != "" {
				t.Errorf("decoded -, encoded +\n%s", diff)
			}
		})
	}
}

// isCanonical tells the files whose payloads were made by the encoder.
func isCanonical(name string) bool { return !strings.HasSuffix(name, "hexes.jsonl") }

func TestEncodeTakesTheBareRecord(t *testing.T) {
	for _, f := range vectorFiles {
		var input strings.Builder
		var want []string
		for _, v := range readVectors(t, f.name) {
			if v.Error == "" && isCanonical(f.name) {
				fmt.Fprintf(&input, "%s\n", v.Record)
				want = append(want, v.Hex)
			}
		}
		var got []string
		for _, line := range fed(input.String(), "encode", "--type", f.typeName).want(t, StatusOK).lines() {
			var v vector
			if err := json.Unmarshal([]byte(line), &v); line != "" && err != nil {
				t.Fatal(err)
			}
			if v.Hex != "" {
				got = append(got, v.Hex)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: want -, got +\n%s", f.name, diff)
		}
	}
}

// dispatched is a record in both forms.
const (
	dispatchedHex  = "01010c73746172745f6461656d6f6e80d095ffbc3100"
	dispatchedJSON = `{"id":1,"kind":"start_daemon","emitted_at_ms":1700000000000,"disposition":"Dispatched"}`
)

func TestDecodeLines(t *testing.T) {
	record := `{"hex":"` + dispatchedHex + `","record":` + dispatchedJSON + `}`
	for name, c := range map[string]struct{ in, want string }{
		"no newline at the end": {dispatchedHex, record},
		"blank line":            {"\n" + dispatchedHex + "\n", `{"hex":"","error":"empty action-chain record payload"}` + "\n" + record},
		"carriage returns":      {dispatchedHex + "\r\n", record},
		"byte order mark":       {"\ufeff" + dispatchedHex, record},
		"upper case":            {strings.ToUpper(dispatchedHex), record},
		"bytes behind":          {dispatchedHex + "AA", `{"hex":"` + dispatchedHex + `aa","record":` + dispatchedJSON + `}`},
		"not hex":               {"01zz", `{"hex":"01zz","error":"not hex: byte 0x7a at column 3"}`},
		"odd":                   {"010", `{"hex":"010","error":"not hex: 3 digits, an odd number"}`},
		"not text":              {"\xff\"", `{"hex":"�\"","error":"not hex: byte 0xff at column 1"}`},
		"version":               {"63", `{"hex":"63","error":"unsupported action-chain wire version 99; this build expects 1"}`},
		"nothing":               {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.TrimSuffix(fed(c.in, "decode").want(t, StatusOK).stdout, "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestEncodeLines(t *testing.T) {
	record := `{"hex":"` + dispatchedHex + `","record":` + dispatchedJSON + `}`
	for name, c := range map[string]struct{ in, want string }{
		"record":            {dispatchedJSON, record},
		"wrapped":           {`{"hex":"ignored", "record": ` + dispatchedJSON + ` }`, record},
		"camel case":        {strings.Replace(dispatchedJSON, "emitted_at_ms", "emittedAtMs", 1), record},
		"array":             {`[1,"start_daemon",1700000000000,"Dispatched"]`, record},
		"kind like the key": {`{"id":0,"kind":"\"record\"","emitted_at_ms":0,"disposition":"Dispatched"}`, `{"hex":"010008227265636f7264220000","record":{"id":0,"kind":"\"record\"","emitted_at_ms":0,"disposition":"Dispatched"}}`},
		"missing field":     {`{"id":1}`, "{\"error\":\"missing field `kind` at line 1 column 8\"}"},
		"record is null":    {`{"record":null}`, `{"error":"invalid type: null, expected struct ActionChainRecord at line 1 column 4"}`},
		"not JSON":          {`{"id"`, `{"error":"EOF while parsing an object at line 1 column 5"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.TrimSuffix(fed(c.in, "encode").want(t, StatusOK).stdout, "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestLongLines(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	const size = 64<<20 + 2
	in := newLines(io.MultiReader(strings.NewReader("first\n"), &repeated{left: size}, strings.NewReader("\nlast")))
	for _, want := range []int{len("first"), size, len("last")} {
		line, err := in.Next()
		if err != nil || len(line) != want {
			t.Fatalf("line %d has %d bytes, %v; want %d", in.Number(), len(line), err, want)
		}
	}
	if _, err := in.Next(); err != io.EOF {
		t.Errorf("after the last line: %v", err)
	}
	if _, err := newLines(&repeated{left: maxLineBytes + 1}).Next(); err == nil || !strings.Contains(err.Error(), "line 1 is longer than 256 MiB") {
		t.Errorf("a line beyond the limit: %v", err)
	}
}

// repeated is a long run of one digit.
type repeated struct{ left int }

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), r.left)
	copy(p, bytes.Repeat([]byte("0"), n))
	r.left -= n
	return n, nil
}

// TestDecodeAnswersBeforeTheNextLine holds a conversation over a pipe.
func TestDecodeAnswersBeforeTheNextLine(t *testing.T) {
	questions, ask := io.Pipe()
	answers, answer := io.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- Main([]string{"decode"}, questions, answer, io.Discard) }()
	reply := bufio.NewReader(answers)
	for range 3 {
		if _, err := io.WriteString(ask, dispatchedHex+"\n"); err != nil {
			t.Fatal(err)
		}
		if line, err := reply.ReadString('\n'); err != nil || !strings.Contains(line, dispatchedJSON) {
			t.Fatalf("%q, %v", line, err)
		}
	}
	if err := ask.Close(); err != nil {
		t.Fatal(err)
	}
	if status := <-ended; status != StatusOK {
		t.Errorf("exit status %d", status)
	}
}

// oneObject fails the test unless line is one JSON object on one line.
func oneObject(t *testing.T, line []byte) {
	t.Helper()
	var object map[string]json.RawMessage
	if err := json.Unmarshal(line, &object); err != nil || bytes.ContainsAny(line, "\n\r") {
		t.Fatalf("%v: %q", err, line)
	}
	if (object["record"] == nil) == (object["error"] == nil) {
		t.Fatalf("neither or both of record and error: %s", line)
	}
}

func FuzzDecodeLine(f *testing.F) {
	f.Add(0, []byte(dispatchedHex))
	f.Add(4, []byte("000000000000000000000000"))
	f.Add(2, []byte("\xff\""))
	f.Fuzz(func(t *testing.T, which int, line []byte) {
		types := recordTypes()
		if len(line) > 0 {
			oneObject(t, decoder(types[uint(which)%uint(len(types))])(nil, line))
		}
	})
}

func FuzzEncodeLine(f *testing.F) {
	f.Add(0, []byte(dispatchedJSON))
	f.Add(0, []byte(`{"record":`+dispatchedJSON+`}`))
	f.Add(2, []byte(`{"seq":1,"tsMs":2,"level":"warn","message":"m"}`))
	f.Fuzz(func(t *testing.T, which int, line []byte) {
		types := recordTypes()
		if len(line) > 0 {
			oneObject(t, encoder(types[uint(which)%uint(len(types))])(nil, line))
		}
	})
}

// BenchmarkDecode decodes lines of hex:
//
//	go test ./app/cli -run '^$' -bench Decode -count 10 | benchstat -
func BenchmarkDecode(b *testing.B) {
	vectors := readVectors(b, vectorFiles[0].name)
	t, err := parseRecordType("action")
	if err != nil {
		b.Fatal(err)
	}
	decode := decoder(t)
	var out []byte
	b.SetBytes(int64(len(hexLines(vectors))))
	b.ReportAllocs()
	for b.Loop() {
		for i := range vectors {
			out = decode(out[:0], []byte(vectors[i].Hex))
		}
	}
	b.ReportMetric(float64(b.N*len(vectors))/b.Elapsed().Seconds(), "lines/s")
}
