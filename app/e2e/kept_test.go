package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// storedScript gathers everything that a page of the same origin can read.
const storedScript = `(async () => ({
	local: { ...localStorage },
	session: { ...sessionStorage },
	databases: (await indexedDB.databases()).map(({ name }) => name),
	caches: await globalThis.caches?.keys().catch(() => []) ?? [],
	cookies: document.cookie,
	folders: await navigator.storage?.getDirectory?.().then(async (root) => Array.fromAsync(root.keys())).catch(() => []) ?? [],
}))()`

// stored is all that the browser keeps for pages from this disk, read by another
// page from it.
func (p *page) stored() string {
	p.t.Helper()
	path := filepath.Join(p.t.TempDir(), "stranger.html")
	if err := os.WriteFile(path, []byte("<!doctype html><title>stranger</title>"), 0o644); err != nil {
		p.t.Fatal(err)
	}
	stranger := p.tab(fileURL(p.t, path))
	var all any
	stranger.eval(storedScript, &all)
	text, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// writeNote writes a note on the selected entry.
func (p *page) writeNote(text, author string) {
	p.t.Helper()
	p.keys("c")
	p.wait(`document.activeElement?.id === "note-text"`)
	p.do("type", chromedp.SendKeys("#note-text", text, chromedp.ByQuery))
	p.write("#note-author", author)
	p.keys(kb.Enter)
	p.waitText(".notes", text)
}

// use does with a shared page what readers do.
func (p *page) use() {
	p.t.Helper()
	p.keys("m")
	p.filterFor("node:node-2 outcome:failed")
	// A row may be drawn anew between being found and being clicked: this is one step.
	p.wait(`((row) => row && (row.click(), true))(document.querySelector(".row:not(.head)"))`)
	p.click("#tab-snapshot")
	p.wait(`document.querySelector(".snapshot")`)
	p.click("#tab-findings")
	p.wait(`document.querySelector(".insight")`)
	p.eval(`[...document.querySelectorAll(".insight .finding-acts .button")].find((b) => b.textContent === "Hide").click()`, nil)
	p.waitText(".chips", "1 hidden")
	for _, word := range []string{"Pin A", "+", "Local"} {
		p.eval(fmt.Sprintf(`[...document.querySelectorAll("button")].find((b) => b.textContent.trim() === %q).click()`, word), nil)
	}
	p.wait(`/range=/.test(location.hash) && /a-at=/.test(location.hash)`)
}

// Nothing of a file that was opened from a disk stays in the storage that all pages
// from a disk share: what the reader writes does, if the reader chose that, and
// names nothing; and what is forgotten is gone.
func TestNothingOfAFileIsKept(t *testing.T) {
	dir := t.TempDir()
	note := filepath.Join(dir, "note.md")
	if err := os.WriteFile(note, []byte("the secret of the sender"), 0o666); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "shared.html")
	chainglass(t, "page", incidentFolder(t), "-o", path, "--title", "Planted title", "--notes", note)
	secrets := []string{"node-", "meshos", "actions", "secret of the sender", "Planted", "outcome", "failed", "shared.html", ":947", "/947", "=947"} // a random id may hold the digits
	holds := func(p *page, when string, want ...string) {
		t.Helper()
		text := p.stored()
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %q is kept:\n%s", when, secret, text)
			}
		}
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is not kept:\n%s", when, w, text)
			}
		}
		if len(want) == 0 && (strings.Contains(text, "my own words") || strings.Contains(text, "ann")) {
			t.Errorf("%s: a note is kept:\n%s", when, text)
		}
	}
	p := openPage(t, fileURL(t, path)+"#v1&node=node-2&channel=meshos%2Factions&at=947")
	p.waitRows()
	p.waitSelectedRow("947")
	// What an earlier version left behind.
	p.eval(`localStorage.setItem("chainglass-hidden-findings", "panic/node-1/meshos/actions/947")`, nil)
	p.eval(`localStorage.setItem("chainglass-notes", JSON.stringify([{ ID: "old", Text: "the secret of the sender", UpdatedAtMS: 1, Anchors: [{ Node: "node-2", Channel: "meshos/actions", Seq: 947 }] }]))`, nil)
	p.do("reload", chromedp.Reload())
	p.waitRows()
	p.waitSelectedRow("947")
	p.writeNote("my own words", "ann")
	p.waitText("#note-keeping", "An earlier version kept 1 note in this browser")
	p.use()
	holds(p, "by default")

	p.click("#tab-notes")
	p.click("#note-keep")
	p.wait(`document.querySelector("#note-keep").checked && document.querySelector("#note-forget")`)
	p.screenshot("notes-kept")
	holds(p, "keeping", "my own words", "ann")

	// The note is there the next time, at its entry.
	again := p.tab(fileURL(t, path) + "#v1&tab=notes")
	again.waitRows()
	again.waitText("#note-keeping", "pages from this disk; other pages on this disk can read them")
	again.waitText(".notes", "my own words")
	again.waitText(".notes", "node-2 meshos/actions seq 947")
	again.waitText(".notes", "the secret of the sender")
	again.keys(kb.Home)
	again.eval(`[...document.querySelectorAll(".note")].find((note) => note.textContent.includes("my own words")).querySelector(".ref").click()`, nil)
	again.waitSelectedRow("947")
	// A note of the file that is changed here is not the reader's.
	again.eval(`[...[...document.querySelectorAll(".note")].find((note) => note.textContent.includes("secret of the sender")).querySelectorAll(".button")].find((b) => b.textContent === "Edit").click()`, nil)
	again.wait(`document.querySelector("#note-text")?.value.includes("secret")`)
	again.do("type", chromedp.SendKeys("#note-text", ", changed", chromedp.ByQuery))
	again.do("keep", chromedp.SendKeys("#note-author", kb.Enter, chromedp.ByQuery))
	again.waitText(".note-text", ", changed")
	holds(again, "after a change of the file's note", "my own words")

	again.click("#note-forget")
	again.wait(`!document.querySelector("#note-forget")`)
	holds(again, "forgotten")
	again.click("#note-keep")
	again.wait(`!document.querySelector("#note-keep").checked`)
	if text := again.stored(); strings.Contains(text, "chainglass-") {
		t.Errorf("switched off: %s", text)
	}
}

// A page whose browser keeps nothing says so.
func TestNotesWhereNothingCanBeKept(t *testing.T) {
	p := openBlank(t)
	p.before(`Storage.prototype.setItem = () => { throw new Error("not here"); }`)
	p.navigate(serve(t, incidentFolder(t)) + "#v1&node=node-2&channel=meshos%2Factions&at=947")
	p.waitRows()
	p.waitSelectedRow("947")
	p.writeNote("my own words", "ann")
	p.waitText("#note-keeping", "This browser refuses to keep notes")
	p.wait(`!document.querySelector("#note-forget")`)
}
