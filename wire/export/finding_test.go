package export

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// randomMessage is a message of random values.
func randomMessage(r *rand.Rand, depth int) message.Message {
	var m message.Message
	for range r.IntN(4) {
		switch r.IntN(8) {
		case 0:
			m.Add("words and {word|words}, ", message.Count(r.Uint64()))
		case 1:
			m.Add("a time {clock} ", message.Time(r.Uint64()))
		case 2:
			m.Add("{q}", message.Reason(strings.Repeat("näch\x00ste\xff", r.IntN(5))))
		case 3:
			m.Add("", []message.Value{}...)
		case 4:
			m.Add("{}", message.Offset(-r.Int64N(1<<40)))
		case 5:
			if depth < message.MaxDepth-1 {
				m.Add("{;}", message.List(randomMessage(r, depth+1), randomMessage(r, depth+1)))
			}
		case 6:
			m.Add(" on {}", message.Node("n"))
		default:
			m.Add("{}", message.Hidden())
		}
	}
	return m
}

func randomFinding(r *rand.Rand) Finding {
	f := Finding{
		By: []string{BySource, BySender}[r.IntN(2)], Rule: "rule", Severity: severityNames[r.IntN(len(severityNames))],
		Title: randomMessage(r, 1), Detail: randomMessage(r, 1), Count: r.Uint64(), Before: r.IntN(2) == 0, After: r.IntN(2) == 0,
	}
	if r.IntN(2) == 0 {
		f.Chain, f.Confidence, f.Where, f.Offset = postcard.Some(ChainID(r.Uint64())), "likely", "a/b", postcard.Some(r.Uint64())
	}
	if r.IntN(2) == 0 {
		first := r.Uint64() % maxPosition
		f.Place = postcard.Some(FindingPlace{First: first, Last: first + r.Uint64N(maxPosition-first+1), Seq: r.Uint64()})
		f.Time = postcard.Some(FindingTime{FromNS: r.Uint64(), ToNS: r.Uint64()})
	}
	for range r.IntN(4) {
		f.Refs = append(f.Refs, FindingRef{Chain: ChainID(r.Uint64()), Position: r.Uint64() % maxPosition, What: randomMessage(r, 1)})
	}
	return f
}

// What is written of findings is read again, by Open and by the scanner.
func TestFindingsComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 1))
	for range 500 {
		want := []Finding{randomFinding(r), randomFinding(r)}
		b := file(t, testOptions, chain(chainA), finding(want[0]), entries(0, run(3)...), finding(want[1]))
		f, got, err := opened(t, b)
		ok(t, err)
		if diff := cmp.Diff(want, got.Findings); diff != "" || len(f.Faults()) != 0 {
			t.Fatalf("%s%v", diff, f.Faults())
		}
		for i := range want {
			if got.Findings[i].Title.String() != want[i].Title.String() {
				t.Fatalf("%q is not %q", got.Findings[i].Title, want[i].Title)
			}
		}
		if _, same := scanned(b); !cmp.Equal(same.Findings, got.Findings) {
			t.Fatal("Scanner and Open differ")
		}
	}
}

// Exports from before findings were typed are still read, and what they say is a
// value, as nothing of it is known to be our own words.
func TestPlainFindingsAreRead(t *testing.T) {
	text, err := os.ReadFile("testdata/plain-finding.hex")
	ok(t, err)
	var digits strings.Builder
	for line := range strings.Lines(string(text)) {
		code, _, _ := strings.Cut(line, "#")
		digits.WriteString(strings.Join(strings.Fields(code), ""))
	}
	b, err := hex.DecodeString(digits.String())
	ok(t, err)
	f, got, err := opened(t, b)
	ok(t, err)
	want := []Finding{{
		Chain: postcard.Some(ChainID(0)), By: BySource, Rule: "torn", Severity: SeverityWarning, Where: "dat:0", Count: 1,
		Title: message.New("Something was wrong with the source"), Detail: message.New("{}", message.Text("cut")),
	}}
	if diff := cmp.Diff(want, got.Findings); diff != "" || len(f.Faults()) != 0 {
		t.Errorf("%s%v", diff, f.Faults())
	}
	for kind, severity := range map[string]string{FindingNotRead: SeverityWarning, FindingFiltered: SeverityNote} {
		plain := body(t, func(b plainFindingBody) ([]byte, error) { return encodeBody(b) }, plainFindingBody{Kind: kind})
		_, got, err := opened(t, file(t, testOptions, raw(ItemPlainFinding, nil, plain)))
		ok(t, err)
		if len(got.Findings) != 1 || got.Findings[0].Rule != kind || got.Findings[0].Severity != severity {
			t.Errorf("%s: %+v", kind, got.Findings)
		}
	}
}

// A finding that none could have written is a fault of the file, and nothing else of
// it is lost.
func TestForgedFindings(t *testing.T) {
	sound := findingBody{By: BySource, Severity: SeverityNote, Count: 1, Title: message.Message{Format: "x"}}
	deep := message.Message{Format: "x"}
	for range message.MaxDepth {
		deep = message.Message{Format: "{}", Values: []message.Value{message.List(deep)}}
	}
	for name, forge := range map[string]func(*findingBody){
		"by nobody":        func(b *findingBody) { b.By = "" },
		"unknown severity": func(b *findingBody) { b.Severity = "fatal" },
		"holes":            func(b *findingBody) { b.Title.Format = "{} {}" },
		"an open brace":    func(b *findingBody) { b.Detail.Format = "{" },
		"unknown hole": func(b *findingBody) {
			b.Title = message.Message{Format: "{x}", Values: []message.Value{message.Count(1)}}
		},
		"unknown class":   func(b *findingBody) { b.Title = message.Message{Format: "{}", Values: []message.Value{{Class: 99}}} },
		"too deep":        func(b *findingBody) { b.Detail = deep },
		"backwards":       func(b *findingBody) { b.Place = &FindingPlace{First: 2, Last: 1} },
		"too many refs":   func(b *findingBody) { b.Refs = make([]FindingRef, MaxFindingRefs+1) },
		"a far reference": func(b *findingBody) { b.Refs = []FindingRef{{Position: 1 << 63}} },
		"too large":       func(b *findingBody) { b.Where = strings.Repeat("x", MaxFindingBytes) },
		"a long format":   func(b *findingBody) { b.Title.Format = strings.Repeat("x", message.MaxFormatBytes+1) },
	} {
		forged := sound
		forge(&forged)
		f, got, err := opened(t, file(t, testOptions, chain(chainA), raw(ItemFinding, nil, body(t, func(b findingBody) ([]byte, error) { return encodeBody(b) }, forged)), note(noteA)))
		ok(t, err)
		if !has(f.Faults(), ErrMalformed) && !has(f.Faults(), ErrTooLarge) || len(got.Findings) != 0 || len(got.Notes) != 1 {
			t.Errorf("%s: %v, %+v", name, f.Faults(), got.Findings)
		}
		var out bytes.Buffer
		w, err := NewWriter(&out, testOptions)
		ok(t, err)
		if err := w.AddFinding(Finding{By: forged.By, Severity: forged.Severity, Title: forged.Title, Detail: forged.Detail, Where: forged.Where, Place: option(forged.Place), Refs: forged.Refs}); err == nil {
			t.Errorf("%s: was written", name)
		}
	}
}
