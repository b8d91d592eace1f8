package insight

import (
	"cmp"
	"fmt"
	"slices"
	"sort"

	"chainglass/wire/message"
)

// Severity says how much a finding asks for attention.
type Severity uint8

// The severities, mildest first.
const (
	// Info: a fact that a reviewer wants at hand; nothing is wrong.
	Info Severity = iota
	// Notice: unusual, worth a look.
	Notice
	// Warning: something went wrong.
	Warning
	// Serious: something broke.
	Serious
)

// String returns the lower-case name.
func (s Severity) String() string {
	return [...]string{"info", "notice", "warning", "serious"}[min(s, Serious)]
}

// Confidence says how sure a finding is.
type Confidence uint8

// The confidences, weakest first.
const (
	// Possible: the evidence allows it, and allows other explanations.
	Possible Confidence = iota
	// Likely: one good witness, nothing against it.
	Likely
	// Certain: the records say so themselves, or several witnesses agree.
	Certain
)

// String returns the lower-case name.
func (c Confidence) String() string {
	return [...]string{"possible", "likely", "certain"}[min(c, Certain)]
}

// Rule names a rule; it is stable from release to release.
type Rule string

// The rules.
const (
	RuleRestart   Rule = "restart"
	RuleStorm     Rule = "retry-storm"
	RuleExhausted Rule = "retries-exhausted"
	RuleCrashLoop Rule = "crash-loop"
	RuleBurst     Rule = "failure-burst"
	RuleSplit     Rule = "network-split"
	RuleFirst     Rule = "first-occurrence"
	RulePanic     Rule = "panic"
	RuleSilence   Rule = "silence"
	RuleClockStep Rule = "clock-step"
	RuleClockSkew Rule = "clock-skew"
	RuleOperator  Rule = "operator"
	RuleLive      Rule = "live-failures"
)

// rules holds what is the same for all findings of a rule: the sentence that
// explains it and its weight among findings of equal severity.
var rules = map[Rule]struct {
	by     string
	weight int
}{
	RuleRestart:   {"Action ids and the records' own seqs count from 1 in every process: where they begin again on a chain, the process did.", 12},
	RulePanic:     {"An action that failed with the text the executor writes when its dispatcher panics.", 11},
	RuleBurst:     {"Failures in steps of ten seconds, far above the lower half of the chain's own steps.", 10},
	RuleSplit:     {"Failures burst, and the nodes they name fall into two sides: each names the other side only.", 10},
	RuleCrashLoop: {"Gates of daemon actions, one after the other, whose cooldowns grow.", 9},
	RuleExhausted: {"Failures with the texts the executor writes when it gives an action up.", 8},
	RuleStorm:     {"One action id that failed at least five times in one process.", 7},
	RuleOperator:  {"A record of the audit chain; the counts compare the five minutes before and after it.", 6},
	RuleClockSkew: {"The median of the record's own time less the append time, over rows spread evenly over the node's chains.", 5},
	RuleSilence:   {"No row for many times longer than the chain usually waits, weighed by time.", 4},
	RuleClockStep: {"Two rows in a row that are earlier than the two before them.", 3},
	RuleLive:      {"Every action that fails for good or is gated leaves one live failure, with the same id and a known text; both chains are walked side by side.", 2},
	RuleFirst:     {"A text whose occurrences, spread by chance, would hardly all have come so late.", 1},
}

// Role is what a finding is to the others.
type Role uint8

// The roles.
const (
	// RoleNone: nothing is known of how it hangs together with others.
	RoleNone Role = iota
	// RoleCause: others came of it.
	RoleCause
	// RoleEffect: it came of another one.
	RoleEffect
)

// String returns the lower-case name, "" for none.
func (r Role) String() string { return [...]string{"", "cause", "effect"}[min(r, RoleEffect)] }

// Ref leads to a row that has to do with a finding.
type Ref struct {
	Chain    uint32
	Position int
	// TimeNS is when something of its own began there, in Unix nanoseconds; 0 where the
	// finding's own time says it.
	TimeNS uint64
	// What says what is there.
	What message.Message
}

// Finding is something noticed. What it says is our own words, with what is known
// from the chains as values in them.
type Finding struct {
	Rule       Rule
	Severity   Severity
	Confidence Confidence
	// Rank orders findings: the higher, the sooner one wants to see it.
	Rank int
	// Chapter orders the findings that make up what happened, from 1 on, in the order of
	// time; it is 0 for those that don't.
	Chapter int
	Role    Role
	// By says how the rule decides, in one sentence.
	By string
	// Title says what it is in a few words, Detail what is known about it.
	Title, Detail message.Message
	Node          string
	// Chain and First lead to where it begins, Last to where it ends.
	Chain       uint32
	First, Last int
	// FirstTimeNS and LastTimeNS are when it began and ended, placing times in
	// Unix nanoseconds.
	FirstTimeNS, LastTimeNS uint64
	// Count is how many entries, actions or events it is about.
	Count   int
	Related []Ref
	// Key names the finding by its rule, its chain and the seq of its first row,
	// so that it can be known again when the chain is opened the next time.
	Key string
}

// Explain says how a rule decides, in one sentence; it is empty for a rule that this
// package has not.
func Explain(r Rule) string { return rules[r].by }

// maxPerRule bounds the findings of one rule about one chain; rules with more
// to say count the rest.
const maxPerRule = 20

// maxRelated bounds the rows a finding leads to.
const maxRelated = 8

// Carried returns a finding that another program made, as far as the names of its
// rule, severity and confidence tell. Number tells it from others of the same file.
func Carried(rule Rule, severity, confidence string, number int) Finding {
	f := Finding{Rule: rule, By: Explain(rule), Key: fmt.Sprintf("sender/%d/%s", number, rule)}
	for s := Info; s <= Serious; s++ {
		if s.String() == severity {
			f.Severity = s
		}
	}
	for c := Possible; c <= Certain; c++ {
		if c.String() == confidence {
			f.Confidence = c
		}
	}
	f.Rank = int(f.Severity)*100 + rules[rule].weight
	return f
}

// report collects findings.
type report struct {
	findings []Finding
}

// about returns a finding of a rule about rows of one chain.
func about(rule Rule, s *subject, first, last int) Finding {
	from, to := s.chain.Row(first), s.chain.Row(last)
	return Finding{
		Rule: rule, Node: s.chain.Node(), Chain: s.chain.ID(),
		First: first, Last: last, FirstTimeNS: from.TimeNS, LastTimeNS: to.TimeNS, Count: 1,
		Key: fmt.Sprintf("%s/%s/%s/%d", rule, s.chain.Node(), s.chain.Channel(), from.Seq),
	}
}

// add completes a finding and takes it.
func (r *report) add(f Finding) {
	rule := rules[f.Rule]
	f.By, f.Rank = rule.by, int(f.Severity)*100+rule.weight
	if f.Role == RoleCause {
		f.Rank += causeRank
	}
	r.findings = append(r.findings, f)
}

// causeRank puts causes before all else.
const causeRank = 1000

// chapters numbers what happened in the order of time: what asks for attention, and all
// that operators did.
func (r *report) chapters() {
	var story []*Finding
	for i := range r.findings {
		if f := &r.findings[i]; f.Severity > Info || f.Rule == RuleOperator {
			story = append(story, f)
		}
	}
	slices.SortStableFunc(story, func(a, b *Finding) int {
		return cmp.Or(cmp.Compare(a.FirstTimeNS, b.FirstTimeNS), cmp.Compare(b.Rank, a.Rank), cmp.Compare(a.Key, b.Key))
	})
	for i, f := range story {
		f.Chapter = i + 1
	}
}

// sorted returns the findings, highest rank first, then by time.
func (r *report) sorted() []Finding {
	r.chapters()
	sort.SliceStable(r.findings, func(i, j int) bool {
		a, b := &r.findings[i], &r.findings[j]
		return cmp.Or(
			cmp.Compare(b.Rank, a.Rank),
			cmp.Compare(a.FirstTimeNS, b.FirstTimeNS),
			cmp.Compare(a.Key, b.Key)) < 0
	})
	return r.findings
}

// refTo returns a reference to a row of a chain.
func (s *subject) refTo(position int, what message.Message) Ref {
	return Ref{Chain: s.chain.ID(), Position: position, What: what}
}
