package share

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/view"
	"chainglass/wire/export"
)

// open opens the incident.
func open(t *testing.T) (*engine.Engine, engine.Opened) {
	t.Helper()
	e := engine.New(engine.Options{})
	opened, err := e.Open(context.Background(), "incident", os.DirFS("../../wire/redex/testdata/incident"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return e, opened
}

func share(t *testing.T, e *engine.Engine, s Spec) (Shared, *export.File) {
	t.Helper()
	shared, err := Make(context.Background(), e, s)
	if err != nil {
		t.Fatal(err)
	}
	file, err := export.Open(shared.Export, shared.Export.Size())
	if err != nil {
		t.Fatal(err)
	}
	return shared, file
}

// contentOf is all that a store holds.
func contentOf(t *testing.T, s Store) []byte {
	t.Helper()
	content, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestEverythingIsSharedWithItsReport(t *testing.T) {
	e, opened := open(t)
	fragment := view.Place{Node: "node-2", Channel: "meshos/actions", Position: 947, Tab: "findings"}.Encode()
	shared, file := share(t, e, Spec{Title: "The night of <May>", Fragment: fragment})
	if len(file.Chains()) != len(opened.Chains) || shared.Packed.Entries != 57365 {
		t.Errorf("%d chains, %d entries", len(file.Chains()), shared.Packed.Entries)
	}
	if shared.Fragment != fragment {
		t.Errorf("the place became %s", shared.Fragment)
	}
	if !strings.Contains(shared.ReportHTML, "The night of &lt;May&gt;") || shared.Title != "The night of <May>" {
		t.Errorf("title %q, report %.300s", shared.Title, shared.ReportHTML)
	}
	if n := len(e.Chains()); n != len(opened.Chains) {
		t.Errorf("%d chains are open", n)
	}
}

func TestThePlaceIsLedToWhatIsShared(t *testing.T) {
	e, _ := open(t)
	place := view.Place{Node: "node-2", Channel: "meshos/actions", Position: 25}
	place.Time.PinNode, place.Time.PinChannel, place.Time.PinPosition = "node-1", "meshos/actions", 7
	place.Table.Query = "pos:20..30 node:node-2"
	shared, _ := share(t, e, Spec{Fragment: place.Encode(), NoReport: true, Pack: engine.PackSpec{Where: place.Table.Query}})
	got := view.ParsePlace(shared.Fragment)
	want := view.Place{Node: "node-2", Channel: "meshos/actions", Position: 5}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if shared.ReportHTML != "" {
		t.Error("a report nobody wanted")
	}
	if diff := cmp.Diff([]string{"the pinned state at node-1 meshos/actions position 7 is not part of what is chosen; the page opens without it"}, shared.Left); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsNotShared(t *testing.T) {
	e, _ := open(t)
	if _, err := Make(context.Background(), e, Spec{Pack: engine.PackSpec{Where: "node:nobody"}}); !errors.Is(err, ErrNothing) {
		t.Errorf("%v", err)
	}
	if _, err := Make(context.Background(), engine.New(engine.Options{}), Spec{}); !errors.Is(err, ErrNothing) {
		t.Errorf("%v", err)
	}
	var fault *engine.QueryFault
	if _, err := Make(context.Background(), e, Spec{Pack: engine.PackSpec{Where: "outcome:"}}); !errors.As(err, &fault) {
		t.Errorf("%v", err)
	}
}

func TestSharingCanBeCancelled(t *testing.T) {
	e, _ := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	spec := Spec{Progress: func(p engine.Progress) {
		if p.Phase == "reading" {
			cancel()
		}
	}}
	if _, err := Make(ctx, e, spec); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// secrets are names that the incident has.
var secrets = []string{"node-1", "node-2", "node-3"}

func TestARedactedViewNamesNothing(t *testing.T) {
	e, opened := open(t)
	place := view.Place{Node: "node-2", Channel: "meshos/actions", Position: 947, Tab: "reasons:16:08..16:15"}
	place.Table = view.TablePlace{Query: "node:node-2", Chains: view.JoinNames([]view.ChainName{{Node: "node-1", Channel: "meshos/actions"}, {Node: "node-2", Channel: "meshos/actions"}})}
	place.Time = view.TimePlace{Shown: view.Span{FromNS: 1779465600000000000, ToNS: 1779465700000000000}, PinNode: "node-1", PinChannel: "meshos/actions", PinPosition: 7}
	for _, o := range []redact.Options{{}, {Texts: redact.TextDrop, ShiftTimes: true}} {
		shared, file := share(t, e, Spec{Fragment: place.Encode(), Redact: &o})
		if shared.Redacted == nil || len(file.Redactions()) != 1 || len(file.Chains()) != len(opened.Chains) {
			t.Fatalf("%+v", shared.Redacted)
		}
		for _, secret := range secrets {
			if strings.Contains(shared.Fragment, secret) || strings.Contains(shared.ReportHTML, secret) || bytes.Contains(contentOf(t, shared.Export), []byte(secret)) || strings.Contains(shared.Title, secret) {
				t.Errorf("%+v: %q is left", o, secret)
			}
		}
		got := view.ParsePlace(shared.Fragment)
		names := map[view.ChainName]bool{}
		for _, c := range file.Chains() {
			names[view.ChainName{Node: c.Node, Channel: c.Channel}] = true
		}
		if !names[view.ChainName{Node: got.Node, Channel: got.Channel}] || got.Position != 947 || !names[view.ChainName{Node: got.Time.PinNode, Channel: got.Time.PinChannel}] {
			t.Errorf("%+v: the place is %+v", o, got)
		}
		if n := len(view.SplitNames(got.Table.Chains)); n != 2 || got.Table.Query != "" || got.Tab != "reasons" {
			t.Errorf("%+v: the table is %+v, tab %q", o, got.Table, got.Tab)
		}
		if got.Time.Shown.Empty() != o.ShiftTimes {
			t.Errorf("%+v: the axis shows %+v", o, got.Time.Shown)
		}
	}
}

func TestAHarmlessFilterStaysInARedactedView(t *testing.T) {
	for query, harmless := range map[string]bool{
		"": true, "outcome:failed": true, "outcome:failed,gated -chain:log seq:5..9": true, "retry:>5s": true,
		"boom": false, "node:a": false, "outcome:failed reason:x": false, "time:16:08..": false, `"outcome:failed"`: false, "id:42": false, "kind:mine": false,
	} {
		if got := harmlessQuery().MatchString(query); got != harmless {
			t.Errorf("%q is harmless: %v", query, got)
		}
	}
}

func TestARedactedViewThatIsSharedAgainStillSaysSo(t *testing.T) {
	e, _ := open(t)
	shared, first := share(t, e, Spec{NoReport: true, Redact: &redact.Options{}})
	viewed, done, err := shared.View(context.Background(), e, nil)
	defer done()
	if err != nil {
		t.Fatal(err)
	}
	if _, again := share(t, viewed, Spec{NoReport: true}); len(again.Redactions()) != 1 || again.Redactions()[0] != first.Redactions()[0] {
		t.Errorf("%+v", again.Redactions())
	}
}

// What does not fit is refused before it is made, and with the size that it has if
// it was foretold too small.
func TestWhatIsTooLargeIsNotMade(t *testing.T) {
	e, _ := open(t)
	made := 0
	newStore := func() (Store, error) {
		made++
		return NewMemory()
	}
	var tooLarge *TooLargeError
	_, err := Make(context.Background(), e, Spec{MaxBytes: 1_000_000, NewStore: newStore})
	if !errors.As(err, &tooLarge) || !tooLarge.Foretold || made != 0 {
		t.Errorf("%v, %d stores", err, made)
	}
	if _, err := Make(context.Background(), e, Spec{MaxBytes: 100_000_000, NoReport: true}); err != nil {
		t.Error(err)
	}
}

// A memory gives what was written, in whatever pieces it is written and read.
func TestMemoryIsRead(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		m := &memory{}
		want := make([]byte, random.IntN(3*memoryPieceBytes))
		for i := range want {
			want[i] = byte(random.Uint32())
		}
		for rest := want; len(rest) > 0; {
			n := 1 + random.IntN(len(rest))
			if _, err := m.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if m.Size() != int64(len(want)) {
			t.Fatalf("%d bytes of %d", m.Size(), len(want))
		}
		for range 20 {
			from, n := random.IntN(len(want)+1), random.IntN(len(want)+2)
			got := make([]byte, n)
			read, err := m.ReadAt(got, int64(from))
			end := min(from+n, len(want))
			if !bytes.Equal(got[:read], want[from:end]) || (err == nil) != (from+n <= len(want)) {
				t.Fatalf("%d bytes at %d of %d: %d, %v", n, from, len(want), read, err)
			}
		}
	}
}
