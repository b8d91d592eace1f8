package draw

import (
	"strings"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/view"
)

// Visible returns text that may hold anything, with stand-ins for characters
// that cannot be seen.
func Visible(text string) []app.UI {
	runs := view.Visible(text)
	parts := make([]app.UI, len(runs))
	for i, run := range runs {
		if run.Mark {
			parts[i] = app.Span().Class("stand-in").Text(run.Text)
		} else {
			parts[i] = app.Span().Text(run.Text)
		}
	}
	return parts
}

// Bounded returns text cut at about a number of bytes, between two characters,
// and whether it was: a panel shows no megabytes.
func Bounded(text string, bytes int) (string, bool) {
	if len(text) <= bytes {
		return text, false
	}
	for bytes > 0 && !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes], true
}

// Mark returns the shape of a health or severity with its word for those who
// cannot see it. The shape is drawn by the style sheet.
func Mark(word, title string) app.UI {
	return app.Span().Class("mark", word).Role("img").Aria("label", word).Title("%s", title)
}

// Button returns a button of the page.
func Button(class, text string, onClick app.EventHandler, scope ...any) app.HTMLButton {
	return app.Button().Type("button").Class("button", class).Text(text).
		OnClick(onClick, app.EventScope(scope...))
}

// Do returns an event handler that ignores its event.
func Do(f func()) app.EventHandler { return func(app.Context, app.Event) { f() } }

// Lines returns text of our own that has line breaks, with what it quotes from
// files made visible.
func Lines(text string) []app.UI {
	var parts []app.UI
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			parts = append(parts, app.Elem("br"))
		}
		parts = append(parts, Visible(line)...)
	}
	return parts
}

// VisibleLines returns text whose line breaks are our own, for preformatted
// elements.
func VisibleLines(text string) []app.UI {
	var parts []app.UI
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			parts = append(parts, app.Text("\n"))
		}
		parts = append(parts, Visible(line)...)
	}
	return parts
}
