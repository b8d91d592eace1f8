package source

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

// Nodes of newer releases keep credentials beside their chains: control.json holds
// a secret, enrollment.snapshot the node's seed and its pre-shared key. They are
// known by their names, are never opened, and so cannot leave.

// credentialNames are the names as their words.
var credentialNames = [...][2]string{{"control", "json"}, {"enrollment", "snapshot"}}

// IsCredential reports whether a file of that name, a slash path, holds credentials
// of a node, as far as names tell: it has one of the two names, or one that copying,
// editing or packing makes of them, in any case.
func IsCredential(name string) bool {
	base := strings.ToLower(path.Base(name))
	if !strings.Contains(base, credentialNames[0][0]) && !strings.Contains(base, credentialNames[1][0]) {
		return false // of most names that is all there is to see
	}
	return beginsAsCredential(nameWords(base)) || beginsAsCredential(nameWords(withoutBrackets(base)))
}

func beginsAsCredential(words []string) bool {
	return len(words) > 1 && slices.Contains(credentialNames[:], [2]string(words[:2]))
}

// nameWords returns the runs of letters and digits in a file name that say what
// the file is: not those that tell copies apart.
func nameWords(base string) (words []string) {
	isGap := func(r rune) bool { return !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Digit) }
	for word := range strings.FieldsFuncSeq(base, isGap) {
		if stem := strings.TrimRight(word, "0123456789"); isCredentialWord(stem) {
			words = append(words, stem)
		} else if !isCopyMark(word) {
			words = append(words, word)
		}
	}
	return words
}

func isCredentialWord(word string) bool {
	return slices.ContainsFunc(credentialNames[:], func(name [2]string) bool { return slices.Contains(name[:], word) })
}

// copyMarks are words that programs add to the name of a copy.
var copyMarks = [...]string{
	"copy", "of", "backup", "bak", "old", "orig", "original", "new", "save", "saved", "tmp", "temp", "swp",
	"sync", "conflict", "conflicted", "kopie", "von", "copie", "de", "copia", "di", "kopia", "kopi",
}

// isCopyMark reports whether word only tells a copy from the original: a word for
// it in some language, a number, a date, a version.
func isCopyMark(word string) bool {
	return slices.Contains(copyMarks[:], word) ||
		strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsDigit(r) })
}

// withoutBrackets leaves out what stands in brackets: "(Ann's conflicted copy)".
func withoutBrackets(name string) string {
	var b strings.Builder
	depth := 0
	for _, r := range name {
		switch {
		case r == '(':
			depth++
			b.WriteByte(' ')
		case r == ')':
			depth = max(depth-1, 0)
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}
