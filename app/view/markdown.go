package view

import "strings"

// Block is a paragraph of a note or a list in it.
type Block struct {
	// List is true for a list, of which every line is an item, and Numbered for
	// one whose items have numbers.
	List, Numbered bool
	Lines          []Line
}

// Line is a line of a paragraph or an item of a list.
type Line []Inline

// Inline is a piece of text in one style. It may hold anything and is shown
// with [Visible]; links stay the text they are.
type Inline struct {
	Text       string
	Bold, Code bool
}

// maxBlocks bounds the blocks of a note; what follows is one paragraph.
const maxBlocks = 200

// Markdown reads the few marks that notes know: paragraphs with an empty line
// between them, lists with "- ", "* " or "1. ", **bold** and `code`. A mark that
// is not closed is text.
func Markdown(text string) []Block {
	var blocks []Block
	open := false // the last block goes on
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		content, list, numbered := listItem(line)
		if strings.TrimSpace(line) == "" {
			open = false
			continue
		}
		last := len(blocks) - 1
		fits := open && blocks[last].List == list && blocks[last].Numbered == numbered
		if !fits && (len(blocks) < maxBlocks) {
			blocks = append(blocks, Block{List: list, Numbered: numbered})
			last++
		}
		blocks[last].Lines = append(blocks[last].Lines, inlines(content))
		open = true
	}
	return blocks
}

// listItem tells whether a line is an item and returns what follows its mark.
func listItem(line string) (content string, list, numbered bool) {
	trimmed := strings.TrimLeft(line, " \t")
	for _, bullet := range [...]string{"- ", "* "} {
		if rest, is := strings.CutPrefix(trimmed, bullet); is {
			return rest, true, false
		}
	}
	digits := len(trimmed) - len(strings.TrimLeft(trimmed, "0123456789"))
	if digits > 0 && digits < 4 && strings.HasPrefix(trimmed[digits:], ". ") {
		return trimmed[digits+2:], true, true
	}
	return trimmed, false, false
}

// inlines splits a line where its style changes. Within code nothing is a mark.
func inlines(line string) Line {
	var parts Line
	bold, plain := false, 0
	add := func(text string, code bool) {
		if text != "" {
			parts = append(parts, Inline{Text: text, Bold: bold, Code: code})
		}
	}
	for i := 0; i < len(line); {
		rest := line[i:]
		switch {
		case rest[0] == '`':
			length := strings.IndexByte(rest[1:], '`')
			if length < 0 {
				i = len(line)
				continue
			}
			add(line[plain:i], false)
			add(rest[1:1+length], true)
			i += length + 2
			plain = i
		case strings.HasPrefix(rest, "**") && (bold || strings.Contains(rest[2:], "**")):
			add(line[plain:i], false)
			bold = !bold
			i += 2
			plain = i
		default:
			i++
		}
	}
	add(line[plain:], false)
	return parts
}
