package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"chainglass/app/source"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// maxSenderFindings bounds what an export carries of the story; what matters most
// comes first.
const maxSenderFindings = 500

// findings writes what is known to be wrong with the sources of the chains, and the
// story in them.
func (p *packer) findings(ctx context.Context) error {
	for _, s := range p.sources() {
		if err := p.carriedFindings(s); err != nil {
			return err
		}
	}
	for _, f := range p.notRead {
		if err := p.addFinding(f); err != nil {
			return err
		}
	}
	for _, write := range []func(context.Context) error{p.storageFindings, p.leftOut, p.filtered, p.story} {
		if err := write(ctx); err != nil {
			return err
		}
	}
	return nil
}

// carriedFindings writes what earlier exports say, and what could not be read.
func (p *packer) carriedFindings(s *openSource) error {
	p.engine.mu.RLock()
	list := slices.Clone(s.findings)
	p.engine.mu.RUnlock()
	for _, f := range list {
		out := f.Finding
		if f.chain != 0 {
			part := p.part(f.chain)
			if part == nil || f.Rule == export.FindingFiltered && !part.whole() {
				continue
			}
			if place, some := f.Place.Get(); some && !part.whole() {
				if f.By == export.BySender && !part.touches(place.First, place.Last) {
					continue
				}
				part.cutFinding(&out, int(min(place.First, math.MaxInt)), int(min(place.Last, math.MaxInt)))
			}
			out.Chain = postcard.Some(p.ids[f.chain])
		}
		out.Refs = nil
		for i, r := range f.Refs {
			p.refer(&out, f.refs[i], int(min(r.Position, math.MaxInt)), r.What)
		}
		if err := p.addFinding(out); err != nil {
			return err
		}
	}
	return nil
}

// storageFindings writes what was noticed of the folders of the chains and cannot
// be seen in the entries.
func (p *packer) storageFindings(context.Context) error {
	for _, part := range p.parts {
		list := part.chain.sorted()
		for i := range list {
			f := &list[i]
			if f.Position >= 0 || f.Carried || f.Rule == export.FindingFiltered || f.Rule == ruleCut || f.Rule == ruleChainBase {
				continue
			}
			out := export.Finding{
				Chain: postcard.Some(p.ids[part.chain.id]), By: export.BySource, Rule: f.Rule, Severity: f.Severity.String(),
				Title: f.Title, Detail: f.Detail, Where: message.Path(part.chain.source.Origin).Text, Count: uint64(max(f.Count, 0)),
			}
			if err := p.addFinding(out); err != nil {
				return err
			}
		}
	}
	return nil
}

// story writes what the rules of package insight say of the chains, as far as it
// touches what goes: told of the whole chains, so that what a window cuts says so.
func (p *packer) story(ctx context.Context) error {
	var ids []ChainID
	for _, part := range p.parts {
		ids = append(ids, part.chain.id)
	}
	if len(ids) == 0 || p.noStory {
		return nil
	}
	p.meter.progress.Phase = "looking for the story"
	found, err := p.engine.Insights(ctx, ids, nil)
	if err != nil {
		return err
	}
	left := maxSenderFindings
	for i := range found {
		f := &found[i]
		part := p.part(ChainID(f.Chain))
		if part == nil || !part.touches(uint64(f.First), uint64(f.Last)) || left == 0 {
			continue
		}
		left--
		out := export.Finding{
			Chain: postcard.Some(p.ids[part.chain.id]), By: export.BySender, Rule: string(f.Rule),
			Severity: f.Severity.String(), Confidence: f.Confidence.String(), Title: f.Title, Detail: f.Detail, Count: uint64(max(f.Count, 0)),
			Time: postcard.Some(export.FindingTime{FromNS: f.FirstTimeNS, ToNS: f.LastTimeNS}),
		}
		part.cutFinding(&out, f.First, f.Last)
		for _, r := range f.Related {
			p.refer(&out, ChainID(r.Chain), r.Position, r.What)
		}
		if err := p.addFinding(out); err != nil {
			return err
		}
	}
	return nil
}

// addFinding writes a finding. One that is too long for the format, as one that
// quotes much from a hostile source may be, keeps all but its detail.
//
// One that is there already is not written twice: the story is told again by whoever
// passes it on.
func (p *packer) addFinding(f export.Finding) error {
	if f.By == export.BySender {
		key := fmt.Sprintf("%v %s %s\n%s", f.Chain, f.Rule, f.Title, f.Detail)
		if p.told[key] {
			return nil
		}
		if p.told == nil {
			p.told = map[string]bool{}
		}
		p.told[key] = true
	}
	err := p.w.AddFinding(f)
	if errors.Is(err, export.ErrTooLarge) || errors.Is(err, export.ErrMalformed) {
		f.Detail, f.Refs = message.New("What is known of it is too long to be carried."), nil
		err = p.w.AddFinding(f)
	}
	return err
}

// part returns the part of a chain that goes, nil if nothing of it does.
func (p *packer) part(id ChainID) *tablePart {
	for _, part := range p.parts {
		if part.chain.id == id {
			return part
		}
	}
	return nil
}

// refer adds a reference to an entry, if that goes.
func (p *packer) refer(f *export.Finding, id ChainID, position int, what message.Message) {
	part := p.part(id)
	if part == nil || !part.touches(uint64(position), uint64(position)) || len(f.Refs) == export.MaxFindingRefs {
		return
	}
	f.Refs = append(f.Refs, export.FindingRef{Chain: p.ids[id], Position: uint64(part.before(position)), What: what})
}

// touches reports whether an entry from one position up to and including another
// is among those of the part.
func (p *tablePart) touches(first, last uint64) bool {
	if n := uint64(p.chain.source.Reader.Len()); first >= n {
		return false
	} else if last >= n {
		last = n - 1
	}
	return p.before(int(last)+1) > p.before(int(first))
}

// cutFinding gives a finding about entries from one position up to and including
// another their positions in the part, and says what of them lies beyond it.
func (p *tablePart) cutFinding(f *export.Finding, first, last int) {
	n := p.count()
	last = min(last, p.chain.source.Reader.Len()-1)
	if n == 0 || last < first || p.before(last+1) == p.before(first) {
		f.Place = postcard.Option[export.FindingPlace]{}
		return
	}
	f.Before = f.Before || first < p.member(0)
	f.After = f.After || last > p.member(n-1)
	from, to := p.before(first), p.before(last+1)-1
	place := export.FindingPlace{First: uint64(from), Last: uint64(to)}
	if at := p.member(from); at < p.chain.index.length {
		place.Seq = p.chain.index.row(at).seq
	}
	f.Place = postcard.Some(place)
}

// filtered says of which chains entries are left out now.
func (p *packer) filtered(context.Context) error {
	for _, part := range p.parts {
		if part.whole() {
			continue
		}
		f := export.Finding{
			Chain: postcard.Some(p.ids[part.chain.id]), By: export.BySource, Rule: export.FindingFiltered, Severity: export.SeverityNote,
			Title: message.New("Entries of this chain were left out on purpose"), Detail: part.filteredText(),
			Count: uint64(part.length - part.count()),
		}
		if err := p.w.AddFinding(f); err != nil {
			return err
		}
	}
	return nil
}

// sourceFinding is something known to be wrong with a source, about the chain of
// that id, or about none if it is 0.
type sourceFinding struct {
	export.Finding
	chain ChainID
	// refs are the chains of its references, 0 for one that is not open.
	refs []ChainID
	// origin is the export that says so, own is true for what was noticed here.
	origin string
	own    bool
}

// sourceFindings gathers what earlier exports say of their sources, and what
// could not be read of this one. chains gives ids by origin.
func sourceFindings(found *source.Set, chains map[string]ChainID) []sourceFinding {
	var list []sourceFinding
	for i := range found.Exports {
		x := &found.Exports[i]
		ids := map[export.ChainID]ChainID{}
		for i, c := range x.File.Chains() {
			ids[c.ID] = chains[x.ChainOrigin(i)]
		}
		for _, f := range x.File.Findings() {
			kept := sourceFinding{Finding: f, origin: x.Origin}
			if old, about := f.Chain.Get(); about {
				kept.chain, kept.Chain = ids[old], postcard.None[export.ChainID]()
			}
			for _, r := range f.Refs {
				kept.refs = append(kept.refs, ids[r.Chain])
			}
			list = append(list, kept)
		}
	}
	return append(list, notRead(found.Problems)...)
}

// notRead are the findings that an export carries of problems of its source.
func notRead(problems []source.Problem) []sourceFinding {
	var list []sourceFinding
	for i := range problems {
		if problems[i].Level >= source.LevelWarning {
			list = append(list, sourceFinding{Finding: NotRead(&problems[i]), own: true})
		}
	}
	return list
}

// NotRead returns the finding that an export carries of a problem of its source.
func NotRead(p *source.Problem) export.Finding {
	f := export.Finding{
		By: export.BySource, Rule: export.FindingNotRead, Severity: export.SeverityWarning,
		Title: message.Own(p.Title), Where: message.Path(p.Path).Text, Count: 1,
	}
	if p.Level >= source.LevelError {
		f.Severity = export.SeverityDamage
	}
	if at, known := p.Offset.Get(); known && at >= 0 {
		f.Offset = postcard.Some(uint64(at))
	}
	if p.Detail != "" {
		f.Detail = message.New("{}", message.Text(p.Detail))
	}
	return f
}
