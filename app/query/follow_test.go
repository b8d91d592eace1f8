package query

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// What is said of a template holds for all of its texts: each is matched by the regexp, or
// none is.
func TestARegexpIsFollowedOverATemplate(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	verdicts := map[Verdict]int{}
	for range 8_000 {
		source := randomRegexp(r, 3)
		exp, err := regexp.Compile(source)
		if err != nil {
			continue
		}
		texts := textsOfOne(r)
		known := map[string]Template{}
		for _, text := range texts {
			learn(known, text)
		}
		for template, is := range known {
			if strings.IndexByte(template, '#') < 0 || programOf(source) == nil {
				continue
			}
			v := follow(programOf(source), &is)
			verdicts[v]++
			for _, text := range texts {
				var masked WordBytes
				if maskedText(text, &masked) != template {
					continue
				}
				if matches := exp.MatchString(text); v != Maybe && (v == Yes) != matches {
					t.Fatalf("/%s/ on the template %+v is %v, and on its text %q %v", source, is, v, text, matches)
				}
			}
		}
	}
	for _, v := range []Verdict{No, Maybe, Yes} {
		if verdicts[v] < 400 {
			t.Errorf("%v came %d times", v, verdicts[v])
		}
	}
}

// randomRegexp returns a text that often is a regexp.
func randomRegexp(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(4) == 0 {
		return pick(r, "pull", "timed", "[0-9]", "[0-9a-f]+", "ms", ".", "#", "\\w", "\\b", "^", "$", " ", "é", "[^ ]", "\\s", "(?i)OUT", "(?m:^)", "\\d+", "x")
	}
	a, b := randomRegexp(r, depth-1), randomRegexp(r, depth-1)
	return pick(r, a+b, a+b, a+" "+b, "("+a+"|"+b+")", "(?:"+a+")*"+b, "(?:"+a+")+", "(?:"+a+")?"+b, a+"{2}")
}

// textsOfOne are texts that mostly have one template, some of them too long for it.
func textsOfOne(r *rand.Rand) (texts []string) {
	var words []string
	for range 1 + r.IntN(5) {
		words = append(words, pick(r, "pull", "timed", "out", "ms", "é", "#", "N", "N", "H", "\n", "\xe2", "x"))
	}
	separator, long := pick(r, " ", ":", "é"), r.IntN(8) == 0
	for range 6 {
		text := ""
		for _, word := range words {
			switch word {
			case "N":
				word = pick(r, "1", "42", "5000", "7", "0")
			case "H":
				word = pick(r, "0xab12", "ab12cd", "1f", "00000a")
			}
			text += word + separator
		}
		if long {
			text += strings.Repeat("é", max(maskBytes-len(text), 0)/2+r.IntN(2)) + pick(r, "", "x", "42")
		}
		texts = append(texts, text)
	}
	return texts
}

// What people look for is answered without reading a text.
func TestARegexpIsAnsweredByTemplates(t *testing.T) {
	digits := WordBytes(0).With([]byte("0123456789"))
	hex := AllWordBytes &^ WordBytes(0).With([]byte("ghijklmnopqrstuvwyz_"))
	for _, c := range []struct {
		exp, template string
		masked        WordBytes
		want          Verdict
	}{
		{"timed out after [0-9]+", "pull timed out after # ms", digits, Yes},
		{"timed out after [0-9]+ ms$", "pull timed out after # ms", digits, Yes},
		{"^pull.*ms$", "pull timed out after # ms", digits, Yes},
		{`\btimed\b`, "pull timed out after # ms", digits, Yes},
		{"unreachable|refused", "pull timed out after # ms", digits, No},
		{"[a-z]{5} after [a-f]", "pull timed out after # ms", digits, No},
		{"after 5[0-9]{3} ms", "pull timed out after # ms", digits, Maybe},
		{"peer .* unreachable", "peer # unreachable: connection refused", hex, Yes},
		{"peer 0x51", "peer # unreachable: connection refused", hex, Maybe},
		{"(a?){20}b", "peer # unreachable: connection refused", hex, Yes},
		{"#", "after # ms", digits.With([]byte("#")), Maybe},
		{"# ms", "after # m", digits, No},
	} {
		if got := follow(programOf(c.exp), &Template{Text: c.template, Whole: true, Masked: c.masked}); got != c.want {
			t.Errorf("/%s/ on %q is %v, want %v", c.exp, c.template, got, c.want)
		}
	}
}

// However hostile a regexp and a template are, following takes a bounded number of steps.
func TestFollowingIsBounded(t *testing.T) {
	template := Template{Text: strings.Repeat("# ", 100), Whole: true, Masked: AllWordBytes}
	for _, exp := range []string{"(?:[a-z0-9]*[ -~]){20}$", "([a-m]|[b-z]|[0-9a-f])*.{60}x", strings.Repeat("(a*)*", 20) + "$"} {
		f := follower{program: programOf(exp), steps: maxFollowSteps}
		if f.program == nil {
			t.Fatalf("/%s/ is not followed", exp)
		}
		v := f.follow(&template)
		if f.steps < -maxStates*maxInstructions || f.steps < 0 && v != Maybe {
			t.Errorf("/%s/ is %v, with %d steps left", exp, v, f.steps)
		}
	}
	if programOf("(?:[a-z0-9]*[ -~]){400}") != nil {
		t.Error("a regexp of thousands of instructions is followed")
	}
}
