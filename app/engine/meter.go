package engine

import (
	"context"
	"time"
)

// meter reports the progress of long work and lets others in between.
type meter struct {
	progress Progress
	report   func(Progress)
	pace     func()
	started  time.Time
	reported time.Time
	paced    time.Time
}

func newMeter(pace func(), report func(Progress)) *meter {
	now := time.Now()
	return &meter{report: report, pace: pace, started: now, paced: now}
}

// Pacer returns a function to be called now and then during long work outside of
// the engine. It lets others in as the engine's own work does, reports that phase,
// and returns the error of ctx.
func (e *Engine) Pacer(ctx context.Context, phase string, report func(Progress)) func() error {
	m := newMeter(e.pace, report)
	m.progress.Phase = phase
	return func() error {
		m.tick(nil)
		return ctx.Err()
	}
}

// begin starts the reading of chains whose sizes are known.
func (m *meter) begin(chains []*chain) {
	m.progress = Progress{Phase: "reading"}
	for _, c := range chains {
		m.progress.BytesTotal += c.found.Bytes
	}
	m.reported = time.Time{}
}

// tick is called often: it reports now and then, with the chains that chains
// returns, and paces the work.
func (m *meter) tick(chains func() []ChainInfo) {
	now := time.Now()
	if m.report != nil && now.Sub(m.reported) >= progressEvery {
		m.reported = now
		m.progress.ElapsedMS = now.Sub(m.started).Milliseconds()
		m.progress.Chains = nil
		if chains != nil {
			m.progress.Chains = chains()
		}
		m.report(m.progress)
	}
	m.breatheAt(now)
}

// breathe paces the work and reports nothing.
func (m *meter) breathe() { m.breatheAt(time.Now()) }

func (m *meter) breatheAt(now time.Time) {
	if now.Sub(m.paced) >= PaceEvery {
		m.pace()
		m.paced = time.Now()
	}
}

// tell reports all chains that next returns, whatever the time is.
func (m *meter) tell(next func() []ChainInfo) {
	if m.report == nil {
		return
	}
	for list := next(); len(list) > 0; list = next() {
		m.progress.ElapsedMS = time.Since(m.started).Milliseconds()
		m.progress.Chains = list
		m.report(m.progress)
		m.pace()
	}
}

// tickTable is tick for a search: reports carry the table.
func (m *meter) tickTable(table func() *Table) {
	if m.report != nil && time.Since(m.reported) >= progressEvery {
		m.progress.Table = table()
	}
	m.tick(nil)
}

// done returns the final figures.
func (m *meter) done() Progress {
	m.progress.ElapsedMS = time.Since(m.started).Milliseconds()
	m.progress.Chains = nil
	return m.progress
}
