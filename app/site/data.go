//go:build !js

package site

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"

	"chainglass/app/source"
)

// maxDataFiles bounds how many files one page is served.
const maxDataFiles = 200_000

// maxDataNotes bounds how much of what is left out is told one by one.
const maxDataNotes = 1000

// DataFile is a file that the page may read.
type DataFile struct {
	// Path is what the page calls it: relative, with "/".
	Path string `json:"path"`
	// SizeBytes and ModifiedMS are as they were when the file was found.
	SizeBytes  int64 `json:"size"`
	ModifiedMS int64 `json:"modified_ms"`
}

// ServedData are the files that a page is served, and what was left out of them.
type ServedData struct {
	// Files are in the order of their paths.
	Files []DataFile `json:"files"`
	// Notes are sentences about what is there and not served. The rest beyond
	// maxDataNotes is counted by the last one.
	Notes []string `json:"notes"`

	fsys     fs.FS
	maxFiles int
	more     int // notes left out
}

// FindData lists the files of fsys, whose files must be io.Seeker. What cannot be
// served is among the notes: folders that cannot be read, links that lead outside,
// pipes, credentials.
func FindData(fsys fs.FS) *ServedData { return findData(fsys, maxDataFiles) }

func findData(fsys fs.FS, maxFiles int) *ServedData {
	d := &ServedData{Files: []DataFile{}, Notes: []string{}, fsys: fsys, maxFiles: maxFiles}
	var credentials source.Credentials
	tooMany := 0
	// No error leaves the callback: each becomes a note.
	_ = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			d.note(name, "cannot be read", err.Error())
		case entry.IsDir():
		case source.IsCredential(name):
			credentials.Add(name)
		case !entry.Type().IsRegular():
			d.note(name, "left out", source.RefusalOf(fsys, name, entry.Type()))
		case len(d.Files) == d.maxFiles:
			tooMany++
		default:
			d.add(name, entry)
		}
		return nil
	})
	for _, p := range credentials.Problems() {
		d.Notes = append(d.Notes, p.String())
	}
	if tooMany > 0 {
		d.Notes = append(d.Notes, beyond(tooMany, d.maxFiles))
	}
	if d.more > 0 {
		d.Notes = append(d.Notes, fmt.Sprintf("%d more files or folders were left out.", d.more))
	}
	return d
}

// beyond says that n files are more than a page is served.
func beyond(n, maxFiles int) string {
	what := fmt.Sprintf("%d files beyond the first %d are", n, maxFiles)
	if n == 1 {
		what = fmt.Sprintf("1 file beyond the first %d is", maxFiles)
	}
	return what + " left out. Name the folders of interest one by one."
}

func (d *ServedData) add(name string, entry fs.DirEntry) {
	info, err := entry.Info()
	if err != nil {
		d.note(name, "cannot be read", err.Error())
		return
	}
	d.Files = append(d.Files, DataFile{Path: name, SizeBytes: info.Size(), ModifiedMS: info.ModTime().UnixMilli()})
}

func (d *ServedData) note(name, title, detail string) {
	if len(d.Notes) == maxDataNotes {
		d.more++
		return
	}
	d.Notes = append(d.Notes, source.Problem{Path: name, Title: title, Detail: detail}.String())
}

// handleData adds the index and the files, by number. The numbers are all that
// a request can choose.
func handleData(mux *http.ServeMux, data *ServedData) error {
	index, err := json.Marshal(data)
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
		if err != nil || number < 0 || number >= len(data.Files) {
			http.NotFound(w, r)
			return
		}
		data.serve(w, r, data.Files[number].Path)
	})
	return nil
}

// serve sends the file as it is now, or the range of it that is asked for. What
// has become a link that leads outside since it was listed is not there.
func (d *ServedData) serve(w http.ResponseWriter, r *http.Request, name string) {
	file, err := d.fsys.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		http.NotFound(w, r)
		return
	} else if err != nil {
		http.Error(w, "the file cannot be opened", http.StatusForbidden)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	content, seeks := file.(io.ReadSeeker)
	if err != nil || !seeks || !info.Mode().IsRegular() {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	http.ServeContent(w, r, "", info.ModTime(), content)
}
