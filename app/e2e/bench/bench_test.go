package bench

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/foxglove/mcap/go/mcap"
)

func TestNumbers(t *testing.T) {
	for v, want := range map[float64]string{0: "0", -23.52: "-23.5", 0.0314: "0.031", 0.5: "0.50", 9.994: "9.99", 12.34: "12.3", 480.4: "480", 1234: "1,234", 13000.4: "13,000"} {
		if got := number(v); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}

// A rate that stays the same is linear, a time that stays the same is constant.
func TestGrowth(t *testing.T) {
	columns := []Column{
		{100_000, Values{Open: 4, State: 8, Memory: 10}},
		{1_000_000, Values{Open: 1, State: 1, Memory: 50}},
		{10_000_000, Values{Open: 4, State: 8, Memory: 250}},
	}
	for _, c := range []struct {
		figure Figure
		want   float64
	}{
		{Figure{Key: Open, Unit: MRecordsPerS}, 10},
		{Figure{Key: State, Unit: Milliseconds}, 1},
		{Figure{Key: Memory, Unit: Megabytes}, 5},
	} {
		if got, grows := c.figure.growth(columns); !grows || math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s grows %v x, want %v x", c.figure.Key, got, c.want)
		}
	}
	if _, grows := (&Figure{Key: Linear, Unit: OfLinear}).growth(columns); grows {
		t.Error("a ratio is said to grow")
	}
}

// The table says of each budget whether it holds, and of each yardstick how many times
// better the figure is, whatever both are measured in.
func TestTable(t *testing.T) {
	parse := Figure{Key: JSON, Title: "parse", Unit: MRecordsPerS}
	figures := []Figure{
		{Open, "open", MRecordsPerS, 3.5, []Yardstick{{parse, 1.5}}},
		{Memory, "memory", Megabytes, 500, nil},
		{FirstRows, "rows", Milliseconds, 500, []Yardstick{{parse, 2.5}}},
	}
	table := Table("here", figures, []Column{{BudgetRecords, Values{Open: 3, JSON: 2, Memory: 600, FirstRows: 500}}})
	for _, cells := range []string{
		"| open, M records/s | 3.00 | | ≥ 3.50 | **missed** |",
		"| ↳ parse | 2.00 (1.50 x) | | 1.50 x | holds |",
		"| memory, MB | 600 | | ≤ 500 | **missed** |",
		"| rows, ms | 500 | | ≤ 500 | holds |",
		"| ↳ parse | 2.00 (10.0 x) | | 2.50 x | holds |",
	} {
		if !strings.Contains(strings.Join(strings.Fields(table), " "), cells) {
			t.Errorf("%s\nlacks %s", table, cells)
		}
	}
}

// Every figure has a key and a title of its own, and every yardstick a figure's unit.
func TestFiguresAreDescribedOnce(t *testing.T) {
	for _, figures := range [][]Figure{Native(6), Chromium(6), Native(1), Chromium(1)} {
		seen := map[Key]string{}
		for _, f := range figures {
			if seen[f.Key] != "" {
				t.Errorf("%s is described as %q and as %q", f.Key, seen[f.Key], f.Title)
			}
			seen[f.Key] = f.Title
		}
	}
}

// A process that has a name with brackets and blanks is read as any other.
func TestParseStat(t *testing.T) {
	p, err := parseStat("71 (a b) c) R 7 71 7 0 -1 4194304 1 2 3 4 100 20 3 4 20 0 1 0 55 0 0\n")
	if err != nil || p != (process{71, 7, 1270 * time.Millisecond}) {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := parseStat("71 (a) R 7"); err == nil {
		t.Error("a short line is taken")
	}
}

// What a process's children have used counts, also when they have ended.
func TestCPUTimeOfChildren(t *testing.T) {
	before, err := CPUTime(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done").Run(); err != nil {
		t.Fatal(err)
	}
	after, err := CPUTime(os.Getpid())
	if err != nil || after <= before {
		t.Errorf("%v before and %v after a child has worked, %v", before, after, err)
	}
}

// The chain, the lines and the messages are the same records; the messages have
// checksums that are looked at.
func TestInputs(t *testing.T) {
	const records = 3000
	in, err := WriteInputs(t.TempDir(), records)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(in.Lines)
	if err != nil || bytes.Count(text, []byte("\n")) != records {
		t.Errorf("%d lines, %v", bytes.Count(text, []byte("\n")), err)
	}
	if n, err := messages(in.MCAP); n != records || err != nil {
		t.Errorf("%d messages, %v", n, err)
	}
	content, err := os.ReadFile(in.MCAP)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/4] ^= 1
	if err := os.WriteFile(in.MCAP, content, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := messages(in.MCAP); err == nil {
		t.Error("a message that was changed is taken")
	}
}

func messages(path string) (n int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	err = EachMessage(file, func(*mcap.Message) { n++ })
	return n, err
}
