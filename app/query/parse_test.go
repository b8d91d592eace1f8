package query

import (
	"chainglass/app/kind"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"chainglass/app/zone"
)

// incident is the day and the zone of the tests.
var incident = Context{Day: time.Date(2026, 5, 22, 16, 0, 0, 0, time.UTC)}

func mustParse(t testing.TB, text string) *Query {
	t.Helper()
	q, err := Parse(text, incident)
	if err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return q
}

func TestCanonicalForm(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" \t\n", ""},
		// Terms.
		{"timed out", "timed out"},
		{"Timed OUT", "timed out"},
		{`"timed  out"`, `"timed  out"`},
		{`"say \"hi\" \\ C:\temp"`, `"say \"hi\" \\ c:\\temp"`},
		{`"or" "kind:x" "-a" "a*b"`, `"or" "kind:x" "-a" "a*b"`},
		{`"c:\\"`, `"c:\\"`},
		{"daemon-backoff", "daemon-backoff"},
		{"16:08", `16:08`},
		{"t*d ti*", "*t*d* ti"},
		{"*", "*"},
		{"a and b AND c", "a b c"},
		{"a or b c OR d", "a or (b c) or d"},
		{"(a or b) c", "(a or b) c"},
		{"(a (b c)) d", "a b c d"},
		{"((a or b) or c)", "a or b or c"},
		{"not a -b --c not -d", "-a -b c d"},
		{"-(a b) not (a or b)", "-(a b) -(a or b)"},
		{"(a)", "a"},
		{`/a\/b\\/ /Ä+/i`, `/a\/b\\/ /Ä+/i`},
		{"Ärger", `"ärger"`},
		// Names and texts.
		{"kind:Pull_Replica,drop_replica", "kind:pull_replica,drop_replica"},
		{"kind:*_daemon,a*b*,*", "kind:*_daemon,a*b*,*"},
		{`kind:"a*b",/^x/i`, `kind:"a*b",/^x/i`},
		{`kind:""`, `kind:""`},
		{`reason:"timed out",refused`, `reason:"timed out",refused`},
		{"message:a*b text:*x*", "reason:*a*b* reason:x"},
		{`template:"pull of # timed out"`, `template:"pull of # timed out"`},
		{"source:action-id:42", "source:action-id:42"},
		{"channel:meshos/* node:node-1", "channel:meshos/* node:node-1"},
		// Enumerations.
		{"disposition:failed level:Warn outcome:GATED", "outcome:failed outcome:warn outcome:gated"},
		{"level:>=warn", "outcome:warn,error"},
		{"level:>warn level:<debug level:<=info", "outcome:error outcome:trace outcome:trace,debug,info"},
		{"outcome:*ed", "outcome:dispatched,failed,gated,accepted,rejected,unverified"},
		{"outcome:/^g/", "outcome:gated"},
		{"chain:log,action", "chain:action,log"},
		{"status:bad-checksum,torn decoded:no", "status:bad-checksum,torn decoded:no"},
		// Numbers.
		{"id:42", "id:42"},
		{"id:0x2A,41,40", "id:40..42"},
		{"id:18446744073709551615", "id:18446744073709551615"},
		{"id:42..99 seq:42.. position:..99 id:..", "id:42..99 seq:42.. pos:..99 id:.."},
		{"id:>5,<3 id:>=5 id:<=5", "id:..2,6.. id:5.. id:..5"},
		{`id:">5"`, "id:6.."},
		{"retry:>500 cooldown:>=1000", "retry:501.. cooldown:1000.."},
		{"retry:5s retry:2m..1h retry:500ms", "retry:5000 retry:120000..3600000 retry:500"},
		{"retry:none cooldown:any retry:none,5", "retry:none cooldown:any retry:5,none"},
		{"operator_id:7 daemon:none", "operator:7 daemon:none"},
	} {
		q, err := Parse(c.text, incident)
		if err != nil {
			t.Errorf("Parse(%q): %v", c.text, err)
			continue
		}
		if got := q.String(); got != c.want {
			t.Errorf("Parse(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	berlin := zone.Fixed(2 * 3600)
	for _, c := range []struct{ value, want string }{
		// A time is a span as long as its last digit.
		{"2026-05-21", "2026-05-21T00:00:00Z..2026-05-22T00:00:00Z"},
		{"16:08", "2026-05-22T16:08:00Z..2026-05-22T16:09:00Z"},
		{"16:08:03", "2026-05-22T16:08:03Z..2026-05-22T16:08:04Z"},
		{"16:08:03.117", "2026-05-22T16:08:03.117Z..2026-05-22T16:08:03.118Z"},
		{"16:08:03.1", "2026-05-22T16:08:03.1Z..2026-05-22T16:08:03.2Z"},
		{"2026-05-22T16:08:03.117Z", "2026-05-22T16:08:03.117Z..2026-05-22T16:08:03.118Z"},
		{"2026-05-22t18:08+02:00", "2026-05-22T16:08:00Z..2026-05-22T16:09:00Z"},
		{"18:08+0200", "2026-05-22T16:08:00Z..2026-05-22T16:09:00Z"},
		{`"2026-05-22 16:08"`, "2026-05-22T16:08:00Z..2026-05-22T16:09:00Z"},
		{"1779466083117", "2026-05-22T16:08:03.117Z..2026-05-22T16:08:03.118Z"},
		// Comparisons take or leave the whole span.
		{">=16:08", "2026-05-22T16:08:00Z.."},
		{">16:08", "2026-05-22T16:09:00Z.."},
		{"<16:08", "..2026-05-22T16:08:00Z"},
		{"<=16:08", "..2026-05-22T16:09:00Z"},
		// Ranges end before their right end.
		{"16:08..16:15", "2026-05-22T16:08:00Z..2026-05-22T16:15:00Z"},
		{"2026-05-22T16:08..16:15", "2026-05-22T16:08:00Z..2026-05-22T16:15:00Z"},
		{"2026-05-20T16:08..2026-05-22", "2026-05-20T16:08:00Z..2026-05-22T00:00:00Z"},
		{"16:08..15", "2026-05-22T16:08:00Z..2026-05-22T16:15:00Z"},
		{"16:08:03..09", "2026-05-22T16:08:03Z..2026-05-22T16:08:09Z"},
		{"16:08:03.117..03.42", "2026-05-22T16:08:03.117Z..2026-05-22T16:08:03.42Z"},
		{"2026-05-22..24", "2026-05-22T00:00:00Z..2026-05-24T00:00:00Z"},
		{"23:50..00:10", "2026-05-22T23:50:00Z..2026-05-23T00:10:00Z"},
		{"2026-05-21T23:50..00:10", "2026-05-21T23:50:00Z..2026-05-22T00:10:00Z"},
		{"18:08+02:00..18:15", "2026-05-22T16:08:00Z..2026-05-22T16:15:00Z"},
		{"18:08..18:15+02:00", "2026-05-22T16:08:00Z..2026-05-22T16:15:00Z"},
		{"16:08..", "2026-05-22T16:08:00Z.."},
		{"..16:08", "..2026-05-22T16:08:00Z"},
		{"..", ".."},
		{"1969-12-31..1970-01-02", "..1970-01-02T00:00:00Z"},
		{"16:08,16:09", "2026-05-22T16:08:00Z..2026-05-22T16:10:00Z"},
	} {
		for _, field := range []string{"time", "recorded"} {
			want := field + ":" + c.want
			if got := mustParse(t, field+":"+c.value).String(); got != want {
				t.Errorf("%s:%s = %s, want %s", field, c.value, got, want)
			}
		}
	}
	q, err := Parse("time:18:08", Context{Day: incident.Day, Zone: berlin})
	if err != nil || q.String() != "time:2026-05-22T16:08:00Z..2026-05-22T16:09:00Z" {
		t.Errorf("a time in the zone of the context = %v, %v", q, err)
	}
}

// The words of an error are for people; which part is marked is for the page.
func TestErrorsMarkTheirPart(t *testing.T) {
	for _, c := range []struct{ text, marked, says string }{
		{`a "timed out`, `"timed out`, "the quotes are not closed"},
		{`a /x b`, `/x b`, "the regexp is not closed"},
		{`/x(/ b`, `/x(/`, "this is no regexp: missing closing ): `x(`"},
		{`//`, `//`, "the regexp is empty"},
		{`""`, `""`, "there is no text in these quotes"},
		{`reason:""`, `""`, "there is no text in these quotes"},
		{`a"b"`, `"`, "a space is missing here"},
		{`kind:"a"b`, `b`, "a space is missing here"},
		{`a (b c`, `(`, "this parenthesis is not closed"},
		{`a (`, `(`, "this parenthesis is not closed"},
		{`a )`, `)`, "nothing was opened that this closes"},
		{`a ()`, `(`, "there is nothing in these parentheses"},
		{`(a or )`, `)`, "a term is missing before this"},
		{`a or`, `or`, "a term is missing after this"},
		{`a and`, `and`, "a term is missing after this"},
		{`or a`, `or`, "a term is missing before this"},
		{`a or or b`, `or`, "a term is missing before this"},
		{`a not`, `not`, "nothing follows that could be excluded"},
		{`not or`, `not`, "nothing follows that could be excluded"},
		{`a -`, `-`, "nothing follows that could be excluded"},
		{`a - b`, `-`, "- has nothing to exclude"},
		{`a kid:5 b`, `kid:`, "there is no field kid"},
		{`http://x`, `http:`, "there is no field http"},
		{`a kind: b`, `kind:`, "a value is missing"},
		{`kind:a,,b`, `,`, "a value is missing"},
		{`kind:a, b`, `,`, "a value is missing"},
		{`kind:(a or b)`, `kind:(`, "a field takes values, no parentheses"},
		{`outcome:failde`, `failde`, `outcome is never "failde"`},
		{`status:-*`, `-*`, `status is never "-*"`},
		{`status:>ok`, `>ok`, "status has no order"},
		{`level:>failed`, `>failed`, "only levels have an order"},
		{`level:>error`, `>error`, "there is no such level"},
		{`decoded:maybe`, `maybe`, `decoded is never "maybe"`},
		{`id:x`, `x`, `"x" is no number`},
		{`id:-5`, `-5`, `"-5" is no number`},
		{`id:1_0`, `1_0`, `"1_0" is no number`},
		{`id:0x`, `0x`, `"0x" is no number`},
		{`id:18446744073709551616`, `18446744073709551616`, `"18446744073709551616" is larger than 64 bits hold`},
		{`id:9..5`, `9..5`, "the range ends before it begins"},
		{`id:5..x`, `5..x`, `"x" is no number`},
		{`id:<0`, `<0`, "no number is <0"},
		{`id:>18446744073709551615`, `>18446744073709551615`, "no number is >18446744073709551615"},
		{`id:/5/`, `/5/`, "id is a number"},
		{`retry:5x`, `5x`, `"5x" is no number`},
		{`retry:xs`, `xs`, `"xs" is no duration`},
		{`retry:9999999999999999h`, `9999999999999999h`, `"9999999999999999h" is larger than 64 bits hold`},
		{`time:noon`, `noon`, `"noon" is no time`},
		{`time:/x/`, `/x/`, "this is no time"},
		{`time:2026-02-29`, `2026-02-29`, `"2026-02-29" is no time`},
		{`time:24:00`, `24:00`, `"24:00" is no time`},
		{`time:16:08:03.`, `16:08:03.`, `"16:08:03." is no time`},
		{`time:16:08+99:00`, `16:08+99:00`, `"16:08+99:00" is no time`},
		{`time:16:08..x`, `16:08..x`, `"x" is no time`},
		{`time:16:08..99`, `16:08..99`, `"99" is no time`},
		{`time:16:08..16:08`, `16:08..16:08`, "the range ends where it begins, or before"},
		{`time:2026-05-22..2026-05-21`, `2026-05-22..2026-05-21`, "the range ends where it begins, or before"},
		{`time:1960-01-01`, `1960-01-01`, "times begin with 1970"},
		{"a \xff", "\xff", "this is no character"},
		{strings.Repeat("(", 200) + "a", "(", "this is nested too deeply"},
		{strings.Repeat("a ", MaxBytes), "", "the query is too long"},
	} {
		_, err := Parse(c.text, incident)
		e, is := err.(*Error)
		if !is {
			t.Errorf("Parse(%.40q) = %v, want an *Error", c.text, err)
			continue
		}
		if e.Text != c.says {
			t.Errorf("Parse(%.40q) says %q, want %q", c.text, e.Text, c.says)
		}
		if marked := c.text[e.Start:e.End]; c.marked != "" && marked != c.marked || marked == "" {
			t.Errorf("Parse(%.40q) marks %q, want %q", c.text, marked, c.marked)
		}
	}
	_, err := Parse("time:16:08", Context{})
	if e, is := err.(*Error); !is || e.Text != "this time needs a date" {
		t.Errorf("a time of day without a day: %v", err)
	}
}

func TestHintsNameWhatWasMeant(t *testing.T) {
	for text, hint := range map[string]string{
		"knd:x":          "did you mean kind: ?",
		"dispositon:x":   "did you mean disposition: ?",
		"outcome:failde": "did you mean failed?",
		"chain:actions":  "did you mean action?",
		"outcome:xyz":    "one of dispatched, failed",
		"id:x":           "for example id:42..99",
	} {
		_, err := Parse(text, incident)
		if e, is := err.(*Error); !is || !strings.Contains(e.Hint, hint) {
			t.Errorf("Parse(%q) = %v, want the hint %q", text, err, hint)
		}
	}
}

func TestTimeRange(t *testing.T) {
	at := func(hour, minute int) uint64 {
		return uint64(time.Date(2026, 5, 22, hour, minute, 0, 0, time.UTC).UnixNano())
	}
	for _, c := range []struct {
		text string
		want span
	}{
		{"", everything},
		{"kind:x", everything},
		{"time:16:08..16:15", span{at(16, 8), at(16, 15) - 1}},
		{"time:16:08..16:15 kind:x", span{at(16, 8), at(16, 15) - 1}},
		{"time:16:08..16:15 or kind:x", everything},
		{"time:16:08..16:10 or time:16:12..16:15", span{at(16, 8), at(16, 15) - 1}},
		{"time:>=16:08 time:<16:15", span{at(16, 8), at(16, 15) - 1}},
		{"-time:<16:08", span{at(16, 8), everything.last}},
		{"-time:>=16:08", span{0, at(16, 8) - 1}},
		{"-(time:<16:08 or time:>=16:15)", span{at(16, 8), at(16, 15) - 1}},
		{"-time:16:08..16:15", everything},
		{"-time:..", nothing},
		{"time:16:08 time:16:10", span{at(16, 10), at(16, 9) - 1}},
		{"recorded:16:08", everything},
	} {
		first, last := mustParse(t, c.text).TimeRange()
		if got := (span{first, last}); got != c.want && !(got.empty() && c.want.empty()) {
			t.Errorf("TimeRange of %q = %v, want %v", c.text, got, c.want)
		}
	}
}

func TestWhatNeedsAPayload(t *testing.T) {
	for text, want := range map[string]bool{
		"": false,
		"kind:x outcome:failed id:5 seq:5 pos:5 time:16:08 recorded:16:08":           false,
		"node:x channel:y chain:log status:ok decoded:yes template:z -(kind:b id:1)": false,
		"word": true, "/re/": true, "reason:x": true, "source:x": true,
		"retry:1": true, "cooldown:1": true, "operator:1": true, "kind:x or -daemon:1": true,
	} {
		if got := mustParse(t, text).NeedsPayload(); got != want {
			t.Errorf("NeedsPayload of %q = %v", text, got)
		}
	}
	if !mustParse(t, "  ").Empty() || mustParse(t, "a").Empty() || mustParse(t, "-a").Empty() {
		t.Error("Empty is wrong")
	}
}

func TestHelpIsTrue(t *testing.T) {
	for _, item := range Help() {
		if _, err := Parse(item.Example, incident); err != nil {
			t.Errorf("%s: %v", item.Example, err)
		}
		if item.Topic == "" || item.Meaning == "" {
			t.Errorf("%+v says nothing", item)
		}
	}
}

// What String returns parses to the same query, in any context.
func FuzzParse(f *testing.F) {
	for _, item := range Help() {
		f.Add(item.Example)
	}
	f.Add(`a or (b -c) not "d\"e" /f\/g/i kind:*x,"*",/y/ time:1969-01-01..9999-12-31T23:59:59.9999-10:00`)
	f.Add(`recorded:>9999-12-31 time:>9999-12-31 level:<=warn retry:none,any,5h *K* İ*ſ`)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := Parse(text, incident)
		if err != nil {
			e := err.(*Error)
			if e.Start < 0 || e.Start >= e.End || e.End > len(text) {
				t.Fatalf("%q: the error marks %d to %d", text, e.Start, e.End)
			}
			return
		}
		canonical := q.String()
		again, err := Parse(canonical, Context{})
		if err != nil {
			if len(canonical) > MaxBytes {
				return
			}
			t.Fatalf("%q: %q does not parse: %v", text, canonical, err)
		}
		if diff := cmp.Diff(canonical, again.String()); diff != "" {
			t.Fatalf("%q: %s", text, diff)
		}
		q.TimeRange()
		m := Compile(q, &Tables{Classes: []Class{{State: ClassRecord, Text: Template{"pull # x", true, AllWordBytes}}}})
		v := m.Row(&Row{})
		got := m.Record(&Row{}, &Record{Record: kind.Record{Text: []byte("pull 5 x")}})
		if v == Yes && !got || v == No && got {
			t.Fatalf("%q: Row says %v, Record %v", text, v, got)
		}
	})
}
