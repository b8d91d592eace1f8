package host

import "chainglass/app/zone"

// Host is what the page needs of the browser. Its functions are called on the
// goroutine of the page. What they report they report later, within an event of
// the browser: whoever is told must hand it to the page's goroutine, and must not
// block.
type Host interface {
	// Yield ends the present task if it has lasted for long, and returns in the
	// next one.
	Yield()

	// Address returns the address of the page without the fragment, LinkAddress what a
	// link to others begins with: "" where the address is a secret of this machine.
	Address() string
	LinkAddress() string
	// SetFragment replaces the fragment of the address. What is set after a
	// StepHistory is another step in the history.
	SetFragment(text string)
	StepHistory()

	// Theme is "light", "dark" or "" for the system's.
	Theme() string
	SetTheme(theme string)
	// LocalZone names the time zone of the machine, "" if that is not known.
	LocalZone() string
	// Zone returns a time zone by its name.
	Zone(name string) (zone.Zone, error)
	// Recall returns what the browser remembers under a key, or "". Remember reports
	// whether the browser does.
	Recall(key string) string
	Remember(key, text string) bool

	// CopyText puts text on the clipboard and calls done once.
	CopyText(text string, done func(error))
	// Save offers data as a file.
	Save(name, mediaType string, data []byte)
	// NewParts returns empty parts. The functions below forget the parts they take.
	NewParts() Parts
	// SaveParts offers parts as a file.
	SaveParts(name, mediaType string, parts Parts)
	// SavePage offers a copy of the page with data in it, SavePNG an SVG drawing as a
	// picture. Both call done once, with the size of the file.
	SavePage(name string, c Carried, data Parts, done func(bytes int64, err error))
	SavePNG(name string, drawing Parts, done func(bytes int64, err error))
	// PackLink makes the fragment that carries a small file in the address, without "#",
	// and calls done once.
	PackLink(file Parts, done func(fragment string, err error))

	// Retake asks for files that are kept once more: they come as what the user gives
	// does. Forget keeps them no longer.
	Retake(kept int)
	Forget(kept int)

	// PickFiles and PickFolder ask for something to open, OpenSample opens the sample
	// incident, if HasSample says that there is one.
	PickFiles()
	PickFolder()
	HasSample() bool
	OpenSample()

	// Field returns the field or other element of an id. What is done to one that is
	// not on the page has no effect.
	Field(id string) Field
}

// Field is an element that takes text or the keyboard.
type Field interface {
	SetText(text string)
	// SetCursor puts the cursor behind a number of UTF-16 units.
	SetCursor(units int)
	// Select selects all of the text.
	Select()
	// Focus gives it the keyboard.
	Focus()
}

// Parts are bytes that are collected piece by piece outside of the program's
// memory.
type Parts interface {
	// Add appends a copy of b.
	Add(b []byte)
	// Size returns how many bytes were added.
	Size() int64
}

// Files are files that the user gave to the page. The page knows how many they
// are and hands them on; only the worker can read them.
type Files struct {
	// Count is the number of files, without folders.
	Count int
	// TotalBytes is the sum of their sizes.
	TotalBytes int64
	// List is what the browser knows the files by.
	List any
	// Kept is the number under which the browser can give them once more, as they are
	// then; 0 if it cannot. Again is true if these are that.
	Kept  int
	Again bool
}

// UnreadableText is in the error of reading a file that the browser refuses to read: it was
// changed, moved or deleted after it was given to the page, or may not be read.
const UnreadableText = "the browser can no longer read this file"

// FileChange is a file that is not as it was when it was given, or was not there then.
type FileChange struct {
	Path string
	// Before and Now are its sizes in bytes, -1 where there is no file.
	Before, Now int64
}

// Origin says where files came from.
type Origin string

// The origins.
const (
	FromDrop   Origin = "drop"
	FromPick   Origin = "pick"
	FromPaste  Origin = "paste"
	FromSample Origin = "sample"
	FromPage   Origin = "page"   // data inside the page itself
	FromServer Origin = "server" // data of the server that sent the page
	// FromLink is data inside the address of the page, FromAddress a file that the
	// address names.
	FromLink    Origin = "link"
	FromAddress Origin = "address"
)

// Key is a pressed key.
type Key struct {
	// Name is the key's name: "a", "A", "ArrowDown", "Enter", "/".
	Name string
	// The modifiers that were down.
	Ctrl, Meta, Alt, Shift bool
	// InField tells that the key was pressed in a field that takes text.
	InField bool
}

// Pointer is where a pointer is over an element.
type Pointer struct {
	// X and Y count CSS pixels from the top left of the element, which may lie
	// outside of it while a button is down.
	X, Y float64
	// Down tells that the main button is down.
	Down bool
	// Shift tells that the shift key is down.
	Shift bool
}

// Carried is what a page that is saved carries besides its data.
type Carried struct {
	// DataName is what the page calls its data.
	DataName string
	// Title is shown by the browser and Fragment is the place the page opens at,
	// escaped; both may be empty.
	Title, Fragment string
	// Report is HTML, made by package report: what the page shows where it cannot
	// run.
	Report string
}
