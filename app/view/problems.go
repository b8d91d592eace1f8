package view

import (
	"slices"

	"chainglass/app/engine"
)

// ProblemGroup is problems of one sort, one card on screen: a folder may hold
// thousands of files that are none of ours.
type ProblemGroup struct {
	// Title and Advice are common to all.
	Title, Advice string
	Places        []ProblemPlace
}

// ProblemPlace is where a problem is, and what is known of it.
type ProblemPlace struct{ Path, Detail string }

// AddProblem adds a problem to the group of its sort, which becomes the last.
func AddProblem(groups []ProblemGroup, p engine.Problem) []ProblemGroup {
	group := ProblemGroup{Title: p.Title, Advice: p.Advice}
	if i := slices.IndexFunc(groups, func(g ProblemGroup) bool { return g.Title == p.Title && g.Advice == p.Advice }); i >= 0 {
		group = groups[i]
		groups = slices.Delete(groups, i, i+1)
	}
	group.Places = append(group.Places, ProblemPlace{p.Path, p.Detail})
	return append(groups, group)
}
