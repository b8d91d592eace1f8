//go:build !js

package cli

import (
	"bufio"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"chainglass/app/view"
)

// writeText writes the report for people: a line a chain, what was found below
// it, and the sum of it all.
func (r *verification) writeText(c *console) error {
	out := bufio.NewWriter(c.stdout)
	width := 0
	for i := range r.Chains {
		width = max(width, len(r.Chains[i].Name))
	}
	for i := range r.Chains {
		r.Chains[i].writeText(out, width)
	}
	for i := range r.Problems {
		r.Problems[i].writeText(out)
	}
	fmt.Fprintln(out, r.conclusion())
	return out.Flush()
}

func (c *verifiedChain) writeText(out io.Writer, width int) {
	counts := "ok"
	if len(c.findings) > 0 {
		counts = countSeverities(c.findings)
	}
	fmt.Fprintf(out, "%-*s  %-7s  %15s  %s\n", width, c.Name, c.Kind, view.Plural(c.Entries, "entry", "entries"), counts)
	if c.Read < c.Entries {
		fmt.Fprintf(out, "  damage   %s: reading stopped at position %d\n", c.Path, c.Read)
	}
	if len(c.findings) > 0 {
		fmt.Fprintf(out, "  in %s\n", c.Path)
	}
	told := map[string]bool{}
	for i := range c.findings {
		f := &c.findings[i]
		fmt.Fprintf(out, "  %-7s  %s\n", f.Severity, f.Title)
		if f.Position != nil {
			fmt.Fprintf(out, "           %s\n", f.where(c.Path))
		}
		// Findings that say the same say it once.
		if !told[f.Detail] {
			writeIndented(out, f.Detail)
		}
		told[f.Detail] = true
	}
}

func writeIndented(out io.Writer, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		if line != "" {
			fmt.Fprintf(out, "           %s\n", line)
		}
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

// where says which entries and which bytes it is about. Files have names below
// the folder of their chain.
func (f *finding) where(chain string) string {
	text := fmt.Sprintf("position %d, seq %d", *f.Position, *f.Seq)
	if f.Count > 1 {
		text = fmt.Sprintf("%d entries, positions %d to %d, the first with seq %d", f.Count, *f.Position, *f.LastPosition, *f.Seq)
	}
	if f.IndexOffset != nil {
		text += fmt.Sprintf("; row at byte %d of %s", *f.IndexOffset, below(chain, f.IndexFile))
	}
	switch {
	case f.PayloadOffset != nil:
		text += fmt.Sprintf("; %s at byte %d of %s", view.Plural(*f.PayloadBytes, "byte", "bytes"), *f.PayloadOffset, below(chain, f.PayloadFile))
	case f.PayloadFile != "" && f.PayloadFile != chain:
		text += "; in " + f.PayloadFile
	}
	return text
}

// below shortens a path below folder.
func below(folder, file string) string {
	return strings.TrimPrefix(strings.TrimPrefix(file, folder), string(filepath.Separator))
}

func (p *problem) writeText(out io.Writer) {
	severity := "note"
	if p.Damage {
		severity = "damage"
	}
	title := p.Title
	if p.Path != "" {
		title = p.Path + ": " + title
	}
	fmt.Fprintf(out, "  %-7s  %s\n", severity, title)
	writeIndented(out, p.Detail)
	writeIndented(out, p.Advice)
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
	return fmt.Sprintf("%s, %s: %s.", view.Plural(len(r.Chains), "chain", "chains"), view.Plural(entries, "entry", "entries"), verdict)
}
