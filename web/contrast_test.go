//go:build !js

package web

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// colours are the tokens that are colours, light and dark, by name.
func colours(t *testing.T) map[string][2]string {
	t.Helper()
	sheet, err := Files.ReadFile("tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	token := regexp.MustCompile(`--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`)
	found := map[string][2]string{}
	for _, m := range token.FindAllStringSubmatch(string(sheet), -1) {
		found[m[1]] = [2]string{m[2], m[3]}
	}
	return found
}

// luminance is the relative luminance of a colour, as WCAG defines it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	weights, sum := [3]float64{0.2126, 0.7152, 0.0722}, 0.0
	for i, weight := range weights {
		channel, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		value := float64(channel) / 255
		if value <= 0.03928 {
			value /= 12.92
		} else {
			value = math.Pow((value+0.055)/1.055, 2.4)
		}
		sum += weight * value
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	one, other := luminance(t, a), luminance(t, b)
	return (max(one, other) + 0.05) / (min(one, other) + 0.05)
}

// Text can be read on every ground it stands on, in both themes.
func TestContrast(t *testing.T) {
	const least = 4.5
	all := colours(t)
	grounds := []string{"paper", "paper-raised", "paper-sunk", "paper-hover", "tint-failed", "tint-gated", "tint-finding"}
	inks := []string{"ink", "ink-quiet", "ink-faint", "dispatched", "failed", "gated", "finding", "playhead"}
	type pair struct{ ink, ground string }
	pairs := []pair{{"on-accent", "playhead"}, {"paper", "failed"}}
	for _, ink := range inks {
		for _, ground := range grounds {
			pairs = append(pairs, pair{ink, ground})
		}
		if ink != "ink-faint" { // which selections make ink-quiet
			pairs = append(pairs, pair{ink, "paper-selected"})
		}
	}
	for _, p := range pairs {
		for theme, name := range []string{"light", "dark"} {
			ink, ground := all[p.ink][theme], all[p.ground][theme]
			if ink == "" || ground == "" {
				t.Fatalf("no such token: %s or %s", p.ink, p.ground)
			}
			if got := contrast(t, ink, ground); got < least {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", name, p.ink, p.ground, got, least)
			}
		}
	}
}
