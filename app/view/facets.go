package view

import (
	"cmp"
	"slices"
	"sort"

	"chainglass/app/engine"
	"chainglass/app/query"
)

// FacetGroup is one field with the values that occur.
type FacetGroup struct {
	// Field is the name to filter by, Title the heading.
	Field, Title string
	Values       []FacetValue
	// Others counts the rows with values that are not listed.
	Others int
	// Long is true for values that are sentences.
	Long bool
}

// FacetValue is a value with the number of rows that have it.
type FacetValue struct {
	Name  string
	Count int
	// State says how the value stands in the query.
	State query.TermState
}

// facetTitles are the headings of the fields.
var facetTitles = map[string]string{
	"node": "node", "chain": "kind of chain", "outcome": "outcome", "kind": "kind",
	"template": "reason", "daemon": "daemon", "operator": "operator",
}

// Facets lists, of all the values that occur in the chains shown, how many rows
// of the filtered table have them. Values asked for or excluded come first, then
// the most frequent. A field with one value only is left out unless the query
// names that value.
func Facets(all, found []engine.Facet, text string) []FacetGroup {
	var groups []FacetGroup
	for _, whole := range all {
		group := facetGroup(whole, found, text)
		if len(group.Values) > 1 || len(group.Values) == 1 && group.Values[0].State != query.TermNone {
			groups = append(groups, group)
		}
	}
	return groups
}

func facetGroup(whole engine.Facet, found []engine.Facet, text string) FacetGroup {
	group := FacetGroup{Field: whole.Field, Title: facetTitles[whole.Field], Long: whole.Field == "template"}
	if group.Title == "" {
		group.Title = whole.Field
	}
	counts := map[string]int{}
	if i := slices.IndexFunc(found, func(f engine.Facet) bool { return f.Field == whole.Field }); i >= 0 {
		group.Others = found[i].Others
		for _, v := range found[i].Values {
			counts[v.Name] = v.Count
			group.Values = append(group.Values, FacetValue{Name: v.Name, Count: v.Count})
		}
	}
	for _, v := range whole.Values {
		if _, listed := counts[v.Name]; !listed {
			group.Values = append(group.Values, FacetValue{Name: v.Name})
		}
	}
	for i := range group.Values {
		group.Values[i].State = query.HasTerm(text, group.Field, group.Values[i].Name)
	}
	sort.SliceStable(group.Values, func(i, j int) bool {
		a, b := group.Values[i], group.Values[j]
		return cmp.Or(
			cmp.Compare(named(b), named(a)),
			cmp.Compare(b.Count, a.Count)) < 0
	})
	return group
}

// named is 1 for a value that the query names.
func named(v FacetValue) int {
	if v.State != query.TermNone {
		return 1
	}
	return 0
}

// Vocabulary returns the values to complete a query with.
func Vocabulary(all []engine.Facet, chains []*engine.ChainInfo) query.Vocabulary {
	words := query.Vocabulary{}
	for _, f := range all {
		for _, v := range f.Values {
			words[f.Field] = append(words[f.Field], query.Word{Text: v.Name, Detail: Count(v.Count)})
		}
	}
	seen := map[string]bool{}
	for _, c := range chains {
		if !seen[c.Channel] {
			seen[c.Channel] = true
			words["channel"] = append(words["channel"], query.Word{Text: c.Channel})
		}
	}
	return words
}

// ToggleFacet returns the query after a click on a value: asked for if it was
// not named, no longer named if it was.
func ToggleFacet(text, field, value string) string {
	if query.HasTerm(text, field, value) != query.TermNone {
		return query.RemoveTerm(text, field, value)
	}
	return query.AddTerm(text, field, value)
}

// ToggleExclusion returns the query after a click that excludes a value, or takes
// that back.
func ToggleExclusion(text, field, value string) string {
	if query.HasTerm(text, field, value) == query.TermExcluded {
		return query.RemoveTerm(text, field, value)
	}
	return query.ExcludeTerm(text, field, value)
}
