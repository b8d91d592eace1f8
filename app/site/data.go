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
	"sync"

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
	// Number is what the page asks for the file by. A path keeps its number.
	Number int `json:"number"`
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
	numbers  *dataNumbers
}

// dataNumbers are the numbers that paths have had since serving began.
type dataNumbers struct {
	mu    sync.Mutex
	of    map[string]int
	paths []string
}

func newDataNumbers() *dataNumbers { return &dataNumbers{of: map[string]int{}} }

// take returns the number of a path. It reports false if there are too many.
func (n *dataNumbers) take(path string, most int) (number int, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if number, known := n.of[path]; known {
		return number, true
	}
	if len(n.paths) == most {
		return 0, false
	}
	n.of[path] = len(n.paths)
	n.paths = append(n.paths, path)
	return n.of[path], true
}

// path returns the path of a number, as it comes in a request.
func (n *dataNumbers) path(number string) (path string, ok bool) {
	i, err := strconv.Atoi(number)
	n.mu.Lock()
	defer n.mu.Unlock()
	if err != nil || i < 0 || i >= len(n.paths) {
		return "", false
	}
	return n.paths[i], true
}

// mostNumbers is how many times as many paths have numbers as are served at a time: files
// come and go while a folder is served.
const mostNumbers = 4

// FindData lists the files of fsys, whose files must be io.Seeker. What cannot be
// served is among the notes: folders that cannot be read, links that lead outside,
// pipes, credentials.
func FindData(fsys fs.FS) *ServedData {
	return findData(fsys, maxDataFiles, newDataNumbers())
}

// again lists the files as they are now.
func (d *ServedData) again() *ServedData { return findData(d.fsys, d.maxFiles, d.numbers) }

func findData(fsys fs.FS, maxFiles int, numbers *dataNumbers) *ServedData {
	d := &ServedData{Files: []DataFile{}, Notes: []string{}, fsys: fsys, maxFiles: maxFiles, numbers: numbers}
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
			if !d.add(name, entry) {
				tooMany++
			}
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

// add adds a file. It reports false if that would be one too many.
func (d *ServedData) add(name string, entry fs.DirEntry) bool {
	info, err := entry.Info()
	if err != nil {
		d.note(name, "cannot be read", err.Error())
		return true
	}
	number, numbered := d.numbers.take(name, mostNumbers*d.maxFiles)
	if numbered {
		d.Files = append(d.Files, DataFile{Path: name, Number: number, SizeBytes: info.Size(), ModifiedMS: info.ModTime().UnixMilli()})
	}
	return numbered
}

func (d *ServedData) note(name, title, detail string) {
	if len(d.Notes) == maxDataNotes {
		d.more++
		return
	}
	d.Notes = append(d.Notes, source.Problem{Path: name, Title: title, Detail: detail}.String())
}

// handleData adds the index and the files, by number. The numbers are all that
// a request can choose. The index lists the files as they are when it is asked for: the
// page asks again to read on.
func handleData(mux *http.ServeMux, data *ServedData) {
	mux.HandleFunc("GET /"+dataPrefix+"index.json", func(w http.ResponseWriter, _ *http.Request) {
		index, err := json.Marshal(data.again())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(index)
	})
	mux.HandleFunc("GET /"+dataPrefix+"{number}", func(w http.ResponseWriter, r *http.Request) {
		path, known := data.numbers.path(r.PathValue("number"))
		if !known {
			http.NotFound(w, r)
			return
		}
		data.serve(w, r, path)
	})
}

// serve sends the file as it is now, or the range of it that is asked for. What
// has become a link that leads outside since it was listed is not there.
func (d *ServedData) serve(w http.ResponseWriter, r *http.Request, name string) {
	file, err := d.fsys.Open(name)
	if errors.Is(err, fs.ErrPermission) {
		http.Error(w, "the file cannot be opened", http.StatusForbidden)
		return
	} else if err != nil {
		http.NotFound(w, r)
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
