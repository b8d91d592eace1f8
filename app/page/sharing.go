package page

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chainglass/app/engine"
	"chainglass/app/host"
	"chainglass/app/redact"
	"chainglass/app/rpc"
	"chainglass/app/share"
	"chainglass/app/view"
	"chainglass/wire/postcard"
)

// Sharing is what the share sheet chooses and what has come of it.
type Sharing struct {
	page *Page
	Rev  uint64
	// Filtered takes what the table shows instead of everything, InView only the
	// time that the axis shows.
	Filtered, InView bool
	Form             ShareForm
	Title            string
	// Redacted redacts, by these options.
	Redacted  bool
	Redaction redact.Options

	// Size answers how much is chosen, once Known is true.
	Size   rpc.PackSizeResponse
	Known  bool
	sizing Newest[rpc.Nothing, rpc.PackSizeResponse]
	// Measured answers how large it comes to in the chosen form.
	Measured  rpc.MeasureResponse
	measuring Newest[rpc.Nothing, rpc.MeasureResponse]

	// Work is what is under way, nil for nothing.
	Work *shareWork
	// Made is what the engine keeps to be looked at and taken, nil for nothing.
	Made *rpc.ShareResponse
	// Said is what came of the last work, Wrong why it failed; Link is a link that
	// was made.
	Said, Wrong, Link string
	// Salt is that of the last redacted file, SaltOf its name; SaltShown is set once
	// the sender has asked for it. again makes the preview once more after a choice in
	// it.
	Salt, SaltOf     string
	SaltShown, again bool
	// LimitBytes is how large an export in a page may be.
	LimitBytes int64
}

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

func newSharing(p *Page) Sharing {
	return Sharing{page: p, Form: FormPage, LimitBytes: share.MaxPageBytes}
}

// ShareForm is a form to share in.
type ShareForm string

// The forms.
const (
	FormPage     ShareForm = "page"
	FormChain    ShareForm = "chain"
	FormLink     ShareForm = "link"
	FormNDJSON   ShareForm = "ndjson"
	FormCSV      ShareForm = "csv"
	FormMarkdown ShareForm = "markdown"
	FormSVG      ShareForm = "svg"
	FormPNG      ShareForm = "png"
)

// formInfo describes a form.
type formInfo struct {
	Form ShareForm
	// Word names it, What says what it is for.
	Word, What string
	// Extension and mediaType are those of its file.
	Extension, mediaType string
	// as is what the engine writes, "" where the page has to be made of it.
	as rpc.Form
}

// ShareForms are in the order in which they are offered.
var ShareForms = [...]formInfo{
	{FormPage, "Page", "One HTML file with the viewer and the entries in it. It opens by double-click, with the network off, at the place you are at now.", "html", "text/html", ""},
	{FormChain, "Chain export", "The entries with their bytes, times and checksums as they are, notes included. Drop it here, or turn it into folders with “chainglass import”.", "chain", "application/octet-stream", rpc.FormChain},
	{FormLink, "Link", "A few kilobytes of entries that travel in the address of this page. They are in the part that no server gets to see.", "", "", ""},
	{FormNDJSON, "JSON lines", "An entry a line, as “chainglass cat” prints them, in the order of the table.", "ndjson", "application/x-ndjson", rpc.FormNDJSON},
	{FormCSV, "CSV", "A row an entry, for spreadsheets. Import 64-bit numbers as text: spreadsheets round them. What begins like a formula (=, +, -, @) gets an apostrophe in front.", "csv", "text/csv", rpc.FormCSV},
	{FormMarkdown, "Write-up", "Findings, notes, counts and the last failures as Markdown, for a ticket.", "md", "text/markdown", rpc.FormMarkdown},
	{FormSVG, "Axis as SVG", "The time axis as a drawing that scales.", "svg", "image/svg+xml", rpc.FormSVG},
	{FormPNG, "Axis as PNG", "The time axis as a picture.", "png", "image/png", rpc.FormSVG},
}

// Info describes the chosen form.
func (h *Sharing) Info() *formInfo {
	for i := range ShareForms {
		if ShareForms[i].Form == h.Form {
			return &ShareForms[i]
		}
	}
	return &ShareForms[0]
}

// Open lays the share sheet over the page.
func (h *Sharing) Open() {
	if h.page.Sources.Empty() {
		return
	}
	h.Said, h.Wrong, h.Link = "", "", ""
	h.Filtered = h.Filtered && h.page.Shown.Narrowed()
	h.InView = h.InView && h.page.Axis.Zoomed
	h.page.Sheets.Open(SheetShare)
	h.Changed()
}

// Changed takes notice of another choice.
func (h *Sharing) Changed() {
	h.Rev++
	h.Said, h.Wrong, h.Link = "", "", ""
	h.drop()
	h.Known = false
	h.endMeasuring()
	spec := h.Pack()
	h.sizing.replace(rpc.Nothing{}, func(_ rpc.Nothing, answer func(rpc.PackSizeResponse, error)) func() {
		rpc.Call(h.page.client, rpc.PackSize, spec, openOptions{}, answer)
		return nil
	}, h.sized)
}

// sized takes how much is chosen.
func (h *Sharing) sized() {
	h.Rev++
	answer, err := h.sizing.Last(), h.sizing.Err()
	h.Size, h.Known = rpc.PackSizeResponse{}, err == nil
	if err != nil {
		h.Wrong = "The size is not known: " + err.Error()
		return
	}
	h.Size = *answer
	switch {
	case answer.Fault != nil:
		h.Wrong = "The filter is none: " + answer.Fault.Error()
	case h.again:
		h.again = false
		h.Preview()
	case answer.Size.Entries > 0:
		h.measure()
	}
}

// ChooseTexts changes what of texts leaves, and shows what leaves then.
func (h *Sharing) ChooseTexts(change func(o *redact.Options)) {
	change(&h.Redaction)
	h.again = true
	h.Changed()
}

// Moved returns the lists with an item in the first and not in the second: an item
// that was in the second is only taken out of that.
func Moved(to, from []string, item string) (newTo, newFrom []string) {
	if i := slices.Index(from, item); i >= 0 {
		return to, slices.Delete(slices.Clone(from), i, i+1)
	}
	if slices.Contains(to, item) {
		return to, from
	}
	return append(slices.Clip(to), item), from
}

// keepSalt takes the salt of a file that goes under a name.
func (h *Sharing) keepSalt(r *redact.Summary, name string) {
	if r != nil {
		h.Salt, h.SaltOf, h.SaltShown = redact.SaltText(r.Salt), name, false
	}
}

// SaveSalt offers the salt as a file.
func (h *Sharing) SaveSalt() {
	name := h.SaltOf + ".salt"
	h.page.host.Save(name, "text/plain", []byte(h.Salt+"\n"))
	h.page.Notice.tell("Saved " + name)
}

// measure asks how large what is chosen comes to. Nobody waits for it.
func (h *Sharing) measure() {
	h.endMeasuring()
	if h.page.Sheets.Sheet != SheetShare {
		return // it was closed meanwhile
	}
	request := rpc.MeasureRequest{
		SaveAsRequest: rpc.SaveAsRequest{Form: h.Info().measured(), Table: h.table(), Title: h.Title, Redact: h.options()},
		Fragment:      h.page.Address.current().Encode(),
	}
	request.FromNS, request.ToNS = h.timeRange()
	if h.Made != nil {
		request.Number = h.Made.Number
	}
	if h.Form == FormPNG {
		return // How large a picture is, a browser knows once it has made it.
	}
	h.measuring.replace(rpc.Nothing{}, func(_ rpc.Nothing, answer func(rpc.MeasureResponse, error)) func() {
		return rpc.Call(h.page.client, rpc.Measure, request, openOptions{}, answer)
	}, func() {
		h.Rev++
		if answer := h.measuring.Last(); answer != nil {
			h.Measured = *answer
		}
	})
}

// Measuring reports whether it is being measured.
func (h *Sharing) Measuring() bool { return h.measuring.Busy() }

// endMeasuring forgets what was measured, and ends what is being.
func (h *Sharing) endMeasuring() {
	h.measuring.stop()
	h.Measured = rpc.MeasureResponse{}
}

// measured is the form that is asked about.
func (f *formInfo) measured() rpc.Form {
	switch f.Form {
	case FormPage:
		return rpc.FormPage
	case FormLink:
		return rpc.FormLink
	}
	return f.as
}

// SetTitle takes another title. What was made has the one before.
func (h *Sharing) SetTitle(title string) {
	h.Title = title
	h.Rev++
	h.drop()
}

// table describes the table of what is chosen.
func (h *Sharing) table() engine.TableSpec {
	if h.Filtered {
		return h.page.Shown.spec(h.page.Shown.Query)
	}
	return engine.TableSpec{Order: h.page.Shown.Order}
}

// timeRange is the time that is chosen.
func (h *Sharing) timeRange() (fromNS, toNS postcard.Option[uint64]) {
	if !h.InView {
		return fromNS, toNS
	}
	span := h.page.Axis.Scale.Span
	return postcard.Some(span.FromNS), postcard.Some(span.ToNS)
}

// Pack describes what is chosen.
func (h *Sharing) Pack() engine.PackSpec {
	table := h.table()
	spec := engine.PackSpec{Chains: table.Chains, Where: table.Query, Zone: table.Zone, NoStory: h.Form == FormLink}
	spec.FromNS, spec.ToNS = h.timeRange()
	return spec
}

// TooLarge reports whether what is chosen would not open as a page.
func (h *Sharing) TooLarge() bool {
	return h.Form == FormPage && h.Known && h.Size.Size.ExportBytes > h.LimitBytes
}

// Ready reports whether there is something to save.
func (h *Sharing) Ready() bool {
	return h.Work == nil && h.Known && h.Size.Fault == nil && h.Size.Size.Entries > 0 && !h.TooLarge()
}

// options are how to redact, nil for not at all.
func (h *Sharing) options() *redact.Options {
	if !h.Redacted {
		return nil
	}
	options := h.Redaction
	return &options
}

// drop has the engine forget what it keeps.
func (h *Sharing) drop() {
	if h.Made == nil {
		return
	}
	h.Made = nil
	rpc.Call(h.page.client, rpc.DropShared, rpc.Nothing{}, openOptions{}, func(rpc.Nothing, error) {})
}

// Preview makes what is chosen, to be looked at before it is saved.
func (h *Sharing) Preview() {
	if h.Ready() {
		h.makeExport(false, h.LimitBytes, func(w *shareWork, made *rpc.ShareResponse) {
			h.end(nil)
			h.Made = made
			h.sizing.stop()
			h.measure()
		})
	}
}

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
