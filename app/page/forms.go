package page

import "chainglass/app/rpc"

// ShareForm is a form to share in.
type ShareForm string

// The forms.
const (
	FormPage     ShareForm = "page"
	FormChain    ShareForm = "chain"
	FormLink     ShareForm = "link"
	FormNDJSON   ShareForm = "ndjson"
	FormCSV      ShareForm = "csv"
	FormMarkdown ShareForm = "markdown"
	FormSVG      ShareForm = "svg"
	FormPNG      ShareForm = "png"
)

// formInfo describes a form.
type formInfo struct {
	Form ShareForm
	// Word names it, What says what it is for.
	Word, What string
	// Extension and mediaType are those of its file.
	Extension, mediaType string
	// as is what the engine writes, "" where the page has to be made of it.
	as rpc.Form
}

// ShareForms are in the order in which they are offered.
var ShareForms = [...]formInfo{
	{FormPage, "Page", "One HTML file with the viewer and the entries in it. It opens by double-click, with the network off, at the place you are at now.", "html", "text/html", ""},
	{FormChain, "Chain export", "The entries with their bytes, times and checksums as they are, notes included. Drop it here, or turn it into folders with “chainglass import”.", "chain", "application/octet-stream", rpc.FormChain},
	{FormLink, "Link", "A few kilobytes of entries that travel in the address of this page. They are in the part that no server gets to see.", "", "", ""},
	{FormNDJSON, "JSON lines", "An entry a line, as “chainglass cat” prints them, in the order of the table.", "ndjson", "application/x-ndjson", rpc.FormNDJSON},
	{FormCSV, "CSV", "A row an entry, for spreadsheets. Import 64-bit numbers as text: spreadsheets round them. What begins like a formula (=, +, -, @) gets an apostrophe in front.", "csv", "text/csv", rpc.FormCSV},
	{FormMarkdown, "Write-up", "Findings, notes, counts and the last failures as Markdown, for a ticket.", "md", "text/markdown", rpc.FormMarkdown},
	{FormSVG, "Axis as SVG", "The time axis as a drawing that scales.", "svg", "image/svg+xml", rpc.FormSVG},
	{FormPNG, "Axis as PNG", "The time axis as a picture.", "png", "image/png", rpc.FormSVG},
}

// Info describes the chosen form.
func (h *Sharing) Info() *formInfo {
	for i := range ShareForms {
		if ShareForms[i].Form == h.Form {
			return &ShareForms[i]
		}
	}
	return &ShareForms[0]
}

// measured is the form that is asked about.
func (f *formInfo) measured() rpc.Form {
	switch f.Form {
	case FormPage:
		return rpc.FormPage
	case FormLink:
		return rpc.FormLink
	}
	return f.as
}
