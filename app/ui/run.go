// Package ui is what the user sees.
package ui

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
)

// Conn is the page's end of the channel to the engine.
type Conn interface {
	Post(message []byte, files []browser.Files)
	Listen(receive func(message []byte), crashed func(error))
	Restart()
}

// Run shows the page until the program ends. The page is one component,
// whatever the address is: a file somewhere on a disk, a folder on a server.
func Run(conn Conn) {
	app.RouteWithRegexp("", func() app.Composer { return &root{conn: conn} })
	app.RunWhenOnBrowser()
}

// root is the page.
type root struct {
	app.Compo
	conn   Conn
	status string
	files  string
}

func (r *root) OnMount(ctx app.Context) {
	r.status = "waiting for the engine"
	r.conn.Listen(
		func(message []byte) {
			ctx.Dispatch(func(app.Context) { r.status = string(message) })
		},
		func(err error) {
			ctx.Dispatch(func(app.Context) { r.status = "the engine stopped: " + err.Error() })
		})
	r.conn.Post([]byte("ping"), nil)
	browser.ListenIntake(browser.Intake{
		Files: func(origin browser.Origin, files browser.Files, notes []string) {
			r.conn.Post([]byte("open"), []browser.Files{files})
			ctx.Dispatch(func(app.Context) {
				r.files = fmt.Sprintf("%s: %d files, %d bytes %q", origin, files.Count, files.TotalBytes, notes)
			})
		},
	})
	browser.OpenCarried()
}

func (r *root) Render() app.UI {
	return app.Main().Style("margin", "16px").Body(
		app.H1().Text("Chainglass"),
		app.P().ID("status").Text(r.status),
		app.P().ID("files").Text(r.files),
		app.Button().ID("sample").Text("Sample").OnClick(r.onSample),
	)
}

func (r *root) onSample(app.Context, app.Event) { browser.OpenSample() }
