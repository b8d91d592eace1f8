package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// asker answers a question on a page that has just been opened with the
// incident, and counts what a hand does.
type asker struct {
	*page
	interactions int
}

// mostInteractions is how many clicks, keys and typed lines an answer may take.
const mostInteractions = 3

func (a *asker) did() {
	a.t.Helper()
	if a.interactions++; a.interactions > mostInteractions {
		a.t.Errorf("interaction %d of %d", a.interactions, mostInteractions)
	}
}

// clicks clicks the first element of a selector.
func (a *asker) clicks(selector string) {
	a.t.Helper()
	a.did()
	a.wait(fmt.Sprintf(`document.querySelector(%q)`, selector))
	a.page.click(selector)
}

// chooses shows the findings of one rule only.
func (a *asker) chooses(rule string) {
	a.t.Helper()
	a.clicks(fmt.Sprintf(".chip[data-rule=%q]", rule))
	a.wait(fmt.Sprintf(`[...document.querySelectorAll(".insight")].every((e) => e.dataset.rule === %q)`, rule))
}

// clicksText clicks the first element of a selector that shows a text.
func (a *asker) clicksText(selector, text string) {
	a.t.Helper()
	a.did()
	found := fmt.Sprintf(`[...document.querySelectorAll(%q)].find((e) => e.textContent.includes(%q))`, selector, text)
	a.wait(found)
	a.eval(fmt.Sprintf(`(%s).scrollIntoView({ block: "center" })`, found), nil)
	a.eval(fmt.Sprintf(`(%s).click()`, found), nil)
}

// presses presses one key.
func (a *asker) presses(key string) {
	a.t.Helper()
	a.did()
	a.keys(key)
}

// types writes a line into a field and presses Enter.
func (a *asker) types(selector, line string) {
	a.t.Helper()
	a.did()
	a.wait(fmt.Sprintf(`document.querySelector(%q)`, selector))
	a.do("type", chromedp.SendKeys(selector, line, chromedp.ByQuery))
	a.keys(kb.Enter)
}

// reads waits until elements of a selector show all texts, each one of them
// somewhere.
func (a *asker) reads(selector string, texts ...string) {
	a.t.Helper()
	for _, text := range texts {
		a.wait(fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.textContent.includes(%q))`, selector, text))
	}
}

// readsFinding waits for a finding whose text has all parts.
func (a *asker) readsFinding(parts ...string) {
	a.t.Helper()
	var conditions []string
	for _, part := range parts {
		conditions = append(conditions, fmt.Sprintf(`e.textContent.includes(%q)`, part))
	}
	a.wait(fmt.Sprintf(`[...document.querySelectorAll(".insight")].some((e) => %s)`, strings.Join(conditions, " && ")))
}

// What a reviewer of the incident asks is answered in three interactions.
func TestTheElevenQuestions(t *testing.T) {
	for _, q := range []struct {
		question string
		answer   func(*asker)
	}{
		{"when did node 1 restart", func(a *asker) {
			a.presses("3")
			a.readsFinding("The process restarted", "node-1", "16:17:59.833", "16:18:21.488")
		}},
		{"which reason failed most between 16:08 and 16:15 and on which node did it begin", func(a *asker) {
			a.presses("3")
			a.clicks("#findings-reasons")
			a.types("#reasons-span", "16:08..16:15")
			a.reads(".reason:first-child", "5,585")
			a.reads(".reason:first-child", "peer # unreachable: connection refused")
			a.reads(".reason:first-child .ref:first-child", "began on node-2 at 2026-05-22 16:08:01.330")
		}},
		{"how many starts were gated before the restart and how long was the longest cooldown", func(a *asker) {
			a.presses("3")
			a.readsFinding("796 starts gated", "29.963s")
		}},
		{"how many actions exhausted their retries and on which node most", func(a *asker) {
			a.presses("3")
			a.chooses("retries-exhausted")
			a.reads(".insight:nth-of-type(1)", "3,903 actions exhausted all retries on 3 nodes")
			a.readsFinding("node-2", "1,588 actions")
			a.readsFinding("node-1", "1,172 actions")
			a.readsFinding("node-3", "1,143 actions")
		}},
		{"what became of one of them, attempt by attempt", func(a *asker) {
			a.presses("3")
			a.chooses("retries-exhausted")
			a.clicksText(".insight .button", "5 rows and rule")
			a.reads(".insight .ref", "action 949, attempt 1 at 16:08:00.871", "attempt 2 at 16:08:01.166",
				"attempt 3 at 16:08:01.417", "attempt 4 at 16:08:01.633", "attempt 5 at 16:08:02.621: dispatch retry budget exhausted")
		}},
		{"did a dispatcher panic, when", func(a *asker) {
			a.presses("3")
			a.readsFinding("A dispatcher panicked", "node-1", "16:12:30.311")
			a.clicksText(".insight .finding-title", "A dispatcher panicked")
			a.reads(".row.selected .c-seq", "6355")
		}},
		{"who tried to drain node 1 and was refused, why", func(a *asker) {
			a.presses("3")
			a.clicks("#findings-operators")
			a.reads(".timeline-item", "Refused: drain of node", "16:15:00.314")
			a.reads(".timeline-item", "operator 53261", "not_authorized")
		}},
		{"what was node 1's recent_failures at the moment of the freeze", func(a *asker) {
			a.presses("2")
			a.clicks(`.axis-mark[aria-label*="freeze"]`)
			a.reads(".panel-head", "2026-05-22 16:17:12")
			a.reads(".part:nth-of-type(1) h3", "recent_failures 256")
			a.reads(".part:nth-of-type(1) td", "action-id:5067")
			a.reads(".part:nth-of-type(1) td", "727")
		}},
		{"which node's clock is off, by how much", func(a *asker) {
			a.presses("3")
			a.chooses("clock-skew")
			a.readsFinding("node-3", "1.701s behind")
		}},
		{"has every live failure its counterpart on the action chain", func(a *asker) {
			a.presses("3")
			a.chooses("live-failures")
			a.readsFinding("node-1", "All 1,969 live failures have their action record")
			a.readsFinding("node-2", "All 1,588 live failures have their action record")
			a.readsFinding("node-3", "All 1,143 live failures have their action record")
		}},
		{"what did the cluster look like one minute before the first failure burst compared with one minute after", func(a *asker) {
			a.presses("3")
			a.chooses("failure-burst")
			a.clicks(`.insight[data-rule="failure-burst"] .button[title*="a minute before"]`)
			a.reads(".state-source", "2026-05-22 16:07:00", "2026-05-22 16:09:00")
			a.reads(".changes-node", "node-1", "node-2", "node-3")
			a.reads(".part h3", "recent_failures")
			a.reads(".change", "action-id:")
		}},
	} {
		t.Run(q.question, func(t *testing.T) {
			a := &asker{page: openStory(t, "")}
			a.t = t
			q.answer(a)
			t.Logf("%d interactions", a.interactions)
		})
	}
}
