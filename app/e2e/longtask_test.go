package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// What blocks the page for more than 50 ms is told by its browser. Every test logs
// it, and all of it is written beside the screenshots: it is a measurement of the page
// on this machine, which a busy machine makes worse, so no test fails by it.

// longTaskMark begins what observeLongTasks says.
const longTaskMark = "long task: "

const observeLongTasks = `if (self === top) {
	new PerformanceObserver((list) => {
		for (const { startTime, duration } of list.getEntries()) {
			console.debug("` + longTaskMark + `" + Math.round(duration) + " ms, at " + Math.round(startTime) + " ms");
		}
	}).observe({ type: "longtask", buffered: true });
}`

// longTaskReport is what all tests saw.
var longTaskReport struct {
	mu    sync.Mutex
	pages int
	lines []string
}

// longTask is a task of the page.
type longTask struct {
	durationMS, startMS float64
	after               string // what the test was doing
}

// span is a time of the page's clock.
type span struct{ fromMS, toMS float64 }

// tellLongTask takes what was said in the console and tells if it was of a task.
func (p *page) tellLongTask(said string) bool {
	text, is := strings.CutPrefix(strings.Trim(said, `"`), longTaskMark)
	if is {
		p.mu.Lock()
		defer p.mu.Unlock()
		task := longTask{after: p.doing}
		if _, err := fmt.Sscanf(text, "%f ms, at %f ms", &task.durationMS, &task.startMS); err != nil {
			p.faults = append(p.faults, "not a long task: "+said)
		}
		p.longTasks = append(p.longTasks, task)
	}
	return is
}

// asTest has the test work within the page, which is not the page's doing.
func (p *page) asTest(work func()) {
	p.t.Helper()
	var s span
	p.eval(`performance.now()`, &s.fromMS)
	work()
	p.eval(`performance.now()`, &s.toMS)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ownWork = append(p.ownWork, s)
}

// reportLongTasks tells what was seen of them.
func (p *page) reportLongTasks() {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := &longTaskReport
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pages++
	for _, task := range p.longTasks {
		if slices.ContainsFunc(p.ownWork, func(s span) bool { return task.startMS >= s.fromMS && task.startMS <= s.toMS }) {
			continue
		}
		line := fmt.Sprintf("%.0f ms, at %.0f ms, after: %s", task.durationMS, task.startMS, task.after)
		p.t.Log("long task: " + line)
		r.lines = append(r.lines, p.t.Name()+": "+line)
	}
}

// writeLongTasks writes what all tests saw.
func writeLongTasks() error {
	r := &longTaskReport
	if r.pages == 0 {
		return nil
	}
	text := fmt.Sprintf("Tasks of the page over 50 ms: %d in %d pages of the tests.\n", len(r.lines), r.pages)
	for _, line := range r.lines {
		text += line + "\n"
	}
	path := filepath.Join("screenshots", "long-tasks.txt")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
