package source

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nodesOf gives the node of every live chain, by its origin.
func nodesOf(set *Set) map[string]string {
	nodes := map[string]string{}
	for _, c := range set.Chains {
		if c.Live {
			nodes[c.Origin] = c.Node
		}
	}
	return nodes
}

// images are disk images of hosts, each with the storage folder of a node.
func images(t testing.TB, hosts ...string) files {
	in := files{}
	for _, host := range hosts {
		maps.Copy(in, corpus(t, "damage/clean").under(host+"/var/lib/net-mesh"))
	}
	return in
}

func TestNodesOfOneNameAreToldApart(t *testing.T) {
	record := `{"seq":1,"source":"s","reason":"r","recorded_at_ms":5}`
	clean := corpus(t, "damage/clean")
	both := func(some ...files) files {
		all := files{}
		for _, f := range some {
			maps.Copy(all, f)
		}
		return all
	}
	for _, v := range []struct {
		name string
		in   files
		want map[string]string
	}{
		{"disk images of hosts", images(t, "hostA", "hostB", "hostC"), map[string]string{
			"hostA/var/lib/net-mesh/meshos/actions": "hostA/net-mesh",
			"hostB/var/lib/net-mesh/meshos/actions": "hostB/net-mesh",
			"hostC/var/lib/net-mesh/meshos/actions": "hostC/net-mesh",
		}},
		{"one of them", images(t, "hostA"), map[string]string{"hostA/var/lib/net-mesh/meshos/actions": "net-mesh"}},
		{"one inside the other's folder", both(clean.under("node-1"), clean.under("old/node-1")), map[string]string{
			"node-1/meshos/actions":     "node-1",
			"old/node-1/meshos/actions": "old/node-1",
		}},
		{"those that need it", both(clean.under("a/x/n"), clean.under("b/x/n"), clean.under("b/y/n")), map[string]string{
			"a/x/n/meshos/actions": "a/x/n",
			"b/x/n/meshos/actions": "b/x/n",
			"b/y/n/meshos/actions": "y/n",
		}},
		{"parts of one node", both(clean.under("chains/n"), files{"logs/n/failures.json": record}), map[string]string{
			"chains/n/meshos/actions": "n",
			"logs/n/failures.json":    "n",
		}},
		{"loose files", files{"a.ndjson": record, "b.ndjson": record}, map[string]string{"a.ndjson": "a", "b.ndjson": "b"}},
		{"loose files of one stem", files{"a.ndjson": record, "a.json": record}, map[string]string{"a.ndjson": "a.ndjson", "a.json": "a.json"}},
		{"loose files in a folder", files{"n/a.ndjson": record, "n/b.ndjson": record}, map[string]string{"n/a.ndjson": "n/a", "n/b.ndjson": "n/b"}},
		{"a file in a folder", files{"n/a.ndjson": record}, map[string]string{"n/a.ndjson": "n"}},
		{"a file beside the channel", both(clean.under("n"), corpus(t, "damage/clean").under("n/more"), files{"n/failures.json": record}), map[string]string{
			"n/meshos/actions":      "n",
			"n/more/meshos/actions": "more",
			"n/failures.json":       "n",
		}},
		{"archives side by side", files{"x/logs.zip": zipOf(t, clean, 0), "x/logs.tar": tarOf(t, clean)}, map[string]string{
			"x/logs.zip!/meshos/actions": "logs.zip",
			"x/logs.tar!/meshos/actions": "logs.tar",
		}},
		{"a channel without its node", corpus(t, "damage/clean"), map[string]string{"meshos/actions": ""}},
	} {
		t.Run(v.name, func(t *testing.T) {
			if diff := cmp.Diff(v.want, nodesOf(find(t, v.in.fsys()))); diff != "" {
				t.Errorf("want -, got +\n%s", diff)
			}
		})
	}
}

// An export keeps the names that its chains have. Those of two exports may be one.
func TestNodesOfExportsAreToldApart(t *testing.T) {
	one := exportOf(t, find(t, images(t, "hostA", "hostB").fsys()))
	got := nodesOf(find(t, files{"mon.chain": one, "tue.chain": one}.fsys()))
	want := map[string]string{
		"mon.chain#0": "mon.chain/hostA/net-mesh", "mon.chain#1": "mon.chain/hostB/net-mesh",
		"tue.chain#0": "tue.chain/hostA/net-mesh", "tue.chain#1": "tue.chain/hostB/net-mesh",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A snapshot belongs to the node in whose folder it lies, whatever that is called.
func TestSnapshotsFollowTheirNode(t *testing.T) {
	b, err := os.ReadFile("../../snapshot/testdata/snapshots.jsonl")
	must(t, err)
	line, _, _ := strings.Cut(string(b), "\n")
	var v vector
	must(t, json.Unmarshal([]byte(line), &v))
	snapshotJSON := string(v.Record)
	in := images(t, "hostA", "hostB")
	in["hostB/var/lib/net-mesh/state.json"] = snapshotJSON
	in["elsewhere/net-mesh/state.json"] = snapshotJSON
	set := find(t, in.fsys())
	got := map[string]string{}
	for _, b := range set.Bases {
		got[b.Origin] = b.Node
	}
	want := map[string]string{"hostB/var/lib/net-mesh/state.json": "hostB/net-mesh", "elsewhere/net-mesh/state.json": "elsewhere/net-mesh/state.json"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"elsewhere/net-mesh/state.json: a snapshot of one of several nodes"}, problemLines(set)); diff != "" {
		t.Error(diff)
	}
}

// randomTree returns the folders of nodes: few names, so that many are alike.
func randomTree(r *rand.Rand) (folders []string) {
	names := []string{"a", "b", "net-mesh", "var"}
	for range 1 + r.IntN(12) {
		var segments []string
		for range 1 + r.IntN(5) {
			segments = append(segments, names[r.IntN(len(names))])
		}
		folders = append(folders, strings.Join(segments, "/"))
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// setOf is a set of one chain a folder.
func setOf(folders []string) *Set {
	s := &Set{}
	for _, folder := range folders {
		s.Chains = append(s.Chains, Chain{
			Node: path.Base(folder), Channel: "meshos/actions", Origin: folder + "/meshos/actions", Live: true,
			home: home{folder, path.Base(folder)},
		})
	}
	s.nameNodes()
	return s
}

// plainNames is the rule, written down plainly: going up from the folder, a folder is
// part of the name if some other node whose path is the same below has another one there.
func plainNames(folders []string) map[string]string {
	names := map[string]string{}
	for _, folder := range folders {
		mine := reversed(folder)
		name := mine[:1]
		for depth := 1; depth < len(mine); depth++ {
			alike, differs := 0, false
			for _, other := range folders {
				its := reversed(other)
				if other == folder || len(its) < depth || !slices.Equal(its[:depth], mine[:depth]) {
					continue
				}
				alike++
				differs = differs || len(its) == depth || its[depth] != mine[depth]
			}
			if alike == 0 {
				break
			}
			if differs {
				name = append(slices.Clone(name), mine[depth])
			}
		}
		name = slices.Clone(name)
		slices.Reverse(name)
		names[folder+"/meshos/actions"] = strings.Join(name, "/")
	}
	return names
}

func reversed(folder string) []string {
	segments := strings.Split(folder, "/")
	slices.Reverse(segments)
	return segments
}

func TestNamesOfRandomTrees(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		folders := randomTree(r)
		got := nodesOf(setOf(folders))
		if diff := cmp.Diff(plainNames(folders), got); diff != "" {
			t.Fatalf("seed %d, %q:\n%s", seed, folders, diff)
		}
		if distinct := slices.Compact(slices.Sorted(maps.Values(got))); len(distinct) != len(folders) {
			t.Fatalf("seed %d: names are not distinct: %q", seed, got)
		}
		// The order in which folders are found changes nothing.
		r.Shuffle(len(folders), func(i, j int) { folders[i], folders[j] = folders[j], folders[i] })
		if diff := cmp.Diff(got, nodesOf(setOf(folders))); diff != "" {
			t.Fatalf("seed %d, another order:\n%s", seed, diff)
		}
		// No name can do without one of its folders: what is left would be another's as well.
		for origin, name := range got {
			folder := strings.TrimSuffix(origin, "/meshos/actions")
			if n := strings.Count(name, "/"); n > 0 && !slices.ContainsFunc(folders, func(other string) bool { return other != folder && path.Base(other) == path.Base(folder) }) {
				t.Fatalf("seed %d: %s is called %s, and no other has its name", seed, folder, name)
			}
		}
	}
}

// Chains opened later are told apart from those that are open, whose names stay.
func TestNodesAreNamedApartFromOthers(t *testing.T) {
	open := map[string]bool{}
	var names []string
	for range 3 {
		for _, host := range []string{"hostA", "hostB"} {
			set := setOf([]string{host + "/var/lib/net-mesh"})
			set.NameApart(func(node, channel string) bool { return open[node+"\x00"+channel] })
			c := set.Chains[0]
			open[c.Node+"\x00"+c.Channel] = true
			names = append(names, c.Node)
		}
	}
	want := []string{"net-mesh", "hostB/net-mesh", "hostA/net-mesh", "var/net-mesh", "lib/net-mesh", "net-mesh (2)"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// Many alike folders take no time that grows with their square.
func TestManyNodesOfOneName(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var folders []string
	for i := range 50_000 {
		folders = append(folders, fmt.Sprintf("image-%d/var/lib/net-mesh", i))
	}
	if got := nodesOf(setOf(folders))["image-49999/var/lib/net-mesh/meshos/actions"]; got != "image-49999/net-mesh" {
		t.Error(got)
	}
}
