package redact

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/export/exporttest"
	"chainglass/wire/postcard"
)

func TestIncidentKeepsItsFindings(t *testing.T) {
	b := incident(t)
	want := foundIn(t, b)
	if len(want) < 20 {
		t.Fatalf("only %v is found in the original", want)
	}
	for name, o := range map[string]Options{
		"as it is": {}, "shifted": {ShiftTimes: true}, "without texts": {Texts: TextDrop},
	} {
		out, _ := rewritten(t, b, o)
		got := foundIn(t, out)
		if o.Texts == TextDrop {
			// Without texts nothing new can be told from what there was before.
			for _, counts := range []map[string]int{want, got} {
				for key := range counts {
					if strings.HasPrefix(key, "first-occurrence") || strings.HasPrefix(key, "crash-loop") {
						delete(counts, key)
					}
				}
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -original +redacted:\n%s", name, diff)
		}
		want = foundIn(t, b)
	}
}

// Seqs, order, statuses and what sort of record each entry is stay; so do times
// unless they are moved, and then all by the same.
func TestIncidentKeepsItsOrder(t *testing.T) {
	b := incident(t)
	kept, _ := rewritten(t, b, Options{})
	shifted, _ := rewritten(t, b, Options{ShiftTimes: true})
	var offset uint64
	for i, c := range parsed(t, b).Chains() {
		was, is, moved := entriesOf(t, b, i), entriesOf(t, kept, i), entriesOf(t, shifted, i)
		if len(was) != len(is) || len(was) != len(moved) {
			t.Fatalf("%s: %d entries, then %d and %d", c.Channel, len(was), len(is), len(moved))
		}
		for k := range was {
			if was[k].Seq != is[k].Seq || was[k].TSNS != is[k].TSNS || was[k].Status != is[k].Status || is[k].Status != wire.EntryOK {
				t.Fatalf("%s, position %d: was %v, is %v", c.Channel, k, was[k], is[k])
			}
			by := was[k].TSNS.Value - moved[k].TSNS.Value
			if offset == 0 {
				offset = by
			}
			if by != offset || moved[k].Seq != was[k].Seq {
				t.Fatalf("%s, position %d: moved by %d, others by %d", c.Channel, k, by, offset)
			}
			if of, then := recordTime(t, c.Kind, was[k].Payload), recordTime(t, c.Kind, moved[k].Payload); of-then != offset/1e6 {
				t.Fatalf("%s, position %d: the record was moved by %d ms", c.Channel, k, of-then)
			}
		}
	}
	if offset%(60*1e9) != 0 || offset < 24*3600*1e9 {
		t.Errorf("moved by %d ns", offset)
	}
}

func recordTime(t *testing.T, kind wire.ChainKind, payload []byte) uint64 {
	t.Helper()
	switch kind {
	case wire.ChainAction:
		r, err := wire.DecodeRecord(payload)
		if err != nil {
			t.Fatal(err)
		}
		return r.EmittedAtMS
	case wire.ChainLog:
		r, err := snapshot.DecodeLogRecord(payload)
		if err != nil {
			t.Fatal(err)
		}
		return r.TSMS
	case wire.ChainAudit:
		r, err := snapshot.DecodeAdminAuditRecord(payload)
		if err != nil {
			t.Fatal(err)
		}
		return r.CommittedAtMS
	}
	r, err := snapshot.DecodeFailureRecord(payload)
	if err != nil {
		t.Fatal(err)
	}
	return r.RecordedAtMS
}

// originals is what may not be in a redacted incident, found without the package.
type originals struct {
	large, operators map[uint64]bool
	names            map[string]bool
	// digits are the numbers of reasons and messages, six digits and longer, and
	// those that begin with 0x.
	digits map[string]bool
}

func originalsOf(t *testing.T, b []byte) originals {
	o := originals{map[uint64]bool{}, map[uint64]bool{}, map[string]bool{}, map[string]bool{}}
	value := regexp.MustCompile(`0x[0-9a-f]+|\d{6,}`)
	text := func(s string) {
		for _, v := range value.FindAllString(s, -1) {
			o.digits[strings.TrimPrefix(v, "0x")] = true
		}
	}
	for i, c := range parsed(t, b).Chains() {
		o.names[c.Node] = true
		for _, e := range entriesOf(t, b, i) {
			switch c.Kind {
			case wire.ChainAction:
				r, _ := wire.DecodeRecord(e.Payload)
				if f, is := r.Disposition.(wire.Failed); is {
					text(f.Reason)
				}
			case wire.ChainLog:
				r, _ := snapshot.DecodeLogRecord(e.Payload)
				o.large[r.NodeID.Value] = r.NodeID.Some
				text(r.Message)
			case wire.ChainAudit:
				r, _ := snapshot.DecodeAdminAuditRecord(e.Payload)
				for _, id := range r.OperatorIDs {
					o.operators[id] = true
				}
				if r.Event.Node > 0 {
					o.large[r.Event.Node] = true
				}
				if r.Event.Daemon.Name != "" {
					o.names[r.Event.Daemon.Name] = true
				}
			}
		}
	}
	return o
}

// formsOf returns a number in every encoding that somebody might look for.
func formsOf(v uint64) map[string][]byte {
	varint := binary.AppendUvarint(nil, v)
	forms := map[string][]byte{
		"decimal": strconv.AppendUint(nil, v, 10), "hex": fmt.Appendf(nil, "%x", v), "HEX": fmt.Appendf(nil, "%X", v),
		"padded hex": fmt.Appendf(nil, "%016x", v), "padded HEX": fmt.Appendf(nil, "%016X", v),
		"little-endian u64": binary.LittleEndian.AppendUint64(nil, v), "big-endian u64": binary.BigEndian.AppendUint64(nil, v),
		"varint": varint,
	}
	if v < 1<<32 {
		forms["little-endian u32"] = binary.LittleEndian.AppendUint32(nil, uint32(v))
		forms["big-endian u32"] = binary.BigEndian.AppendUint32(nil, uint32(v))
	}
	return forms
}

// TestIncidentHoldsNoOriginal is a search of its own, slow and simple.
func TestIncidentHoldsNoOriginal(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	b := incident(t)
	secret := originalsOf(t, b)
	if len(secret.large) != 3 || len(secret.operators) != 3 || len(secret.names) != 4 || len(secret.digits) < 2000 {
		t.Fatalf("%d nodes, %d operators, names %v, %d values", len(secret.large), len(secret.operators), secret.names, len(secret.digits))
	}
	for name, o := range map[string]Options{"template": {}, "shifted": {ShiftTimes: true}, "drop": {Texts: TextDrop}} {
		out, _ := rewritten(t, b, o)
		lower := bytes.ToLower(out)
		for _, ids := range []map[uint64]bool{secret.large, secret.operators} {
			for id := range ids {
				for encoding, form := range formsOf(id) {
					if at := bytes.Index(out, form); at >= 0 {
						t.Errorf("%s: %d is there in %s at %d: %q", name, id, encoding, at, out[max(0, at-30):at+30])
					}
				}
			}
		}
		for text := range secret.names {
			if bytes.Contains(lower, []byte(text)) {
				t.Errorf("%s: %q is there", name, text)
			}
		}
		// A value of six digits can only be where six digits are.
		runs := bytes.Join(regexp.MustCompile(`[0-9a-f]{6,}`).FindAll(lower, -1), []byte("\n"))
		for digits := range secret.digits {
			if bytes.Contains(runs, []byte(digits)) {
				t.Errorf("%s: value %s is there", name, digits)
			}
		}
	}
}

// Small ids are everywhere by chance, but in no field of their kind.
func TestIncidentHoldsNoOriginalInAnyField(t *testing.T) {
	b := incident(t)
	daemons := map[uint64]bool{7: true, 11: true, 12: true, 21: true}
	out, _ := rewritten(t, b, Options{})
	pairs := map[[2]uint64]bool{}
	for i, c := range parsed(t, out).Chains() {
		was := entriesOf(t, b, i)
		for k, e := range entriesOf(t, out, i) {
			if c.Kind != wire.ChainLog {
				continue
			}
			r, err := snapshot.DecodeLogRecord(e.Payload)
			if err != nil {
				t.Fatal(err)
			}
			original, _ := snapshot.DecodeLogRecord(was[k].Payload)
			if daemons[r.DaemonID.Value] || r.DaemonID.Some != original.DaemonID.Some || r.NodeID.Some != original.NodeID.Some {
				t.Fatalf("%+v", r)
			}
			pairs[[2]uint64{original.DaemonID.Value, r.DaemonID.Value}] = true
			pairs[[2]uint64{original.NodeID.Value, r.NodeID.Value}] = true
		}
	}
	// Each original has one pseudonym, over all nodes: four daemons, three nodes,
	// and none.
	if len(pairs) != 4+3+1 {
		t.Errorf("%d pairs of original and pseudonym: %v", len(pairs), pairs)
	}
}

// A node id in a text is the same node as in the fields.
func TestIncidentJoins(t *testing.T) {
	out, _ := rewritten(t, incident(t), Options{})
	nodes, spoken := map[uint64]bool{}, map[uint64]bool{}
	peer := regexp.MustCompile(`peer[ =]0x([0-9a-f]{16})`)
	for i, c := range parsed(t, out).Chains() {
		for _, e := range entriesOf(t, out, i) {
			switch c.Kind {
			case wire.ChainLog:
				r, _ := snapshot.DecodeLogRecord(e.Payload)
				nodes[r.NodeID.Value] = true
				for _, m := range peer.FindAllStringSubmatch(r.Message, -1) {
					v, _ := strconv.ParseUint(m[1], 16, 64)
					spoken[v] = true
				}
			}
		}
	}
	if diff := cmp.Diff(nodes, spoken); diff != "" || len(nodes) != 3 {
		t.Errorf("-in fields +in texts:\n%s", diff)
	}
}

// A second redaction with other chances gives other pseudonyms; with the same, the
// same bytes.
func TestChanceDecides(t *testing.T) {
	b := incident(t)
	first, _ := rewritten(t, b, Options{})
	again, _ := rewritten(t, b, Options{})
	other, _ := rewritten(t, b, Options{Random: chance(2)})
	if !bytes.Equal(first, again) {
		t.Error("the same chances give other bytes")
	}
	if bytes.Equal(first, other) {
		t.Error("other chances give the same bytes")
	}
}

// The label commits to the content that was there before, and a view of a view says
// both.
func TestTheResultIsLabelled(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	b := incident(t)
	once, s := rewritten(t, b, Options{ShiftTimes: true})
	committed := func(s Summary, b []byte) postcard.Option[[sha256.Size]byte] {
		return postcard.Some(export.Commitment(s.Salt, contentSum(t, b)))
	}
	want := []export.Redaction{{Commitment: committed(s, b), Texts: export.TextsTemplate, TimesShifted: true}}
	if diff := cmp.Diff(want, parsed(t, once).Redactions()); diff != "" || s.Commitment != want[0].Commitment.Value {
		t.Error(diff)
	}
	twice, s := rewritten(t, once, Options{Texts: TextDrop, Random: chance(3)})
	want = append(want, export.Redaction{Commitment: committed(s, once), Texts: export.TextsDropped})
	if diff := cmp.Diff(want, parsed(t, twice).Redactions()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(foundIn(t, once), foundIn(t, first(rewritten(t, once, Options{Random: chance(4)})))); diff != "" {
		t.Errorf("a second redaction changes findings:\n%s", diff)
	}
}

// Neither the hash of the original nor the salt is in the result, in any form, so
// that a guess of what was replaced cannot be checked.
func TestNoHashOfTheOriginalLeaves(t *testing.T) {
	customer := func(n int) []byte {
		return chainOf(t, wire.ChainAction, failed(1, fmt.Sprintf("refused for customer %d", n)))
	}
	out, s := rewritten(t, customer(4711), Options{Random: rand.Reader})
	lower := bytes.ToLower(out)
	for n := 4690; n < 4731; n++ {
		plain := contentSum(t, customer(n))
		for what, sum := range map[string][]byte{"content": plain[:], "file": hashOf(customer(n))} {
			if bytes.Contains(out, sum) || bytes.Contains(lower, fmt.Appendf(nil, "%x", sum)) {
				t.Errorf("guess %d: the hash of the %s is there", n, what)
			}
		}
	}
	if bytes.Contains(out, s.Salt[:]) || bytes.Contains(lower, []byte(SaltText(s.Salt))) {
		t.Error("the salt is there")
	}
	again, s2 := rewritten(t, customer(4711), Options{Random: rand.Reader})
	if s2.Salt == s.Salt || s2.Commitment == s.Commitment || parsed(t, again).Redactions()[0].OriginalSHA256.Some {
		t.Error("two redactions have the same salt")
	}
}

func hashOf(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] }

// The salt shows of which original a view is, through a second redaction as well.
func TestReveals(t *testing.T) {
	a, b := chainOf(t, wire.ChainAction, failed(1, "customer 4711")), chainOf(t, wire.ChainAction, failed(1, "customer 4712"))
	once, s := rewritten(t, a, Options{})
	twice, s2 := rewritten(t, once, Options{Random: chance(2)})
	salt, err := ParseSalt(" " + SaltText(s.Salt) + "\n")
	if err != nil || salt != s.Salt {
		t.Fatalf("%x, %v", salt, err)
	}
	for what, tt := range map[string]struct {
		salt           [export.SaltBytes]byte
		original, view []byte
		want           bool
	}{
		"it":             {s.Salt, a, once, true},
		"through a view": {s.Salt, a, twice, true},
		"a view of that": {s2.Salt, once, twice, true},
		"another":        {s.Salt, b, once, false},
		"another salt":   {s2.Salt, a, once, false},
		"no view":        {s.Salt, a, a, false},
	} {
		if got, err := Reveals(tt.salt, parsed(t, tt.original), parsed(t, tt.view)); got != tt.want || err != nil {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	for _, text := range []string{"", "00", SaltText(s.Salt)[1:] + "g", SaltText(s.Salt) + "00"} {
		if _, err := ParseSalt(text); err == nil {
			t.Errorf("%q is a salt", text)
		}
	}
}

func contentSum(t *testing.T, b []byte) [sha256.Size]byte {
	t.Helper()
	content, err := io.ReadAll(parsed(t, b).Content())
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(content)
}

func first(b []byte, _ Summary) []byte { return b }

func TestNotesStillPointRight(t *testing.T) {
	whole := incident(t)
	f := parsed(t, whole)
	entry := entriesOf(t, whole, 3)[17]
	chain := f.Chains()[3]
	note := export.Note{
		ID: "4f1e", Author: "Ann Lee", Text: "telemetry on node-1 failed, see 53261 and 0x9f3c5a7be1d20417", CreatedAtMS: 1_779_470_000_000, UpdatedAtMS: 1_779_470_000_001,
		Anchors: []export.Anchor{{Chain: chain.ID, Seq: entry.Seq, FlagsAndChecksum: entry.FlagsAndChecksum}, {Chain: chain.ID, Seq: 1 << 60, FlagsAndChecksum: 1}},
		Span:    postcard.Some(export.Span{FromMS: 1_779_465_600_000, ToMS: 1_779_465_700_000}),
	}
	b := write(t, func(w *export.Writer) error {
		for i, c := range f.Chains() {
			if _, err := exporttest.CopyChain(w, c.ChainInfo, f.Chain(i)); err != nil {
				return err
			}
		}
		return w.AddNote(note)
	})
	out, s := rewritten(t, b, Options{ShiftTimes: true})
	e, _ := opened(t, out)
	notes := e.Notes()
	if len(notes) != 1 || s.Notes != 1 {
		t.Fatalf("%d notes", len(notes))
	}
	n := notes[0]
	if len(n.Anchors) != 1 || n.Anchors[0].Chain == 0 || n.Anchors[0].Position != 17 || n.Anchors[0].Seq != entry.Seq {
		t.Errorf("anchors %+v", n.Anchors)
	}
	// When a note was written is known from elsewhere: it would tell the amount.
	moved := note.Span.Value.FromMS - n.Span.Value.FromMS
	if moved == 0 || n.CreatedAtMS != 0 || n.UpdatedAtMS != 0 || note.Span.Value.ToMS-n.Span.Value.ToMS != moved || parsed(t, out).Header().CreatedAtMS != 0 {
		t.Errorf("times of the note: %+v", n)
	}
	if n.ID == note.ID || n.Author != "author-a" {
		t.Errorf("id %s, author %s", n.ID, n.Author)
	}
	if !regexp.MustCompile(`^daemon-a on node-0g failed, see [0-9]{7,10} and 0x[0-9a-f]{16}$`).MatchString(n.Text) {
		t.Errorf("text %q", n.Text)
	}
}

// All texts that were told apart by their wording still are, and no others.
func TestIncidentKeepsItsTemplates(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	b := incident(t)
	out, s := rewritten(t, b, Options{})
	var was, is []string
	for i, c := range parsed(t, b).Chains() {
		w, n := entriesOf(t, b, i), entriesOf(t, out, i)
		for k := range w {
			was, is = append(was, textOf(c.Kind, w[k].Payload)), append(is, textOf(c.Kind, n[k].Payload))
		}
	}
	pairs, left, right := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for k := range was {
		a, z := string(appendTemplate(nil, was[k])), string(appendTemplate(nil, is[k]))
		pairs[a+"\x00"+z], left[a], right[z] = true, true, true
	}
	if len(pairs) != len(left) || len(pairs) != len(right) {
		t.Errorf("%d templates became %d, in %d ways", len(left), len(right), len(pairs))
	}
	if s.TemplateCount != len(s.Templates) || !slices.ContainsFunc(s.Templates, func(c TemplateCount) bool {
		// 5,900 records say so, and findings that quote them.
		return c.Text == "peer # unreachable: connection refused" && c.Count >= 5900 && c.Count < 6000
	}) {
		t.Errorf("%+v", s.Templates)
	}
}

func textOf(kind wire.ChainKind, payload []byte) string {
	switch kind {
	case wire.ChainAction:
		var v wire.View
		_, _ = wire.DecodeView(payload, &v)
		return string(v.Reason)
	case wire.ChainLog:
		r, _ := snapshot.DecodeLogRecord(payload)
		return r.Message
	}
	r, _ := snapshot.DecodeFailureRecord(payload)
	return r.Reason
}
