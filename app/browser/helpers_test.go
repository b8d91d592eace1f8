package browser

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// testCrew are helpers on goroutines. Each answers with what it was asked and the
// number of the files; some die, some never start.
type testCrew struct {
	t       *testing.T
	of      *Helpers
	deadly  func() bool // whether the next thing that is asked of a helper kills it
	startup func(helper int) bool

	mu     sync.Mutex
	knows  map[int]map[int]bool // files by helper
	served map[int]int          // questions by helper
	groups map[string]int       // helper by group
	ended  map[int]bool
}

func newTestCrew(t *testing.T, most int) *testCrew {
	c := &testCrew{
		t: t, deadly: func() bool { return false }, startup: func(int) bool { return true },
		knows: map[int]map[int]bool{}, served: map[int]int{}, groups: map[string]int{}, ended: map[int]bool{},
	}
	c.of = newHelpers(c)
	c.of.most = most
	return c
}

func (c *testCrew) start(helper int) {
	c.mu.Lock()
	c.knows[helper] = map[int]bool{}
	c.mu.Unlock()
	go func() {
		if c.startup(helper) {
			c.of.onReady(helper)
		} else {
			c.of.onDeath(helper, "it does not start")
		}
	}()
}

func (c *testCrew) end(helper int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended[helper] = true
}

func (c *testCrew) give(helper, number int, files *fileFS) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.knows[helper][number] = true
}

func (c *testCrew) forget(helper, number int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.knows[helper], number)
}

func (c *testCrew) ask(helper, number, files int, message []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.knows[helper][files] {
		c.t.Errorf("helper %d is asked about files %d, which it does not have", helper, files)
	}
	c.served[helper]++
	dies := c.deadly()
	go func() {
		time.Sleep(time.Millisecond)
		if dies {
			c.of.onDeath(helper, "it was killed")
			return
		}
		c.of.onAnswer(helper, number, fmt.Appendf(nil, "%d: %s", files, message), nil)
	}()
}

func (c *testCrew) cancel(int, int) {}

// largeFiles are files that helpers are started for.
func largeFiles() *fileFS {
	return newFileFS([]described{{path: "dat", sizeBytes: helpFromBytes, content: text("")}}, nil)
}

// askAll asks many questions at a time and returns how many were answered and how many
// nobody could answer. Every answer must be that of its question.
func (c *testCrew) askAll(files *fileFS, questions int) (answered, left int) {
	var all sync.WaitGroup
	var mu sync.Mutex
	for i := range questions {
		all.Go(func() {
			question := fmt.Sprint("question ", i)
			answer, err := c.of.Ask(context.Background(), files, i/8, []byte(question))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, ErrNoHelper):
				left++
			case err != nil:
				c.t.Errorf("%s: %v", question, err)
			case string(answer) != fmt.Sprintf("%d: %s", files.helpNumber, question):
				c.t.Errorf("%s has the answer %q", question, answer)
			default:
				answered++
			}
		})
	}
	all.Wait()
	return answered, left
}

func TestHelpersAnswerWhatTheyAreAsked(t *testing.T) {
	c := newTestCrew(t, 3)
	c.startup = func(int) bool {
		time.Sleep(50 * time.Millisecond)
		return true
	}
	files := largeFiles()
	c.of.prepare(files)
	answered, left := c.askAll(files, 200)
	// Two do not wait for the helpers to start.
	if answered != 198 || left != sentBack {
		t.Errorf("%d questions were answered, %d left", answered, left)
	}
	if len(c.served) != 3 {
		t.Errorf("%d helpers worked", len(c.served))
	}
}

func TestHelpersAreStartedForWhatIsLarge(t *testing.T) {
	c := newTestCrew(t, 3)
	c.of.prepare(newFileFS([]described{file("small", "x")}, nil))
	if size := c.of.Size(); size != 0 || len(c.knows) != 0 {
		t.Errorf("%d helpers started for a small file, and the size is %d", len(c.knows), size)
	}
	c.of.prepare(largeFiles())
	if size := c.of.Size(); size != 3*askedAtOnce {
		t.Errorf("the size is %d", size)
	}
	c.of.prepare(largeFiles())
	if len(c.knows) != 3 {
		t.Errorf("%d helpers were started", len(c.knows))
	}
}

// Whichever helpers die, and whenever: each question has its answer, or the error that
// says that nobody helps.
func TestHelpersMayDie(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		c := newTestCrew(t, 1+r.IntN(4))
		one := 1 + r.IntN(40)
		c.deadly = func() bool { return r.IntN(one) == 0 }
		c.startup = func(helper int) bool { return helper%3 != int(seed%3) }
		files := largeFiles()
		for range 3 {
			c.of.prepare(files)
			if answered, left := c.askAll(files, 60); answered+left != 60 {
				t.Fatalf("seed %d: %d questions were answered, %d left", seed, answered, left)
			}
		}
	}
}

// A helper that dies costs one more try while another is there.
func TestADeadHelpersQuestionGoesToAnother(t *testing.T) {
	c := newTestCrew(t, 2)
	killed := false
	c.deadly = func() bool {
		first := !killed
		killed = true
		return first
	}
	files := largeFiles()
	c.of.prepare(files)
	for c.of.Size() > 0 && len(c.served) == 0 {
		c.askAll(files, 1)
	}
	if answered, left := c.askAll(files, 50); answered != 50 || left != 0 {
		t.Errorf("%d questions were answered, %d left", answered, left)
	}
}

// No helper: whoever asks knows at once, or soon after the start has failed.
func TestWithoutHelpersNobodyWaits(t *testing.T) {
	c := newTestCrew(t, 2)
	c.startup = func(int) bool { return false }
	files := largeFiles()
	if answered, left := c.askAll(files, 5); answered != 0 || left != 5 {
		t.Errorf("before any start %d questions were answered, %d left", answered, left)
	}
	c.of.prepare(files)
	if answered, left := c.askAll(files, 20); answered != 0 || left != 20 {
		t.Errorf("of helpers that do not start %d questions were answered, %d left", answered, left)
	}
	for range 3 * mostDeaths {
		c.of.prepare(files)
	}
	time.Sleep(10 * time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.knows) > mostDeaths+2 {
		t.Errorf("%d helpers that die were started", len(c.knows))
	}
}

func TestWhoGivesUpDoesNotWait(t *testing.T) {
	c := newTestCrew(t, 1)
	c.of.prepare(largeFiles())
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 3 {
		if _, err := c.of.Ask(ctx, largeFiles(), nil, nil); err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, ErrNoHelper) {
			t.Error(err)
		}
	}
}
