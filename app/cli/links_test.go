//go:build !js

package cli

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A folder of links shows what lies inside, by every name, and says what it left
// out; what it left out does not change the exit status.
func TestLinksOfAFolder(t *testing.T) {
	outer := t.TempDir()
	in := func(elements ...string) string {
		return filepath.Join(append([]string{outer, "node"}, elements...)...)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(in("store"), 0o755))
	must(os.CopyFS(in("store", "abc"), os.DirFS(incident+"/node-1/log")))
	must(os.CopyFS(filepath.Join(outer, "outside"), os.DirFS(incident+"/node-1/failures")))
	for link, to := range map[string]string{
		"log":       "store/abc",                       // a folder
		"admin":     in("store", "abc"),                // the same, absolute
		"failures":  "../outside",                      // leaves
		"sideways":  filepath.Join(outer, "outside"),   // leaves
		"nowhere":   "store/missing",                   // leads to nothing
		"store/up":  "..",                              // a circle
		"notes.log": "/etc/hostname",                   // leaves
		"a.json":    in("store", "abc", "v0000000001"), // a folder under the name of a file
	} {
		must(os.Symlink(to, in(link)))
	}
	must(os.Symlink(in(), filepath.Join(outer, "named")))
	must(syscall.Mkfifo(in("pipe"), 0o644))
	listener, err := net.Listen("unix", in("sock"))
	must(err)
	defer listener.Close()

	for _, named := range []string{in(), filepath.Join(outer, "named")} {
		r := command("verify", named, "--json").want(t, StatusOK)
		var got struct {
			Chains []struct {
				Chain   string
				Entries int
			}
			Problems []struct {
				Path, Title, Detail string
				Damage              bool
			}
		}
		must(json.Unmarshal([]byte(r.stdout), &got))
		entries := 0
		for _, c := range got.Chains {
			entries += c.Entries
		}
		if len(got.Chains) != 4 || entries != 4*4030 {
			t.Errorf("%s: %+v, want the log four times", named, got.Chains)
		}
		told := map[string]string{}
		for _, p := range got.Problems {
			name, _ := filepath.Rel(named, p.Path)
			told[name], _, _ = strings.Cut(p.Title+": "+p.Detail, " (")
			if p.Damage {
				t.Errorf("%s is damage", p.Path)
			}
		}
		want := map[string]string{
			"failures":  "left out: it is a link that leaves the folder, which is not followed",
			"sideways":  "left out: it is a link that leaves the folder, which is not followed",
			"notes.log": "left out: it is a link that leaves the folder, which is not followed",
			"nowhere":   "left out: it is a link that leads to nothing that can be read",
			"store/up":  "left out: it is a link to a folder that it lies in, which is not followed",
			"pipe":      "left out: it is a pipe, which is not opened",
			"sock":      "left out: it is a socket, which is not opened",
		}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("%s: want -, got +\n%s", named, diff)
		}
	}
}

// A payload file that leads outside is missing, and said to be left out: nothing of
// what it leads to is shown.
func TestAChannelFileThatLeadsOutside(t *testing.T) {
	outer := t.TempDir()
	node := filepath.Join(outer, "node")
	if err := os.CopyFS(filepath.Join(node, "log"), os.DirFS(incident+"/node-1/log")); err != nil {
		t.Fatal(err)
	}
	dat := filepath.Join(node, "log", "v0000000001", "dat")
	outside := filepath.Join(outer, "elsewhere")
	if err := os.Rename(dat, outside); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, dat); err != nil {
		t.Fatal(err)
	}
	r := command("verify", node).want(t, StatusDamaged)
	if !strings.Contains(r.stdout, dat+": left out") || !strings.Contains(r.stdout, "leaves the folder") {
		t.Errorf("%s", r.stdout)
	}
	if cat := command("cat", node); strings.Contains(cat.stdout, `"message"`) {
		t.Errorf("records of another folder: %.300s", cat.stdout)
	}
}
