//go:build !js

package zone

import (
	"fmt"
	"time"
	// The zones, for a machine that has none.
	_ "time/tzdata"
)

// Load returns a zone by its name in the tz database, for example "Europe/Berlin".
// "" and "UTC" are UTC.
func Load(name string) (Zone, error) {
	if name == "" || name == "UTC" {
		return Zone{}, nil
	}
	if name == "Local" {
		return Zone{}, fmt.Errorf("there is no time zone %q", name)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return Zone{}, fmt.Errorf("there is no time zone %q", name)
	}
	return New(name, func(unixS int64) int {
		_, offset := time.Unix(unixS, 0).In(location).Zone()
		return offset
	}), nil
}
