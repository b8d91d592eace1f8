package engines

import (
	"maps"
	"path/filepath"
)

// piece is a piece of the platform that makes something easier, if it is there.
// Nothing in the page depends on one.
type piece struct {
	name    string
	present string // a JavaScript expression
}

// pieces are those that not every engine has, or not everywhere.
var pieces = []piece{
	{"dropped folders as handles", `"getAsFileSystemHandle" in DataTransferItem.prototype`},
	{"a dialog that says where to save", `"showSaveFilePicker" in globalThis`},
	{"opening from the file manager", `"launchQueue" in globalThis`},
	{"long tasks are measured", `PerformanceObserver.supportedEntryTypes.includes("longtask")`},
	{"workers read files", workerReads},
}

// workerReads is true where a worker can read a Blob. Where it cannot the page
// reads for its engine, piece by piece.
const workerReads = `new Promise((resolve) => {
	const source = "postMessage((() => { try { return new FileReaderSync().readAsText(new Blob(['x'])) === 'x'; } catch { return false; } })())";
	new Worker(URL.createObjectURL(new Blob([source]))).onmessage = ({ data }) => resolve(data);
})`

// missing are the pieces that an engine lacks, on pages that are served and on
// pages from a disk.
var missing = map[Engine]struct{ served, disk []string }{
	Chromium: {},
	Firefox: {
		served: []string{"dropped folders as handles", "a dialog that says where to save", "opening from the file manager", "long tasks are measured"},
		disk:   []string{"dropped folders as handles", "a dialog that says where to save", "opening from the file manager", "long tasks are measured"},
	},
	WebKit: {
		served: []string{"dropped folders as handles", "a dialog that says where to save", "opening from the file manager", "long tasks are measured"},
		disk:   []string{"dropped folders as handles", "a dialog that says where to save", "opening from the file manager", "long tasks are measured", "workers read files"},
	},
}

// What an engine lacks is what the README says it lacks: a piece that comes or
// goes is noticed here.
func namePieces(p *tab) {
	p.openServed(servePage(p.t))
	p.waitEmpty()
	p.lacks("served", missing[p.engine].served)
	folder := filepath.Join(p.t.TempDir(), "site")
	if _, err := realSite(p.t).Build(p.t.Context(), folder); err != nil {
		p.t.Fatal(err)
	}
	p.open(fileURL(filepath.Join(folder, "chainglass.html")))
	p.waitEmpty()
	p.lacks("from a disk", missing[p.engine].disk)
	// What is given to a page from a disk is read there as well.
	p.dropFile(p.exportIncident())
	p.waitIncident()
}

func (p *tab) lacks(form string, want []string) {
	p.t.Helper()
	lacking := map[string]bool{}
	for _, piece := range pieces {
		var present bool
		p.eval(piece.present, &present)
		if !present {
			lacking[piece.name] = true
		}
	}
	wanted := map[string]bool{}
	for _, name := range want {
		wanted[name] = true
	}
	if !maps.Equal(lacking, wanted) {
		p.t.Errorf("%s, %s: lacks %v, want %v", p.engine, form, lacking, wanted)
	}
}
