package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"
)

// anytimeRecords make a chain that helpers read as well, and that takes a second or so.
const anytimeRecords = 350_000

// truth is what the command line says of a chain.
type truth struct {
	folder  string
	records int
	failed  int
	// pulls are the records of pulls that timed out, longPulls those after more than 10 s.
	pulls, longPulls int
	lastSeq          string
	titles           []string // of what is wrong with the bytes
	export, verify   string   // a whole export, and what is found in it
	lines            string   // of its records
}

var longPull = regexp.MustCompile(`"reason":"pull timed out after [0-9]{5} ms`)

// truthOf asks the command line about a damaged chain.
func truthOf(t *testing.T, records int) *truth {
	t.Helper()
	w := &truth{folder: generatedChain(t, records), records: records}
	damage(t, w.folder)
	w.export = filepath.Join(t.TempDir(), "native.chain")
	asked(t, "export", w.folder, "-o", w.export)
	w.verify = foundIn(t, w.export)
	w.lines = asked(t, "cat", w.export)
	lines := strings.Split(strings.TrimSuffix(w.lines, "\n"), "\n")
	if len(lines) != records {
		t.Fatalf("cat prints %d lines of %d records", len(lines), records)
	}
	for _, line := range lines {
		if strings.Contains(line, `"disposition":{"Failed"`) {
			w.failed++
		}
		if strings.Contains(line, `"reason":"pull timed out after`) {
			w.pulls++
		}
		if longPull.MatchString(line) {
			w.longPulls++
		}
	}
	var last struct{ Seq json.Number }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	w.lastSeq = last.Seq.String()
	for _, f := range findingsOf(t, w.folder) {
		w.titles = append(w.titles, f["title"].(string))
	}
	return w
}

func anyProgram(t *testing.T) string {
	t.Helper()
	program, err := commandLine()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

// asked returns what a command prints. That there is damage is no failure.
func asked(t *testing.T, args ...string) string {
	t.Helper()
	output, err := exec.Command(anyProgram(t), args...).Output()
	if exit := (*exec.ExitError)(nil); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 3) {
		t.Fatalf("chainglass %q: %v", args, err)
	}
	return string(output)
}

func findingsOf(t *testing.T, path string) []map[string]any {
	t.Helper()
	var found struct{ Findings []map[string]any }
	if err := json.Unmarshal([]byte(asked(t, "verify", "--json", path)), &found); err != nil {
		t.Fatal(err)
	}
	return found.Findings
}

// foundIn lists what verify finds in an export and what its sender found, but for the
// place of what is found in the file.
func foundIn(t *testing.T, path string) string {
	t.Helper()
	var list []string
	for _, f := range findingsOf(t, path) {
		maps.DeleteFunc(f, func(key string, _ any) bool {
			return key == "chain" || strings.HasSuffix(key, "_file") || strings.HasSuffix(key, "_offset") || strings.HasSuffix(key, "_bytes")
		})
		b, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(b))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// givesBack fails the test unless importing a file gives the chain's folder, byte for byte.
func (w *truth) givesBack(t *testing.T, file string) {
	t.Helper()
	rebuilt := filepath.Join(t.TempDir(), "rebuilt")
	asked(t, "import", file, "-o", rebuilt)
	want, got := channelFiles(t, w.folder), channelFiles(t, rebuilt)
	if len(want) != 4 || len(got) != 4 {
		t.Fatalf("%d files became %d", len(want), len(got))
	}
	for name, content := range want {
		same := false
		for other, rebuilt := range got {
			same = same || filepath.Base(other) == filepath.Base(name) && rebuilt == content
		}
		if !same {
			t.Errorf("%s is not the same in %s", name, filepath.Base(file))
		}
	}
}

// holds fails the test unless a page that has opened the chain shows and saves the truth.
func (w *truth) holds(t *testing.T, p *page) {
	t.Helper()
	p.waitWithin(benchPatience, `document.querySelector(".source") && !document.querySelector(".load")`)
	p.waitRows()
	p.waitText(".total", "1 chain · 1 node · "+grouped(w.records)+" records")
	for _, c := range []struct {
		query string
		rows  int
	}{{"outcome:failed", w.failed}, {`/pull timed out after [0-9]+/`, w.pulls}, {`/pull timed out after [0-9]{5} /`, w.longPulls}} {
		p.filterFor(c.query)
		p.waitCount(grouped(c.rows) + " of " + grouped(w.records))
		p.clearFilter()
	}
	p.waitCount(grouped(w.records) + " of " + grouped(w.records))
	p.keys(kb.End)
	p.waitSelectedRow(w.lastSeq)
	p.eval(`document.querySelector("#tab-findings").click()`, nil)
	titles, err := json.Marshal(w.titles)
	if err != nil {
		t.Fatal(err)
	}
	p.wait(fmt.Sprintf(`JSON.stringify([...document.querySelectorAll(".finding:not(.insight) .finding-title")].map((e) => e.textContent).sort()) === JSON.stringify(%s.sort())`, titles))
	p.openShare()
	p.chooseShare("share-chain")
	saved := p.saveShare("chain")
	p.escape()
	if got := asked(t, "cat", saved); got != w.lines {
		t.Errorf("cat prints %d bytes of what the page saved, %d of what the command line did", len(got), len(w.lines))
	}
	if got := foundIn(t, saved); got != w.verify {
		t.Errorf("verify finds in what the page saved\n%s\n\nand in what the command line did\n%s", got, w.verify)
	}
	w.givesBack(t, saved)
	p.wait(`!document.querySelector(".card, .fault:not([hidden])")`)
}

// grouped writes a number as the page does.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// clearFilter empties the filter line and leaves it.
func (p *page) clearFilter() {
	p.t.Helper()
	p.keys(kb.Escape)
	p.wait(`document.querySelector("#filter").value === ""`)
	p.keys(kb.Escape, kb.Escape) // the suggestions, then the field
	p.wait(`document.activeElement?.id === "grid"`)
}

// While a chain is read by helpers it can be closed, read as another kind, searched, and
// shared, at any moment: the page shows and saves the truth.
func TestEverythingAtAnyMomentOfALoad(t *testing.T) {
	w := truthOf(t, anytimeRecords)
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			moment := func() { time.Sleep(time.Duration(r.IntN(300)) * time.Millisecond) }
			p := servedPage(t, "?helpers=2")
			for range 2 {
				p.drop(w.folder)
				p.wait(`document.querySelector(".source .close")`)
				moment()
				p.readAs("log")
				moment()
				p.eval(`document.querySelector(".source .close").click()`, nil)
				p.wait(`!document.querySelector(".source, .load, .card") && document.querySelector(".drop-zone")`)
			}
			p.drop(w.folder)
			p.wait(`document.querySelector(".source .close")`)
			saved := ""
			acts := []func(){
				func() { p.readAs("log"); moment(); p.readAs("action") },
				func() { p.readAs("unknown"); p.readAs("failure"); p.readAs("action") },
				func() { p.filterFor("/timed out/"); moment(); p.clearFilter() },
				func() {
					p.openShare()
					p.chooseShare("share-chain")
					saved = p.saveShare("chain")
					p.escape()
				},
			}
			for _, i := range r.Perm(len(acts)) {
				moment()
				acts[i]()
			}
			w.givesBack(t, saved)
			w.holds(t, p)
		})
	}
}

// readAs has the page read the chain as another kind.
func (p *page) readAs(kind string) {
	p.t.Helper()
	p.wait(`document.querySelector("#kind-select, .kind-select")`)
	p.eval(fmt.Sprintf(`(() => {
		const select = document.querySelector(".kind-select");
		select.value = %q;
		select.dispatchEvent(new Event("change", { bubbles: true }));
	})()`, kind), nil)
}

// mortalHelper makes the first helper one that ends when the page says so, in place of its
// next answer. It says nothing of it, as a worker does that the browser ends.
const mortalHelper = `
	globalThis.helpersEnded = 0;
	const fate = new BroadcastChannel("fate");
	fate.onmessage = ({ data }) => { helpersEnded += data === "ended"; };
	globalThis.endAHelper = () => fate.postMessage("end");
	let mortal;
	globalThis.Worker = class extends Worker {
		constructor(address, options) {
			super(address, options);
			if (options?.name === "chainglass helper") {
				mortal ??= this;
			}
		}
		postMessage(message, transfer) {
			super.postMessage(this === mortal ? { ...message, mortal: true } : message, transfer);
		}
	};
	globalThis.Blob = class extends Blob {
		constructor(parts, options) {
			super(options?.type === "text/javascript" ? [...parts, within] : parts, options);
		}
	};
	const within = ` + "`" + `
		if (self.name === "chainglass helper") {
			addEventListener("message", ({ data: { mortal } }) => {
				if (!mortal) {
					return;
				}
				const fate = new BroadcastChannel("fate");
				let ends = false;
				fate.onmessage = ({ data }) => { ends ||= data === "end"; };
				const answer = chainglass.answer;
				let answers = 0;
				chainglass.answer = (...args) => {
					if (ends || ++answers === ANSWERS) {
						ends = true;
						fate.postMessage("ended");
						close();
						return;
					}
					answer(...args);
				};
			});
		}
	` + "`;" + `
`

// openMortal opens a page with a helper that ends when it is told to, or after so many
// answers.
func openMortal(t *testing.T, answers int) *page {
	t.Helper()
	p := openBlank(t)
	p.before(strings.ReplaceAll(mortalHelper, "ANSWERS", fmt.Sprint(answers)))
	p.navigate(serve(t) + "?helpers=2")
	p.wait(`document.querySelector(".drop-zone")`)
	return p
}

// A helper that is ended in the middle of a load costs another try, and nothing else.
func TestAHelperThatIsEndedCostsATry(t *testing.T) {
	w := truthOf(t, anytimeRecords)
	p := openMortal(t, 3)
	p.drop(w.folder)
	p.waitWithin(benchPatience, `helpersEnded > 0`)
	w.holds(t, p)
}

// So does one that is ended while it searches.
func TestAHelperThatIsEndedWhileItSearches(t *testing.T) {
	w := truthOf(t, anytimeRecords)
	p := openMortal(t, 1_000_000)
	p.drop(w.folder)
	p.waitWithin(benchPatience, `document.querySelector(".source") && !document.querySelector(".load")`)
	p.eval(`endAHelper()`, nil)
	p.filterFor(`/pull timed out after [0-9]{5} /`)
	p.wait(`helpersEnded > 0`)
	p.waitCount(grouped(w.longPulls) + " of " + grouped(w.records))
	p.clearFilter()
	w.holds(t, p)
}
