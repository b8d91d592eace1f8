package query

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"chainglass/wire"
)

// What phones and office programs make of a query means what was typed.
func TestTypographicMarks(t *testing.T) {
	for _, c := range []struct{ written, meant string }{
		{`reason:“timed out”`, `reason:"timed out"`},
		{`reason:„timed out“`, `reason:"timed out"`},
		{`reason:«timed out»`, `reason:"timed out"`},
		{`reason:"timed out”`, `reason:"timed out"`},
		{`reason:“timed out"`, `reason:"timed out"`},
		{`“timed out”`, `"timed out"`},
		{`–kind:pull_replica`, `-kind:pull_replica`},
		{`a —b`, `a -b`},
		{`−outcome:failed`, `-outcome:failed`},
		{`kind：pull_replica`, `kind:pull_replica`},
		{`kind：pull_replica，drop_replica`, `kind:pull_replica,drop_replica`},
		{`（a or b）`, `(a or b)`},
		{"outcome:failed\u200b", `outcome:failed`},
		{"\ufeffoutcome:failed \u200b", `outcome:failed`},
		{"outcome:failed\u00a0kind:a", `outcome:failed kind:a`},
		{`seq:5…9`, `seq:5..9`},
		{`seq:5–9`, `seq:5..9`},
		{`seq:5-9`, `seq:5..9`},
		{`id:≥42`, `id:>=42`},
		{`time:16:08…16:15`, `time:16:08..16:15`},
		{`time:16:08–16:15`, `time:16:08..16:15`},
		{`time:16:09-16:12`, `time:16:09..16:12`},
		{`time:16：09..16：12`, `time:16:09..16:12`},
		{`time:2026–05–22`, `time:2026-05-22`},
		{`time:2026-05-22-2026-05-23`, `time:2026-05-22..2026-05-23`},
		{`level>=warn`, `level:>=warn`},
		{`kind=pull_replica`, `kind:pull_replica`},
		{`outcome==failed`, `outcome:failed`},
		{`seq>100`, `seq:>100`},
		{`retry<5s -kind=a`, `retry:<5s -kind:a`},
	} {
		got, err := Parse(c.written, incident)
		if err != nil {
			t.Errorf("%s: %v", c.written, err)
			continue
		}
		if want := mustParse(t, c.meant); got.String() != want.String() {
			t.Errorf("%s is %s, want %s", c.written, got, want)
		}
	}
}

// A mark that is searched for is found as it is written, and as keyboards have it.
func TestMarksInTextsAreFoundBothWays(t *testing.T) {
	for _, c := range []struct {
		query, node string
		want        Verdict
	}{
		{`node:node–1`, "node-1", Yes},
		{`node:node–1`, "node–1", Yes},
		{`node:"it’s"`, "it's", Yes},
		{`node:"it’s"`, "it’s", Yes},
		{`node:node–1`, "node_1", No},
	} {
		m := Compile(mustParse(t, c.query), &Tables{Chain: wire.ChainAction, Node: c.node})
		if got := m.Row(&Row{}); got != c.want {
			t.Errorf("%s on %s: %v", c.query, c.node, got)
		}
	}
}

// What is read as another language means it is said, and != says what to write.
func TestSignsOfOtherLanguages(t *testing.T) {
	q := mustParse(t, `kind=pull_replica`)
	if r := q.Remarks(); len(r) != 1 || !strings.Contains(r[0].Text, "kind=… is read as kind:…") {
		t.Errorf("remarks %v", r)
	}
	if _, err := Parse(`outcome!=failed`, incident); err == nil || !strings.Contains(err.Error(), "write -outcome:failed") {
		t.Errorf("error %v", err)
	}
	if r := mustParse(t, `time:10:00-11:00`).Remarks(); len(r) != 1 || !strings.Contains(r[0].Text, "write 10:00..11:00 for a range") {
		t.Errorf("remarks %v", r)
	}
	// These are words and no fields.
	for _, text := range []string{`a=b`, `"kind=a"`, `reason<5`, `x>y`} {
		if q := mustParse(t, text); len(q.Remarks()) != 0 || strings.Contains(q.String(), ":") {
			t.Errorf("%s is %s", text, q)
		}
	}
}

// No text makes the parser go wrong, and what it points at is a part of the text.
func TestAnyMarksAreRead(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := rand.New(rand.NewPCG(9, 10))
	pieces := []string{"kind", "time", "：", ":", "“", "”", `"`, "–", "-", "(", "）", "，", "=", "!=", "…", "≥", "16:08", "a", " ", "\u200b", "seq", "5"}
	for range 50000 {
		var b strings.Builder
		for range r.IntN(9) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		q, err := Parse(b.String(), Context{Day: time.Unix(1_779_465_600, 0)})
		if err == nil {
			if _, err = Parse(q.String(), incident); err != nil {
				t.Fatalf("%q is %q, which is none: %v", b.String(), q, err)
			}
			continue
		}
		if e := err.(*Error); e.Start < 0 || e.End > b.Len() || e.Start >= e.End {
			t.Fatalf("%q: %v", b.String(), e)
		}
		Complete(b.String(), b.Len(), nil)
		AddTerm(b.String(), "kind", "x")
	}
}
