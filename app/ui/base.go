package ui

import (
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// takeBase makes a snapshot that came by itself the state that the folds of the
// selected chain's node start from.
func (s *store) takeBase(l *load, o *engine.Opened) {
	info := s.info()
	if info == nil || len(o.Bases) == 0 || l.source != 0 || o.Cancelled {
		return
	}
	chain := info.ID
	request := rpc.SetBaseRequest{Chain: chain, From: o.Source}
	rpc.Call(s.client, rpc.SetBase, request, openOptions{}, func(answer rpc.SetBaseResponse, err error) {
		info := s.chains[chain]
		switch {
		case err != nil:
			s.fail("The snapshot could not be taken as a base", err)
			return
		case info == nil:
			return // closed meanwhile
		}
		s.state.forget()
		s.time.pinned.diff.forget()
		s.selectTab(tabSnapshot)
		s.tell("The folds of " + view.VisibleText(info.Name()) + " start from " + view.VisibleText(answer.Origin))
	})
}
