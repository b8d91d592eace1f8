package record

import (
	"fmt"
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"chainglass/app/engine"
	"chainglass/app/page"
	"chainglass/app/rpc"
	"chainglass/app/ui/draw"
	"chainglass/app/view"
	"chainglass/wire"
)

// Panel shows the selected entry: fields beside bytes.
type Panel struct {
	app.Compo
	Page *page.Page
	Rev  uint64

	// lit is the field pointed at, -1 for none.
	lit int
	// shownBytes is how much of the payload is shown of the entry at shownFor.
	shownBytes int
	shownFor   int
}

// Bytes of a payload shown at first and at most, and in one line. More lines
// would hold the page up; copies are whole.
const (
	hexFirstBytes = 512
	hexMostBytes  = 4096
	hexLineBytes  = 8
)

// OnInit begins with no field pointed at, and no entry shown.
func (p *Panel) OnInit() { p.lit, p.shownFor = -1, -1 }

// Render draws the panel.
func (p *Panel) Render() app.UI {
	p.Page.Yield()
	d := p.Page.Details.Detail.Last()
	switch {
	case p.Page.Details.Detail.Err() != nil:
		return draw.Trouble("The entry could not be read", p.Page.Details.Detail.Err().Error())
	case d == nil || p.Page.Selection.Position < 0:
		return app.Div().Class("panel-empty").Text("Select a record.")
	}
	if p.shownFor != d.Row.Position {
		p.shownFor, p.shownBytes, p.lit = d.Row.Position, hexFirstBytes, -1
	}
	return app.Div().Class("record").Body(
		p.head(d),
		p.fault(d),
		app.Div().Class("fields-and-bytes").
			OnMouseOver(p.point).On("focusin", p.point).OnMouseLeave(p.unlight).
			Body(
				draw.Part(p.Page, func() app.UI { return p.fields(d) }),
				draw.Part(p.Page, func() app.UI { return p.bytes(d) }),
			),
		&relatedPanel{Page: p.Page, Rev: p.Rev, At: rpc.PositionRequest{Chain: d.Chain, Position: d.Row.Position}},
		p.json(d),
		p.stored(d),
	)
}

func (p *Panel) head(d *engine.Detail) app.UI {
	outcome := view.OutcomeOf(d.Row.Outcome)
	if d.Row.Status != wire.EntryOK || d.Fault != nil {
		outcome = view.StatusOutcome(d.Row.Status)
	}
	var word app.UI
	if outcome.Word != "" {
		word = app.Span().Class("outcome", "tone-"+string(outcome.Tone)).DataSet("letter", outcome.Letter).Text(outcome.Word)
	}
	return app.Div().Class("panel-head").Body(
		app.Span().Class("panel-what").Body(
			app.Text("seq "), app.Elem("b").Class("data").Text(strconv.FormatUint(d.Row.Seq, 10)),
		),
		word,
		app.Span().Class("spring"),
		draw.Button("small", "Copy hex", draw.Do(func() { p.copyHex() }), "hex"),
		draw.Button("small", "Copy Go", draw.Do(func() { p.copyTestVector() }), "go").Title("%s", "Copy as a row of a Go test table"),
		app.If(d.JSON != "", func() app.UI { return draw.Button("small", "Copy JSON", draw.Do(func() { p.copyJSON() }), "json") }),
	)
}

func (p *Panel) copyHex() {
	if d := p.Page.Details.Detail.Last(); d != nil {
		p.Page.CopyText("Payload as hex", fmt.Sprintf("%x", d.Payload))
	}
}

func (p *Panel) copyTestVector() {
	if d := p.Page.Details.Detail.Last(); d != nil {
		p.Page.CopyText("Test vector", d.TestVector())
	}
}

func (p *Panel) copyJSON() {
	if d := p.Page.Details.Detail.Last(); d != nil {
		p.Page.CopyText("Record as JSON", d.JSON)
	}
}

// fault says why there is no record, or not all of it.
func (p *Panel) fault(d *engine.Detail) app.UI {
	switch {
	case d.Row.Status != wire.EntryOK && d.Unchecked:
		return draw.Trouble("There is no whole record here",
			"The entry is "+d.Row.Status.String()+": its text was cut, or says so of the chain it was taken from. See the findings of the chain.")
	case d.Row.Status == wire.EntryBadChecksum:
		return draw.Trouble("These are not the bytes that were written",
			fmt.Sprintf("The checksum of the payload is %07x, the index says %07x. The fields below are what the bytes would mean.",
				d.Checksum, d.FlagsAndChecksum&0x0fffffff))
	case d.Row.Status != wire.EntryOK:
		return draw.Trouble("The payload is not here", "The entry is "+d.Row.Status.String()+": its bytes cannot be read.")
	case d.Fault != nil:
		where := fmt.Sprintf("Decoding stopped at byte %d", d.Fault.Offset)
		if d.Fault.Field != "" {
			where += ", in " + d.Fault.Field
		}
		return draw.Trouble(d.Fault.Text, fmt.Sprintf("%s of %d. %s", where, d.PayloadBytes, view.AsWritten(d)))
	case d.Trailing > 0:
		return draw.Trouble(view.Plural(d.Trailing, "byte", "bytes")+" after the record",
			"They belong to no field. The reference decoder ignores them.")
	}
	return nil
}

// fields lists the decoded values, nested as they are.
func (p *Panel) fields(d *engine.Detail) app.UI {
	list := make([]app.UI, 0, len(d.Fields)+1)
	for i := range d.Fields {
		list = append(list, p.drawField(&d.Fields[i], i, view.Inside(d.Fields, p.lit, i)))
	}
	if len(list) == 0 {
		list = append(list, app.Elem("p").Class("hint").Text("No fields: "+unreadWhy(d)))
	}
	return app.Div().Class("fields").Body(list...)
}

func unreadWhy(d *engine.Detail) string {
	if d.PayloadBytes == 0 {
		return "the payload is empty."
	}
	return "the bytes are of no known record type."
}

// fieldTextBytes bounds the text of one field on screen.
const fieldTextBytes = 4000

// drawField draws a value under the number that its bytes have, too.
func (p *Panel) drawField(f *engine.Field, number int, lit bool) app.UI {
	class := "field"
	if lit {
		class += " lit"
	}
	value, cut := draw.Bounded(f.Value, fieldTextBytes)
	shown := draw.Visible(value)
	if cut {
		shown = append(shown, app.Span().Class("hint").Text(fmt.Sprintf(" … %s in all, copy it whole with Copy JSON", view.Bytes(int64(len(f.Value))))))
	}
	return app.Div().Class(class).Style("--depth", "%d", f.Depth).TabIndex(0).DataSet(fieldData, number).
		Body(
			app.Span().Class("field-name").Text(f.Name),
			app.Span().Class("field-value data").Body(shown...),
			app.Span().Class("field-where").Title("%s, %s at byte %d", f.Type, view.Plural(f.Length, "byte", "bytes"), f.Offset).
				Text(fmt.Sprintf("%s %d+%d", f.Type, f.Offset, f.Length)),
			p.note(f),
		)
}

// note explains a value, if there is something to explain. Times are shown in
// the page's zone.
func (p *Panel) note(f *engine.Field) app.UI {
	note := f.Note
	if ms, err := strconv.ParseUint(f.Value, 10, 64); err == nil && isTimeField(f.Name) {
		note = p.Page.Zone().Full(ms)
	}
	if note == "" {
		return nil
	}
	return app.Span().Class("field-note").Text(note)
}

func isTimeField(name string) bool {
	switch name {
	case "emitted_at_ms", "committed_at_ms", "ts_ms", "recorded_at_ms":
		return true
	}
	return false
}

// fieldData is the data attribute that tells which field an element belongs to.
const fieldData = "field"

// point lights the field under the pointer, and its bytes. One handler serves
// all fields and bytes: there are hundreds.
func (p *Panel) point(ctx app.Context, e app.Event) {
	lit := -1
	if owner := e.Get("target").Call("closest", "[data-"+fieldData+"]"); owner.Truthy() {
		if field, err := strconv.Atoi(owner.Call("getAttribute", "data-"+fieldData).String()); err == nil {
			lit = field
		}
	}
	if lit == p.lit {
		ctx.PreventUpdate()
	}
	p.lit = lit
}

func (p *Panel) unlight(app.Context, app.Event) { p.lit = -1 }

// bytes draws the hex dump.
func (p *Panel) bytes(d *engine.Detail) app.UI {
	shown := d.Payload[:min(len(d.Payload), p.shownBytes)]
	dump := view.HexDump(shown, d.Fields, hexLineBytes)
	list := make([]app.UI, 0, len(dump)+1)
	for _, line := range dump {
		list = append(list, p.hexLine(line, func(field int) bool { return view.Inside(d.Fields, p.lit, field) }))
	}
	if len(shown) < d.PayloadBytes {
		list = append(list, p.more(d, len(shown)))
	}
	list = append(list, p.legend(d))
	return app.Div().Class("hex data").TabIndex(0).Role("group").Aria("label", "Bytes, arrow keys go from field to field").
		OnKeyDown(p.onHexKey).DataSet(draw.OwnKeys, "ArrowLeft ArrowRight").Body(list...)
}

// legend says what is lit, or why some bytes are underlined.
func (p *Panel) legend(d *engine.Detail) app.UI {
	text := ""
	switch {
	case p.lit >= 0 && p.lit < len(d.Fields):
		f := &d.Fields[p.lit]
		text = fmt.Sprintf("%s: %s, %s at byte %d", f.Name, f.Type, view.Plural(f.Length, "byte", "bytes"), f.Offset)
	case d.Fault != nil || d.Trailing > 0:
		text = "Underlined bytes belong to no field."
	}
	return app.Elem("p").Class("hint", "hex-legend").Text(text)
}

// onHexKey goes through the fields while the bytes have the keyboard.
func (p *Panel) onHexKey(ctx app.Context, e app.Event) {
	step := map[string]int{"ArrowLeft": -1, "ArrowRight": 1}[e.Get("key").String()]
	d := p.Page.Details.Detail.Last()
	if step == 0 || d == nil || len(d.Fields) == 0 {
		ctx.PreventUpdate()
		return
	}
	if p.lit < 0 && step < 0 {
		p.lit = len(d.Fields)
	}
	p.lit = min(max(0, p.lit+step), len(d.Fields)-1)
}

func (p *Panel) hexLine(line view.HexLine, lit func(field int) bool) app.UI {
	digits := make([]app.UI, len(line.Runs))
	chars := make([]app.UI, len(line.Runs))
	for i, run := range line.Runs {
		class := "run"
		switch {
		case run.Field < 0:
			class += " nobody"
		case lit(run.Field):
			class += " lit"
		}
		digits[i] = app.Span().Class(class).DataSet(fieldData, run.Field).Text(run.Hex)
		chars[i] = app.Span().Class(class).DataSet(fieldData, run.Field).Text(run.ASCII)
	}
	return app.Div().Class("hex-line").Body(
		app.Span().Class("hex-offset").Text(fmt.Sprintf("%04x", line.Offset)),
		app.Span().Class("hex-digits").Body(digits...),
		app.Span().Class("hex-chars").Body(chars...),
	)
}

func (p *Panel) more(d *engine.Detail, shown int) app.UI {
	text := fmt.Sprintf("%s of %s bytes shown", view.Count(shown), view.Count(d.PayloadBytes))
	if shown == len(d.Payload) || shown >= hexMostBytes {
		return app.Elem("p").Class("hint").Text(text)
	}
	return app.Elem("p").Class("hint").Body(app.Text(text+" "), draw.Button("small", "More", draw.Do(func() { p.shownBytes = min(2*p.shownBytes, hexMostBytes) })))
}

// jsonShownBytes bounds the JSON on screen; copies are whole.
const jsonShownBytes = 8000

func (p *Panel) json(d *engine.Detail) app.UI {
	if d.JSON == "" {
		return nil
	}
	text, cut := draw.Bounded(view.IndentJSON(d.JSON), jsonShownBytes)
	if cut {
		text += " …"
	}
	return app.Elem("details").Class("fold").Attr("open", true).Body(
		app.Elem("summary").Text("JSON"),
		app.Elem("pre").Class("data json").Body(draw.VisibleLines(text)...),
	)
}
