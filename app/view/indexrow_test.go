package view

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/engine"
	"chainglass/wire/redex"
)

func TestIndexRow(t *testing.T) {
	payload := []byte("a payload")
	d := &engine.Detail{
		Row: engine.Row{Seq: 7}, Payload: payload,
		FlagsAndChecksum: redex.Checksum(payload), Checksum: redex.Checksum(payload),
		Location: engine.Location{IndexFile: "idx", PayloadFile: "dat", PayloadOffset: 300, PayloadBytes: 9},
	}
	row, fields := IndexRow(d)
	if diff := cmp.Diff(redex.AppendRow(nil, redex.HeapRow(7, 300, payload)), row); diff != "" {
		t.Error(diff)
	}
	var text []string
	for _, f := range fields {
		text = append(text, f.Name+"="+f.Value)
	}
	if got, want := strings.Join(text[:3], " "), "seq=7 payload_offset=300 payload_len=9"; got != want {
		t.Errorf("fields %q, want %q", got, want)
	}
	if note := fields[3].Note; !strings.Contains(note, "flags 0: none") || !strings.Contains(note, "equal") {
		t.Errorf("note %q", note)
	}
	d.Checksum ^= 1
	if _, fields := IndexRow(d); !strings.Contains(fields[3].Note, "different") {
		t.Errorf("note %q", fields[3].Note)
	}
}

func TestIndexRowOfAnInlineEntry(t *testing.T) {
	payload := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	want := redex.InlineRow(3, payload)
	row, fields := IndexRow(&engine.Detail{
		Row: engine.Row{Seq: 3}, Payload: payload[:], FlagsAndChecksum: want.FlagsAndChecksum,
		Location: engine.Location{IndexFile: "idx"},
	})
	if diff := cmp.Diff(redex.AppendRow(nil, want), row); diff != "" {
		t.Error(diff)
	}
	if len(fields) != 3 || fields[1].Value != "01 02 03 04 05 06 07 08" || !strings.Contains(fields[2].Note, "inline") {
		t.Errorf("fields %+v", fields)
	}
}

func TestNoIndexRowOutsideOfAFolder(t *testing.T) {
	if row, fields := IndexRow(&engine.Detail{}); row != nil || fields != nil {
		t.Errorf("row %x, fields %v", row, fields)
	}
}
