package source

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"chainglass/wire"
	"chainglass/wire/export"
	"chainglass/wire/postcard"
)

// Opening an export by its footer reads no blocks, so a damaged block shows only
// when its chain is read. It must be told then, once.
func TestDamageInsideAnExportIsToldWhenItIsRead(t *testing.T) {
	whole := exportOf(t, find(t, corpus(t, "incident/node-1").fsys()))
	damaged := []byte(whole)
	damaged[len(damaged)/2] ^= 0x20
	set := find(t, files{"node-1.chain": string(damaged)}.fsys())
	atOpen := len(set.Problems)
	for _, c := range set.Chains {
		var b wire.Block
		for position := 0; ; position += len(b.Entries) {
			if err := c.Reader.ReadBlock(position, &b); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	late := set.LateProblems()
	if atOpen+len(late) == 0 {
		t.Fatal("a flipped bit goes unnoticed")
	}
	for _, p := range late {
		if p.Path != "node-1.chain" || p.Err == nil || p.Detail == "" {
			t.Errorf("%+v", p)
		}
	}
	if again := set.LateProblems(); len(again) != 0 {
		t.Errorf("told twice: %v", again)
	}
}

// A redacted view says so, and what of.
func TestARedactedViewIsLabelled(t *testing.T) {
	var b bytes.Buffer
	w, err := export.NewWriter(&b, export.Options{})
	if err == nil {
		err = errors.Join(w.AddRedaction(export.Redaction{Commitment: postcard.Some([32]byte{0xab, 0xcd}), Texts: export.TextsTemplate, TimesShifted: true}), w.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	set := find(t, files{"x.chain": b.String()}.fsys())
	if len(set.Problems) != 1 || set.Problems[0].Level != LevelNote {
		t.Fatalf("problems: %v", set.Problems)
	}
	for _, text := range []string{"redacted view", "pseudonyms", "lost their values", "times were moved", "commitment to the original is abcd0000"} {
		if !strings.Contains(set.Problems[0].String(), text) {
			t.Errorf("%q is not said: %s", text, set.Problems[0])
		}
	}
}
