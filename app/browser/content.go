package browser

// content is what a file holds. It is read in pieces, each of which takes a
// millisecond or more however small it is; others go on meanwhile.
type content interface {
	// read begins to read the bytes from up to to and returns at once.
	read(from, to int64) *reading
}

// reading is a piece of a file that is being read.
type reading struct {
	// done is closed once bytes or err is set.
	done  chan struct{}
	bytes heldBytes
	err   error
}

func newReading() *reading { return &reading{done: make(chan struct{})} }

func (r *reading) finish(bytes heldBytes, err error) {
	r.bytes, r.err = bytes, err
	close(r.done)
}

// heldBytes are bytes outside of the program's memory, which never shrinks.
type heldBytes interface {
	// size is how many they are.
	size() int
	// copyTo fills b with the bytes from an offset on, which must be there.
	copyTo(b []byte, from int)
	// drop gives their memory back. They must not be used any more.
	drop()
}
