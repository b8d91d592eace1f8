package engine_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainglass/app/engine"
	"chainglass/snapshot"
	"chainglass/wire"

	gocmp "github.com/google/go-cmp/cmp"
)

// statistics counts and fails the test if that cannot be done.
func statistics(t testing.TB, e *engine.Engine, spec engine.StatisticsSpec) engine.Statistics {
	t.Helper()
	s, err := e.Statistics(context.Background(), spec, nil)
	if err != nil || s.Fault != nil {
		t.Fatalf("%+v: %v %+v", spec, err, s.Fault)
	}
	return s
}

// naiveWord is what a template masks, as its rule says it.
var naiveWord = regexp.MustCompile(`[A-Za-z0-9_]+`)

func naiveMasked(word string) bool {
	digit := func(c rune) bool { return '0' <= c && c <= '9' }
	hex := func(c rune) bool { return !digit(c) && !strings.ContainsRune("abcdefABCDEF", c) }
	return digit(rune(word[0])) || len(word) >= 6 && strings.ContainsFunc(word, digit) && !strings.ContainsFunc(word, hex)
}

// naiveFields returns the values of an entry, from its payload alone, and the delay in it.
func naiveFields(t testing.TB, w *engine.WalkedEntry) (values map[string][]string, delayNS []uint64) {
	t.Helper()
	values = map[string][]string{
		"node": {w.Node}, "channel": {w.Channel}, "chain": {w.Kind.Name}, "status": {w.Entry.Status.String()},
	}
	if w.Entry.Status != wire.EntryOK || w.Row.Error != "" {
		return values, nil
	}
	set := func(field, value string) {
		if value != "" {
			values[field] = append(values[field], value)
		}
	}
	var text string
	switch p := bytes.Clone(w.Entry.Payload); w.Kind.ID {
	case wire.ChainAction:
		r, err := wire.DecodeRecord(p)
		if err != nil {
			t.Fatal(err)
		}
		set("id", strconv.FormatUint(r.ID, 10))
		set("kind", r.Kind)
		switch d := r.Disposition.(type) {
		case wire.Dispatched:
			set("outcome", "dispatched")
		case wire.Failed:
			set("outcome", "failed")
			text = d.Reason
			if d.RetryAfterMS.Some {
				delayNS = append(delayNS, d.RetryAfterMS.Value*1e6)
			}
		case wire.Gated:
			set("outcome", "gated")
			text = d.Reason
			if d.CooldownMS.Some {
				delayNS = append(delayNS, d.CooldownMS.Value*1e6)
			}
		}
	case wire.ChainLog:
		r, err := snapshot.DecodeLogRecord(p)
		if err != nil {
			t.Fatal(err)
		}
		set("id", strconv.FormatUint(r.Seq, 10))
		set("level", strings.ToLower(r.Level.String()))
		set("outcome", strings.ToLower(r.Level.String()))
		if r.DaemonID.Some {
			set("daemon", strconv.FormatUint(r.DaemonID.Value, 10))
		}
		text = r.Message
	case wire.ChainAudit:
		r, err := snapshot.DecodeAdminAuditRecord(p)
		if err != nil {
			t.Fatal(err)
		}
		set("id", strconv.FormatUint(r.Seq, 10))
		set("outcome", strings.ToLower(w.Row.Outcome))
		for _, o := range r.OperatorIDs {
			if v := strconv.FormatUint(o, 10); !slices.Contains(values["operator"], v) {
				set("operator", v)
			}
		}
		if r.Event.Kind == snapshot.EventForceRestartDaemon {
			set("daemon", strconv.FormatUint(r.Event.Daemon.ID, 10))
		}
		text = r.Outcome.Message
	case wire.ChainFailure:
		r, err := snapshot.DecodeFailureRecord(p)
		if err != nil {
			t.Fatal(err)
		}
		set("id", strconv.FormatUint(r.Seq, 10))
		set("outcome", strings.ToLower(w.Row.Outcome))
		text = r.Reason
	}
	set("reason", text)
	for _, word := range naiveWord.FindAllString(text[:min(len(text), 200)], -1) {
		if naiveMasked(word) && !slices.Contains(values["value"], word) {
			set("value", word)
		}
	}
	return values, delayNS
}

// naiveStatistics counts by reading everything.
func naiveStatistics(t testing.TB, e *engine.Engine, spec engine.StatisticsSpec) []engine.StatisticsGroup {
	t.Helper()
	type group struct {
		engine.StatisticsGroup
		measured []uint64
	}
	groups := map[string]*group{}
	_, err := e.Entries(context.Background(), engine.EntriesSpec{TableSpec: spec.TableSpec}, nil, func(w *engine.WalkedEntry) error {
		values, delays := naiveFields(t, w)
		var from uint64
		if spec.PerNS > 0 {
			from = w.Entry.TSNS.Value / spec.PerNS * spec.PerNS
		}
		combinations := [][]string{nil}
		for _, field := range spec.By {
			var longer [][]string
			of := values[field]
			if len(of) == 0 {
				of = []string{""}
			}
			for _, c := range combinations {
				for _, v := range of {
					longer = append(longer, append(slices.Clone(c), v))
				}
			}
			combinations = longer
		}
		for _, c := range combinations {
			key := fmt.Sprintf("%d %q", from, c)
			if groups[key] == nil {
				groups[key] = &group{StatisticsGroup: engine.StatisticsGroup{FromNS: from, Values: c}}
			}
			groups[key].Count++
			if spec.Measure == engine.MeasureDelay {
				groups[key].measured = append(groups[key].measured, delays...)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var list []engine.StatisticsGroup
	for _, g := range groups {
		if n := len(g.measured); n > 0 {
			slices.Sort(g.measured)
			g.Measured = &engine.Distribution{
				Count: n, MinNS: g.measured[0], MaxNS: g.measured[n-1],
				MedianNS: g.measured[(n+1)/2-1], P95NS: g.measured[(n*95+99)/100-1],
			}
		}
		list = append(list, g.StatisticsGroup)
	}
	slices.SortFunc(list, func(a, b engine.StatisticsGroup) int {
		return cmp.Or(cmp.Compare(a.FromNS, b.FromNS), cmp.Compare(b.Count, a.Count), slices.Compare(a.Values, b.Values))
	})
	return list
}

// Any filter, counted by any fields, gives what reading every entry gives.
func TestStatisticsAgreeWithANaiveCount(t *testing.T) {
	e, _ := open(t, "incident")
	fields := []string{"node", "channel", "chain", "status", "id", "outcome", "level", "daemon", "operator", "reason", "value"}
	filters := []string{
		"", "chain:action", "outcome:failed", "chain:log", "chain:audit", "chain:failure", "kind:pull_replica", "node:node-2 outcome:failed",
		`reason:"timed out"`, "time:16:08..16:09", "id:1..400", "level:>=warn", "nothing_like_this", "-outcome:dispatched chain:action",
	}
	rounds := 20
	if testing.Short() {
		rounds = 6
	}
	dice := rand.New(rand.NewPCG(7, 20))
	for range rounds {
		spec := engine.StatisticsSpec{TableSpec: engine.TableSpec{Query: filters[dice.IntN(len(filters))]}}
		for _, i := range dice.Perm(len(fields))[:dice.IntN(engine.MaxStatisticsFields+1)] {
			spec.By = append(spec.By, fields[i])
		}
		spec.PerNS = []uint64{0, 0, 1e9, 60e9, 3600e9}[dice.IntN(5)]
		spec.Measure = []string{"", "", engine.MeasureDelay}[dice.IntN(3)]
		want := naiveStatistics(t, e, spec)
		got := statistics(t, e, spec)
		if diff := gocmp.Diff(want, got.Groups); diff != "" {
			t.Fatalf("%q by %v per %d of %q (-want +got):\n%s", spec.Query, spec.By, spec.PerNS, spec.Measure, diff)
		}
	}
}

// A click on a count keeps what was counted.
func TestAFilterKeepsWhatWasCounted(t *testing.T) {
	e, _ := open(t, "incident")
	for _, field := range []string{"node", "channel", "chain", "outcome", "kind", "template", "daemon", "operator", "status"} {
		s := statistics(t, e, engine.StatisticsSpec{By: []string{field}})
		for i, g := range s.Groups[:min(len(s.Groups), 12)] {
			if g.Values[0] == "" {
				continue
			}
			query := field + ":" + strconv.Quote(g.Values[0])
			if table := search(t, e, engine.TableSpec{Query: query}); table.Rows != g.Count {
				t.Errorf("%s: group %d counts %d, the filter %s keeps %d", field, i, g.Count, query, table.Rows)
			}
		}
	}
}

// Attempts are the records of an action in one process, up to the one that succeeds.
func TestStatisticsOfAttempts(t *testing.T) {
	e, opened := open(t, "incident")
	c := find(t, opened, "node-1", "meshos/actions")
	type state struct {
		attempts      int
		first, latest uint64
	}
	open := map[uint64]*state{}
	attempts := map[string]int{}
	var gaps, successes []uint64
	before := uint64(0)
	_, err := e.Entries(context.Background(), engine.EntriesSpec{TableSpec: engine.TableSpec{Chains: []engine.ChainID{c.ID}}}, nil, func(w *engine.WalkedEntry) error {
		r, err := wire.DecodeRecord(w.Entry.Payload)
		if err != nil {
			return err
		}
		if r.ID == 1 && before > 64 {
			clear(open)
		}
		before = r.ID
		now := w.Entry.TSNS.Value
		s := open[r.ID]
		if s == nil {
			s = &state{first: now}
			open[r.ID] = s
		}
		s.attempts++
		attempts[strconv.Itoa(s.attempts)]++
		_, done := r.Disposition.(wire.Dispatched)
		if s.attempts > 1 {
			gaps = append(gaps, now-s.latest)
			if done {
				successes = append(successes, now-s.first)
			}
		}
		s.latest = now
		if done {
			delete(open, r.ID)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	spec := engine.StatisticsSpec{TableSpec: engine.TableSpec{Chains: []engine.ChainID{c.ID}}, By: []string{"attempt"}}
	got := map[string]int{}
	for _, g := range statistics(t, e, spec).Groups {
		got[g.Values[0]] = g.Count
	}
	if diff := gocmp.Diff(attempts, got); diff != "" || len(got) < 3 {
		t.Errorf("attempts (-want +got):\n%s", diff)
	}
	for measure, want := range map[string][]uint64{engine.MeasureGap: gaps, engine.MeasureSuccess: successes} {
		slices.Sort(want)
		spec.By, spec.Measure = nil, measure
		d := statistics(t, e, spec).Groups[0].Measured
		if d == nil || d.Count != len(want) || d.MedianNS != want[(len(want)+1)/2-1] || d.MaxNS != want[len(want)-1] {
			t.Errorf("%s: %+v, want %d up to %d", measure, d, len(want), want[len(want)-1])
		}
	}
}

func TestStatisticsThatCannotBeCounted(t *testing.T) {
	e, _ := open(t, "incident")
	for want, spec := range map[string]engine.StatisticsSpec{
		`field "colour" is not one of node,`:        {By: []string{"colour"}},
		"3 fields, at most 2":                       {By: []string{"node", "chain", "kind"}},
		`field "node" is given twice`:               {By: []string{"node", "node"}},
		`measure "weight" is not one of delay, gap`: {Measure: "weight"},
	} {
		if _, err := e.Statistics(context.Background(), spec, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", spec, err, want)
		}
	}
	s, err := e.Statistics(context.Background(), engine.StatisticsSpec{TableSpec: engine.TableSpec{Query: "outcome:("}}, nil)
	if err != nil || s.Fault == nil {
		t.Errorf("%v %+v", err, s)
	}
}
