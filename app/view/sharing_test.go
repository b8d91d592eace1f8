package view

import (
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/wire/postcard"
)

func TestPackTexts(t *testing.T) {
	size := engine.PackSize{Chains: 1, Entries: 57365, ExportBytes: 4_100_000, FirstNS: postcard.Some[uint64](0), LastNS: postcard.Some[uint64](60_000_000_000)}
	if got := PackText(&size, UTC); !strings.HasPrefix(got, "1 chain · 57,365 entries · ") || !strings.HasSuffix(got, "UTC") {
		t.Error(got)
	}
}

func TestShareProgress(t *testing.T) {
	if text, share := ShareProgress(&engine.Progress{Phase: "writing", BytesDone: 1, BytesTotal: 4}); text != "writing, 25 %" || share != 0.25 {
		t.Error(text, share)
	}
	if text, share := ShareProgress(&engine.Progress{Phase: "writing"}); text != "writing" || share != -1 {
		t.Error(text, share)
	}
}

func TestARowIsOneLine(t *testing.T) {
	c := engine.ChainInfo{Node: "n1", Channel: "meshos/actions"}
	r := engine.Row{Seq: 7, ID: 1<<53 + 1, Kind: "boom", Outcome: "Failed", Text: "a\tb\r\nc", TimeMS: postcard.Some[uint64](1)}
	if got, want := RowTSV(&c, &r), "n1\tmeshos/actions\t7\t\t9007199254740993\tboom\tFailed\ta b c"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	bad := engine.Row{Seq: 8, Error: "no record"}
	if got, want := RowTSV(&c, &bad), "n1\tmeshos/actions\t8\t\t\t\tok\tno record"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
