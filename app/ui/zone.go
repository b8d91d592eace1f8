package ui

import (
	"chainglass/app/browser"
	"chainglass/app/view"
	"chainglass/app/zone"
)

// zones is the time zone of the page.
type zones struct {
	// name is that of the zone shown, "" for UTC. It is local for the browser's own,
	// and else came with an address.
	name, local string
	// other is the last one from elsewhere: it stays on offer.
	other string
	shown view.Zone
}

func newZones() zones { return zones{local: browser.LocalZone()} }

const utc = "UTC"

// localName is the name of the browser's zone; UTC if it does not tell.
func (z *zones) localName() string {
	if z.local == "" {
		return utc
	}
	return z.local
}

// zone is the time zone of the page.
func (s *store) zone() view.Zone { return s.zones.shown }

// takeZone takes over the zone that an address names. A zone that the browser does
// not know is said, and times are in UTC.
func (s *store) takeZone(name string) {
	z := &s.zones
	switch {
	case name == view.LocalZone:
		if now := browser.LocalZone(); now != "" {
			z.local = now // a machine can change its zone while the page is open
		}
		name = z.localName()
	case name == utc && z.localName() != utc:
		name = ""
	}
	known, err := browser.Zone(name)
	if err != nil {
		s.addressProblem("Times are in UTC", "The address names another time zone: "+err.Error()+". Times in its filter are read in UTC as well.")
		name, known = "", zone.Zone{}
	}
	word := name
	switch name {
	case "":
	case z.localName():
		word = view.LocalZone
	default:
		z.other = name
	}
	z.name, z.shown = name, view.ZoneOf(known, word)
}

// setZone shows times in another zone.
func (s *store) setZone(name string) {
	s.takeZone(name)
	s.reformatRows()
	s.touchAll()
	s.reshow()
	s.keepPlace()
}

// toggleZone goes from UTC to the other zone and back.
func (s *store) toggleZone() {
	switch {
	case s.zones.name != "":
		s.setZone("")
	case s.zones.other != "":
		s.setZone(s.zones.other)
	default:
		s.setZone(view.LocalZone)
	}
}
