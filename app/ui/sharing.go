package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/rpc"
	"chainglass/app/share"
	"chainglass/app/view"
	"chainglass/wire/postcard"
)

// sharing is what the share sheet chooses and what has come of it.
type sharing struct {
	rev uint64
	// filtered takes what the table shows instead of everything, inView only the
	// time that the axis shows.
	filtered, inView bool
	form             shareForm
	title            string
	// redacted redacts, by these options.
	redacted  bool
	redaction redact.Options

	// size answers how much is chosen. asked counts the questions: only the answer
	// to the last one is taken.
	size  rpc.PackSizeResponse
	known bool
	asked int
	// measured answers how large it comes to in the chosen form; measuring ends the
	// question, and is nil where there is none.
	measured  rpc.MeasureResponse
	measuring func()

	// work is what is under way, nil for nothing.
	work *shareWork
	// made is what the engine keeps to be looked at and taken, nil for nothing.
	made *rpc.ShareResponse
	// said is what came of the last work, wrong why it failed; link is a link that
	// was made.
	said, wrong, link string
	// salt is that of the last redacted file, saltOf its name; saltShown is set once
	// the sender has asked for it. again makes the preview once more after a choice in
	// it.
	salt, saltOf     string
	saltShown, again bool
	// limitBytes is how large an export in a page may be.
	limitBytes int64
}

// shareWork is something being made.
type shareWork struct {
	text string
	// share is how far it is, -1 where that is not known.
	share      float64
	cancel     func()
	cancelling bool
}

// maxCopy bounds what is copied of a table.
const (
	maxCopyEntries = 10_000
	maxCopyBytes   = 1 << 20
)

func newSharing() sharing { return sharing{form: formPage, limitBytes: share.MaxPageBytes} }

// shareForm is a form to share in.
type shareForm string

// The forms.
const (
	formPage     shareForm = "page"
	formChain    shareForm = "chain"
	formLink     shareForm = "link"
	formNDJSON   shareForm = "ndjson"
	formCSV      shareForm = "csv"
	formMarkdown shareForm = "markdown"
	formSVG      shareForm = "svg"
	formPNG      shareForm = "png"
)

// formInfo describes a form.
type formInfo struct {
	form shareForm
	// word names it, what says what it is for.
	word, what string
	// extension and mediaType are those of its file.
	extension, mediaType string
	// as is what the engine writes, "" where the page has to be made of it.
	as rpc.Form
}

// shareForms are in the order in which they are offered.
var shareForms = [...]formInfo{
	{formPage, "Page", "One HTML file with the viewer and the entries in it. It opens by double-click, with the network off, at the place you are at now.", "html", "text/html", ""},
	{formChain, "Chain export", "The entries with their bytes, times and checksums as they are, notes included. Drop it here, or turn it into folders with “chainglass import”.", "chain", "application/octet-stream", rpc.FormChain},
	{formLink, "Link", "A few kilobytes of entries that travel in the address of this page. They are in the part that no server gets to see.", "", "", ""},
	{formNDJSON, "JSON lines", "An entry a line, as “chainglass cat” prints them, in the order of the table.", "ndjson", "application/x-ndjson", rpc.FormNDJSON},
	{formCSV, "CSV", "A row an entry, for spreadsheets. Import 64-bit numbers as text: spreadsheets round them. What begins like a formula (=, +, -, @) gets an apostrophe in front.", "csv", "text/csv", rpc.FormCSV},
	{formMarkdown, "Write-up", "Findings, notes, counts and the last failures as Markdown, for a ticket.", "md", "text/markdown", rpc.FormMarkdown},
	{formSVG, "Axis as SVG", "The time axis as a drawing that scales.", "svg", "image/svg+xml", rpc.FormSVG},
	{formPNG, "Axis as PNG", "The time axis as a picture.", "png", "image/png", rpc.FormSVG},
}

// info describes the chosen form.
func (h *sharing) info() *formInfo {
	for i := range shareForms {
		if shareForms[i].form == h.form {
			return &shareForms[i]
		}
	}
	return &shareForms[0]
}

// openShare lays the share sheet over the page.
func (s *store) openShare() {
	if s.empty() {
		return
	}
	h := &s.share
	h.said, h.wrong, h.link = "", "", ""
	h.filtered = h.filtered && s.hasFilter()
	h.inView = h.inView && s.time.zoomed
	s.openSheet(sheetShare)
	s.shareChanged()
}

// hasFilter reports whether the table shows less than everything.
func (s *store) hasFilter() bool {
	return s.shown.query != "" || len(s.shownChains()) < len(s.allChains())
}

// shareChanged takes notice of another choice.
func (s *store) shareChanged() {
	h := &s.share
	h.rev++
	h.said, h.wrong, h.link = "", "", ""
	s.dropShared()
	h.asked++
	h.known = false
	s.endMeasuring()
	asked := h.asked
	rpc.Call(s.client, rpc.PackSize, s.packSpec(), openOptions{}, func(answer rpc.PackSizeResponse, err error) {
		if asked != h.asked {
			return
		}
		h.rev++
		h.size, h.known = answer, err == nil
		switch {
		case err != nil:
			h.wrong = "The size is not known: " + err.Error()
		case answer.Fault != nil:
			h.wrong = "The filter is none: " + answer.Fault.Error()
		case h.again:
			h.again = false
			s.previewShared()
		case answer.Size.Entries > 0:
			s.measureShared()
		}
	})
}

// chooseTexts changes what of texts leaves, and shows what leaves then.
func (s *store) chooseTexts(change func(o *redact.Options)) {
	h := &s.share
	change(&h.redaction)
	h.again = true
	s.shareChanged()
}

// moved returns the lists with an item in the first and not in the second: an item
// that was in the second is only taken out of that.
func moved(to, from []string, item string) (newTo, newFrom []string) {
	if i := slices.Index(from, item); i >= 0 {
		return to, slices.Delete(slices.Clone(from), i, i+1)
	}
	if slices.Contains(to, item) {
		return to, from
	}
	return append(slices.Clip(to), item), from
}

// keepSalt takes the salt of a file that goes under a name.
func (s *store) keepSalt(r *redact.Summary, name string) {
	if h := &s.share; r != nil {
		h.salt, h.saltOf, h.saltShown = redact.SaltText(r.Salt), name, false
	}
}

// saveSalt offers the salt as a file.
func (s *store) saveSalt() {
	h := &s.share
	name := h.saltOf + ".salt"
	browser.Save(name, "text/plain", []byte(h.salt+"\n"))
	s.tell("Saved " + name)
}

// measureShared asks how large what is chosen comes to. Nobody waits for it.
func (s *store) measureShared() {
	h := &s.share
	s.endMeasuring()
	if s.sheet != sheetShare {
		return // it was closed meanwhile
	}
	request := rpc.MeasureRequest{
		SaveAsRequest: rpc.SaveAsRequest{Form: h.info().measured(), Table: s.sharedTable(), Title: h.title, Redact: h.options()},
		Fragment:      s.currentPlace().Encode(),
	}
	request.FromNS, request.ToNS = s.sharedRange()
	if h.made != nil {
		request.Number = h.made.Number
	}
	if h.form == formPNG {
		return // How large a picture is, a browser knows once it has made it.
	}
	asked := h.asked
	h.measuring = rpc.Call(s.client, rpc.Measure, request, openOptions{}, func(answer rpc.MeasureResponse, err error) {
		if asked != h.asked {
			return
		}
		h.rev++
		h.measuring = nil
		if err == nil {
			h.measured = answer
		}
	})
}

// endMeasuring forgets what was measured, and ends what is being.
func (s *store) endMeasuring() {
	h := &s.share
	if h.measuring != nil {
		h.measuring()
		h.measuring = nil
	}
	h.measured = rpc.MeasureResponse{}
}

// measured is the form that is asked about.
func (f *formInfo) measured() rpc.Form {
	switch f.form {
	case formPage:
		return rpc.FormPage
	case formLink:
		return rpc.FormLink
	}
	return f.as
}

// setShareTitle takes another title. What was made has the one before.
func (s *store) setShareTitle(title string) {
	s.share.title = title
	s.share.rev++
	s.dropShared()
}

// sharedTable describes the table of what is chosen.
func (s *store) sharedTable() engine.TableSpec {
	if s.share.filtered {
		return s.spec(s.shown.query)
	}
	return engine.TableSpec{Order: s.shown.order}
}

// sharedRange is the time that is chosen.
func (s *store) sharedRange() (fromNS, toNS postcard.Option[uint64]) {
	if !s.share.inView {
		return fromNS, toNS
	}
	span := s.time.axis.Span
	return postcard.Some(span.FromNS), postcard.Some(span.ToNS)
}

// packSpec describes what is chosen.
func (s *store) packSpec() engine.PackSpec {
	table := s.sharedTable()
	spec := engine.PackSpec{Chains: table.Chains, Where: table.Query, Zone: table.Zone, NoStory: s.share.form == formLink}
	spec.FromNS, spec.ToNS = s.sharedRange()
	return spec
}

// tooLarge reports whether what is chosen would not open as a page.
func (h *sharing) tooLarge() bool {
	return h.form == formPage && h.known && h.size.Size.ExportBytes > h.limitBytes
}

// ready reports whether there is something to save.
func (h *sharing) ready() bool {
	return h.work == nil && h.known && h.size.Fault == nil && h.size.Size.Entries > 0 && !h.tooLarge()
}

// options are how to redact, nil for not at all.
func (h *sharing) options() *redact.Options {
	if !h.redacted {
		return nil
	}
	options := h.redaction
	return &options
}

// dropShared has the engine forget what it keeps.
func (s *store) dropShared() {
	if s.share.made == nil {
		return
	}
	s.share.made = nil
	rpc.Call(s.client, rpc.DropShared, rpc.Nothing{}, openOptions{}, func(rpc.Nothing, error) {})
}

// previewShared makes what is chosen, to be looked at before it is saved.
func (s *store) previewShared() {
	if s.share.ready() {
		s.makeShared(false, s.share.limitBytes, func(w *shareWork, made *rpc.ShareResponse) {
			s.endShare(nil)
			s.share.made = made
			s.share.asked++
			s.measureShared()
		})
	}
}

// saveShared makes what is chosen and offers it.
func (s *store) saveShared() {
	h := &s.share
	if !h.ready() {
		return
	}
	h.said, h.wrong, h.link = "", "", ""
	switch info := h.info(); h.form {
	case formPage:
		s.takeMade(h.limitBytes, s.savePage)
	case formLink:
		s.takeMade(maxLinkBytes, s.makeLink)
	case formPNG:
		s.writeShared(info, func(parts *browser.Parts) {
			name := s.sharedName(info)
			browser.SavePNG(name, parts, s.saved(name))
		})
	case formChain:
		if h.made != nil {
			s.takeMade(h.limitBytes, func(_ *rpc.ShareResponse, parts *browser.Parts) { s.saveParts(info, parts) })
			return
		}
		fallthrough
	default:
		s.writeShared(info, func(parts *browser.Parts) { s.saveParts(info, parts) })
	}
}

// saveParts offers parts as a file.
func (s *store) saveParts(info *formInfo, parts *browser.Parts) {
	name, bytes := s.sharedName(info), parts.Size()
	browser.SaveParts(name, info.mediaType, parts)
	s.saved(name)(bytes, nil)
}

// takeMade takes what was made to be looked at, or else makes it first. It is the
// same that was looked at: another redaction would have other pseudonyms.
func (s *store) takeMade(maxBytes int64, use func(made *rpc.ShareResponse, parts *browser.Parts)) {
	take := func(w *shareWork, made *rpc.ShareResponse) { s.takeShared(w, made, use) }
	if made := s.share.made; made != nil {
		s.share.made = nil
		take(s.beginShare("handing over"), made)
		return
	}
	s.makeShared(s.share.form != formPage, maxBytes, take)
}

// sharedName is the name of the file.
func (s *store) sharedName(info *formInfo) string {
	return s.sharedFile(info.extension)
}

// sharedFile names a file of what is chosen.
func (s *store) sharedFile(extension string) string {
	h := &s.share
	pack := s.packSpec()
	return view.SharedName(&h.size.Size, &pack, h.redacted, h.redacted && h.redaction.ShiftTimes, extension)
}

// begin says that something is under way.
func (s *store) beginShare(text string) *shareWork {
	s.share.work = &shareWork{text: text, share: -1, cancel: func() {}}
	s.share.rev++
	return s.share.work
}

// progress takes reports of the work.
func (s *store) shareProgress(w *shareWork) func(engine.Progress) {
	return func(p engine.Progress) {
		w.text, w.share = view.ShareProgress(&p)
		s.share.rev++
	}
}

// ended takes notice that the work has ended. It reports whether it went well.
func (s *store) endShare(err error) bool {
	h := &s.share
	cancelled := h.work != nil && h.work.cancelling
	h.work = nil
	h.rev++
	switch {
	case cancelled || err != nil && strings.Contains(err.Error(), context.Canceled.Error()):
		h.said = "Cancelled. Nothing was saved."
		return false
	case err != nil:
		h.wrong = err.Error()
		return false
	}
	return true
}

// cancelShare ends what is under way.
func (s *store) cancelShare() {
	if w := s.share.work; w != nil {
		w.cancelling = true
		w.cancel()
		s.share.rev++
	}
}

// saved says what was saved, within an event of the browser.
func (s *store) saved(name string) func(bytes int64, err error) {
	return func(bytes int64, err error) {
		s.dispatch(func() {
			if !s.endShare(err) {
				return
			}
			s.share.said = "Saved " + name + ", " + view.Bytes(bytes) + "."
			s.tell("Saved " + name + ", " + view.Bytes(bytes))
		})
	}
}

// writeShared has the engine write a form and hands it to save.
func (s *store) writeShared(info *formInfo, save func(parts *browser.Parts)) {
	w := s.beginShare("writing")
	var parts browser.Parts
	request := rpc.SaveAsRequest{Form: info.as, Table: s.sharedTable(), Title: s.share.title, Redact: s.share.options()}
	request.FromNS, request.ToNS = s.sharedRange()
	w.cancel = s.fetchParts(&parts, request, s.shareProgress(w), func(answer rpc.SaveAsResponse, err error) {
		if err != nil || w.cancelling {
			s.endShare(err)
			return
		}
		if info.form == formChain || info.form == formMarkdown { // the others do not state the commitment
			s.keepSalt(answer.Redacted, s.sharedName(info))
		}
		save(&parts)
	})
}

// makeShared has the engine make an export and, if it may be that large, goes on
// with it.
func (s *store) makeShared(noReport bool, maxBytes int64, next func(w *shareWork, made *rpc.ShareResponse)) {
	w := s.beginShare("choosing entries")
	request := rpc.ShareRequest{
		Pack: s.packSpec(), Title: s.share.title, Fragment: s.currentPlace().Encode(),
		Redact: s.share.options(), NoReport: noReport, MaxBytes: min(maxBytes, s.share.limitBytes),
	}
	w.cancel = rpc.Call(s.client, rpc.Share, request, openOptions{Progress: s.shareProgress(w)}, func(made rpc.ShareResponse, err error) {
		switch {
		case err != nil || w.cancelling:
			s.endShare(err)
		case made.TooLarge:
			s.endShare(nil)
			s.share.wrong = "It came to " + view.Bytes(made.Bytes) + ", more than the " + view.Bytes(request.MaxBytes) + " that fit."
		default:
			next(w, &made)
		}
	})
}

// takeShared fetches what was made.
func (s *store) takeShared(w *shareWork, made *rpc.ShareResponse, use func(made *rpc.ShareResponse, parts *browser.Parts)) {
	var parts browser.Parts
	take := func(p engine.Progress) {
		parts.Add(p.Part)
		w.text, w.share = "handing over", float64(parts.Size())/float64(max(made.Bytes, 1))
		s.share.rev++
	}
	w.cancel = rpc.Call(s.client, rpc.TakeShared, rpc.TakeSharedRequest{Number: made.Number}, openOptions{Progress: take}, func(_ rpc.Nothing, err error) {
		if err != nil || w.cancelling {
			s.endShare(err)
			return
		}
		s.keepSalt(made.Redacted, s.sharedName(s.share.info()))
		use(made, &parts)
	})
}

// savePage offers a page with what was made in it.
func (s *store) savePage(made *rpc.ShareResponse, parts *browser.Parts) {
	if w := s.share.work; w != nil {
		w.text, w.share, w.cancel = "writing the page", -1, func() {}
	}
	name := s.sharedName(s.share.info())
	carried := browser.Carried{
		DataName: s.sharedFile("chain"),
		Title:    made.Title, Fragment: made.Fragment, Report: made.Report,
	}
	browser.SavePage(name, carried, parts, s.saved(name))
}

// maxLinkBytes is the size of an export that is not even tried as a link.
const maxLinkBytes = 1 << 20

// makeLink makes a link that carries what was made, and copies it.
func (s *store) makeLink(made *rpc.ShareResponse, parts *browser.Parts) {
	browser.PackLink(parts, func(data string, err error) {
		s.dispatch(func() {
			if err != nil && strings.HasPrefix(err.Error(), "too large") {
				err = fmt.Errorf("%w. Filter the table or zoom in on the axis to take less, or save a page", err)
			}
			if !s.endShare(err) {
				return
			}
			link := browser.LinkAddress() + "#" + data
			if made.Fragment != "" {
				link += "&" + made.Fragment
			}
			s.share.link = link
			s.copyText("Link", link)
		})
	})
}

// copyShared copies what is chosen as lines, as far as a clipboard is good for.
func (s *store) copyShared() {
	h := &s.share
	if !h.ready() {
		return
	}
	h.said, h.wrong = "", ""
	w := s.beginShare("writing")
	var text []byte
	request := rpc.SaveAsRequest{Form: h.info().as, Table: s.sharedTable(), Title: h.title, Redact: h.options(), MaxEntries: maxCopyEntries, MaxBytes: maxCopyBytes}
	request.FromNS, request.ToNS = s.sharedRange()
	progress := s.shareProgress(w)
	take := func(p engine.Progress) {
		if p.Part != nil {
			text = append(text, p.Part...)
			return
		}
		progress(p)
	}
	w.cancel = rpc.Call(s.client, rpc.SaveAs, request, openOptions{Progress: take}, func(answer rpc.SaveAsResponse, err error) {
		if !s.endShare(err) {
			return
		}
		s.copyText(h.info().word, string(text))
		h.said = copiedText(&answer)
	})
}

// copiedText says how much was copied.
func copiedText(answer *rpc.SaveAsResponse) string {
	if answer.Total == 0 {
		return "Copied, " + view.Bytes(answer.Bytes) + "."
	}
	text := "Copied " + view.Plural(answer.Entries, "entry", "entries") + ", " + view.Bytes(answer.Bytes) + "."
	if answer.Entries < answer.Total {
		text += " That is the beginning of " + view.Count(answer.Total) + ": at most " + view.Count(maxCopyEntries) +
			" entries and " + view.Bytes(maxCopyBytes) + " are copied. Save the rest as a file."
	}
	return text
}

// copyPlace copies a link to what is shown, without the data.
func (s *store) copyPlace() {
	link := browser.Address()
	if place := s.currentPlace().Encode(); place != "" {
		link += "#" + place
	}
	s.copyText("Link to this place", link)
}

// copyRow copies the selected entry as one line.
func (s *store) copyRow() {
	if d, info := s.detail.last(), s.info(); d != nil && info != nil && d.Chain == s.chain && d.Row.Position == s.position {
		s.copyText("Row", view.RowTSV(info, &d.Row))
	}
}
