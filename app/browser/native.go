//go:build !js

package browser

import "chainglass/app/host"

// fileList has no native form.
//
//lint:ignore U1000 a field of fileFS has this type
type fileList = struct{}

// ListenIntake reports nothing natively.
func ListenIntake(Intake) (release func()) { return func() {} }

// Retake does nothing natively.
func Retake(int) {}

// Forget does nothing natively.
func Forget(int) {}

// PickFiles does nothing natively.
func PickFiles() {}

// PickFolder does nothing natively.
func PickFolder() {}

// TakeText does nothing natively.
func TakeText(_, _ string) {}

// HasSample is true natively.
func HasSample() bool { return true }

// OpenSample does nothing natively.
func OpenSample() {}

// OpenCarried finds nothing natively.
func OpenCarried() bool { return false }

// Save does nothing natively.
func Save(_, _ string, _ []byte) {}

// SavePage succeeds natively, with nothing saved.
func SavePage(_ string, _ host.Carried, data *Parts, done func(int64, error)) { done(data.size, nil) }

// ViewerBytes is nothing natively.
func ViewerBytes() int64 { return 0 }

// SavePNG succeeds natively, with nothing saved.
func SavePNG(_ string, drawing *Parts, done func(int64, error)) { done(drawing.size, nil) }

// Address is empty natively.
func Address() string { return "" }

// LinkAddress returns the address that a link to others begins with.
func LinkAddress() string { return "" }

// Parts counts bytes natively.
type Parts struct{ size int64 }

// Add counts b.
func (p *Parts) Add(b []byte) { p.size += int64(len(b)) }

// Size returns how many bytes were added.
func (p *Parts) Size() int64 { return p.size }

// SaveParts does nothing natively.
func SaveParts(_, _ string, _ *Parts) {}

// PackLink makes an empty fragment natively.
func PackLink(_ *Parts, done func(fragment string, err error)) { done("", nil) }

// CopyText succeeds natively, with nothing copied.
func CopyText(_ string, done func(error)) { done(nil) }

// Fragment is empty natively.
func Fragment() string { return "" }

// SetFragment does nothing natively.
func SetFragment(string) {}

// OnFragment reports nothing natively.
func OnFragment(func(string)) (release func()) { return func() {} }

// Theme is the system's natively.
func Theme() string { return "" }

// SetTheme does nothing natively.
func SetTheme(string) {}

// ShowFault does nothing natively.
func ShowFault(_, _, _ string) {}

// NextTask returns at once natively.
func NextTask() {}

// OnKey reports nothing natively.
func OnKey(func(host.Key) bool) (release func()) { return func() {} }

// Element is an element of the page. Natively none is there.
type Element struct{}

// ElementByID finds nothing natively.
func ElementByID(string) Element { return Element{} }

// Exists is false natively.
func (Element) Exists() bool { return false }

// Rect is empty natively.
func (Element) Rect() Rect { return Rect{} }

// ScrollTop is 0 natively.
func (Element) ScrollTop() float64 { return 0 }

// SetScrollTop does nothing natively.
func (Element) SetScrollTop(float64) {}

// SetText does nothing natively.
func (Element) SetText(string) {}

// Text is empty natively.
func (Element) Text() string { return "" }

// Chosen is empty natively.
func (Element) Chosen() string { return "" }

// Focus does nothing natively.
func (Element) Focus() {}

// Select does nothing natively.
func (Element) Select() {}

// ScrollIntoView does nothing natively.
func (Element) ScrollIntoView() {}

// OnScroll reports nothing natively.
func (Element) OnScroll(func(top float64, byHand bool)) (release func()) { return func() {} }

// OnSize reports nothing natively.
func (Element) OnSize(func(width, height float64)) (release func()) { return func() {} }

// OnPointer reports nothing natively.
func (Element) OnPointer(func(host.Pointer), func()) (release func()) { return func() {} }

// OnWheel reports nothing natively.
func (Element) OnWheel(func(x, dx, dy float64)) (release func()) { return func() {} }
