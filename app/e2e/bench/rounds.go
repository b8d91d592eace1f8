package bench

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	// rounds is how often everything is measured at most: figures and yardsticks in turn, so
	// that what the machine does besides meets both.
	rounds = 3
	// enough is how long one size is measured before no other round begins.
	enough = time.Minute

	// states is how many positions the state is asked for.
	states = 200
)

// Rounds repeats the steps of one size.
type Rounds struct {
	round int
	began time.Time
}

// Next begins another round, and reports whether there is one.
func (r *Rounds) Next() bool {
	if r.round == 0 {
		r.began = time.Now()
	} else if time.Since(r.began) > enough {
		return false
	}
	r.round++
	return r.round <= rounds
}

// Step measures a step, and says so: what is measured takes minutes.
func (r *Rounds) Step(name string, measure func() error) error {
	fmt.Fprintf(os.Stderr, "round %d: %s\n", r.round, name)
	return measure()
}

// Best keeps the best value of each figure.
type Best struct {
	Values Values
	units  map[Key]Unit
}

// NewBest returns one for figures and their yardsticks.
func NewBest(figures []Figure) *Best {
	b := &Best{Values: Values{}, units: map[Key]Unit{}}
	for _, f := range figures {
		b.units[f.Key] = f.Unit
		for _, y := range f.Against {
			b.units[y.Key] = y.Unit
		}
	}
	return b
}

// Take takes a value of a figure.
func (b *Best) Take(key Key, value float64) {
	unit, known := b.units[key]
	if !known {
		panic(fmt.Sprintf("invariant: there is no figure %q", key))
	}
	if old, measured := b.Values[key]; measured {
		value = unit.Better(old, value)
	}
	b.Values[key] = value
}

// Positions are some of those that a chain of that many records has, both ends included.
func Positions(records int) []int {
	random := rand.New(rand.NewPCG(seed, 0))
	positions := make([]int, states)
	for i := range positions {
		positions[i] = random.IntN(records + 1)
	}
	return positions
}

// Within returns the time within which [StatePercent] of the states came. tookMS is sorted.
func Within(tookMS []float64) float64 {
	return tookMS[(len(tookMS)*StatePercent+99)/100-1]
}

// SizesText writes numbers of records with commas between them.
func SizesText(sizes []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(sizes), " ", ","), "[]")
}

// ParseSizes reads what [SizesText] writes; an empty text stands for [Sizes].
func ParseSizes(text string) ([]int, error) {
	var sizes []int
	for part := range strings.SplitSeq(cmp.Or(text, SizesText(Sizes())), ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("%q is no number of records", part)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}
