package ui

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// insights is the story that was found in all open chains, and how much of it
// is shown.
type insights struct {
	// list is replaced whole, the most telling first. err is set instead.
	list []insight.Finding
	err  error
	// sender is what the senders of exports concluded, problems what is wrong with
	// what is open and about no chain.
	sender   []insight.Finding
	problems []engine.Problem
	// busy is true while the chains are being looked at, as far as progress
	// says; again, if that has to begin anew because they have changed.
	busy, again bool
	cancelled   bool
	cancel      func()
	progress    engine.Progress

	page  findingsPage
	scope findingsScope
	rules view.RuleFilter
	// hidden are the keys of findings that nobody wants to see any more. They name
	// nodes and channels: no browser keeps them.
	hidden     map[string]bool
	showHidden bool
	// limit is how many are listed, open the key of the one shown in full.
	limit int
	open  string

	reasons reasons
}

// findingsPage is one of the pages of the findings tab.
type findingsPage string

const (
	pageStory     findingsPage = "story"
	pageReasons   findingsPage = "reasons"
	pageOperators findingsPage = "operators"
)

// findingsScope is whose findings are shown, as addresses name it.
type findingsScope string

const (
	scopeAll   findingsScope = ""
	scopeNode  findingsScope = "node"
	scopeChain findingsScope = "chain"
)

// insightsPerStep is how many findings are listed before "more".
const insightsPerStep = 24

func newInsights() insights {
	return insights{page: pageStory, limit: insightsPerStep, hidden: map[string]bool{}}
}

// askInsights has the engine look at all open chains, from the beginning.
func (s *store) askInsights() {
	in := &s.insights
	if in.busy {
		in.again = true
		in.cancel()
		return
	}
	in.again, in.cancelled = false, false
	s.insightsChanged()
	if len(s.chains) == 0 {
		in.list, in.sender, in.problems, in.err = nil, nil, nil, nil
		return
	}
	in.busy, in.progress = true, engine.Progress{}
	options := openOptions{Progress: func(p engine.Progress) {
		in.progress = p
		s.insightsChanged()
	}}
	in.cancel = rpc.Call(s.client, rpc.Insights, rpc.InsightsRequest{}, options, s.tookInsights)
}

func (s *store) tookInsights(answer rpc.InsightsResponse, err error) {
	in := &s.insights
	in.busy = false
	s.insightsChanged()
	switch {
	case in.again:
		s.askInsights()
	case in.cancelled:
		in.list, in.sender, in.problems, in.err = nil, nil, nil, nil
	default:
		in.list, in.sender, in.problems, in.err = answer.Insights, answer.Sender, answer.Problems, err
	}
}

// cancelInsights stops looking.
func (s *store) cancelInsights() {
	if s.insights.busy {
		s.insights.cancelled = true
		s.insights.cancel()
	}
}

func (s *store) insightsChanged() {
	s.rev.insights++
	if s.tab == tabFindings {
		s.rev.details++
	}
}

// insightsInScope are the findings of the chosen node or chain, hidden ones
// left out unless they are asked for.
func (s *store) insightsInScope() []insight.Finding { return s.inScope(s.insights.list) }

// inScope leaves those of a list.
func (s *store) inScope(list []insight.Finding) []insight.Finding {
	in, info := &s.insights, s.info()
	return slices.DeleteFunc(slices.Clone(list), func(f insight.Finding) bool {
		switch {
		case in.hidden[f.Key] && !in.showHidden:
			return true
		case info == nil || in.scope == scopeAll:
			return false
		case in.scope == scopeNode:
			return f.Node != info.Node
		}
		return engine.ChainID(f.Chain) != info.ID
	})
}

// showFindings opens a page of the findings tab.
func (s *store) showFindings(page findingsPage) {
	s.insights.page = page
	if page == pageReasons && !s.insights.reasons.known {
		s.askReasons(s.insights.reasons.span)
	}
	s.selectTab(tabFindings)
}

// showScope chooses whose findings are shown.
func (s *store) showScope(scope findingsScope) {
	s.insights.scope = scope
	s.insights.limit, s.findings.limit = insightsPerStep, findingsPerStep
	s.rev.details++
	s.askFindings()
	s.keepPlace()
}

// restoreFindings takes over whose findings of what rules an address shows.
func (s *store) restoreFindings(place view.Place) {
	in := &s.insights
	in.rules = view.ParseRuleFilter(place.Rules)
	switch scope := findingsScope(place.Scope); scope {
	case scopeNode, scopeChain:
		in.scope = scope
	default:
		in.scope = scopeAll
	}
}

// showAllRules shows the findings of all rules.
func (s *store) showAllRules() {
	s.insights.rules = view.RuleFilter{}
	s.rev.details++
	s.keepPlace()
}

// filterRule shows the findings of a rule only, or those of all others.
func (s *store) filterRule(rule string, exclude bool) {
	s.insights.rules.Toggle(rule, exclude)
	s.insights.limit = insightsPerStep
	s.rev.details++
	s.keepPlace()
}

// hideInsight keeps a finding out of sight as long as the page is open, or brings it
// back.
func (s *store) hideInsight(key string) {
	if hidden := s.insights.hidden; hidden[key] {
		delete(hidden, key)
	} else {
		hidden[key] = true
	}
	s.rev.details++
}
