package e2e

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"chainglass/app/share"
	"chainglass/app/site"
)

// sampleFile is the incident as it lies in the repository.
const sampleFile = "../../web/sample/incident.zip"

func readFile(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// linkTo runs the command that makes a link and returns what goes behind "#".
func linkTo(t *testing.T, path string) string {
	t.Helper()
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "run", ".", "link", absolute)
	cmd.Dir = moduleRoot
	link, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(strings.TrimSpace(string(link)), "#")
}

// fewRecords is a storage folder that fits into a link.
func fewRecords(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "node-few")
	chainglass(t, "generate", "-o", folder, "--records", "120")
	return folder
}

// waitLinked waits until the chain of the link is open.
func (p *page) waitLinked() {
	p.t.Helper()
	p.waitRows()
	p.waitText(".total", "120 records")
	p.waitText(".source-name", "link")
}

// A link opens its chain at the place it names, in both forms of the page, and
// still does after a reload.
func TestLinkOpensInBothForms(t *testing.T) {
	link := linkTo(t, fewRecords(t))
	h := hosted(t, "one", nil)
	single := fileURL(t, filepath.Join(builtSite(t), site.SingleName))
	for name, address := range map[string]string{"hosted": h.url, "one file": single} {
		t.Run(name, func(t *testing.T) {
			p := openPage(t, address+"#"+link+"&v1&node=node-few&channel=meshos%2Factions&at=7")
			p.waitLinked()
			p.waitSelected(7)
			p.keys("j")
			p.waitSelected(8)
			p.wait(`location.hash.startsWith("#data=") && location.hash.includes("&v1&") && location.hash.includes("at=8")`)
			p.do("reload", chromedp.Reload())
			p.waitLinked()
			p.waitSelected(8)
		})
	}
	for _, path := range h.requests() {
		if !strings.HasPrefix(path, prefix) {
			t.Errorf("asked for %s", path)
		}
	}
}

// A link that is put into the address of an open page is opened beside what is
// there.
func TestLinkInAnOpenPage(t *testing.T) {
	link := linkTo(t, fewRecords(t))
	p := openUI(t)
	p.eval(fmt.Sprintf("location.hash = %q", link), nil)
	p.waitLinked()
	p.eval(fmt.Sprintf("location.hash = %q", link+"&v1&at=5"), nil)
	p.waitText(".total", "1 chain")
}

// Both encoders make links that both decoders read.
func TestPageMakesTheSameLinks(t *testing.T) {
	p := openUI(t)
	var fragment string
	pack := `new Promise((done) => chainglass.packLink([new TextEncoder().encode(%q)], (fragment, reason) => done(fragment || reason)))`
	p.eval(fmt.Sprintf(pack, strings.Repeat("evidence ", 100)), &fragment)
	if file, err := share.DecodeLink(fragment); err != nil || string(file) != strings.Repeat("evidence ", 100) {
		t.Errorf("%q: %q, %v", fragment, file, err)
	}
	p.eval(`new Promise((done) => chainglass.packLink([crypto.getRandomValues(new Uint8Array(5000))], (fragment, reason) => done(reason)))`, &fragment)
	if want := "too large for a link: 5000 bytes make 66"; !strings.HasPrefix(fragment, want) || !strings.HasSuffix(fragment, "at most 6144") {
		t.Errorf("%q, want %q", fragment, want)
	}
	p.eval(`new Promise((done) => chainglass.packLink([new Uint8Array(2 ** 20), new Uint8Array(1)], (fragment, reason) => done(reason)))`, &fragment)
	if want := "too large for a link: 1048577 bytes, at most 1048576"; fragment != want {
		t.Errorf("%q, want %q", fragment, want)
	}
}

func TestBadLinksAreCards(t *testing.T) {
	good, err := share.EncodeLink([]byte(strings.Repeat("evidence ", 100)))
	if err != nil {
		t.Fatal(err)
	}
	// Four times a megabyte of nothing.
	bomb := `new Response(new Blob([new Uint8Array(2 ** 22)]).stream().pipeThrough(new CompressionStream("deflate-raw"))).bytes()
		.then((bytes) => { location.hash = "data=" + btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""); })`
	p := openUI(t)
	for _, c := range []struct{ name, script, want string }{
		{"cut", fmt.Sprintf("location.hash = %q", good[:len(good)-4]), "damaged"},
		{"longer", fmt.Sprintf("location.hash = %q", good+"AAAA"), "damaged"},
		{"other letters", `location.hash = "data=a b"`, "damaged"},
		{"too long", fmt.Sprintf("location.hash = %q", "data="+strings.Repeat("A", share.LinkLimitCharacters+1)), "carries too much"},
		{"a bomb", bomb, "carries too much"},
	} {
		p.eval(c.script, nil)
		p.waitText("#link-failed", c.want)
		p.waitText("#link-failed", "Copy the whole of it once more")
		if c.name == "cut" {
			p.accessible("a damaged link")
			p.screenshot("link-damaged")
		}
		p.click("#link-failed .close")
		p.wait(`!document.querySelector("#link-failed")`)
	}
	p.eval(fmt.Sprintf("location.hash = %q", good), nil)
	p.waitText(".card", "") // what is no chain export is told of like any file
	p.wait(`!document.querySelector("#link-failed")`)
}

func TestAddressNamesAFileBesideThePage(t *testing.T) {
	h := hosted(t, "one", tree{"evidence/night 1.zip": readFile(t, sampleFile)})
	p := openPage(t, h.url+"?url="+url.QueryEscape("evidence/night 1.zip"))
	p.waitRows()
	p.waitText(".total", "12 chains · 3 nodes · 57,365 records")
	p.wait(`!document.querySelector(".notice") && location.search.startsWith("?url=") && location.hash.startsWith("#v1")`)
	whole := openPage(t, h.url+"?url="+url.QueryEscape(h.url+"evidence/night 1.zip"))
	whole.waitRows()
	for _, path := range h.requests() {
		if !strings.HasPrefix(path, prefix) {
			t.Errorf("asked for %s", path)
		}
	}
}

func TestAddressesThatCannotBeLoaded(t *testing.T) {
	h := hosted(t, "one", tree{"notes.txt": "eggs, milk"})
	for _, c := range []struct {
		name, wanted, fault string
		want                []string
	}{
		{"missing", "missing.chain", "404", []string{"There is no file to load", "missing.chain", "404"}},
		{"not http", "javascript:alert(1)", "", []string{"This address cannot be loaded", "javascript:alert(1)"}},
		{"no address", "http://", "", []string{"This address cannot be loaded"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := openBlank(t)
			if c.fault != "" {
				p.expectFault(c.fault)
			}
			p.navigate(h.url + "?url=" + url.QueryEscape(c.wanted))
			for _, want := range c.want {
				p.waitText("#address-failed", want)
			}
			p.screenshot("address-" + strings.ReplaceAll(c.name, " ", "-"))
		})
	}
	t.Run("no export", func(t *testing.T) {
		p := openPage(t, h.url+"?url=notes.txt")
		p.waitText(".card", "notes.txt")
	})
	t.Run("no network", func(t *testing.T) {
		p := openPage(t, h.url)
		p.waitBooted()
		p.waitKept()
		h.goOffline()
		p.expectFault("Failed to load resource")
		p.navigate(h.url + "?url=notes.txt")
		p.waitText("#address-failed", "The file could not be loaded")
	})
}

// What lies elsewhere is not asked for: the reader sees where it is and decides.
func TestOtherPlacesAreNamedNotAsked(t *testing.T) {
	h := hosted(t, "one", nil)
	single := fileURL(t, filepath.Join(builtSite(t), site.SingleName))
	for _, c := range []struct{ name, address, want string }{
		{"hosted", h.url, "This link asks for a file from elsewhere.example"},
		{"one file", single, "This page loads nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := openPage(t, c.address+"?url="+url.QueryEscape("https://elsewhere.example/night.chain?a=b"))
			p.waitText("#asked", c.want)
			p.waitText("#asked .asked-address", "https://elsewhere.example/night.chain?a=b")
			p.wait(`document.activeElement.closest("#asked") && document.querySelector("#asked a").rel === "noopener noreferrer"`)
			p.accessible("another place")
			p.screenshot("asked-" + strings.ReplaceAll(c.name, " ", "-"))
			p.keys("\x1b")
			p.wait(`!document.querySelector("#asked")`)
			p.wait(`document.querySelector(".drop-zone")`)
		})
	}
}

// A file that comes slowly says how far it is, and can be given up.
func TestLoadingCanBeCancelled(t *testing.T) {
	h := hosted(t, "one", tree{"slow.zip": readFile(t, sampleFile)})
	p := openBlank(t)
	p.before(`const ask = globalThis.fetch;
		globalThis.fetch = (address, options) => !String(address).endsWith("slow.zip") ? ask(address, options)
			: Promise.resolve(new Response(new ReadableStream({
				start(controller) {
					controller.enqueue(new Uint8Array(2_500_000));
					options.signal.addEventListener("abort", () => controller.error(options.signal.reason));
				},
			}), { headers: { "Content-Length": "5000000" } }));`)
	p.navigate(h.url + "?url=slow.zip")
	p.waitText("#loading", "Loading slow.zip")
	p.waitText("#loading", "2.5 of 5.0 MB, 50 %")
	p.click("#loading .button")
	p.wait(`!document.querySelector(".notice")`)
}
