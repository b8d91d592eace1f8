package e2e

import (
	"fmt"
	"os"
	"testing"
)

// bytesSaid is the size that the share sheet says, in bytes.
const bytesSaid = `(() => {
  const [, n, unit] = document.querySelector("#share-bytes").textContent.match(/([\d.,]+) (B|kB|MB)/);
  return Number(n.replaceAll(",", "")) * { B: 1, kB: 1e3, MB: 1e6 }[unit];
})()`

// saysSize saves a form and holds its size against what the sheet said of it.
func (p *page) saysSize(form, extension string) (path string) {
	p.t.Helper()
	p.chooseShare(form)
	p.wait(`/\d/.test(document.querySelector("#share-bytes").textContent)`)
	var said float64
	p.eval(bytesSaid, &said)
	path = p.saveShare(extension)
	info, err := os.Stat(path)
	if err != nil {
		p.t.Fatal(err)
	}
	if off := said/float64(info.Size()) - 1; off > 0.05 || off < -0.05 {
		p.t.Errorf("%s: %.0f bytes were foretold, %d saved: %.1f %% off", form, said, info.Size(), 100*off)
	}
	return path
}

// The sheet states the size of every form, what is included and what is left out: the
// pinned state lies before the time in view. What is saved has the states of its
// source, and says where in it they are.
func TestShareSaysWhatIsSaved(t *testing.T) {
	address := fmt.Sprintf("%s#v1&node=node-2&channel=meshos/actions&at=947&tab=snapshot&range=%d..%d&a-node=node-1&a-channel=meshos/actions&a-at=7",
		serve(t, incidentFolder(t)), instant(t, "16:08:00"), instant(t, "16:11:00"))
	p := openPage(t, address)
	p.waitRows()
	p.waitAxis()
	p.openShare()
	p.chooseShare("share-view")
	p.wait(`/\d/.test(document.querySelector("#share-bytes").textContent)`)
	p.waitText("#share-left", "entries are left out: outside")
	p.waitText("#share-left", "the pinned state at node-1 meshos/actions position 7 is not part of what is chosen")
	p.size(1440, 900)
	p.screenshot("share-cut-1440")
	p.size(390, 844)
	p.wait(`document.documentElement.scrollWidth <= 390`)
	p.wait(`[...document.querySelectorAll(".share *")].every((e) => e.getBoundingClientRect().right <= document.querySelector(".sheet").getBoundingClientRect().right)`)
	p.screenshot("share-cut-390")
	p.size(1440, 900)
	for form, extension := range map[string]string{
		"share-chain": "chain", "share-ndjson": "ndjson", "share-csv": "csv", "share-markdown": "md", "share-svg": "svg",
	} {
		p.saysSize(form, extension)
	}
	opened := openFile(t, p.saysSize("share-page", "html"))
	opened.wait(`/ of [\d,]+, [\d,]+ of [\d,]+ in the source/.test(document.querySelector(".state-sources")?.textContent)`)
	opened.size(1440, 900)
	opened.screenshot("cut-state-1440")
	opened.openShare()
	opened.saysSize("share-page", "html")
}
