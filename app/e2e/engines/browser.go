package engines

import (
	"context"
	"fmt"
	"os/exec"
)

// Engine names what draws and runs a page.
type Engine string

// The engines.
const (
	Chromium Engine = "chromium"
	Firefox  Engine = "firefox"
	WebKit   Engine = "webkit"
)

// Engines are all engines, in the order of their tests.
func Engines() []Engine { return []Engine{Chromium, Firefox, WebKit} }

// Width and Height are the size of every window, in pixels. What the page gets
// of it is less where the engine draws a bar of its own.
const (
	Width  = 1440
	Height = 900
)

// Point is a place on the page, in CSS pixels from its upper left corner.
type Point struct{ X, Y float64 }

// Key is a key to press: a letter, or one of the constants.
type Key string

// Keys without a letter, by the numbers that WebDriver gives them.
const (
	Enter     Key = "\uE007"
	Escape    Key = "\uE00C"
	PageUp    Key = "\uE00E"
	PageDown  Key = "\uE00F"
	End       Key = "\uE010"
	Home      Key = "\uE011"
	ArrowUp   Key = "\uE013"
	ArrowDown Key = "\uE015"
)

// Browser is a window with one page. Its methods end with the context's error
// when the context does.
type Browser interface {
	// Open opens an address and returns once the document is loaded.
	Open(ctx context.Context, address string) error
	// Eval stores the value of a JavaScript expression, as JSON carries it. A
	// promise is waited for. A nil value takes nothing.
	Eval(ctx context.Context, expression string, value any) error
	// SetFiles gives files to the file input at selector, as its dialog would.
	// Paths are absolute.
	SetFiles(ctx context.Context, selector string, paths ...string) error
	// Press presses and releases a key.
	Press(ctx context.Context, key Key) error
	// Type presses the keys of a text, one after the other.
	Type(ctx context.Context, text string) error
	// Wheel turns the wheel at a place, by so many pixels downwards.
	Wheel(ctx context.Context, at Point, pixels int) error
	// Drag presses the main button, moves, and releases it. Where both places are
	// the same it is a click.
	Drag(ctx context.Context, from, to Point) error
	// Screenshot returns a picture of the page as PNG.
	Screenshot(ctx context.Context) ([]byte, error)
	// Requests returns the addresses that were asked for since the browser
	// started, by any page and any worker, in order. Not among them are documents
	// that were opened, and data that travels inside an address.
	Requests(ctx context.Context) ([]string, error)
	// Faults returns what went wrong on the pages opened so far, in order: errors
	// nobody caught, errors and warnings on the console, breaches of a policy.
	Faults(ctx context.Context) ([]string, error)
	// Downloads is the folder where saved files land.
	Downloads() string
	// Close ends the browser and everything that was started for it.
	Close() error
}

// Start starts a browser whose files all lie in dir, an empty folder.
func Start(ctx context.Context, engine Engine, dir string) (Browser, error) {
	switch engine {
	case Chromium:
		return startChromium(ctx, dir)
	case Firefox:
		return startFirefox(ctx, dir)
	case WebKit:
		return startWebKit(ctx, dir)
	}
	return nil, fmt.Errorf("no engine is called %q", engine)
}

// findProgram finds the first of several programs, or says which Debian package
// has it.
func findProgram(debianPackage string, names ...string) (string, error) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s is missing; on Debian: apt-get install --no-install-recommends %s", names[0], debianPackage)
}
