package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"chainglass/fold/rank"
	"chainglass/wire/postcard"
)

// StatisticsSpec says which entries are counted, and by what.
type StatisticsSpec struct {
	// TableSpec names the chains and the filter. Order and ShiftMS do not count.
	TableSpec
	// FromNS and ToNS bound the time as in a [PackSpec].
	FromNS, ToNS postcard.Option[uint64]
	// By are up to [MaxStatisticsFields] of [StatisticsFields]. An entry with several values
	// of a field, for example operators, counts once for each.
	By []string
	// PerNS is the width of time buckets in nanoseconds, 0 for none. Buckets begin at
	// multiples of it from the Unix epoch on. Entries are placed by their append time, or
	// the record's own time if there is none.
	PerNS uint64
	// Measure is one of [Measures], or empty.
	Measure string
}

// MaxStatisticsFields bounds the fields of a [StatisticsSpec].
const MaxStatisticsFields = 2

// maxStatisticsGroups bounds the groups of one answer.
const maxStatisticsGroups = 1 << 20

// The measures. Attempts are the records of an action with the same id in the same process,
// up to the one that was dispatched.
const (
	// MeasureDelay is the retry hint or the cooldown in a record.
	MeasureDelay = "delay"
	// MeasureGap is the time from the attempt before to this one.
	MeasureGap = "gap"
	// MeasureSuccess is the time from the first attempt to the one that was dispatched, for
	// actions that took more than one.
	MeasureSuccess = "success"
)

// Measures lists the measures.
func Measures() []string { return []string{MeasureDelay, MeasureGap, MeasureSuccess} }

// Statistics is what was counted.
type Statistics struct {
	// Groups are in order of time, then of their counts, then of their values.
	Groups []StatisticsGroup
	// Entries were kept by the filter, of Total that were looked at.
	Entries, Total int
	// Fault is set if the query is invalid; nothing was counted then.
	Fault *QueryFault
	// Remarks are those of a [Table].
	Remarks []string
}

// StatisticsGroup is the entries with the same values in the same time bucket.
type StatisticsGroup struct {
	// FromNS is where the time bucket begins, 0 without buckets.
	FromNS uint64
	// Values are those of the fields, in their order; empty where an entry has none.
	Values []string
	Count  int
	// Measured is the distribution of the measure, if one was asked for and an entry of
	// the group has it.
	Measured *Distribution
}

// Distribution describes measured values, in nanoseconds.
type Distribution struct {
	// Count is how many entries have the measure.
	Count int
	// MedianNS and P95NS are the values that half and 95 % of the others do not exceed.
	MinNS, MedianNS, P95NS, MaxNS uint64
}

// ErrStatistics is wrapped by the errors about a [StatisticsSpec].
var ErrStatistics = errors.New("invalid statistics")

// Statistics counts entries. What the index knows is not read again.
func (e *Engine) Statistics(ctx context.Context, spec StatisticsSpec, report func(Progress)) (Statistics, error) {
	t, err := newTally(&spec)
	if err != nil {
		return Statistics{}, err
	}
	chains, err := e.chosen(spec.Chains)
	if err != nil {
		return Statistics{}, err
	}
	context, err := e.context(spec.Zone, chains)
	if err != nil {
		return Statistics{}, err
	}
	q, err := (&PackSpec{Where: spec.Query, FromNS: spec.FromNS, ToNS: spec.ToNS}).query(context)
	if fault := (*QueryFault)(nil); errors.As(err, &fault) {
		return Statistics{Fault: fault}, nil
	}
	if err != nil {
		return Statistics{}, err
	}
	s := newSearch(e, q, newMeter(e.pace, report))
	s.meter.progress.Phase = "counting"
	for _, c := range chains {
		s.total += c.index.length
	}
	for _, c := range chains {
		if c.index.length == 0 {
			continue
		}
		if err := t.search(ctx, s, c); err != nil {
			return Statistics{}, err
		}
	}
	return Statistics{Groups: t.groups(), Entries: t.entries, Total: s.total, Remarks: remarks(q)}, nil
}

// search counts what the query of a search keeps of a chain.
func (t *tally) search(ctx context.Context, s *search, c *reading) error {
	kept := &tablePart{matches: &rank.List{}}
	err := s.part(ctx, &tablePart{chain: c, length: c.index.length, matches: &rank.List{}}, func(p *tablePart) {
		kept = p
		s.meter.progress.Records = int64(s.searched)
		s.meter.tick(nil)
	})
	if err != nil {
		return err
	}
	t.entries += kept.count()
	if kept.count() == 0 {
		return nil
	}
	return t.chain(ctx, kept, s.counts[c.chain], s.meter.breathe)
}

// cell is a group that is being counted.
type cell struct {
	count    int
	measured []uint64
}

// cellKey is the time bucket and the values, by their numbers, of a cell.
type cellKey struct {
	bucket uint64
	values [MaxStatisticsFields]uint32
}

// tally counts entries.
type tally struct {
	fields  []statisticsField
	perNS   uint64
	measure string

	cells   map[cellKey]*cell
	entries int
	// names are the values, numbers finds them.
	names   []string
	numbers map[string]uint32
}

func newTally(spec *StatisticsSpec) (*tally, error) {
	t := &tally{perNS: spec.PerNS, measure: spec.Measure, cells: map[cellKey]*cell{}, names: []string{""}, numbers: map[string]uint32{"": 0}}
	if len(spec.By) > MaxStatisticsFields {
		return nil, fmt.Errorf("%w: %d fields, at most %d are possible", ErrStatistics, len(spec.By), MaxStatisticsFields)
	}
	for i, name := range spec.By {
		at := slices.IndexFunc(statisticsFields, func(f statisticsField) bool { return f.name == name })
		if at < 0 {
			return nil, fmt.Errorf("%w: field %q is not one of %s", ErrStatistics, name, strings.Join(StatisticsFields(), ", "))
		}
		if slices.Contains(spec.By[:i], name) {
			return nil, fmt.Errorf("%w: field %q is given twice", ErrStatistics, name)
		}
		t.fields = append(t.fields, statisticsFields[at])
	}
	if spec.Measure != "" && !slices.Contains(Measures(), spec.Measure) {
		return nil, fmt.Errorf("%w: measure %q is not one of %s", ErrStatistics, spec.Measure, strings.Join(Measures(), ", "))
	}
	return t, nil
}

// number returns the number of a value.
func (t *tally) number(value string) uint32 {
	n, known := t.numbers[value]
	if !known {
		n = uint32(len(t.names))
		t.numbers[value] = n
		t.names = append(t.names, value)
	}
	return n
}

// bucket returns the time bucket of a time.
func (t *tally) bucket(ns uint64) uint64 {
	if t.perNS == 0 {
		return 0
	}
	return ns - ns%t.perNS
}

// cell returns the cell of a key.
func (t *tally) cell(key cellKey) (*cell, error) {
	found := t.cells[key]
	if found == nil {
		if len(t.cells) == maxStatisticsGroups {
			return nil, fmt.Errorf("%w: more than %d groups; choose fewer fields, wider time buckets or a narrower filter", ErrStatistics, maxStatisticsGroups)
		}
		found = &cell{}
		t.cells[key] = found
	}
	return found, nil
}

// groups returns what has been counted.
func (t *tally) groups() []StatisticsGroup {
	var groups []StatisticsGroup
	for key, c := range t.cells {
		g := StatisticsGroup{FromNS: key.bucket, Count: c.count, Measured: distribution(c.measured)}
		for i := range t.fields {
			g.Values = append(g.Values, t.names[key.values[i]])
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b StatisticsGroup) int {
		return cmp.Or(cmp.Compare(a.FromNS, b.FromNS), cmp.Compare(b.Count, a.Count), slices.Compare(a.Values, b.Values))
	})
	return groups
}

// distribution sums values up. It sorts them.
func distribution(values []uint64) *Distribution {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	rank := func(share float64) uint64 {
		return values[max(int(math.Ceil(share*float64(len(values))))-1, 0)]
	}
	return &Distribution{
		Count: len(values),
		MinNS: values[0], MedianNS: rank(0.5), P95NS: rank(0.95), MaxNS: values[len(values)-1],
	}
}
