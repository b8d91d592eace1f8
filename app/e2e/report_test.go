package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"chainglass/app/site"
)

// commandLine is the command line, built once with the page in it.
var commandLine = sync.OnceValues(func() (path string, err error) {
	dir, err := os.MkdirTemp("", "chainglass")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "chainglass")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = moduleRoot
	if output, err := build.CombinedOutput(); err != nil {
		return "", &buildError{string(output), err}
	}
	return path, nil
})

// chainglass runs a command of the command line.
func chainglass(t testing.TB, args ...string) {
	t.Helper()
	program, err := commandLine()
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.Command(program, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("chainglass %q: %v\n%s", args, err, output)
	}
	t.Log(strings.TrimSpace(string(output)))
}

// sharedIncident is the incident as one page with a note, made by the command
// line.
func sharedIncident(t *testing.T) (path string) {
	t.Helper()
	dir := t.TempDir()
	note := filepath.Join(dir, "note.md")
	if err := os.WriteFile(note, []byte("It began on **node-2**. <b>Look there.</b>"), 0o666); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "incident 100%.html")
	chainglass(t, "page", incidentFolder(t), "-o", path, "--title", "The night of 22 May", "--notes", note)
	return path
}

// wholeScreenshot keeps a picture of the whole page, however long.
func (p *page) wholeScreenshot(name string) {
	p.t.Helper()
	var picture []byte
	p.do("screenshot", chromedp.FullScreenshot(&picture, 100))
	if err := os.MkdirAll("screenshots", 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("screenshots", name+".png"), picture, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// waitReport waits until the report is in sight and whole.
func (p *page) waitReport() {
	p.t.Helper()
	p.wait(`document.querySelector("#report")?.offsetHeight > 500`)
	for _, text := range []string{"The night of 22 May", "12 chains · 3 nodes · 57,365 records", "It began on node-2. <b>Look there.</b>",
		"The process restarted", "The last failures", "Actions by kind and disposition", "meshos/actions"} {
		p.waitText("#report", text)
	}
	p.wait(`document.querySelector("#report svg.report-axis path.tone-failed")?.getBoundingClientRect().width > 50`)
}

// Without scripts a shared page is its report.
func TestReportWithoutScripts(t *testing.T) {
	path := sharedIncident(t)
	p := openBlank(t)
	p.do("scripts off", emulation.SetScriptExecutionDisabled(true))
	p.scheme("light")
	p.navigate(fileURL(t, path))
	p.waitReport()
	p.waitText(".no-scripts", "Allow JavaScript for this page")
	p.wait(`document.querySelector("#boot").offsetHeight === 0`)
	p.checkHeadings()
	p.wholeScreenshot("report-light")
	p.scheme("dark")
	p.screenshot("report-dark")
	p.size(390, 844)
	p.screenshot("report-narrow-dark")
	p.scheme("light")
	p.wholeScreenshot("report-narrow")
	p.wait(`document.documentElement.scrollWidth <= 390`)
}

// checkHeadings fails the test if the levels of the report's headings leave one
// out.
func (p *page) checkHeadings() {
	p.t.Helper()
	p.wait(`(() => {
		const levels = [...document.querySelectorAll("#report :is(h1, h2, h3, h4)")].map((h) => +h.tagName[1]);
		return levels[0] === 1 && levels.every((level, i) => i === 0 || level <= levels[i - 1] + 1);
	})()`)
}

// Where the program cannot start, the report stands below the card that says
// why.
func TestReportWhereTheProgramCannotStart(t *testing.T) {
	path := sharedIncident(t)
	for _, missing := range []string{"WebAssembly", "Worker", "DecompressionStream"} {
		t.Run(missing, func(t *testing.T) {
			p := openBlank(t)
			p.scheme("light")
			p.before("delete globalThis." + missing)
			p.navigate(fileURL(t, path))
			p.waitText("#fault", missing+" is missing")
			p.waitReport()
			p.wait(`document.querySelector("#report").getBoundingClientRect().top >= document.querySelector("#fault").getBoundingClientRect().bottom`)
			p.accessible("light")
			p.scheme("dark")
			p.accessible("dark")
			p.screenshot("report-" + strings.ToLower(missing))
		})
	}
}

// Where the program runs the report is never seen, and the page opens where its
// sender was unless its address says otherwise.
func TestSharedPageOpensAtItsPlace(t *testing.T) {
	data, err := os.ReadFile("../../web/sample/incident.zip")
	if err != nil {
		t.Fatal(err)
	}
	const place = "v1&node=node-2&channel=meshos%2Factions"
	content, err := realSite(t).Single(&site.Data{
		Name: "incident.zip", Content: bytes.NewReader(data), Title: "The night", Fragment: place + "&at=950&q=outcome%3Afailed", Report: "<h1>The night</h1>",
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "shared.html")
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	p := openBlank(t)
	p.before(`globalThis.sawReport = false;
		const look = () => { sawReport ||= document.querySelector("#report")?.offsetHeight > 0; requestAnimationFrame(look); };
		requestAnimationFrame(look);`)
	p.navigate(fileURL(t, path))
	p.waitRows()
	p.wait(`document.title === "The night · Chainglass"`)
	p.waitSelected(950)
	p.wait(`document.querySelector("#filter")?.value === "outcome:failed"`)
	p.wait(`decodeURIComponent(location.hash).includes("q=outcome:failed")`)
	p.wait(`!sawReport`)

	other := openPage(t, fileURL(t, path)+"#"+place+"&at=12")
	other.waitRows()
	other.waitSelected(12)
}

// A page with a hundred megabytes of chains opens from a disk.
func TestPageOfAHundredMegabytes(t *testing.T) {
	const records = 1_600_000
	dir := t.TempDir()
	chain, path := filepath.Join(dir, "node-big"), filepath.Join(dir, "big.html")
	chainglass(t, "generate", "-o", chain, "--records", fmt.Sprint(records))
	chainglass(t, "page", chain, "-o", path)
	p := openBlank(t)
	p.navigateWithin(benchPatience, fileURL(t, path))
	p.waitWithin(benchPatience, `document.querySelector(".status-text")?.textContent.includes("1,600,000 records")`)
	t.Log(p.text(".status-text"))
	p.waitRows()
	p.keys(kb.End)
	p.waitSelected(records - 1)
	t.Log(p.timings())
}
