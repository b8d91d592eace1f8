package e2e

import "testing"

func TestBoot(t *testing.T) {
	eachForm(t, func(t *testing.T, p *page) {
		p.waitText("#status", "echo ping")
		t.Logf("%s; long tasks %v ms", p.timings(), p.longTasks())
	})
}
