package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/engine"
	"chainglass/app/view"
)

// filterLine is the field for the query, with what is wrong with it, how it can
// go on and how much it keeps.
type filterLine struct {
	app.Compo
	Store *store
	Rev   uint64
}

// typingPause is how long typing has to rest before the query takes effect.
const typingPause = 120 * time.Millisecond

// OnMount shows the query that came with the address.
func (l *filterLine) OnMount(app.Context) {
	l.Store.putFilter(l.Store.shown.query)
}

// Render draws the line.
func (l *filterLine) Render() app.UI {
	l.Store.pace.Yield()
	f := &l.Store.shown.filter
	fault := l.fault()
	return app.Div().Class("filter").Role("search").Body(
		app.Div().Class("filter-field").Body(
			l.underline(fault),
			l.input(fault != nil),
			app.If(f.text != "", func() app.UI {
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
func (l *filterLine) fault() *engine.QueryFault {
	s := l.Store
	if s.shown.query == "" || s.shown.filter.text != s.shown.query {
		return nil
	}
	return s.shown.found.table.Fault
}

// underline lies behind the field and shows only where the fault is.
func (l *filterLine) underline(fault *engine.QueryFault) app.UI {
	f := &l.Store.shown.filter
	runs := view.FaultRuns(f.text, fault)
	parts := make([]app.UI, len(runs))
	for i, run := range runs {
		class := "fine"
		if run.Wrong {
			class = "wrong"
		}
		parts[i] = app.Span().Class(class).Text(run.Text)
	}
	return app.Div().Class("filter-underline data").Aria("hidden", true).Body(
		app.Span().Class("filter-runs").Style("transform", "translateX(%.0fpx)", -f.scrollPX).Body(parts...))
}

func (l *filterLine) input(faulty bool) app.UI {
	f := &l.Store.shown.filter
	keys := "ArrowDown ArrowUp Enter"
	if f.open && f.chosen >= 0 {
		keys += " Tab"
	}
	return app.Input().ID(filterID).Class("data").Type("text").Role("combobox").
		Aria("label", "Filter").Aria("autocomplete", "list").Aria("expanded", f.open).
		Aria("controls", suggestionsID).Aria("invalid", faulty).Aria("describedby", faultID).
		Aria("activedescendant", suggestionID(f.chosen)).
		Placeholder(`filter: outcome:failed reason:"timed out"`).Title("Filter (/), the language is in the help (?)").
		AutoComplete(false).Spellcheck(false).
		OnInput(l.onInput).OnKeyDown(l.onKey).DataSet(ownKeys, keys).OnFocus(l.onFocus).OnBlur(l.onBlur)
}

func suggestionID(i int) string {
	if i < 0 {
		return ""
	}
	return fmt.Sprintf("suggestion-%d", i)
}

func (l *filterLine) suggestions() app.UI {
	f := &l.Store.shown.filter
	list := app.Div().ID(suggestionsID).Class("suggestions").Role("listbox").Aria("label", "Suggestions")
	if !f.open {
		return list.Hidden(true)
	}
	options := make([]app.UI, 0, len(f.suggestions))
	for i, suggested := range f.suggestions {
		options = append(options, &suggestion{Store: l.Store, Index: i, Label: suggested.Label, Detail: suggested.Detail, Chosen: i == f.chosen})
	}
	return list.Body(options...)
}

// suggestion is one way to go on with the query.
type suggestion struct {
	app.Compo
	Store         *store
	Index         int
	Label, Detail string
	Chosen        bool
}

// Render draws the suggestion.
func (o *suggestion) Render() app.UI {
	return app.Div().ID(suggestionID(o.Index)).Class("suggestion").Role("option").Aria("selected", o.Chosen).
		OnMouseDown(o.onMouseDown).DataSet(keepsFocus, true).
		Body(
			app.Span().Class("suggestion-label data").Text(view.VisibleText(o.Label)),
			app.Span().Class("suggestion-detail").Text(o.Detail),
		)
}

// onMouseDown takes the suggestion; the field keeps the keyboard.
func (o *suggestion) onMouseDown(app.Context, app.Event) {
	o.Store.accept(o.Index)
}

// explanation says what is wrong and what would be right.
func (l *filterLine) explanation(fault *engine.QueryFault) app.UI {
	text, hint := "", ""
	if fault != nil {
		text, hint = view.VisibleText(fault.Text), view.VisibleText(fault.Hint)
	}
	return app.Div().ID(faultID).Class("filter-fault").Role("alert").Hidden(fault == nil || l.Store.shown.filter.open).Body(
		app.Span().Class("fault-text").Text(text),
		app.Span().Class("fault-hint").Text(hint),
	)
}

// remarks say, while the filter is edited, how it is understood.
func (l *filterLine) remarks(fault *engine.QueryFault) app.UI {
	f := &l.Store.shown.filter
	texts := l.remarkTexts(fault)
	if len(texts) == 0 || !f.focused || f.open {
		return nil
	}
	parts := make([]app.UI, len(texts))
	for i, text := range texts {
		parts[i] = app.Span().Class("fault-hint").Text(text)
	}
	return app.Div().Class("filter-fault", "remark").Role("status").Body(parts...)
}

// remarkTexts are the remarks on the query in effect.
func (l *filterLine) remarkTexts(fault *engine.QueryFault) []string {
	s := l.Store
	if fault != nil || s.shown.query == "" || s.shown.filter.text != s.shown.query {
		return nil
	}
	var texts []string
	for _, text := range s.shown.found.table.Remarks {
		texts = append(texts, view.VisibleText(text))
	}
	return texts
}

// count says how many entries are shown and how much has been searched.
func (l *filterLine) count(fault *engine.QueryFault) app.UI {
	s := l.Store
	f := s.active()
	if fault != nil || f.table.Total == 0 {
		return app.Span().Class("filter-count").Role("status")
	}
	count := view.FilterCountOf(&f.table, len(s.shownChains()), f.busy)
	var more app.UI
	if s.shown.query != "" {
		more = app.Span().Class("filter-searched").Text(count.Searched)
	}
	var remark app.UI
	if texts := l.remarkTexts(fault); len(texts) > 0 {
		remark = app.Span().Class("filter-remark").Title("%s", strings.Join(texts, "\n")).Text(texts[0])
	}
	var progress app.UI
	if f.busy && !f.table.Complete && f.table.Searched > 0 {
		progress = app.Span().Class("filter-busy").Body(
			app.Progress().Class("filter-progress").Max(100).Value(int(count.Share*100)).Aria("label", "Searching"),
			button("small", "Stop", do(s.active().stop)).ID("filter-stop"),
		)
	}
	return app.Span().Class("filter-count").Body(
		app.Span().Role("status").Title("%s, %s", count.Rows, count.Searched).Body(
			app.Span().Class("filter-rows data").Text(count.Rows), more),
		remark,
		progress,
	)
}

func (l *filterLine) onClear(app.Context, app.Event) {
	l.Store.putFilter("")
	l.Store.focusFilter()
}

func (l *filterLine) onInput(ctx app.Context, _ app.Event) {
	s, field := l.Store, ctx.JSSrc()
	s.typedFilter(field.Get("value").String(), field.Get("selectionStart").Int(), field.Get("scrollLeft").Float())
	typed := s.shown.filter.typed
	ctx.After(typingPause, func(app.Context) {
		if s.shown.filter.typed == typed {
			s.applyFilter()
		}
	})
}

func (l *filterLine) onFocus(app.Context, app.Event) {
	l.Store.shown.filter.focused = true
	if l.Store.shown.filter.text == "" {
		l.Store.suggest(0)
	}
}

func (l *filterLine) onBlur(app.Context, app.Event) { l.Store.leaveFilter() }

// onKey moves among the suggestions and takes them.
func (l *filterLine) onKey(ctx app.Context, e app.Event) {
	s := l.Store
	f := &s.shown.filter
	switch e.Get("key").String() {
	case "ArrowDown":
		l.choose(ctx, 1)
	case "ArrowUp":
		l.choose(ctx, -1)
	case "Enter":
		l.enter()
	case "Tab":
		if f.open && f.chosen >= 0 {
			s.accept(f.chosen)
		}
	default:
		ctx.PreventUpdate()
	}
}

func (l *filterLine) choose(ctx app.Context, step int) {
	s := l.Store
	if !s.shown.filter.open {
		s.suggest(view.ByteOffset(s.shown.filter.text, ctx.JSSrc().Get("selectionStart").Int()))
		return
	}
	s.chooseSuggestion(step)
	chosen := s.shown.filter.chosen
	ctx.Defer(func(app.Context) { browser.ElementByID(suggestionID(chosen)).ScrollIntoView() })
}

// enter takes the suggestion that the keyboard is on, or else what was typed.
func (l *filterLine) enter() {
	s := l.Store
	if f := &s.shown.filter; f.open && f.chosen >= 0 {
		s.accept(f.chosen)
		return
	}
	s.closeSuggestions()
	s.applyFilter()
	s.shown.filter.pushed = false
}
