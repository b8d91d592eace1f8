package engines

import (
	"net/http"
	"path/filepath"
	"sync/atomic"
)

// After one visit the hosted page works without its host.
func workOffline(p *tab) {
	folder := filepath.Join(p.t.TempDir(), "site")
	if _, err := realSite(p.t).Build(p.t.Context(), folder); err != nil {
		p.t.Fatal(err)
	}
	var gone atomic.Bool
	files := http.StripPrefix("/x/y/", http.FileServer(http.Dir(folder)))
	address := serve(p.t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if gone.Load() {
			panic(http.ErrAbortHandler)
		}
		files.ServeHTTP(w, r)
	})) + "x/y/"
	p.openServed(address)
	p.waitEmpty()
	p.wait(`navigator.serviceWorker.controller?.state === "activated"`)
	gone.Store(true)
	p.expected = append(p.expected, "Failed to load resource") // the look for a newer version
	// By its other address, since the document of this one is there already.
	p.openServed(address + "index.html")
	p.waitEmpty()
	p.choose(filesInput, absolute(p.t, sampleZip))
	p.waitIncident()
}
