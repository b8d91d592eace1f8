package filter

import (
	"fmt"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Line is the field for the query, with what is wrong with it, how it can
// go on and how much it keeps.
type Line struct {
	app.Compo
	Page *page.Page
	Rev  uint64
}

// Ids of what belongs to the field.
const (
	suggestionsID = "filter-suggestions"
	faultID       = "filter-fault"
)

// typingPause is how long typing has to rest before the query takes effect.
const typingPause = 120 * time.Millisecond

// OnMount shows the query that came with the address.
func (l *Line) OnMount(app.Context) {
	l.Page.Filter.Put(l.Page.Shown.Query)
}

// Render draws the line.
func (l *Line) Render() app.UI {
	l.Page.Yield()
	f := &l.Page.Filter
	fault := l.fault()
	return app.Div().Class("filter").Role("search").Body(
		app.Div().Class("filter-field").Body(
			l.underline(fault),
			l.input(fault != nil),
			app.If(f.Text != "", func() app.UI {
				return app.Button().Type("button").Class("close filter-clear").Text("×").
					Title("Clear the filter (Escape)").Aria("label", "Clear the filter").OnClick(l.onClear)
			}),
			l.suggestions(),
			l.explanation(fault),
			l.remarks(fault),
		),
		l.count(fault),
	)
}

// fault is what is wrong with the query in effect.
func (l *Line) fault() *engine.QueryFault {
	s := l.Page
	if s.Shown.Query == "" || s.Filter.Text != s.Shown.Query {
		return nil
	}
	return s.Shown.Found.Table.Fault
}

// underline lies behind the field and shows only where the fault is.
func (l *Line) underline(fault *engine.QueryFault) app.UI {
	f := &l.Page.Filter
	runs := view.FaultRuns(f.Text, fault)
	parts := make([]app.UI, len(runs))
	for i, run := range runs {
		class := "fine"
		if run.Wrong {
			class = "wrong"
		}
		parts[i] = app.Span().Class(class).Text(run.Text)
	}
	return app.Div().Class("filter-underline data").Aria("hidden", true).Body(
		app.Span().Class("filter-runs").Style("transform", "translateX(%.0fpx)", -f.ScrollPX).Body(parts...))
}

func (l *Line) input(faulty bool) app.UI {
	f := &l.Page.Filter
	keys := "ArrowDown ArrowUp Enter"
	if f.Open && f.Chosen >= 0 {
		keys += " Tab"
	}
	return app.Input().ID(page.FilterID).Class("data").Type("text").Role("combobox").
		Aria("label", "Filter").Aria("autocomplete", "list").Aria("expanded", f.Open).
		Aria("controls", suggestionsID).Aria("invalid", faulty).Aria("describedby", faultID).
		Aria("activedescendant", suggestionID(f.Chosen)).
		Placeholder(`filter: outcome:failed reason:"timed out"`).Title("Filter (/), the language is in the help (?)").
		AutoComplete(false).Spellcheck(false).
		OnInput(l.onInput).OnKeyDown(l.onKey).DataSet(draw.OwnKeys, keys).OnFocus(l.onFocus).OnBlur(l.onBlur)
}

func suggestionID(i int) string {
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("suggestion-%d", i)
}

func (l *Line) suggestions() app.UI {
	f := &l.Page.Filter
	list := app.Div().ID(suggestionsID).Class("suggestions").Role("listbox").Aria("label", "Suggestions")
	if !f.Open {
		return list.Hidden(true)
	}
	options := make([]app.UI, 0, len(f.Suggestions))
	for i, suggested := range f.Suggestions {
		options = append(options, &suggestion{Page: l.Page, Index: i, Label: suggested.Label, Detail: suggested.Detail, Chosen: i == f.Chosen})
	}
	return list.Body(options...)
}

// suggestion is one way to go on with the query.
type suggestion struct {
	app.Compo
	Page          *page.Page
	Index         int
	Label, Detail string
	Chosen        bool
}

// Render draws the suggestion.
func (o *suggestion) Render() app.UI {
	return app.Div().ID(suggestionID(o.Index)).Class("suggestion").Role("option").Aria("selected", o.Chosen).
		OnMouseDown(o.onMouseDown).DataSet(draw.KeepsFocus, true).
		Body(
			app.Span().Class("suggestion-label data").Text(view.VisibleText(o.Label)),
			app.Span().Class("suggestion-detail").Text(o.Detail),
		)
}

// onMouseDown takes the suggestion; the field keeps the keyboard.
func (o *suggestion) onMouseDown(app.Context, app.Event) {
	o.Page.Filter.Accept(o.Index)
}

// explanation says what is wrong and what would be right.
func (l *Line) explanation(fault *engine.QueryFault) app.UI {
	text, hint := "", ""
	if fault != nil {
		text, hint = view.VisibleText(fault.Text), view.VisibleText(fault.Hint)
	}
	return app.Div().ID(faultID).Class("filter-fault").Role("alert").Hidden(fault == nil || l.Page.Filter.Open).Body(
		app.Span().Class("fault-text").Text(text),
		app.Span().Class("fault-hint").Text(hint),
	)
}

// remarks say, while the filter is edited, how it is understood.
func (l *Line) remarks(fault *engine.QueryFault) app.UI {
	f := &l.Page.Filter
	texts := l.remarkTexts(fault)
	if len(texts) == 0 || !f.Focused || f.Open {
		return nil
	}
	parts := make([]app.UI, len(texts))
	for i, text := range texts {
		parts[i] = app.Span().Class("fault-hint").Text(text)
	}
	return app.Div().Class("filter-fault", "remark").Role("status").Body(parts...)
}

// remarkTexts are the remarks on the query in effect.
func (l *Line) remarkTexts(fault *engine.QueryFault) []string {
	s := l.Page
	if fault != nil || s.Shown.Query == "" || s.Filter.Text != s.Shown.Query {
		return nil
	}
	var texts []string
	for _, text := range s.Shown.Found.Table.Remarks {
		texts = append(texts, view.VisibleText(text))
	}
	return texts
}

// count says how many entries are shown and how much has been searched.
func (l *Line) count(fault *engine.QueryFault) app.UI {
	s := l.Page
	f := s.Shown.Active()
	if fault != nil || f.Table.Total == 0 {
		return app.Span().Class("filter-count").Role("status")
	}
	count := view.FilterCountOf(&f.Table, len(s.Shown.Chains()), f.Busy())
	var more app.UI
	if s.Shown.Query != "" {
		more = app.Span().Class("filter-searched").Text(count.Searched)
	}
	var remark app.UI
	if texts := l.remarkTexts(fault); len(texts) > 0 {
		remark = app.Span().Class("filter-remark").Title("%s", strings.Join(texts, "\n")).Text(texts[0])
	}
	var progress app.UI
	if f.Busy() && !f.Table.Complete && f.Table.Searched > 0 {
		progress = app.Span().Class("filter-busy").Body(
			app.Elem("progress").Class("filter-progress").Attr("max", 100).Attr("value", int(count.Share*100)).Aria("label", "Searching"),
			draw.Button("small", "Stop", draw.Do(s.Shown.Active().Stop)).ID("filter-stop"),
		)
	}
	return app.Span().Class("filter-count").Body(
		app.Span().Role("status").Title("%s, %s", count.Rows, count.Searched).Body(
			app.Span().Class("filter-rows data").Text(count.Rows), more),
		remark,
		progress,
	)
}

func (l *Line) onClear(app.Context, app.Event) {
	l.Page.Filter.Put("")
	l.Page.Filter.Focus()
}

func (l *Line) onInput(ctx app.Context, _ app.Event) {
	s, field := l.Page, ctx.JSSrc()
	s.Filter.Typed(field.Get("value").String(), field.Get("selectionStart").Int(), field.Get("scrollLeft").Float())
	typed := s.Filter.Keystrokes
	ctx.After(typingPause, func(app.Context) {
		if s.Filter.Keystrokes == typed {
			s.Filter.Apply()
		}
	})
}

func (l *Line) onFocus(app.Context, app.Event) {
	l.Page.Filter.Focused = true
	if l.Page.Filter.Text == "" {
		l.Page.Filter.Suggest(0)
	}
}

func (l *Line) onBlur(app.Context, app.Event) { l.Page.Filter.Leave() }

// onKey moves among the suggestions and takes them.
func (l *Line) onKey(ctx app.Context, e app.Event) {
	s := l.Page
	f := &s.Filter
	switch e.Get("key").String() {
	case "ArrowDown":
		l.choose(ctx, 1)
	case "ArrowUp":
		l.choose(ctx, -1)
	case "Enter":
		l.enter()
	case "Tab":
		if f.Open && f.Chosen >= 0 {
			s.Filter.Accept(f.Chosen)
		}
	default:
		ctx.PreventUpdate()
	}
}

func (l *Line) choose(ctx app.Context, step int) {
	s := l.Page
	if !s.Filter.Open {
		s.Filter.Suggest(view.ByteOffset(s.Filter.Text, ctx.JSSrc().Get("selectionStart").Int()))
		return
	}
	s.Filter.Choose(step)
	chosen := s.Filter.Chosen
	ctx.Defer(func(app.Context) { browser.ElementByID(suggestionID(chosen)).ScrollIntoView() })
}

// enter takes the suggestion that the keyboard is on, or else what was typed.
func (l *Line) enter() {
	s := l.Page
	if f := &s.Filter; f.Open && f.Chosen >= 0 {
		s.Filter.Accept(f.Chosen)
		return
	}
	s.Filter.CloseSuggestions()
	s.Filter.Apply()
	s.Filter.Pushed = false
}
