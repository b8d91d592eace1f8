package page

import (
	"strings"
	"testing"

	"chainglass/app/page/pagetest"
)

func keepingAt(address string) keeping {
	h := pagetest.NewHost()
	h.At = address
	return newKeeping(h)
}

// A page from a disk keeps nothing unless it is asked to, a page of a server does,
// and both say who can read it.
func TestWhereNotesAreKept(t *testing.T) {
	disk := keepingAt("file:///home/ann/shared.html")
	if disk.On || !strings.Contains(disk.Text(), "nothing is kept") {
		t.Errorf("disk: %+v: %s", disk, disk.Text())
	}
	disk.On = true
	if !strings.Contains(disk.Text(), "other pages on this disk can read them") {
		t.Errorf("disk: %s", disk.Text())
	}
	served := keepingAt("https://chains.example:8443/viewer/index.html")
	if !served.On || !strings.Contains(served.Text(), "for pages from chains.example:8443.") {
		t.Errorf("served: %+v: %s", served, served.Text())
	}
}
