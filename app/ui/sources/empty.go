package sources

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/browser"
	"chainglass/app/page"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
)

// Empty is the page before anything is open.
type Empty struct {
	app.Compo
	Page *page.Page
	// Walking is how many files of a drop have been found so far.
	Walking int
}

// Render draws the drop zone and the other ways in.
func (e *Empty) Render() app.UI {
	sample, folderClass := browser.HasSample(), ""
	if !sample {
		folderClass = "primary"
	}
	e.Page.Yield()
	return app.Elem("main").Class("empty").Body(
		app.Div().Class("drop-zone").Body(
			app.Elem("h2").Text("Drop a node's storage folder"),
			app.Elem("p").Text("or any folder above it, a channel folder, a chain export, an archive of these"),
			app.Div().Class("ways-in").Body(
				app.If(sample, func() app.UI { return draw.Button("primary", "Open the sample incident", draw.Do(browser.OpenSample)) }),
				draw.Button(folderClass, "Choose folder…", draw.Do(browser.PickFolder), "folder"),
				draw.Button("", "Choose files…", draw.Do(browser.PickFiles), "files"),
			),
			e.walking(),
		),
		&pasteField{Page: e.Page, Name: "paste-empty"},
		app.Elem("p").Class("promise").Text("Everything happens in this tab. Nothing is sent anywhere, and what you open is only ever read."),
		WhatOpens(),
	)
}

func (e *Empty) walking() app.UI {
	text := ""
	if e.Walking > 0 {
		text = view.Plural(e.Walking, "file", "files") + " found so far"
	}
	return app.Elem("p").Class("walking").Role("status").Text(text)
}

// WhatOpens lists the things that can be opened.
func WhatOpens() app.UI {
	kinds := [...][2]string{
		{"RedEX channel folders", "manifest, v0000000001/{idx,dat,ts}, or flat idx dat ts"},
		{"Folders above them", "a node's base folder, a folder of nodes"},
		{"Archives", "zip, tar, gzip, zstd, known by their content"},
		{"Chain exports", ".chain, and pages made by Chainglass"},
		{"Records as text", "JSON, NDJSON, hex, base64"},
		{"Snapshots", "MeshOsSnapshot as JSON or postcard: the base of the folds"},
	}
	terms := make([]app.UI, 0, 2*len(kinds))
	for _, kind := range kinds {
		terms = append(terms, app.Elem("dt").Text(kind[0]), app.Elem("dd").Text(kind[1]))
	}
	return app.Elem("dl").Class("what-opens").Body(terms...)
}
