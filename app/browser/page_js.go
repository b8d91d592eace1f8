//go:build js

package browser

import (
	"errors"
	"strings"
	"syscall/js"

	"chainglass/app/host"
)

// ListenIntake has intake called with everything the user gives to the page,
// also what came before the call. release ends that.
func ListenIntake(intake Intake) (release func()) {
	receive := js.FuncOf(func(_ js.Value, args []js.Value) any {
		intake.hear(args[0])
		return nil
	})
	stop := global().Call("listenIntake", receive)
	return func() {
		stop.Invoke()
		receive.Release()
	}
}

// hear takes one event of web/intake.js apart.
func (in Intake) hear(event js.Value) {
	switch event.Get("type").String() {
	case "over":
		if in.Over != nil {
			in.Over(event.Get("over").Bool())
		}
	case "walking":
		if in.Walking != nil {
			in.Walking(host.Origin(event.Get("origin").String()), event.Get("count").Int())
		}
	case "files":
		if in.Files != nil {
			files := filesOf(event.Get("files"))
			files.Kept, files.Again = event.Get("kept").Int(), event.Get("again").Bool()
			in.Files(host.Origin(event.Get("origin").String()), files, stringsOf(event.Get("notes")))
		}
	case "changed":
		if in.Changed != nil {
			in.Changed(event.Get("kept").Int(), changesOf(event.Get("changes")))
		}
	}
}

func changesOf(array js.Value) []host.FileChange {
	changes := make([]host.FileChange, array.Length())
	for i := range changes {
		c := array.Index(i)
		changes[i] = host.FileChange{Path: c.Get("path").String(), Before: int64(c.Get("before").Float()), Now: int64(c.Get("now").Float())}
	}
	return changes
}

// Retake takes files that are kept once more, as they are now; they come as intake.
func Retake(kept int) { global().Call("retake", kept) }

// Forget keeps files no longer.
func Forget(kept int) { global().Call("forget", kept) }

// PickFiles opens the browser's file dialog; what is picked comes as intake.
// Like every dialog it opens only as the answer to a click or a key.
func PickFiles() { global().Call("pickFiles") }

// PickFolder opens the browser's folder dialog.
func PickFolder() { global().Call("pickFolder") }

// TakeText takes a text in as if a file of that name was dropped.
func TakeText(name, text string) { global().Call("takeText", name, text) }

// HasSample tells whether this page can show the sample incident. The one-file
// page cannot.
func HasSample() bool { return global().Call("hasSample").Bool() }

// OpenSample takes in the sample incident.
func OpenSample() { global().Call("openSample") }

// OpenCarried takes in the data that this page was made or served with and
// tells whether there is any.
func OpenCarried() bool { return global().Call("openCarried").Bool() }

// Save offers data to the user as a download.
func Save(name, mediaType string, data []byte) {
	global().Call("save", name, []any{arrayOf(data)}, mediaType)
}

// Parts are bytes that are collected piece by piece outside of the program's
// memory, which never shrinks. The zero Parts is empty.
type Parts struct {
	blobs []any
	size  int64
}

// Add appends a copy of b. Each part becomes a Blob at once: to make one of
// everything at the end would hold the page up.
func (p *Parts) Add(b []byte) {
	p.blobs = append(p.blobs, js.Global().Get("Blob").New([]any{arrayOf(b)}))
	p.size += int64(len(b))
}

// Size returns how many bytes were added.
func (p *Parts) Size() int64 { return p.size }

// take returns the parts as JavaScript wants them, and forgets them.
func (p *Parts) take() []any {
	blobs := p.blobs
	*p = Parts{}
	return blobs
}

// SaveParts offers parts to the user as a download and forgets them.
func SaveParts(name, mediaType string, parts *Parts) {
	global().Call("save", name, parts.take(), mediaType)
}

// SavePage offers a copy of this page, with data in it, as a download: one file
// that needs no network. It forgets the parts. done is called once, within a
// browser event, with the size of the file.
func SavePage(name string, c host.Carried, data *Parts, done func(bytes int64, err error)) {
	carried := map[string]any{"dataName": c.DataName, "title": c.Title, "fragment": c.Fragment, "report": c.Report}
	global().Call("savePage", name, carried, data.take(), onceWithSize(done))
}

// ViewerBytes returns how large a page without data is, about.
func ViewerBytes() int64 { return int64(global().Call("viewerBytes").Int()) }

// SavePNG offers a drawing, which is an SVG document, as a picture. It forgets the
// parts. done is called as by SavePage.
func SavePNG(name string, drawing *Parts, done func(bytes int64, err error)) {
	global().Call("savePNG", name, drawing.take(), onceWithSize(done))
}

// Address returns the address of the page without the fragment.
func Address() string {
	address, _, _ := strings.Cut(js.Global().Get("location").Get("href").String(), "#")
	return address
}

// LinkAddress returns the address that a link to others begins with: that of the
// page, or nothing where the address is a secret of this machine.
func LinkAddress() string {
	if global().Get("config").Get("private").Truthy() {
		return ""
	}
	address, _, _ := strings.Cut(Address(), "?")
	return address
}

// PackLink makes the fragment that carries a small file in the address, without
// "#". It forgets the parts. done is called once, within a browser event.
func PackLink(file *Parts, done func(fragment string, err error)) {
	var f js.Func
	f = js.FuncOf(func(_ js.Value, args []js.Value) any {
		f.Release()
		if reason := args[1].String(); reason != "" {
			done("", errors.New(reason))
		} else {
			done(args[0].String(), nil)
		}
		return nil
	})
	global().Call("packLink", file.take(), f)
}

// CopyText puts text on the clipboard. done is called once, within a browser
// event. Like a dialog it works only as the answer to a click or a key.
func CopyText(text string, done func(error)) {
	global().Call("copyText", text, onceWithReason(done))
}

// onceWithReason is a JavaScript function that takes "" or the reason of a
// failure, once.
func onceWithReason(done func(error)) js.Func {
	var f js.Func
	f = js.FuncOf(func(_ js.Value, args []js.Value) any {
		f.Release()
		if reason := args[0].String(); reason != "" {
			done(errors.New(reason))
		} else {
			done(nil)
		}
		return nil
	})
	return f
}

// onceWithSize is a JavaScript function that takes "" and a size, or the reason of
// a failure, once.
func onceWithSize(done func(bytes int64, err error)) js.Func {
	var f js.Func
	f = js.FuncOf(func(_ js.Value, args []js.Value) any {
		f.Release()
		if reason := args[0].String(); reason != "" {
			done(0, errors.New(reason))
		} else {
			done(int64(args[1].Float()), nil)
		}
		return nil
	})
	return f
}

// Fragment returns the text behind the "#" of the page's address, as escaped
// as it stands there.
func Fragment() string { return global().Call("fragment").String() }

// SetFragment changes the address without a step in the history. The text must
// already be escaped. It may be called at any rate: the address follows with a
// delay.
func SetFragment(text string) { global().Call("setFragment", text) }

// OnFragment has changed called when the user changes the fragment, by the
// address bar, a link or the history, not by SetFragment.
func OnFragment(changed func(text string)) (release func()) {
	return listen(js.Global(), "hashchange", func(js.Value) { changed(Fragment()) })
}

// Theme returns "light", "dark", or "" for the system's choice.
func Theme() string { return global().Call("theme").String() }

// SetTheme sets the theme and keeps it for the next visit, where the browser
// allows that.
func SetTheme(theme string) { global().Call("setTheme", theme) }

// ShowFault covers the page with a card about a failure that ends it.
func ShowFault(title, advice, detail string) { global().Call("fault", title, advice, detail) }

// NextTask lets the browser paint and answer before it returns.
func NextTask() {
	done := make(chan struct{})
	resume := js.FuncOf(func(js.Value, []js.Value) any {
		close(done)
		return nil
	})
	defer resume.Release()
	global().Call("turn", resume)
	<-done
}

// OnKey has pressed called for every key pressed anywhere on the page. If it
// returns true the key has no other effect. It runs within the event and must
// not block.
func OnKey(pressed func(host.Key) bool) (release func()) {
	return listen(js.Global(), "keydown", func(event js.Value) {
		if pressed(keyOf(event)) {
			event.Call("preventDefault")
		}
	})
}

func keyOf(event js.Value) host.Key {
	return host.Key{
		Name:    event.Get("key").String(),
		Ctrl:    event.Get("ctrlKey").Bool(),
		Meta:    event.Get("metaKey").Bool(),
		Alt:     event.Get("altKey").Bool(),
		Shift:   event.Get("shiftKey").Bool(),
		InField: global().Call("isField", event.Get("target")).Bool(),
	}
}

// listen adds a listener that lasts until release.
func listen(target js.Value, event string, f func(js.Value)) (release func()) {
	listener := js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args[0])
		return nil
	})
	target.Call("addEventListener", event, listener)
	return func() {
		target.Call("removeEventListener", event, listener)
		listener.Release()
	}
}

func stringsOf(array js.Value) []string {
	texts := make([]string, array.Length())
	for i := range texts {
		texts[i] = array.Index(i).String()
	}
	return texts
}
