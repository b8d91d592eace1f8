package record

import (
	"fmt"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/view"
)

// stored says where the entry lies and how it is checked.
func (p *Panel) stored(d *engine.Detail) app.UI {
	zone := p.Page.Zone()
	appended := view.Absent
	if d.Row.TSNS.Some {
		appended = zone.FullNS(d.Row.TSNS.Value)
	}
	rows := [][2]string{
		{"position", view.Count(d.Row.Position)},
		{"appended", appended},
		{"status", d.Row.Status.String()},
		{"payload", view.Plural(d.PayloadBytes, "byte", "bytes")},
	}
	switch {
	case d.Unchecked:
		rows = append(rows, [2]string{"checksum", view.Checksums(d)})
	case d.Location.IndexFile == "":
		rows = append(rows, [2]string{"flags", fmt.Sprintf("%#x", d.FlagsAndChecksum>>28)}, [2]string{"checksum", view.Checksums(d)})
	}
	if at := d.Location; at.PayloadFile != "" {
		rows = append(rows, [2]string{"bytes", view.FilePlace(at.PayloadFile, at.PayloadOffset)})
	}
	list := make([]app.UI, 0, 2*len(rows))
	for _, r := range rows {
		list = append(list, app.Elem("dt").Text(r[0]), app.Elem("dd").Class("data").Text(r[1]))
	}
	return app.Elem("details").Class("fold").Attr("open", true).Body(
		app.Elem("summary").Text("Entry"), app.Elem("dl").Class("stored").Body(list...), p.indexRow(d))
}

// indexRow takes the row of the index apart, the way the record is: pointing at
// a value lights its bytes. Its fields are numbered after those of the record.
func (p *Panel) indexRow(d *engine.Detail) app.UI {
	row, fields := view.IndexRow(d)
	if row == nil {
		return nil
	}
	base := len(d.Fields)
	list := make([]app.UI, len(fields))
	for i := range fields {
		list[i] = p.drawField(&fields[i], base+i, p.lit == base+i)
	}
	dump := view.HexDump(row, fields, hexLineBytes)
	bytes := make([]app.UI, len(dump))
	for i, line := range dump {
		for r := range line.Runs {
			line.Runs[r].Field += base
		}
		bytes[i] = p.hexLine(line, func(field int) bool { return field == p.lit })
	}
	at := fmt.Sprintf("Index row: %s at %s", view.VisibleText(d.Location.IndexFile), view.Count(d.Location.IndexOffset))
	return app.Div().Class("index-row").OnMouseOver(p.point).On("focusin", p.point).OnMouseLeave(p.unlight).Body(
		app.Elem("p").Class("hint").Text(at),
		app.Div().Class("fields").Body(list...),
		app.Div().Class("hex data").Body(bytes...),
	)
}
