//go:build !js

package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
)

// maxDataFiles bounds how many files one page is served.
const maxDataFiles = 200_000

// DataFile is a file that the page may read.
type DataFile struct {
	// Path is what the page calls it: relative, with "/".
	Path string `json:"path"`
	// SizeBytes and ModifiedMS are as they were when the file was found.
	SizeBytes  int64 `json:"size"`
	ModifiedMS int64 `json:"modified_ms"`

	disk string
}

// FindData lists the files at the given paths, and below them where they are
// folders. Files that are neither are left out: pipes, devices, links.
func FindData(paths ...string) ([]DataFile, error) {
	var found []DataFile
	names := map[string]bool{}
	for _, p := range paths {
		root, err := filepath.Abs(p)
		if err != nil {
			return nil, err
		}
		if found, err = findBelow(found, root, freeName(names, filepath.Base(root))); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// freeName makes a name that is not yet in names, and adds it.
func freeName(names map[string]bool, name string) string {
	free := name
	for i := 2; names[free]; i++ {
		free = fmt.Sprintf("%s (%d)", name, i)
	}
	names[free] = true
	return free
}

// findBelow appends the files at and below root, which the page calls name.
// Links are followed for root itself, as the one who named it expects.
func findBelow(found []DataFile, root, name string) ([]DataFile, error) {
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	err = filepath.WalkDir(real, func(disk string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if len(found) == maxDataFiles {
			return fmt.Errorf("%s: more than %d files", root, maxDataFiles)
		}
		below, err := filepath.Rel(real, disk)
		if err != nil {
			return err
		}
		found = append(found, DataFile{
			Path:       path.Join(name, filepath.ToSlash(below)),
			SizeBytes:  info.Size(),
			ModifiedMS: info.ModTime().UnixMilli(),
			disk:       disk,
		})
		return nil
	})
	return found, err
}

// handleData adds the index and the files, by number. The numbers are all that
// a request can choose.
func handleData(mux *http.ServeMux, data []DataFile) error {
	index, err := json.Marshal(struct {
		Files []DataFile `json:"files"`
	}{data})
	if err != nil {
		return err
	}
	mux.HandleFunc("GET /"+dataPrefix+"index.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(index)
	})
	mux.HandleFunc("GET /"+dataPrefix+"{number}", func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.Atoi(r.PathValue("number"))
		if err != nil || number < 0 || number >= len(data) {
			http.NotFound(w, r)
			return
		}
		data[number].serve(w, r)
	})
	return nil
}

// serve sends the file as it is now, or the range of it that is asked for.
func (f DataFile) serve(w http.ResponseWriter, r *http.Request) {
	file, err := os.Open(f.disk)
	if errors.Is(err, fs.ErrNotExist) {
		http.NotFound(w, r)
		return
	} else if err != nil {
		http.Error(w, "the file cannot be opened", http.StatusForbidden)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", info.ModTime(), file)
}
