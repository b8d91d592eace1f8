//go:build !js

package site

import (
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// dataPrefix is where served data lies, relative to the page.
const dataPrefix = "data/"

// Handler serves index.html and what belongs to it, and the files of data to
// the page it sent, if there are any.
//
// It is meant for a loopback address and answers only requests that ask for
// one: a name that was made to point here is refused, so that a strange page
// cannot read the data through it.
func (s *Site) Handler(data []DataFile) (http.Handler, error) {
	dataURL := ""
	if len(data) > 0 {
		dataURL = dataPrefix + "index.json"
	}
	index, err := s.indexFile(dataURL)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", served{file: index})
	mux.Handle("GET /"+indexName, served{file: index})
	mux.Handle("GET /"+s.wasm.name, served{file: s.wasm})
	mux.Handle("GET /"+s.sample.name, served{file: s.sample})
	mux.HandleFunc("GET /"+SingleName, s.serveSingle)
	if len(data) > 0 {
		if err := handleData(mux, data); err != nil {
			return nil, err
		}
	}
	return loopbackOnly(secured(mux)), nil
}

// serveSingle makes the one-file page for those who ask: few do.
func (s *Site) serveSingle(w http.ResponseWriter, r *http.Request) {
	single, err := s.Single(nil)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	served{file: hostedFile{mediaType: htmlMediaType, plain: single}}.ServeHTTP(w, r)
}

// loopbackOnly refuses requests whose Host is not an address of this machine
// itself.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "this server answers on its own machine only; open it as http://127.0.0.1", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopback(hostPort string) bool {
	host := hostPort
	if h, _, err := net.SplitHostPort(hostPort); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// secured adds what a policy inside the page cannot say: who may embed or read
// it.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "frame-ancestors 'none'")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// served answers with one file in the smallest form that the client takes.
type served struct{ file hostedFile }

func (s served) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	encoding, content, err := s.file.choose(r.Header.Get("Accept-Encoding"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", s.file.mediaType)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	if s.file.fixed {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	tag := entityTag(content)
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		// A client that goes away has nobody to be told.
		_, _ = w.Write(content)
	}
}

// choose picks the smallest form that acceptEncoding allows.
func (f hostedFile) choose(acceptEncoding string) (encoding string, content []byte, err error) {
	switch {
	case f.brotli != nil && accepts(acceptEncoding, "br"):
		return "br", f.brotli, nil
	case f.gzip != nil && accepts(acceptEncoding, "gzip"):
		return "gzip", f.gzip, nil
	case f.plain != nil:
		return "", f.plain, nil
	default:
		content, err = unpack(f.gzip)
		return "", content, err
	}
}

// accepts reads an Accept-Encoding header: names with weights, where a weight
// of 0 refuses.
func accepts(header, encoding string) bool {
	for item := range strings.SplitSeq(header, ",") {
		name, weight, weighted := strings.Cut(strings.TrimSpace(item), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		return !weighted || err != nil || q > 0
	}
	return false
}

func entityTag(content []byte) string {
	sum := sha256.Sum256(content)
	return `"` + hex.EncodeToString(sum[:12]) + `"`
}
