//go:build !js

package disk

import (
	"container/list"
	"errors"
	"io"
	"io/fs"
	"sync"
	"syscall"
	"time"
)

// mostOpen bounds how many files and folders are open at a time: enough for the
// chains of a few nodes to stay open, a quarter of the lowest limit that systems are
// set to (256).
const mostOpen = 64

// Descriptors are the files and folders that trees read from. A store has a hundred
// thousand files and a system lets a program have few of them open, so that those
// which were not read for longest are closed, and opened again when they are read.
// The zero Descriptors are ready for use. They are safe for concurrent use.
type Descriptors struct {
	mu   sync.Mutex
	open list.List // of *descriptor, the one used last at the end
	// fewer bounds how many are open where the system allows fewer than mostOpen; 0
	// where it does not.
	fewer int
}

// descriptor is a file or folder that is open while it is used, and for a while after.
type descriptor struct {
	of     *Descriptors
	reopen func() (io.Closer, error)

	opening sync.Mutex    // held while it is opened; before Descriptors.mu
	opened  io.Closer     // nil while it is closed
	place   *list.Element // in the list, while it is open
	users   int
	gone    bool // closed for good
}

// add returns a descriptor of what is open. reopen opens the same once more.
func (p *Descriptors) add(opened io.Closer, reopen func() (io.Closer, error)) *descriptor {
	d := &descriptor{of: p, reopen: reopen, opened: opened}
	p.mu.Lock()
	d.place = p.open.PushBack(d)
	p.mu.Unlock()
	return d
}

// make opens something, for which others make room.
func (p *Descriptors) make(open func() (io.Closer, error)) (io.Closer, error) {
	p.shrink(p.most() - 1)
	c, err := open()
	// Others may take the room that was made, and give it back in a moment.
	for wait := time.Microsecond; isExhausted(err) && wait < longestWait; wait *= 2 {
		p.spare()
		p.shrink(0)
		if c, err = open(); isExhausted(err) {
			time.Sleep(wait)
		}
	}
	return c, err
}

// most is how many may be open.
func (p *Descriptors) most() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fewer > 0 {
		return p.fewer
	}
	return mostOpen
}

// spare takes notice that the system allows no more. Half of what is open is left to
// others from now on: what is written needs files as well.
func (p *Descriptors) spare() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fewer == 0 {
		p.fewer = max(p.open.Len()/2, 4)
	}
}

// longestWait bounds what is waited for others to close files: about as long in all.
const longestWait = 100 * time.Millisecond

// isExhausted reports whether a file could not be opened because too many are open.
func isExhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// shrink closes what was not used for longest and is not in use, until no more than
// most are open.
func (p *Descriptors) shrink(most int) {
	var idle []io.Closer
	p.mu.Lock()
	for at := p.open.Front(); at != nil && p.open.Len() > most; {
		d := at.Value.(*descriptor)
		at = at.Next()
		if d.users == 0 {
			idle = append(idle, d.shut())
		}
	}
	p.mu.Unlock()
	for _, c := range idle {
		// It was only read: a failing close loses nothing.
		_ = c.Close()
	}
}

// shut takes what is open out of the list, for the caller to close.
func (d *descriptor) shut() io.Closer {
	c := d.opened
	d.of.open.Remove(d.place)
	d.opened, d.place = nil, nil
	return c
}

// use returns what is open, if need be opened again. The caller calls done.
func (d *descriptor) use() (io.Closer, error) {
	d.opening.Lock()
	defer d.opening.Unlock()
	if c, err := d.hold(nil); c != nil || err != nil {
		return c, err
	}
	c, err := d.of.make(d.reopen)
	if err != nil {
		return nil, err
	}
	held, err := d.hold(c)
	if err != nil {
		_ = c.Close() // it was not even read
	}
	return held, err
}

// hold counts a user of what is open, which is opened if nothing is; nil if there is
// nothing to hold.
func (d *descriptor) hold(opened io.Closer) (io.Closer, error) {
	p := d.of
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case d.gone:
		return nil, fs.ErrClosed
	case d.opened != nil:
		p.open.MoveToBack(d.place)
	case opened != nil:
		d.opened, d.place = opened, p.open.PushBack(d)
	default:
		return nil, nil
	}
	d.users++
	return d.opened, nil
}

// done ends a use.
func (d *descriptor) done() {
	d.of.mu.Lock()
	d.users--
	var last io.Closer
	if d.gone && d.users == 0 && d.opened != nil {
		last = d.shut()
	}
	d.of.mu.Unlock()
	if last != nil {
		_ = last.Close() // it was only read
	}
}

// close closes it for good, once those that use it are done. A second call is an
// error.
func (d *descriptor) close() error {
	d.of.mu.Lock()
	if d.gone {
		d.of.mu.Unlock()
		return fs.ErrClosed
	}
	d.gone = true
	var c io.Closer
	if d.users == 0 && d.opened != nil {
		c = d.shut()
	}
	d.of.mu.Unlock()
	if c == nil {
		return nil
	}
	return c.Close()
}
