package draw

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Trouble is a card inside a panel.
func Trouble(title, text string) app.UI {
	return app.Div().Class("card").Role("alert").Body(
		Mark("damage", "problem"),
		app.Div().Class("card-body").Body(
			app.Elem("h3").Text(title),
			app.Elem("p").Class("card-detail").Body(Lines(text)...),
		),
	)
}
