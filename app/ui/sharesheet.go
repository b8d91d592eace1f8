package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/view"
)

// shareSheet is where one chooses what to hand over and in what form.
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
type shareSheet struct {
	app.Compo
	Store *store
	Rev   uint64
}

const (
	shareTitleID = "share-title"
	shareLinkID  = "shared-link"
	// maxTitle bounds a title.
	maxTitle = 120
)

// OnMount fills the field and puts the cursor into it.
func (c *shareSheet) OnMount(app.Context) {
	field := browser.ElementByID(shareTitleID)
	field.SetText(c.Store.share.title)
	field.Focus()
}

// Render draws the sheet.
func (c *shareSheet) Render() app.UI {
	c.Store.pace.Yield()
	return sheetOf(c.Store, "Share or save",
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

func (c *shareSheet) title() app.UI {
	return app.Elem("label").Class("share-part").Body(
		app.Span().Class("share-head").Text("Title"),
		app.Input().ID(shareTitleID).Type("text").AutoComplete(false).MaxLength(maxTitle).
			Placeholder("from the nodes and the day").OnInput(c.onTitle),
	)
}

func (c *shareSheet) onTitle(app.Context, app.Event) {
	c.Store.setShareTitle(browser.ElementByID(shareTitleID).Text())
}

// choice is a button that is pressed or not.
func choice(id, word, title string, pressed, possible bool, run func()) app.UI {
	return app.Button().Type("button").ID(id).Class("segment").Aria("pressed", pressed).Disabled(!possible).
		Title("%s", title).Text(word).OnClick(do(run), app.EventScope(id))
}

// choose changes a choice.
func (c *shareSheet) choose(change func(h *sharing)) func() {
	return func() {
		change(&c.Store.share)
		c.Store.shareChanged()
	}
}

// what chooses the entries.
func (c *shareSheet) what() app.UI {
	s := c.Store
	h := &s.share
	idle := h.work == nil
	table := "What the table shows"
	if !s.hasFilter() {
		table = "The table shows everything"
	}
	return app.Div().Class("share-part").Body(
		app.Span().Class("share-head").ID("share-what").Text("What goes"),
		app.Div().Class("share-choices").Body(
			app.Div().Class("segments").Role("group").Aria("labelledby", "share-what").Body(
				choice("share-all", "Everything open", "All chains with all entries, notes and base snapshots", !h.filtered, idle, c.choose(func(h *sharing) { h.filtered = false })),
				choice("share-table", table, c.filterText(), h.filtered, idle && s.hasFilter(), c.choose(func(h *sharing) { h.filtered = true })),
			),
			app.Div().Class("segments").Role("group").Aria("label", "Time").Body(
				choice("share-ever", "All times", "", !h.inView, idle, c.choose(func(h *sharing) { h.inView = false })),
				choice("share-view", c.viewText(), "Only the time that the axis shows. Zoom in on the axis to choose one.", h.inView, idle && s.time.zoomed, c.choose(func(h *sharing) { h.inView = true })),
			),
		),
	)
}

// account says how much is chosen, how large the file will be, and what does not go.
func (c *shareSheet) account() app.UI {
	return app.Div().Class("share-part share-account").Body(
		app.Elem("p").Class("share-size data").ID("share-size").Role("status").Text(c.sizeText()),
		app.Elem("p").Class("share-size data").ID("share-bytes").Role("status").Text(c.bytesText()),
		c.leftOut(),
	)
}

// leftOut names what does not go, and why.
func (c *shareSheet) leftOut() app.UI {
	s := c.Store
	h := &s.share
	if !h.known || h.size.Fault != nil || h.size.Size.Entries == 0 {
		return nil
	}
	all := 0
	for _, info := range s.allChains() {
		all += info.Entries
	}
	pack, span := s.packSpec(), ""
	if h.inView {
		span = c.viewText()
	}
	lines := h.measured.Left
	if text := view.LeftText(all-h.size.Size.Entries, all, pack.Where, span); text != "" {
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
func (c *shareSheet) filterText() string {
	s := c.Store
	text := view.Plural(len(s.shownChains()), "chain", "chains")
	if s.shown.query != "" {
		text += ", filter: " + view.VisibleText(s.shown.query)
	}
	return text
}

// viewText names the time that the axis shows.
func (c *shareSheet) viewText() string {
	t := &c.Store.time
	if !t.zoomed || t.axis.Empty() {
		return "The time in view"
	}
	return t.axis.Range().Short(c.Store.zone())
}

// sizeText says how much is chosen.
func (c *shareSheet) sizeText() string {
	h := &c.Store.share
	switch {
	case !h.known:
		return "Counting…"
	case h.size.Fault != nil:
		return ""
	case h.size.Size.Entries == 0:
		return "Nothing is left of what was chosen."
	}
	text := view.PackText(&h.size.Size, c.Store.zone())
	if carried := view.CarriedText(&h.measured.Packed); carried != "" {
		text += " · " + carried
	}
	return text
}

// bytesText says how large the file will be, as far as that is known.
func (c *shareSheet) bytesText() string {
	h := &c.Store.share
	switch m := &h.measured; {
	case h.measuring != nil:
		return "Measuring…"
	case !m.Known:
		return ""
	case h.form == formPage:
		viewer := browser.ViewerBytes()
		return "About " + view.Bytes(viewer+m.Bytes) + ": the viewer " + view.Bytes(viewer) + ", the data " + view.Bytes(m.Bytes)
	default:
		return view.Bytes(m.Bytes)
	}
}

// forms chooses the form.
func (c *shareSheet) forms() app.UI {
	h := &c.Store.share
	choices := make([]app.UI, len(shareForms))
	for i := range shareForms {
		f := &shareForms[i]
		choices[i] = choice("share-"+string(f.form), f.word, f.what, h.form == f.form, h.work == nil, c.choose(func(h *sharing) { h.form = f.form }))
	}
	return app.Div().Class("share-part").Body(
		app.Span().Class("share-head").ID("share-as").Text("As"),
		app.Div().Class("segments share-forms").Role("group").Aria("labelledby", "share-as").Body(choices...),
		app.Elem("p").Class("hint").Text(h.info().what),
	)
}

// refusal says why what is chosen cannot be a page, and what could.
func (c *shareSheet) refusal() app.UI {
	s := c.Store
	h := &s.share
	if !h.tooLarge() {
		return nil
	}
	var offers []app.UI
	offer := func(possible bool, id, word string, change func(h *sharing)) {
		if possible {
			offers = append(offers, button("small", word, do(c.choose(change)), id).ID(id))
		}
	}
	offer(s.time.zoomed && !h.inView, "offer-view", "Only "+c.viewText(), func(h *sharing) { h.inView = true })
	offer(s.hasFilter() && !h.filtered, "offer-table", "Only what the table shows", func(h *sharing) { h.filtered = true })
	offer(true, "offer-chain", "As a chain export", func(h *sharing) { h.form = formChain })
	return app.Div().Class("card").ID("share-refusal").Role("alert").Body(
		mark("warning", "too large"),
		app.Div().Class("card-body").Body(
			app.Elem("h3").Text("Too large for one page"),
			app.Elem("p").Class("card-detail").Text("A page carries at most "+view.Bytes(h.limitBytes)+
				": a browser holds all of a page in memory, several times over while it opens. Zoom in on the axis or filter the table to take less, or send a chain export: it may be of any size."),
			app.Div().Class("share-offers").Body(offers...),
		),
	)
}

// end saves, and says how that goes and went.
func (c *shareSheet) end() app.UI {
	s := c.Store
	h := &s.share
	info := h.info()
	word := "Save " + s.sharedFile(info.extension)
	if h.form == formLink {
		word = "Make a link"
	}
	lines := h.form == formNDJSON || h.form == formCSV || h.form == formMarkdown
	return app.Div().Class("share-part share-end").Body(
		app.Div().Class("share-buttons").Body(
			app.Button().Type("submit").ID("share-save").Class("button", "primary").Disabled(!h.ready()).Text(word),
			app.If(lines, func() app.UI {
				return button("", "Copy", do(s.copyShared), "copy").ID("share-copy").Disabled(!h.ready()).
					Title("%s", "At most "+view.Count(maxCopyEntries)+" entries and "+view.Bytes(maxCopyBytes))
			}),
			c.working(),
		),
		app.Elem("p").Class("share-said").ID("share-said").Role("status").Text(h.said),
		app.If(h.wrong != "", func() app.UI {
			return app.Elem("p").Class("share-wrong").ID("share-wrong").Role("alert").Body(visible(h.wrong)...)
		}),
		c.link(),
		c.salt(),
	)
}

// working shows what is under way.
func (c *shareSheet) working() app.UI {
	w := c.Store.share.work
	if w == nil {
		return nil
	}
	bar := app.Progress().Class("load-progress").Aria("label", "Saving")
	if w.share >= 0 {
		bar = bar.Max(1000).Value(int(1000 * w.share))
	}
	word := "Cancel"
	if w.cancelling {
		word = "Cancelling"
	}
	return app.Div().Class("share-working").Body(
		bar,
		app.Span().Class("data").ID("share-working").Text(w.text),
		button("small", word, do(c.Store.cancelShare), "cancel").ID("share-cancel").Disabled(w.cancelling),
	)
}

// link shows a link that was made.
func (c *shareSheet) link() app.UI {
	s := c.Store
	link := s.share.link
	if link == "" {
		return nil
	}
	return app.Div().Class("share-link").Body(
		app.Elem("code").ID(shareLinkID).Class("data").TabIndex(0).Aria("label", "The link").Text(link),
		app.Div().Class("share-buttons").Body(
			button("", "Copy the link", do(func() { s.copyText("Link", link) }), "link").ID("share-copy-link"),
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

func (c *shareSheet) onSubmit(_ app.Context, e app.Event) {
	e.PreventDefault()
	c.Store.saveShared()
}
