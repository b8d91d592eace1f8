package e2e

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// tested is a package whose own tests run in the browser.
type tested struct {
	folder string // below the module's root
	// vectors are the tests that hold the package against what the reference
	// implementation wrote. They must be among those that ran.
	vectors []string
}

// testedPackages are all packages that work on bytes: what the engine's worker
// does to a file is done by them. None of their tests is left out.
var testedPackages = []tested{
	{"wire", []string{"TestReferenceRecords", "TestReferenceInputs"}},
	{"wire/postcard", nil},
	{"wire/serdejson", nil},
	{"wire/redex", []string{"TestRecoveryOfDamageAgreesWithTheReference", "TestRecoveryOfHealthyChannelsAgreesWithTheReference"}},
	{"wire/export", nil},
	{"snapshot", []string{"TestVectors"}},
	{"fold", []string{"TestFoldOfDamageAgreesWithTheReference", "TestFoldOfHealthyChannelsAgreesWithTheReference"}},
	{"app/source", []string{"TestJSONRowsOfVectors"}},
	{"app/query", nil},
	{"app/insight", nil},
	{"app/engine", []string{"TestTheStateAtTheEndIsTheReferencesFold"}},
	{"app/rpc", nil},
}

// dataFolders hold every file that these tests read.
var dataFolders = []string{"wire", "snapshot", "fold", "app/source", "app/query", "app/insight", "app/engine", "app/rpc", "web/sample"}

// moduleRoot is the main module's folder.
var moduleRoot = filepath.Join("..", "..")

// conformancePatience is how long one package may take in the browser.
const conformancePatience = 5 * time.Minute

// The tests of a package are compiled to wasm and run in a worker, where the
// engine runs as well.
func TestPackagesInBrowser(t *testing.T) {
	files := packModule(t)
	for _, pkg := range testedPackages {
		t.Run(pkg.folder, func(t *testing.T) {
			server := testServer(t, compileTests(t, pkg.folder), files)
			output, code := runInWorker(t, openPage(t, server+"/"), pkg.folder)
			pkg.check(t, output, code)
		})
	}
}

// compileTests compiles the tests of a package and returns the program's path.
func compileTests(t *testing.T, folder string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "test.wasm")
	build := exec.Command("go", "test", "-c", "-ldflags=-s", "-o", program, "./"+folder)
	build.Dir = moduleRoot
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return program
}

// packed is a file in the package of files that worker.js unpacks.
type packed struct {
	Path string `json:"path"`
	Size int    `json:"size"`
}

// packModule returns the files of dataFolders: a line of JSON that lists them,
// followed by their contents.
func packModule(t *testing.T) []byte {
	t.Helper()
	var list []packed
	var contents []byte
	for _, folder := range dataFolders {
		err := filepath.WalkDir(filepath.Join(moduleRoot, folder), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) == ".go" {
				return err
			}
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			below, err := filepath.Rel(moduleRoot, path)
			if err != nil {
				return err
			}
			list = append(list, packed{filepath.ToSlash(below), len(content)})
			contents = append(contents, content...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	line, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(line, []byte("\n"), contents)
}

// testServer serves a compiled test and what it needs to run.
func testServer(t *testing.T, program string, files []byte) string {
	t.Helper()
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	loader := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js")
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(filepath.Join("testdata", "conformance"))))
	mux.HandleFunc("/wasm_exec.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, loader) })
	mux.HandleFunc("/test.wasm", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, program) })
	mux.HandleFunc("/files", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(files) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// runInWorker runs the served test in the package's folder.
func runInWorker(t *testing.T, p *page, folder string) (output string, code int) {
	t.Helper()
	arguments, err := json.Marshal([]any{folder, []string{"-test.v"}})
	if err != nil {
		t.Fatal(err)
	}
	p.eval("runTests(..."+string(arguments)+")", nil)
	p.waitWithin(conformancePatience, "exitCode !== null")
	p.eval("output.textContent", &output)
	p.eval("exitCode", &code)
	return output, code
}

var (
	verdict    = regexp.MustCompile(`(?m)^( *)--- (PASS|FAIL|SKIP): (\S+)`)
	uneventful = regexp.MustCompile(`(?m)^(=== .*| *--- PASS: .*)\n`)
)

// check fails unless all tests ran and passed, the vectors among them.
func (pkg *tested) check(t *testing.T, output string, code int) {
	t.Helper()
	var passed []string
	cases := 0
	for _, v := range verdict.FindAllStringSubmatch(output, -1) {
		switch {
		case v[2] != "PASS":
			t.Errorf("%s: %s", v[3], v[2])
		case v[1] == "":
			passed = append(passed, v[3])
		default:
			cases++
		}
	}
	for _, name := range pkg.vectors {
		if !slices.Contains(passed, name) {
			t.Errorf("%s did not pass", name)
		}
	}
	if len(passed) == 0 || code != 0 {
		t.Errorf("ended with code %d", code)
	}
	if t.Failed() {
		t.Logf("the test printed:\n%s", uneventful.ReplaceAllString(output, ""))
	}
	t.Logf("%d tests passed, and %d cases of them", len(passed), cases)
}
