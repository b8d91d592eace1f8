package redex_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"chainglass/wire/redex"
)

// tree returns a file system with a channel in each of dirs.
func tree(dirs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for _, dir := range dirs {
		for name, f := range channel(generation{}.heap("x")).fs(dir) {
			m[name] = f
		}
	}
	return m
}

func TestFindNamesNodesAndChannels(t *testing.T) {
	for _, v := range []struct {
		name string
		dirs string
		want string // dir=node:channel
	}{
		{"folder of nodes", "i/n1/log i/n1/meshos/actions i/n2/log", "i/n1/log=n1:log i/n1/meshos/actions=n1:meshos/actions i/n2/log=n2:log"},
		{"one node", "n1/admin-audit n1/failures", "n1/admin-audit=n1:admin-audit n1/failures=n1:failures"},
		{"inside a node", "admin-audit meshos/actions", "admin-audit=:admin-audit meshos/actions=:meshos/actions"},
		{"one channel", "actions", "actions=:actions"},
		{"one channel, its prefix kept", "meshos/actions", "meshos/actions=:meshos/actions"},
		{"inside a channel", ".", ".=:"},
		{"a case of damage", "rot-one/meshos/actions", "rot-one/meshos/actions=rot-one:meshos/actions"},
		{"unknown name below a known prefix", "n1/meshos/plans", "n1/meshos/plans=n1:meshos/plans"},
		{"unknown name beside known ones", "n1/log n1/x/y/z", "n1/log=n1:log n1/x/y/z=n1:x/y/z"},
		{"known last segment of a longer name", "n1/app/log n1/failures n1/meshos/actions", "n1/app/log=n1:app/log n1/failures=n1:failures n1/meshos/actions=n1:meshos/actions"},
		{"a stray channel above a node", "log n2/failures n2/log", "log=:log n2/failures=n2:failures n2/log=n2:log"},
		{"nested channels", "n1/a n1/a/b", "n1/a=n1:a n1/a/b=n1:a/b"},
		{"nested in a known one", "n1/log n1/log/failures", "n1/log=n1:log n1/log/failures=n1:log/failures"},
		{"unknown names only", "n1/a n2/b", "n1/a=n1:a n2/b=n2:b"},
		{"unknown names of two depths", "n1/a n1/b/c", "n1/a=n1:a n1/b/c=n1:b/c"},
		{"a channel with a prefix, by itself", "meshos/log", "meshos/log=:meshos/log"},
		{"channels with a prefix in a node", "n1/meshos/log n1/meshos/failures", "n1/meshos/failures=n1:meshos/failures n1/meshos/log=n1:meshos/log"},
		{"a node that is called like a prefix", "meshos/log meshos/meshos/actions", "meshos/log=meshos:log meshos/meshos/actions=meshos:meshos/actions"},
		{"names in capitals", "N1/MESHOS/ACTIONS N1/LOG", "N1/LOG=N1:LOG N1/MESHOS/ACTIONS=N1:MESHOS/ACTIONS"},
		{"stored blobs only", "n1/dataforts/blob/00ff n1/dataforts/blob/ab", "n1/dataforts/blob/00ff=n1:dataforts/blob/00ff n1/dataforts/blob/ab=n1:dataforts/blob/ab"},
		{"stored blobs in a node", "dataforts/blob/00ff log", "dataforts/blob/00ff=:dataforts/blob/00ff log=:log"},
		{"models", "n1/cortex/tasks n1/cortex/memories", "n1/cortex/memories=n1:cortex/memories n1/cortex/tasks=n1:cortex/tasks"},
	} {
		t.Run(v.name, func(t *testing.T) {
			found, err := redex.FindChannels(tree(strings.Fields(v.dirs)...), ".")
			if err != nil {
				t.Fatal(err)
			}
			got := make([]string, 0, len(found))
			for _, c := range found {
				got = append(got, fmt.Sprintf("%s=%s:%s", c.Dir, c.Node, c.Channel))
			}
			if diff := cmp.Diff(strings.Fields(v.want), got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestFindBelowARoot(t *testing.T) {
	found, err := redex.FindChannels(os.DirFS("testdata"), "incident/node-2")
	if err != nil {
		t.Fatal(err)
	}
	want := []redex.ChannelDir{
		{Dir: "incident/node-2/admin-audit", Channel: "admin-audit", Base: "incident/node-2", Node: "node-2"},
		{Dir: "incident/node-2/failures", Channel: "failures", Base: "incident/node-2", Node: "node-2"},
		{Dir: "incident/node-2/log", Channel: "log", Base: "incident/node-2", Node: "node-2"},
		{Dir: "incident/node-2/meshos/actions", Channel: "meshos/actions", Base: "incident/node-2", Node: "node-2"},
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestFindRecognisesChannels(t *testing.T) {
	b := &fstest.MapFile{Data: []byte("x")}
	manifest := &fstest.MapFile{Data: redex.AppendManifest(nil, 3)}
	for _, v := range []struct {
		name string
		fsys fstest.MapFS
		want []string
	}{
		{"flat", fstest.MapFS{"c/idx": b}, []string{"c"}},
		{"payloads only", fstest.MapFS{"c/dat": b}, []string{"c"}},
		{"times only", fstest.MapFS{"c/ts": b}, nil},
		{"loose files", fstest.MapFS{"idx": b, "dat": b, "ts": b}, []string{"."}},
		{"manifest only", fstest.MapFS{"c/manifest": manifest}, []string{"c"}},
		{"another manifest", fstest.MapFS{"c/manifest": b}, nil},
		{"generation without a manifest", fstest.MapFS{"c/v0000000009/ts": b}, []string{"c"}},
		{"a folder named dat", fstest.MapFS{"c/dat/x": b}, nil},
		{"a file named like a generation", fstest.MapFS{"c/v0000000001": b}, nil},
		{"a channel below a generation", fstest.MapFS{"c/v0000000001/idx": b, "c/v0000000001/d/idx": b}, []string{"c", "c/v0000000001/d"}},
	} {
		t.Run(v.name, func(t *testing.T) {
			found, err := redex.FindChannels(v.fsys, ".")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range found {
				got = append(got, c.Dir)
			}
			if diff := cmp.Diff(v.want, got); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

func TestFindStopsAtItsLimits(t *testing.T) {
	deep := path.Join("n1", strings.Repeat("d/", redex.MaxFindDepth), "log")
	found, err := redex.FindChannels(tree("n1/log", deep), ".")
	if !errors.Is(err, redex.ErrFindLimit) || len(found) != 1 {
		t.Errorf("%v, %v", found, err)
	}
}

// brokenDir fails to list one folder.
type brokenDir struct {
	fstest.MapFS
	dir string
}

func (b brokenDir) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == b.dir {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrPermission}
	}
	return b.MapFS.ReadDir(name)
}

func TestFindGoesOnAfterAnUnreadableFolder(t *testing.T) {
	found, err := redex.FindChannels(brokenDir{tree("n1/log", "n2/log"), "n1"}, ".")
	if !errors.Is(err, fs.ErrPermission) || len(found) != 1 || found[0].Node != "n2" {
		t.Errorf("%v, %v", found, err)
	}
}

// noReaderAt hides that the files can be read at an offset.
type noReaderAt struct{ fs.FS }

func (n noReaderAt) Open(name string) (fs.File, error) {
	f, err := n.FS.Open(name)
	if info, statErr := fs.Stat(n.FS, name); statErr == nil && info.IsDir() {
		return f, err
	}
	return struct{ fs.File }{f}, err
}

func TestFilesThatCannotBeReadAtAnOffset(t *testing.T) {
	flat := folder{}.with("", generation{}.heap("x")).fs("c")
	c, err := redex.OpenChannel(noReaderAt{flat}, "c")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.OpenLive(redex.Readable); !errors.Is(err, redex.ErrNotReaderAt) {
		t.Errorf("generation: %v", err)
	}
	if _, err := redex.OpenChannel(noReaderAt{tree("c")}, "c"); !errors.Is(err, redex.ErrNotReaderAt) {
		t.Errorf("manifest: %v", err)
	}
}

func TestChannelDirectoriesMustExist(t *testing.T) {
	if _, err := redex.OpenChannel(fstest.MapFS{}, "c"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestManifestStates(t *testing.T) {
	g := generation{}.heap("x")
	bad := bytes.Clone(redex.AppendManifest(nil, 1))
	bad[12] ^= 1
	for name, v := range map[string]struct {
		folder folder
		valid  bool
		rule   error
	}{
		"absent": {folder{}.with("v0000000001", g), false, nil},
		"valid":  {channel(g), true, nil},
		"bad":    {folder{"manifest": bad}, false, redex.ErrManifestChecksum},
		"empty":  {folder{"manifest": {}}, false, redex.ErrManifestShort},
	} {
		m := v.folder.open(t).Manifest
		if m.Valid() != v.valid || !errors.Is(m.Err, v.rule) {
			t.Errorf("%s: %+v", name, m)
		}
	}
}
