package ui

import (
	"cmp"
	"fmt"
	"slices"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// steps leads from one failure or finding to the next, in the order of the
// table.
type steps struct {
	// failures is the table of the failures among what is shown.
	failures search
	// pending is the step to take once failures is known: 1, -1 or 0.
	pending int
	// findings are the rows of the findings in a table, for the table of stamp.
	findings []findingRow
	stamp    string
	asked    int
}

// findingRow is a row that something was noticed about.
type findingRow struct {
	row      int
	chain    engine.ChainID
	position int
}

// failureTerm keeps what failed on any kind of chain.
const failureTerm = "outcome:failed,error,rejected,failure"

// stepFailure selects the next failure, or the one before.
func (s *store) stepFailure(step int) {
	chains := s.shownChains()
	if len(chains) == 0 || s.active().table.Fault != nil {
		return
	}
	query := failureTerm
	if s.shown.query != "" {
		query = "(" + s.shown.query + ") " + failureTerm
	}
	s.steps().pending = step
	s.steps().failures.want(s, s.spec(query), s.stampOf(chains))
}

func (s *store) steps() *steps { return &s.shown.steps }

// changed takes the pending step once the failures are known.
func (st *steps) changed(s *store, f *search) {
	if f != &st.failures || !f.known || !f.exists() || st.pending == 0 {
		return
	}
	step := st.pending
	st.pending = 0
	s.stepIn(f.table, step)
}

// stepIn selects the row of a table that comes after the selected entry, or the
// one before.
func (s *store) stepIn(t engine.Table, step int) {
	question := rpc.FindRowRequest{Table: t.ID, Chain: s.chain, Position: max(0, s.position)}
	rpc.Call(s.client, rpc.FindRow, question, openOptions{}, func(place engine.Place, err error) {
		if err != nil {
			place = engine.Place{}
		}
		row := place.Row + step
		if !place.Exact && step > 0 {
			row = place.Row
		}
		if row < 0 || row >= t.Rows {
			s.tellEnd("failure", step)
			return
		}
		rpc.Call(s.client, rpc.TableRows, rpc.TableRowsRequest{Table: t.ID, First: row, Count: 1}, openOptions{},
			func(page engine.RowPage, err error) {
				if err == nil && len(page.Rows) == 1 {
					s.jump(page.Rows[0].Chain, page.Rows[0].Position)
				}
			})
	})
}

// tellEnd says that there is nothing further on.
func (s *store) tellEnd(what string, step int) {
	if step > 0 {
		s.tell("No later " + what + " in the table")
	} else {
		s.tell("No earlier " + what + " in the table")
	}
}

// stepFinding selects the next entry that something was noticed about, or the
// one before.
func (s *store) stepFinding(step int) {
	st := s.steps()
	stamp := s.findingStamp()
	if st.stamp == stamp && st.asked == 0 {
		s.goToFinding(step)
		return
	}
	st.stamp, st.findings, st.asked = stamp, nil, 1
	for _, c := range s.shownChains() {
		if c.Worst == engine.SeverityNone {
			continue
		}
		st.asked++
		rpc.Call(s.client, rpc.Findings, rpc.ChainRequest{Chain: c.ID}, openOptions{},
			func(answer rpc.FindingsResponse, _ error) {
				if st.stamp == stamp {
					s.placeFindings(stamp, answer.Findings, step)
				}
			})
	}
	for _, f := range s.insightRows() {
		s.placeFinding(stamp, f.chain, f.position, step)
	}
	s.placedFinding(step)
}

// insightRows are where the stories in the chains shown begin.
func (s *store) insightRows() []findingRow {
	var rows []findingRow
	for i := range s.insights.list {
		f := &s.insights.list[i]
		if id := engine.ChainID(f.Chain); s.isShown(id) && !s.insights.hidden[f.Key] {
			rows = append(rows, findingRow{chain: id, position: f.First})
		}
	}
	return rows
}

// findingStamp tells one list of findings from another.
func (s *store) findingStamp() string {
	return fmt.Sprint(s.stampOf(s.shownChains()), s.rows.table, len(s.insightRows()))
}

// placeFindings takes the findings of a chain.
func (s *store) placeFindings(stamp string, findings []engine.Finding, step int) {
	for i := range findings {
		if findings[i].Position >= 0 {
			s.placeFinding(stamp, findings[i].Chain, findings[i].Position, step)
		}
	}
	s.placedFinding(step)
}

// placeFinding finds the row of a finding.
func (s *store) placeFinding(stamp string, chain engine.ChainID, position, step int) {
	st, r := s.steps(), &s.rows
	if r.table == 0 {
		st.findings = append(st.findings, findingRow{position, chain, position})
		return
	}
	st.asked++
	question := rpc.FindRowRequest{Table: r.table, Chain: chain, Position: position}
	rpc.Call(s.client, rpc.FindRow, question, openOptions{}, func(place engine.Place, err error) {
		if st.stamp != stamp {
			return
		}
		if err == nil && place.Exact {
			st.findings = append(st.findings, findingRow{place.Row, chain, position})
		}
		s.placedFinding(step)
	})
}

// placedFinding counts an answer; after the last one the step is taken.
func (s *store) placedFinding(step int) {
	st := s.steps()
	if st.asked--; st.asked > 0 {
		return
	}
	slices.SortStableFunc(st.findings, func(a, b findingRow) int { return cmp.Compare(a.row, b.row) })
	st.findings = slices.Compact(st.findings)
	s.goToFinding(step)
}

// goToFinding selects the finding next to the selected row.
func (s *store) goToFinding(step int) {
	at := s.rows.selected
	if s.rows.table == 0 {
		at = s.position
	}
	findings := s.steps().findings
	next := slices.IndexFunc(findings, func(f findingRow) bool { return f.row > at })
	if step < 0 {
		next = slices.IndexFunc(findings, func(f findingRow) bool { return f.row >= at }) - 1
		if next == -2 {
			next = len(findings) - 1
		}
	}
	if next < 0 || next >= len(findings) {
		s.tellEnd("finding", step)
		return
	}
	s.jump(findings[next].chain, findings[next].position)
}
