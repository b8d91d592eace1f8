package bench

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// Column is what was measured at one size.
type Column struct {
	Records int
	Values  Values
}

// has reports whether a figure was measured; nothing was in no column.
func (c *Column) has(key Key) bool {
	if c == nil {
		return false
	}
	_, measured := c.Values[key]
	return measured
}

// text is a value as a cell, empty if it was not measured.
func (c *Column) text(key Key) string {
	if !c.has(key) {
		return ""
	}
	return number(c.Values[key])
}

// Table returns a table in Markdown that can be read as it is.
func Table(title string, figures []Figure, columns []Column) string {
	head := []string{title}
	for _, c := range columns {
		head = append(head, count(c.Records)+" records")
	}
	rows := [][]string{append(head, "with 10 x the records", "budget", "")}
	for i := range figures {
		rows = append(rows, figures[i].rows(columns)...)
	}
	return align(rows)
}

// Report appends paragraphs to a file, or prints them if path is empty.
func Report(path string, paragraphs ...string) (err error) {
	out := os.Stdout
	if path != "" {
		if out, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, out.Close()) }()
	}
	for _, text := range paragraphs {
		if _, err := fmt.Fprintf(out, "%s\n\n", strings.TrimSpace(text)); err != nil {
			return err
		}
	}
	return nil
}

// Legend says how to read the tables.
const Legend = `In brackets: how many times better the line above is than this yardstick, which was measured in the same run. "with 10 x the
records": how many times the time or the memory grows; 10 is linear, 1 is constant. Budgets are for 10 M records on two
processors. Each value is the best of up to three rounds, in which figures and yardsticks take turns.`

// rows are the lines of a figure: its own and one for each yardstick.
func (f *Figure) rows(columns []Column) [][]string {
	at := budgetColumn(columns)
	row := []string{f.Title + ", " + f.Unit.Name}
	for _, c := range columns {
		row = append(row, c.text(f.Key))
	}
	row = append(row, f.growthText(columns))
	if f.Budget == 0 {
		row = append(row, "", "")
	} else {
		row = append(row, f.bound()+number(f.Budget), verdict(at.has(f.Key), at.has(f.Key) && f.Unit.holds(at.Values[f.Key], f.Budget)))
	}
	rows := [][]string{row}
	for i := range f.Against {
		rows = append(rows, f.Against[i].row(f, columns, at))
	}
	return rows
}

func (y *Yardstick) row(f *Figure, columns []Column, at *Column) []string {
	row := []string{"↳ " + y.Title}
	for i := range columns {
		c := &columns[i]
		if !c.has(f.Key) || !c.has(y.Key) {
			row = append(row, "")
			continue
		}
		row = append(row, fmt.Sprintf("%s (%s x)", number(c.Values[y.Key]), number(y.times(f, c))))
	}
	row = append(row, y.growthText(columns))
	if y.Times == 0 {
		return append(row, "", "")
	}
	known := at.has(f.Key) && at.has(y.Key)
	return append(row, number(y.Times)+" x", verdict(known, known && y.times(f, at) >= y.Times))
}

func (f *Figure) growthText(columns []Column) string {
	growth, grows := f.growth(columns)
	if !grows {
		return ""
	}
	return number(growth) + " x"
}

// bound says on which side of its budget a figure has to be.
func (f *Figure) bound() string {
	if f.Unit.moreIsBetter() {
		return "≥ "
	}
	return "≤ "
}

// budgetColumn is the column that budgets are for, nil if it was not measured.
func budgetColumn(columns []Column) *Column {
	for i := range columns {
		if columns[i].Records == BudgetRecords {
			return &columns[i]
		}
	}
	return nil
}

func verdict(known, holds bool) string {
	switch {
	case !known:
		return ""
	case holds:
		return "holds"
	}
	return "**missed**"
}

// count writes a number of records.
func count(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%d M", n/1_000_000)
	case n%1000 == 0:
		return fmt.Sprintf("%d k", n/1000)
	}
	return fmt.Sprint(n)
}

// align writes rows as Markdown, the first as the head.
func align(rows [][]string) string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for i, cell := range row {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				cell += pad
			} else {
				cell = pad + cell
			}
			b.WriteString("| " + cell + " ")
		}
		b.WriteString("|\n")
	}
	line(rows[0])
	for i, width := range widths {
		if i == 0 {
			b.WriteString("|:" + strings.Repeat("-", width+1))
		} else {
			b.WriteString("|" + strings.Repeat("-", width+1) + ":")
		}
	}
	b.WriteString("|\n")
	for _, row := range rows[1:] {
		line(row)
	}
	return b.String()
}
