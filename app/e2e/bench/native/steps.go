package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"syscall"
	"time"

	"github.com/foxglove/mcap/go/mcap"

	"chainglass/app/e2e/bench"
	"chainglass/app/engine"
)

// steps are what is measured in a process of its own, with as many processors as
// GOMAXPROCS says.
func steps() map[string]func(bench.Inputs) (bench.Values, error) {
	return map[string]func(bench.Inputs) (bench.Values, error){
		"open": measureOpen,
		"ask":  measureQuestions,
		"json": timed(bench.JSON, "", parseLines),
		"mcap": timed(bench.MCAP, bench.MCAPCPU, readMCAP),
		"read": timed(bench.Read, "", readFiles),
	}
}

// timed measures work that reads all records and counts them; 0 for who does not know.
// cpu, if there is one, is the key of the processor time.
func timed(key, cpu bench.Key, work func(bench.Inputs) (int, error)) func(bench.Inputs) (bench.Values, error) {
	return func(in bench.Inputs) (bench.Values, error) {
		started := time.Now()
		records, err := work(in)
		took := time.Since(started).Seconds()
		if err != nil {
			return nil, err
		}
		if records != in.Records && records != 0 {
			return nil, fmt.Errorf("%d records, want %d", records, in.Records)
		}
		values := bench.Values{key: bench.Rate(in.Records, took)}
		if cpu != "" {
			used, err := cpuSeconds()
			if err != nil {
				return nil, err
			}
			values[cpu] = used
		}
		return values, nil
	}
}

// measureOpen opens the chain and asks for its story.
func measureOpen(in bench.Inputs) (bench.Values, error) {
	started := time.Now()
	e, _, err := open(in, nil)
	if err != nil {
		return nil, err
	}
	if story, err := e.Insights(context.Background(), nil, nil); err != nil || len(story) == 0 {
		return nil, fmt.Errorf("a story of %d findings: %w", len(story), err)
	}
	took := time.Since(started).Seconds()
	used, err := cpuSeconds()
	if err != nil {
		return nil, err
	}
	peak, err := bench.PeakMB(os.Getpid())
	return bench.Values{bench.Open: bench.Rate(in.Records, took), bench.CPU: used, bench.Memory: peak}, err
}

// cpuSeconds is the processor time of this process so far, which has done one thing only.
func cpuSeconds() (float64, error) {
	var used syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e9, err
}

func open(in bench.Inputs, report func(engine.Progress)) (*engine.Engine, engine.ChainID, error) {
	e := engine.New(engine.Options{Readers: runtime.GOMAXPROCS(0)})
	opened, err := e.Open(context.Background(), "bench", os.DirFS(in.Chain), report)
	if err != nil {
		return nil, 0, err
	}
	if opened.Progress.Records != int64(in.Records) || len(opened.Chains) != 1 || opened.Chains[0].Worst > engine.SeverityNote {
		return nil, 0, fmt.Errorf("%d records in %d chains, want %d in one without damage", opened.Progress.Records, len(opened.Chains), in.Records)
	}
	return e, opened.Chains[0].ID, nil
}

// screen is how many rows a screen shows.
const screen = 60

// measureQuestions measures what a person waits for: first rows while the chain is being
// opened, searches and states when it is open.
func measureQuestions(in bench.Inputs) (bench.Values, error) {
	values := bench.Values{}
	started := time.Now()
	e, chain, err := open(in, func(p engine.Progress) {
		if values[bench.FirstRows] == 0 && p.Records >= screen {
			values[bench.FirstRows] = time.Since(started).Seconds() * 1e3
		}
	})
	if err != nil {
		return nil, err
	}
	for _, q := range bench.Queries() {
		started := time.Now()
		table, err := e.Search(context.Background(), engine.TableSpec{Chains: []engine.ChainID{chain}, Query: q.Text}, nil)
		if err != nil || !table.Complete || table.Rows == 0 || table.Rows == in.Records {
			return nil, fmt.Errorf("%s: %d of %d rows, error %v", q.Text, table.Rows, in.Records, err)
		}
		values[q.Key] = time.Since(started).Seconds() * 1e3
	}
	var took []float64
	for _, position := range bench.Positions(in.Records) {
		started := time.Now()
		if _, err := e.State(context.Background(), chain, position); err != nil {
			return nil, err
		}
		took = append(took, time.Since(started).Seconds()*1e3)
	}
	slices.Sort(took)
	values[bench.State] = bench.Within(took)
	return values, nil
}

// line is a record as somebody would declare it who reads the lines.
type line struct {
	ID          uint64 `json:"id"`
	Kind        string `json:"kind"`
	EmittedAtMS uint64 `json:"emitted_at_ms"`
	Disposition any    `json:"disposition"`
}

func parseLines(in bench.Inputs) (records int, err error) {
	file, err := os.Open(in.Lines)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	const pieceBytes = 1 << 20
	lines := bufio.NewScanner(file)
	lines.Buffer(make([]byte, pieceBytes), pieceBytes)
	for lines.Scan() {
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return records, err
		}
		records++
	}
	return records, lines.Err()
}

func readMCAP(in bench.Inputs) (records int, err error) {
	file, err := os.Open(in.MCAP)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	err = bench.EachMessage(file, func(*mcap.Message) { records++ })
	return records, err
}

// readFiles reads the files of the chain and does nothing with them.
func readFiles(in bench.Inputs) (int, error) {
	piece := make([]byte, 1<<20)
	files := os.DirFS(in.Chain)
	return 0, fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		file, err := files.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		for {
			if _, err := file.Read(piece); err == io.EOF {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
}
