package redex_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"chainglass/wire/redex"
)

// recordA is an action record: id 1, start_daemon, dispatched.
const recordA = "01010c73746172745f6461656d6f6e80d095ffbc3100"

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pattern is the bytes 7i+3.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(7*i + 3)
	}
	return b
}

func TestXXH3AgreesWithTheReference(t *testing.T) {
	for _, v := range []struct {
		input []byte
		want  uint64
	}{
		{nil, 0x2d06800538d394c2},
		{[]byte("a"), 0xe6c632b61e964e1f},
		{[]byte("abc"), 0x78af5f94892f3950},
		{[]byte("abcd1234"), 0x11b13f1de37fb995},
		{make([]byte, 8), 0xc77b3abb6f87acd9},
		{unhex(t, recordA), 0xa6c2d4dc28aa55e6},
		{pattern(16), 0xb8c859b0f030b585},
		{pattern(17), 0x714a04408e79b80f},
		{pattern(128), 0x67425a03650261bf},
		{pattern(129), 0xc664bf3311c6abc4},
		{pattern(240), 0x64556dc6b462a6cf},
		{pattern(241), 0x8beadd3a8874fe17},
		{pattern(1024), 0x9b81661c641c72b1},
		{pattern(4096), 0xd7428746842be37e},
	} {
		if got := xxh3.Hash(v.input); got != v.want {
			t.Errorf("XXH3-64 of %d bytes: %016x, want %016x", len(v.input), got, v.want)
		}
		if got, want := redex.Checksum(v.input), uint32(v.want)&0x0fff_ffff; got != want {
			t.Errorf("checksum of %d bytes: %07x, want %07x", len(v.input), got, want)
		}
	}
}

func TestRowsAgreeWithTheReference(t *testing.T) {
	for _, v := range []struct {
		name string
		row  redex.Row
		want string
	}{
		{"heap", redex.HeapRow(0, 0, unhex(t, recordA)), "0000000000000000 00000000 16000000 e655aa08"},
		{"inline", redex.InlineRow(7, [8]byte([]byte("abcd1234"))), "0700000000000000 61626364 31323334 95b97f83"},
	} {
		t.Run(v.name, func(t *testing.T) {
			got := redex.AppendRow(nil, v.row)
			if diff := cmp.Diff(unhex(t, v.want), got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if diff := cmp.Diff(v.row, redex.ParseRow(got)); diff != "" {
				t.Errorf("parsed: want -, got +\n%s", diff)
			}
		})
	}
}

func TestRowParts(t *testing.T) {
	inline := redex.InlineRow(7, [8]byte([]byte("abcd1234")))
	if p := inline.InlinePayload(); string(p[:]) != "abcd1234" || !inline.Inline() {
		t.Errorf("inline payload %q, inline %t", p, inline.Inline())
	}
	last := redex.Row{PayloadOffset: 1<<32 - 1, PayloadLen: 1<<32 - 1, FlagsAndChecksum: 0x7123_4567}
	if last.Inline() || last.PayloadEnd() != 2*(1<<32-1) {
		t.Errorf("inline %t, payload ends at %d", last.Inline(), last.PayloadEnd())
	}
	want := redex.FlagTombstone | redex.FlagCompacted | redex.FlagUnnamed
	if last.Flags() != want || last.Checksum() != 0x0123_4567 {
		t.Errorf("flags %#x, checksum %#x", last.Flags(), last.Checksum())
	}
}

func TestManifestsAgreeWithTheReference(t *testing.T) {
	for generation, want := range map[uint32]string{
		1:          "5245444d 01 01000000 000000 3ee1c150",
		2:          "5245444d 01 02000000 000000 7e225a93",
		7:          "5245444d 01 07000000 000000 e385102b",
		1000000:    "5245444d 01 40420f00 000000 ff90a291",
		4294967295: "5245444d 01 ffffffff 000000 4d03aa19",
	} {
		b := redex.AppendManifest([]byte("kept"), generation)
		if !bytes.Equal(b, append([]byte("kept"), unhex(t, want)...)) {
			t.Errorf("generation %d: % x", generation, b[4:])
		}
		for _, tail := range []string{"", "more"} {
			if got, err := redex.ParseManifest(append(b[4:], tail...)); err != nil || got != generation {
				t.Errorf("generation %d with %q behind: %d, %v", generation, tail, got, err)
			}
		}
	}
}

func TestBrokenManifests(t *testing.T) {
	change := func(at int, to byte) []byte {
		b := redex.AppendManifest(nil, 1)
		b[at] = to
		return b
	}
	for _, v := range []struct {
		name   string
		b      []byte
		rule   error
		offset int
	}{
		{"empty", nil, redex.ErrManifestShort, 0},
		{"one byte short", change(0, 'R')[:15], redex.ErrManifestShort, 15},
		{"magic", change(3, 'm'), redex.ErrManifestMagic, 0},
		{"version", change(4, 2), redex.ErrManifestVersion, 4},
		{"reserved", change(11, 1), redex.ErrManifestReserved, 9},
		{"generation changed", change(5, 2), redex.ErrManifestChecksum, 12},
		{"checksum", change(15, 0), redex.ErrManifestChecksum, 12},
		{"generation 0", redex.AppendManifest(nil, 0), redex.ErrManifestGeneration, 5},
	} {
		t.Run(v.name, func(t *testing.T) {
			_, err := redex.ParseManifest(v.b)
			var located *redex.ManifestError
			if !errors.Is(err, v.rule) || !errors.As(err, &located) || located.Offset != v.offset {
				t.Errorf("%v, want %v at byte %d", err, v.rule, v.offset)
			}
		})
	}
}

func TestGenerationDirs(t *testing.T) {
	for name, want := range map[string]uint32{
		"v0000000001": 1, "v4294967295": 1<<32 - 1,
		"v0000000000": 0, "v4294967296": 0, "v9999999999": 0, "v000000001": 0, "v00000000001": 0,
		"V0000000001": 0, "v00000000 1": 0, "v+000000001": 0, "": 0, "v": 0,
	} {
		got, ok := redex.ParseGenerationDir(name)
		if got != want || ok != (want != 0) {
			t.Errorf("%q: %d, %t, want %d", name, got, ok, want)
		}
		if ok && redex.GenerationDir(got) != name {
			t.Errorf("%d is named %s, want %s", got, redex.GenerationDir(got), name)
		}
	}
}

func TestChannelNames(t *testing.T) {
	for _, name := range []string{"a", "meshos/actions", "a.b/c_d-e/0", "...", strings.Repeat("x", 255)} {
		if err := redex.ValidateChannelName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{
		"", strings.Repeat("x", 256), "/a", "a/", "a//b", ".", "..", "a/./b", "a/../b", "A", "a b", "a\\b", "ä", "a\x00",
	} {
		if err := redex.ValidateChannelName(name); !errors.Is(err, redex.ChannelFailed) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := redex.ChannelPath("base", name); err == nil {
			t.Errorf("%q has a path", name)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	for _, v := range []struct {
		err  redex.Error
		want string
	}{
		{redex.Error{Kind: redex.PayloadTooLarge, Size: 5, Max: 4}, "payload too large: 5 bytes (max 4)"},
		{redex.Error{Kind: redex.SegmentOffsetOverflow, Offset: 1 << 32}, "segment offset overflow: offset 4294967296 exceeds u32::MAX"},
		{redex.Error{Kind: redex.SeqOutOfRange, Seq: 9, Lo: 1, Hi: 9}, "sequence 9 is outside the retained range [1, 9)"},
		{redex.Error{Kind: redex.ChannelFailed, Text: "x"}, "channel error: x"},
		{redex.Error{Kind: redex.EncodeFailed, Text: "x"}, "encode failed: x"},
		{redex.Error{Kind: redex.DecodeFailed, Text: "x"}, "decode failed: x"},
		{redex.Error{Kind: redex.Unauthorized}, "unauthorized"},
		{redex.Error{Kind: redex.IOFailed, Text: "x"}, "io: x"},
		{redex.Error{Kind: redex.Closed}, "file closed"},
		{redex.Error{Kind: redex.Lagged}, "tail subscriber lagged; stream disconnected"},
	} {
		if got := v.err.Error(); got != v.want {
			t.Errorf("%q, want %q", got, v.want)
		}
		if !errors.Is(&v.err, v.err.Kind) {
			t.Errorf("%v is not of kind %v", &v.err, v.err.Kind)
		}
	}
}
