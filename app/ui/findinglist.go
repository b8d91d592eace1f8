package ui

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// findings are the findings of the chains that were asked for.
type findings struct {
	known map[engine.ChainID]knownFindings
	busy  bool
	// limit is how many are listed.
	limit int
}

// knownFindings are the findings of a chain as of a number of entries.
type knownFindings struct {
	kindAndEntries [2]int
	list           []engine.Finding
	err            error
}

// findingsPerStep is how many findings are listed before "more".
const findingsPerStep = 60

func newFindings() findings {
	return findings{known: map[engine.ChainID]knownFindings{}, limit: findingsPerStep}
}

// findingChains are the chains whose findings the panel shows.
func (s *store) findingChains() []*engine.ChainInfo {
	info := s.info()
	switch {
	case s.insights.scope == scopeAll:
		return s.allChains()
	case info == nil:
		return nil
	case s.insights.scope == scopeChain:
		return []*engine.ChainInfo{info}
	}
	return slices.DeleteFunc(s.allChains(), func(c *engine.ChainInfo) bool { return c.Node != info.Node })
}

// version changes when the findings of a chain may have.
func version(c *engine.ChainInfo) [2]int { return [2]int{int(c.Kind), c.Indexed} }

// askFindings asks for the first findings missing, and again after the answer.
func (s *store) askFindings() {
	if s.findings.busy {
		return
	}
	for _, c := range s.findingChains() {
		asked := version(c)
		if c.Worst == engine.SeverityNone || s.findings.known[c.ID].kindAndEntries == asked {
			continue
		}
		s.findings.busy = true
		rpc.Call(s.client, rpc.Findings, rpc.ChainRequest{Chain: c.ID}, openOptions{},
			func(answer rpc.FindingsResponse, err error) {
				s.findings.busy = false
				s.findings.known[c.ID] = knownFindings{kindAndEntries: asked, list: answer.Findings, err: err}
				s.rev.details++
				if s.tab == tabFindings {
					s.askFindings()
				}
			})
		return
	}
}
