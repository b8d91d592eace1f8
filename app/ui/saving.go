package ui

import (
	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// saveAs has the engine write something, and offers it as a file of that name.
// done, if it is not nil, is called at the end, with the size.
func (s *store) saveAs(request rpc.SaveAsRequest, name, mediaType string, progress func(engine.Progress), done func(rpc.SaveAsResponse, error)) (cancel func()) {
	var parts browser.Parts
	return s.fetchParts(&parts, request, progress, func(answer rpc.SaveAsResponse, err error) {
		if err == nil {
			browser.SaveParts(name, mediaType, &parts)
		}
		done(answer, err)
	})
}

// fetchParts collects what the engine writes.
func (s *store) fetchParts(parts *browser.Parts, request rpc.SaveAsRequest, progress func(engine.Progress), done func(rpc.SaveAsResponse, error)) (cancel func()) {
	return rpc.Call(s.client, rpc.SaveAs, request, openOptions{Progress: collect(parts, progress)}, done)
}

// collect takes the parts out of reports of progress and hands the others on.
func collect(parts *browser.Parts, progress func(engine.Progress)) func(engine.Progress) {
	return func(p engine.Progress) {
		switch {
		case p.Part != nil:
			parts.Add(p.Part)
		case progress != nil:
			progress(p)
		}
	}
}

// saveExport offers all chains with all notes as one file.
func (s *store) saveExport() {
	s.tell("Writing the chain export…")
	s.saveAs(rpc.SaveAsRequest{Form: rpc.FormChain}, "chainglass.chain", "application/octet-stream", nil, func(answer rpc.SaveAsResponse, err error) {
		if err != nil {
			s.fail("The export could not be written", err)
			return
		}
		s.tell("Saved chainglass.chain, " + view.Bytes(answer.Bytes))
	})
}
