package page

import "chainglass/app/host"

// Conn is the page's end of the channel to the engine.
type Conn interface {
	// Post sends a message with files beside it.
	Post(message []byte, files []host.Files)
	// Listen has receive called with every message of the engine, and crashed
	// with the reason if the engine ends.
	Listen(receive func(message []byte), crashed func(error))
	// Restart starts an engine that knows nothing of what was open.
	Restart()
}
