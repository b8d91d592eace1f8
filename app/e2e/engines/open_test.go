package engines

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// sampleZip is the incident: the storage folders of three nodes in an archive.
const sampleZip = "../../../web/sample/incident.zip"

func absolute(t testing.TB, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// incidentFolder unpacks the sample, as a user's copy of three storage folders.
func incidentFolder(t testing.TB) string {
	t.Helper()
	archive, err := zip.OpenReader(sampleZip)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	dir := filepath.Join(t.TempDir(), "incident")
	if err := os.CopyFS(dir, archive); err != nil {
		t.Fatal(err)
	}
	return dir
}

// program is the command line, built once for all tests.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "chainglass-engines-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "chainglass")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = filepath.Join("..", "..", "..")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return path, nil
})

// run runs the command line, which must succeed.
func run(t testing.TB, args ...string) {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	if output, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		t.Fatalf("chainglass %q: %v: %s", args, err, output)
	}
}

// exportIncident writes the incident as a chain export and returns its path.
func exportIncident(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "incident.chain")
	run(t, "export", absolute(t, sampleZip), "-o", path)
	return path
}

// openWith opens the page and gives it something.
func (p *tab) openWith(give func()) {
	p.t.Helper()
	p.openServed(servePage(p.t))
	p.waitEmpty()
	start := time.Now()
	give()
	p.waitRows()
	p.t.Logf("rows after %v: %s", time.Since(start).Round(time.Millisecond), p.text(".status-text"))
}

func openArchive(p *tab) {
	p.openWith(func() { p.choose(filesInput, absolute(p.t, sampleZip)) })
	p.waitIncident()
	p.screenshot("open")
}

func openExport(p *tab) {
	p.openWith(func() { p.choose(filesInput, exportIncident(p.t)) })
	p.waitIncident()
}

// Loose files of one channel are chosen together.
func openSeveral(p *tab) {
	files, err := filepath.Glob(filepath.Join(incidentFolder(p.t), "node-1", "failures", "v*", "*"))
	if err != nil || len(files) < 2 {
		p.t.Fatal(files, err)
	}
	p.openWith(func() { p.choose(filesInput, files...) })
	p.waitText(".chain", "1,969")
}

func openDropped(p *tab) {
	p.openWith(func() { p.dropFile(exportIncident(p.t)) })
	p.waitIncident()
}

// Only Chromium's protocol gives a folder to an input as its dialog does. The
// driver of Firefox refuses one; that of WebKit hands it over as if it were a
// file, which the page says.
func openFolder(p *tab) {
	folder := filepath.Join(incidentFolder(p.t), "node-1")
	switch p.engine {
	case Chromium:
		p.openWith(func() { p.choose(folderInput, folder) })
		p.wait(`document.querySelectorAll(".chain").length === 4`)
	case Firefox:
		p.openServed(servePage(p.t))
		p.waitEmpty()
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err := p.browser.SetFiles(ctx, folderInput, folder)
		if err == nil || !strings.Contains(err.Error(), "NS_ERROR_FILE_IS_DIRECTORY") {
			p.t.Errorf("choosing a folder ends with %v: it can be tested now", err)
		}
	case WebKit:
		p.openServed(servePage(p.t))
		p.waitEmpty()
		p.choose(folderInput, folder)
		p.waitText(".card", "node-1")
	}
}
