package engines

import (
	"slices"
	"strings"
	"sync"
)

// journal is what was asked for and what went wrong, in the order in which it
// was heard of.
type journal struct {
	mu       sync.Mutex
	opened   []string // without fragments
	requests []string
	faults   []string
}

// open takes notice of an address that is opened: it is no request.
func (j *journal) open(address string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.opened = append(j.opened, withoutFragment(address))
}

// ask takes notice of an address that is asked for. One that holds its own data,
// or data that the page made, is no request.
func (j *journal) ask(address string) {
	for _, scheme := range []string{"data:", "blob:", "about:"} {
		if strings.HasPrefix(address, scheme) {
			return
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if !slices.Contains(j.opened, withoutFragment(address)) {
		j.requests = append(j.requests, address)
	}
}

func (j *journal) fault(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.faults = append(j.faults, text)
}

func (j *journal) allRequests() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.requests)
}

func (j *journal) allFaults() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.faults)
}

// withoutFragment cuts off what stands behind the "#" of an address.
func withoutFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}
