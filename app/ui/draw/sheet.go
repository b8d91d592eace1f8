package draw

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
)

// Sheet lays content over the page. A click beside it or Escape takes it away.
func Sheet(s *page.Page, title string, content ...app.UI) app.UI {
	head := app.Div().Class("sheet-head").Body(
		app.Elem("h2").Text(title),
		Button("quiet", "Close", Do(s.Sheets.Close)).ID(SheetCloseID),
	)
	return app.Div().Class("over").Body(
		app.Div().Class("backdrop shade").OnClick(Do(s.Sheets.Close)),
		sheetEdge(),
		app.Elem("section").Class("sheet").Role("dialog").Aria("modal", true).Aria("label", title).
			Body(append([]app.UI{head}, content...)...),
		sheetEdge(),
	)
}

// sheetEdge keeps the keyboard on the sheet: past its last element and before its
// first comes its button to close it.
func sheetEdge() app.UI {
	return app.Span().TabIndex(0).Class("off-screen").On("focus", Do(func() { browser.ElementByID(SheetCloseID).Focus() }))
}

// SheetCloseID is the id of the button that closes a sheet.
const SheetCloseID = "sheet-close"
