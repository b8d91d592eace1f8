//go:build !js

package site

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// dataPrefix is where served data lies, relative to the page.
const dataPrefix = "data/"

// Handler serves index.html and what belongs to it, and data to the page it sent,
// unless data is nil. All of it lies below the folder that is called secret; to
// those who do not know that name there is nothing here.
//
// It is meant for a loopback address, which other users of the machine reach as
// well: the secret keeps them out. It answers only requests that ask for such an
// address, which keeps a strange page out: a name that was made to point here is
// refused.
func (s *Site) Handler(secret string, data *ServedData) (http.Handler, error) {
	dataURL := ""
	if data != nil {
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
	if data != nil {
		handleData(mux, data)
	}
	return behind(secret, loopbackOnly(secured(mux))), nil
}

// secretBytes is how much chance a secret holds: more than anyone can try.
const secretBytes = 16

// NewSecret makes the name of a folder that nobody can guess, for [Site.Handler].
func NewSecret() string {
	var secret [secretBytes]byte
	rand.Read(secret[:]) // which never fails
	return hex.EncodeToString(secret[:])
}

// behind serves next below the folder called secret. Every other path is answered
// alike, and how long that takes says nothing of how near it came.
func behind(secret string, next http.Handler) http.Handler {
	below := http.StripPrefix("/"+secret, next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first, _, isFolder := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		switch {
		case subtle.ConstantTimeCompare([]byte(first), []byte(secret)) != 1:
			http.NotFound(w, r)
		case !isFolder:
			// The address was copied without its end.
			http.Redirect(w, r, "/"+secret+"/", http.StatusTemporaryRedirect)
		default:
			below.ServeHTTP(w, r)
		}
	})
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
