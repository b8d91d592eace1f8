//go:build !js

package cli

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/site"
)

// planted is a secret and the forms in which it could leave.
type planted struct{ forms []string }

func newPlanted(random *rand.Rand) (p planted, secret []byte) {
	secret = make([]byte, 24)
	for i := range secret {
		secret[i] = byte(random.Uint32())
	}
	p.forms = []string{string(secret), hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret))}
	for shift := range 3 {
		text := base64.StdEncoding.EncodeToString(append(make([]byte, shift), secret...))
		// The letters at both ends depend on what stands beside.
		p.forms = append(p.forms, text[4:len(text)-4], strings.NewReplacer("+", "-", "/", "_").Replace(text[4:len(text)-4]))
	}
	return p, secret
}

func (p planted) absent(t *testing.T, where, text string) {
	t.Helper()
	for i, form := range p.forms {
		if strings.Contains(text, form) {
			t.Errorf("%s holds the secret, in form %d", where, i)
		}
	}
}

// plant puts files with a secret into a folder of chains, under random names at
// random places, into an archive as well, and links to one.
func plant(t *testing.T, random *rand.Rand, node string, secret []byte) {
	t.Helper()
	content := fmt.Sprintf(`{"seq":1,"source":"%x","reason":"%s","recorded_at_ms":5}`+"\n", secret, base64.StdEncoding.EncodeToString(secret))
	var folders []string
	err := filepath.WalkDir(node, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			folders = append(folders, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{"control.json", "Control.JSON", "control.json.bak", "control (1).json", "control.json~", "enrollment.snapshot", "ENROLLMENT.snapshot", "enrollment (2).snapshot", "Copy of enrollment.snapshot"}
	one := ""
	for range 3 + random.IntN(6) {
		one = writeFile(t, content+string(secret), folders[random.IntN(len(folders))], kinds[random.IntN(len(kinds))])
	}
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	for method, name := range map[uint16]string{zip.Store: "in/control.json", zip.Deflate: "in/deeper/Enrollment.Snapshot.old"} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = f.Write([]byte(content + string(secret)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	writeFile(t, packed.String(), folders[0], "old.zip")
	if err := os.Symlink(one, filepath.Join(node, "records.ndjson")); err != nil {
		t.Fatal(err)
	}
}

// Credentials in a folder of chains leave in no output of any command. Their
// presence is told, and changes no exit status.
func TestCredentialsDoNotLeave(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for seed := range uint64(4) {
		random := rand.New(rand.NewPCG(seed, 13))
		p, secret := newPlanted(random)
		outer := t.TempDir()
		node := filepath.Join(outer, "node-3")
		if err := os.CopyFS(node, os.DirFS(incident+"/node-3")); err != nil {
			t.Fatal(err)
		}
		plain := command("verify", node).status
		plant(t, random, node, secret)

		out := func(name string) string { return filepath.Join(outer, name) }
		run := func(args ...string) ran {
			t.Helper()
			r := command(args...)
			p.absent(t, strings.Join(args, " "), r.stdout+r.text)
			return r
		}
		told := run("verify", node).want(t, plain)
		if !strings.Contains(told.stdout, "credentials lie in this folder") || !strings.Contains(told.stdout, "do not leave") {
			t.Errorf("verify does not tell of them:\n%s", told.stdout)
		}
		if r := run("verify", node, "--json").want(t, plain); !strings.Contains(r.stdout, "credentials lie in this folder") {
			t.Error("verify --json does not tell of them")
		}
		if r := run("report", node).want(t, plain); !strings.Contains(r.stdout, "credentials lie in this folder") {
			t.Errorf("the report does not tell of them: %.600s", r.stdout)
		}
		for _, args := range [][]string{
			{"cat", node, "--channel", "log"}, {"fold", node, "--channel", "meshos/actions"}, {"report", node, "--html"}, {"report", node, "--redact"},
			{"export", node, "-o", out("a.chain")}, {"export", node, "-o", out("redacted.chain"), "--redact"},
			{"page", node, "-o", out("a.html")}, {"link", node, "--where", "outcome:failed"},
			{"import", out("a.chain"), "-o", out("back")}, {"import", out("a.html"), "-o", out("back2")},
			{"redact", out("a.chain"), "-o", out("again.chain")}, {"site", "-o", out("site")},
			{"cat", out("redacted.chain"), "--channel", "log"}, {"verify", out("a.chain"), "--json"},
		} {
			run(args...)
		}
		if _, err := os.Stat(out("a.chain")); err != nil {
			t.Errorf("nothing was exported: %v", err)
		}
		p.absentBelow(t, outer, node)
		p.absentServed(t, node)
	}
}

// absentBelow looks into every file below a folder but those below except.
func (p planted) absentBelow(t *testing.T, folder, except string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case name == except:
			return fs.SkipDir
		case err == nil && !entry.IsDir():
			p.absent(t, name, readFile(t, name))
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// absentServed asks a server for everything it has. Of an archive it serves the
// whole, which a browser opens: the secret in it is its reader's to leave out.
func (p planted) absentServed(t *testing.T, node string) {
	t.Helper()
	files, err := newPathFS([]string{node})
	if err != nil {
		t.Fatal(err)
	}
	data := site.FindData(files)
	index, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	p.absent(t, "the index", string(index))
	if !strings.Contains(string(index), "credentials lie in this folder") {
		t.Error("the index does not tell of them")
	}
	s, err := embeddedSite()
	if errors.Is(err, site.ErrNotBuilt) {
		t.Skip("built without the page, so nothing can be served")
	} else if err != nil {
		t.Fatal(err)
	}
	handler, err := s.Handler("x", data)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(data.Files) + 2 {
		answer := httptest.NewRecorder()
		asked := httptest.NewRequest("GET", fmt.Sprintf("/x/data/%d", i), nil)
		asked.Host = "127.0.0.1"
		handler.ServeHTTP(answer, asked)
		if i < len(data.Files) && strings.HasSuffix(data.Files[i].Path, ".zip") {
			continue
		}
		p.absent(t, asked.URL.Path, answer.Body.String())
	}
}
