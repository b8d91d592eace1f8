package view

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/insight"
)

// RuleFilter chooses findings by their rules. The zero RuleFilter keeps all.
type RuleFilter struct {
	// only is what is shown if it names any rule; without is never shown.
	only, without map[string]bool
}

// RuleState says what a filter does about a rule.
type RuleState uint8

// The states.
const (
	// RuleShown: shown, because nothing is chosen.
	RuleShown RuleState = iota
	// RuleChosen: shown, and others are not.
	RuleChosen
	// RuleLeftOut: not shown.
	RuleLeftOut
)

// Toggle shows only a rule, together with others chosen before, or leaves it
// out. What was so already is undone.
func (f *RuleFilter) Toggle(rule string, exclude bool) {
	on, off := &f.only, &f.without
	if exclude {
		on, off = off, on
	}
	delete(*off, rule)
	if (*on)[rule] {
		delete(*on, rule)
		return
	}
	if *on == nil {
		*on = map[string]bool{}
	}
	(*on)[rule] = true
}

// State says what the filter does about a rule.
func (f *RuleFilter) State(rule string) RuleState {
	switch {
	case f.without[rule], len(f.only) > 0 && !f.only[rule]:
		return RuleLeftOut
	case len(f.only) > 0:
		return RuleChosen
	}
	return RuleShown
}

// Keeps reports whether the findings of a rule are shown.
func (f *RuleFilter) Keeps(rule string) bool { return f.State(rule) != RuleLeftOut }

// Active reports whether the filter does anything.
func (f *RuleFilter) Active() bool { return len(f.only)+len(f.without) > 0 }

// Encode writes the filter as one text, "" for one that does nothing.
func (f *RuleFilter) Encode() string {
	parts := slices.Sorted(maps.Keys(f.only))
	for _, rule := range slices.Sorted(maps.Keys(f.without)) {
		parts = append(parts, "!"+rule)
	}
	return strings.Join(parts, ",")
}

// ParseRuleFilter is the inverse of [RuleFilter.Encode].
func ParseRuleFilter(text string) RuleFilter {
	var f RuleFilter
	for part := range strings.SplitSeq(text, ",") {
		rule, exclude := strings.CutPrefix(part, "!")
		if rule != "" && f.State(rule) != RuleChosen && !f.without[rule] {
			f.Toggle(rule, exclude)
		}
	}
	return f
}

// RuleCounts counts findings by rule, in the order in which the rules first come.
func RuleCounts(findings []insight.Finding) []engine.Count {
	counts, order := map[string]int{}, map[string]int{}
	for i := range findings {
		rule := string(findings[i].Rule)
		if counts[rule] == 0 {
			order[rule] = i
		}
		counts[rule]++
	}
	var list []engine.Count
	for _, rule := range slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Compare(order[a], order[b]) }) {
		list = append(list, engine.Count{Name: rule, Count: counts[rule]})
	}
	return list
}
