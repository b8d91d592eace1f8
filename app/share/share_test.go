package share

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"chainglass/app/engine"
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
	file, err := export.Open(bytes.NewReader(shared.Export), int64(len(shared.Export)))
	if err != nil {
		t.Fatal(err)
	}
	return shared, file
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
	want := view.Place{Node: "node-2", Channel: "meshos/actions", Position: 5, Table: place.Table}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if shared.ReportHTML != "" {
		t.Error("a report nobody wanted")
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
