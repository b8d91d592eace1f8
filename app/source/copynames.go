package source

import (
	"strings"
	"unicode"

	"chainglass/wire/redex"
)

// Programs that copy files give them other names: a second download is "idx (1)", a
// mail program adds ".txt", an old file system has capitals only, an editor leaves
// "idx~", rsync ".idx.Xa3Fk1" until it has all of a file.

// The files of a channel, as far as copies of them are known by their names.
const (
	fileIDX      = "idx"
	fileDAT      = "dat"
	fileTS       = "ts"
	fileManifest = "manifest"
)

// channelFiles are the files that hold entries, the rows first.
var channelFiles = [...]string{fileIDX, fileDAT, fileTS}

// fileMarks are words besides those of copies that are added to names of files.
var fileMarks = [...]string{"txt", "bin", "part", "partial", "download", "crdownload", "opdownload", "filepart", "copied"}

// partialFolders are folders in which rsync keeps files until all are there.
var partialFolders = [...]string{".~tmp~", ".rsync-partial"}

// nfsPrefix begins the names of files that were deleted while a program had them open.
const nfsPrefix = ".nfs"

// rsyncMark is the mark of all files that rsync was copying: each has letters of its own.
const rsyncMark = ".*.??????"

// copyOfFile returns of which file of a channel a file of that name is a copy, and a
// mark that files which were renamed alike have in common.
func copyOfFile(base string) (file, mark string, is bool) {
	if base == "manifest.tmp" {
		return "", "", false // which nodes leave
	}
	for _, suffix := range looseSuffixes {
		if strings.HasSuffix(base, "."+suffix) {
			return "", "", false // loose files of one name, see groupLoose
		}
	}
	for _, file := range [...]string{fileIDX, fileDAT, fileTS, fileManifest} {
		if letters, ok := strings.CutPrefix(base, "."+file+"."); ok && isRsyncEnding(letters) {
			return file, rsyncMark, true
		}
	}
	word, mark, is := markedWord(base, func(word string) bool {
		return word == fileIDX || word == fileDAT || word == fileTS || word == fileManifest
	})
	return word, mark, is
}

// isRsyncEnding reports whether letters are six that rsync made up.
func isRsyncEnding(letters string) bool {
	return len(letters) == 6 && strings.Trim(letters, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// copyOfGeneration returns of which generation directory a folder of that name is a copy.
func copyOfGeneration(base string) (dir string, is bool) {
	dir, _, is = markedWord(base, func(word string) bool { _, ok := redex.ParseGenerationDir(word); return ok })
	return dir, is
}

// markedWord finds the one word of a name that isWord accepts, if all else in the name
// only tells copies apart. A name that is the word itself is no copy.
func markedWord(base string, isWord func(string) bool) (word, mark string, is bool) {
	lower := strings.ToLower(base)
	isGap := func(r rune) bool { return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit) }
	for w := range strings.FieldsFuncSeq(lower, isGap) {
		switch {
		case isWord(w) && word == "":
			word = w
		case isWord(w) || !isCopyMark(w) && !isFileMark(w):
			return "", "", false
		}
	}
	if word == "" || base == word {
		return "", "", false
	}
	return word, strings.Replace(lower, word, "*", 1), true
}

func isFileMark(word string) bool {
	for _, mark := range fileMarks {
		if word == mark {
			return true
		}
	}
	return false
}
