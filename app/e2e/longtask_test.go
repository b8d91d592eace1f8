package e2e

import (
	"fmt"
	"os"
	"path/filepath"
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

// tellLongTask takes what was said in the console and tells if it was of a task.
func (p *page) tellLongTask(said string) bool {
	task, is := strings.CutPrefix(strings.Trim(said, `"`), longTaskMark)
	if is {
		p.mu.Lock()
		p.longTasks = append(p.longTasks, task+", after: "+p.doing)
		p.mu.Unlock()
	}
	return is
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
		p.t.Log("long task: " + task)
		r.lines = append(r.lines, p.t.Name()+": "+task)
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
	return os.WriteFile(filepath.Join("screenshots", "long-tasks.txt"), []byte(text), 0o644)
}
