//go:build !js

package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"chainglass/app/source"
)

// refusal says why what has a mode is not opened, "" if it is.
func refusal(mode fs.FileMode) string {
	switch {
	case mode.IsRegular() || mode.IsDir():
		return ""
	case mode&fs.ModeNamedPipe != 0:
		return "it is a pipe, which is not opened"
	case mode&fs.ModeSocket != 0:
		return "it is a socket, which is not opened"
	case mode&fs.ModeDevice != 0:
		return "it is a device, which is not opened"
	}
	return "it is neither a file nor a folder"
}

// maxLinks bounds how many links lead from one to the next, as systems do.
const maxLinks = 40

// follow returns the name without links of what name leads to.
func (t *Tree) follow(name string) (string, error) {
	at, above := ".", []string{"."}
	for part := range strings.SplitSeq(name, "/") {
		next, linked, err := t.step(at, part)
		if refused := (*source.RefusedError)(nil); errors.As(err, &refused) {
			refused.Path = t.at(name)
		}
		if err != nil {
			return "", err
		}
		for _, folder := range above {
			if linked && isAtOrBelow(folder, next) {
				return "", &source.RefusedError{Path: t.at(name), Reason: "it is a link to a folder that it lies in, which is not followed"}
			}
		}
		at, above = next, append(above, next)
	}
	return at, nil
}

// step goes from a folder without links in its name to what part of it is. The
// caller knows the path of what is refused.
func (t *Tree) step(folder, part string) (target string, linked bool, err error) {
	first := path.Join(folder, part)
	at, left := folder, []string{part}
	for links := 0; len(left) > 0; {
		part, left = left[0], left[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if at == "." {
				return "", true, t.leaves(first)
			}
			at = path.Dir(at)
			continue
		}
		at = path.Join(at, part)
		info, err := t.lstat(at)
		if err != nil {
			return "", links > 0, t.dangling(first, links > 0, err)
		}
		if info.Mode()&fs.ModeSymlink == 0 {
			continue
		}
		if links++; links > maxLinks {
			return "", true, &source.RefusedError{Reason: fmt.Sprintf("it is one of more than %d links that lead to each other", maxLinks)}
		}
		linked = true
		to, err := t.linkOf(at)
		if err != nil {
			return "", true, err
		}
		at = path.Dir(at)
		if filepath.IsAbs(to) {
			below, ok := t.below(to)
			if !ok {
				return "", true, t.leaves(first)
			}
			at, to = ".", below
		}
		left = append(strings.Split(filepath.ToSlash(to), "/"), left...)
	}
	return at, linked, nil
}

// below returns the part of an absolute path that lies in the folder.
func (t *Tree) below(absolute string) (name string, ok bool) {
	clean := filepath.Clean(absolute)
	if clean == t.real {
		return ".", true
	}
	return strings.CutPrefix(clean, strings.TrimSuffix(t.real, string(filepath.Separator))+string(filepath.Separator))
}

func (t *Tree) leaves(name string) error {
	return &source.RefusedError{Reason: "it is a link that leaves the folder, which is not followed" + t.destination(name)}
}

// dangling says of a link that it leads nowhere.
func (t *Tree) dangling(name string, linked bool, err error) error {
	if !linked {
		return err
	}
	return &source.RefusedError{Reason: "it is a link that leads to nothing that can be read" + t.destination(name)}
}

// destination is what a link says of itself.
func (t *Tree) destination(name string) string {
	to, err := t.linkOf(name)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (%q)", to)
}

// isAtOrBelow reports whether name is folder or lies in it.
func isAtOrBelow(name, folder string) bool {
	return folder == "." || name == folder || strings.HasPrefix(name, folder+"/")
}
