package page

import (
	"fmt"
	"slices"
	"sort"

	"chainglass/app/engine"
	"chainglass/app/rpc"
)

// Steps leads from one failure or finding to the next, in the order of the
// table.
type Steps struct {
	page *Page
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

// ToFailure selects the next failure, or the one before.
func (st *Steps) ToFailure(step int) {
	chains := st.page.Shown.Chains()
	if len(chains) == 0 || st.page.Shown.Active().Table.Fault != nil {
		return
	}
	query := failureTerm
	if st.page.Shown.Query != "" {
		query = "(" + st.page.Shown.Query + ") " + failureTerm
	}
	st.steps().pending = step
	st.steps().failures.request(st.page, st.page.Shown.spec(query), st.page.Shown.stampOf(chains))
}

func (st *Steps) steps() *Steps { return st }

// changed takes the pending step once the failures are known.
func (st *Steps) changed(s *Page, f *search) {
	if f != &st.failures || !f.known() || !f.exists() || st.pending == 0 {
		return
	}
	step := st.pending
	st.pending = 0
	s.Steps.stepIn(f.Table, step)
}

// stepIn selects the row of a table that comes after the selected entry, or the
// one before.
func (st *Steps) stepIn(t engine.Table, step int) {
	question := rpc.FindRowRequest{Table: t.ID, Chain: st.page.Selection.Chain, Position: max(0, st.page.Selection.Position)}
	rpc.Call(st.page.client, rpc.FindRow, question, openOptions{}, func(place engine.Place, err error) {
		if err != nil {
			place = engine.Place{}
		}
		row := place.Row + step
		if !place.Exact && step > 0 {
			row = place.Row
		}
		if row < 0 || row >= t.Rows {
			st.tellEnd("failure", step)
			return
		}
		rpc.Call(st.page.client, rpc.TableRows, rpc.TableRowsRequest{Table: t.ID, First: row, Count: 1}, openOptions{},
			func(page engine.RowPage, err error) {
				if err == nil && len(page.Rows) == 1 {
					st.page.Selection.Jump(page.Rows[0].Chain, page.Rows[0].Position)
				}
			})
	})
}

// tellEnd says that there is nothing further on.
func (st *Steps) tellEnd(what string, step int) {
	if step > 0 {
		st.page.Notice.tell("No later " + what + " in the table")
	} else {
		st.page.Notice.tell("No earlier " + what + " in the table")
	}
}

// ToFinding selects the next entry that something was noticed about, or the
// one before.
func (st *Steps) ToFinding(step int) {
	stamp := st.findingStamp()
	if st.stamp == stamp && st.asked == 0 {
		st.goToFinding(step)
		return
	}
	st.stamp, st.findings, st.asked = stamp, nil, 1
	for _, c := range st.page.Shown.Chains() {
		if c.Worst == engine.SeverityNone {
			continue
		}
		st.asked++
		rpc.Call(st.page.client, rpc.Findings, rpc.ChainRequest{Chain: c.ID}, openOptions{},
			func(answer rpc.FindingsResponse, _ error) {
				if st.stamp == stamp {
					st.placeFindings(stamp, answer.Findings, step)
				}
			})
	}
	for _, f := range st.storyRows() {
		st.placeFinding(stamp, f.chain, f.position, step)
	}
	st.placedFinding(step)
}

// storyRows are where the stories in the chains shown begin.
func (st *Steps) storyRows() []findingRow {
	var rows []findingRow
	for i := range st.page.Findings.List {
		f := &st.page.Findings.List[i]
		if id := engine.ChainID(f.Chain); st.page.Shown.Has(id) && !st.page.Findings.Hidden[f.Key] {
			rows = append(rows, findingRow{chain: id, position: f.First})
		}
	}
	return rows
}

// findingStamp tells one list of findings from another.
func (st *Steps) findingStamp() string {
	return fmt.Sprint(st.page.Shown.stampOf(st.page.Shown.Chains()), st.page.Table.ID, len(st.storyRows()))
}

// placeFindings takes the findings of a chain.
func (st *Steps) placeFindings(stamp string, findings []engine.Finding, step int) {
	for i := range findings {
		if findings[i].Position >= 0 {
			st.placeFinding(stamp, findings[i].Chain, findings[i].Position, step)
		}
	}
	st.placedFinding(step)
}

// placeFinding finds the row of a finding.
func (st *Steps) placeFinding(stamp string, chain engine.ChainID, position, step int) {
	r := &st.page.Table
	if r.ID == 0 {
		st.findings = append(st.findings, findingRow{position, chain, position})
		return
	}
	st.asked++
	question := rpc.FindRowRequest{Table: r.ID, Chain: chain, Position: position}
	rpc.Call(st.page.client, rpc.FindRow, question, openOptions{}, func(place engine.Place, err error) {
		if st.stamp != stamp {
			return
		}
		if err == nil && place.Exact {
			st.findings = append(st.findings, findingRow{place.Row, chain, position})
		}
		st.placedFinding(step)
	})
}

// placedFinding counts an answer; after the last one the step is taken.
func (st *Steps) placedFinding(step int) {
	if st.asked--; st.asked > 0 {
		return
	}
	sort.SliceStable(st.findings, func(i, j int) bool { return st.findings[i].row < st.findings[j].row })
	st.findings = slices.Compact(st.findings)
	st.goToFinding(step)
}

// goToFinding selects the finding next to the selected row.
func (st *Steps) goToFinding(step int) {
	at := st.page.Table.selected
	if st.page.Table.ID == 0 {
		at = st.page.Selection.Position
	}
	findings := st.steps().findings
	next := slices.IndexFunc(findings, func(f findingRow) bool { return f.row > at })
	if step < 0 {
		next = slices.IndexFunc(findings, func(f findingRow) bool { return f.row >= at }) - 1
		if next == -2 {
			next = len(findings) - 1
		}
	}
	if next < 0 || next >= len(findings) {
		st.tellEnd("finding", step)
		return
	}
	st.page.Selection.Jump(findings[next].chain, findings[next].position)
}
