package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestWorkerAnswers(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		p.eval(`probe.send("echo " + "x".repeat(3_000_000))`, nil)
		if got := len(p.answer("echo")); got != 3_000_000 {
			t.Errorf("%d bytes came back, want 3000000", got)
		}
	})
}

func TestWorkerYields(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		p.eval(`probe.send("yield 2000")`, nil)
		t.Logf("one yield takes %s µs", p.answer("yield"))
	})
}

// A worker that computes without end hears a message because it yields.
func TestBusyWorkerHearsStop(t *testing.T) {
	p := probeServed(t)
	p.eval(`probe.send("busy")`, nil)
	time.Sleep(300 * time.Millisecond)
	var waitedMS float64
	p.eval(`new Promise((resolve) => {
		const start = performance.now();
		probe.send("stop");
		const look = () => probe.answers.length ? resolve(performance.now() - start) : setTimeout(look, 0);
		look();
	})`, &waitedMS)
	p.answer("busy")
	t.Logf("stopped after %.1f ms", waitedMS)
}

func TestWorkerCrashIsReportedAndRestarted(t *testing.T) {
	eachProbe(t, func(t *testing.T, p *page) {
		p.eval(`probe.send("panic deliberately broken")`, nil)
		p.wait("probe.crashes.length > 0")
		var crash string
		p.eval("probe.crashes.shift()", &crash)
		if !strings.Contains(crash, "panic: deliberately broken") {
			t.Errorf("the crash does not say why: %q", crash)
		}
		p.eval(`probe.send("echo into the void"); probe.restart(); probe.send("echo again")`, nil)
		if got := p.answer("echo"); got != "again" {
			t.Errorf("the new worker answered %q", got)
		}
	})
}

func TestPageCrashShowsCard(t *testing.T) {
	p := probeServed(t)
	p.expectFault("exception")
	p.eval(`chainglass.fault("It stopped", "Do this.", "because <b>of</b> that")`, nil)
	for _, want := range []string{"It stopped", "Do this.", "because <b>of</b> that", "Reload the page"} {
		if got := p.text("#fault"); !strings.Contains(got, want) {
			t.Errorf("the card lacks %q: %q", want, got)
		}
	}
	p.screenshot("fault")
}

func (p *page) sendAndAnswer(command, argument string) string {
	p.t.Helper()
	p.eval(fmt.Sprintf("probe.send(%q)", command+" "+argument), nil)
	return p.answer(command)
}
