package e2e

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// openShare opens the share sheet and waits until it knows how much goes.
func (p *page) openShare() {
	p.t.Helper()
	p.keys("S")
	p.waitShareable()
}

// waitShareable waits until what is chosen has been counted.
func (p *page) waitShareable() {
	p.t.Helper()
	p.wait(`document.querySelector("#share-save:enabled") && /entr(y|ies)/.test(document.querySelector("#share-size").textContent)`)
}

// chooseShare presses a button of the sheet.
func (p *page) chooseShare(id string) {
	p.t.Helper()
	p.click("#" + id)
	p.wait(fmt.Sprintf(`document.getElementById(%q).getAttribute("aria-pressed") === "true"`, id))
	p.waitShareable()
}

// saveShare saves what is chosen and returns the path of the file.
func (p *page) saveShare(extension string) (path string) {
	p.t.Helper()
	dir := p.downloads()
	name := strings.TrimPrefix(p.text("#share-save"), "Save ")
	if filepath.Ext(name) != "."+extension {
		p.t.Fatalf("the button says %q", name)
	}
	p.click("#share-save")
	p.waitText("#share-said", "Saved "+name)
	waitForFile(p.t, dir, name)
	return filepath.Join(dir, name)
}

// openFile opens a page from the disk in a browser of its own.
func openFile(t *testing.T, path string) *page {
	t.Helper()
	p := openPage(t, fileURL(t, path))
	p.waitRows()
	return p
}

// entries prints the entries in a file, a line each.
func entries(t *testing.T, path string) []string {
	t.Helper()
	program, err := commandLine()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := exec.Command(program, "cat", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.SplitAfter(strings.TrimSuffix(string(lines), "\n"), "\n")
}

// channelFiles are the files of channel folders below a folder.
func channelFiles(t *testing.T, dir string) tree {
	t.Helper()
	files := tree{}
	for name, content := range readTree(t, dir, "x") {
		switch filepath.Base(name) {
		case "manifest", "idx", "dat", "ts":
			files[name] = content
		}
	}
	return files
}

// sameFolders fails the test if importing a file gives other channel folders.
func sameFolders(t *testing.T, file, original string) {
	t.Helper()
	rebuilt := filepath.Join(t.TempDir(), "rebuilt")
	chainglass(t, "import", file, "-o", rebuilt)
	want, got := channelFiles(t, original), channelFiles(t, rebuilt)
	if len(want) == 0 || want.listing() != got.listing() {
		t.Errorf("%s gives other folders than the original", filepath.Base(file))
	}
}

// The incident goes out as one page, opens from a disk where its sender was, and
// gives back the same channel folders, byte for byte.
func TestSharedPageOpensWhereItsSenderWas(t *testing.T) {
	folder := incidentFolder(t)
	p := openPage(t, serve(t, folder)+"#v1&node=node-2&channel=meshos/actions&at=947&tab=snapshot&q=outcome:failed")
	p.waitRows()
	p.waitSelectedRow("947")
	p.openShare()
	p.write("#share-title", "The night of 22 May")
	p.screenshot("share-light")
	path := p.saveShare("html")

	opened := openFile(t, path)
	opened.wait(`document.title === "The night of 22 May · Chainglass"`)
	opened.waitText(".total", "12 chains · 3 nodes · 57,365 records")
	opened.waitSelectedRow("947")
	opened.wait(`document.querySelector("#filter").value === "outcome:failed"`)
	opened.wait(`document.querySelector("#tab-snapshot").getAttribute("aria-selected") === "true"`)
	opened.screenshot("shared-page")
	opened.openShare()
	opened.chooseShare("share-chain")
	sameFolders(t, opened.saveShare("chain"), folder)
	sameFolders(t, path, folder)
}

// A page on a disk is shared by copying its own source, with all that it takes
// to unpack the program.
func TestSharedPageIsSharedAgain(t *testing.T) {
	p := openFile(t, sharedIncident(t))
	p.openShare()
	opened := openFile(t, p.saveShare("html"))
	opened.waitText(".total", "12 chains · 3 nodes · 57,365 records")
}

// waitSelectedRow waits until a row is selected and in sight.
func (p *page) waitSelectedRow(seq string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`document.querySelector(".row.selected .c-seq")?.textContent === %q`, seq))
}

// What the table shows can go alone, and of that the time in view.
func TestShareOfWhatIsShown(t *testing.T) {
	address := fmt.Sprintf("%s#v1&node=node-2&channel=meshos/actions&at=947&q=outcome:failed&range=%d..%d",
		serve(t, incidentFolder(t)), instant(t, "16:08:00"), instant(t, "16:10:00"))
	p := openPage(t, address)
	p.waitRows()
	p.waitAxis()
	p.wait(`document.querySelector(".filter-rows")?.textContent.endsWith("of 15,459")`)
	var rows string
	p.eval(`document.querySelector(".filter-rows").textContent.split(" ")[0]`, &rows)
	p.openShare()
	p.chooseShare("share-chain")
	p.chooseShare("share-table")
	p.waitText("#share-size", "1 chain · "+rows+" entries")
	p.chooseShare("share-view")
	p.wait(fmt.Sprintf(`!document.querySelector("#share-size").textContent.includes(%q)`, rows+" entries"))
	p.waitShareable()
	var some int
	p.eval(`Number(document.querySelector("#share-size").textContent.match(/([\d,]+) entries/)[1].replaceAll(",", ""))`, &some)
	saved := entries(t, p.saveShare("chain"))
	if len(saved) != some || !strings.Contains(saved[0], `"disposition":{"Failed"`) {
		t.Errorf("%d entries were saved, the sheet said %d: %s", len(saved), some, saved[0])
	}
	p.chooseShare("share-page")
	opened := openFile(t, p.saveShare("html"))
	opened.waitSelectedRow("947")
	opened.waitText(".total", fmt.Sprintf("1 chain · 1 node · %s", strings.TrimSpace(opened.text(".total")[len("1 chain · 1 node · "):])))
}

// rulesFound are the kinds of findings with their numbers.
const rulesFound = `[...document.querySelectorAll(".chip[data-rule]")].map((chip) => chip.textContent).join(", ")`

// A redacted page shows what leaves before it does, names nothing, and tells the
// same story.
func TestSharedPageIsRedacted(t *testing.T) {
	p := openStory(t, "#v1&node=node-2&channel=meshos/actions&at=947&tab=findings&q=node:node-2")
	p.wait(`document.querySelectorAll(".chip[data-rule]").length > 8`)
	var story string
	p.eval(rulesFound, &story)
	p.openShare()
	p.chooseShare("redact-template")
	p.chooseShare("times-shifted")
	p.click("#share-preview")
	p.wait(`document.querySelectorAll("#share-leaves .share-sample tr").length > 8 && document.querySelectorAll("#share-leaves .share-texts li").length > 3`)
	for _, secret := range []string{"node-1", "node-2", "node-3"} {
		p.wait(fmt.Sprintf(`!document.querySelector("#share-leaves").textContent.includes(%q)`, secret))
	}
	p.scheme("light")
	p.accessible("what leaves, light")
	p.screenshot("share-leaves-light")
	path := p.saveShare("html")

	opened := openFile(t, path)
	opened.waitText(".total", "12 chains · 3 nodes · 57,365 records")
	opened.waitSelectedRow("947")
	opened.wait(fmt.Sprintf("%s === %q", rulesFound, story))
	opened.wait(`!/node-[123](?!\d)/.test(document.documentElement.outerHTML.replace(/<script[^]*?<\/script>/g, ""))`)
	opened.waitText(".cards", "a redacted view")
	opened.openShare()
	opened.chooseShare("share-chain")
	again := openUI(t)
	again.drop(opened.saveShare("chain"))
	again.waitRows()
	again.waitText(".cards", "a redacted view")
}

// The reader of a share sees what its sender's program found apart from what is
// found here, and told as the sender's.
func TestSendersFindingsAreListedApart(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "sent.chain")
	chainglass(t, "export", incidentFolder(t), "-o", file)
	p := openUI(t)
	p.drop(file)
	p.waitRows()
	p.click("#tab-findings")
	p.wait(`document.querySelectorAll(".chip[data-rule]").length > 8`)
	p.waitText("#sender-findings", "What the sender found")
	p.waitText(".findings", "Nothing here has checked it")
	// Each list has the findings of its own, the reader's first.
	p.wait(`(() => {
		const cards = [...document.querySelectorAll(".insight")], head = document.querySelector("#sender-findings");
		const follows = (card) => head.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING;
		const titles = (list) => list.map((card) => card.querySelector(".finding-title").textContent).join();
		const own = cards.filter((card) => !follows(card)), theirs = cards.filter(follows);
		return own.length > 8 && titles(own) === titles(theirs);
	})()`)
	// A finding of the sender leads to its rows.
	p.eval(`[...document.querySelectorAll("#sender-findings ~ * .finding-title, #sender-findings ~ .insight .finding-title")].find((title) => title.textContent === "The process restarted").click()`, nil)
	p.waitSelectedRow("10473")
	for _, scheme := range []string{"light", "dark"} {
		p.scheme(scheme)
		p.eval(`document.querySelector("#sender-findings").scrollIntoView()`, nil)
		p.accessible("the sender's findings, " + scheme)
		p.screenshot("findings-sender-" + scheme)
	}
	// A share of the share keeps them as they are.
	p.openShare()
	p.chooseShare("share-chain")
	again := openUI(t)
	again.drop(p.saveShare("chain"))
	again.waitRows()
	again.click("#tab-findings")
	again.waitText("#sender-findings", "What the sender found")
}

// Everything else that can be saved, from a page on a disk: no server is needed
// for any of it.
func TestSaveAsEveryForm(t *testing.T) {
	p := openFile(t, sharedIncident(t))
	p.keys("m")
	p.filterFor("chain:action node:node-2 outcome:failed")
	p.waitCount("8,639 of 57,365")
	const rows = 8639
	p.click("#share")
	p.waitShareable()
	p.chooseShare("share-table")
	content := map[string]string{}
	for id, name := range map[string]string{
		"share-ndjson": "ndjson", "share-csv": "csv", "share-markdown": "md",
		"share-svg": "svg", "share-png": "png",
	} {
		p.chooseShare(id)
		content[id] = readFile(t, p.saveShare(name))
	}
	if n := strings.Count(content["share-ndjson"], "\n"); n != rows {
		t.Errorf("%d lines of %d rows", n, rows)
	}
	table, err := csv.NewReader(strings.NewReader(content["share-csv"])).ReadAll()
	if err != nil || len(table) != rows+1 || table[0][0] != "node" || table[1][0] != "node-2" {
		t.Errorf("%d rows of CSV, %v", len(table), err)
	}
	if !strings.HasPrefix(content["share-markdown"], "# ") || !strings.Contains(content["share-markdown"], "node-2") {
		t.Errorf("%.300s", content["share-markdown"])
	}
	if !strings.HasPrefix(content["share-svg"], "<svg ") {
		t.Errorf("%.100s", content["share-svg"])
	}
	if png := content["share-png"]; !strings.HasPrefix(png, "\x89PNG\r\n") || len(png) < 5000 {
		t.Errorf("%d bytes of PNG", len(png))
	}
	if err := os.WriteFile(filepath.Join("screenshots", "share-axis.png"), []byte(content["share-png"]), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What is counted and made moves no button that somebody may be about to press.
func TestShareSheetRests(t *testing.T) {
	p := openIncident(t, "")
	p.openShare()
	p.eval(`window.places = {}; (function look() {
		for (const id of ["share-all", "share-png", "redact-off", "share-save"]) {
			(places[id] ??= new Set()).add(document.getElementById(id)?.getBoundingClientRect().top);
		}
		requestAnimationFrame(look);
	})()`, nil)
	for _, id := range []string{"share-ndjson", "share-markdown", "share-chain", "share-link", "share-page"} {
		p.chooseShare(id)
		if id != "share-link" {
			p.wait(`/\d+ .?B/.test(document.getElementById("share-bytes").textContent)`)
		}
	}
	var places map[string][]float64
	p.eval(`Object.fromEntries(Object.entries(places).map(([id, seen]) => [id, [...seen]]))`, &places)
	for id, seen := range places {
		if len(seen) != 1 {
			t.Errorf("%s was at %v", id, seen)
		}
	}
	if len(places) == 0 {
		t.Error("nothing was looked at")
	}
}

// The lines of a chain are those of the command line.
func TestSavedLinesAreThoseOfCat(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.openShare()
	p.chooseShare("share-ndjson")
	got := readFile(t, p.saveShare("ndjson"))
	if want := strings.Join(entries(t, damagedChain), ""); strings.TrimSpace(got) != want {
		t.Errorf("%d bytes, cat prints %d", len(got), len(want))
	}
}

// A few kilobytes travel in a link; more than that is refused with its size. The
// secret of a server's address stays out of it.
func TestShareAsALink(t *testing.T) {
	address := serve(t)
	p := openPage(t, address)
	p.wait(`document.querySelector(".drop-zone")`)
	p.drop(fewRecords(t))
	p.waitRows()
	p.keys(kb.End)
	p.openShare()
	p.chooseShare("share-link")
	p.click("#share-save")
	p.wait(`document.querySelector("#shared-link")?.textContent.includes("#data=")`)
	p.screenshot("share-link")
	link := p.text("#shared-link")
	if !strings.HasPrefix(link, "#data=") {
		t.Errorf("the link begins with %.80q", link)
	}
	opened := openPage(t, address+link)
	opened.waitLinked()
	opened.waitSelectedRow("119")

	large := openIncident(t, "")
	large.openShare()
	large.chooseShare("share-link")
	large.click("#share-save")
	large.wait(`/link|fit/.test(document.querySelector("#share-wrong")?.textContent ?? "")`)
}

// The sheet needs no pointer: a key opens it, its buttons follow each other, Enter
// in the title saves, Escape leads back to the table.
func TestShareByKeyboard(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.openShare()
	p.wait(`document.activeElement?.id === "share-title"`)
	p.keys(kb.Tab)
	p.wait(`document.activeElement?.id === "share-all"`)
	for range 30 {
		var at string
		p.eval(`document.activeElement?.id ?? ""`, &at)
		if at == "share-csv" {
			break
		}
		p.keys(kb.Tab)
	}
	p.wait(`document.activeElement?.id === "share-csv"`)
	p.keys(" ")
	p.wait(`document.querySelector("#share-csv").getAttribute("aria-pressed") === "true"`)
	p.waitShareable()
	dir := p.downloads()
	p.eval(`document.querySelector("#share-title").focus()`, nil)
	p.do("type", press("rot"), press(kb.Enter))
	p.waitText("#share-said", ".csv, ")
	name, _, _ := strings.Cut(strings.TrimPrefix(p.text("#share-said"), "Saved "), ", ")
	if !bytes.HasPrefix(waitForFile(t, dir, name), []byte("node,channel,")) {
		t.Error("no CSV was saved")
	}
	p.escape()
	p.keys(kb.ArrowDown)
	p.waitSelectedRow("1")
}

func TestShareSheetIsAccessible(t *testing.T) {
	p := openIncident(t, "")
	for _, scheme := range []string{"light", "dark"} {
		p.scheme(scheme)
		p.openShare()
		p.accessible("share, " + scheme)
		p.chooseShare("redact-drop")
		p.chooseShare("share-csv")
		p.accessible("share redacted, " + scheme)
		p.chooseShare("redact-off")
		p.chooseShare("share-page")
		p.escape()
	}
	p.size(390, 844)
	p.openShare()
	p.screenshot("share-narrow-dark")
	p.accessible("share, 390 pixels")
	p.wait(`document.documentElement.scrollWidth <= 390`)
}
