package source

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noTime time.Time

// pageOf is a page around data, as it is shared.
func pageOf(data string, t testing.TB) string {
	return pageAround(base64.StdEncoding.EncodeToString([]byte(gz(t, data))))
}

func pageAround(text string) string {
	return "<!DOCTYPE html>\n<html><head><title>x</title>\n" +
		`<script>document.getElementById("chainglass-data"); 'id="chainglass-data"'</script>` +
		`<script type="application/octet-stream" id="chainglass-data" data-encoding="gzip" data-name="x">` + text + "</script></head></html>"
}

// nextElement is between two elements with data.
const nextElement = `</script>` + "\n" + `<script type="application/octet-stream" data-of="chainglass-data">`

func TestPage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	incident := corpus(t, "incident")
	set := find(t, incident.fsys())
	want := digests(t, set)
	data := exportOf(t, set)
	packed := base64.StdEncoding.EncodeToString([]byte(gz(t, data)))
	var wrapped strings.Builder
	for at := 0; at < len(packed); at += 76 {
		wrapped.WriteString(packed[at:min(at+76, len(packed))] + "\r\n  ")
	}
	tests := []struct{ name, page string }{
		{"as shared", pageAround(packed)},
		{"wrapped", pageAround("\n  " + wrapped.String())},
		{"in many elements", pageAround(string(bytes.Join(slices.Collect(slices.Chunk([]byte(packed), 1000)), []byte(nextElement))))},
		{"and another's element", pageAround(packed + `</script><script data-of="chainglass-wasm">AAAA`)},
		{"not gzip", pageAround(base64.StdEncoding.EncodeToString([]byte(data)))},
		{"marker across two reads", "<html>" + strings.Repeat(" ", scanChunkBytes-20) + pageAround(packed)},
		{"behind a comment", "\uFEFF<!-- saved --> " + pageAround(packed)},
		{"of an archive", pageOf(zipOf(t, incident, 8), t)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := find(t, files{"page.txt": tt.page}.fsys())
			if diff := cmp.Diff(want, digests(t, set)); diff != "" {
				t.Error(diff)
			}
			wantNoProblems(t, set)
		})
	}
}

func TestBrokenPages(t *testing.T) {
	data := exportOf(t, find(t, corpus(t, "damage/clean").fsys()))
	packed := base64.StdEncoding.EncodeToString([]byte(gz(t, data)))
	tests := []struct{ name, page, title string }{
		{"no data", "<html><body></body></html>", "a page without chains"},
		{"a mention only", `<html><script>x = 'id="chainglass-data">'</script>`, "a page without chains"},
		{"empty", pageAround(""), "a damaged page"},
		{"not base64", pageAround("????"), "a damaged page"},
		{"cut", strings.TrimSuffix(pageAround(packed[:len(packed)/2]), "</script></head></html>"), "a damaged page"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := find(t, files{"p": tt.page}.fsys())
			if len(set.Problems) == 0 || set.Problems[0].Title != tt.title {
				t.Errorf("%v", set.Problems)
			}
		})
	}
}

// Every page holds the program that makes pages, and that spells out the tag of
// the data. Found with the first page that was really made.
func TestTheProgramOfAPageIsNoData(t *testing.T) {
	chain := exportOf(t, find(t, corpus(t, "compacted").fsys()))
	tag := `<script type="application/octet-stream" id="chainglass-data" data-encoding="gzip">`
	page := "<!doctype html><script>const open = `" + tag + "`;\nwrite(open + data);</script>" +
		tag + base64.StdEncoding.EncodeToString([]byte(gz(t, chain))) + "</script>"
	set := find(t, files{"page.html": page}.fsys())
	if len(set.Chains) != 1 || len(set.Problems) != 0 {
		t.Errorf("%d chains, %v", len(set.Chains), set.Problems)
	}
}
