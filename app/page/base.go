package page

import (
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// takeBase makes a snapshot that came by itself the state that the folds of the
// selected chain's node start from.
func (s *Sources) takeBase(l *Load, o *engine.Opened) {
	info := s.page.Selection.Info()
	if info == nil || len(o.Bases) == 0 || l.source != 0 || o.Cancelled {
		return
	}
	chain := info.ID
	request := rpc.SetBaseRequest{Chain: chain, From: o.Source}
	rpc.Call(s.page.client, rpc.SetBase, request, openOptions{}, func(answer rpc.SetBaseResponse, err error) {
		info := s.Chains[chain]
		switch {
		case err != nil:
			s.page.Notice.fail("The snapshot could not be taken as a base", err)
			return
		case info == nil:
			return // closed meanwhile
		}
		s.page.States.State.forget()
		s.page.States.Pinned.Diff.forget()
		s.page.Details.Open(TabSnapshot)
		s.page.Notice.tell("The folds of " + view.VisibleText(info.Name()) + " start from " + view.VisibleText(answer.Origin))
	})
}
