package page

import (
	"slices"

	"chainglass/app/engine"
	"chainglass/app/redact"
	"chainglass/app/rpc"
	"chainglass/app/share"
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

func newSharing(p *Page) Sharing {
	return Sharing{page: p, Form: FormPage, LimitBytes: share.MaxPageBytes}
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
