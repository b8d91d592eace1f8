package engines

import (
	"fmt"
	"testing"
	"time"
)

// openIncident opens the incident at a place: a fragment without its "#".
func (p *tab) openIncident(place string) {
	p.t.Helper()
	p.openServed(servePage(p.t) + "#" + place)
	p.waitEmpty()
	p.choose(filesInput, absolute(p.t, sampleZip))
	p.waitIncident()
}

// shown is a JavaScript expression: the seqs of the rows that are drawn.
const shown = `[...document.querySelectorAll(".row:not(.head):not(.waiting):not(.unused) .c-seq")].map((cell) => +cell.textContent)`

// The chain that is shown first has lastSeq as its last record.
const lastSeq = 12495

func scrollToTheLast(p *tab) {
	p.openIncident("")
	p.press(ArrowDown, PageDown)
	p.wait(`+document.querySelector(".row.selected .c-seq")?.textContent > 1`)
	p.press(End)
	p.waitSelected(lastSeq)
	p.waitText(".record .panel-what", fmt.Sprint(lastSeq))
	p.press(Home)
	p.waitSelected(0)
	p.wheelUntil("#grid", 220, `Math.min(...`+shown+`) > 0`)
	p.wheelUntil("#grid", 20_000, shown+fmt.Sprintf(".includes(%d)", lastSeq))
	p.screenshot("last")
}

// instant is a time of the incident's day in Unix nanoseconds.
func instant(t *testing.T, clock string) int64 {
	t.Helper()
	at, err := time.Parse(time.DateTime, "2026-05-22 "+clock)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixNano()
}

const playhead = `document.querySelector("#axis-head")?.getAttribute("aria-valuetext")`

// At the freeze node 1 had 256 recent failures, the newest a gated one.
func travelInTime(p *tab) {
	p.openIncident(fmt.Sprintf("v1&tab=snapshot&range=%d..%d", instant(p.t, "16:17:12.300"), instant(p.t, "16:17:13.300")))
	p.wait(`document.querySelector(".axis-chart g path") && document.querySelector("#axis-head")`)
	p.drag("#axis-strips", 0.1, 0.5, 0.1)
	p.wait(playhead + `?.startsWith("2026-05-22 16:17:12.")`)
	p.waitText(".part h3 .badge", "256")
	p.waitText(".part-table tbody tr", "action-id:5067")
	p.screenshot("freeze")
	before := p.text(".snapshot")
	p.press("0") // the whole time
	p.drag("#axis-strips", 0.05, 0.05, 0.1)
	p.wait(playhead + `?.startsWith("2026-05-22 16:0")`)
	p.wait(fmt.Sprintf(`document.querySelector(".snapshot") && document.querySelector(".snapshot").innerText !== %q`, before))
	var early string
	p.eval(playhead, &early)
	p.press("f") // the next failure
	p.wait(fmt.Sprintf(`%s > %q`, playhead, early))
}
