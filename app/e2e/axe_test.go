package e2e

import (
	"os"
	"strings"
	"testing"
)

// axeSource is axe-core as its makers publish it.
func axeSource(t testing.TB) string {
	t.Helper()
	source, err := os.ReadFile("testdata/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// axeRun has axe look at all of the page and returns what is serious or worse, a
// line each.
const axeRun = `axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })
	.then(({ violations, passes }) => passes.length < 10 ? ["axe looked at next to nothing"] : violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.map(({ id, impact, help, nodes }) => impact + " " + id + ": " + help + "\n" +
			nodes.slice(0, 5).map((node) => "    " + node.html.slice(0, 200) + "\n      " + (node.any[0] ?? node.all[0] ?? node.none[0])?.message).join("\n")))`

// accessible fails if axe finds anything serious in the present state.
func (p *page) accessible(state string) {
	p.t.Helper()
	var loaded bool
	p.eval(`typeof axe !== "undefined"`, &loaded)
	if !loaded {
		p.eval(axeSource(p.t)+";undefined", nil)
	}
	var violations []string
	p.asTest(func() { p.eval(axeRun, &violations) })
	if len(violations) > 0 {
		p.t.Errorf("%s:\n%s", state, strings.Join(violations, "\n"))
	}
}

// Nothing serious stands in the way of assistive technology, whatever is shown.
func TestAxeFindsNothingSerious(t *testing.T) {
	p := openUI(t)
	p.scheme("light")
	p.accessible("empty")
	p.drop(incidentFolder(t))
	p.waitRows()
	p.wait(`document.querySelector(".axis-mark")`)
	tabs := []struct{ name, open, ready string }{
		{"record", "#tab-record", `document.querySelector(".related-row")`},
		{"snapshot", "#tab-snapshot", `document.querySelector(".snapshot")`},
		{"what was found", "#tab-findings", `document.querySelector(".findings")`},
		{"findings", "#findings-story", `document.querySelectorAll(".insight").length > 8`},
		{"reasons", "#findings-reasons", `document.querySelector(".reasons")`},
		{"operators", "#findings-operators", `document.querySelector(".timeline-item")`},
		{"notes", "#tab-notes", `document.querySelector(".notes")`},
		{"a note", "#note-record", `document.querySelector(".note-form")`},
		{"compare", "#tab-compare", `document.querySelector(".compare")`},
		{"compared", "#compare-go", `document.querySelector(".span-run")`},
	}
	for _, scheme := range []string{"light", "dark"} {
		p.scheme(scheme)
		for _, tab := range tabs {
			p.click(tab.open)
			p.wait(tab.ready)
			p.accessible(tab.name + ", " + scheme)
		}
	}
	p.keys("?")
	p.wait(`document.querySelector(".sheet .keys")`)
	p.accessible("help")
	p.escape()
	p.openPalette()
	p.accessible("palette")
	p.screenshot("palette")
	p.escape()
	p.click("#add")
	p.wait(`document.querySelector(".menu")`)
	p.accessible("menu")
	p.escape()
	p.size(390, 844)
	for _, pane := range []string{"sources", "records", "details"} {
		p.eval(`[...document.querySelectorAll(".pane-button")].find((b) => b.textContent.toLowerCase().includes("`+pane+`")).click()`, nil)
		p.wait(`document.querySelector(".app").dataset.pane === "` + pane + `"`)
		p.accessible("390 pixels, " + pane)
	}
}

func TestAxeOnADamagedChain(t *testing.T) {
	p := openUI(t)
	p.drop(damagedChain)
	p.waitRows()
	p.click("#tab-findings")
	p.waitText(".findings", "Payload does not match its checksum")
	p.accessible("damage")
	p.click(".finding.leads")
	p.click("#tab-record")
	p.waitText(".record .card", "These are not the bytes that were written")
	p.accessible("a damaged record")
}
