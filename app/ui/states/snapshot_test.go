package states

import (
	"strings"
	"testing"

	"chainglass/app/ui/uitest"
)

func TestSnapshotAsJSON(t *testing.T) {
	s := uitest.New(t, "../../page/testdata").Opened().Press("End", "2")
	if html := uitest.HTML(t, &Snapshot{Page: s.Page, raw: true}); !strings.Contains(html, "snapshot-json") || !strings.Contains(html, "&#34;recent_failures&#34;: [") {
		t.Error("there is no JSON")
	}
}
