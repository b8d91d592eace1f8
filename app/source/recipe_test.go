package source

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"testing"
	"testing/fstest"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zip"

	"chainglass/wire"
	"chainglass/wire/redex"
)

// manyForms are chains in every form: folders of all layouts and with each damage,
// exports of one and of several chains, loose files; and forms that cannot be opened
// again.
func manyForms(t *testing.T) (again, never files) {
	t.Helper()
	again = corpus(t, "damage")
	exported := exportOf(t, find(t, again.fsys()))
	again["shared/all.chain"] = exported
	again["shared/one.chain"] = exportOf(t, find(t, corpus(t, "damage/clean").fsys()))
	flat := corpus(t, "damage/flat/meshos/actions")
	for _, name := range looseSuffixes {
		again["renamed/node-7."+name] = flat[name]
	}
	never = files{
		"packed.zip":   zipOf(t, flat.under("n/c"), zip.Store),
		"one.chain.gz": gz(t, exported),
		"lines.hex":    "0102\n0304\n",
	}
	return again, never
}

func TestAChainIsOpenedAgainByItsRecipe(t *testing.T) {
	again, never := manyForms(t)
	all := maps.Clone(again)
	maps.Copy(all, never.under("never"))
	fsys := all.fsys()
	set := findWith(t, fsys, Options{Name: "dropped"})
	forms := map[RecipeForm]int{}
	for _, c := range set.Chains {
		forms[c.Recipe.Form]++
		b, err := cbor.Marshal(c.Recipe)
		must(t, err)
		var told Recipe
		must(t, cbor.Unmarshal(b, &told))
		if told != c.Recipe {
			t.Errorf("%s: the recipe %+v travels as %+v", c.Origin, c.Recipe, told)
		}
		got, err := Reopen(fsys, told)
		if c.Recipe.Form == RecipeNone {
			if err == nil {
				t.Errorf("%s has no recipe and is opened again", c.Origin)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.Origin, err)
			continue
		}
		if got.Node != c.Node || got.Channel != c.Channel || got.Origin != c.Origin || got.Kind != c.Kind || got.KindBasis != c.KindBasis ||
			got.Live != c.Live || got.Layout != c.Layout || got.Bytes != c.Bytes || got.Unchecked != c.Unchecked {
			t.Errorf("found %+v, opened again %+v", c, got)
		}
		if digest(t, got.Reader) != digest(t, c.Reader) {
			t.Errorf("%s holds something else when it is opened again", c.Origin)
		}
		must(t, got.Close())
	}
	for _, form := range []RecipeForm{RecipeFolder, RecipeLoose, RecipeExport, RecipeNone} {
		if forms[form] == 0 {
			t.Errorf("no chain was of form %d", form)
		}
	}
}

// What has changed since it was found must not be read as if it had not.
func TestAChainWhoseFilesChangedIsNotOpenedAgain(t *testing.T) {
	again, _ := manyForms(t)
	opened := time.Unix(1_700_000_000, 0)
	whole := func() fstest.MapFS {
		m := fstest.MapFS{}
		for name, content := range again {
			m[name] = &fstest.MapFile{Data: []byte(content), ModTime: opened}
		}
		return m
	}
	for _, c := range find(t, whole()).Chains {
		if c.Salvaged {
			continue // it has no recipe
		}
		for what, change := range map[string]func(*fstest.MapFile){
			"grown":     func(f *fstest.MapFile) { f.Data = append(f.Data, make([]byte, 20)...) },
			"cut":       func(f *fstest.MapFile) { f.Data = f.Data[:max(len(f.Data)-20, 0)] },
			"rewritten": func(f *fstest.MapFile) { f.ModTime = opened.Add(time.Millisecond) },
		} {
			now := whole()
			for _, f := range now {
				change(f)
			}
			if got, err := Reopen(now, c.Recipe); err == nil {
				t.Errorf("%s was %s and is opened again with %d entries", c.Origin, what, got.Reader.Len())
			} else if what == "rewritten" && !errors.Is(err, redex.ErrChanged) {
				t.Errorf("%s was %s: %v", c.Origin, what, err)
			}
		}
		if _, err := Reopen(fstest.MapFS{}, c.Recipe); err == nil {
			t.Errorf("%s is opened again without files", c.Origin)
		}
	}
}

// A recipe may come from elsewhere.
func TestARecipeThatIsWrongIsAnError(t *testing.T) {
	again, _ := manyForms(t)
	fsys := again.fsys()
	var recipes []Recipe
	for _, c := range find(t, fsys).Chains {
		if c.Salvaged {
			continue
		}
		recipes = append(recipes, c.Recipe)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		r, other := recipes[random.IntN(len(recipes))], recipes[random.IntN(len(recipes))]
		right := r
		switch random.IntN(8) {
		case 0:
			r.Form = RecipeForm(random.IntN(6))
		case 1:
			r.Path = other.Path
		case 2:
			r.Path = [...]string{"", "..", "/etc", "a//b", ".", "no/such"}[random.IntN(6)]
		case 3:
			r.Number = random.Uint32N(5)
		case 4:
			r.Number = random.Uint32()
		case 5:
			r.Entries = int(random.Int64()) - 1<<62
		case 6:
			r.Bytes = -r.Bytes - 1
		case 7:
			r.ModifiedNS++
		}
		c, err := Reopen(fsys, r)
		if err == nil && r != right {
			// Another chain of the same length and size, rightly named.
			if found, e := Reopen(fsys, c.Recipe); e != nil || found.Origin != c.Origin {
				t.Errorf("%+v opened %s", r, c.Origin)
			}
		}
		if err != nil && (r == right || errors.Is(err, fs.ErrClosed)) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if _, err := Reopen(fsys, Recipe{Kind: wire.ChainAction}); !errors.Is(err, fs.ErrInvalid) {
		t.Errorf("the zero recipe: %v", err)
	}
}
