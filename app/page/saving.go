package page

import (
	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// saveAs has the engine write something, and offers it as a file of that name.
// done, if it is not nil, is called at the end, with the size.
func (p *Page) saveAs(request rpc.SaveAsRequest, name, mediaType string, progress func(engine.Progress), done func(rpc.SaveAsResponse, error)) (cancel func()) {
	parts := p.host.NewParts()
	return p.fetchParts(parts, request, progress, func(answer rpc.SaveAsResponse, err error) {
		if err == nil {
			p.host.SaveParts(name, mediaType, parts)
		}
		done(answer, err)
	})
}

// fetchParts collects what the engine writes.
func (p *Page) fetchParts(parts host.Parts, request rpc.SaveAsRequest, progress func(engine.Progress), done func(rpc.SaveAsResponse, error)) (cancel func()) {
	return rpc.Call(p.client, rpc.SaveAs, request, openOptions{Progress: collect(parts, progress)}, done)
}

// collect takes the parts out of reports of progress and hands the others on.
func collect(parts host.Parts, progress func(engine.Progress)) func(engine.Progress) {
	return func(p engine.Progress) {
		switch {
		case p.Part != nil:
			parts.Add(p.Part)
		case progress != nil:
			progress(p)
		}
	}
}

// SaveExport offers all chains with all notes as one file.
func (n *Notes) SaveExport() {
	n.page.Notice.tell("Writing the chain export…")
	n.page.saveAs(rpc.SaveAsRequest{Form: rpc.FormChain}, "chainglass.chain", "application/octet-stream", nil, func(answer rpc.SaveAsResponse, err error) {
		if err != nil {
			n.page.Notice.fail("The export could not be written", err)
			return
		}
		n.page.Notice.tell("Saved chainglass.chain, " + view.Bytes(answer.Bytes))
	})
}
