package zone

import "fmt"

// Load returns UTC for "" and "UTC". Other zones the browser knows, whom only
// package browser asks.
func Load(name string) (Zone, error) {
	if name == "" || name == "UTC" {
		return Zone{}, nil
	}
	return Zone{}, fmt.Errorf("there is no time zone %q", name)
}
