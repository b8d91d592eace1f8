// Package browser is everything that touches the browser: the channel between
// page and worker, dropped files as an [io/fs.FS], and the few services of the
// page that go-app does not give. It imports the standard library only.
//
// One wasm binary runs in two realms, and [Role] tells which:
//
//	page                                      worker
//	+---------------------------------+      +----------------------------------+
//	| go-app, one UI goroutine        |      | engine                           |
//	|   Worker.Post(message, files) ------------> Port.Listen(message, fs.FS)    |
//	|   Worker.Listen(message)      <------------ Port.Post(message)             |
//	|   Intake, Save, Fragment, ...   |      |   Port.Yield                     |
//	+---------------------------------+      +----------------------------------+
//
// The scripts in web/ hold the other half: what is a matter of the event loop
// (taking a drop apart before its event ends, cancelling, coalescing) is
// decided there, and a Go call crosses once with everything it needs, because
// a crossing costs microseconds.
//
// Everything but Worker and Port also builds natively, where it does nothing
// and reports nothing, so that the user interface can be tested without a
// browser.
package browser
