//go:build !js

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"chainglass/app/engine"
	"chainglass/app/saveas"
	"chainglass/app/view"
)

// statsOptions are the flags of stats.
type statsOptions struct {
	where, of string
	by        []string
	per       string
	top       int
	csv, json bool
}

func statsCommand(c *console) *cobra.Command {
	var o statsOptions
	cmd := &cobra.Command{
		Use:   "stats PATH...",
		Short: "Count entries by fields and time",
		Long: `Stats counts entries by up to two fields and, with --per, by time.

Fields: ` + strings.Join(engine.StatisticsFields(), ", ") + `.
value stands for the numbers and ids in a reason or message, attempt for the number
of the attempt of an action. An entry with several values of a field, for example
two operators, counts once for each.

Measures for --of, in milliseconds with median and 95th percentile:
  delay     retry hint or cooldown in the record
  gap       time since the previous attempt of the action
  success   time from the first attempt to the one that was dispatched, for actions
            that took more than one

Entries are placed by their append time in UTC, or by the record's own time if there
is none. Exit status 3 means that something could not be read and is not counted.`,
		Example: `  chainglass stats node-1 node-2 --by kind,outcome
  chainglass stats incident.zip --where 'outcome:failed' --by value --top 10
  chainglass stats /var/lib/net-mesh --where 'level:>=warn' --by template --per 1m --csv`,
		Args: atLeast(1, "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error { return runStats(cmd.Context(), c, args, &o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.where, "where", "", "count only the entries that match, in the filter language of the page")
	f.StringSliceVar(&o.by, "by", []string{"outcome"}, "up to two fields, separated by a comma; \"\" counts without fields")
	f.StringVar(&o.per, "per", "", "width of time buckets, for example 30s, 1m, 1h, 1d")
	f.StringVar(&o.of, "of", "", "measure: "+strings.Join(engine.Measures(), ", "))
	f.IntVar(&o.top, "top", 40, "print only the N most frequent combinations of values; 0 prints all (text only)")
	f.BoolVar(&o.csv, "csv", false, "print CSV")
	f.BoolVar(&o.json, "json", false, "print a line of JSON for each group")
	return cmd
}

func runStats(ctx context.Context, c *console, paths []string, o *statsOptions) error {
	if o.csv && o.json {
		return usagef("--csv and --json exclude each other")
	}
	if o.top < 0 {
		return usagef("--top %d is negative", o.top)
	}
	spec := engine.StatisticsSpec{TableSpec: engine.TableSpec{Query: o.where}, By: o.by, Measure: o.of}
	var err error
	if spec.PerNS, err = parseWidth(o.per); err != nil {
		return err
	}
	l, err := c.load(ctx, paths...)
	if err != nil {
		return err
	}
	defer l.close()
	counted, err := l.Statistics(ctx, spec, nil)
	switch {
	case errors.Is(err, engine.ErrStatistics):
		return usageError(err)
	case err != nil:
		return err
	case counted.Fault != nil:
		return usagef("--where: %s", faultText(o.where, counted.Fault))
	}
	for _, r := range counted.Remarks {
		c.warn("--where: %s", r)
	}
	switch {
	case o.csv:
		_, err = c.json.Write(saveas.AppendStatisticsCSV(nil, &spec, counted.Groups))
	case o.json:
		_, err = c.json.Write(saveas.AppendStatisticsNDJSON(nil, &spec, counted.Groups))
	default:
		err = printStats(c, &spec, &counted, o.top)
	}
	if err != nil {
		return err
	}
	c.warn("%s of %s in %s", view.Count(counted.Entries), view.Plural(counted.Total, "entry", "entries"), view.Plural(len(counted.Groups), "group", "groups"))
	if l.problems > 0 {
		c.warn("the count is incomplete: %s above", view.Plural(l.problems, "problem is", "problems are"))
		return errDamaged()
	}
	return nil
}

// parseWidth reads the width of time buckets.
func parseWidth(text string) (ns uint64, err error) {
	if text == "" {
		return 0, nil
	}
	var d time.Duration
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		var n int64
		if _, err := fmt.Sscanf(days+";", "%d;", &n); err != nil || n > math.MaxInt64/int64(24*time.Hour) {
			return 0, usagef("--per %q is not a length of time; write it like 30s, 1m, 1h or 1d", text)
		}
		d = time.Duration(n) * 24 * time.Hour
	} else if d, err = time.ParseDuration(text); err != nil {
		return 0, usagef("--per %q is not a length of time; write it like 30s, 1m, 1h or 1d", text)
	}
	if d <= 0 {
		return 0, usagef("--per %q is not longer than 0", text)
	}
	return uint64(d), nil
}

// printStats prints groups as a table: values on the left of their columns, numbers on the
// right.
func printStats(c *console, spec *engine.StatisticsSpec, counted *engine.Statistics, top int) error {
	shown, left := topGroups(counted.Groups, top)
	var head []string
	if spec.PerNS > 0 {
		head = append(head, "time")
	}
	head = append(head, spec.By...)
	values := len(head)
	head = append(head, "count", "share")
	if spec.Measure != "" {
		head = append(head, "with "+spec.Measure, "min", "median", "p95", "max")
	}
	lines := [][]string{head}
	for i := range shown {
		g := &shown[i]
		var cells []string
		if spec.PerNS > 0 {
			cells = append(cells, view.Zone{}.Full(g.FromNS/1e6))
		}
		for _, v := range g.Values {
			cells = append(cells, cmp.Or(view.VisibleText(v), "-"))
		}
		cells = append(cells, view.Count(g.Count), fmt.Sprintf("%.1f %%", 100*float64(g.Count)/float64(counted.Entries)))
		if d := g.Measured; d != nil {
			cells = append(cells, view.Count(d.Count))
			for _, ns := range []uint64{d.MinNS, d.MedianNS, d.P95NS, d.MaxNS} {
				cells = append(cells, view.Duration(ns/1e6))
			}
		}
		lines = append(lines, cells)
	}
	for _, line := range aligned(lines, values) {
		if err := c.print("%s", line); err != nil {
			return err
		}
	}
	if left > 0 {
		c.warn("%s not printed; --top 0 prints all", view.Plural(left, "group is", "groups are"))
	}
	return nil
}

// aligned returns lines of cells as text: the first columns flush left, the others flush
// right.
func aligned(lines [][]string, left int) []string {
	var widths []int
	for _, cells := range lines {
		for i, cell := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	texts := make([]string, len(lines))
	for n, cells := range lines {
		var b strings.Builder
		for i, cell := range cells {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 0 {
				b.WriteString("  ")
			}
			if i < left {
				b.WriteString(cell + pad)
			} else {
				b.WriteString(pad + cell)
			}
		}
		texts[n] = strings.TrimRight(b.String(), " ")
	}
	return texts
}

// topGroups returns the groups with the n most frequent combinations of values, and how many
// it leaves out. 0 keeps all.
func topGroups(groups []engine.StatisticsGroup, n int) (kept []engine.StatisticsGroup, left int) {
	sums := map[string]int{}
	name := func(g *engine.StatisticsGroup) string { return fmt.Sprintf("%q", g.Values) }
	for i := range groups {
		sums[name(&groups[i])] += groups[i].Count
	}
	if n == 0 || len(sums) <= n {
		return groups, 0
	}
	var names []string
	for s := range sums {
		names = append(names, s)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(sums[b], sums[a]), cmp.Compare(a, b)) })
	for _, s := range names[n:] {
		delete(sums, s)
	}
	for i := range groups {
		if _, isTop := sums[name(&groups[i])]; isTop {
			kept = append(kept, groups[i])
		}
	}
	return kept, len(groups) - len(kept)
}
