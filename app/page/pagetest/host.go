package pagetest

import (
	"chainglass/app/host"
	"chainglass/app/zone"
)

// Host is a host that remembers what it was asked. Its fields may be set and read
// between two calls of the page.
type Host struct {
	// At is the address of the page.
	At string
	// Fragment is the present fragment, Earlier are those of the steps of the history
	// before.
	Fragment string
	Earlier  []string
	// Look is the theme.
	Look string
	// Kept is what is remembered, by key. Nothing can be remembered while it is nil.
	Kept map[string]string
	// Copied is the text on the clipboard.
	Copied string
	// Saved are the sizes of the files that were offered, by name.
	Saved map[string]int64
	// Texts are the texts of fields, by id; Focused is the id of the last element that got
	// the keyboard.
	Texts   map[string]string
	Focused string
	// Retaken and Forgotten are the numbers of what was taken again and forgotten.
	Retaken, Forgotten []int
}

var _ host.Host = (*Host)(nil)

// NewHost returns a host that remembers things.
func NewHost() *Host {
	return &Host{Kept: map[string]string{}, Saved: map[string]int64{}, Texts: map[string]string{}}
}

// Yield returns at once.
func (*Host) Yield() {}

// Address returns At.
func (h *Host) Address() string { return h.At }

// LinkAddress returns At.
func (h *Host) LinkAddress() string { return h.At }

// SetFragment sets Fragment.
func (h *Host) SetFragment(text string) { h.Fragment = text }

// StepHistory keeps the present fragment.
func (h *Host) StepHistory() { h.Earlier = append(h.Earlier, h.Fragment) }

// Theme returns Look.
func (h *Host) Theme() string { return h.Look }

// SetTheme sets Look.
func (h *Host) SetTheme(theme string) { h.Look = theme }

// LocalZone returns "": the host has no zone of its own.
func (*Host) LocalZone() string { return "" }

// Zone returns a zone of the tests' machine.
func (*Host) Zone(name string) (zone.Zone, error) { return zone.Load(name) }

// Recall returns what is in Kept.
func (h *Host) Recall(key string) string { return h.Kept[key] }

// Remember puts a text into Kept; "" removes it.
func (h *Host) Remember(key, text string) bool {
	switch {
	case h.Kept == nil:
		return false
	case text == "":
		delete(h.Kept, key)
	default:
		h.Kept[key] = text
	}
	return true
}

// CopyText sets Copied.
func (h *Host) CopyText(text string, done func(error)) {
	h.Copied = text
	done(nil)
}

// Save puts the size into Saved.
func (h *Host) Save(name, _ string, data []byte) { h.Saved[name] = int64(len(data)) }

// parts are bytes in memory.
type parts struct{ bytes []byte }

func (p *parts) Add(b []byte) { p.bytes = append(p.bytes, b...) }

func (p *parts) Size() int64 { return int64(len(p.bytes)) }

// NewParts returns empty parts.
func (*Host) NewParts() host.Parts { return &parts{} }

// SaveParts puts the size into Saved.
func (h *Host) SaveParts(name, _ string, parts host.Parts) { h.Saved[name] = parts.Size() }

// SavePage puts the size of the data into Saved.
func (h *Host) SavePage(name string, _ host.Carried, data host.Parts, done func(int64, error)) {
	h.Saved[name] = data.Size()
	done(data.Size(), nil)
}

// SavePNG puts the size of the drawing into Saved.
func (h *Host) SavePNG(name string, drawing host.Parts, done func(int64, error)) {
	h.Saved[name] = drawing.Size()
	done(drawing.Size(), nil)
}

// PackLink makes a fragment without data.
func (*Host) PackLink(_ host.Parts, done func(string, error)) { done("data=", nil) }

// Retake puts the number into Retaken.
func (h *Host) Retake(kept int) { h.Retaken = append(h.Retaken, kept) }

// Forget puts the number into Forgotten.
func (h *Host) Forget(kept int) { h.Forgotten = append(h.Forgotten, kept) }

// PickFiles does nothing.
func (*Host) PickFiles() {}

// PickFolder does nothing.
func (*Host) PickFolder() {}

// HasSample is true.
func (*Host) HasSample() bool { return true }

// OpenSample does nothing.
func (*Host) OpenSample() {}

// Field returns the field of an id: there is one for every id.
func (h *Host) Field(id string) host.Field { return field{h, id} }

// field is a field of a host.
type field struct {
	of *Host
	id string
}

func (f field) SetText(text string) { f.of.Texts[f.id] = text }
func (f field) SetCursor(int)       {}
func (f field) Select()             {}
func (f field) Focus()              { f.of.Focused = f.id }
