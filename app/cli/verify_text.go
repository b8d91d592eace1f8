//go:build !js

package cli

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"chainglass/app/view"
	"chainglass/wire/export"
)

// writeText writes the report for people: a line a chain, what was found below
// it, and the sum of it all.
func (r *verification) writeText(c *console, verbose bool) error {
	out := newText(c.stdout)
	width := 0
	for i := range r.Chains {
		width = max(width, utf8.RuneCountInString(view.VisibleText(r.Chains[i].Name)))
	}
	short := false
	for i := range r.Chains {
		short = r.Chains[i].writeText(out, width, verbose) || short
	}
	r.writeProblems(out)
	r.writeSender(out)
	if short {
		out.printf("With -v: every finding, what it means, and what a node would do.\n")
	}
	out.printf("%s\n", r.conclusion())
	return out.flush()
}

// maxShort is how many findings of a chain are listed without -v.
const maxShort = 8

// writeText writes a line, and what was found below it. It reports whether something
// is told with -v only.
func (c *verifiedChain) writeText(out text, width int, verbose bool) (short bool) {
	counts := "ok"
	if len(c.findings) > 0 {
		counts = countSeverities(c.findings)
	}
	out.printf("%-*s  %-7s  %15s  %s\n", width, c.Name, c.Kind, view.Plural(c.Entries, "entry", "entries"), counts)
	if len(c.findings) > 0 {
		out.printf("  in %s\n", c.Path)
	}
	told := map[string]bool{}
	for i := range c.findings {
		f := &c.findings[i]
		if !verbose && i == maxShort {
			out.printf("  %s\n", view.Plural(len(c.findings)-i, "more finding", "more findings"))
			break
		}
		// Findings that say the same say it once.
		writeFinding(out, f, verbose && !told[f.Detail])
		told[f.Detail] = true
	}
	return !verbose && len(c.findings) > 0
}

// writeFinding writes a finding and where it is, with what it means if detailed is true.
func writeFinding(out text, f *finding, detailed bool) {
	title := f.Title
	if f.By == export.BySource {
		title += " (of the source of the export)"
	}
	out.printf("  %-7s  %s\n", f.Severity, title)
	if where := f.where(); where != "" {
		out.printf("           %s\n", where)
	}
	if detailed {
		writeIndented(out, f.Detail)
	}
}

// maxSender is how many findings of a sender are listed.
const maxSender = 12

// writeSender lists what the senders of exports concluded.
func (r *verification) writeSender(out text) {
	if len(r.sender) == 0 {
		return
	}
	out.printf("What the sender found, not checked here:\n")
	for i := range r.sender[:min(len(r.sender), maxSender)] {
		f := &r.sender[i]
		out.printf("  %-7s  %s: %s\n", f.Severity, f.Chain, f.Title)
	}
	if more := len(r.sender) - maxSender; more > 0 {
		out.printf("  %s; --json lists all\n", view.Plural(more, "more finding", "more findings"))
	}
}

// writeIndented writes a detail below its title. It may have several lines, and a
// name in it may: with a point in front none of them looks like a line of ours.
func writeIndented(out text, text string) {
	lines := strings.FieldsFunc(text, func(c rune) bool { return c == '\n' })
	for _, line := range lines {
		if len(lines) > 1 {
			line = "· " + line
		}
		out.printf("           %s\n", line)
	}
}

// countSeverities is "1 damage, 2 warnings".
func countSeverities(findings []finding) string {
	var parts []string
	for i := 0; i < len(findings); {
		severity, n := findings[i].Severity, 0
		for ; i < len(findings) && findings[i].Severity == severity; i++ {
			n++
		}
		many := severity + "s"
		if severity == "damage" {
			many = severity
		}
		parts = append(parts, view.Plural(n, severity, many))
	}
	return strings.Join(parts, ", ")
}

// where says which entries and which bytes it is about.
func (f *finding) where() string {
	var parts []string
	switch {
	case f.Position == nil:
	case f.Count > 1:
		parts = append(parts, fmt.Sprintf("%d entries, positions %d to %d, the first with seq %d", f.Count, *f.Position, *f.LastPosition, *f.Seq))
	default:
		parts = append(parts, fmt.Sprintf("position %d, seq %d", *f.Position, *f.Seq))
	}
	if f.IndexOffset != nil {
		parts = append(parts, fmt.Sprintf("row at byte %d of %s", *f.IndexOffset, f.IndexFile))
	}
	switch {
	case f.PayloadOffset != nil:
		parts = append(parts, f.payload()+fmt.Sprintf("at byte %d of %s", *f.PayloadOffset, f.PayloadFile))
	case f.PayloadFile != "":
		parts = append(parts, "in "+f.PayloadFile)
	}
	return strings.Join(parts, "; ")
}

// payload is how many bytes are concerned, and how they lie.
func (f *finding) payload() string {
	if *f.PayloadBytes == 0 && f.Position == nil {
		return ""
	}
	size := view.Plural(*f.PayloadBytes, "byte", "bytes") + " "
	if f.InBlock {
		return "in the block of " + size
	}
	return size
}

// maxStrangers bounds the files listed that are none of ours: there may be thousands
// beside one chain.
const maxStrangers = 20

// writeProblems writes what could not be used.
func (r *verification) writeProblems(out text) {
	advised := map[string]bool{}
	strangers := 0
	for i := range r.Problems {
		p := &r.Problems[i]
		if p.unrecognised {
			if strangers++; strangers > maxStrangers {
				continue
			}
		}
		p.writeText(out)
		// Problems that call for the same say it once.
		if !advised[p.Advice] {
			writeIndented(out, p.Advice)
		}
		advised[p.Advice] = true
	}
	if strangers > maxStrangers {
		out.printf("  note     %s not recognised either; --json lists them\n", view.Plural(r.Unrecognised-maxStrangers, "more file is", "more files are"))
	}
}

func (p *problem) writeText(out text) {
	severity := "note"
	if p.Damage {
		severity = "damage"
	}
	title := p.Title
	if p.Offset != nil {
		title += fmt.Sprintf(" at byte %d", *p.Offset)
	}
	if p.Path != "" {
		title = p.Path + ": " + title
	}
	out.printf("  %-7s  %s\n", severity, title)
	writeIndented(out, p.Detail)
}

// conclusion is the last line.
func (r *verification) conclusion() string {
	if !r.readable {
		return "Nothing in " + r.path + " can be read as a chain."
	}
	entries := 0
	for i := range r.Chains {
		entries += r.Chains[i].Read
	}
	verdict := "nothing is damaged"
	if r.damaged() {
		verdict = "damage was found"
	}
	text := fmt.Sprintf("%s, %s: %s.", view.Plural(len(r.Chains), "chain", "chains"), view.Plural(entries, "entry", "entries"), verdict)
	if r.Unrecognised > 0 {
		text += " " + view.Plural(r.Unrecognised, "file is", "files are") + " not recognised."
	}
	return text
}
