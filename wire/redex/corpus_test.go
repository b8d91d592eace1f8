package redex_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// recovered is what the reference made of a channel, or the part of it that
// concerns this package.
type recovered struct {
	Entries     int    `json:"entries"`
	Seqs        series `json:"seqs"`
	TS          series `json:"ts"`
	NextSeq     uint64 `json:"next_seq"`
	DatLen      int64  `json:"dat_len"`
	PayloadXXH3 string `json:"payload_xxh3_of_all"`
}

// series is a list of numbers, given in full up to 600 and by its ends above,
// or nothing at all.
type series struct {
	All         []uint64
	First, Last uint64
	Null        bool
}

const seriesLimit = 600

func seriesOf(all []uint64) series {
	if len(all) > seriesLimit {
		return series{First: all[0], Last: all[len(all)-1]}
	}
	return series{All: all}
}

func (s *series) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case 'n':
		s.Null = true
		return nil
	case '[':
		s.All = []uint64{}
		return json.Unmarshal(b, &s.All)
	}
	var ends struct{ First, Last uint64 }
	err := json.Unmarshal(b, &ends)
	s.First, s.Last = ends.First, ends.Last
	return err
}

func readExpected(t *testing.T, name string) (want recovered) {
	t.Helper()
	b, err := os.ReadFile(path.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

// recoverChannel does with the channel what the reference's tool did.
func recoverChannel(t *testing.T, c *redex.Channel, rules redex.Rules) recovered {
	t.Helper()
	kept, report, err := redex.Recover(c, rules)
	if err != nil {
		t.Fatal(err)
	}
	seqs, times := []uint64{}, []uint64{}
	all := xxh3.New()
	for pos, e := range readAll(t, openLive(t, c, rules)) {
		if !kept.Has(pos) {
			continue
		}
		seqs, times = append(seqs, e.Seq), append(times, e.TSNS.Value)
		if _, err := all.Write(e.Payload); err != nil {
			t.Fatal(err)
		}
	}
	if len(seqs) != report.Kept {
		t.Errorf("positions hold %d entries, the report says %d", len(seqs), report.Kept)
	}
	got := recovered{
		Entries:     report.Kept,
		Seqs:        seriesOf(seqs),
		TS:          seriesOf(times),
		NextSeq:     report.NextSeq,
		DatLen:      report.DatLen,
		PayloadXXH3: fmt.Sprintf("%016x", all.Sum64()),
	}
	if !report.TSUsable {
		got.TS = series{Null: true}
	}
	return got
}

func TestRecoveryOfDamageAgreesWithTheReference(t *testing.T) {
	cases, err := os.ReadDir("testdata/damage")
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) != 27 {
		t.Fatalf("%d cases of damage, want 27", len(cases))
	}
	for _, damage := range cases {
		for _, rules := range []redex.Rules{redex.V0_21_0, redex.V0_34_0} {
			t.Run(damage.Name()+"/"+rules.String(), func(t *testing.T) {
				dir := path.Join("damage", damage.Name())
				want := readExpected(t, path.Join(dir, "recovered-"+rules.String()+".json"))
				got := recoverChannel(t, openCorpus(t, path.Join(dir, "meshos/actions")), rules)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("want -, got +\n%s", diff)
				}
			})
		}
	}
}

func TestRecoveryOfHealthyChannelsAgreesWithTheReference(t *testing.T) {
	for channel, expected := range map[string]string{
		"compacted/base/meshos/actions":  "compacted/expected.json",
		"incident/node-1/meshos/actions": "incident/node-1-actions-expected.json",
		"incident/node-2/meshos/actions": "incident/node-2-actions-expected.json",
		"incident/node-3/meshos/actions": "incident/node-3-actions-expected.json",
	} {
		for _, rules := range []redex.Rules{redex.Readable, redex.V0_21_0, redex.V0_34_0} {
			t.Run(channel+"/"+rules.String(), func(t *testing.T) {
				c := openCorpus(t, channel)
				if diff := cmp.Diff(readExpected(t, expected), recoverChannel(t, c, rules)); diff != "" {
					t.Errorf("want -, got +\n%s", diff)
				}
				if _, report, _ := redex.Recover(c, rules); len(report.Steps) != 0 {
					t.Errorf("a healthy channel is changed: %v", report.Steps)
				}
			})
		}
	}
}

// TestReaderAgreesWithNaiveReader reads every channel of the corpus once more
// in the most obvious way.
func TestReaderAgreesWithNaiveReader(t *testing.T) {
	dirs, err := redex.FindChannels(os.DirFS("testdata"), ".")
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) != 27+1+12 {
		t.Fatalf("%d channels in the corpus, want 40", len(dirs))
	}
	for _, dir := range dirs {
		t.Run(dir.Dir, func(t *testing.T) {
			c := openCorpus(t, dir.Dir)
			g := openLive(t, c, redex.Readable)
			want := readNaively(t, path.Join("testdata", dir.Dir), g.Number())
			got := readAll(t, g)
			if len(got) != len(want) {
				t.Fatalf("%d entries, want %d", len(got), len(want))
			}
			for pos := range want {
				if !reflect.DeepEqual(want[pos], got[pos]) {
					t.Fatalf("position %d: want -, got +\n%s", pos, cmp.Diff(want[pos], got[pos]))
				}
			}
		})
	}
}

func readNaively(t *testing.T, dir string, generation uint32) []wire.Entry {
	t.Helper()
	if generation != redex.FlatGeneration {
		dir = path.Join(dir, redex.GenerationDir(generation))
	}
	read := func(name string) []byte {
		b, err := os.ReadFile(path.Join(dir, name))
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		return b
	}
	idx, dat, ts := read("idx"), read("dat"), read("ts")
	entries := make([]wire.Entry, 0, len(idx)/redex.RowSize)
	for ; len(idx) >= redex.RowSize; idx = idx[redex.RowSize:] {
		row := redex.ParseRow(idx)
		e := wire.Entry{Seq: row.Seq, FlagsAndChecksum: row.FlagsAndChecksum}
		if len(ts) >= redex.TSSize {
			e.TSNS.Value, e.TSNS.Some = binary.LittleEndian.Uint64(ts), true
			ts = ts[redex.TSSize:]
		}
		switch {
		case row.Inline():
			e.Payload = idx[8:16]
		case row.PayloadEnd() <= uint64(len(dat)):
			e.Payload = dat[row.PayloadOffset:row.PayloadEnd()]
		case laterPayloadFits(idx[redex.RowSize:], len(dat)):
			e.Status = wire.EntryOutOfRange
		default:
			e.Status = wire.EntryTorn
		}
		if e.Status == wire.EntryOK && redex.Checksum(e.Payload) != row.Checksum() {
			e.Status = wire.EntryBadChecksum
		}
		entries = append(entries, e)
	}
	return entries
}

func laterPayloadFits(idx []byte, datSize int) bool {
	for ; len(idx) >= redex.RowSize; idx = idx[redex.RowSize:] {
		if row := redex.ParseRow(idx); !row.Inline() && row.PayloadEnd() <= uint64(datSize) {
			return true
		}
	}
	return false
}
