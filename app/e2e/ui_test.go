package e2e

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// damagedChain is a channel of 120 entries, eight of which have rotten payloads.
const damagedChain = "../page/testdata/meshos"

// incidentFolder unpacks the sample, as a user's copy of three storage folders.
func incidentFolder(t *testing.T) string {
	t.Helper()
	archive, err := zip.OpenReader("../../web/sample/incident.zip")
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

// million is a storage folder with a chain of a million records.
func million(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "node-big")
	command := exec.Command("go", "run", ".", "generate", "-o", folder, "--records", "1000000", "--seed", "7")
	command.Dir = filepath.Join("..", "..")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return folder
}

// openUI opens the page and waits until it can take something.
func openUI(t testing.TB) *page {
	t.Helper()
	p := openPage(t, serve(t))
	p.wait(`document.querySelector(".drop-zone")`)
	return p
}

// waitRows waits until rows and the panels around them are shown and nothing is being opened.
func (p *page) waitRows() {
	p.t.Helper()
	p.wait(`document.querySelector(".row:not(.head):not(.waiting) .c-seq") && !document.querySelector(".load") && document.querySelector(".details > *")`)
}

// keys presses keys.
func (p *page) keys(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.do("press a key", press(key))
	}
}

// press presses keys as a keyboard does: the character comes of the key going
// down, so that who prevents that gets no character.
func press(keys string, modifiers ...input.Modifier) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := events[0], events[len(events)-1]
			if len(events) == 3 && len(modifiers) == 0 {
				down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			for _, m := range modifiers {
				down.Modifiers |= m
				up.Modifiers |= m
			}
			if err := errors.Join(down.Do(ctx), up.Do(ctx)); err != nil {
				return err
			}
		}
		return nil
	})
}

// escape closes what lies over the page and waits until it is gone: until then
// it would take clicks meant for what is below.
func (p *page) escape() {
	p.t.Helper()
	p.keys(kb.Escape)
	p.wait(`!document.querySelector(".sheet, .backdrop")`)
}

// selected is the seq of the selected row, "" while it is not in sight.
func (p *page) selected() string { return p.text(".row.selected .c-seq") }

// waitSelected waits until a row is selected, in sight and in the record panel.
func (p *page) waitSelected(seq int) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`document.querySelector(".row.selected .c-seq")?.textContent === "%d"`, seq))
	p.waitText(".record .panel-what", fmt.Sprint(seq))
}

// size makes the window another size.
func (p *page) size(width, height int64) {
	p.t.Helper()
	p.do("resize", emulation.SetDeviceMetricsOverride(width, height, 1, width < 600))
}

// scheme makes the system light or dark.
func (p *page) scheme(name string) {
	p.t.Helper()
	p.do("colour scheme", emulation.SetEmulatedMedia().WithFeatures(
		[]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}))
}

func TestIncidentFolder(t *testing.T) {
	p := openUI(t)
	p.scheme("light")
	p.screenshot("empty-light")
	p.drop(incidentFolder(t))
	p.waitRows()
	p.waitText(".total", "12 chains · 3 nodes · 57,365 records")
	var chains int
	p.eval(`document.querySelectorAll(".chain").length`, &chains)
	if chains != 12 {
		t.Errorf("%d chains are listed, want 12", chains)
	}
	p.screenshot("incident-light")
	p.keys(kb.End)
	p.waitSelected(12495)
	p.keys("2")
	p.waitText(".part h3", "recent_failures")
	p.screenshot("snapshot-light")
	p.scheme("dark")
	p.screenshot("snapshot-dark")
	p.keys("1")
	p.waitText(".record .field-name", "version")
	p.screenshot("incident-dark")
}

func TestSampleIsOfferedWhereItIs(t *testing.T) {
	served := openUI(t)
	served.click(".drop-zone .primary")
	served.waitRows()
	served.waitText(".total", "12 chains")

	disk := openPage(t, fileURL(t, filepath.Join(builtSite(t), "chainglass.html")))
	disk.waitText(".drop-zone .primary", "Choose folder")
	if text := disk.text(".drop-zone"); strings.Contains(text, "sample") {
		t.Errorf("the one-file page offers a sample: %s", text)
	}
}

// Every chain can be selected, and every kind has its columns.
func TestEveryChainOfTheIncident(t *testing.T) {
	p := openUI(t)
	p.drop(incidentFolder(t))
	p.waitRows()
	for i, want := range []string{"outcome", "source", "level", "disposition"} {
		p.eval(fmt.Sprintf(`document.querySelectorAll(".chain")[%d].click()`, i), nil)
		p.waitText(".row.head", want)
		p.waitRows()
		p.screenshot("chain-" + want)
	}
}

func TestScrollToTheLastOfAMillion(t *testing.T) {
	p := openUI(t)
	p.drop(million(t))
	p.waitRows()
	p.waitText(".status-text", "1,000,000 records")
	t.Log(p.text(".status-text"))
	p.keys(kb.End)
	p.waitSelected(999_999)
	p.keys(kb.ArrowUp, kb.PageUp)
	var inSight bool
	p.eval(`document.querySelector(".row.selected") !== null`, &inSight)
	if !inSight {
		t.Error("the selected row is out of sight")
	}
	p.keys(kb.Home)
	p.waitSelected(0)
	p.eval(`document.querySelector("#grid").scrollTop = 1e9`, nil)
	p.wait(`[...document.querySelectorAll(".row .c-seq")].some((cell) => cell.textContent === "999999")`)
	p.eval(`document.querySelector("#grid").scrollTop = 2_000_000`, nil)
	p.wait(`[...document.querySelectorAll(".row:not(.waiting) .c-seq")].some((cell) => Math.abs(cell.textContent - 500_000) < 2000)`)
	p.screenshot("million")
}

// A wheel moves rows one after the other also where the track is shortened.
func TestWheelIsExactInAMillion(t *testing.T) {
	p := openUI(t)
	p.drop(million(t))
	p.waitRows()
	p.eval(`document.querySelector("#grid").scrollTop = 2_000_000`, nil)
	first := `Math.min(...[...document.querySelectorAll(".row:not(.waiting):not(.unused) .c-seq")].map((cell) => +cell.textContent || 1e9))`
	p.wait(first + ` > 400_000`)
	// Rows on their way have no number yet.
	p.wait(`!document.querySelector(".row.waiting:not(.unused)")`)
	p.eval(`new Promise((resolve) => setTimeout(resolve, 400))`, nil)
	var before int
	p.eval(first, &before)
	p.eval(`document.querySelector("#grid").scrollBy(0, 220)`, nil)
	p.wait(fmt.Sprintf("Math.abs(%s - %d - 10) <= 1 && !document.querySelector('.row.waiting:not(.unused)')", first, before))
}

// A load is cancelled as soon as there are rows: what was read by then stays.
func TestCancelALoad(t *testing.T) {
	p := openUI(t)
	dir, big := t.TempDir(), os.DirFS(million(t))
	for _, node := range []string{"a", "b", "c", "d"} {
		if err := os.CopyFS(filepath.Join(dir, node), big); err != nil {
			t.Fatal(err)
		}
	}
	p.eval(`new MutationObserver((_, observer) => {
		const cancel = document.querySelector(".load .cancel");
		if (cancel && document.querySelector(".row:not(.head):not(.waiting) .c-seq")) { observer.disconnect(); cancel.click(); }
	}).observe(document.body, { subtree: true, childList: true })`, nil)
	p.drop(dir)
	p.wait(`document.querySelector(".row:not(.head):not(.waiting) .c-seq") && !document.querySelector(".load")`)
	p.waitText(".status-text", "cancelled")
	p.screenshot("cancelled")
	t.Log(p.text(".status-text"))
	p.keys(kb.ArrowDown)
	p.waitSelected(1)
}

func TestDamagedChainShowsFindings(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.waitText(".outcomes", "bad-checksum 8")
	p.keys("3")
	p.waitText(".findings", "Payload does not match its checksum")
	p.click(".finding.leads")
	p.wait(`document.querySelector(".row.selected .c-outcome")?.textContent === "bad-checksum"`)
	p.screenshot("damage")
	p.keys("1")
	p.waitText(".record .card", "These are not the bytes that were written")
	p.screenshot("damaged-record")
}

func TestWhatIsNoChainIsACard(t *testing.T) {
	p := openUI(t)
	dir := tree{"notes/shopping.txt": "eggs, milk", "notes/noise": "\x80\xfa\xdb\x8dI\xbds"}.write(t)
	p.drop(filepath.Join(dir, "notes"))
	p.wait(`document.querySelector(".card")`)
	for _, want := range []string{"shopping.txt", "noise"} {
		if got := p.text(".cards"); !strings.Contains(got, want) {
			t.Errorf("the cards lack %q: %q", want, got)
		}
	}
	p.screenshot("problem")
	p.click(".card .close")
	p.wait(`!document.querySelector(".card")`)
}

func TestPasteARecord(t *testing.T) {
	p := openUI(t)
	p.do("type", chromedp.SendKeys("#paste-empty", "01 2a 0c 70 75 6c 6c 5f 72 65 70 6c 69 63 61 fb d0 95 ff bc 31 01 04 62 6f 6f 6d 00", chromedp.ByQuery))
	p.click(".paste button")
	p.waitRows()
	p.waitText(".record .json", `"reason": "boom"`)
	p.screenshot("pasted")
}

// Pointing at a field lights its bytes, and the other way round.
func TestFieldsAndBytesLightEachOther(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.waitText(".record .field-name", "version")
	over := func(selector string) {
		p.eval(fmt.Sprintf(`document.querySelector(%q).dispatchEvent(new MouseEvent("mouseover", { bubbles: true }))`, selector), nil)
	}
	over(`.field[data-field="2"] .field-value`)
	p.wait(`[...document.querySelectorAll(".run.lit")].length > 0 && [...document.querySelectorAll(".run.lit")].every((run) => run.dataset.field === "2")`)
	p.screenshot("lit")
	over(`.run[data-field="1"]`)
	p.wait(`document.querySelector('.field[data-field="1"]').classList.contains("lit")`)
}

func TestKeyboard(t *testing.T) {
	p := openUI(t)
	p.drop(incidentFolder(t))
	p.waitRows()
	p.keys(kb.ArrowDown, "j", "k", kb.ArrowDown)
	p.waitSelected(2)
	p.keys("g")
	p.wait(`document.activeElement?.id === "goto-field"`)
	p.keys("5", "0", "0", "0", kb.Enter)
	p.waitSelected(5000)
	p.keys("?")
	p.waitText(".sheet", "go to a seq or position")
	p.screenshot("help")
	p.escape()
	p.keys("]")
	p.waitText(".header-node", "node-2")
	p.keys("[")
	p.waitSelected(5000)
	p.wait(`document.querySelector("#grid").getAttribute("aria-activedescendant") === document.querySelector(".row.selected").id`)
}

// The address keeps what is shown.
func TestReloadShowsTheSamePlace(t *testing.T) {
	p := openPage(t, serve(t, incidentFolder(t)))
	p.waitRows()
	p.eval(`document.querySelectorAll(".chain")[7].click()`, nil)
	p.keys(kb.ArrowDown, kb.ArrowDown, kb.ArrowDown)
	p.waitSelected(3)
	p.wait(`location.hash.includes("at=3")`)
	p.do("reload", chromedp.Reload())
	p.waitRows()
	p.waitSelected(3)
	if got := p.text(".header-node"); !strings.Contains(got, "node-2") {
		t.Errorf("after reloading %q is shown", got)
	}
}

func TestNarrowAndWide(t *testing.T) {
	p := openUI(t)
	p.drop(incidentFolder(t))
	p.waitRows()
	for _, size := range [][2]int64{{390, 844}, {800, 1000}, {1920, 1080}} {
		p.size(size[0], size[1])
		for _, scheme := range []string{"light", "dark"} {
			p.scheme(scheme)
			p.screenshot(fmt.Sprintf("size-%d-%s", size[0], scheme))
		}
		var wide int64
		p.eval("document.documentElement.scrollWidth", &wide)
		if wide > size[0] {
			t.Errorf("at %d pixels the page is %d wide", size[0], wide)
		}
	}
	p.size(390, 844)
	for i, name := range []string{"sources", "records", "details"} {
		p.eval(fmt.Sprintf(`document.querySelectorAll(".pane-button")[%d].click()`, i), nil)
		p.wait(fmt.Sprintf(`document.querySelector(".app").dataset.pane === %q`, name))
		p.screenshot("narrow-" + name)
	}
}

func TestArrowKeysMoveBetweenTabs(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.do("focus", chromedp.Focus("#tab-record", chromedp.ByQuery))
	p.keys(kb.ArrowRight)
	p.wait(`document.activeElement?.id === "tab-snapshot" && document.querySelector(".snapshot")`)
	p.keys(kb.ArrowLeft, kb.ArrowLeft)
	p.wait(`document.activeElement?.id === "tab-compare" && document.querySelector(".panel").textContent.includes("Two chains")`)
}

func TestLocalTimeKnowsDaylightSaving(t *testing.T) {
	p := openUI(t)
	p.do("zone", emulation.SetTimezoneOverride("Europe/Berlin"))
	p.drop(damagedChain)
	p.waitRows()
	p.keys("u")
	p.waitText(".row.head", "time local")
	p.waitText(".row:not(.head) .c-time", "18:00:00.177")
	p.waitText(".stored", "+02:00")
	p.keys("u")
	p.waitText(".row:not(.head) .c-time", "16:00:00.177")
}

func TestThemeButton(t *testing.T) {
	p := openUI(t)
	p.scheme("light")
	background := func() (colour string) {
		p.eval(`getComputedStyle(document.body).backgroundColor`, &colour)
		return colour
	}
	light := background()
	p.keys("t", "t")
	p.waitText(".topbar-right", "Dark")
	if background() == light {
		t.Error("dark looks like light")
	}
	p.screenshot("empty-dark")
	p.keys("t")
	p.waitText(".topbar-right", "Auto")
	if background() != light {
		t.Error("the system's theme is not back")
	}
}

func TestCopy(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.waitText(".panel-head", "Copy JSON")
	p.click(".panel-head .button:last-child")
	p.waitText(".status-text", "Record as JSON copied")
}

// A crash of the engine is a card, and what follows is a working page.
func TestEngineCrashAndRestart(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.eval(`chainglass.engine.crash(chainglass.engine.worker, "panic: deliberately broken")`, nil)
	p.waitText(".crash", "panic: deliberately broken")
	p.screenshot("crash")
	p.click(".crash .primary")
	p.wait(`document.querySelector(".drop-zone")`)
	p.drop(damagedChain)
	p.waitRows()
	p.waitText(".total", "1 chain")
}

func TestAddMenu(t *testing.T) {
	p := openUI(t)
	p.size(390, 844)
	p.screenshot("narrow-empty")
	p.click("#add")
	p.waitText(".menu", "Sample incident")
	p.screenshot("menu")
	p.keys(kb.Escape)
	p.wait(`!document.querySelector(".menu")`)
	p.click("#add")
	p.click(".menu-item:last-child")
	p.waitRows()
	p.wait(`!document.querySelector(".menu")`)
	p.click("#add")
	p.click(".menu-item:nth-child(3)")
	p.wait(`document.activeElement?.id === "paste-sheet"`)
	p.screenshot("narrow-paste")
}
