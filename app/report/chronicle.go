package report

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"chainglass/app/engine"
	"chainglass/app/insight"
	"chainglass/app/view"
)

// maxIDs bounds the ids that are listed with their names.
const maxIDs = 100

// inOrder heads the story in the order of time.
const inOrder = "In order of time"

// chronicleColumns head the story in the order of time.
var chronicleColumns = []column{{"from UTC", "data"}, {"to UTC", "data"}, {"node", ""}, {"what happened", ""}}

// chronicle returns what happened in the order of time, a line each, and how many are left
// out.
func chronicle(story []insight.Finding) (rows [][]string, more int) {
	chapters := slices.DeleteFunc(slices.Clone(story), func(f insight.Finding) bool { return f.Chapter == 0 })
	sort.Slice(chapters, func(i, j int) bool { return chapters[i].Chapter < chapters[j].Chapter })
	first, more := cut(chapters, maxStory)
	for i := range first {
		f := &first[i]
		from, to := f.FirstTimeNS/1e6, f.LastTimeNS/1e6
		end := view.UTC.Time(to)
		if view.UTC.Day(from) == view.UTC.Day(to) {
			end = view.UTC.Clock(to)
		}
		if from == to {
			end = ""
		}
		rows = append(rows, []string{view.UTC.Time(from), end, short(f.Node), short(f.Title.String())})
	}
	return rows, more
}

// idColumns head the ids.
var idColumns = []column{{"name", ""}, {"of a", ""}, {"decimal", "number"}, {"hexadecimal", "data"}}

// lookForIDs takes the ids whose names are known.
func (r *Report) lookForIDs(ctx context.Context, e *engine.Engine) error {
	if len(r.chains) == 0 {
		return nil
	}
	d, err := e.Directory(ctx, nil)
	if err != nil {
		return err
	}
	for _, entry := range d.Entries() {
		if entry.Name != "" {
			r.ids = append(r.ids, []string{short(entry.Name), entry.Thing.String(), fmt.Sprint(entry.ID), fmt.Sprintf("0x%016x", entry.ID)})
		}
	}
	return nil
}

// chronicle writes the story in the order of time, if it is longer than a line.
func (w *writeUp) chronicle(story []insight.Finding) {
	rows, more := chronicle(story)
	if len(rows) < 2 {
		return
	}
	w.f("\n## %s\n", inOrder)
	w.table(chronicleColumns, rows)
	w.more(more, "findings")
}

func (w *writeUp) ids(ids [][]string) {
	if len(ids) == 0 {
		return
	}
	w.f("\n## Ids\n")
	first, more := cut(ids, maxIDs)
	w.table(idColumns, first)
	w.more(more, "ids")
}

// chronicle writes the story in the order of time, if it is longer than a line.
func (p *page) chronicle(story []insight.Finding) {
	rows, more := chronicle(story)
	if len(rows) < 2 {
		return
	}
	p.section(inOrder)
	p.table("What happened, the earliest first", chronicleColumns, rows)
	p.more(more, "findings")
}

func (p *page) ids(ids [][]string) {
	if len(ids) == 0 {
		return
	}
	p.section("Ids")
	first, more := cut(ids, maxIDs)
	p.table("Ids whose names are known", idColumns, first)
	p.more(more, "ids")
}
