package view

import (
	"slices"

	"chainglass/app/engine"
)

// ProblemGroup is problems of one sort, one card on screen: a folder may hold
// thousands of files that are none of ours.
type ProblemGroup struct {
	// Severity, Title and Advice are common to all.
	Severity      engine.Severity
	Title, Advice string
	Places        []ProblemPlace
}

// ProblemPlace is where a problem is, and what is known of it.
type ProblemPlace struct{ Path, Detail string }

// AddProblem adds a problem to the group of its sort, which becomes the last.
func AddProblem(groups []ProblemGroup, p engine.Problem) []ProblemGroup {
	group := ProblemGroup{Severity: p.Severity, Title: p.Title, Advice: p.Advice}
	same := func(g ProblemGroup) bool {
		return g.Severity == p.Severity && g.Title == p.Title && g.Advice == p.Advice
	}
	if i := slices.IndexFunc(groups, same); i >= 0 {
		group = groups[i]
		groups = slices.Delete(groups, i, i+1)
	}
	group.Places = append(group.Places, ProblemPlace{p.Path, p.Detail})
	return append(groups, group)
}

// ProblemWord says what a problem of a severity is.
func ProblemWord(s engine.Severity) string {
	if s <= engine.SeverityNote {
		return "worth knowing, nothing is lost"
	}
	return "problem"
}
