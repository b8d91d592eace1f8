package share

import (
	"fmt"
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/redact"
	"chainglass/app/rpc"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// redaction chooses how to redact.
func (c *Sheet) redaction() app.UI {
	h := &c.Page.Sharing
	idle := h.Work == nil
	mode := func(redacted bool, texts redact.TextMode) func() {
		return c.choose(func(h *page.Sharing) { h.Redacted, h.Redaction.Texts = redacted, texts })
	}
	is := func(texts redact.TextMode) bool { return h.Redacted && h.Redaction.Texts == texts }
	shift := func(on bool) func() { return c.choose(func(h *page.Sharing) { h.Redaction.ShiftTimes = on }) }
	return app.Div().Class("share-part").Body(
		app.Span().Class("share-head").ID("share-redaction").Text("Redaction"),
		app.Div().Class("share-choices").Body(
			app.Div().Class("segments").Role("group").Aria("labelledby", "share-redaction").Body(
				choice("redact-off", "As it is", "Nothing is changed", !h.Redacted, idle, mode(false, 0)),
				choice("redact-template", "Keep the wording", "Ids and names become pseudonyms; texts keep known words and measures and lose everything else", is(redact.TextTemplate), idle, mode(true, redact.TextTemplate)),
				choice("redact-drop", "Drop all texts", "Ids and names become pseudonyms; nothing of a text is left", is(redact.TextDrop), idle, mode(true, redact.TextDrop)),
			),
			app.If(h.Redacted, func() app.UI {
				return app.Div().Class("segments").Role("group").Aria("label", "Times").Body(
					choice("times-kept", "Keep times", "", !h.Redaction.ShiftTimes, idle, shift(false)),
					choice("times-shifted", "Shift times", "All times move by one random amount", h.Redaction.ShiftTimes, idle, shift(true)),
				)
			}),
			app.If(h.Redacted, func() app.UI {
				return draw.Button("", "Show what leaves", draw.Do(c.Page.Sharing.Preview), "preview").ID("share-preview").Disabled(!h.Ready() || h.Made != nil)
			}),
		),
		app.Elem("p").Class("hint").Text(redactionHint(h)),
	)
}

// redactionHint says what is done.
func redactionHint(h *page.Sharing) string {
	if !h.Redacted {
		return "Node, daemon, operator and peer ids, names and reasons leave as they are."
	}
	text := "Nodes, daemons, chains, peers and operators get pseudonyms that hold throughout; sequence and findings stay. The result is searched for every original before it is handed out."
	if h.Title != "" {
		text += " The title leaves as you wrote it."
	}
	return text
}

// preview shows what leaves, once it was made.
func (c *Sheet) preview() app.UI {
	made := c.Page.Sharing.Made
	if made == nil || made.Redacted == nil {
		return nil
	}
	return app.Div().Class("share-part share-preview").ID("share-leaves").Role("region").Aria("label", "What leaves").TabIndex(0).Body(
		c.samples(made),
		c.templates(made.Redacted),
		c.review(made.Redacted),
		c.classes(made.Redacted),
	)
}

// classes counts what leaves by sort.
func (c *Sheet) classes(r *redact.Summary) app.UI {
	rows := make([]app.UI, 0, len(r.Classes)+1)
	rows = append(rows, app.Elem("tr").Body(
		app.Elem("th").Attr("scope", "col").Text("what leaves"), app.Elem("th").Attr("scope", "col").Text("as it was"),
		app.Elem("th").Attr("scope", "col").Text("replaced"), app.Elem("th").Attr("scope", "col").Text("removed")))
	for _, class := range r.Classes {
		rows = append(rows, app.Elem("tr").Body(
			app.Elem("th").Attr("scope", "row").Text(classWord(class.Class)),
			app.Elem("td").Text(view.Count(class.Kept)), app.Elem("td").Text(view.Count(class.Replaced)), app.Elem("td").Text(view.Count(class.Dropped))))
	}
	said := fmt.Sprintf("%s and %s. Searched for %s of originals: none is left.",
		view.Plural(r.Entries, "entry", "entries"), view.Plural(r.Notes, "note", "notes"), view.Plural(r.PatternsSearched, "pattern", "patterns"))
	if r.PayloadsDropped > 0 {
		said += " " + view.Plural(r.PayloadsDropped, "payload is", "payloads are") + " removed: no known records."
	}
	return app.Div().Class("share-part").Body(
		app.Elem("p").Text(said),
		app.Elem("table").Class("share-table data").Body(rows...),
	)
}

// classWord names a class of values by what is in it.
func classWord(c redact.Class) string {
	switch c {
	case redact.ClassOrder:
		return "sequence numbers, action ids"
	case redact.ClassState:
		return "outcomes and states"
	case redact.ClassMeasure:
		return "counts, sizes, delays"
	case redact.ClassTime:
		return "times"
	case redact.ClassKind:
		return "action kinds and the like"
	case redact.ClassDerived:
		return "made anew: checksums, origins"
	}
	return c.String()
}

// templates lists the texts that leave: those with numbers that stay, those whose
// numbers are replaced, and the others. A button moves one to the other group.
func (c *Sheet) templates(r *redact.Summary) app.UI {
	var stay, replaced, others []app.UI
	for i := range r.Templates {
		t := &r.Templates[i]
		switch {
		case t.Stays > 0:
			stay = append(stay, c.template(t, t.Example, "Hide the numbers", func(o *redact.Options) { o.Hide, o.Keep = page.Moved(o.Hide, o.Keep, t.Original) }))
		case t.Numbers && !t.Fixed:
			replaced = append(replaced, c.template(t, t.Text, "Keep the numbers", func(o *redact.Options) { o.Keep, o.Hide = page.Moved(o.Keep, o.Hide, t.Original) }))
		default:
			others = append(others, c.template(t, t.Text, "", nil))
		}
	}
	head := view.Plural(r.TemplateCount, "different text leaves", "different texts leave") + "; # is a value"
	if more := r.TemplateCount - len(r.Templates); more > 0 {
		head += fmt.Sprintf("; the first %s:", view.Count(len(r.Templates)))
	}
	return app.Elem("details").Class("fold").Attr("open", len(r.Templates) <= 30).Body(
		app.Elem("summary").Text(head),
		group("share-stay", "Numbers stay in these", stay),
		group("share-replaced", "Numbers are replaced in these", replaced),
		group("share-others", "No number in these, or one that the record itself has", others),
	)
}

// group is a headed list, nothing if it is empty.
func group(id, head string, items []app.UI) app.UI {
	if len(items) == 0 {
		return nil
	}
	return app.Div().ID(id).Body(app.Elem("p").Class("hint").Text(head), app.Elem("ul").Class("share-texts data").Body(items...))
}

// template is one text, with a button that moves it.
func (c *Sheet) template(t *redact.TemplateCount, text, word string, move func(o *redact.Options)) app.UI {
	body := append([]app.UI{app.Span().Class("share-count").Text(view.Count(t.Count) + "×")}, draw.Visible(text)...)
	switch {
	case t.Held:
		body = append(body, app.Span().Class("hint").Text(" hidden: in some text the number is an id"))
	case t.Withheld > 0:
		body = append(body, app.Span().Class("hint").Text(" "+view.Plural(t.Withheld, "value is an id or a name and stays", "values are ids or names and stay")+" hidden"))
	}
	if move != nil && t.Original != "" {
		body = append(body, app.Text(" "), draw.Button("small", word, draw.Do(func() { c.Page.Sharing.ChooseTexts(move) }), word, t.Original).
			Disabled(c.Page.Sharing.Work != nil).Aria("label", word+": "+view.VisibleText(t.Text)))
	}
	return app.Elem("li").Body(body...)
}

// review lists the ordinary words that may be names, and those that are taken out.
func (c *Sheet) review(r *redact.Summary) app.UI {
	var items []app.UI
	add := func(word, said, action string, change func(o *redact.Options)) {
		items = append(items, app.Elem("li").Body(append(draw.Visible(word+said+" "), draw.Button("small", action, draw.Do(func() { c.Page.Sharing.ChooseTexts(change) }), action, word).
			Disabled(c.Page.Sharing.Work != nil).Aria("label", action+" “"+word+"”"))...))
	}
	for i := range r.Review {
		w := &r.Review[i]
		said := ", in " + view.Plural(w.Count, "text", "texts") + " as “" + w.Example + "”"
		if w.PartOfName {
			said = ", a part of a name" + said
		}
		add(w.Word, said, "Replace", func(o *redact.Options) { o.Replace = append(slices.Clip(o.Replace), w.Word) })
	}
	for _, word := range c.Page.Sharing.Redaction.Replace {
		add(word, ", replaced", "Keep", func(o *redact.Options) {
			o.Replace = slices.DeleteFunc(slices.Clone(o.Replace), func(other string) bool { return other == word })
		})
	}
	return group("share-review", "Ordinary words that may be names here:", items)
}

// salt offers the salt of the last redacted file.
func (c *Sheet) salt() app.UI {
	h := &c.Page.Sharing
	if h.Salt == "" {
		return nil
	}
	return app.Div().Class("share-part").ID("share-salt").Body(
		app.Elem("p").Class("hint").Text(h.SaltOf+" commits to its original. Its salt shows of which original it is, and lets whoever has it check guesses of what was replaced. Keep it to yourself; it is gone when you leave this page."),
		app.Div().Class("share-buttons").Body(
			app.If(h.SaltShown, func() app.UI {
				return app.Elem("code").Class("data").ID("share-salt-text").TabIndex(0).Aria("label", "The salt").Text(h.Salt)
			}).Else(func() app.UI {
				return draw.Button("", "Show the salt", draw.Do(func() { h.SaltShown = true; h.Rev++ }), "salt").ID("share-show-salt")
			}),
			draw.Button("", "Save the salt", draw.Do(c.Page.Sharing.SaveSalt), "save salt").ID("share-save-salt"),
		),
	)
}

// samples shows entries as they will be seen.
func (c *Sheet) samples(made *rpc.ShareResponse) app.UI {
	var rows []app.UI
	for i := range made.Samples {
		sample := &made.Samples[i]
		rows = append(rows, app.Elem("tr").Body(app.Elem("th").Attr("scope", "colgroup").Attr("colspan", 5).Text(view.VisibleText(sample.Chain.Name()))))
		for k := range sample.Rows {
			rows = append(rows, c.sampleRow(&sample.Rows[k]))
		}
	}
	return app.Div().Class("share-part").Body(
		app.Elem("p").Text("Some entries as they will be seen:"),
		app.Elem("table").Class("share-table share-sample data").Body(rows...),
	)
}

func (c *Sheet) sampleRow(r *engine.Row) app.UI {
	at := view.Absent
	if r.TSNS.Some {
		at = c.Page.Zone().Full(r.TSNS.Value / 1e6)
	}
	text := r.Text
	if r.Error != "" {
		text = r.Error
	}
	return app.Elem("tr").Body(
		app.Elem("td").Text(view.Count(r.Seq)), app.Elem("td").Text(at),
		app.Elem("td").Text(view.VisibleText(r.Kind)), app.Elem("td").Text(view.OutcomeOf(r.Outcome).Word),
		app.Elem("td").Class("share-text").Body(draw.Visible(text)...))
}
