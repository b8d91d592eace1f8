package engines

import (
	"archive/zip"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// buildProgram builds the command line and returns its path.
func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chainglass")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = filepath.Join("..", "..", "..")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return path
}

// run runs the command line, which must succeed.
func (p *tab) run(args ...string) {
	p.t.Helper()
	if output, err := exec.Command(p.program, args...).CombinedOutput(); err != nil {
		p.t.Fatalf("chainglass %q: %v: %s", args, err, output)
	}
}

// exportIncident writes the incident as a chain export and returns its path.
func (p *tab) exportIncident() string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), "incident.chain")
	p.run("export", absolute(p.t, sampleZip), "-o", path)
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
	p.openWith(func() { p.choose(filesInput, p.exportIncident()) })
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
	p.openWith(func() { p.dropFile(p.exportIncident()) })
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
