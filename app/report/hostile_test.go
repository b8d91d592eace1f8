package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/wire"
	"chainglass/wire/export"
)

// Texts that would become more than text where nobody takes care.
const (
	evilMarkup   = `</section></svg><script>alert(1)</script><img src=x onerror="alert(1)">'&amp;`
	evilMarkdown = "# [x](javascript:alert(1)) ![y](https://e.example/z) **b** `c` | d | <!-- $e$ www.example.org"
	evilHidden   = "a\u202eb\u2066c\u200bd\x00e\x1b[31m\nf\xffg"
)

// hostile is a chain in which every text is hostile.
func hostile(t *testing.T) *Report {
	t.Helper()
	evil := evilMarkup + evilMarkdown + evilHidden
	// An export holds valid UTF-8 only, records hold anything.
	name := strings.ToValidUTF8(evil, "")
	var payloads [][]byte
	for i := range 300 {
		payloads = append(payloads, failed(uint64(1+i/7), evil, fmt.Sprint(evil, i)))
	}
	payloads = append(payloads, []byte("no record: "+evil))
	e := open(t, entries(t, export.ChainInfo{Node: name, Channel: name, Kind: wire.ChainAction, Origin: name}, payloads...))
	remark(t, e, "n1", evil, evil+"\n\n- "+evil+"\n- **"+evil+"**\n\n1. "+evil, engine.NoteAnchor{Chain: e.Chains()[0].ID, Position: 3}, 1, 2)
	return reportOn(t, e, Options{Title: evil, Remarks: []string{evil}})
}

var ownElements = strings.Fields("section header h1 h2 h3 ul ol li p b strong code span br article figure figcaption div details summary" +
	" table caption thead tbody tr th td svg title desc rect path g text")

var ownAttributes = strings.Fields("class role aria-label aria-labelledby tabindex scope id xmlns viewBox width height font-family font-size font-weight" +
	" fill stroke x y rx d transform shape-rendering text-anchor")

// checkMarkup fails the test unless text is made of our own elements and
// attributes, all closed.
func checkMarkup(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader("<section>" + strings.ReplaceAll(text, "<br>", "<br/>") + "</section>"))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		element, is := token.(xml.StartElement)
		if !is {
			continue
		}
		if !slices.Contains(ownElements, element.Name.Local) {
			t.Errorf("an element <%s>", element.Name.Local)
		}
		for _, a := range element.Attr {
			if !slices.Contains(ownAttributes, a.Name.Local) {
				t.Errorf("an attribute %s of <%s>", a.Name.Local, element.Name.Local)
			}
		}
	}
}

// hiding are the characters that change how others look without a look of their
// own.
var hiding = regexp.MustCompile("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00\x1b]")

func TestTextsAreOnlyText(t *testing.T) {
	r := hostile(t)
	for name, text := range map[string]string{"HTML": r.HTML(), "SVG": r.SVG()} {
		t.Run(name, func(t *testing.T) {
			checkMarkup(t, text)
			if found := hiding.FindString(text); found != "" {
				t.Errorf("%q is in it", found)
			}
		})
	}
	t.Run("Markdown", func(t *testing.T) {
		text := r.Markdown()
		if found := hiding.FindString(text); found != "" {
			t.Errorf("%q is in it", found)
		}
		for _, mark := range []string{"<script", "<img", "<!--", "](", "![", "https://", "www.example"} {
			unescaped := regexp.MustCompile(`(^|[^\\])` + regexp.QuoteMeta(mark))
			for line := range strings.SplitSeq(text, "\n") {
				if unescaped.MatchString(withoutCode(line)) {
					t.Errorf("%s is in %.200q", mark, line)
				}
			}
		}
		checkTables(t, text)
	})
}

// withoutCode leaves out what stands between backticks, where nothing is a mark.
func withoutCode(line string) string {
	return regexp.MustCompile("(^|[^\\\\`])(`+)[^`].*?[^`](`+)").ReplaceAllString(line, "$1")
}

// checkTables fails the test unless all rows of a table have as many cells.
func checkTables(t *testing.T, text string) {
	t.Helper()
	bar := regexp.MustCompile(`(^|[^\\])\|`)
	cells := 0
	for line := range strings.SplitSeq(text, "\n") {
		if !strings.HasPrefix(line, "| ") {
			cells = 0
			continue
		}
		n := len(bar.FindAllString(line, -1))
		if cells != 0 && n != cells {
			t.Errorf("%d bars instead of %d: %.200q", n, cells, line)
		}
		cells = n
	}
}

// Names as long as a format allows do not make a report that nobody opens.
func TestLongNamesAreCut(t *testing.T) {
	long := strings.Repeat("node<", 10_000)
	var payloads [][]byte
	for i := range 40 {
		payloads = append(payloads, failed(uint64(i), "kind-"+long, long))
	}
	e := open(t, entries(t, export.ChainInfo{Node: long, Channel: long, Kind: wire.ChainAction}, payloads...))
	note := strings.Repeat("word ", 3900)
	remark(t, e, "n1", "Ada", note, engine.NoteAnchor{}, 1, 2)
	r := reportOn(t, e, Options{})
	for name, text := range map[string]string{"HTML": r.HTML(), "Markdown": r.Markdown()} {
		if len(text) > 2_000_000 {
			t.Errorf("%s: %d bytes", name, len(text))
		}
		if !strings.Contains(text, strings.TrimSpace(note)) {
			t.Errorf("%s: the note was cut", name)
		}
	}
}

func TestInline(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"pull_replica failed 7 times: timed out", "pull_replica failed 7 times: timed out"},
		{"_x_ and a_b", `\_x\_ and a_b`},
		{"# x", `\# x`},
		{"a # x", "a # x"},
		{"- x", `\- x`},
		{"12. x", `12\. x`},
		{"1.5 s", `1\.5 s`},
		{"a|b", `a\|b`},
		{"<b>&amp;", `\<b\>\&amp;`},
		{"[x](y)", `\[x\](y)`},
		{"http://x", `http\://x`},
		{"www.x", `www\.x`},
		{"a\nb", "a⏎b"},
		{`\`, `\\`},
	} {
		if got := inline(c.text); got != c.want {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCode(t *testing.T) {
	for _, c := range []struct{ text, want string }{{"x", "`x`"}, {"a`b", "``a`b``"}, {"``", "``` `` ```"}} {
		if got := code(c.text); got != c.want {
			t.Errorf("%q became %q, want %q", c.text, got, c.want)
		}
	}
}
