package redex_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/redex"
)

// without returns g with the named files missing.
func (g generation) without(names ...string) generation {
	for _, name := range names {
		switch name {
		case "idx":
			g.idx = nil
		case "dat":
			g.dat = nil
		case "ts":
			g.ts = nil
		}
	}
	return g
}

func TestChoiceOfTheGeneration(t *testing.T) {
	whole := generation{}.heap("one", "two")
	manifest := func(n uint32) folder { return folder{"manifest": redex.AppendManifest(nil, n)} }
	for _, v := range []struct {
		name              string
		folder            folder
		version, readable redex.Choice
	}{
		{
			"manifest names a whole one", manifest(1).with("v0000000001", whole).with("v0000000002", whole),
			redex.Choice{Generation: 1, Reason: redex.ChosenByManifest}, redex.Choice{Generation: 1, Reason: redex.ChosenByManifest},
		},
		{
			"no manifest", folder{}.with("v0000000001", whole).with("v0000000003", whole).with("v0000000007", whole.without("dat")),
			redex.Choice{Generation: 3, Reason: redex.ChosenHighest}, redex.Choice{Generation: 3, Reason: redex.ChosenHighest},
		},
		{
			"manifest names one without times", manifest(2).with("v0000000001", whole).with("v0000000002", whole.without("ts")),
			redex.Choice{Generation: 1, Reason: redex.ChosenHighest}, redex.Choice{Generation: 2, Reason: redex.ChosenIncomplete},
		},
		{
			"manifest names one that is gone", manifest(2).with("v0000000001", whole),
			redex.Choice{Generation: 1, Reason: redex.ChosenHighest}, redex.Choice{Generation: 1, Reason: redex.ChosenHighest},
		},
		{
			"flat", folder{}.with("", whole.without("ts")).with("v0000000002", whole.without("ts")),
			redex.Choice{Reason: redex.ChosenFlat}, redex.Choice{Reason: redex.ChosenFlat},
		},
		{
			"whole generation beside flat files", folder{}.with("", whole).with("v0000000002", whole),
			redex.Choice{Generation: 2, Reason: redex.ChosenHighest}, redex.Choice{Generation: 2, Reason: redex.ChosenHighest},
		},
		{
			"only an incomplete one", manifest(5).with("v0000000005", whole.without("dat")),
			redex.Choice{Generation: 1, Reason: redex.ChosenFresh}, redex.Choice{Generation: 5, Reason: redex.ChosenIncomplete},
		},
		{
			"incomplete ones, no manifest", folder{}.with("v0000000004", whole.without("ts")).with("v0000000005", whole.without("idx")),
			redex.Choice{Generation: 1, Reason: redex.ChosenFresh}, redex.Choice{Generation: 4, Reason: redex.ChosenIncomplete},
		},
		{
			"nothing", folder{"readme": nil},
			redex.Choice{Generation: 1, Reason: redex.ChosenFresh}, redex.Choice{Generation: 1, Reason: redex.ChosenFresh},
		},
	} {
		t.Run(v.name, func(t *testing.T) {
			c := v.folder.open(t)
			for rules, want := range map[redex.Rules]redex.Choice{
				redex.Readable: v.readable, redex.V0_21_0: v.version, redex.V0_34_0: v.version,
			} {
				if got := c.Choose(rules); got != want {
					t.Errorf("%v: %v, want %v", rules, got, want)
				}
			}
		})
	}
}

// TestHalfDoneMigrationIsReadWhole: a node that stopped between two moves left
// idx in generation 1 and the rest in the channel directory.
func TestHalfDoneMigrationIsReadWhole(t *testing.T) {
	g := generation{}.heap("one", "two")
	c := folder{}.with("", g.without("idx")).with("v0000000001", g.without("dat", "ts")).open(t)
	for _, rules := range []redex.Rules{redex.Readable, redex.V0_21_0} {
		entries := readAll(t, openLive(t, c, rules))
		if len(entries) != 2 || string(entries[1].Payload) != "two" || entries[1].TSNS.Value != 2000 {
			t.Errorf("%v: %v", rules, entries)
		}
	}
}

func TestOtherGenerationsCanBeRead(t *testing.T) {
	c := channel(generation{}.heap("live")).
		with("v0000000002", generation{}.heap("next", "one")).
		with("", generation{}.heap("flat", "and", "old")).open(t)
	for number, want := range map[uint32]int{1: 1, 2: 2, redex.FlatGeneration: 3, 9: 0} {
		if g := opened(t)(c.OpenGeneration(number)); g.Len() != want {
			t.Errorf("generation %d has %d entries, want %d", number, g.Len(), want)
		}
	}
}

func TestRemainsOfALostGenerationAreReadable(t *testing.T) {
	c := openCorpus(t, "damage/gen5-no-ts/meshos/actions")
	_, report, err := redex.Recover(c, redex.Readable)
	if err != nil {
		t.Fatal(err)
	}
	if report.Kept != 120 || report.TSUsable || report.Choice.Generation != 5 {
		t.Errorf("%+v", report)
	}
}

func TestFoundAsIs(t *testing.T) {
	c := openCorpus(t, "damage/orphan-generation/meshos/actions")
	want := []redex.GenerationInfo{
		{Number: 1, Files: redex.Files{IDX: file(2400), DAT: file(5873), TS: file(960)}},
		{Number: 2, Files: redex.Files{IDX: file(400), DAT: file(5873), TS: file(960)}},
	}
	if diff := cmp.Diff(want, c.Generations); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func file(size int64) redex.FileState { return redex.FileState{Present: true, Size: size} }
