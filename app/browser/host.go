package browser

import (
	"chainglass/app/host"
	"chainglass/app/zone"
)

// Host is the browser as the page's state knows it. The zero value is ready.
type Host struct{ pace Pace }

var _ host.Host = (*Host)(nil)

// Yield is [Pace.Yield].
func (h *Host) Yield() { h.pace.Yield() }

// Address is [Address].
func (*Host) Address() string { return Address() }

// LinkAddress is [LinkAddress].
func (*Host) LinkAddress() string { return LinkAddress() }

// SetFragment is [SetFragment].
func (*Host) SetFragment(text string) { SetFragment(text) }

// StepHistory is [StepHistory].
func (*Host) StepHistory() { StepHistory() }

// Theme is [Theme].
func (*Host) Theme() string { return Theme() }

// SetTheme is [SetTheme].
func (*Host) SetTheme(theme string) { SetTheme(theme) }

// LocalZone is [LocalZone].
func (*Host) LocalZone() string { return LocalZone() }

// Zone is [Zone].
func (*Host) Zone(name string) (zone.Zone, error) { return Zone(name) }

// Recall is [Recall].
func (*Host) Recall(key string) string { return Recall(key) }

// Remember is [Remember].
func (*Host) Remember(key, text string) bool { return Remember(key, text) }

// CopyText is [CopyText].
func (*Host) CopyText(text string, done func(error)) { CopyText(text, done) }

// Save is [Save].
func (*Host) Save(name, mediaType string, data []byte) { Save(name, mediaType, data) }

// NewParts returns empty [Parts].
func (*Host) NewParts() host.Parts { return &Parts{} }

// SaveParts is [SaveParts].
func (*Host) SaveParts(name, mediaType string, parts host.Parts) {
	SaveParts(name, mediaType, parts.(*Parts))
}

// SavePage is [SavePage].
func (*Host) SavePage(name string, c host.Carried, data host.Parts, done func(int64, error)) {
	SavePage(name, c, data.(*Parts), done)
}

// SavePNG is [SavePNG].
func (*Host) SavePNG(name string, drawing host.Parts, done func(int64, error)) {
	SavePNG(name, drawing.(*Parts), done)
}

// PackLink is [PackLink].
func (*Host) PackLink(file host.Parts, done func(string, error)) { PackLink(file.(*Parts), done) }

// Retake is [Retake].
func (*Host) Retake(kept int) { Retake(kept) }

// Forget is [Forget].
func (*Host) Forget(kept int) { Forget(kept) }

// PickFiles is [PickFiles].
func (*Host) PickFiles() { PickFiles() }

// PickFolder is [PickFolder].
func (*Host) PickFolder() { PickFolder() }

// HasSample is [HasSample].
func (*Host) HasSample() bool { return HasSample() }

// OpenSample is [OpenSample].
func (*Host) OpenSample() { OpenSample() }

// Field is [ElementByID].
func (*Host) Field(id string) host.Field { return ElementByID(id) }
