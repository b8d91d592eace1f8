package page

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// Findings is what was noticed: the story that was found in all open chains, how much of it is
// shown, and the findings about the bytes.
type Findings struct {
	page *Page
	// List is replaced whole, the most telling first. Err is set instead.
	List []insight.Finding
	Err  error
	// Sender is what the senders of exports concluded, Problems what is wrong with
	// what is open and about no chain.
	Sender   []insight.Finding
	Problems []engine.Problem
	// story asks for all of these. Progress says how far it is, Cancelled that the reader
	// ended it.
	story     Newest[rpc.Nothing, rpc.InsightsResponse]
	Cancelled bool
	Progress  engine.Progress

	ShownPage FindingsPage
	Scope     FindingsScope
	Rules     view.RuleFilter
	// Hidden are the keys of findings that nobody wants to see any more. They name
	// nodes and channels: no browser keeps them.
	Hidden     map[string]bool
	ShowHidden bool
	// Limit is how many are listed, Open the key of the one shown in full.
	Limit int
	Open  string

	Integrity integrity
}

// FindingsPage is one of the pages of the findings tab.
type FindingsPage string

const (
	PageStory     FindingsPage = "story"
	PageReasons   FindingsPage = "reasons"
	PageOperators FindingsPage = "operators"
)

// FindingsScope is whose findings are shown, as addresses name it.
type FindingsScope string

const (
	ScopeAll   FindingsScope = ""
	ScopeNode  FindingsScope = "node"
	ScopeChain FindingsScope = "chain"
)

// InsightsPerStep is how many findings are listed before "more".
const InsightsPerStep = 24

func newFindings(p *Page) Findings {
	return Findings{
		page: p, Integrity: newIntegrity(), ShownPage: PageStory, Limit: InsightsPerStep, Hidden: map[string]bool{}}
}

// AskStory has the engine look at all open chains, from the beginning.
func (f *Findings) AskStory() {
	f.Cancelled, f.Progress = false, engine.Progress{}
	f.changed()
	if len(f.page.Sources.Chains) == 0 {
		f.story.forget()
		f.List, f.Sender, f.Problems, f.Err = nil, nil, nil, nil
		return
	}
	f.story.replace(rpc.Nothing{}, f.lookForStory, f.tookStory)
}

func (f *Findings) lookForStory(_ rpc.Nothing, answer func(rpc.InsightsResponse, error)) func() {
	lasts := f.story.turn.present()
	options := openOptions{Progress: func(p engine.Progress) {
		if lasts() {
			f.Progress = p
			f.changed()
		}
	}}
	return rpc.Call(f.page.client, rpc.Insights, rpc.InsightsRequest{}, options, answer)
}

func (f *Findings) tookStory() {
	f.changed()
	f.List, f.Sender, f.Problems, f.Err = nil, nil, nil, nil
	if f.Cancelled {
		return
	}
	f.Err = f.story.Err()
	if answer := f.story.Last(); answer != nil {
		f.List, f.Sender, f.Problems = answer.Insights, answer.Sender, answer.Problems
	}
}

// Busy reports whether the story is being looked for.
func (f *Findings) Busy() bool { return f.story.Busy() }

// CancelStory stops looking.
func (f *Findings) CancelStory() {
	if f.Busy() {
		f.Cancelled = true
		f.story.finish()
	}
}

func (f *Findings) changed() {
	f.page.Rev.Insights++
	if f.page.Details.Tab == TabFindings {
		f.page.Rev.Details++
	}
}

// StoryInScope are the findings of the chosen node or chain, hidden ones
// left out unless they are asked for.
func (f *Findings) StoryInScope() []insight.Finding { return f.InScope(f.List) }

// InScope leaves those of a list.
func (f *Findings) InScope(list []insight.Finding) []insight.Finding {
	info := f.page.Selection.Info()
	return slices.DeleteFunc(slices.Clone(list), func(one insight.Finding) bool {
		switch {
		case f.Hidden[one.Key] && !f.ShowHidden:
			return true
		case info == nil || f.Scope == ScopeAll:
			return false
		case f.Scope == ScopeNode:
			return one.Node != info.Node
		}
		return engine.ChainID(one.Chain) != info.ID
	})
}

// ShowPage opens a page of the findings tab.
func (f *Findings) ShowPage(page FindingsPage) {
	f.ShownPage = page
	if page == PageReasons && !f.page.Reasons.Known {
		f.page.Reasons.Ask(f.page.Reasons.Span)
	}
	f.page.Details.Open(TabFindings)
}

// ShowScope chooses whose findings are shown.
func (f *Findings) ShowScope(scope FindingsScope) {
	f.Scope = scope
	f.Limit, f.Integrity.Limit = InsightsPerStep, FindingsPerStep
	f.page.Rev.Details++
	f.askIntegrity()
	f.page.Address.keep()
}

// restore takes over whose findings of what rules an address shows.
func (f *Findings) restore(place view.Place) {
	f.Rules = view.ParseRuleFilter(place.Rules)
	switch scope := FindingsScope(place.Scope); scope {
	case ScopeNode, ScopeChain:
		f.Scope = scope
	default:
		f.Scope = ScopeAll
	}
}

// ShowAllRules shows the findings of all rules.
func (f *Findings) ShowAllRules() {
	f.Rules = view.RuleFilter{}
	f.page.Rev.Details++
	f.page.Address.keep()
}

// FilterRule shows the findings of a rule only, or those of all others.
func (f *Findings) FilterRule(rule string, exclude bool) {
	f.Rules.Toggle(rule, exclude)
	f.Limit = InsightsPerStep
	f.page.Rev.Details++
	f.page.Address.keep()
}

// Hide keeps a finding out of sight as long as the page is open, or brings it
// back.
func (f *Findings) Hide(key string) {
	if hidden := f.Hidden; hidden[key] {
		delete(hidden, key)
	} else {
		hidden[key] = true
	}
	f.page.Rev.Details++
}

// ToggleOpen shows a finding in full, or no longer.
func (f *Findings) ToggleOpen(key string) {
	if f.Open == key {
		key = ""
	}
	f.Open = key
	f.page.Rev.Details++
}
