package share

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Sheet is where one chooses what to hand over and in what form.
//
//	title
//	what goes     everything, or the rows of the table; all times, or the time in view
//	form          a page, an export, a link, lines, a write-up, a drawing
//	redaction     none, or how
//	account       how much goes, what stays, and the preview
//	the end       save, copy, how far it is, what came of it
//
// The account comes after all that is chosen, and changes while it is counted: nothing
// moves that somebody may be about to press.
type Sheet struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

const (
	shareTitleID = "share-title"
	shareLinkID  = "shared-link"
	// maxTitle bounds a title.
	maxTitle = 120
)

// OnMount fills the field and puts the cursor into it.
func (c *Sheet) OnMount(app.Context) {
	field := browser.ElementByID(shareTitleID)
	field.SetText(c.Page.Sharing.Title)
	field.Focus()
}

// Render draws the sheet.
func (c *Sheet) Render() app.UI {
	c.Page.Yield()
	return draw.Sheet(c.Page, "Share or save",
		app.Elem("form").Class("share").OnSubmit(c.onSubmit).Body(
			c.title(),
			c.what(),
			c.forms(),
			c.redaction(),
			c.account(),
			c.preview(),
			c.refusal(),
			c.end(),
		))
}

func (c *Sheet) title() app.UI {
	return app.Elem("label").Class("share-part").Body(
		app.Span().Class("share-head").Text("Title"),
		app.Input().ID(shareTitleID).Type("text").AutoComplete(false).MaxLength(maxTitle).
			Placeholder("from the nodes and the day").OnInput(c.onTitle),
	)
}

func (c *Sheet) onTitle(app.Context, app.Event) {
	c.Page.Sharing.SetTitle(browser.ElementByID(shareTitleID).Text())
}

// choice is a button that is pressed or not.
func choice(id, word, title string, pressed, possible bool, run func()) app.UI {
	return app.Button().Type("button").ID(id).Class("segment").Aria("pressed", pressed).Disabled(!possible).
		Title("%s", title).Text(word).OnClick(draw.Do(run), app.EventScope(id))
}

// choose changes a choice.
func (c *Sheet) choose(change func(h *page.Sharing)) func() {
	return func() {
		change(&c.Page.Sharing)
		c.Page.Sharing.Changed()
	}
}

// what chooses the entries.
func (c *Sheet) what() app.UI {
	s := c.Page
	h := &s.Sharing
	idle := h.Work == nil
	table := "What the table shows"
	if !s.Shown.Narrowed() {
		table = "The table shows everything"
	}
	return app.Div().Class("share-part").Body(
		app.Span().Class("share-head").ID("share-what").Text("What goes"),
		app.Div().Class("share-choices").Body(
			app.Div().Class("segments").Role("group").Aria("labelledby", "share-what").Body(
				choice("share-all", "Everything open", "All chains with all entries, notes and base snapshots", !h.Filtered, idle, c.choose(func(h *page.Sharing) { h.Filtered = false })),
				choice("share-table", table, c.filterText(), h.Filtered, idle && s.Shown.Narrowed(), c.choose(func(h *page.Sharing) { h.Filtered = true })),
			),
			app.Div().Class("segments").Role("group").Aria("label", "Time").Body(
				choice("share-ever", "All times", "", !h.InView, idle, c.choose(func(h *page.Sharing) { h.InView = false })),
				choice("share-view", c.viewText(), "Only the time that the axis shows. Zoom in on the axis to choose one.", h.InView, idle && s.Axis.Zoomed, c.choose(func(h *page.Sharing) { h.InView = true })),
			),
		),
	)
}

// account says how much is chosen, how large the file will be, and what does not go.
func (c *Sheet) account() app.UI {
	return app.Div().Class("share-part share-account").Body(
		app.Elem("p").Class("share-size data").ID("share-size").Role("status").Text(c.sizeText()),
		app.Elem("p").Class("share-size data").ID("share-bytes").Role("status").Text(c.bytesText()),
		c.leftOut(),
	)
}

// leftOut names what does not go, and why.
func (c *Sheet) leftOut() app.UI {
	s := c.Page
	h := &s.Sharing
	if !h.Known || h.Size.Fault != nil || h.Size.Size.Entries == 0 {
		return nil
	}
	all := 0
	for _, info := range s.Sources.AllChains() {
		all += info.Entries
	}
	pack, span := s.Sharing.Pack(), ""
	if h.InView {
		span = c.viewText()
	}
	lines := h.Measured.Left
	if text := view.LeftText(all-h.Size.Size.Entries, all, pack.Where, span); text != "" {
		lines = append([]string{text}, lines...)
	}
	if len(lines) == 0 {
		return nil
	}
	items := make([]app.UI, len(lines))
	for i, line := range lines {
		items[i] = app.Elem("li").Text(line)
	}
	return app.Elem("ul").Class("share-left hint").ID("share-left").Body(items...)
}

// filterText says what the table shows.
func (c *Sheet) filterText() string {
	s := c.Page
	text := view.Plural(len(s.Shown.Chains()), "chain", "chains")
	if s.Shown.Query != "" {
		text += ", filter: " + view.VisibleText(s.Shown.Query)
	}
	return text
}

// viewText names the time that the axis shows.
func (c *Sheet) viewText() string {
	t := &c.Page.Axis
	if !t.Zoomed || t.Scale.Empty() {
		return "The time in view"
	}
	return t.Scale.Range().Short(c.Page.Zone())
}

// sizeText says how much is chosen.
func (c *Sheet) sizeText() string {
	h := &c.Page.Sharing
	switch {
	case !h.Known:
		return "Counting…"
	case h.Size.Fault != nil:
		return ""
	case h.Size.Size.Entries == 0:
		return "Nothing is left of what was chosen."
	}
	text := view.PackText(&h.Size.Size, c.Page.Zone())
	if carried := view.CarriedText(&h.Measured.Packed); carried != "" {
		text += " · " + carried
	}
	return text
}

// bytesText says how large the file will be, as far as that is known.
func (c *Sheet) bytesText() string {
	h := &c.Page.Sharing
	switch m := &h.Measured; {
	case h.Measuring():
		return "Measuring…"
	case !m.Known:
		return ""
	case h.Form == page.FormPage:
		viewer := browser.ViewerBytes()
		return "About " + view.Bytes(viewer+m.Bytes) + ": the viewer " + view.Bytes(viewer) + ", the data " + view.Bytes(m.Bytes)
	default:
		return view.Bytes(m.Bytes)
	}
}

// forms chooses the form.
func (c *Sheet) forms() app.UI {
	h := &c.Page.Sharing
	choices := make([]app.UI, len(page.ShareForms))
	for i := range page.ShareForms {
		f := &page.ShareForms[i]
		choices[i] = choice("share-"+string(f.Form), f.Word, f.What, h.Form == f.Form, h.Work == nil, c.choose(func(h *page.Sharing) { h.Form = f.Form }))
	}
	return app.Div().Class("share-part").Body(
		app.Span().Class("share-head").ID("share-as").Text("As"),
		app.Div().Class("segments share-forms").Role("group").Aria("labelledby", "share-as").Body(choices...),
		app.Elem("p").Class("hint").Text(h.Info().What),
	)
}

// refusal says why what is chosen cannot be a page, and what could.
func (c *Sheet) refusal() app.UI {
	s := c.Page
	h := &s.Sharing
	if !h.TooLarge() {
		return nil
	}
	var offers []app.UI
	offer := func(possible bool, id, word string, change func(h *page.Sharing)) {
		if possible {
			offers = append(offers, draw.Button("small", word, draw.Do(c.choose(change)), id).ID(id))
		}
	}
	offer(s.Axis.Zoomed && !h.InView, "offer-view", "Only "+c.viewText(), func(h *page.Sharing) { h.InView = true })
	offer(s.Shown.Narrowed() && !h.Filtered, "offer-table", "Only what the table shows", func(h *page.Sharing) { h.Filtered = true })
	offer(true, "offer-chain", "As a chain export", func(h *page.Sharing) { h.Form = page.FormChain })
	return app.Div().Class("card").ID("share-refusal").Role("alert").Body(
		draw.Mark("warning", "too large"),
		app.Div().Class("card-body").Body(
			app.Elem("h3").Text("Too large for one page"),
			app.Elem("p").Class("card-detail").Text("A page carries at most "+view.Bytes(h.LimitBytes)+
				": a browser holds all of a page in memory, several times over while it opens. Zoom in on the axis or filter the table to take less, or send a chain export: it may be of any size."),
			app.Div().Class("share-offers").Body(offers...),
		),
	)
}

// end saves, and says how that goes and went.
func (c *Sheet) end() app.UI {
	s := c.Page
	h := &s.Sharing
	info := h.Info()
	word := "Save " + s.Sharing.FileName(info.Extension)
	if h.Form == page.FormLink {
		word = "Make a link"
	}
	lines := h.Form == page.FormNDJSON || h.Form == page.FormCSV || h.Form == page.FormMarkdown
	return app.Div().Class("share-part share-end").Body(
		app.Div().Class("share-buttons").Body(
			app.Button().Type("submit").ID("share-save").Class("button", "primary").Disabled(!h.Ready()).Text(word),
			app.If(lines, func() app.UI {
				return draw.Button("", "Copy", draw.Do(s.Sharing.CopyLines), "copy").ID("share-copy").Disabled(!h.Ready()).
					Title("%s", "At most "+view.Count(page.MaxCopyEntries)+" entries and "+view.Bytes(page.MaxCopyBytes))
			}),
			c.working(),
		),
		app.Elem("p").Class("share-said").ID("share-said").Role("status").Text(h.Said),
		app.If(h.Wrong != "", func() app.UI {
			return app.Elem("p").Class("share-wrong").ID("share-wrong").Role("alert").Body(draw.Visible(h.Wrong)...)
		}),
		c.link(),
		c.salt(),
	)
}

// working shows what is under way.
func (c *Sheet) working() app.UI {
	w := c.Page.Sharing.Work
	if w == nil {
		return nil
	}
	bar := app.Elem("progress").Class("load-progress").Aria("label", "Saving")
	if w.Share >= 0 {
		bar = bar.Attr("max", 1000).Attr("value", int(1000*w.Share))
	}
	word := "Cancel"
	if w.Cancelling {
		word = "Cancelling"
	}
	return app.Div().Class("share-working").Body(
		bar,
		app.Span().Class("data").ID("share-working").Text(w.Text),
		draw.Button("small", word, draw.Do(c.Page.Sharing.Cancel), "cancel").ID("share-cancel").Disabled(w.Cancelling),
	)
}

// link shows a link that was made.
func (c *Sheet) link() app.UI {
	s := c.Page
	link := s.Sharing.Link
	if link == "" {
		return nil
	}
	return app.Div().Class("share-link").Body(
		app.Elem("code").ID(shareLinkID).Class("data").TabIndex(0).Aria("label", "The link").Text(link),
		app.Div().Class("share-buttons").Body(
			draw.Button("", "Copy the link", draw.Do(func() { s.CopyText("Link", link) }), "link").ID("share-copy-link"),
			app.Span().Class("hint").Text(linkHint(link)),
		),
	)
}

// linkHint says what to mind about a link. One that begins with "#" was made where
// the address of the page is a secret.
func linkHint(link string) string {
	hint := view.Plural(len(link), "character", "characters") + ". Some chats and mail programs cut long links: check that it arrives whole."
	if strings.HasPrefix(link, "#") {
		hint += " Put it behind the address of a Chainglass page that the reader can open: this page has a secret address, which the link leaves out."
	}
	return hint
}

func (c *Sheet) onSubmit(_ app.Context, e app.Event) {
	e.PreventDefault()
	c.Page.Sharing.Save()
}
