package engines

import (
	"bytes"
	"fmt"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A page shared from the page opens from a disk where the sender was, asks for
// nothing, and gives back the folders.
func shareFromPage(p *tab) {
	p.openIncident("v1&tab=snapshot")
	p.press(End)
	p.waitSelected(lastSeq)
	page := p.share("page", "Night "+string(p.engine), "html")
	p.openShared(page)
	p.waitSelected(lastSeq)
	p.wait(`document.querySelector(".snapshot")`)
	p.screenshot("shared")
	p.givesBack(p.share("chain", "Given back by "+string(p.engine), "chain"))
	p.givesBack(page)
	// The page that was shared shares itself again.
	again := p.share("page", "Second "+string(p.engine), "html")
	p.openShared(again)
	p.givesBack(again)
}

func shareFromCommandLine(p *tab) {
	page := filepath.Join(p.t.TempDir(), "a 100% näive name.html")
	p.run("page", absolute(p.t, sampleZip), "-o", page, "--title", "Night of 22 May")
	p.openShared(page)
	p.press(End)
	p.waitSelected(lastSeq)
	p.wait(`document.title.startsWith("Night of 22 May")`)
	p.givesBack(p.share("chain", "From the command line "+string(p.engine), "chain"))
}

// share shares everything in a form from the sheet, under a title of its own,
// and returns the file, which it takes out of where the browser saves: the next
// one may have the same name.
func (p *tab) share(form, title, extension string) string {
	p.t.Helper()
	p.press("S")
	p.wait(`document.activeElement?.id === "share-title"`)
	p.eval(`document.getElementById("share-title").select()`, nil)
	p.typeText(title)
	p.wait(fmt.Sprintf(`document.getElementById("share-title").value === %q`, title))
	p.wait(`/entr(y|ies)/.test(document.getElementById("share-size").textContent)`)
	p.click("#share-" + form)
	p.wait(fmt.Sprintf(`document.getElementById("share-%s").getAttribute("aria-pressed") === "true"`, form))
	p.wait(fmt.Sprintf(`document.getElementById("share-save").textContent.endsWith(%q) && !document.getElementById("share-save").disabled`, "."+extension))
	var name string
	p.eval(`document.getElementById("share-save").textContent.replace("Save ", "")`, &name)
	p.click("#share-save")
	path := filepath.Join(p.t.TempDir(), name)
	if err := os.Rename(p.saved(name), path); err != nil {
		p.t.Fatal(err)
	}
	p.press(Escape)
	p.wait(`!document.querySelector(".sheet")`)
	return path
}

// openShared opens a page from a disk, which has no address of its own to ask.
func (p *tab) openShared(path string) {
	p.t.Helper()
	p.complain()
	p.own, p.oldFaults, p.oldRequests = nil, 0, 0
	p.oldFaults, p.oldRequests = len(p.faults()), len(p.requests())
	p.open(fileURL(path))
	p.waitIncident()
	if asked := p.requests(); len(asked) > 0 {
		p.t.Errorf("%s: the shared page asks for %q", p.engine, asked)
	}
}

// givesBack holds the folders in a page or an export against the incident's.
func (p *tab) givesBack(path string) {
	p.t.Helper()
	folder := filepath.Join(p.t.TempDir(), "rebuilt")
	p.run("import", path, "-o", folder)
	want, got := contents(p.t, incidentFolder(p.t)), contents(p.t, folder)
	for name, content := range want {
		if !bytes.Equal(got[name], content) {
			p.t.Errorf("%s: %s: %s is not what it was", p.engine, filepath.Base(path), name)
		}
		delete(got, name)
	}
	for name := range got {
		p.t.Errorf("%s: %s: %s was not there", p.engine, filepath.Base(path), name)
	}
}

// contents are the files below a folder by name.
func contents(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	tree := os.DirFS(folder)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files[name], err = fs.ReadFile(tree, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// The picture of the time axis is drawn by the engine.
func savePicture(p *tab) {
	p.openIncident("")
	path := p.share("png", "Axis "+string(p.engine), "png")
	file, err := os.Open(path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		p.t.Fatal(err)
	}
	colours := map[any]bool{}
	for x := range picture.Bounds().Dx() {
		colours[picture.At(x, picture.Bounds().Dy()/2)] = true
	}
	if len(colours) < 3 {
		p.t.Errorf("%s: the picture of the axis is empty", p.engine)
	}
}
