package e2e

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// staticServer serves a folder below a prefix the way any web host does: no
// compression, no headers of ours.
func staticServer(t *testing.T, dir, prefix string) string {
	t.Helper()
	server := httptest.NewServer(http.StripPrefix(prefix, http.FileServer(http.Dir(dir))))
	t.Cleanup(server.Close)
	return server.URL
}
