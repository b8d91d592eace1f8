package engine

import (
	"context"
	"slices"

	"chainglass/app/source"
	"chainglass/wire/export"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
)

// findings writes what is known to be wrong with the sources of the chains.
func (p *packer) findings(ctx context.Context) error {
	for _, s := range p.sources() {
		p.engine.mu.RLock()
		findings := slices.Clone(s.findings)
		p.engine.mu.RUnlock()
		for _, f := range findings {
			if f.chain != 0 {
				id, goes := p.ids[f.chain]
				if !goes || f.Rule == export.FindingFiltered && p.cuts(f.chain) {
					continue
				}
				f.Chain = postcard.Some(id)
			}
			if err := p.w.AddFinding(f.Finding); err != nil {
				return err
			}
		}
	}
	for _, f := range p.notRead {
		if err := p.w.AddFinding(f); err != nil {
			return err
		}
	}
	if err := p.leftOut(ctx); err != nil {
		return err
	}
	return p.filtered()
}

// filtered says of which chains entries are left out now.
func (p *packer) filtered() error {
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
			kept := sourceFinding{Finding: f}
			if old, about := f.Chain.Get(); about {
				kept.chain, kept.Chain = ids[old], postcard.None[export.ChainID]()
			}
			list = append(list, kept)
		}
	}
	return append(list, notRead(found.Problems)...)
}

// notRead makes findings of what could not be read, or not wholly.
func notRead(problems []source.Problem) (list []sourceFinding) {
	for _, p := range problems {
		if p.Level >= source.LevelWarning {
			list = append(list, sourceFinding{Finding: NotRead(&p)})
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
	if p.Detail != "" {
		f.Detail = message.New("{}", message.Text(p.Detail))
	}
	return f
}
