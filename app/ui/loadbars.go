package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/view"
)

// loadBars show what is being opened.
type loadBars struct {
	app.Compo
	Store *store
	// Rev changes with every report.
	Rev uint64
}

// loadRev sums up everything the bars show.
func (s *store) loadRev() uint64 {
	rev := uint64(len(s.loads))
	for _, l := range s.loads {
		rev = rev*31 + uint64(l.progress.BytesDone) + uint64(l.progress.ElapsedMS)<<20
		if l.cancelling {
			rev++
		}
	}
	return rev
}

// Render draws one bar for everything under way.
func (b *loadBars) Render() app.UI {
	b.Store.pace.Yield()
	bars := make([]app.UI, 0, len(b.Store.loads))
	for i, l := range b.Store.loads {
		bars = append(bars, b.bar(i, l))
	}
	return app.Div().Class("loads").Role("status").Body(bars...)
}

func (b *loadBars) bar(i int, l *load) app.UI {
	store := b.Store
	shown := view.LoadingOf(&l.progress)
	bar := app.Progress().Class("load-progress").Aria("label", "Opening "+l.label)
	if shown.Share >= 0 {
		bar = bar.Max(1000).Value(int(1000 * shown.Share))
	}
	word := "Cancel"
	if l.cancelling {
		word = "Cancelling"
	}
	return app.Div().Class("load").Body(
		app.Span().Class("load-label").Text(l.label),
		bar,
		app.Span().Class("load-figures data").Text(shown.Figures),
		app.Span().Class("load-current").Text(view.Shorten(shown.Current, 60)),
		app.Button().Type("button").Class("button", "cancel").Disabled(l.cancelling).Text(word).
			OnClick(do(func() { store.cancelLoad(store.loads[i]) }), app.EventScope("cancel", i)),
	)
}
