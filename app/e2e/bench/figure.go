package bench

import (
	"fmt"
	"math"
)

// Key names a figure among the measured values.
type Key string

// Values are measured figures.
type Values map[Key]float64

// Unit is what a figure is measured in, and which way is better.
type Unit struct {
	Name string
	kind unitKind
	// factor makes seconds of times, and records a second of rates.
	factor float64
}

type unitKind uint8

const (
	// cost: less is better, and it grows with the records.
	cost unitKind = iota
	// rate: records in a unit of time; more is better.
	rate
	// share: a ratio of two figures of which less is better.
	share
	// yield: a ratio of two figures of which more is better.
	yield
)

// The units.
var (
	MRecordsPerS = Unit{"M records/s", rate, 1e6}
	Milliseconds = Unit{"ms", cost, 1e-3}
	Seconds      = Unit{"s", cost, 1}
	Megabytes    = Unit{"MB", cost, 1}
	OfLoad       = Unit{"% of opening", share, 1}
	OfLinear     = Unit{"% of linear", yield, 1}
	OfFirst      = Unit{"% of the first", yield, 1}
)

func (u Unit) moreIsBetter() bool { return u.kind == rate || u.kind == yield }

// Better returns the better of two values.
func (u Unit) Better(a, b float64) float64 {
	if u.moreIsBetter() {
		return max(a, b)
	}
	return min(a, b)
}

// holds reports whether a value keeps within a budget.
func (u Unit) holds(value, budget float64) bool {
	if u.moreIsBetter() {
		return value >= budget
	}
	return value <= budget
}

// costOf is what a value costs, of that many records: in seconds, also of a rate.
func (u Unit) costOf(value float64, records int) float64 {
	if u.kind == rate {
		return float64(records) / (value * u.factor)
	}
	return value * u.factor
}

// Rate returns how many million records a second are that many in a number of seconds.
func Rate(records int, seconds float64) float64 {
	return float64(records) / seconds / MRecordsPerS.factor
}

// Figure is something measured.
type Figure struct {
	Key   Key
	Title string
	Unit  Unit
	// Budget is what it has to keep within at [BudgetRecords]; 0 for none.
	Budget float64
	// Against are the yardsticks.
	Against []Yardstick
}

// Yardstick is a figure that another is held against.
type Yardstick struct {
	Figure
	// Times is how many times better the figure has to be; 0 for no budget.
	Times float64
}

// BudgetRecords is the size that budgets are for.
const BudgetRecords = 10_000_000

// times is how many times better a figure is than a yardstick.
func (y *Yardstick) times(f *Figure, c *Column) float64 {
	return y.Unit.costOf(c.Values[y.Key], c.Records) / f.Unit.costOf(c.Values[f.Key], c.Records)
}

// growth is how many times the cost of a figure grows with ten times the records, from
// the first column to the last that have it. Ratios have no growth.
func (f *Figure) growth(columns []Column) (growth float64, grows bool) {
	var has []Column
	for _, c := range columns {
		if c.Values[f.Key] > 0 { // of none it cannot be said how it grows
			has = append(has, c)
		}
	}
	if len(has) < 2 || f.Unit.kind == share || f.Unit.kind == yield {
		return 0, false
	}
	first, last := has[0], has[len(has)-1]
	steps := math.Log10(float64(last.Records) / float64(first.Records))
	return math.Pow(f.Unit.costOf(last.Values[f.Key], last.Records)/f.Unit.costOf(first.Values[f.Key], first.Records), 1/steps), true
}

// number writes a value with three digits that say something.
func number(v float64) string {
	if v >= 1000 {
		text := fmt.Sprintf("%.0f", v)
		return text[:len(text)-3] + "," + text[len(text)-3:]
	}
	switch {
	case v == 0:
		return "0"
	case v < 0:
		return "-" + number(-v)
	case v < 0.1:
		return fmt.Sprintf("%.3f", v)
	}
	digits := 2
	for limit := 10.0; digits > 0 && v >= limit; limit *= 10 {
		digits--
	}
	return fmt.Sprintf("%.*f", digits, v)
}
