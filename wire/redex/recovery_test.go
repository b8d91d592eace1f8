package redex_test

import (
	"fmt"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// say writes steps as "kind file bytes entries", files below the channel.
func say(c *redex.Channel, steps []redex.Step) (said []string) {
	for _, s := range steps {
		file := strings.TrimPrefix(s.Path, c.Dir+"/")
		file = strings.Replace(file, "v000000000", "v", 1)
		said = append(said, fmt.Sprintf("%v %s %d %d", s.Kind, file, s.Bytes, s.Entries))
	}
	return said
}

func TestStepsOfRecovery(t *testing.T) {
	for name, v := range map[string]struct {
		v0210 []string
		v0340 []string // nil if the same
	}{
		"clean":              {},
		"seq-jump":           {},
		"ts-extra":           {v0210: []string{"truncate v1/ts 11 0"}},
		"bad-manifest":       {v0210: []string{"rewrite manifest 16 0"}},
		"manifest-tmp":       {v0210: []string{"delete manifest.tmp 5 0"}},
		"orphan-generation":  {v0210: []string{"delete v2 7233 20"}},
		"no-manifest-orphan": {v0210: []string{"create manifest 16 0", "truncate v2/dat 4739 0", "truncate v2/ts 800 0", "delete v1 9233 120"}},
		"flat": {v0210: []string{
			"create v1 0 0", "move idx 2400 0", "move dat 5873 0", "move ts 960 0", "create manifest 16 0",
		}},
		"torn-idx": {v0210: []string{"truncate v1/idx 13 0", "truncate v1/dat 51 0", "truncate v1/ts 8 0"}},
		"torn-dat": {v0210: []string{"truncate v1/idx 20 1", "truncate v1/dat 40 0", "truncate v1/ts 8 0"}},
		"rot-one":  {v0210: []string{"drop v1/idx 0 1", "rewrite v1/ts 952 119"}},
		"len-huge": {v0210: []string{"drop v1/idx 0 1", "rewrite v1/ts 952 119"}},
		"ts-short": {v0210: []string{"drop v1/ts 0 120"}},
		"no-ts":    {v0210: []string{"rewrite manifest 16 0", "drop v1/ts 0 120", "create v1/ts 0 0"}},
		"no-idx":   {v0210: []string{"rewrite manifest 16 0", "truncate v1/dat 5873 0", "create v1/idx 0 0"}},
		"no-dat":   {v0210: []string{"rewrite manifest 16 0", "truncate v1/idx 2400 120", "create v1/dat 0 0"}},
		"gen5-no-ts": {v0210: []string{
			"create v1 0 0", "rewrite manifest 16 0", "create v1/idx 0 0", "create v1/dat 0 0", "create v1/ts 0 0", "delete v5 8273 120",
		}},
		"seq-back":  {v0340: []string{"truncate v1/idx 1200 60", "truncate v1/ts 480 0"}},
		"dup-entry": {v0210: []string{"drop v1/ts 0 121"}, v0340: []string{"truncate v1/idx 1220 61", "drop v1/ts 0 60"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := openCorpus(t, path.Join("damage", name, "meshos/actions"))
			if v.v0340 == nil {
				v.v0340 = v.v0210
			}
			for rules, want := range map[redex.Rules][]string{redex.Readable: nil, redex.V0_21_0: v.v0210, redex.V0_34_0: v.v0340} {
				_, report, err := redex.Recover(c, rules)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, say(c, report.Steps)); diff != "" {
					t.Errorf("%v: want -, got +\n%s", rules, diff)
				}
				for _, s := range report.Steps {
					if s.Text == "" {
						t.Errorf("%v: a step without words: %+v", rules, s)
					}
				}
			}
		})
	}
}

func TestDropsAreCountedAndLocated(t *testing.T) {
	seqBack := func(r *redex.Row) { r.Seq = 0 }
	for _, v := range []struct {
		name  string
		g     generation
		rules redex.Rules
		want  []redex.Drop
		steps []string
	}{
		{
			"everything at once, readable", generation{}.heap("one", "two", "three", "four", "five").inline("abcd1234").
				row(0, func(r *redex.Row) { r.PayloadOffset = 1 << 31 }).rot(3).cutDat(12), redex.Readable,
			[]redex.Drop{
				{Reason: redex.DropTorn, Count: 2, First: 3, Last: 4},
				{Reason: redex.DropOutOfRange, Count: 1},
				{Reason: redex.DropBadChecksum, Count: 1, First: 1, Last: 1},
			}, nil,
		},
		{
			"the torn tail takes an inline entry along", generation{}.heap("one", "two").inline("abcd1234").cutDat(4), redex.V0_21_0,
			[]redex.Drop{{Reason: redex.DropTorn, Count: 2, First: 1, Last: 2}},
			[]string{"truncate v1/idx 40 2", "truncate v1/dat 1 0", "truncate v1/ts 16 0"},
		},
		{
			"order is judged after checksums", generation{}.heap("one", "two", "three").row(2, seqBack).rot(0), redex.V0_34_0,
			[]redex.Drop{{Reason: redex.DropBadChecksum, Count: 1}, {Reason: redex.DropSeqOrder, Count: 1, First: 2, Last: 2}},
			[]string{"drop v1/idx 0 1", "drop v1/idx 0 1", "rewrite v1/ts 8 1"},
		},
		{
			"an entry out of order that does not match is no cut", generation{}.heap("one", "two", "three").row(1, seqBack).rot(3), redex.V0_34_0,
			[]redex.Drop{{Reason: redex.DropBadChecksum, Count: 1, First: 1, Last: 1}},
			[]string{"drop v1/idx 0 1", "rewrite v1/ts 16 2"},
		},
		{
			"nothing kept, times left behind", generation{}.heap("one").cutDat(0), redex.V0_21_0,
			[]redex.Drop{{Reason: redex.DropTorn, Count: 1}},
			[]string{"truncate v1/idx 20 1"},
		},
	} {
		t.Run(v.name, func(t *testing.T) {
			c := channel(v.g).open(t)
			_, report, err := redex.Recover(c, v.rules)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.want, report.Dropped); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
			if diff := cmp.Diff(v.steps, say(c, report.Steps)); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// TestOneScanServesAllRules feeds three recoveries from one scan of the
// readable generation, and one that is not live.
func TestOneScanServesAllRules(t *testing.T) {
	c := openCorpus(t, "damage/seq-back/meshos/actions")
	g := openLive(t, c, redex.Readable)
	recoveries := []*redex.Recovery{g.NewRecovery(redex.Readable), g.NewRecovery(redex.V0_21_0), g.NewRecovery(redex.V0_34_0)}
	for pos, e := range readAll(t, g) {
		for _, r := range recoveries {
			r.Keep(pos, &e)
		}
	}
	for _, r := range recoveries {
		got, err := r.Finish()
		if err != nil {
			t.Fatal(err)
		}
		_, want, err := redex.Recover(c, got.Rules)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("want -, got +\n%s", diff)
		}
	}
}

func TestAGenerationThatIsNotOpenedIsNotKept(t *testing.T) {
	g := opened(t)(openCorpus(t, "damage/gen5-no-ts/meshos/actions").OpenGeneration(5))
	r := g.NewRecovery(redex.V0_21_0)
	for pos, e := range readAll(t, g) {
		if r.Keep(pos, &e) {
			t.Fatalf("position %d is kept", pos)
		}
	}
	report, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	want := []redex.Drop{{Reason: redex.DropNotOpened, Count: 120, First: 0, Last: 119}}
	if diff := cmp.Diff(want, report.Dropped); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if report.Kept != 0 || report.NextSeq != 0 || report.DatLen != 0 || report.TSUsable {
		t.Errorf("%+v", report)
	}
}

// TestDatLenDoesNotDependOnTheScan: blocks read out of order, or not at all,
// leave rows for Finish to read.
func TestDatLenDoesNotDependOnTheScan(t *testing.T) {
	in := many(20_000)
	in.dat = append(in.dat, "unreferenced"...)
	c := channel(in).open(t)
	_, want, err := redex.Recover(c, redex.V0_21_0)
	if err != nil {
		t.Fatal(err)
	}
	if want.DatLen >= int64(len(in.dat)) {
		t.Fatalf("all %d bytes of dat are kept", want.DatLen)
	}
	for _, order := range [][]int{{}, {10_000}, {0, 15_000}, {0, 4_000}} {
		g := openLive(t, c, redex.V0_21_0)
		var b wire.Block
		for _, first := range order {
			if err := g.ReadBlock(first, &b); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := g.NewRecovery(redex.V0_21_0).Finish(); err != nil || got.DatLen != want.DatLen {
			t.Errorf("after blocks at %v: %d bytes, want %d (%v)", order, got.DatLen, want.DatLen, err)
		}
	}
}

func TestNames(t *testing.T) {
	for rules, name := range map[redex.Rules]string{redex.Readable: "readable", redex.V0_21_0: "v0.21.0", redex.V0_34_0: "v0.34.0"} {
		if got, ok := redex.ParseRules(name); rules.String() != name || got != rules || !ok {
			t.Errorf("%v, %v, %t, want %s", rules, got, ok, name)
		}
	}
	if _, ok := redex.ParseRules("v1"); ok {
		t.Error("v1 is a rule")
	}
	for _, v := range []struct{ got, want string }{
		{redex.Rules(9).String(), "Rules(0x09)"},
		{redex.DropSeqOrder.String(), "seq-order"},
		{redex.DropReason(9).String(), "DropReason(0x09)"},
		{redex.StepMove.String(), "move"},
		{redex.StepKind(9).String(), "StepKind(0x09)"},
		{redex.ChosenFresh.String(), "fresh"},
		{redex.ChoiceReason(9).String(), "ChoiceReason(0x09)"},
		{redex.Lagged.Error(), "lagged"},
		{redex.ErrorKind(99).Error(), "ErrorKind(0x63)"},
	} {
		if v.got != v.want {
			t.Errorf("%q, want %q", v.got, v.want)
		}
	}
}
