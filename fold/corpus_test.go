package fold_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"testing"

	"chainglass/fold"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/redex"

	"github.com/google/go-cmp/cmp"
)

// channels holds channel folders and, in JSON files beside them, what the
// reference keeps of each and folds it to.
const channels = "../wire/redex/testdata"

// folded is the part of such a file that a fold decides.
type folded struct {
	DecodeErrors []refused       `json:"decode_errors"`
	Snapshot     json.RawMessage `json:"snapshot"`
}

// refused is an entry that is kept and is no record.
type refused struct {
	Seq   uint64 `json:"seq"`
	Error string `json:"error"`
}

func readFolded(t *testing.T, name string) (want folded) {
	t.Helper()
	text, err := os.ReadFile(path.Join(channels, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

// foldKept folds what the rules keep of a channel, the way a node does that
// opens it.
func foldKept(t *testing.T, channel string, rules redex.Rules) folded {
	t.Helper()
	c, err := redex.OpenChannel(os.DirFS(channels), channel)
	if err != nil {
		t.Fatal(err)
	}
	kept, _, err := redex.Recover(c, rules)
	if err != nil {
		t.Fatal(err)
	}
	refusals := []refused{}
	var state snapshot.MeshOsSnapshot
	d := fold.Driver[snapshot.MeshOsSnapshot]{
		Fold:  fold.Action(),
		State: &state,
		OnError: func(ev fold.Event, err error) {
			var decode *fold.DecodeError
			if !errors.As(err, &decode) {
				t.Fatalf("seq %d: %v", ev.Seq, err)
			}
			refusals = append(refusals, refused{ev.Seq, decode.Message()})
		},
	}
	eachEntry(t, c, rules, func(position int, e wire.Entry) {
		if !kept.Has(position) {
			return
		}
		if err := d.Step(fold.Event{Seq: e.Seq, Payload: e.Payload}); err != nil {
			t.Fatalf("seq %d: %v", e.Seq, err)
		}
	})
	return folded{refusals, state.AppendJSON(nil)}
}

// eachEntry visits the entries of the generation that the rules open. Payloads
// are good during the visit only.
func eachEntry(t *testing.T, c *redex.Channel, rules redex.Rules, visit func(position int, e wire.Entry)) {
	t.Helper()
	live, err := c.OpenLive(rules)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	var block wire.Block
	for position := 0; ; {
		err := live.ReadBlock(position, &block)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range block.Entries {
			visit(position, e)
			position++
		}
	}
}

func sameFolded(t *testing.T, want, got folded) {
	t.Helper()
	if diff := cmp.Diff(want.DecodeErrors, got.DecodeErrors); diff != "" {
		t.Errorf("decode_errors: want -, got +\n%s", diff)
	}
	if diff := cmp.Diff(sortedKeys(t, want.Snapshot), sortedKeys(t, got.Snapshot)); diff != "" {
		t.Errorf("snapshot: want -, got +\n%s", diff)
	}
}

// sortedKeys writes JSON anew, one value a line. Every number stays as it is.
func sortedKeys(t *testing.T, text []byte) string {
	t.Helper()
	var value any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(sorted)
}

func TestFoldOfDamageAgreesWithTheReference(t *testing.T) {
	cases, err := os.ReadDir(path.Join(channels, "damage"))
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 27 {
		t.Fatalf("%d cases of damage, want 27", len(cases))
	}
	for _, damage := range cases {
		dir := path.Join("damage", damage.Name())
		for _, rules := range []redex.Rules{redex.V0_21_0, redex.V0_34_0} {
			t.Run(damage.Name()+"/"+rules.String(), func(t *testing.T) {
				want := readFolded(t, path.Join(dir, "recovered-"+rules.String()+".json"))
				sameFolded(t, want, foldKept(t, path.Join(dir, "meshos/actions"), rules))
			})
		}
	}
}

func TestFoldOfHealthyChannelsAgreesWithTheReference(t *testing.T) {
	for channel, expected := range map[string]string{
		"compacted/base/meshos/actions":  "compacted/expected.json",
		"incident/node-1/meshos/actions": "incident/node-1-actions-expected.json",
		"incident/node-2/meshos/actions": "incident/node-2-actions-expected.json",
		"incident/node-3/meshos/actions": "incident/node-3-actions-expected.json",
	} {
		for _, rules := range []redex.Rules{redex.Readable, redex.V0_21_0, redex.V0_34_0} {
			t.Run(channel+"/"+rules.String(), func(t *testing.T) {
				sameFolded(t, readFolded(t, expected), foldKept(t, channel, rules))
			})
		}
	}
}
