package query

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"chainglass/wire"
)

// The two stages together say what reading every record would, the index says
// Maybe only where a payload is needed, and the verdicts on classes, chains and
// times hold for all their entries.
func TestAgreesWithReadingEveryRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 6000 {
		chain := wire.ChainKind(r.IntN(5))
		var entries []entry
		for i := range 12 {
			entries = append(entries, randomEntry(r, chain, i))
		}
		tables, rows := indexed(r, entries)
		a := randomQuery(r, 3)
		checkQuery(t, a, tables, rows, entries)
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
}

func checkQuery(t *testing.T, a asked, tables *Tables, rows []Row, entries []entry) {
	t.Helper()
	q := mustParse(t, a.text)
	for _, q := range []*Query{q, mustParse(t, q.String())} {
		m := Compile(q, tables)
		first, last := q.TimeRange()
		for i := range rows {
			e := &entries[i]
			want, got := a.holds(e), m.Row(&rows[i])
			if got != Maybe && got != verdictOf(want) {
				t.Errorf("%s: Row of %+v = %v\nof class %+v", a.text, *e, got, className(tables, rows[i].Class))
			}
			if m.Record(&rows[i], e.record()) != want {
				t.Errorf("%s: Record of %+v = %v", a.text, *e, !want)
			}
			if want && (e.timeNS < first || e.timeNS > last) {
				t.Errorf("%s: %d matches and is not from %d to %d", a.text, e.timeNS, first, last)
			}
			checkSummaries(t, a, q, m, &rows[i], e, want)
		}
	}
}

func className(t *Tables, class uint16) string {
	if int(class) < len(t.Classes) {
		return fmt.Sprintf("%+v", t.Classes[class])
	}
	return "that came later"
}

// checkSummaries checks what is said of many entries at once against one.
func checkSummaries(t *testing.T, a asked, q *Query, m *Matcher, row *Row, e *entry, want bool) {
	t.Helper()
	if v, decided := m.Class(row.Class); decided && v != verdictOf(want) {
		t.Errorf("%s: class of %+v = %v", a.text, *e, v)
	}
	inTables := int(row.Class) < len(m.byClass)
	if v := m.Chain(); inTables && v != Maybe && v != verdictOf(want) {
		t.Errorf("%s: chain of %+v = %v", a.text, *e, v)
	}
	if inTables && m.Row(row) == Maybe {
		if !m.NeedsPayload() || !q.NeedsPayload() && !e.unknownClass && !e.unknownText {
			t.Errorf("%s: no payload is needed for %+v, the index says Maybe", a.text, *e)
		}
	}
}

// What a template proves of its texts.
func TestTemplatesAnswerEarly(t *testing.T) {
	hex := WordBytes(0).With([]byte("0123456789abcdefABCDEF"))
	units := hex.With([]byte("ms"))
	for _, c := range []struct {
		query, template string
		whole           bool
		masked          WordBytes
		want            Verdict
	}{
		{"timed", "pull of # timed out", true, hex, Yes},
		{"timed", "pull of # timed out", false, hex, Yes},
		{`"timed out"`, "pull of # TIMED out after #", true, AllWordBytes, Yes},
		{"refused", "pull of # timed out", true, hex, No},
		{"refused", "pull of # timed out", true, AllWordBytes, Maybe},
		{"refused", "pull of # timed out", false, hex, Maybe},
		{"refused", "no such daemon", true, AllWordBytes, No},
		{"refused", "no such daemon", false, AllWordBytes, Maybe},
		{"refused", "", true, 0, No},
		{"refused", "", false, 0, Maybe},
		{"5000", "after # ms", true, hex, Maybe},
		{"5000ms", "after #", true, hex, No},
		{"5000ms", "after #", true, units, Maybe},
		{`"5000 ms"`, "after # ms", true, hex, Maybe},
		{`"5000 s"`, "after # ms", true, hex, No},
		{`"after 50"`, "after # ms", true, hex, Maybe},
		{`"before 50"`, "after # ms", true, hex, No},
		{`"4 2"`, "# #", true, hex, Maybe},
		{`"4-2"`, "# #", true, hex, No},
		{"#", "item # of 3", true, 0, Maybe},
		{"face", "id #", true, hex, Maybe},
		{"pull*out", "pull of # timed out", true, hex, Yes},
		{"out*pull", "pull of # timed out", true, hex, Maybe},
		{"out*refused", "pull of # timed out", true, hex, No},
		{"/no such/", "no such daemon", true, 0, Yes},
		{"/^such/", "no such daemon", true, 0, No},
		{"/no such/", "no such # daemon", true, 0, Yes},
		{"/#/", "no such # daemon", true, hex, No},
		{"/#/", "no such # daemon", true, 0, Yes},
		{"ärger", "viel ÄRGER mit #", true, hex, Yes},
		{strings.Repeat("a", 64) + "x", strings.Repeat("a", 64) + " #", true, 0, Maybe},
		{"*", "#", true, hex, Yes},
	} {
		class := Class{State: ClassRecord, Outcome: "Failed", Text: Template{c.template, c.whole, c.masked}}
		tables := &Tables{Chain: wire.ChainAction, Classes: []Class{class}}
		for _, text := range []string{"reason:" + c.query, c.query} {
			got, decided := Compile(mustParse(t, text), tables).Class(0)
			if !decided {
				got = Maybe
			}
			if text == "*" {
				continue // finds the outcome
			}
			if got != c.want {
				t.Errorf("%s in %q: %v, want %v", text, c.template, got, c.want)
			}
		}
	}
}
