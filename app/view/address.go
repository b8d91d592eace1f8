package view

import (
	"hash/fnv"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Mail and chat change addresses: "&" becomes "&amp;", "%" becomes "%25" or all of
// it is escaped once more, lines are wrapped, and the full stop, bracket or
// invisible space behind an address becomes part of it. A fragment holds a sum over
// what it says, so what was meant is found by undoing such changes until the sum
// fits. Without a sum only what cannot be meant is undone.

// maxRepairBytes bounds the fragments that are put right, maxTrailing the characters
// that are taken from their end.
const (
	maxRepairBytes = 8 << 10
	maxTrailing    = 12
)

// sumOf returns 30 bits over the parts of a fragment.
func sumOf(pairs []pair) string {
	h := fnv.New64a()
	for _, p := range pairs {
		h.Write([]byte(p.key))
		h.Write([]byte{0})
		h.Write([]byte(p.value))
		h.Write([]byte{0})
	}
	const bits = 30
	sum := h.Sum64()
	text := strconv.FormatUint((sum^sum>>32)&(1<<bits-1), 32)
	return strings.Repeat("0", bits/5-len(text)) + text
}

// ReadPlace reads a fragment as [ParsePlace] does. If it is not what was written,
// and cannot be put right, said is what there is to say of it.
func ReadPlace(fragment string) (p Place, said string) {
	fragment = strings.TrimPrefix(strings.TrimSpace(fragment), "#")
	if fragment == "" {
		return Place{}, ""
	}
	fragment = unescaped(fragment)
	version, rest, some := strings.Cut(fragment, "&")
	if version != fragmentVersion {
		return Place{}, notAPlace(fragment)
	}
	if !some || rest == "" {
		return Place{}, addressCut
	}
	summed := false
	for _, candidate := range candidates(rest) {
		pairs := pairsOf(candidate)
		if len(pairs) == 0 || pairs[0].key != sumKey {
			continue
		}
		summed = true
		for _, parts := range [][]pair{pairs[1:], known(pairs[1:])} {
			if sumOf(parts) == pairs[0].value {
				return placeOf(parts), ""
			}
		}
	}
	if !summed {
		return unsummed(rest)
	}
	return placeOf(pairsOf(rest)), addressChanged
}

const (
	addressCut     = "This address is cut. Copy the whole of it once more."
	addressChanged = "This address was changed on its way: what is shown is what is left of it. Copy the whole of it once more, or ask for it as a file."
)

// notAPlace says of a fragment of no version that is understood what is wrong. What
// nobody can mean as a place is not worth a word.
func notAPlace(fragment string) string {
	if number, is := strings.CutPrefix(fragment[:min(len(fragment), 4)], "v"); is && number != "" && number[0] >= '2' && number[0] <= '9' {
		return "This address is of a later version of this page. Open it there."
	}
	if fragment == fragmentVersion[:1] || strings.HasPrefix(fragment, fragmentVersion) {
		return addressCut
	}
	if strings.ContainsAny(fragment, "&=") || strings.Contains(fragment, "%26") {
		return addressChanged
	}
	return ""
}

// unsummed reads a fragment without a sum: one that was typed, or of an earlier
// version of this page. What is left out of it is said.
func unsummed(rest string) (p Place, said string) {
	pairs := pairsOf(rest)
	if n := len(pairs); n > 0 && neverEndsOddly[pairs[n-1].key] {
		pairs[n-1].value = strings.TrimRight(pairs[n-1].value, trailing)
	}
	var left []string
	for _, p := range pairs {
		if p.key != "" && (!isKey(p.key) || placeOf([]pair{p}) == (Place{}) && !empties(p)) {
			left = append(left, VisibleText(Shorten(p.key+"="+p.value, 40)))
		}
	}
	p = placeOf(pairs)
	if len(left) > 0 {
		said = "This part of the address is not understood and left out: " + strings.Join(left, ", ")
	}
	return p, said
}

// empties reports whether a part says what is so without it.
func empties(p pair) bool {
	switch p.key {
	case "at", "a-at":
		return p.value == "0"
	case "order", "clocks", "state":
		return false
	}
	return p.value == "" || p.key == "a-node"
}

// neverEndsOddly are the keys whose values end with a letter or a digit.
var neverEndsOddly = map[string]bool{
	"at": true, "tab": true, "findings": true, "zone": true, "order": true, "clocks": true, "range": true, "a-at": true, "state": true,
}

// trailing are the characters that end up at the end of an address and do not
// belong to it: marks of a sentence, brackets, quotes and what cannot be seen.
const trailing = ".,;:!?)]}>\"'`*_~|…”’»›“‘\u00a0\u200b\u200c\u200d\u2060\ufeff\u00ad \t\r\n"

// unescaped undoes what is certain by the form of a fragment alone: it begins with its
// version and "&", which are never escaped.
func unescaped(fragment string) string {
	if len(fragment) > 4*maxRepairBytes {
		return fragment
	}
	fragment = strings.TrimLeft(fragment, "\u200b\u200c\u200d\u2060\ufeff\u00ad \t\r\n")
	const layers = 4
	for range layers {
		fragment = unentity(fragment)
		if strings.HasPrefix(fragment, fragmentVersion+"&") || fragment == fragmentVersion || !strings.Contains(fragment, "%") {
			break
		}
		decoded, err := url.PathUnescape(wrapped.Replace(fragment)) // a blank is escaped as %2B or %252B here
		if err != nil {
			break
		}
		fragment = strings.TrimLeft(decoded, "#")
	}
	return fragment
}

// unentity undoes what HTML makes of "&". No key begins with "amp;".
func unentity(fragment string) string {
	fragment = strings.TrimPrefix(fragment, "amp;")
	for {
		next := entities.Replace(fragment)
		if next == fragment {
			return fragment
		}
		fragment = next
	}
}

var entities = strings.NewReplacer("&amp;", "&", "&AMP;", "&", "&#38;", "&", "&#x26;", "&", "&#x26", "&", "&#038;", "&")

// candidates are the fragments that this one can have been, the likeliest first.
func candidates(rest string) (list []string) {
	forms := []string{rest}
	if len(rest) > maxRepairBytes {
		return forms
	}
	also := func(change func(string) string) {
		for _, form := range slices.Clone(forms) {
			if changed := change(form); !slices.Contains(forms, changed) {
				forms = append(forms, changed)
			}
		}
	}
	also(func(s string) string { return quotedPrintable.Replace(softBreaks.Replace(s)) })
	also(func(s string) string { return wrapped.Replace(s) })
	also(func(s string) string { return quoteMark.Replace(s) })
	also(func(s string) string { return zeroWidth.Replace(s) })
	also(func(s string) string { return strings.ReplaceAll(s, "%25", "%") })
	also(func(s string) string { return strings.ReplaceAll(s, "%25", "%") })
	also(func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, " ", "+"), "%20", "+") })
	for _, form := range forms {
		list = append(list, form)
		for n := 0; n < maxTrailing && form != ""; n++ {
			if form = withoutLast(form); form == "" {
				break
			}
			list = append(list, form)
		}
	}
	return list
}

// What was put into an address where a line ends: line breaks, blanks and the marks
// of a quoted mail. A fragment has no blank: it is written as "+".
var (
	wrapped = strings.NewReplacer(
		"%0D%0A%3E%20", "", "%0A%3E%20", "", "%0D%0A>%20", "", "%0A>%20", "", "%20%3E%20", "", "%20>%20", "", "\n> ", "", " > ", "",
		"%0D", "", "%0A", "", "%09", "", "%20", "", "\r", "", "\n", "", "\t", "", " ", "")
	// quoteMark is the mark of a quoted line of which a browser has taken the line break.
	quoteMark = strings.NewReplacer("%3E%20", "", ">%20", "", "> ", "")
	zeroWidth = strings.NewReplacer(
		"\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "", "\u00ad", "",
		"%E2%80%8B", "", "%E2%80%8C", "", "%E2%80%8D", "", "%E2%81%A0", "", "%EF%BB%BF", "", "%C2%AD", "",
		"%e2%80%8b", "", "%e2%80%8c", "", "%e2%80%8d", "", "%e2%81%a0", "", "%ef%bb%bf", "", "%c2%ad", "")
	quotedPrintable = strings.NewReplacer("=3D", "=", "=3d", "=", "=26", "&", "=25", "%")
	softBreaks      = strings.NewReplacer("=%0D%0A", "", "=%0A", "", "=\r\n", "", "=\n", "")
)

// withoutLast takes the last character from a fragment: an escaped one, one that
// HTML escapes, or one byte of its own.
func withoutLast(s string) string {
	for _, entity := range []string{"&gt;", "&lt;", "&quot;", "&#39;", "&nbsp;"} {
		if rest, is := strings.CutSuffix(s, entity); is {
			return rest
		}
	}
	end := len(s)
	for width := 0; width < utf8.UTFMax && end >= 3 && s[end-3] == '%'; width++ {
		value, err := strconv.ParseUint(s[end-2:end], 16, 8)
		if err != nil {
			break
		}
		end -= 3
		if value < utf8.RuneSelf || value&0xc0 == 0xc0 {
			break
		}
	}
	if end < len(s) {
		return s[:end]
	}
	_, size := utf8.DecodeLastRuneInString(s)
	return s[:len(s)-size]
}

// pairsOf takes a fragment apart. What has no "=" belongs to the value before it,
// in which a "&" was unescaped on the way.
func pairsOf(rest string) (pairs []pair) {
	for part := range strings.SplitSeq(rest, "&") {
		key, value, is := strings.Cut(part, "=")
		text, err := url.QueryUnescape(value)
		if err != nil {
			text = value
		}
		if !is && len(pairs) > 0 && part != "" {
			if text, err = url.QueryUnescape(part); err != nil {
				text = part
			}
			pairs[len(pairs)-1].value += "&" + text
			continue
		}
		if is || part != "" {
			pairs = append(pairs, pair{key, text})
		}
	}
	return pairs
}

// keys are those of the parts of a fragment.
var keys = [...]string{
	"node", "channel", "at", "tab", "findings", "rules", "zone",
	"q", "show", "order", "clocks", "range", "a-node", "a-channel", "a-at", "state",
}

func isKey(key string) bool { return slices.Contains(keys[:], key) }

// known leaves out parts of no key of ours, as trackers add them.
func known(pairs []pair) (kept []pair) {
	for _, p := range pairs {
		if isKey(p.key) {
			kept = append(kept, p)
		}
	}
	return kept
}
