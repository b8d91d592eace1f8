//go:build js

package browser

import (
	"syscall/js"

	"chainglass/app/host"
)

// Element is an element of the page. The zero Element stands for one that is
// not there: it has no size, and everything done to it is forgotten.
type Element struct{ value js.Value }

// ElementByID returns the element of that id.
func ElementByID(id string) Element {
	return Element{js.Global().Get("document").Call("getElementById", id)}
}

// Exists tells whether the element is there.
func (e Element) Exists() bool { return e.value.Truthy() }

// Rect returns where the element is.
func (e Element) Rect() Rect {
	if !e.Exists() {
		return Rect{}
	}
	r := e.value.Call("getBoundingClientRect")
	return Rect{r.Get("x").Float(), r.Get("y").Float(), r.Get("width").Float(), r.Get("height").Float()}
}

// ScrollTop returns how far the element is scrolled down, in CSS pixels.
func (e Element) ScrollTop() float64 {
	if !e.Exists() {
		return 0
	}
	return e.value.Get("scrollTop").Float()
}

// SetScrollTop scrolls the element.
func (e Element) SetScrollTop(pixels float64) { e.set("scrollTop", pixels) }

// SetText sets what a field holds. The value attribute cannot clear one:
// go-app #1083.
func (e Element) SetText(text string) { e.set("value", text) }

// Text returns what a field holds.
func (e Element) Text() string {
	if !e.Exists() {
		return ""
	}
	return e.value.Get("value").String()
}

// Chosen returns what was chosen in a list last. What the list shows may be something else
// by the time the program hears of a choice: it may have been drawn anew.
func (e Element) Chosen() string {
	if !e.Exists() {
		return ""
	}
	return global().Call("chosen", e.value).String()
}

func (e Element) set(property string, value any) {
	if e.Exists() {
		e.value.Set(property, value)
	}
}

// Focus gives the element the keyboard, without scrolling to it.
func (e Element) Focus() { e.call("focus", map[string]any{"preventScroll": true}) }

// Select selects the text of a field.
func (e Element) Select() { e.call("select") }

// ScrollIntoView scrolls as little as shows the element.
func (e Element) ScrollIntoView() { e.call("scrollIntoView", map[string]any{"block": "nearest"}) }

func (e Element) call(method string, args ...any) {
	if e.Exists() {
		e.value.Call(method, args...)
	}
}

// OnScroll has scrolled called at most once a frame while the element is being
// scrolled, and once at the start. byHand tells that a wheel, a finger, a key or a
// scroll bar did it, and not the browser or the page.
func (e Element) OnScroll(scrolled func(top float64, byHand bool)) (release func()) {
	return e.watch("watchScroll", func(args []js.Value) { scrolled(args[0].Float(), args[1].Bool()) })
}

// OnSize has resized called when the element's size changes, and once at the
// start.
func (e Element) OnSize(resized func(width, height float64)) (release func()) {
	return e.watch("watchSize", func(args []js.Value) { resized(args[0].Float(), args[1].Float()) })
}

// OnPointer has moved called at most once a frame with the last position of the
// pointer over the element, and for every press and release. A press keeps the
// pointer until its release, also outside of the element. gone is called when
// the pointer leaves.
func (e Element) OnPointer(moved func(host.Pointer), gone func()) (release func()) {
	return e.watch("watchPointer", func(args []js.Value) {
		if len(args) == 0 {
			gone()
			return
		}
		moved(host.Pointer{X: args[0].Float(), Y: args[1].Float(), Down: args[2].Bool(), Shift: args[3].Bool()})
	})
}

// OnWheel has turned called at most once a frame with where the pointer is, in
// CSS pixels from the element's left edge, and how far the wheel was turned. The
// page does not scroll meanwhile.
func (e Element) OnWheel(turned func(x, dx, dy float64)) (release func()) {
	return e.watch("watchWheel", func(args []js.Value) {
		turned(args[0].Float(), args[1].Float(), args[2].Float())
	})
}

// watch starts one of the watchers of web/page.js, which return their own end.
func (e Element) watch(watcher string, f func(args []js.Value)) (release func()) {
	if !e.Exists() {
		return func() {}
	}
	heard := js.FuncOf(func(_ js.Value, args []js.Value) any {
		f(args)
		return nil
	})
	stop := global().Call(watcher, e.value, heard)
	return func() {
		stop.Invoke()
		heard.Release()
	}
}
