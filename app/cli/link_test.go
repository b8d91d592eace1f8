//go:build !js

package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/datalink"
)

func TestLinkCarriesTheChains(t *testing.T) {
	dir := t.TempDir()
	chain := filepath.Join(dir, "node")
	command("generate", "-o", chain, "--records", "120").want(t, StatusOK)
	want := command("cat", chain).want(t, StatusOK).stdout
	for base, address := range map[string]string{
		"":                                "#",
		"https://chainglass.example/x/":   "https://chainglass.example/x/#",
		"chainglass.html?a=b#place&at=3":  "chainglass.html?a=b#",
		"https://chainglass.example/ ä b": "https://chainglass.example/%20%C3%A4%20b#",
	} {
		link := strings.TrimSpace(command("link", chain, "--base", base).want(t, StatusOK).says(t, "120 entries").stdout)
		fragment, found := strings.CutPrefix(link, address)
		if !found {
			t.Errorf("%q makes %.60q", base, link)
			continue
		}
		export, err := datalink.Decode(fragment)
		if err != nil {
			t.Fatal(err)
		}
		file := writeFile(t, string(export), t.TempDir(), "link.chain")
		if got := command("cat", file).want(t, StatusOK).stdout; got != want {
			t.Errorf("%q carries\n%.300s\nnot\n%.300s", base, got, want)
		}
	}
}

func TestLinkRefusesWhatIsTooLarge(t *testing.T) {
	command("link", incident).want(t, StatusFailed).says(t, "57,365 entries: too large for a link:").says(t, "the page command")
	command("link", t.TempDir()).want(t, StatusFailed)
	command("link", incident, "--base", "http://[").want(t, StatusUsage)
}
