package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"chainglass/app/e2e/bench"
)

// helped drops a file of 40 MB on the probe and returns what its engine tells of help
// with it. One thing more is asked for in the middle.
func helped(t *testing.T, p *page, more string) string {
	t.Helper()
	files := tree{"dat": strings.Repeat("0123456789abcdefghijklmnopqrstuv", 40<<15)}
	p.drop(filepath.Join(files.write(t), "dat"))
	p.nextIntake()
	p.answer("files")
	return p.sendAndAnswer("help", more)
}

// A helper that runs and does not answer, as one whose browser never reads a file, is not
// waited for.
func TestHelperThatDoesNotAnswer(t *testing.T) {
	s, err := probeSite()
	if err != nil {
		t.Fatal(err)
	}
	got := helped(t, probeReady(openPage(t, serveSite(t, s)+"?helpers=1")), "silence")
	if !strings.HasPrefix(got, "right=40 wrong=0 left=1 helpers=1 size=0") || !strings.Contains(got, "it does not answer") {
		t.Error(got)
	}
}

func TestHelpersReadFiles(t *testing.T) {
	eachProbeAt(t, "?helpers=2", func(t *testing.T, p *page) {
		if got := helped(t, p, ""); got != "right=40 wrong=0 left=0 helpers=2 size=16 error=<nil>" {
			t.Error(got)
		}
	})
}

func TestNoHelpersWhereNoneAreWanted(t *testing.T) {
	eachProbeAt(t, "?helpers=0", func(t *testing.T, p *page) {
		if got := helped(t, p, ""); !strings.HasPrefix(got, "right=0 wrong=0 left=40 helpers=0 size=0") {
			t.Error(got)
		}
	})
}

// A question that kills helpers, whichever way, takes two of them with it. What was asked
// of both of them at that time is left to the engine, all else is answered.
func TestHelpersThatDieCostNothing(t *testing.T) {
	for _, way := range []string{"panic", "close"} {
		t.Run(way, func(t *testing.T) {
			eachProbeAt(t, "?helpers=3", func(t *testing.T, p *page) {
				p.expectFault("deliberately broken")
				p.expectFault("exception")
				p.expectFault("exit code")
				got := helped(t, p, way)
				var right, wrong, left, helpers, size int
				if _, err := fmt.Sscanf(got, "right=%d wrong=%d left=%d helpers=%d size=%d", &right, &wrong, &left, &helpers, &size); err != nil {
					t.Fatalf("%v: %s", err, got)
				}
				if right+left != 41 || wrong != 0 || left < 1 || left > 16 || size != 8 || !strings.Contains(got, "no helper can do this: the helper died") {
					t.Error(got)
				}
			})
		})
	}
}

func TestAHelpersErrorIsTold(t *testing.T) {
	eachProbeAt(t, "?helpers=2", func(t *testing.T, p *page) {
		if got := helped(t, p, "fail"); got != "right=40 wrong=0 left=1 helpers=2 size=16 error=deliberately failed" {
			t.Error(got)
		}
	})
}

// A damaged chain, large enough for helpers, is the same whoever reads it: rows, findings,
// counts, states and the story.
func TestHelpersChangeNothing(t *testing.T) {
	chain := generatedChain(t, 400_000)
	damage(t, chain)
	alone := readBy(t, servedPage(t, "?helpers=0"), chain, 0)
	for name, open := range map[string]func(t *testing.T, query string) *page{"served": servedPage, "file": filePage} {
		t.Run(name, func(t *testing.T) {
			together := readBy(t, open(t, "?helpers=2"), chain, 2)
			for question, answer := range alone {
				if together[question] != answer {
					t.Errorf("%s: alone the engine answers %d characters, with helpers %d others", question, len(answer), len(together[question]))
				}
			}
		})
	}
}

// generatedChain writes the storage folder of a node and returns its path.
func generatedChain(t *testing.T, records int) string {
	t.Helper()
	in, err := bench.WriteInputs(t.TempDir(), records)
	if err != nil {
		t.Fatal(err)
	}
	return in.Chain
}

// damage breaks the largest chain of a folder in many places.
func damage(t *testing.T, folder string) {
	t.Helper()
	for name, broken := range map[string][]int64{"dat": {1000, 5_000_000, 9_000_001}, "idx": {20 * 70_000, 20*150_000 + 9, 20 * 333_333}} {
		paths, err := filepath.Glob(filepath.Join(folder, "*/*/v*/"+name))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no %s in %s: %v", name, folder, err)
		}
		f, err := os.OpenFile(paths[0], os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range broken {
			if _, err := f.WriteAt([]byte{0xff, 0xfe, 0xfd}, at); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func servedPage(t *testing.T, query string) *page {
	t.Helper()
	p := openPage(t, serve(t)+query)
	p.wait(`document.querySelector(".drop-zone")`)
	return p
}

func filePage(t *testing.T, query string) *page {
	t.Helper()
	single, err := realSite(t).Single(nil)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "chainglass.html")
	if err := os.WriteFile(path, single, 0o644); err != nil {
		t.Fatal(err)
	}
	p := openPage(t, fileURL(t, path)+query)
	p.wait(`document.querySelector(".drop-zone")`)
	return p
}

// readBy drops a chain on a page and returns what its engine answers, by question. While
// it is read that many helpers must be there.
func readBy(t *testing.T, p *page, chain string, helpers int) map[string]string {
	t.Helper()
	p.benchScript()
	c := p.dropForBench(chain)
	// The browser keeps the pages of earlier tests for a while.
	targets, err := chromedp.Targets(p.ctx)
	if err != nil {
		t.Fatal(err)
	}
	workers := 0
	for _, target := range targets {
		if target.Type == "worker" && target.Title == "chainglass helper" {
			workers++
		}
	}
	if workers < helpers {
		t.Errorf("%d helpers are there, want %d", workers, helpers)
	}
	answers := map[string]string{}
	for _, question := range []string{
		fmt.Sprintf(`"findings", { Chain: %d }`, c.Chain),
		fmt.Sprintf(`"insights", { Chains: [%d] }`, c.Chain),
		fmt.Sprintf(`"set-kind", { Chain: %d, Kind: 1 }`, c.Chain),
		fmt.Sprintf(`"rows", { Chain: %d, First: 0, Count: 300 }`, c.Chain),
		fmt.Sprintf(`"rows", { Chain: %d, First: 69900, Count: 300 }`, c.Chain),
		fmt.Sprintf(`"rows", { Chain: %d, First: 399700, Count: 300 }`, c.Chain),
		fmt.Sprintf(`"state", { Chain: %d, Position: 200001 }`, c.Chain),
		fmt.Sprintf(`"detail", { Chain: %d, Position: 333333 }`, c.Chain),
	} {
		var answer string
		p.evalWithin(benchPatience, "bench.ask("+question+")", &answer)
		answers[question] = answer
	}
	return answers
}
