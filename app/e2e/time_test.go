package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// instant is a time of the incident's day in Unix nanoseconds.
func instant(t *testing.T, clock string) int64 {
	t.Helper()
	at, err := time.Parse(time.DateTime, "2026-05-22 "+clock)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixNano()
}

// openIncidentAt opens the incident with the time axis zoomed to two times, and
// the snapshot beside it.
func openIncidentAt(t *testing.T, from, to string) *page {
	t.Helper()
	address := fmt.Sprintf("%s#v1&tab=snapshot&range=%d..%d", serve(t, incidentFolder(t)), instant(t, from), instant(t, to))
	p := openPage(t, address)
	p.waitRows()
	p.waitAxis()
	return p
}

// waitAxis waits until the time axis is drawn, and nothing is being read.
func (p *page) waitAxis() {
	p.t.Helper()
	p.wait(`document.querySelector(".axis-chart g path") && document.querySelector("#axis-head") && !document.querySelector(".load")`)
}

// box is where an element is.
type box struct{ X, Y, Width, Height float64 }

func (p *page) box(selector string) (b box) {
	p.t.Helper()
	p.eval(fmt.Sprintf(`(() => { const r = document.querySelector(%q).getBoundingClientRect();
		return {X: r.x, Y: r.y, Width: r.width, Height: r.height}; })()`, selector), &b)
	return b
}

// mouse presses, moves or releases the main button.
func (p *page) mouse(kind input.MouseType, x, y float64, more ...func(*input.DispatchMouseEventParams)) {
	p.t.Helper()
	event := input.DispatchMouseEvent(kind, x, y).WithButton(input.Left).WithButtons(1).WithClickCount(1)
	for _, change := range more {
		change(event)
	}
	p.do(string(kind), event)
}

// drag moves the pressed pointer over an element: from one share of its width to
// another, at a share of its height.
func (p *page) drag(selector string, from, to, height float64) {
	p.t.Helper()
	b := p.box(selector)
	y := b.Y + height*b.Height
	p.mouse(input.MousePressed, b.X+from*b.Width, y)
	const steps = 8
	for i := 1; i <= steps; i++ {
		p.mouse(input.MouseMoved, b.X+(from+(to-from)*float64(i)/steps)*b.Width, y)
	}
	p.mouse(input.MouseReleased, b.X+to*b.Width, y)
}

// press clicks a share of the way into an element.
func (p *page) press(selector string, across, down float64) { p.drag(selector, across, across, down) }

// settle waits until the page has come to rest: what follows is measured by itself.
func (p *page) settle() {
	p.t.Helper()
	p.eval(`new Promise((done) => {
		let seen = -1;
		const look = () => {
			if (chainglassLongTasks.length === seen) {
				done();
				return;
			}
			seen = chainglassLongTasks.length;
			setTimeout(look, 500);
		};
		look();
	})`, nil)
}

func (p *page) playhead() (text string) {
	p.t.Helper()
	p.eval(`document.querySelector("#axis-head").getAttribute("aria-valuetext")`, &text)
	return text
}

func TestTimeAxis(t *testing.T) {
	p := openUI(t)
	p.scheme("light")
	p.drop(incidentFolder(t))
	p.waitRows()
	p.waitAxis()
	p.wait(`document.querySelectorAll(".axis-name").length === 3`)
	p.wait(`document.querySelectorAll(".axis-mark").length > 0`)
	p.screenshot("axis-light")
	p.settle()
	whole := p.text(".axis-range")
	p.drag("#axis-ruler", 0.25, 0.5, 0.5)
	p.wait(fmt.Sprintf(`document.querySelector(".axis-range").innerText !== %q && location.hash.includes("range=")`, whole))
	brushed := p.text(".axis-range")
	p.eval(`history.back()`, nil)
	p.wait(fmt.Sprintf(`document.querySelector(".axis-range").innerText === %q`, whole))
	p.eval(`history.forward()`, nil)
	p.wait(fmt.Sprintf(`document.querySelector(".axis-range").innerText === %q`, brushed))
	p.scheme("dark")
	p.screenshot("axis-zoomed-dark")
	b := p.box("#axis-strips")
	p.do("wheel", input.DispatchMouseEvent(input.MouseWheel, b.X+b.Width/2, b.Y+b.Height/2).WithDeltaY(-200))
	p.wait(fmt.Sprintf(`document.querySelector(".axis-range").innerText !== %q`, brushed))
	p.screenshot("axis-tip-dark")
	p.keys("0")
	p.wait(fmt.Sprintf(`document.querySelector(".axis-range").innerText === %q`, whole))
	p.do("focus", chromedp.Focus("#axis-head", chromedp.ByQuery))
	p.keys("+", "+")
	p.wait(fmt.Sprintf(`document.querySelector(".axis-range").innerText !== %q`, whole))
}

func TestAxisOnANarrowScreen(t *testing.T) {
	p := openUI(t)
	p.drop(incidentFolder(t))
	p.waitRows()
	p.size(390, 844)
	p.waitAxis()
	p.wait(`document.querySelector(".axis.low")`)
	p.screenshot("axis-narrow")
	p.wait(`document.documentElement.scrollWidth <= 390`)
}

// At the freeze node 1 had 256 recent failures, the newest a gated one.
func TestPlayheadLeadsTheSnapshot(t *testing.T) {
	p := openIncidentAt(t, "16:17:12.300", "16:17:13.300")
	p.settle()
	p.drag("#axis-strips", 0.1, 0.5, 0.1)
	p.waitText(".part h3 .badge", "256")
	p.waitText(".part-table tbody tr", "action-id:5067")
	p.waitText(".part-table tbody tr", "727")
	p.wait(`document.querySelector("#axis-head").getAttribute("aria-valuetext").startsWith("2026-05-22 16:17:12.")`)
	p.waitText(".header-node", "node-1")
	p.screenshot("freeze")
}

func TestMarksLeadToTheirRecords(t *testing.T) {
	p := openUI(t)
	p.drop(incidentFolder(t))
	p.waitRows()
	p.waitAxis()
	p.wait(`[...document.querySelectorAll(".axis-mark")].some((m) => m.textContent === "R")`)
	p.eval(`[...document.querySelectorAll(".axis-mark")].find((m) => m.textContent === "R").click()`, nil)
	p.wait(`document.querySelector("#axis-head").getAttribute("aria-valuetext").startsWith("2026-05-22 16:1")`)
	if text := p.playhead(); text < "2026-05-22 16:17" || text > "2026-05-22 16:19" {
		t.Errorf("the restart is at %s", text)
	}
}

// What changed on node 2 from a minute before the first burst to a minute after.
func TestPinAndChanges(t *testing.T) {
	p := openIncidentAt(t, "16:06:00.646", "16:10:00.646")
	p.press("#axis-strips", 0.25, 0.5)
	p.waitText(".header-node", "node-2")
	p.wait(`document.querySelector("#axis-head").getAttribute("aria-valuetext") <= "2026-05-22 16:07:00.646"`)
	p.keys("a")
	p.waitText(".changes", "Nothing changed")
	p.press("#axis-strips", 0.75, 0.5)
	p.waitText(".changes h3", "recent_failures")
	p.waitText(".changes h3", "appeared")
	p.waitText(".changes h3", "256 appeared")
	p.waitText(".change.appeared", "action-id:")
	p.wait(`document.querySelector(".axis-flag")`)
	p.wait(`location.hash.includes("a-channel") && location.hash.includes("state=changes")`)
	p.screenshot("changes")
	p.scheme("dark")
	p.screenshot("changes-dark")
	p.do("reload", chromedp.Reload())
	p.waitRows()
	p.waitText(".changes h3", "recent_failures")
	p.wait(`document.querySelector(".axis-flag")`)
	p.keys("A")
	p.wait(`!document.querySelector(".changes") && !document.querySelector(".axis-flag")`)
}

func TestPlay(t *testing.T) {
	p := openUI(t)
	p.drop(incidentFolder(t))
	p.waitRows()
	p.waitAxis()
	p.settle()
	before := p.playhead()
	p.eval(`(() => { const s = document.querySelector("#axis-speed"); s.value = "1000"; s.dispatchEvent(new Event("change", {bubbles: true})); })()`, nil)
	p.keys("r")
	p.wait(`document.querySelector("#axis-play").getAttribute("aria-pressed") === "true"`)
	p.wait(fmt.Sprintf(`document.querySelector("#axis-head").getAttribute("aria-valuetext") > %q.slice(0, 16) + ":59"`, before))
	p.keys("r")
	p.wait(`document.querySelector("#axis-play").getAttribute("aria-pressed") === "false"`)
}

// dragRoundTrips moves the held playhead and returns in milliseconds how long
// each move took from the pointer's event to the snapshot in the page, and how
// long the engine took to answer for the state.
const dragRoundTrips = `(async () => {
	const strips = document.querySelector("#axis-strips");
	const shown = () => document.querySelector(".panel-what b")?.textContent;
	const { x, y, width, height } = strips.getBoundingClientRect();
	const times = [];
	// A message is an array that begins with the request's number; a request goes
	// on with the method.
	const numberOf = (bytes) => {
		const head = bytes[1];
		const size = head < 24 ? 0 : 1 << (head - 24);
		let number = head < 24 ? head : 0;
		for (let i = 0; i < size; i++) number = number * 256 + bytes[2 + i];
		return { number, rest: 2 + size };
	};
	const isState = (bytes, at) => String.fromCharCode(...bytes.subarray(at, at + 6)) === "\x65state";
	const asked = new Map();
	const trips = [];
	const worker = chainglass.engine.worker;
	const post = worker.postMessage.bind(worker);
	worker.postMessage = (message, transfer) => {
		if (message.bytes) {
			const { number, rest } = numberOf(message.bytes);
			if (isState(message.bytes, rest)) asked.set(number, performance.now());
		}
		post(message, transfer);
	};
	worker.addEventListener("message", ({ data }) => {
		if (!data.bytes) return;
		const { number } = numberOf(data.bytes);
		if (asked.has(number)) trips.push(performance.now() - asked.get(number));
		asked.delete(number);
	});
	// One channel: garbage of the test would be collected from the page's time.
	const { port1, port2 } = new MessageChannel();
	for (let i = 0; i < 100; i++) {
		const before = shown();
		const start = performance.now();
		const share = 0.05 + 0.9 * ((i * 37) % 100) / 100;
		strips.dispatchEvent(new PointerEvent("pointermove",
			{ bubbles: true, clientX: x + share * width, clientY: y + height / 2, buttons: 1, pointerId: 1 }));
		while (shown() === before && performance.now() - start < 2000) {
			await new Promise((done) => { port1.onmessage = done; port2.postMessage(0); });
		}
		times.push(performance.now() - start);
	}
	delete worker.postMessage;
	return { times, trips };
})()`

// spread tells the middle and the end of what was measured, in milliseconds.
func spread(times []float64) string {
	if len(times) == 0 {
		return "never"
	}
	slices.Sort(times)
	return fmt.Sprintf("median %.1f ms, 95th percentile %.1f ms of %d", times[len(times)/2], times[len(times)*95/100], len(times))
}

func TestScrubAMillionRecords(t *testing.T) {
	p := openUI(t)
	p.drop(million(t))
	p.waitWithin(2*patience, `document.querySelector(".axis-chart g path") && !document.querySelector(".load")`)
	p.keys("2")
	p.wait(`document.querySelector(".snapshot .panel-what")`)
	p.waitWithin(3*patience, `document.querySelector(".axis-mark")`) // the story is found
	p.settle()
	b := p.box("#axis-strips")
	p.mouse(input.MousePressed, b.X+20, b.Y+b.Height/2)
	var measured struct{ Times, Trips []float64 }
	p.evalWithin(3*patience, dragRoundTrips, &measured)
	p.mouse(input.MouseReleased, b.X+20, b.Y+b.Height/2)
	t.Logf("state asked for and answered: %s", spread(measured.Trips))
	t.Logf("from the pointer's event to the snapshot in the page, two frames included: %s", spread(measured.Times))
	p.settle()
	p.drag("#axis-ruler", 0.4, 0.6, 0.5)
	p.wait(`location.hash.includes("range=")`)
	b = p.box("#axis-strips")
	for range 10 {
		p.do("wheel", input.DispatchMouseEvent(input.MouseWheel, b.X+b.Width/3, b.Y+b.Height/2).WithDeltaY(-60))
	}
	if shown := p.text(".axis-range"); !strings.Contains(shown, "–") {
		t.Errorf("the axis shows %q", shown)
	}
	p.screenshot("axis-million")
}
