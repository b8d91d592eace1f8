package e2e

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"chainglass/app/site"
)

// storage looks like a node's folder, with what names can be like.
var storage = tree{
	"node-1/meshos/actions/manifest":        strings.Repeat("m", 16),
	"node-1/meshos/actions/v0000000001/idx": strings.Repeat("i", 60),
	"node-1/meshos/actions/v0000000001/dat": strings.Repeat("d", 100),
	"node-1/meshos/actions/v0000000001/ts":  "",
	"node-1/näme with blank/100% of #1/日本":  "far",
	"node-2/log/manifest":                   "n",
}

func TestDropFolders(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		dir := storage.write(t)
		p.drop(filepath.Join(dir, "node-1"), filepath.Join(dir, "node-2"))
		in := p.nextIntake()
		if in.Origin != "drop" || in.Count != len(storage) || len(in.Notes) != 0 {
			t.Errorf("intake %+v, want %d files", in, len(storage))
		}
		if got := sortedLines(p.answer("files")); got != storage.listing() {
			t.Errorf("the worker reads\n%s\nwant\n%s", got, storage.listing())
		}
		if got := p.sendAndAnswer("check", ""); got != "good" {
			t.Errorf("the files break a rule of io/fs: %s", got)
		}
	})
}

func TestDropLargeFile(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		files := tree{"dat": strings.Repeat("0123456789abcdef", 4<<20)}
		p.drop(filepath.Join(files.write(t), "dat"))
		p.nextIntake()
		if got := p.answer("files"); got != files.listing() {
			t.Errorf("the worker reads %q, want %q", got, files.listing())
		}
	})
}

func TestDropManyFiles(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		files := tree{}
		for i := range 3000 {
			files[fmt.Sprintf("many/%02d/%04d", i%50, i)] = fmt.Sprint(i)
		}
		dir := files.write(t)
		start := time.Now()
		p.drop(filepath.Join(dir, "many"))
		if in := p.nextIntake(); in.Count != 3000 {
			t.Errorf("%d files came, want 3000", in.Count)
		}
		found := time.Since(start)
		if got := sortedLines(p.answer("files")); got != files.listing() {
			t.Error("the worker reads something else")
		}
		read := time.Since(start)
		t.Logf("found after %v, read after %v", found, read)
	})
}

func TestDropLooseFilesOfOneName(t *testing.T) {
	p := probeServed(t)
	dir := tree{"a/dat": "first", "b/dat": "second"}.write(t)
	p.drop(filepath.Join(dir, "a/dat"), filepath.Join(dir, "b/dat"))
	if in := p.nextIntake(); in.Count != 2 {
		t.Errorf("%d files came, want 2", in.Count)
	}
	// Which number the second one gets is the browser's choice.
	got := p.answer("files")
	for _, content := range []string{"first", "second"} {
		if !strings.Contains(got, fmt.Sprintf(" %x\n", sha256.Sum256([]byte(content)))) {
			t.Errorf("the %s file is missing: %s", content, got)
		}
	}
}

func TestFileThatChangedIsNamed(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		// A file that is small is in memory once it has been read.
		dir := tree{"n/idx": "one", "n/dat": strings.Repeat("two", 50_000)}.write(t)
		p.drop(filepath.Join(dir, "n"))
		p.nextIntake()
		p.answer("files")
		if err := os.Remove(filepath.Join(dir, "n/dat")); err != nil {
			t.Fatal(err)
		}
		got := p.sendAndAnswer("files", "")
		if !strings.Contains(got, "read n/dat: the browser can no longer read this file") {
			t.Errorf("the error does not name the file: %q", got)
		}
		if !strings.Contains(got, "n/idx 3 ") {
			t.Errorf("the other file is gone as well: %q", got)
		}
	})
}

func TestPickFiles(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		dir := tree{"a.chain": "A", "b.chain": "B"}.write(t)
		p.do("pick", chromedp.SetUploadFiles("#chainglass-pick-files",
			[]string{filepath.Join(dir, "a.chain"), filepath.Join(dir, "b.chain")}, chromedp.ByQuery))
		if in := p.nextIntake(); in.Origin != "pick" || in.Count != 2 {
			t.Errorf("intake %+v, want 2 picked files", in)
		}
		want := tree{"a.chain": "A", "b.chain": "B"}.listing()
		if got := sortedLines(p.answer("files")); got != want {
			t.Errorf("the worker reads\n%s\nwant\n%s", got, want)
		}
	})
}

func TestPickFolder(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		dir := storage.write(t)
		p.do("pick", chromedp.SetUploadFiles("#chainglass-pick-folder",
			[]string{filepath.Join(dir, "node-1")}, chromedp.ByQuery))
		p.nextIntake()
		want := readTree(t, filepath.Join(dir, "node-1"), "node-1").listing()
		if got := sortedLines(p.answer("files")); got != want {
			t.Errorf("the worker reads\n%s\nwant\n%s", got, want)
		}
	})
}

func TestPasteText(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		p.eval(`(() => {
			const data = new DataTransfer();
			data.setData("text/plain", "01 93 08");
			document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
		})()`, nil)
		if in := p.nextIntake(); in.Origin != "paste" || in.Count != 1 {
			t.Errorf("intake %+v, want one pasted text", in)
		}
		if got, want := p.answer("files"), (tree{"pasted": "01 93 08"}).listing(); got != want {
			t.Errorf("the worker reads %q, want %q", got, want)
		}
	})
}

func TestPasteIntoFieldIsLeftAlone(t *testing.T) {
	p := probeServed(t)
	p.eval(`(() => {
		const field = document.body.appendChild(document.createElement("input"));
		const data = new DataTransfer();
		data.setData("text/plain", "words");
		const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
		field.dispatchEvent(paste);
		globalThis.cancelled = paste.defaultPrevented;
	})()`, nil)
	p.wait("cancelled === false && probe.intakes.length === 0")
}

func TestSample(t *testing.T) {
	sample, err := os.ReadFile("../../web/sample/incident.zip")
	if err != nil {
		t.Fatal(err)
	}
	p := probeServed(t)
	p.eval("probe.openSample()", nil)
	if in := p.nextIntake(); in.Origin != "sample" || in.Count != 1 {
		t.Errorf("intake %+v, want the sample", in)
	}
	if got, want := p.answer("files"), (tree{"incident.zip": string(sample)}).listing(); got != want {
		t.Errorf("the worker reads %q, want %q", got, want)
	}
}

func TestServedData(t *testing.T) {
	dir := storage.write(t)
	p := probeServed(t, filepath.Join(dir, "node-1"), filepath.Join(dir, "node-2"))
	p.eval("probe.openCarried()", nil)
	if in := p.nextIntake(); in.Origin != "server" || in.Count != len(storage) || len(in.Notes) != 0 {
		t.Errorf("intake %+v, want %d served files", in, len(storage))
	}
	if got := sortedLines(p.answer("files")); got != storage.listing() {
		t.Errorf("the worker reads\n%s\nwant\n%s", got, storage.listing())
	}
}

func TestDataInThePage(t *testing.T) {
	content := strings.Repeat("evidence ", 300_000)
	data := &site.Data{Name: `a "quoted" <name>.chain`, Content: strings.NewReader(content)}
	p := probeFile(t, data)
	p.eval("probe.openCarried()", nil)
	if in := p.nextIntake(); in.Origin != "page" || in.Count != 1 || len(in.Notes) != 0 {
		t.Errorf("intake %+v, want the page's data", in)
	}
	if got, want := p.answer("files"), (tree{data.Name: content}).listing(); got != want {
		t.Errorf("the worker reads %q, want %q", got, want)
	}
}
