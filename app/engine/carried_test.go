package engine_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/export/exporttest"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// shared packs and opens the result as a reader of it does.
func shared(t *testing.T, e *engine.Engine, s engine.PackSpec) (*engine.Engine, engine.Opened) {
	t.Helper()
	var out bytes.Buffer
	if _, err := e.Pack(context.Background(), s, &out); err != nil {
		t.Fatal(err)
	}
	return openAll(t, fstest.MapFS{"x.chain": {Data: out.Bytes()}})
}

// ofChains returns the findings of all chains, as the chain's channel and what is
// said of it.
func ofChains(t *testing.T, e *engine.Engine) map[string]engine.Severity {
	t.Helper()
	found := map[string]engine.Severity{}
	for _, c := range e.Chains() {
		list, err := e.Findings(c.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list {
			found[c.Channel+" "+f.Rule+" "+f.Title.String()] = f.Severity
		}
	}
	return found
}

// What is noticed of a folder is noticed of every share of it, and of a share of
// that, whatever became of its files.
func TestASharesReaderSeesWhatItsSourceShows(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 8))
	whole := map[string][]byte{}
	sound := generated(t, t.TempDir(), 300)
	err := fs.WalkDir(sound, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			whole[name], err = fs.ReadFile(sound, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	carried := 0
	for range 40 {
		damaged := fstest.MapFS{}
		for name, data := range whole {
			switch r.IntN(4) {
			case 0:
				data = data[:r.IntN(len(data)+1)]
			case 1:
				if path.Base(name) == "ts" {
					continue
				}
			case 2:
				if path.Base(name) == "manifest" {
					data = []byte("rotten")
				}
			}
			damaged[name] = &fstest.MapFile{Data: data}
		}
		source, opened := openAll(t, damaged)
		if len(opened.Chains) == 0 {
			continue
		}
		want := ofChains(t, source)
		reader, _ := shared(t, source, engine.PackSpec{})
		again, _ := shared(t, reader, engine.PackSpec{EntriesOnly: true})
		for name, e := range map[string]*engine.Engine{"share": reader, "share of it": again} {
			got := ofChains(t, e)
			for finding, severity := range want {
				if got[finding] != severity {
					t.Errorf("the %s does not show %s %q: %v", name, severity, finding, got)
				}
			}
		}
		carried += len(want)
	}
	if carried < 20 {
		t.Errorf("only %d findings were carried", carried)
	}
}

// notReadExport is a sound chain in an export that could not read all of its source.
func notReadExport(t *testing.T, about bool) *bytes.Buffer {
	t.Helper()
	var out bytes.Buffer
	e, _ := open(t, "incident")
	file, _ := pack(t, e, engine.PackSpec{Chains: []engine.ChainID{e.Chains()[0].ID}, NoStory: true})
	w, err := export.NewWriter(&out, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := exporttest.CopyChain(w, file.Chains()[0].ChainInfo, file.Chain(0))
	f := export.Finding{By: export.BySource, Rule: export.FindingNotRead, Severity: export.SeverityDamage, Title: message.New("cannot be read"), Where: "node-1/dat", Count: 1}
	if about {
		f.Chain = postcard.Some(id)
	}
	if err := errors.Join(err, w.AddFinding(f), w.Close()); err != nil {
		t.Fatal(err)
	}
	return &out
}

// What an export could not read of its source is a finding of the chain, or a
// problem of the export.
func TestNotReadIsShown(t *testing.T) {
	for _, about := range []bool{false, true} {
		e, opened := openAll(t, fstest.MapFS{"x.chain": {Data: notReadExport(t, about).Bytes()}})
		problems := e.Problems()
		if about {
			if opened.Chains[0].Worst != engine.SeverityDamage || len(problems) != 0 {
				t.Errorf("the chain is %s, %+v", opened.Chains[0].Worst, problems)
			}
			continue
		}
		if len(problems) != 1 || !problems[0].Carried || problems[0].Severity != engine.SeverityDamage || problems[0].Path != "x.chain" || !strings.Contains(problems[0].Title, "node-1/dat: cannot be read") {
			t.Errorf("%+v", problems)
		}
	}
}

// What the sender found goes along, as the sender's: one that a window cuts says that
// it began before what is here, and positions are those of the share.
func TestTheStoryGoesAlong(t *testing.T) {
	e, _ := open(t, "incident")
	story, err := e.Insights(context.Background(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	reader, _ := shared(t, e, engine.PackSpec{})
	own, err := reader.SenderInsights(nil)
	if err != nil || len(own) != len(story) {
		t.Fatalf("%d of %d findings go: %v", len(own), len(story), err)
	}
	for i := range own {
		if f, w := &own[i], &story[i]; f.Rule != w.Rule || f.Severity != w.Severity || f.Confidence != w.Confidence || f.First != w.First || f.Last != w.Last || f.Title.String() != w.Title.String() || f.Detail.String() != w.Detail.String() || len(f.Related) != len(w.Related) {
			t.Errorf("%+v\nis not %+v", f, w)
		}
	}
	// Passed on, it is told once.
	further, _ := shared(t, reader, engine.PackSpec{})
	if again, err := further.SenderInsights(nil); err != nil || len(again) != len(own) {
		t.Errorf("%d findings, passed on %d: %v", len(own), len(again), err)
	}
	for _, c := range e.Chains() {
		if c.Kind != wire.ChainAction {
			continue
		}
		alone, err := e.Insights(context.Background(), []engine.ChainID{c.ID}, nil)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(alone, func(f insight.Finding) bool { return f.Rule == insight.RuleBurst })
		if at < 0 {
			t.Fatalf("no burst on %s", c.Name())
		}
		w := &alone[at]
		middle := (w.FirstTimeNS + w.LastTimeNS) / 2
		reader, _ := shared(t, e, engine.PackSpec{Chains: []engine.ChainID{engine.ChainID(w.Chain)}, FromNS: postcard.Some(middle), ToNS: postcard.Some(middle + 60e9)})
		told := 0
		cut, err := reader.SenderInsights(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range cut {
			if f.Rule != w.Rule {
				continue
			}
			told++
			if !strings.Contains(f.Detail.String(), "It began before what is here. It went on after what is here.") || f.Count != w.Count || f.First != 0 {
				t.Errorf("%s: from %d: %s", f.Title, f.First, f.Detail)
			}
		}
		if told != 1 {
			t.Errorf("%d bursts are told of", told)
		}
	}
}
