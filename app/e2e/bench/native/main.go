// Native measures Chainglass natively and prints a table in Markdown. It runs itself
// for every step: none pays for what another has left in memory.
//
//	go run ./bench/native -program ../../bin/chainglass
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"chainglass/app/e2e/bench"
)

func main() {
	program := flag.String("program", "chainglass", "the command line to measure")
	sizes := flag.String("records", bench.SizesText(bench.Sizes()), "numbers of records, with commas between them")
	output := flag.String("o", "", "file to write the table to; empty: print it")
	step := flag.String("step", "", "measure one step only and print its values as JSON")
	dir := flag.String("dir", "", "where the inputs of a step are")
	flag.Parse()
	err := error(nil)
	if *step != "" {
		err = runStep(*step, *dir, *sizes)
	} else {
		err = measure(*program, *sizes, *output)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "native:", err)
		os.Exit(1)
	}
}

// runStep measures one step in this process.
func runStep(name, dir, sizes string) error {
	records, err := bench.ParseSizes(sizes)
	if err != nil || len(records) != 1 {
		return fmt.Errorf("a step is measured at one size, not %q", sizes)
	}
	values, err := steps()[name](bench.InputsIn(dir, records[0]))
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(values)
}

// measure measures everything and writes the table.
func measure(program, sizes, output string) error {
	all, err := bench.ParseSizes(sizes)
	if err != nil {
		return err
	}
	title := "natively, " + bench.Load()
	var columns []bench.Column
	for _, records := range all {
		c, err := measureSize(program, records)
		if err != nil {
			return fmt.Errorf("%d records: %w", records, err)
		}
		columns = append(columns, c)
	}
	return bench.Report(output, bench.Machine(), bench.Legend, bench.Table(title, bench.Native(runtime.NumCPU()), columns))
}

// measureSize measures one size.
func measureSize(program string, records int) (c bench.Column, err error) {
	dir, err := os.MkdirTemp("", "chainglass-bench-")
	if err != nil {
		return c, err
	}
	defer os.RemoveAll(dir)
	in, err := bench.WriteInputs(dir, records)
	if err != nil {
		return c, err
	}
	figures := bench.Native(runtime.NumCPU())
	best := bench.NewBest(figures)
	rounds := &bench.Rounds{}
	for rounds.Next() {
		for _, cores := range bench.Cores(runtime.NumCPU()) {
			if err := rounds.Step(fmt.Sprintf("%d records, open with %d processors", records, cores), func() error { return openWith(best, dir, &in, cores) }); err != nil {
				return c, err
			}
		}
		for _, name := range []string{"ask", "json", "mcap", "read"} {
			err := rounds.Step(fmt.Sprintf("%d records, %s", records, name), func() error {
				cores := 1 // as the yardsticks have
				if name == "ask" {
					cores = runtime.NumCPU()
				}
				return runItself(best, name, dir, &in, cores)
			})
			if err != nil {
				return c, err
			}
		}
		if err := rounds.Step(fmt.Sprintf("%d records, verify", records), func() error { return verify(best, program, &in) }); err != nil {
			return c, err
		}
	}
	c = bench.Column{Records: records, Values: best.Values}
	for _, cores := range bench.Cores(runtime.NumCPU())[1:] {
		c.Values[bench.At(bench.Linear, cores)] = 100 * c.Values[bench.At(bench.Open, cores)] / c.Values[bench.At(bench.Open, 1)] / float64(cores)
	}
	c.Values[bench.FileSize], err = in.ChainMB()
	return c, err
}

// openWith measures opening with a number of processors.
func openWith(best *bench.Best, dir string, in *bench.Inputs, cores int) error {
	values, err := runChild("open", dir, in, cores)
	if err != nil {
		return err
	}
	for _, key := range []bench.Key{bench.Open, bench.CPU, bench.Memory} {
		best.Take(bench.At(key, cores), values[key])
	}
	return nil
}

// runItself measures a step whose values have one key each.
func runItself(best *bench.Best, step, dir string, in *bench.Inputs, cores int) error {
	values, err := runChild(step, dir, in, cores)
	if err != nil {
		return err
	}
	for key, value := range values {
		best.Take(key, value)
	}
	return nil
}

// runChild runs a step in a process of its own, with a number of processors.
func runChild(step, dir string, in *bench.Inputs, cores int) (values bench.Values, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "-step", step, "-dir", dir, "-records", fmt.Sprint(in.Records))
	cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", cores))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", step, err)
	}
	return values, json.Unmarshal(out, &values)
}

// verify runs the command of that name.
func verify(best *bench.Best, program string, in *bench.Inputs) error {
	cmd := exec.Command(program, "verify", in.Chain)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, io.Discard
	started := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd, err, said.String())
	}
	best.Take(bench.Verify, bench.Rate(in.Records, time.Since(started).Seconds()))
	if used, is := cmd.ProcessState.SysUsage().(*syscall.Rusage); is {
		best.Take(bench.VerifyMemory, float64(used.Maxrss)*1024/1e6)
	}
	return nil
}
