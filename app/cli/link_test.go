//go:build !js

package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"chainglass/app/share"
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
		export, err := share.DecodeLink(fragment)
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
	command("link", incident).want(t, StatusFailed).says(t, "57,365 entries: too large for a link:").says(t, "--where or --range")
	command("link", t.TempDir()).want(t, StatusFailed)
	command("link", incident, "--base", "http://[").want(t, StatusUsage).says(t, "--base")
}

func TestLinkCarriesWhatIsChosen(t *testing.T) {
	link := command("link", incident, "--where", "outcome:failed", "--range", "16:08:00..16:08:02").want(t, StatusOK)
	export, err := share.DecodeLink(strings.TrimSpace(link.says(t, "1 chain, 10 entries").stdout))
	if err != nil {
		t.Fatal(err)
	}
	lines := command("cat", writeFile(t, string(export), t.TempDir(), "link.chain")).want(t, StatusOK).lines()
	if len(lines) != 10 {
		t.Errorf("%d records, want 10", len(lines))
	}
	for _, line := range lines {
		if !strings.Contains(line, `"Failed"`) {
			t.Errorf("carries %s", line)
		}
	}
}
