package kind

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/serdejson"

	"github.com/google/go-cmp/cmp"
)

// vectors are payloads of the kinds as the reference wrote them, and what they decode to.
var vectors = map[wire.ChainKind]string{
	wire.ChainAction:  "../../wire/testdata/records.jsonl",
	wire.ChainAudit:   "../../snapshot/testdata/audit.jsonl",
	wire.ChainLog:     "../../snapshot/testdata/log.jsonl",
	wire.ChainFailure: "../../snapshot/testdata/failure.jsonl",
}

// payloads returns the vectors of a kind, and each of them damaged in several ways.
func payloads(t *testing.T, k *Kind) [][]byte {
	t.Helper()
	file, err := os.Open(vectors[k.ID])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	random := rand.New(rand.NewPCG(uint64(k.ID), 2))
	var list [][]byte
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v struct{ Hex string }
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		payload, err := hex.DecodeString(v.Hex)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, payload, append(bytes.Clone(payload), 0), payload[:random.IntN(len(payload)+1)])
		for range 5 {
			hurt := bytes.Clone(payload)
			hurt[random.IntN(len(hurt))] = byte(random.Uint32())
			list = append(list, hurt)
		}
	}
	if err := lines.Err(); err != nil || len(list) < 1000 {
		t.Fatal(len(list), err)
	}
	if k.ID == wire.ChainAudit {
		list = append(list, drains()...)
	}
	return list
}

// drains are audit records with nanoseconds that make seconds, one of them more than there
// can be.
func drains() (list [][]byte) {
	for _, span := range [][2]uint64{{5, 999_999_999}, {5, 1_000_000_000}, {math.MaxUint64 - 3, 3_999_999_999}, {math.MaxUint64 - 3, 4_000_000_000}, {5, 1 << 32}} {
		b := []byte{1, 0, 2, 9} // seq, committed_at_ms, Drain, node
		b = postcard.AppendUvarint(postcard.AppendUvarint(b, span[0]), span[1])
		list = append(list, append(b, 0, 0, 0)) // operator_ids, Accepted, chain_pending
	}
	return list
}

// bare returns a kind of nothing but the description of another.
func bare(k *Kind) *Kind {
	return New(Kind{
		ID: k.ID, Name: k.Name, Version: k.Version, Fields: k.Fields, Outcomes: k.Outcomes, MaskKind: k.MaskKind,
		HasDetail: k.HasDetail, KindIsText: k.KindIsText,
	})
}

// cause returns the text of an error without what the action chain's puts in front.
func cause(err error) string {
	if err == nil {
		return ""
	}
	var body *wire.BodyError
	if errors.As(err, &body) {
		return body.Class.Error()
	}
	return err.Error()
}

// What a kind does by functions of its own, with the reference's codecs, is what its fields
// say.
func TestKindsDoWhatTheirFieldsSay(t *testing.T) {
	for _, k := range (Set{}).All() {
		t.Run(k.Name, func(t *testing.T) {
			plain := bare(k)
			index, plainIndex := k.NewIndexer(), plain.NewIndexer()
			whole := 0
			for _, payload := range payloads(t, k) {
				text, err := k.AppendJSON(nil, payload)
				plainText, plainErr := plain.AppendJSON(nil, payload)
				if string(text) != string(plainText) || cause(err) != cause(plainErr) {
					t.Fatalf("%x: %s, %v; by the fields %s, %v", payload, text, err, plainText, plainErr)
				}
				var r, plainRecord Record
				readErr, plainReadErr := k.Read(payload, &r), plain.Read(payload, &plainRecord)
				if cause(readErr) != cause(err) || cause(plainReadErr) != cause(err) {
					t.Fatalf("%x: %v, read with %v, by the fields with %v", payload, err, readErr, plainReadErr)
				}
				var x, plainX Indexed
				indexErr, plainIndexErr := index(payload, &x), plainIndex(payload, &plainX)
				if cause(indexErr) != cause(err) || cause(plainIndexErr) != cause(err) {
					t.Fatalf("%x: %v, indexed with %v, by the fields with %v", payload, err, indexErr, plainIndexErr)
				}
				if err != nil {
					continue
				}
				whole++
				if k.ID == wire.ChainLog { // who wrote a line is told from two ids
					r.Kind, x.Kind = nil, nil
				}
				if k.HasDetail { // which has words of its own
					r.Detail = nil
				}
				x.Tells, x.Told = false, plainX.Told
				if diff := cmp.Diff(texts(&plainRecord), texts(&r)); diff != "" {
					t.Fatalf("%x:\n%s", payload, diff)
				}
				if diff := cmp.Diff(indexOf(&plainX), indexOf(&x)); diff != "" {
					t.Fatalf("%x:\n%s", payload, diff)
				}
			}
			if whole < 500 {
				t.Errorf("only %d payloads are records", whole)
			}
		})
	}
}

// texts returns a record with nothing where it is empty.
func texts(r *Record) map[string]any {
	return map[string]any{
		"time": r.TimeMS, "id": r.ID, "kind": string(r.Kind), "outcome": r.Outcome, "text": string(r.Text), "source": string(r.Source),
		"detail": string(r.Detail), "delay": r.DelayMS, "daemon": r.DaemonID, "node": r.NodeID, "operators": append([]uint64{}, r.Operators...),
	}
}

func indexOf(x *Indexed) map[string]any {
	return map[string]any{
		"time": x.EmittedAtMS, "id": x.ID, "kind": string(x.Kind), "outcome": x.Outcome, "reason": string(x.Reason), "size": x.Size, "tells": x.Tells,
	}
}

// The values listed beside the bytes of a payload cover it from its first byte to the end of
// the record, and stop where decoding does.
func TestValuesCoverTheirBytes(t *testing.T) {
	for _, k := range (Set{}).All() {
		t.Run(k.Name, func(t *testing.T) {
			for _, payload := range payloads(t, k) {
				fields, end, fault := k.Explain(payload)
				_, err := k.AppendJSON(nil, payload)
				if (fault == nil) != (err == nil) || fault != nil && fault.Text != cause(err) {
					t.Fatalf("%x: %+v, decoded with %v", payload, fault, err)
				}
				at := 0
				for _, f := range fields {
					if f.Offset != at {
						t.Fatalf("%x: %s is at %d, what comes before ends at %d", payload, f.Name, f.Offset, at)
					}
					at += f.Length
				}
				if offset, known := offsetOf(err); fault == nil && at != end || known && fault.Offset != offset {
					t.Fatalf("%x: the values end at %d, the record at %d; %+v, %v", payload, at, end, fault, err)
				}
				var x Indexed
				if k.NewIndexer()(payload, &x) == nil && x.Size != end {
					t.Fatalf("%x: %d bytes indexed, %d explained", payload, x.Size, end)
				}
			}
		})
	}
}

func offsetOf(err error) (offset int, known bool) {
	var inner *postcard.Error
	var body *wire.BodyError
	switch {
	case errors.As(err, &inner):
		return inner.Offset, true
	case errors.As(err, &body):
		return body.Offset, true
	}
	return 0, false
}

// A record survives being written as JSON and read back, and JSON without a key is a record
// exactly if the key may be missing.
func TestRecordsSurviveJSON(t *testing.T) {
	for _, k := range (Set{}).All() {
		t.Run(k.Name, func(t *testing.T) {
			for i, payload := range payloads(t, k) {
				text, err := k.AppendJSON(nil, payload)
				if err != nil {
					continue
				}
				c := serdejson.NewCursor(text)
				again, err := k.Parse(nil, &c)
				if err != nil {
					t.Fatalf("%s: %v", text, err)
				}
				if back, err := k.AppendJSON(nil, again); err != nil || string(back) != string(text) {
					t.Fatalf("%s became %s, %v", text, back, err)
				}
				if i%20 == 0 {
					checkKeys(t, k, text)
				}
			}
		})
	}
}

func checkKeys(t *testing.T, k *Kind, text []byte) {
	t.Helper()
	required := strings.Join(k.RequiredKeys(), " ")
	for i := range k.Fields {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}
		name := k.Fields[i].Name
		delete(members, name)
		without, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		c := serdejson.NewCursor(without)
		_, err = k.Parse(nil, &c)
		if may := !strings.Contains(" "+required+" ", " "+name+" "); (err == nil) != may {
			t.Fatalf("without %s: %v, may be without: %v", name, err, may)
		}
	}
}

// Every value says what it means, and what becomes of it in a redacted view.
func TestEveryValueHasASort(t *testing.T) {
	var check func(t *testing.T, fields []Field)
	check = func(t *testing.T, fields []Field) {
		for i := range fields {
			f := &fields[i]
			holds := f.Type == TypeStruct || f.Type == TypeOption || f.Type == TypeSeq
			if (f.Sort == SortNone) != holds {
				t.Errorf("%s has sort %d", f.Name, f.Sort)
			}
			if f.Elem != nil {
				check(t, []Field{*f.Elem})
			}
			check(t, f.Fields)
			check(t, f.Variants)
		}
	}
	for _, k := range (Set{}).All() {
		t.Run(k.Name, func(t *testing.T) { check(t, k.Fields) })
	}
}

// Kinds are found by their numbers and names, and their channels and outcomes say which
// they are.
func TestKindsAreToldApart(t *testing.T) {
	made := New(Kind{ID: 77, Name: "made-up", Fields: []Field{NewNumber("n", SortOrder)}})
	set := (Set{}).With(made)
	channels := map[string]bool{}
	for _, k := range set.All() {
		if byName, known := set.Parse(k.Name); !known || byName != k || set.Of(k.ID) != k {
			t.Errorf("%s is %v by name, %v by number", k.Name, byName, set.Of(k.ID))
		}
		if k.Channel != "" && channels[k.Channel] {
			t.Errorf("%s is the channel of two kinds", k.Channel)
		}
		channels[k.Channel] = true
		if len(k.Outcomes) > 5 {
			t.Errorf("%s has %d outcomes", k.Name, len(k.Outcomes))
		}
	}
	if (Set{}).Of(77) != Unknown() || set.Of(78) != Unknown() || Unknown().Known() {
		t.Error("a number that no kind has is one")
	}
	if name, _ := set.Parse("unknown"); name != Unknown() {
		t.Error("the unknown kind has no name")
	}
}
