package bench

import (
	"fmt"
	"runtime/debug"
)

// Sizes are the numbers of records that are measured.
func Sizes() []int { return []int{100_000, 1_000_000, BudgetRecords} }

// mostCores is how many processors are measured at most, and how many helpers the page
// starts at most.
const mostCores = 8

// Cores are the numbers of processors that are measured, of those that the machine has:
// the last is all of them, up to eight. The page starts as many helpers.
func Cores(has int) []int {
	var cores []int
	most := min(has, mostCores)
	for n := 1; n < most; n *= 2 {
		cores = append(cores, n)
	}
	return append(cores, most)
}

// At is the key of a figure that is measured with several numbers of processors.
func At(key Key, cores int) Key { return Key(fmt.Sprintf("%s/%d", key, cores)) }

// Keys of what is measured. Those with a comment are measured at several numbers of
// processors, see [At].
const (
	Open         Key = "open"   // At
	Linear       Key = "linear" // At
	Added        Key = "added"  // At
	Verify       Key = "verify"
	VerifyMemory Key = "verify-memory"
	FirstRows    Key = "first-rows"
	State        Key = "state"
	Memory       Key = "memory" // At
	Story        Key = "story"
	CPU          Key = "cpu" // At
	LongestTask  Key = "longest-task"

	JSON     Key = "json"
	Lines    Key = "lines"
	LinesCPU Key = "lines-cpu"
	MCAPCPU  Key = "mcap-cpu"
	MCAP     Key = "mcap"
	Read     Key = "read"
	FileSize Key = "files"
)

// Query is a filter whose time is measured.
type Query struct {
	Key   Key
	Title string
	Text  string
	// budgetMS is for the page on two processors.
	budgetMS float64
}

// Queries are the filters that are measured, one of each kind.
func Queries() []Query {
	return []Query{
		{"search-class", "outcome and kind", "outcome:failed kind:pull_replica", 200},
		{"search-column", "a range of ids", "id:20000..40000", 300},
		{"search-text", "a regular expression over texts", "/timed out after [12]0000 ms/", 2000},
	}
}

// StatePercent is the part of the states that come within the time in the table.
const StatePercent = 95

// Native are the figures of the program natively, on a machine with that many processors.
func Native(has int) []Figure {
	json := Yardstick{Figure: Figure{Key: JSON, Title: "Go's `encoding/json`, the records as lines", Unit: MRecordsPerS}}
	mcap := Yardstick{Figure: Figure{Key: MCAP, Title: "Go's `mcap`" + mcapVersion() + ", the payloads in plain chunks with checksums", Unit: MRecordsPerS}}
	read := Yardstick{Figure: Figure{Key: Read, Title: "a plain read of the files", Unit: MRecordsPerS}}
	size := Yardstick{Figure: Figure{Key: FileSize, Title: "the size of the files", Unit: Megabytes}}
	mcapCPU := Yardstick{Figure: Figure{Key: MCAPCPU, Title: "of Go's `mcap`", Unit: Seconds}}
	budgets := map[int]float64{1: 12, 2: 19}

	var figures []Figure
	for _, n := range Cores(has) {
		figures = append(figures, Figure{At(Open, n), "verify, decode, index, story: " + processors(n), MRecordsPerS, budgets[n], []Yardstick{json, mcap, read}})
		if n > 1 {
			figures = append(figures, Figure{At(Linear, n), fmt.Sprintf("of %d times one processor", n), OfLinear, 80, nil})
		}
		figures = append(figures, Figure{At(CPU, n), "processor time of that", Seconds, 0, []Yardstick{mcapCPU}})
		figures = append(figures, Figure{At(Memory, n), "memory at its peak: " + processors(n), Megabytes, 0, []Yardstick{size}})
	}
	figures = append(figures,
		Figure{Verify, "`chainglass verify`, from start to exit", MRecordsPerS, 0, []Yardstick{mcap, read}},
		Figure{VerifyMemory, "the same, memory at its peak", Megabytes, 0, []Yardstick{size}},
		Figure{FirstRows, "first rows", Milliseconds, 0, []Yardstick{read}},
	)
	for _, q := range Queries() {
		figures = append(figures, Figure{q.Key, "search: " + q.Title, Milliseconds, 0, []Yardstick{json}})
	}
	return append(figures, Figure{State, fmt.Sprintf("state at a position, %d %% within", StatePercent), Milliseconds, 0, nil})
}

// Chromium are the figures of the page, on a machine with that many processors. What is
// not said to be with another number of helpers is with as many as the page starts itself.
func Chromium(has int) []Figure {
	parse := Figure{Key: JSON, Title: "`JSON.parse` in the same tab, a line a record", Unit: MRecordsPerS}
	against := []Yardstick{{Figure: parse}}
	lines := Yardstick{Figure: Figure{Key: Lines, Title: "the same with reading the file and splitting it", Unit: MRecordsPerS}}
	linesCPU := Yardstick{Figure: Figure{Key: LinesCPU, Title: "of `JSON.parse`, reading and splitting included", Unit: Seconds}}
	size := Yardstick{Figure: Figure{Key: FileSize, Title: "the size of the files", Unit: Megabytes}}
	cores := Cores(has)
	all := cores[len(cores)-1]

	figures := []Figure{
		{At(Open, all), "open, from the drop to the story: " + helpers(all), MRecordsPerS, 0, []Yardstick{{parse, 1.5}, lines}},
		{At(CPU, all), "processor time of that, all of the browser", Seconds, 7, []Yardstick{linesCPU}},
		{Story, "of that the story, after the last record", OfLoad, 10, nil},
	}
	for _, n := range cores[:len(cores)-1] {
		figures = append(figures,
			Figure{At(Open, n), "open, from the drop to the story: " + helpers(n), MRecordsPerS, 0, []Yardstick{{Figure: parse}, lines}},
			Figure{At(CPU, n), "processor time of that, all of the browser", Seconds, 0, []Yardstick{linesCPU}})
	}
	for _, n := range cores[1:] {
		figures = append(figures, Figure{At(Added, n), "each helper after the first adds, of " + fmt.Sprint(n), OfFirst, 70, nil})
	}
	figures = append(figures,
		Figure{FirstRows, "first rows", Milliseconds, 500, against},
		Figure{LongestTask, "longest task of the page until the story is there (0: below 50)", Milliseconds, 50, nil},
	)
	for _, q := range Queries() {
		figures = append(figures, Figure{q.Key, "search, from the last letter to the whole count: " + q.Title, Milliseconds, q.budgetMS, against})
	}
	return append(figures,
		Figure{State, fmt.Sprintf("state at a position, there and back, %d %% within", StatePercent), Milliseconds, 16, nil},
		Figure{Memory, "memory of the page's process at its peak, after all of that", Megabytes, 0, []Yardstick{size}})
}

func helpers(n int) string {
	if n == 1 {
		return "one helper"
	}
	return fmt.Sprintf("%d helpers", n)
}

// mcapVersion is the version of the reader of MCAP that this program has.
func mcapVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/foxglove/mcap/go/mcap" {
				return " " + dep.Version
			}
		}
	}
	return ""
}

func processors(n int) string {
	if n == 1 {
		return "one processor"
	}
	return fmt.Sprintf("%d processors", n)
}
