//go:build !js

package browser

import "chainglass/app/zone"

// LocalZone is UTC natively: there is no browser to have a zone.
func LocalZone() string { return "" }

// Zone returns a time zone by its name.
func Zone(name string) (zone.Zone, error) { return zone.Load(name) }
