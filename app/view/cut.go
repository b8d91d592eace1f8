package view

import (
	"strings"

	"chainglass/app/engine"
)

// StatePartText says how far a chain has been folded: its name, how many of its
// entries that are, and where that is in the source of a chain that was cut.
func StatePartText(p *engine.StatePart) string {
	text := VisibleText(p.Channel) + " "
	here := Count(p.Position) + " of " + Count(p.Entries)
	switch p.Cut.Kind {
	case engine.CutRun:
		text += here + ", " + Count(p.Cut.Position+p.Position) + " of " + Count(p.Cut.Entries) + " in the source"
	case engine.CutSome, engine.CutLost:
		text += foldedFrom(p)
	default:
		text += here
	}
	if p.Error != "" {
		text += ": " + VisibleText(p.Error)
	}
	return text
}

// foldedFrom says of how many entries of its source's a state is made.
func foldedFrom(p *engine.StatePart) string {
	if p.Cut.Entries == 0 {
		return "folded from " + Plural(p.Position, "entry", "entries")
	}
	return "folded from " + Count(p.Position) + " of " + Plural(p.Cut.Entries, "entry", "entries")
}

// StateWarning says why a state is not its source's, and is empty if it is.
func StateWarning(parts []engine.StatePart) string {
	var reasons []string
	for i := range parts {
		p := &parts[i]
		switch {
		case p.Cut.Kind == engine.CutLost:
			reasons = append(reasons, VisibleText(p.Channel)+" is "+foldedFrom(p)+": what it starts from is lost to damage")
		case !p.Cut.Exact():
			reasons = append(reasons, VisibleText(p.Channel)+" is "+foldedFrom(p)+": the others were left out")
		case p.Elsewhere:
			reasons = append(reasons, VisibleText(p.Channel)+" had other entries by then, which were left out")
		}
	}
	if len(reasons) == 0 {
		return ""
	}
	return "This is not the state of the source. " + strings.Join(reasons, "; ") + "."
}

// EntriesOf counts the entries of a chain, and those of its source's if it was cut.
func EntriesOf(c *engine.ChainInfo) string {
	if c.Cut.Entries == 0 {
		return Count(c.Entries)
	}
	return Count(c.Entries) + " of " + Count(c.Cut.Entries)
}
