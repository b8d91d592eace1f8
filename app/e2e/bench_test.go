package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"chainglass/app/e2e/bench"
)

const (
	// benchRecordsSwitch is the environment variable with the numbers of records that the
	// benchmark opens, benchOutputSwitch the one with the file that its table goes to.
	benchRecordsSwitch = "CHAINGLASS_BENCH_RECORDS"
	benchOutputSwitch  = "CHAINGLASS_BENCH_OUTPUT"

	// benchPatience is how long one step of a benchmark may take.
	benchPatience = 5 * time.Minute
)

// BenchmarkChromium opens chains in a real Chromium, by a drop, and measures what a user
// waits for. What counts is the table that it prints.
func BenchmarkChromium(b *testing.B) {
	sizes, err := bench.ParseSizes(os.Getenv(benchRecordsSwitch))
	if err != nil {
		b.Fatal(err)
	}
	title := "in " + chromiumVersion(b) + ", " + bench.Load()
	var columns []bench.Column
	for _, records := range sizes {
		columns = append(columns, benchSize(b, records))
	}
	if err := bench.Report(os.Getenv(benchOutputSwitch), bench.Table(title, bench.Chromium(runtime.NumCPU()), columns)); err != nil {
		b.Fatal(err)
	}
}

// chromiumVersion is how the browser calls itself.
func chromiumVersion(b *testing.B) (version string) {
	b.Helper()
	p := openBlank(b)
	p.do("version", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		_, version, _, _, _, err = browser.GetVersion().Do(ctx)
		return err
	}))
	_, number, _ := strings.Cut(version, "/") // HeadlessChrome/156.0.0.0
	return "Chromium " + number
}

// benchSize measures one size.
func benchSize(b *testing.B, records int) bench.Column {
	b.Helper()
	in, err := bench.WriteInputs(b.TempDir(), records)
	if err != nil {
		b.Fatal(err)
	}
	cores := bench.Cores(runtime.NumCPU())
	best := bench.NewBest(bench.Chromium(runtime.NumCPU()))
	rounds := &bench.Rounds{}
	for rounds.Next() {
		for _, helpers := range cores {
			measure := func() error { benchTab(b, best, &in, helpers, helpers == cores[len(cores)-1]); return nil }
			if err := rounds.Step(fmt.Sprintf("%d records, ?helpers=%d", records, helpers), measure); err != nil {
				b.Fatal(err)
			}
		}
	}
	c := bench.Column{Records: records, Values: best.Values}
	first := c.Values[bench.At(bench.Open, 1)]
	for _, n := range cores[1:] {
		c.Values[bench.At(bench.Added, n)] = 100 * (c.Values[bench.At(bench.Open, n)] - first) / float64(n-1) / first
	}
	if c.Values[bench.FileSize], err = in.ChainMB(); err != nil {
		b.Fatal(err)
	}
	return c
}

// benchTab opens the chain in a browser of its own, with a number of helpers. With as many
// as the page starts itself it also looks at the chain, and parses the same as JSON.
func benchTab(b *testing.B, best *bench.Best, in *bench.Inputs, helpers int, usual bool) {
	b.Helper()
	closeChromium()
	query := fmt.Sprintf("?helpers=%d", helpers)
	if usual {
		query = ""
	}
	p := openPage(b, serve(b)+query)
	p.wait(`document.querySelector(".drop-zone")`)
	p.benchScript()
	p.waitIdle()

	before := p.cpuSeconds()
	loaded := p.dropForBench(in.Chain)
	cpu := p.cpuSeconds() - before
	if loaded.Records != in.Records {
		b.Fatalf("%d records open, want %d", loaded.Records, in.Records)
	}
	best.Take(bench.At(bench.Open, helpers), bench.Rate(in.Records, loaded.StoryMS/1e3))
	best.Take(bench.At(bench.CPU, helpers), cpu)
	if !usual {
		return
	}
	best.Take(bench.Story, 100*(loaded.StoryMS-loaded.OpenMS)/loaded.OpenMS)
	best.Take(bench.FirstRows, loaded.RowsMS)
	var longestMS float64
	p.eval(fmt.Sprintf("bench.longestTask(%f, %f)", loaded.FromMS, loaded.ToMS), &longestMS)
	best.Take(bench.LongestTask, longestMS)
	for _, q := range bench.Queries() {
		best.Take(q.Key, p.searchForBench(q.Text, in.Records))
	}
	best.Take(bench.State, p.statesForBench(loaded.Chain, in.Records))
	best.Take(bench.Memory, p.peakMB())
	p.parseForBench(best, in)
}

// benchScript gives the page what it is measured with.
func (p *page) benchScript() {
	p.t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", "bench", "bench.js"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.eval(string(script)+"\nundefined", nil)
}

// benchLoad is what testdata/bench/bench.js tells of a drop.
type benchLoad struct {
	Chain                   uint32
	Records                 int
	RowsMS, OpenMS, StoryMS float64
	FromMS, ToMS            float64 // of the page's clock
}

// dropForBench drops a chain and returns when its story is there.
func (p *page) dropForBench(chain string) (loaded benchLoad) {
	p.t.Helper()
	p.drop(chain)
	p.evalWithin(benchPatience, "bench.load", &loaded)
	return loaded
}

// searchForBench types a query and returns the milliseconds to its whole count.
func (p *page) searchForBench(query string, records int) float64 {
	p.t.Helper()
	p.evalWithin(benchPatience, "bench.rest()", nil)
	p.eval(fmt.Sprintf(`document.querySelector("#filter").focus(), document.querySelector("#filter").select(), bench.expect(%q)`, query), nil)
	p.do("type", input.InsertText(query))
	var found struct {
		Rows int
		MS   float64
	}
	p.evalWithin(benchPatience, "bench.searched", &found)
	if found.Rows == 0 || found.Rows == records {
		p.t.Fatalf("%s finds %d of %d", query, found.Rows, records)
	}
	return found.MS
}

// statesForBench asks for states and returns the milliseconds within which most came.
func (p *page) statesForBench(chain uint32, records int) float64 {
	p.t.Helper()
	positions, err := json.Marshal(bench.Positions(records))
	if err != nil {
		p.t.Fatal(err)
	}
	p.evalWithin(benchPatience, "bench.rest()", nil)
	var tookMS []float64
	p.evalWithin(benchPatience, fmt.Sprintf("bench.states(%d, %s)", chain, positions), &tookMS)
	slices.Sort(tookMS)
	return bench.Within(tookMS)
}

// parseForBench parses the lines in the same tab.
func (p *page) parseForBench(best *bench.Best, in *bench.Inputs) {
	p.t.Helper()
	p.eval(`document.body.append(Object.assign(document.createElement("input"), { type: "file", id: "bench-lines" }))`, nil)
	p.do("choose", chromedp.SetUploadFiles("#bench-lines", []string{in.Lines}, chromedp.ByQuery))
	p.evalWithin(benchPatience, "bench.rest()", nil)
	var parsed struct {
		Records          int
		ParseMS, TotalMS float64
	}
	before := p.cpuSeconds()
	p.asTest(func() {
		p.evalWithin(benchPatience, `bench.parse(document.getElementById("bench-lines").files[0])`, &parsed)
	})
	best.Take(bench.LinesCPU, p.cpuSeconds()-before)
	if parsed.Records != in.Records {
		p.t.Fatalf("%d records as JSON, want %d", parsed.Records, in.Records)
	}
	best.Take(bench.JSON, bench.Rate(in.Records, parsed.ParseMS/1e3))
	best.Take(bench.Lines, bench.Rate(in.Records, parsed.TotalMS/1e3))
}

// browserProcess is the id of the browser's first process.
func (p *page) browserProcess() int {
	return chromedp.FromContext(p.ctx).Browser.Process().Pid
}

// cpuSeconds is the processor time that all processes of the browser have used.
func (p *page) cpuSeconds() float64 {
	p.t.Helper()
	used, err := bench.CPUTime(p.browserProcess())
	if err != nil {
		p.t.Fatal(err)
	}
	return used.Seconds()
}

// waitIdle waits until the browser has nothing to do any more: for seconds after a page has
// started it compiles its program anew.
func (p *page) waitIdle() {
	p.t.Helper()
	const look, busy = 500 * time.Millisecond, 0.1
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		before := p.cpuSeconds()
		time.Sleep(look)
		if p.cpuSeconds()-before < busy*look.Seconds() {
			return
		}
	}
	p.t.Fatalf("the browser is still at work after %v", patience)
}

// peakMB is the most memory that one process of the browser has held: the page's.
func (p *page) peakMB() (peak float64) {
	p.t.Helper()
	tree, err := bench.Tree(p.browserProcess())
	if err != nil {
		p.t.Fatal(err)
	}
	for _, id := range tree {
		mb, err := bench.PeakMB(id)
		if err != nil {
			continue // it has ended
		}
		peak = max(peak, mb)
	}
	return peak
}
