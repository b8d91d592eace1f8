package page

import (
	"context"
	"fmt"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/rpc"
	"chainglass/app/view"
)

// shareWork is something being made.
type shareWork struct {
	Text string
	// Share is how far it is, -1 where that is not known.
	Share      float64
	cancel     func()
	Cancelling bool
}

// maxCopy bounds what is copied of a table.
const (
	MaxCopyEntries = 10_000
	MaxCopyBytes   = 1 << 20
)

// Save makes what is chosen and offers it.
func (h *Sharing) Save() {
	if !h.Ready() {
		return
	}
	h.Said, h.Wrong, h.Link = "", "", ""
	switch info := h.Info(); h.Form {
	case FormPage:
		h.takeMade(h.LimitBytes, h.savePage)
	case FormLink:
		h.takeMade(maxLinkBytes, h.makeLink)
	case FormPNG:
		h.write(info, func(parts host.Parts) {
			name := h.name(info)
			h.page.host.SavePNG(name, parts, h.saved(name))
		})
	case FormChain:
		if h.Made != nil {
			h.takeMade(h.LimitBytes, func(_ *rpc.ShareResponse, parts host.Parts) { h.saveParts(info, parts) })
			return
		}
		fallthrough
	default:
		h.write(info, func(parts host.Parts) { h.saveParts(info, parts) })
	}
}

// saveParts offers parts as a file.
func (h *Sharing) saveParts(info *formInfo, parts host.Parts) {
	name, bytes := h.name(info), parts.Size()
	h.page.host.SaveParts(name, info.mediaType, parts)
	h.saved(name)(bytes, nil)
}

// takeMade takes what was made to be looked at, or else makes it first. It is the
// same that was looked at: another redaction would have other pseudonyms.
func (h *Sharing) takeMade(maxBytes int64, use func(made *rpc.ShareResponse, parts host.Parts)) {
	take := func(w *shareWork, made *rpc.ShareResponse) { h.fetchMade(w, made, use) }
	if made := h.Made; made != nil {
		h.Made = nil
		take(h.begin("handing over"), made)
		return
	}
	h.makeExport(h.Form != FormPage, maxBytes, take)
}

// name is the name of the file.
func (h *Sharing) name(info *formInfo) string {
	return h.FileName(info.Extension)
}

// FileName names a file of what is chosen.
func (h *Sharing) FileName(extension string) string {
	pack := h.Pack()
	return view.SharedName(&h.Size.Size, &pack, h.Redacted, h.Redacted && h.Redaction.ShiftTimes, extension)
}

// begin says that something is under way.
func (h *Sharing) begin(text string) *shareWork {
	h.Work = &shareWork{Text: text, Share: -1, cancel: func() {}}
	h.Rev++
	return h.Work
}

// progress takes reports of the work.
func (h *Sharing) progress(w *shareWork) func(engine.Progress) {
	return func(p engine.Progress) {
		w.Text, w.Share = view.ShareProgress(&p)
		h.Rev++
	}
}

// ended takes notice that the work has ended. It reports whether it went well.
func (h *Sharing) end(err error) bool {
	cancelled := h.Work != nil && h.Work.Cancelling
	h.Work = nil
	h.Rev++
	switch {
	case cancelled || err != nil && strings.Contains(err.Error(), context.Canceled.Error()):
		h.Said = "Cancelled. Nothing was saved."
		return false
	case err != nil:
		h.Wrong = err.Error()
		return false
	}
	return true
}

// Cancel ends what is under way.
func (h *Sharing) Cancel() {
	if w := h.Work; w != nil {
		w.Cancelling = true
		w.cancel()
		h.Rev++
	}
}

// saved says what was saved, within an event of the browser.
func (h *Sharing) saved(name string) func(bytes int64, err error) {
	return func(bytes int64, err error) {
		h.page.dispatch(func() {
			if !h.end(err) {
				return
			}
			h.Said = "Saved " + name + ", " + view.Bytes(bytes) + "."
			h.page.Notice.tell("Saved " + name + ", " + view.Bytes(bytes))
		})
	}
}

// write has the engine write a form and hands it to save.
func (h *Sharing) write(info *formInfo, save func(parts host.Parts)) {
	w := h.begin("writing")
	parts := h.page.host.NewParts()
	request := rpc.SaveAsRequest{Form: info.as, Table: h.table(), Title: h.Title, Redact: h.options()}
	request.FromNS, request.ToNS = h.timeRange()
	w.cancel = h.page.fetchParts(parts, request, h.progress(w), func(answer rpc.SaveAsResponse, err error) {
		if err != nil || w.Cancelling {
			h.end(err)
			return
		}
		if info.Form == FormChain || info.Form == FormMarkdown { // the others do not state the commitment
			h.keepSalt(answer.Redacted, h.name(info))
		}
		save(parts)
	})
}

// makeExport has the engine make an export and, if it may be that large, goes on
// with it.
func (h *Sharing) makeExport(noReport bool, maxBytes int64, next func(w *shareWork, made *rpc.ShareResponse)) {
	w := h.begin("choosing entries")
	request := rpc.ShareRequest{
		Pack: h.Pack(), Title: h.Title, Fragment: h.page.Address.current().Encode(),
		Redact: h.options(), NoReport: noReport, MaxBytes: min(maxBytes, h.LimitBytes),
	}
	w.cancel = rpc.Call(h.page.client, rpc.Share, request, openOptions{Progress: h.progress(w)}, func(made rpc.ShareResponse, err error) {
		switch {
		case err != nil || w.Cancelling:
			h.end(err)
		case made.TooLarge:
			h.end(nil)
			h.Wrong = "It came to " + view.Bytes(made.Bytes) + ", more than the " + view.Bytes(request.MaxBytes) + " that fit."
		default:
			next(w, &made)
		}
	})
}

// fetchMade fetches what was made.
func (h *Sharing) fetchMade(w *shareWork, made *rpc.ShareResponse, use func(made *rpc.ShareResponse, parts host.Parts)) {
	parts := h.page.host.NewParts()
	take := func(p engine.Progress) {
		parts.Add(p.Part)
		w.Text, w.Share = "handing over", float64(parts.Size())/float64(max(made.Bytes, 1))
		h.Rev++
	}
	w.cancel = rpc.Call(h.page.client, rpc.TakeShared, rpc.TakeSharedRequest{Number: made.Number}, openOptions{Progress: take}, func(_ rpc.Nothing, err error) {
		if err != nil || w.Cancelling {
			h.end(err)
			return
		}
		h.keepSalt(made.Redacted, h.name(h.Info()))
		use(made, parts)
	})
}

// savePage offers a page with what was made in it.
func (h *Sharing) savePage(made *rpc.ShareResponse, parts host.Parts) {
	if w := h.Work; w != nil {
		w.Text, w.Share, w.cancel = "writing the page", -1, func() {}
	}
	name := h.name(h.Info())
	carried := host.Carried{
		DataName: h.FileName("chain"),
		Title:    made.Title, Fragment: made.Fragment, Report: made.Report,
	}
	h.page.host.SavePage(name, carried, parts, h.saved(name))
}

// maxLinkBytes is the size of an export that is not even tried as a link.
const maxLinkBytes = 1 << 20

// makeLink makes a link that carries what was made, and copies it.
func (h *Sharing) makeLink(made *rpc.ShareResponse, parts host.Parts) {
	h.page.host.PackLink(parts, func(data string, err error) {
		h.page.dispatch(func() {
			if err != nil && strings.HasPrefix(err.Error(), "too large") {
				err = fmt.Errorf("%w. Filter the table or zoom in on the axis to take less, or save a page", err)
			}
			if !h.end(err) {
				return
			}
			link := h.page.host.LinkAddress() + "#" + data
			if made.Fragment != "" {
				link += "&" + made.Fragment
			}
			h.Link = link
			h.page.CopyText("Link", link)
		})
	})
}

// CopyLines copies what is chosen as lines, as far as a clipboard is good for.
func (h *Sharing) CopyLines() {
	if !h.Ready() {
		return
	}
	h.Said, h.Wrong = "", ""
	w := h.begin("writing")
	var text []byte
	request := rpc.SaveAsRequest{Form: h.Info().as, Table: h.table(), Title: h.Title, Redact: h.options(), MaxEntries: MaxCopyEntries, MaxBytes: MaxCopyBytes}
	request.FromNS, request.ToNS = h.timeRange()
	progress := h.progress(w)
	take := func(p engine.Progress) {
		if p.Part != nil {
			text = append(text, p.Part...)
			return
		}
		progress(p)
	}
	w.cancel = rpc.Call(h.page.client, rpc.SaveAs, request, openOptions{Progress: take}, func(answer rpc.SaveAsResponse, err error) {
		if !h.end(err) {
			return
		}
		h.page.CopyText(h.Info().Word, string(text))
		h.Said = copiedText(&answer)
	})
}

// copiedText says how much was copied.
func copiedText(answer *rpc.SaveAsResponse) string {
	if answer.Total == 0 {
		return "Copied, " + view.Bytes(answer.Bytes) + "."
	}
	text := "Copied " + view.Plural(answer.Entries, "entry", "entries") + ", " + view.Bytes(answer.Bytes) + "."
	if answer.Entries < answer.Total {
		text += " That is the beginning of " + view.Count(answer.Total) + ": at most " + view.Count(MaxCopyEntries) +
			" entries and " + view.Bytes(MaxCopyBytes) + " are copied. Save the rest as a file."
	}
	return text
}
