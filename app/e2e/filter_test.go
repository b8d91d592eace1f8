package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// openIncident opens the page with the incident in it.
func openIncident(t *testing.T, fragment string) *page {
	t.Helper()
	p := openPage(t, serve(t, incidentFolder(t))+fragment)
	p.waitRows()
	return p
}

// filterFor types a query into the filter line.
func (p *page) filterFor(query string) {
	p.t.Helper()
	p.keys("/")
	p.wait(`document.activeElement?.id === "filter"`)
	// DevTools sends the character of a key also if the page took the key.
	p.eval(`document.querySelector("#filter").select()`, nil)
	p.do("type", press(query), press(kb.Enter))
}

// waitCount waits until the filter line counts rows.
func (p *page) waitCount(text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`document.querySelector(".filter-rows")?.textContent === %q`, text))
}

// rowsInOrder are the rows in sight from top to bottom.
const rowsInOrder = `[...document.querySelectorAll(".row:not(.head):not(.waiting):not(.unused)")]
	.sort((a, b) => a.getAttribute("aria-rowindex") - b.getAttribute("aria-rowindex"))`

// What the filter line counts is what the engine counts natively.
func TestFilterCounts(t *testing.T) {
	p := openIncident(t, "")
	p.keys("m")
	p.waitCount("57,365 of 57,365")
	for _, c := range []struct{ query, rows string }{
		{"outcome:failed", "21,432"},
		{"outcome:gated -kind:start_daemon chain:action", "0"},
		{`reason:"timed out" node:node-2`, "2,407"},
		{"time:16:08..16:15 outcome:failed,error", "22,493"},
		{"unreachable or panicked", "5,902"},
		{"/pull|drain/ -outcome:dispatched", "15,315"},
		{"id:42..99 chain:action (node:node-1 or node:node-3)", "174"},
		{"cooldown:>=20s", "194"},
	} {
		p.filterFor(c.query)
		p.waitCount(c.rows + " of 57,365")
		p.keys(kb.Escape)
		p.wait(`document.querySelector("#filter").value === ""`)
		p.waitCount("57,365 of 57,365")
		p.keys(kb.Escape, kb.Escape) // the suggestions, then the field
		p.wait(`document.activeElement?.id === "grid"`)
	}
}

func TestFilterShowsOnlyWhatItKeeps(t *testing.T) {
	p := openIncident(t, "")
	p.filterFor("outcome:gated")
	p.waitCount("796 of 12,496")
	p.wait(`[...document.querySelectorAll(".row:not(.head):not(.unused) .c-outcome")].every((cell) => cell.textContent === "Gated")`)
	p.waitText(".filter-searched", "whole chain searched")
	p.eval(`document.querySelector("#grid").focus()`, nil)
	p.keys(kb.End)
	p.wait(`document.querySelector(".row.selected .c-outcome")?.textContent === "Gated"`)
	p.wait(`document.querySelector(".record .panel-what b")?.textContent === document.querySelector(".row.selected .c-seq").textContent`)
	p.screenshot("filter-light")
	p.scheme("dark")
	p.screenshot("filter-dark")
}

func TestFaultIsUnderlined(t *testing.T) {
	p := openIncident(t, "")
	p.filterFor("kind:pull_replica outcome:faild")
	p.waitText(".filter-underline .wrong", "faild")
	p.waitText(".filter-fault", "faild")
	p.wait(`document.querySelector("#filter").getAttribute("aria-invalid") === "true"`)
	var overlap bool
	p.eval(`(() => { const wrong = document.querySelector(".filter-underline .wrong").getBoundingClientRect(), field = document.querySelector("#filter").getBoundingClientRect();
		return wrong.width > 10 && wrong.left > field.left && wrong.right < field.right; })()`, &overlap)
	if !overlap {
		t.Error("the underline is not behind the field")
	}
	p.screenshot("filter-fault")
}

func TestCompletion(t *testing.T) {
	p := openIncident(t, "")
	p.eval(`document.querySelector("#filter").focus()`, nil)
	p.do("type", press("templ"))
	p.waitText(".suggestion", "template:")
	p.keys(kb.ArrowDown, kb.Enter)
	p.waitText(".suggestion", "#")
	p.screenshot("filter-completion")
	p.keys(kb.ArrowDown, kb.Enter)
	p.wait(`document.querySelector("#filter").value.startsWith("template:") && document.querySelector(".suggestions").hidden`)
	p.wait(`![undefined, "12,496 of 12,496"].includes(document.querySelector(".filter-rows")?.textContent)`)
	p.keys(kb.Escape)
	p.waitCount("12,496 of 12,496")
}

func TestFacets(t *testing.T) {
	p := openIncident(t, "")
	facet := func(field, name, button string) string {
		return fmt.Sprintf(`[...document.querySelectorAll('.facet[data-field=%q] .facet-value')].find((value) => value.querySelector(".facet-name").textContent === %q).querySelector(%q)`, field, name, button)
	}
	p.wait(`document.querySelector('.facet[data-field="outcome"]')`)
	p.eval(facet("outcome", "failed", ".facet-pick")+`.click()`, nil)
	p.waitCount("6,485 of 12,496")
	p.wait(`document.querySelector("#filter").value === "outcome:failed"`)
	p.wait(facet("outcome", "failed", ".facet-pick") + `.getAttribute("aria-pressed") === "true"`)
	p.eval(facet("kind", "pull_replica", ".facet-pick")+`.dispatchEvent(new MouseEvent("click", { bubbles: true, altKey: true }))`, nil)
	p.wait(`document.querySelector("#filter").value === "outcome:failed -kind:pull_replica"`)
	p.wait(`!document.querySelector(".filter-rows").textContent.startsWith("6,485")`)
	p.screenshot("facets")
	p.eval(facet("kind", "pull_replica", ".facet-exclude")+`.click()`, nil)
	p.waitCount("6,485 of 12,496")
	p.eval(facet("outcome", "failed", ".facet-pick")+`.click()`, nil)
	p.waitCount("12,496 of 12,496")
}

// All chains in one table are in order of time, by either clock.
func TestMergedTable(t *testing.T) {
	p := openIncident(t, "")
	p.click(".all-chains")
	p.waitCount("57,365 of 57,365")
	p.waitText(".mix-header", "12 chains of 3 nodes")
	p.waitText(".mix-header", "node-3's record clock is 1.701 s behind")
	// Rows change one after the other, so all of it is asked at once.
	inOrder := func(while string) {
		t.Helper()
		t.Log(while)
		p.wait(`(() => {
			const cells = (name) => ` + rowsInOrder + `.map((row) => row.querySelector(name).textContent);
			const times = cells(".c-time"), nodes = cells(".c-node");
			return !document.querySelector(".row.waiting:not(.unused)") && times.length >= 10 &&
				times.every((time, i) => i === 0 || times[i - 1] <= time) && nodes.includes("node-1") && nodes.includes("node-3");
		})()`)
	}
	inOrder("at the top")
	p.screenshot("merged-light")
	p.keys(kb.End)
	p.wait(`document.querySelector(".row.selected")?.getAttribute("aria-rowindex") === "57366"`)
	inOrder("at the end")
	p.eval(`document.querySelectorAll(".mix-order .segment")[1].click()`, nil)
	p.waitText(".row.head", "recorded")
	inOrder("by record clock")
	p.click("#mix-correct")
	p.wait(`location.hash.includes("clocks=corrected")`)
	inOrder("corrected")
	p.scheme("dark")
	p.screenshot("merged-dark")
	p.size(390, 844)
	p.screenshot("merged-narrow")
}

func TestChainsAreAddedAndTakenAway(t *testing.T) {
	p := openIncident(t, "")
	p.eval(`document.querySelectorAll(".chain-box")[7].click()`, nil)
	p.waitText(".mix-header", "2 chains of 2 nodes")
	p.waitCount("27,955 of 27,955")
	p.eval(`document.querySelectorAll(".chain")[11].dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: true }))`, nil)
	p.waitText(".mix-header", "3 chains of 3 nodes")
	p.eval(`document.querySelectorAll(".node-name")[1].click()`, nil)
	p.waitText(".mix-header", "4 chains of node-2")
	p.eval(`document.querySelectorAll(".chain")[0].click()`, nil)
	p.waitText(".header-channel", "admin-audit")
}

func TestReloadAndHistoryKeepTheTable(t *testing.T) {
	p := openIncident(t, "")
	p.keys("m")
	p.waitCount("57,365 of 57,365")
	p.filterFor("outcome:gated node:node-1 chain:action")
	p.waitCount("796 of 57,365")
	p.wait(`document.querySelector("#grid").getAttribute("aria-rowcount") === "797"`)
	p.eval(`document.querySelector("#grid").focus()`, nil)
	p.keys(kb.End)
	p.wait(`document.querySelector(".row.selected")?.getAttribute("aria-rowindex") === "797"`)
	p.wait(`location.hash.includes("q=outcome") && location.hash.includes("show=")`)
	p.wait(`document.querySelector(".record .panel-what b")?.textContent === document.querySelector(".row.selected .c-seq").textContent`)
	seq := p.text(".record .panel-what")
	p.eval(`new Promise((resolve) => setTimeout(resolve, 400))`, nil) // the address is written with a delay
	p.do("reload", chromedp.Reload())
	p.waitRows()
	p.waitCount("796 of 57,365")
	p.wait(`document.querySelector(".row.selected")?.getAttribute("aria-rowindex") === "797"`)
	p.waitText(".record .panel-what", seq)
	if got := p.text(".record .panel-what"); got != seq {
		t.Errorf("after reloading %q is shown, want %q", got, seq)
	}
	p.do("back", chromedp.NavigateBack())
	p.waitCount("57,365 of 57,365")
	p.wait(`document.querySelector("#filter").value === ""`)
	p.do("back", chromedp.NavigateBack())
	p.waitText(".header-channel", "meshos/actions")
	p.do("forward", chromedp.NavigateForward())
	p.waitText(".mix-header", "12 chains")
	p.do("forward", chromedp.NavigateForward())
	p.waitCount("796 of 57,365")
}

func TestStepsBetweenFailuresAndFindings(t *testing.T) {
	p := openIncident(t, "")
	p.keys("f")
	p.wait(`document.querySelector(".row.selected .c-outcome")?.textContent === "Failed"`)
	first := p.selected()
	p.keys("f")
	p.wait(fmt.Sprintf(`document.querySelector(".row.selected .c-seq")?.textContent > %q`, first))
	p.keys("F")
	p.wait(fmt.Sprintf(`document.querySelector(".row.selected .c-seq")?.textContent === %q`, first))
	p.keys("n")
	p.wait(fmt.Sprintf(`document.querySelector(".row.selected .c-seq") && document.querySelector(".row.selected .c-seq").textContent !== %q`, first))
}

func TestLanguageIsInTheHelp(t *testing.T) {
	p := openIncident(t, "")
	p.keys("?")
	p.waitText(".language", "timed out")
	p.screenshot("help-language")
	p.eval(`[...document.querySelectorAll(".language-example")].find((example) => example.textContent === "outcome:failed or outcome:gated").click()`, nil)
	p.waitCount("7,281 of 12,496")
}

// A search through the texts of a million records shows how far it is, and stops.
func TestTextSearchOverAMillionStops(t *testing.T) {
	p := openUI(t)
	p.drop(million(t))
	p.waitRows()
	p.waitText(".status-text", "1,000,000 records")
	p.eval(`new MutationObserver((_, observer) => {
		const stop = document.querySelector("#filter-stop");
		if (stop) {
			observer.disconnect();
			stop.click();
		}
	}).observe(document.body, { subtree: true, childList: true })`, nil)
	p.filterFor("/1[0-9]*7[0-9]*3[0-9]* /") // the numbers in the texts have to be read
	p.waitText(".filter-searched", "stopped at")
	t.Log(p.text(".filter-count"))
	p.filterFor("outcome:failed") // what was there is selected and replaced
	p.waitText(".filter-searched", "whole chain searched")
	t.Log(p.text(".filter-count"))
}
