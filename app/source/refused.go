package source

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// RefusedError is the error of a file system that lists a thing and does not open
// it, whoever asks. It is an fs.ErrNotExist: for a reader of channels the file is
// missing.
type RefusedError struct {
	// Path says where it is, for people.
	Path string
	// Reason is a sentence about it, without the stop.
	Reason string
}

// Error implements error.
func (e *RefusedError) Error() string { return e.Path + ": " + e.Reason }

// Is makes what is refused something that is not there.
func (e *RefusedError) Is(target error) bool { return target == fs.ErrNotExist }

// RefusalOf returns why name, which fsys lists with a mode that is neither that of
// a file nor of a folder, is not opened.
func RefusalOf(fsys fs.FS, name string, mode fs.FileMode) string {
	if mode&fs.ModeSymlink == 0 {
		return "it is " + modeName(mode) + ", which is not opened"
	}
	// Only a link is asked: to open what it leads to does nothing.
	f, err := fsys.Open(name)
	if err == nil {
		err = f.Close()
	}
	var refused *RefusedError
	if errors.As(err, &refused) {
		return refused.Reason
	}
	return "it is a symbolic link, which is not followed"
}

// modeName names what is neither a file nor a folder.
func modeName(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "neither a file nor a folder"
}

// Credentials are the files with credentials that a search came upon and did not
// open. The zero Credentials are ready for use.
type Credentials struct {
	inFolder map[string][]string // origin of the folder -> names
}

// Add remembers the file at origin.
func (c *Credentials) Add(origin string) {
	if c.inFolder == nil {
		c.inFolder = map[string][]string{}
	}
	folder, base := path.Split(origin)
	folder = strings.TrimSuffix(strings.TrimSuffix(folder, "/"), "!")
	c.inFolder[folder] = append(c.inFolder[folder], base)
}

// Bounds of what is told of credentials.
const (
	toldCredentialFolders = 50
	toldCredentialNames   = 10
)

// Problems tell where credentials lie, one for each folder. A file that was handed
// over by itself was not come upon: that it is refused is an error.
func (c *Credentials) Problems() (told []Problem) {
	folders := slices.Sorted(maps.Keys(c.inFolder))
	for _, folder := range folders[:min(len(folders), toldCredentialFolders)] {
		names := slices.Sorted(slices.Values(c.inFolder[folder]))
		if folder == "" {
			for _, name := range names[:min(len(names), toldCredentialNames)] {
				told = append(told, refusedCredential(name))
			}
			continue
		}
		told = append(told, Problem{
			Level: LevelNote, Path: folder, Title: "credentials lie in this folder",
			Detail: listed(names, toldCredentialNames) + "; they were not opened and do not leave",
			Advice: "Other copies of the folder hold them as well",
		})
	}
	if more := len(folders) - toldCredentialFolders; more > 0 {
		told = append(told, Problem{
			Level: LevelNote, Title: "credentials lie in more folders",
			Detail: plural(more, "folder") + "; they were not opened and do not leave",
		})
	}
	return told
}

// refusedCredential is the problem of a file that was handed over by itself.
func refusedCredential(origin string) Problem {
	return Problem{
		Level: LevelError, Path: origin, Title: "refused", Detail: credentialReason,
		Advice: "If it holds something else, give it another name",
	}
}

const credentialReason = "a file of that name holds credentials of a node, which are never opened"

// RefuseCredential is the error of opening a file that holds credentials.
func RefuseCredential(path string) error { return &RefusedError{Path: path, Reason: credentialReason} }

// listed joins the first most names.
func listed(names []string, most int) string {
	text := strings.Join(names[:min(len(names), most)], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %s more", grouped(int64(more)))
	}
	return text
}
