package engines

// WebDriver and WebDriver BiDi take the same description of what hands do: a
// device and its steps.

// device is a keyboard, a mouse or a wheel.
type device struct {
	Type  string `json:"type"`
	ID    string `json:"id"`
	Steps []step `json:"actions"`
}

// step is one thing that a device does.
type step struct {
	Type     string `json:"type"`
	Value    string `json:"value,omitempty"`
	Button   int    `json:"button"`
	X        int    `json:"x"`
	Y        int    `json:"y"`
	DeltaX   int    `json:"deltaX"`
	DeltaY   int    `json:"deltaY"`
	Duration int    `json:"duration"` // milliseconds
}

func pressing(keys ...Key) []device {
	var steps []step
	for _, key := range keys {
		steps = append(steps, step{Type: "keyDown", Value: string(key)}, step{Type: "keyUp", Value: string(key)})
	}
	return []device{{Type: "key", ID: "keyboard", Steps: steps}}
}

// keysOf are the keys of a text.
func keysOf(text string) (keys []Key) {
	for _, letter := range text {
		keys = append(keys, Key(letter))
	}
	return keys
}

func turning(at Point, pixels int) []device {
	return []device{{Type: "wheel", ID: "wheel", Steps: []step{
		{Type: "scroll", X: int(at.X), Y: int(at.Y), DeltaY: pixels},
	}}}
}

// dragSteps is how many moves a drag is made of.
const dragSteps = 8

func dragging(from, to Point) []device {
	steps := []step{moving(from), {Type: "pointerDown"}}
	if from != to {
		for i := 1; i <= dragSteps; i++ {
			steps = append(steps, moving(between(from, to, i)))
		}
	}
	steps = append(steps, step{Type: "pointerUp"})
	return []device{{Type: "pointer", ID: "mouse", Steps: steps}}
}

func moving(to Point) step {
	return step{Type: "pointerMove", X: int(to.X), Y: int(to.Y)}
}

// between is where a drag is after some of its dragSteps.
func between(from, to Point, steps int) Point {
	share := float64(steps) / dragSteps
	return Point{from.X + share*(to.X-from.X), from.Y + share*(to.Y-from.Y)}
}
