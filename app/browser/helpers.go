package browser

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"time"
)

// ErrNoHelper says that no helper can do what was asked.
var ErrNoHelper = errors.New("no helper can do this")

const (
	// helpFromBytes is how large what is opened has to be for helpers to be started:
	// below, it is open before they run.
	helpFromBytes = 16 << 20
	// askedAtOnce is how many things are asked of one helper at a time: it works on
	// one, and reads ahead for the next.
	askedAtOnce = 8
	// helperTries is how many helpers are asked for one thing, if those before died.
	helperTries = 2
	// helpersIdle is how long helpers that nothing is asked of stay: each takes some
	// ten megabytes.
	helpersIdle = 30 * time.Second
	// helperStart is how long a question waits for helpers that have been started, and
	// sentBack how many do not wait: meanwhile the engine works on these.
	helperStart = 3 * time.Second
	sentBack    = 2
	// mostDeaths ends the starting of helpers for good: something here kills them.
	mostDeaths = 16
)

// crew starts helpers and carries what is said to them; each is known by a number.
// What they say comes back through the methods of Helpers named on*.
type crew interface {
	start(helper int)
	end(helper int)
	// give gives files that are known by a number from then on, until forget.
	give(helper, number int, files *fileFS)
	forget(helper, number int)
	// ask asks for something, known by a number, about files.
	ask(helper, number, files int, message []byte)
	cancel(helper, number int)
}

// Helpers are workers beside the engine's that run the same program, and do with the
// same files what they are asked for. They are started once something large is opened,
// and end when nothing has been asked of them for a while. Helpers is safe for
// concurrent use.
type Helpers struct {
	crew crew

	mu      sync.Mutex
	most    int // how many there may be
	helpers map[int]*helper
	last    int // number given to a helper, to files, to a question
	deaths  int
	idle    *time.Timer
	// started is closed when all helpers that were started run, so that the questions
	// that waited spread over all; back counts those that did not wait.
	started chan struct{}
	back    int
}

// helper is one worker.
type helper struct {
	number int
	ready  bool
	asked  map[int]*question
	group  any          // of the last question
	has    map[int]bool // the files that it was given
}

// question is something that was asked of a helper.
type question struct {
	done   chan struct{}
	answer []byte
	err    error
}

var errHelperDied = errors.New("the helper died")

func newHelpers(c crew) *Helpers {
	return &Helpers{crew: c, helpers: map[int]*helper{}}
}

// Size returns how many questions the helpers work on at the same time; 0 if there are
// none.
func (h *Helpers) Size() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.helpers) * askedAtOnce
}

// Prepare starts helpers for files, which came through [Port.Listen], if they are worth it
// and none run.
func (h *Helpers) Prepare(files fs.FS) {
	if own, is := files.(*fileFS); is {
		h.prepare(own)
	}
}

// prepare starts helpers if files are worth it.
func (h *Helpers) prepare(files *fileFS) {
	if files.sizeBytes() < helpFromBytes {
		return
	}
	h.mu.Lock()
	var started []int
	for len(h.helpers) < h.most && h.deaths < mostDeaths {
		h.last++
		h.helpers[h.last] = &helper{number: h.last, asked: map[int]*question{}, has: map[int]bool{}}
		started = append(started, h.last)
	}
	if len(started) > 0 && h.started == nil {
		h.started, h.back = make(chan struct{}), 0
		time.AfterFunc(helperStart, h.endStart)
	}
	h.mu.Unlock()
	for _, number := range started {
		h.crew.start(number)
	}
}

// endStart lets questions go that wait for helpers to run.
func (h *Helpers) endStart() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closeStart()
}

// tellStart ends the start if none of the helpers is still to come.
func (h *Helpers) tellStart() {
	for _, c := range h.helpers {
		if !c.ready {
			return
		}
	}
	h.closeStart()
}

func (h *Helpers) closeStart() {
	if h.started != nil {
		close(h.started)
		h.started = nil
	}
}

// awaitStart waits for helpers that have been started, unless they should not be waited
// for.
func (h *Helpers) awaitStart(ctx context.Context) {
	h.mu.Lock()
	started := h.started
	if started != nil && h.back < sentBack {
		h.back++
		started = nil
	}
	h.mu.Unlock()
	if started == nil {
		return
	}
	select {
	case <-started:
	case <-ctx.Done():
	}
}

// Ask asks a helper for something about files, which came through [Port.Listen], and
// returns its answer. Questions of equal group, asked one after the other, go to the
// same helper where that is possible. If the helper dies another is asked; if there is
// none the error wraps [ErrNoHelper].
func (h *Helpers) Ask(ctx context.Context, files fs.FS, group any, message []byte) ([]byte, error) {
	own, is := files.(*fileFS)
	if !is {
		return nil, ErrNoHelper
	}
	h.awaitStart(ctx)
	err := ErrNoHelper
	for range helperTries {
		asked, to, number := h.ask(own, group, message)
		if asked == nil {
			return nil, err
		}
		select {
		case <-asked.done:
		case <-ctx.Done():
			h.abandon(to, number)
			return nil, ctx.Err()
		}
		if !errors.Is(asked.err, errHelperDied) {
			return asked.answer, asked.err
		}
		err = fmt.Errorf("%w: %w", ErrNoHelper, asked.err)
	}
	return nil, err
}

// ask asks the helper that fits best. It returns nil without a helper.
func (h *Helpers) ask(files *fileFS, group any, message []byte) (q *question, to, number int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	best := h.choose(group)
	if best == nil {
		return nil, 0, 0
	}
	of := h.numberOf(files)
	if !best.has[of] {
		best.has[of] = true
		h.crew.give(best.number, of, files)
	}
	h.last++
	q = &question{done: make(chan struct{})}
	best.asked[h.last], best.group = q, group
	h.crew.ask(best.number, h.last, of, message)
	return q, best.number, h.last
}

// choose returns the helper that was asked for the same group last, or else the one of
// which the least is asked, of those that run; nil if none does.
func (h *Helpers) choose(group any) *helper {
	var best *helper
	for _, c := range h.helpers {
		switch {
		case !c.ready:
		case c.group == group && len(c.asked) > 0:
			return c
		case best == nil || len(c.asked) < len(best.asked) || len(c.asked) == len(best.asked) && c.number < best.number:
			best = c
		}
	}
	return best
}

// numberOf returns the number that files are known by. Helpers forget them when nobody
// here has them any more.
func (h *Helpers) numberOf(files *fileFS) int {
	if files.helpNumber == 0 {
		h.last++
		files.helpNumber = h.last
		runtime.AddCleanup(files, h.forget, files.helpNumber)
	}
	return files.helpNumber
}

func (h *Helpers) forget(files int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.helpers {
		if c.has[files] {
			delete(c.has, files)
			h.crew.forget(c.number, files)
		}
	}
}

// abandon says that nobody waits for an answer any more.
func (h *Helpers) abandon(to, number int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.helpers[to]; c != nil && c.asked[number] != nil {
		h.crew.cancel(to, number)
	}
}

// onReady takes notice that a helper runs.
func (h *Helpers) onReady(number int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.helpers[number]; c != nil {
		c.ready = true
		h.tellStart()
		h.restSoon()
	}
}

// onAnswer takes the answer to a question, or the reason why it failed.
func (h *Helpers) onAnswer(number, asked int, answer []byte, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.helpers[number]
	if c == nil || c.asked[asked] == nil {
		return
	}
	q := c.asked[asked]
	delete(c.asked, asked)
	q.answer, q.err = answer, err
	close(q.done)
	h.restSoon()
}

// onDeath removes a helper that died. Its questions fail.
func (h *Helpers) onDeath(number int, reason string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.helpers[number]
	if c == nil {
		return
	}
	delete(h.helpers, number)
	h.deaths++
	h.tellStart()
	for _, q := range c.asked {
		q.err = fmt.Errorf("%w: %s", errHelperDied, reason)
		close(q.done)
	}
}

// restSoon ends the helpers once nothing has been asked of them for a while.
func (h *Helpers) restSoon() {
	if h.idle == nil {
		h.idle = time.AfterFunc(helpersIdle, h.rest)
		return
	}
	h.idle.Reset(helpersIdle)
}

func (h *Helpers) rest() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.helpers {
		if len(c.asked) > 0 {
			h.restSoon()
			return
		}
	}
	for number := range h.helpers {
		h.crew.end(number)
	}
	clear(h.helpers)
}
