package redact

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/message"
)

// FuzzRewrite redacts arbitrary exports: no panic, and what comes out is sound,
// or the reason why it may not leave.
func FuzzRewrite(f *testing.F) {
	state := snapshot.MeshOsSnapshot{Daemons: map[uint64]snapshot.DaemonSnapshot{7: {Name: "telemetry"}}, RuntimeEpochID: 5}
	small := write(f, func(w *export.Writer) error {
		return errors.Join(
			addChain(w, export.ChainInfo{Node: "node-1", Channel: "meshos/actions", Kind: wire.ChainAction}, failed(1, "pull timed out after 5 ms"), []byte{9}),
			addChain(w, export.ChainInfo{Node: "node-1", Channel: "audit", Kind: wire.ChainAudit}, everyCommand("operator 7 is not registered in the cluster's operator policy")...),
			addChain(w, export.ChainInfo{Node: "node-1", Channel: "log", Kind: wire.ChainLog}, logged(7, 5, "telemetry exited")),
			w.AddBase(export.Base{Node: "node-1", Snapshot: state.AppendPostcard(nil)}),
			w.AddNote(export.Note{ID: "1", Author: "Ann", Text: "telemetry \"x\" 0xfeedc0de12345678", Anchors: []export.Anchor{{Chain: 0, Seq: 0}}}),
			w.AddFinding(export.Finding{By: export.BySource, Severity: export.SeverityNote, Rule: "torn", Where: "x", Title: message.New("cut at {} on {}", message.Count(5), message.Node("acme-7")), Detail: message.New("{}", message.Reason("disk of acme-7 is full"))}))
	})
	f.Add(small, false, false)
	f.Add(small[:len(small)*2/3], true, false)
	f.Add(write(f, func(*export.Writer) error { return nil }), false, true)
	f.Fuzz(func(t *testing.T, b []byte, drop, shift bool) {
		src, err := export.Open(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		o := Options{ShiftTimes: shift, Random: chance(1)}
		if drop {
			o.Texts = TextDrop
		}
		rewriteSoundly(t, src, o)
	})
}

func rewriteSoundly(t *testing.T, src *export.File, o Options) {
	t.Helper()
	var out bytes.Buffer
	if _, err := Rewrite(&out, src, o); err != nil {
		return
	}
	result := parsed(t, out.Bytes())
	if len(result.Faults()) > 0 || len(result.Chains()) != len(src.Chains()) {
		t.Fatalf("%v", result.Faults())
	}
	for i := range src.Chains() {
		if was, is := src.Chain(i).Len(), result.Chain(i).Len(); was != is {
			t.Fatalf("chain %d had %d entries, has %d", i, was, is)
		}
	}
}

// FuzzPayload redacts a payload as a record of every kind.
func FuzzPayload(f *testing.F) {
	f.Add(failed(1, "gated (pull timed out) for 5 ms"))
	f.Add(logged(7, plantedID, "telemetry exited"))
	for _, p := range everyCommand("x")[:3] {
		f.Add(p)
	}
	r := snapshot.FailureRecord{Source: "action-id:7:pull_replica", Reason: "gated (x); cooldown 5 ms"}
	f.Add(r.AppendPostcard(nil))
	f.Fuzz(func(t *testing.T, payload []byte) {
		b := write(t, func(w *export.Writer) error {
			var err error
			for kind := wire.ChainUnknown; kind <= wire.ChainFailure; kind++ {
				err = errors.Join(err, addChain(w, export.ChainInfo{Kind: kind}, payload))
			}
			return errors.Join(err, w.AddBase(export.Base{Snapshot: payload}))
		})
		rewriteSoundly(t, parsed(t, b), Options{Random: chance(1)})
	})
}

// FuzzText redacts a text: the result may leave, is valid, holds no word of the
// original that is not listed, and has the same template whenever the original has.
func FuzzText(f *testing.F) {
	for _, text := range []string{"pull timed out after 5000 ms", `telemetry "x' y" café 12µs`, "gated (gated (x) for 5 ms) for 6 ms", "word-a 0gk node-1", "dea 0g", "Ann Lee's 'x' don't\n# y", "0x9f3c5a7be1d20417"} {
		f.Add(text, "5001")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		if !utf8.ValidString(text) || !utf8.ValidString(value) {
			return
		}
		for p := range places {
			x := texter(t, TextTemplate, p, text)
			got := x.redact(text, p)
			if !utf8.ValidString(got.text) || !x.check(got.text, p) {
				t.Fatalf("%q became %q, which may not leave", text, got.text)
			}
			if p == placeText && strings.Contains(strings.ToLower(got.text), "telemetry") {
				t.Fatalf("%q became %q", text, got.text)
			}
			if drop := texter(t, TextDrop, p, text).redact(text, p).text; p == placeText && drop != "" {
				t.Fatalf("%q became %q, nothing should be left", text, drop)
			}
		}
		// Another value in the place of one makes no other template.
		other := strings.ReplaceAll(text, "5000", "0"+strings.Map(digitsOnly, value))
		x := texter(t, TextTemplate, placeText, text, other)
		same := string(appendTemplate(nil, text)) == string(appendTemplate(nil, other))
		if a, b := x.redact(text, placeText), x.redact(other, placeText); same && isASCII(text) && a.masked != b.masked && !strings.Contains(text, "'") {
			t.Fatalf("%q and %q became %q and %q", text, other, a.text, b.text)
		}
	})
}

func digitsOnly(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// BenchmarkRewrite is the incident: two passes, checked and searched.
func BenchmarkRewrite(b *testing.B) {
	whole := incident(b)
	for name, o := range map[string]Options{"texts=template": {}, "texts=drop": {Texts: TextDrop}} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(whole)))
			b.ReportAllocs()
			entries := 0
			for b.Loop() {
				s, err := Rewrite(io.Discard, parsed(b, whole), o)
				if err != nil {
					b.Fatal(err)
				}
				entries += s.Entries
			}
			b.ReportMetric(float64(entries)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
