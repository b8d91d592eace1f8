package page

import (
	"chainglass/app/view"
	"chainglass/app/zone"
)

// Zones is the time zone of the page.
type Zones struct {
	page *Page
	// Name is that of the zone shown, "" for UTC. It is local for the browser's own,
	// and else came with an address.
	Name, local string
	// Other is the last one from elsewhere: it stays on offer.
	Other string
	shown view.Zone
}

func newZones(p *Page) Zones { return Zones{page: p, local: p.host.LocalZone()} }

const utc = "UTC"

// LocalName is the name of the browser's zone; UTC if it does not tell.
func (z *Zones) LocalName() string {
	if z.local == "" {
		return utc
	}
	return z.local
}

// Zone is the time zone of the page.
func (p *Page) Zone() view.Zone { return p.Zones.shown }

// take takes over the zone that an address names. A zone that the browser does
// not know is said, and times are in UTC.
func (z *Zones) take(name string) {
	switch {
	case name == view.LocalZone:
		if now := z.page.host.LocalZone(); now != "" {
			z.local = now // a machine can change its zone while the page is open
		}
		name = z.LocalName()
	case name == utc && z.LocalName() != utc:
		name = ""
	}
	known, err := z.page.host.Zone(name)
	if err != nil {
		z.page.Address.problem("Times are in UTC", "The address names another time zone: "+err.Error()+". Times in its filter are read in UTC as well.")
		name, known = "", zone.Zone{}
	}
	word := name
	switch name {
	case "":
	case z.LocalName():
		word = view.LocalZone
	default:
		z.Other = name
	}
	z.Name, z.shown = name, view.ZoneOf(known, word)
}

// Set shows times in another zone.
func (z *Zones) Set(name string) {
	z.take(name)
	z.page.Table.reformat()
	z.page.touchAll()
	z.page.Shown.refresh()
	z.page.Address.keep()
}

// toggle goes from UTC to the other zone and back.
func (z *Zones) toggle() {
	switch {
	case z.Name != "":
		z.Set("")
	case z.Other != "":
		z.Set(z.Other)
	default:
		z.Set(view.LocalZone)
	}
}
