//go:build js

package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"syscall/js"

	"chainglass/app/browser"
)

// The largest file is cut into pieces of this size, and helpers are asked for the hash
// of each.
const pieceBytes = 1 << 20

// runHelper answers with its name and the hash of a part of a file.
func runHelper(port *browser.HelperPort) {
	name := rand.Text()
	port.Listen(func(q *browser.Question) {
		go func() {
			switch path, run, _ := strings.Cut(string(q.Message), "\x00"); run {
			case "panic":
				panic("deliberately broken")
			case "close":
				js.Global().Call("close")
			case "silence":
			case "fail":
				q.Answer(nil, errors.New("deliberately failed"))
			default:
				i, err := strconv.Atoi(run)
				if err == nil {
					browser.ReadAhead(q.Files, path, int64(i)*pieceBytes, int64(i+2)*pieceBytes)
				}
				hash, err := hashPiece(q.Files, path, i)
				q.Answer([]byte(name+" "+hash), err)
			}
		}()
	}, func(fs.FS) {})
}

func hashPiece(files fs.FS, path string, i int) (string, error) {
	f, err := files.Open(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f.(io.ReaderAt), int64(i)*pieceBytes, pieceBytes)); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// help has helpers hash the pieces of the largest file. What is given as argument is
// asked for in the middle of that. It tells how many answers were right and wrong, what
// nobody answered, how many helpers worked, and the last error.
func (e *probeEngine) help(argument string) string {
	path, pieces := "", 0
	_ = fs.WalkDir(e.files, ".", func(name string, entry fs.DirEntry, err error) error {
		if info, err := entry.Info(); err == nil && !entry.IsDir() && int(info.Size())/pieceBytes > pieces {
			path, pieces = name, int(info.Size())/pieceBytes
		}
		return err
	})
	var mu sync.Mutex
	var right, wrong, left int
	var last error
	workers := map[string]bool{}
	ask := func(run string) {
		answer, err := e.port.Helpers().Ask(context.Background(), e.files, run, []byte(path+"\x00"+run))
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			last = err
			left++
			return
		}
		name, hash, _ := strings.Cut(string(answer), " ")
		workers[name] = true
		i, _ := strconv.Atoi(run)
		if want, err := hashPiece(e.files, path, i); err == nil && hash == want {
			right++
		} else {
			wrong++
		}
	}
	var all sync.WaitGroup
	runs := make(chan string)
	for range max(e.port.Helpers().Size(), 1) {
		all.Go(func() {
			for run := range runs {
				ask(run)
			}
		})
	}
	for i := range pieces {
		if i == pieces/2 && argument != "" {
			runs <- argument
		}
		runs <- strconv.Itoa(i)
	}
	close(runs)
	all.Wait()
	return fmt.Sprintf("right=%d wrong=%d left=%d helpers=%d size=%d error=%v", right, wrong, left, len(workers), e.port.Helpers().Size(), last)
}
