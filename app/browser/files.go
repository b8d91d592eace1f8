package browser

// Files are files that the user gave to the page. The page knows how many they
// are and hands them on; only the worker can read them, through the
// [io/fs.FS] that [Port.Listen] delivers.
type Files struct {
	// Count is the number of files, without folders.
	Count int
	// TotalBytes is the sum of their sizes.
	TotalBytes int64

	list fileList //lint:ignore U1000 read in the browser only
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

// Intake is called with what the user does to give files to the page. Every
// function is called within a browser event: it must not block. A nil function
// is not called.
type Intake struct {
	// Over tells that files are being dragged over the page, or no longer.
	Over func(over bool)
	// Walking tells that folders are being walked and how many files there are
	// so far, first 0, then several times a second.
	Walking func(origin Origin, count int)
	// Files delivers files once all are known; there may be none. Every note is a
	// sentence about something that could not be taken.
	Files func(origin Origin, files Files, notes []string)
}
