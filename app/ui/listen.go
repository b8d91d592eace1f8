package ui

import (
	"chainglass/app/browser"
	"chainglass/app/host"
	"chainglass/app/page"
)

// listen begins to listen to what the user gives to the page: files, keys, addresses.
func listen(p *page.Page) (stop func()) {
	p.Yield()
	p.Address.Restore(browser.Fragment())
	p.Yield()
	stopIntake := browser.ListenIntake(browser.Intake{
		Over:    func(over bool) { p.Dispatch(func() { p.Sources.Dragging = over }) },
		Walking: func(_ host.Origin, count int) { p.Dispatch(func() { p.Sources.Walking = count }) },
		Files: func(origin host.Origin, files host.Files, notes []string) {
			p.Dispatch(func() { p.Sources.TakeFiles(origin, files, notes) })
		},
		Changed: func(kept int, changes []host.FileChange) {
			p.Dispatch(func() { p.Following.Changed(kept, changes) })
		},
	})
	stopKeys := browser.OnKey(func(k host.Key) bool {
		c := page.CommandOf(k)
		if c != nil {
			p.Dispatch(func() { c.Perform(p) })
		}
		return c != nil
	})
	stopFragment := browser.OnFragment(func(fragment string) { p.Dispatch(func() { p.Address.Visit(fragment) }) })
	p.Yield()
	browser.OpenCarried()
	return func() {
		stopFragment()
		stopIntake()
		stopKeys()
	}
}
