package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// openStory opens the page with the incident in it and waits until the story
// in it was found.
func openStory(t *testing.T, fragment string) *page {
	t.Helper()
	p := openPage(t, serve(t, incidentFolder(t))+fragment)
	p.waitRows()
	p.wait(`document.querySelector(".axis-mark")`)
	return p
}

// openPalette presses Control and K.
func (p *page) openPalette() {
	p.t.Helper()
	p.do("press Ctrl-K", press("k", input.ModifierCtrl))
	p.wait(`document.activeElement?.id === "palette-field"`)
}

// reloadAt reloads the page once the address, which follows with a delay, holds
// a text.
func (p *page) reloadAt(part string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`location.hash.includes(%q)`, part))
	p.do("reload", chromedp.Reload())
	p.waitRows()
}

// write types into a field, in place of what it holds.
func (p *page) write(selector, text string) {
	p.t.Helper()
	p.eval(fmt.Sprintf(`document.querySelector(%q).value = ""`, selector), nil)
	p.do("type", chromedp.SendKeys(selector, text, chromedp.ByQuery))
}

func TestFindingsLeadToTheirRows(t *testing.T) {
	p := openStory(t, "")
	p.click("#tab-findings")
	p.waitText(".findings", "The process restarted")
	p.screenshot("findings-light")
	p.eval(`[...document.querySelectorAll(".insight .finding-title")].find((title) => title.textContent === "The process restarted").click()`, nil)
	p.wait(`document.querySelector(".row.selected .c-seq")?.textContent === "10473"`)
	p.click(`.chip[data-rule="panic"]`)
	p.wait(`document.querySelectorAll(".insight").length === 1`)
	p.click(`.chip[data-rule="panic"]`)
	p.wait(`document.querySelectorAll(".insight").length > 10`)
	p.eval(`[...[...document.querySelectorAll(".insight")].find((card) => card.querySelector(".finding-title").textContent === "The process restarted")
		.querySelectorAll(".finding-acts .button")].find((b) => b.textContent === "Hide").click()`, nil)
	p.waitText(".chips", "1 hidden")
	p.wait(`![...document.querySelectorAll(".insight .finding-title")].some((title) => title.textContent === "The process restarted")`)
	// The address may still hold the rule that was chosen.
	p.wait(`!location.hash.includes("rules=")`)
	p.reloadAt("tab=findings")
	p.waitText(".findings", "The process restarted")
	p.wait(`!document.querySelector(".chips")?.textContent.includes("hidden")`)
}

func TestRelatedRowsLeadOn(t *testing.T) {
	p := openStory(t, "#v1&node=node-2&channel=meshos%2Factions&at=953")
	p.waitText(".related", "5 attempts of action 949")
	p.screenshot("related-light")
	p.eval(`[...document.querySelectorAll(".related-row")].find((row) => row.textContent.includes("seq 971")).click()`, nil)
	p.waitSelected(971)
	p.waitText(".related", "on the failures chain")
	p.do("focus", chromedp.Focus(".hex", chromedp.ByQuery))
	p.keys(kb.ArrowRight, kb.ArrowRight)
	p.waitText(".hex-legend", "id: varint u64")
	p.wait(`document.querySelector('.field[data-field="1"]').classList.contains("lit")`)
	p.waitText(".index-row", "computed: equal")
}

func TestPaletteGoesToATime(t *testing.T) {
	p := openStory(t, "")
	p.openPalette()
	p.do("type", chromedp.SendKeys("#palette-field", "16:12:30", chromedp.ByQuery))
	p.waitText("#palette-0", "Go to 2026-05-22 16:12:30.000 UTC")
	p.keys(kb.Enter)
	p.wait(`document.querySelector(".row.selected .c-time")?.textContent.startsWith("16:12:29.9")`)
	p.openPalette()
	p.do("type", chromedp.SendKeys("#palette-field", "node-3 log", chromedp.ByQuery))
	p.keys(kb.Tab, kb.Enter)
	p.waitText(".header-node", "node-3")
	p.openPalette()
	p.keys(kb.Escape)
	p.wait(`!document.querySelector(".palette") && document.activeElement?.id === "grid"`)
}

func TestCompareInThePage(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	other := filepath.Join(t.TempDir(), filepath.Base(damagedChain)) // the same folder once more would replace it
	if err := os.CopyFS(other, os.DirFS(damagedChain)); err != nil {
		t.Fatal(err)
	}
	p.drop(other)
	p.waitText(".total", "2 chains")
	p.click("#tab-compare")
	p.click("#compare-go")
	p.waitText(".compare-text", "Both chains are the same: 120 entries")
	p.wait(`document.querySelector("#compare-at-a")?.value === "120"`)
	p.write("#compare-at-a", "20")
	p.keys(kb.Enter)
	p.waitText(".compare", "recent_failures")
	p.screenshot("compare-light")
}

// A note is there after a reload, and travels with the chains that are saved.
func TestNotesStay(t *testing.T) {
	p := openStory(t, "#v1&node=node-2&channel=meshos%2Factions&at=947")
	p.waitSelected(947)
	p.keys("c")
	p.wait(`document.activeElement?.id === "note-text"`)
	p.do("type", chromedp.SendKeys("#note-text", "**here** it begins <b>x</b>", chromedp.ByQuery))
	p.do("type", chromedp.SendKeys("#note-author", "ann", chromedp.ByQuery))
	p.keys(kb.Enter)
	p.waitText(".note-text strong", "here")
	p.waitText(".note-text", "<b>x</b>")
	p.screenshot("notes-light")
	p.reloadAt("tab=notes")
	p.waitText(".note", "node-2 meshos/actions seq 947")
	p.keys(kb.Home)
	p.click(".note .ref")
	p.wait(`document.querySelector(".row.selected .c-seq")?.textContent === "947"`)
	p.eval(`chainglass.save = (name, parts) => { globalThis.saved = [name, new Blob(parts).size] }`, nil)
	p.eval(`[...document.querySelectorAll(".notes .button")].find((b) => b.textContent.startsWith("Save")).click()`, nil)
	p.wait(`globalThis.saved?.[1] > 1_000_000`)
	p.eval(`[...document.querySelectorAll(".note .button")].find((b) => b.textContent === "Delete").click()`, nil)
	p.waitText(".note", "Really delete")
	p.eval(`[...document.querySelectorAll(".note .button")].find((b) => b.textContent === "Really delete").click()`, nil)
	p.waitText(".notes", "No notes yet")
}

// The right panel does not hold up a page of a million records.
func TestReviewOfAMillion(t *testing.T) {
	p := openUI(t)
	p.drop(million(t))
	p.waitRows()
	p.waitText(".status-text", "1,000,000 records")
	p.click("#tab-findings")
	p.wait(`document.querySelector(".findings")?.textContent.includes("Looking for the story") === false`)
	p.click("#findings-reasons")
	p.wait(`document.querySelector(".reason") || document.querySelector(".reasons")?.textContent.includes("No reason")`)
	p.click("#tab-record")
	p.keys(kb.End)
	p.waitSelected(999_999)
	p.wait(`document.querySelector(".related")?.textContent.includes("Looking") === false`)
	if text := p.text(".related"); !strings.Contains(text, "elated") {
		t.Errorf("related: %q", text)
	}
}

// Tab goes round on a sheet and does not reach the page behind it.
func TestTabStaysOnASheet(t *testing.T) {
	p := openStory(t, "")
	for _, key := range []string{"?", "g"} {
		p.keys(key)
		p.wait(`document.activeElement?.closest(".sheet")`)
		for range 8 {
			p.keys(kb.Tab)
			p.wait(`document.activeElement?.closest(".sheet")`)
		}
		p.keys(kb.Escape)
		p.wait(`!document.querySelector(".sheet")`)
	}
}
