package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/chromedp/chromedp"
)

const (
	// largeSwitch is the environment variable that, set to 1, has the benchmark
	// open ten million records as well.
	largeSwitch = "CHAINGLASS_BENCH_LARGE"

	// benchPatience is how long one step of a benchmark may take.
	benchPatience = 5 * time.Minute

	// benchStates is how many positions the state is asked for.
	benchStates = 200
	benchSeed   = 7
)

// BenchmarkBrowser opens a chain in a real Chromium, by a drop, and measures
// what a user waits for. To compare two versions, run it several times:
//
//	go test -run '^$' -bench Browser -count 6 . | tee new.txt && benchstat old.txt new.txt
func BenchmarkBrowser(b *testing.B) {
	sizes := []int{1_000_000}
	if os.Getenv(largeSwitch) == "1" {
		sizes = append(sizes, 10_000_000)
	}
	program := buildProgram(b)
	var columns []column
	for _, records := range sizes {
		b.Run(fmt.Sprintf("records=%d", records), func(b *testing.B) {
			chain := generateChain(b, program, records)
			lines := writeLines(b, program, chain)
			var c column
			for b.Loop() {
				c = measurePage(b, chain, lines)
			}
			c.report(b)
			columns = append(columns, c)
		})
	}
	printTable(os.Stdout, columns)
}

// buildProgram builds the command line and returns its path.
func buildProgram(b testing.TB) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "chainglass")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = moduleRoot
	if output, err := build.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	return program
}

// generateChain writes the storage folder of a node and returns its path.
func generateChain(b testing.TB, program string, records int) string {
	b.Helper()
	folder := filepath.Join(b.TempDir(), "node-big")
	generate := exec.Command(program, "generate", "-o", folder, "--records", fmt.Sprint(records), "--seed", fmt.Sprint(benchSeed))
	if output, err := generate.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	return folder
}

// writeLines writes the records of a chain as NDJSON, without what the chain
// knows of them besides, and returns the file's path.
func writeLines(b *testing.B, program, chain string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "records.ndjson")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	cat := exec.Command(program, "cat", chain)
	output, err := cat.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cat.Start(); err != nil {
		b.Fatal(err)
	}
	if err := errors.Join(copyRecords(file, output), cat.Wait(), file.Close()); err != nil {
		b.Fatal(err)
	}
	return path
}

// copyRecords copies what follows "record": on every line of cat.
func copyRecords(dst io.Writer, src io.Reader) error {
	const lineBytes = 1 << 20
	w := bufio.NewWriterSize(dst, lineBytes)
	lines := bufio.NewScanner(src)
	lines.Buffer(make([]byte, lineBytes), lineBytes)
	for lines.Scan() {
		_, record, found := bytes.Cut(lines.Bytes(), []byte(`,"record":`))
		if !found {
			return fmt.Errorf("a line without a record: %s", lines.Bytes())
		}
		record[len(record)-1] = '\n' // in place of the brace that closes the line
		if _, err := w.Write(record); err != nil {
			return err
		}
	}
	return errors.Join(lines.Err(), w.Flush())
}

// column is what was measured on one chain. The names are those of
// testdata/bench/bench.js.
type column struct {
	Records       int
	Bytes         int64
	EngineMS      float64
	RowsMS, AllMS float64
	LongestTaskMS float64
	Chain         uint32

	statesMS []float64 // sorted
	parse    struct {
		Records          int
		ParseMS, TotalMS float64
	}
}

// measurePage opens a chain in a new browser and looks at it.
func measurePage(b *testing.B, chain, lines string) (c column) {
	b.Helper()
	p := openUI(b)
	script, err := os.ReadFile(filepath.Join("testdata", "bench", "bench.js"))
	if err != nil {
		b.Fatal(err)
	}
	p.eval(string(script)+"\nundefined", nil)
	p.drop(chain)
	p.evalWithin(benchPatience, "bench.load", &c)

	positions, err := json.Marshal(randomPositions(c.Records))
	if err != nil {
		b.Fatal(err)
	}
	p.evalWithin(benchPatience, fmt.Sprintf("bench.states(%d, %s)", c.Chain, positions), &c.statesMS)
	slices.Sort(c.statesMS)

	p.eval(`document.body.append(Object.assign(document.createElement("input"), { type: "file", id: "bench-lines" }))`, nil)
	p.do("choose", chromedp.SetUploadFiles("#bench-lines", []string{lines}, chromedp.ByQuery))
	p.asTest(func() {
		p.evalWithin(benchPatience, `bench.parse(document.getElementById("bench-lines").files[0])`, &c.parse)
	})
	if c.parse.Records != c.Records {
		b.Fatalf("%d records in the chain, %d as JSON", c.Records, c.parse.Records)
	}
	return c
}

// randomPositions are as many positions as a chain of that many records has,
// both ends included.
func randomPositions(records int) []int {
	random := rand.New(rand.NewPCG(benchSeed, 0))
	positions := make([]int, benchStates)
	for i := range positions {
		positions[i] = random.IntN(records + 1)
	}
	return positions
}

// stateMS returns the time within which that many percent of the states came.
func (c *column) stateMS(percent int) float64 {
	return c.statesMS[(len(c.statesMS)*percent+99)/100-1]
}

// mRecordsPerS returns millions of records a second for the whole chain.
func (c *column) mRecordsPerS(tookMS float64) float64 { return float64(c.Records) / tookMS / 1e3 }

// figure is a line of the table, and a metric of the benchmark.
type figure struct {
	title, unit, metric string
	format              string
	value               func(c *column) float64
}

// figures are in the order of the table.
var figures = [...]figure{
	{"engine in the worker: read, verify, decode, index", "M records/s", "engine-Mrecords/s", "%.2f", func(c *column) float64 { return c.mRecordsPerS(c.EngineMS) }},
	{"the same in bytes read", "MB/s", "engine-MB/s", "%.1f", func(c *column) float64 { return float64(c.Bytes) / c.EngineMS / 1e3 }},
	{"JSON.parse in the same tab, one line a record", "M records/s", "parse-Mrecords/s", "%.2f", func(c *column) float64 { return c.mRecordsPerS(c.parse.ParseMS) }},
	{"the same with reading and splitting the lines", "M records/s", "ndjson-Mrecords/s", "%.2f", func(c *column) float64 { return c.mRecordsPerS(c.parse.TotalMS) }},
	{"engine / JSON.parse alone", "x", "engine/parse", "%.2f", func(c *column) float64 { return c.parse.ParseMS / c.EngineMS }},
	{"drop to first rows shown", "ms", "first-rows-ms", "%.0f", func(c *column) float64 { return c.RowsMS }},
	{"drop to all records open", "ms", "all-ms", "%.0f", func(c *column) float64 { return c.AllMS }},
	{"longest task of the page while loading (0: below 50)", "ms", "longest-task-ms", "%.0f", func(c *column) float64 { return c.LongestTaskMS }},
	{"state at a random position, round trip, median", "ms", "state-p50-ms", "%.1f", func(c *column) float64 { return c.stateMS(50) }},
	{"the same, 95th percentile", "ms", "state-p95-ms", "%.1f", func(c *column) float64 { return c.stateMS(95) }},
}

// report makes the figures metrics of the benchmark, in place of the time that
// it took as a whole.
func (c *column) report(b *testing.B) {
	for _, f := range figures {
		b.ReportMetric(f.value(c), f.metric)
	}
	b.ReportMetric(0, "ns/op")
}

// printTable prints a column for every chain. It does not go through the
// benchmark's log, which keeps ten lines only.
func printTable(w io.Writer, columns []column) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := []string{fmt.Sprintf("\nin Chromium, %d CPUs", runtime.NumCPU())}
	for _, c := range columns {
		line = append(line, fmt.Sprintf("%d M records", c.Records/1e6))
	}
	for _, f := range figures {
		fmt.Fprintln(table, strings.Join(line, "\t"))
		line = append(line[:0], f.title)
		for i := range columns {
			line = append(line, fmt.Sprintf(f.format+" %s", f.value(&columns[i]), f.unit))
		}
	}
	fmt.Fprintln(table, strings.Join(line, "\t"))
	table.Flush()
}
