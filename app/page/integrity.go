package page

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// integrity are the findings about the bytes of the chains that were asked for.
type integrity struct {
	Known map[engine.ChainID]knownFindings
	Busy  bool
	// Limit is how many are listed.
	Limit int
}

// knownFindings are the findings of a chain as of a number of entries.
type knownFindings struct {
	kindAndEntries [2]int
	List           []engine.Finding
	Err            error
}

// FindingsPerStep is how many findings are listed before "more".
const FindingsPerStep = 60

func newIntegrity() integrity {
	return integrity{Known: map[engine.ChainID]knownFindings{}, Limit: FindingsPerStep}
}

// Chains are the chains whose findings the panel shows.
func (f *Findings) Chains() []*engine.ChainInfo {
	info := f.page.Selection.Info()
	switch {
	case f.Scope == ScopeAll:
		return f.page.Sources.AllChains()
	case info == nil:
		return nil
	case f.Scope == ScopeChain:
		return []*engine.ChainInfo{info}
	}
	return slices.DeleteFunc(f.page.Sources.AllChains(), func(c *engine.ChainInfo) bool { return c.Node != info.Node })
}

// version changes when the findings of a chain may have.
func version(c *engine.ChainInfo) [2]int { return [2]int{int(c.Kind), c.Indexed} }

// askIntegrity asks for the first findings missing, and again after the answer.
func (f *Findings) askIntegrity() {
	if f.Integrity.Busy {
		return
	}
	for _, c := range f.Chains() {
		asked := version(c)
		if c.Worst == engine.SeverityNone || f.Integrity.Known[c.ID].kindAndEntries == asked {
			continue
		}
		f.Integrity.Busy = true
		rpc.Call(f.page.client, rpc.Findings, rpc.ChainRequest{Chain: c.ID}, openOptions{},
			func(answer rpc.FindingsResponse, err error) {
				f.Integrity.Busy = false
				f.Integrity.Known[c.ID] = knownFindings{kindAndEntries: asked, List: answer.Findings, Err: err}
				f.page.Rev.Details++
				if f.page.Details.Tab == TabFindings {
					f.askIntegrity()
				}
			})
		return
	}
}
