package view

import (
	"fmt"

	"chainglass/app/insight"
)

// InsightMark returns the shape that goes with a severity of the story.
func InsightMark(s insight.Severity) string {
	return [...]string{"info", "note", "warning", "damage"}[min(s, insight.Serious)]
}

// InsightWhere says on which node, when, and how sure a finding is.
func InsightWhere(f *insight.Finding, z Zone) string {
	text := VisibleText(f.Node)
	if text != "" {
		text += " · "
	}
	from, to := f.FirstTimeNS/nsPerMS, f.LastTimeNS/nsPerMS
	switch {
	case from == to:
		text += z.Time(from)
	case z.Day(from) == z.Day(to):
		text += z.Time(from) + " – " + z.Clock(to)
	default:
		text += z.Time(from) + " – " + z.Time(to)
	}
	return text + fmt.Sprintf(" %s · %s · %s", z.Name(), f.Severity, f.Confidence)
}

// ShareText says when a reason was given first on a node, and how often.
func ShareText(share *insight.NodeShare, z Zone) string {
	node := VisibleText(share.Node)
	if node == "" {
		node = "the node"
	}
	return fmt.Sprintf("%s at %s, %s", node, z.Time(share.FirstTimeNS/nsPerMS), Plural(share.Count, "time", "times"))
}
