//go:build !js

package cli

import (
	"chainglass/app/engine"
	"chainglass/app/source"
	"chainglass/app/view"
	"chainglass/wire/export"
)

// maxCarried is how many findings that exports carry a command names on stderr.
const maxCarried = 8

// carriedFinding is something that an export says of its source.
type carriedFinding struct{ path, chain, title string }

// tellCarried says that what was opened was damaged or incomplete before it got here.
func (c *console) tellCarried(found []carriedFinding) {
	for _, f := range found[:min(len(found), maxCarried)] {
		about := view.VisibleText(f.path) + " says of its source"
		if f.chain != "" {
			about += ", " + view.VisibleText(f.chain)
		}
		c.warn("%s: %s", about, view.VisibleText(f.title))
	}
	if more := len(found) - maxCarried; more > 0 {
		c.warn("exports say more of their sources, %s; verify lists them", view.Plural(more, "finding", "findings"))
	}
}

// carried are the findings of damage that the exports among what was found carry.
func (o *opened) carried() []carriedFinding {
	var list []carriedFinding
	for i := range o.Exports {
		x := &o.Exports[i]
		names := map[export.ChainID]string{}
		for _, chain := range x.File.Chains() {
			names[chain.ID] = chainName(&source.Chain{Node: chain.Node, Channel: chain.Channel})
		}
		for _, f := range x.File.Findings() {
			if f.By == export.BySource && f.Severity != export.SeverityNote {
				told := carriedFinding{path: o.files.Display(x.Origin), title: f.Title.String()}
				if id, about := f.Chain.Get(); about {
					told.chain = names[id]
				}
				list = append(list, told)
			}
		}
	}
	return list
}

// carried are the findings of damage that exports carry of chains. Those about no
// chain are among the problems of opening.
func (l *loaded) carried() ([]carriedFinding, error) {
	var list []carriedFinding
	for _, info := range l.chainInfos() {
		found, err := l.Findings(info.ID)
		if err != nil {
			return nil, err
		}
		for i := range found {
			if f := &found[i]; f.Carried && f.Severity >= engine.SeverityWarning {
				list = append(list, carriedFinding{l.files.Display(info.Origin), info.Name(), f.Title.String()})
			}
		}
	}
	return list, nil
}
