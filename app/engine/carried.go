package engine

import (
	"math"

	"chainglass/app/insight"
	"chainglass/app/source"
	"chainglass/wire/export"
	"chainglass/wire/message"
)

// What an export says of its source is part of what is known of its chains: it
// cannot be seen in them any more. What its sender's program concluded is listed
// apart, beside what this one concludes.

// takeFindings keeps what the exports of a source say. ids gives the ids of its chains by
// their origins.
func (s *openSource) takeFindings(found *source.Set, ids map[string]ChainID, chains map[ChainID]*chain) {
	s.findings = sourceFindings(found, ids)
	for i := range s.findings {
		f := &s.findings[i]
		c := chains[f.chain]
		switch {
		case f.own:
			// It is among the problems of opening.
		case c == nil:
			s.problems = append(s.problems, carriedProblem(f))
		case f.By == export.BySender:
			s.sender = append(s.sender, carriedInsight(c, f, len(s.sender), chains))
		case f.Rule == export.FindingFiltered:
			if c.filtered = f.Detail; c.filtered.Empty() {
				c.filtered = message.New("Some entries are here")
			}
		default:
			c.carried = append(c.carried, carriedFinding(c, &f.Finding))
		}
	}
}

// carriedSeverity ranks what an export says. Those of the story can only be there by
// mistake.
func carriedSeverity(name string) Severity {
	switch name {
	case export.SeverityDamage, insight.Serious.String():
		return SeverityDamage
	case export.SeverityWarning:
		return SeverityWarning
	}
	return SeverityNote
}

// carriedProblem is what an export says of its source and not of a chain.
func carriedProblem(f *sourceFinding) Problem {
	p := Problem{Severity: carriedSeverity(f.Severity), Path: f.origin, Carried: true, Detail: f.Detail.String()}
	if f.By == export.BySender {
		p.Severity = SeverityNote
	}
	p.Title = "says of its source: " + f.Title.String()
	if f.Where != "" {
		p.Title = "says of its source, " + f.Where + ": " + f.Title.String()
	}
	return p
}

// carriedFinding is what an export says of one of its chains.
func carriedFinding(c *chain, f *export.Finding) Finding {
	out := Finding{
		Chain: c.id, Severity: carriedSeverity(f.Severity), Rule: f.Rule, Title: f.Title, Detail: told(f),
		Position: -1, LastPosition: -1, Count: int(min(max(f.Count, 1), math.MaxInt)), Carried: true,
	}
	if f.Where != "" {
		out.Location = Location{PayloadFile: f.Where, PayloadOffset: source.UnknownOffset}
		if at, known := f.Offset.Get(); known && at <= math.MaxInt64 {
			out.Location.PayloadOffset = int64(at)
		}
	}
	if p, some := f.Place.Get(); some && p.Last < uint64(c.found.Reader.Len()) {
		out.Position, out.LastPosition, out.Seq = int(p.First), int(p.Last), p.Seq
	}
	return out
}

// told is the detail of a finding, and that it reaches beyond what is here.
func told(f *export.Finding) message.Message {
	detail := f.Detail
	if f.Before {
		detail.Append(apart(detail, message.New("It began before what is here.")))
	}
	if f.After {
		detail.Append(apart(detail, message.New("It went on after what is here.")))
	}
	return detail
}

// apart puts a space before a sentence that follows another.
func apart(before, sentence message.Message) message.Message {
	if before.Empty() {
		return sentence
	}
	spaced := message.New(" ")
	spaced.Append(sentence)
	return spaced
}

// carriedInsight is what the sender of an export concluded. Number tells it from the
// others of its source.
func carriedInsight(c *chain, f *sourceFinding, number int, chains map[ChainID]*chain) insight.Finding {
	out := insight.Carried(insight.Rule(f.Rule), f.Severity, f.Confidence, number)
	out.Title, out.Detail = f.Title, told(&f.Finding)
	out.Node, out.Chain, out.Count = c.found.Node, uint32(c.id), int(min(f.Count, math.MaxInt))
	if p, some := f.Place.Get(); some {
		out.First, out.Last = c.within(p.First), c.within(p.Last)
	}
	if t, some := f.Time.Get(); some {
		out.FirstTimeNS, out.LastTimeNS = t.FromNS, t.ToNS
	}
	for i, r := range f.Refs {
		if c := chains[f.refs[i]]; c != nil {
			out.Related = append(out.Related, insight.Ref{Chain: uint32(c.id), Position: c.within(r.Position), What: r.What})
		}
	}
	return out
}

// within is a position from outside, led to one that the chain has.
func (c *chain) within(position uint64) int {
	return int(min(position, uint64(max(c.found.Reader.Len()-1, 0))))
}

// carry adds what an export says of a chain to what was noticed of it, unless the
// same was noticed here.
func (k *checks) carry(f Finding) {
	for i := range k.findings {
		if known := &k.findings[i]; known.Rule == f.Rule && known.Position < 0 && f.Position < 0 {
			return
		}
	}
	if k.listed[f.Rule] >= maxFindingsPerRule {
		k.add(f)
		return
	}
	k.listed[f.Rule]++
	k.findings = append(k.findings, f)
}

// Problems returns what is known to be wrong with what is open and is about no
// chain: what could not be read, and what exports say of their sources.
func (e *Engine) Problems() []Problem {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var all []Problem
	for _, s := range e.sources {
		for _, p := range s.problems {
			if p.Chain == 0 {
				all = append(all, p)
			}
		}
	}
	return all
}

// SenderInsights returns what the senders of the exports that are open concluded
// from chains, all if none are named. It is theirs: nothing here has checked it.
func (e *Engine) SenderInsights(ids []ChainID) ([]insight.Finding, error) {
	chains, err := e.chosen(ids)
	if err != nil {
		return nil, err
	}
	asked := map[uint32]bool{}
	for _, c := range chains {
		asked[uint32(c.id)] = true
	}
	e.mu.RLock()
	defer e.mu.RUnlock()
	var all []insight.Finding
	for _, s := range e.sources {
		for _, f := range s.sender {
			if asked[f.Chain] {
				all = append(all, f)
			}
		}
	}
	return all, nil
}
