package ui

import (
	"strings"
	"testing"
)

// A page from a disk keeps nothing unless it is asked to, a page of a server does,
// and both say who can read it.
func TestWhereNotesAreKept(t *testing.T) {
	disk := keepingAt("file:///home/ann/shared.html")
	if disk.on || !strings.Contains(disk.text(), "nothing is kept") {
		t.Errorf("disk: %+v: %s", disk, disk.text())
	}
	disk.on = true
	if !strings.Contains(disk.text(), "other pages on this disk can read them") {
		t.Errorf("disk: %s", disk.text())
	}
	served := keepingAt("https://chains.example:8443/viewer/index.html")
	if !served.on || !strings.Contains(served.text(), "for pages from chains.example:8443.") {
		t.Errorf("served: %+v: %s", served, served.text())
	}
}
