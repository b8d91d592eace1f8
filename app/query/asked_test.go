package query

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"chainglass/wire"
)

// asked is a random query: its text, and what it means, told by a function that
// knows nothing of the parser.
type asked struct {
	text  string
	holds func(e *entry) bool
}

// simple makes a text that is found as it is.
func simple(r *rand.Rand) string {
	return pick(r, "timed", "Timed out", "out", "pull_replica", "#", "5000MS", "5000ms 42", "ÄRGER", "42", "ab12cd",
		"timed#", "refused-", "o", "failed", "warn", "d 42", "9", "time", "node", "é#", "in")
}

func holdsIn(needle string, texts ...string) bool {
	for _, text := range texts {
		if strings.Contains(strings.ToLower(text), strings.ToLower(needle)) {
			return true
		}
	}
	return false
}

// texts are what a word is looked for in.
func (e *entry) texts() []string {
	if e.chain == wire.ChainAction || e.chain == wire.ChainAudit {
		return []string{e.kind, e.outcome, e.text, e.detail}
	}
	return []string{e.outcome, e.text, e.source, e.errorIs}
}

func wordTerm(r *rand.Rand) asked {
	if r.IntN(4) == 0 {
		exp := pick(r, "[0-9]{4}ms", "^pull", "out$", "#", "^[^ ]+$")
		compiled := regexp.MustCompile(exp)
		return asked{"/" + exp + "/", func(e *entry) bool {
			texts := append(e.texts(), e.errorIs)
			return slices.ContainsFunc(texts, func(t string) bool { return t != "" && compiled.MatchString(t) })
		}}
	}
	needle := simple(r)
	return asked{`"` + needle + `"`, func(e *entry) bool { return holdsIn(needle, append(e.texts(), e.errorIs)...) }}
}

func reasonTerm(r *rand.Rand) asked {
	a, b := simple(r), simple(r)
	if strings.ContainsAny(a+b, " ") || r.IntN(2) == 0 {
		return asked{fmt.Sprintf("reason:%q,%q", a, b), func(e *entry) bool {
			return holdsIn(a, e.text, e.detail) || holdsIn(b, e.text, e.detail)
		}}
	}
	both := regexp.MustCompile("(?is)" + regexp.QuoteMeta(a) + ".*" + regexp.QuoteMeta(b))
	return asked{"message:" + a + "*" + b, func(e *entry) bool {
		return both.MatchString(e.text) || both.MatchString(e.detail)
	}}
}

func nameTerm(r *rand.Rand) asked {
	is := func(exp string, of func(e *entry) string) func(*entry) bool {
		compiled := regexp.MustCompile("(?is)^(" + exp + ")$")
		return func(e *entry) bool { return of(e) != "" && compiled.MatchString(of(e)) }
	}
	return pick(r,
		asked{"kind:pull_replica", is("pull_replica", func(e *entry) string { return e.kind })},
		asked{"kind:*_DAEMON,drain", is(".*_daemon|drain", func(e *entry) string { return e.kind })},
		asked{"kind:action-id:#", is("action-id:#", func(e *entry) string { return e.kind })},
		asked{"kind:*", is(".*", func(e *entry) string { return e.kind })},
		asked{`template:"Timed out"`, is("timed out", func(e *entry) string { return e.template })},
		asked{`template:*#*`, is(".*#.*", func(e *entry) string { return e.template })},
		asked{"source:action-id:42", is("action-id:42", func(e *entry) string { return e.source })},
		asked{"source:action*,5*", is("action.*|5.*", func(e *entry) string { return e.source })},
		asked{"source:*end", is(".*end", func(e *entry) string { return e.source })},
		asked{"node:node-1", func(*entry) bool { return true }},
		asked{"channel:*/y", func(*entry) bool { return false }},
	)
}

func setTerm(r *rand.Rand) asked {
	outcomeIn := func(names ...string) func(*entry) bool {
		return func(e *entry) bool { return slices.Contains(names, e.outcome) }
	}
	return pick(r,
		asked{"disposition:failed", outcomeIn("Failed")},
		asked{"outcome:gated,REJECTED,failure", outcomeIn("Gated", "Rejected", "Failure")},
		asked{"level:>=warn", outcomeIn("Warn", "Error")},
		asked{"level:<info", outcomeIn("Trace", "Debug")},
		asked{"chain:action,log", func(e *entry) bool { return e.chain == wire.ChainAction || e.chain == wire.ChainLog }},
		asked{"decoded:yes", func(e *entry) bool { return e.decoded }},
		asked{"decoded:no", func(e *entry) bool { return !e.decoded }},
		asked{"status:ok", func(e *entry) bool { return e.status == wire.EntryOK }},
		asked{"status:torn,bad-checksum", func(e *entry) bool { return e.status != wire.EntryOK }},
	)
}

func numberTerm(r *rand.Rand) asked {
	low, high := r.Uint64N(100), r.Uint64N(100)
	if low > high {
		low, high = high, low
	}
	in := func(n uint64) bool { return n >= low && n <= high }
	return pick(r,
		asked{fmt.Sprintf("id:%d..%d", low, high), func(e *entry) bool { return e.decoded && in(e.id) }},
		asked{fmt.Sprintf("id:%#x,>%d,<=%d", low, high, low/2), func(e *entry) bool {
			return e.decoded && (e.id == low || e.id > high || e.id <= low/2)
		}},
		asked{fmt.Sprintf("seq:>=%d", low), func(e *entry) bool { return e.seq >= low }},
		asked{fmt.Sprintf("pos:..%d", low), func(e *entry) bool { return e.position <= low }},
	)
}

func optionTerm(r *rand.Rand) asked {
	limit := r.Uint64N(10) * 100
	field := pick(r, "retry", "cooldown", "daemon", "operator")
	// values returns the numbers, and whether there is a place for them.
	values := func(e *entry) (list []uint64, has bool) {
		option := e.delay
		switch field {
		case "retry":
			has = e.outcome == "Failed"
		case "cooldown":
			has = e.outcome == "Gated"
		case "daemon":
			has, option = e.decoded && (e.chain == wire.ChainLog || e.chain == wire.ChainAudit), e.daemon
		default:
			return e.operators, e.decoded && e.chain == wire.ChainAudit
		}
		if option.Some {
			list = []uint64{option.Value}
		}
		return list, has
	}
	some := func(ok func(uint64) bool) func(*entry) bool {
		return func(e *entry) bool {
			list, has := values(e)
			return has && slices.ContainsFunc(list, ok)
		}
	}
	return pick(r,
		asked{fmt.Sprintf("%s:%d", field, limit), some(func(n uint64) bool { return n == limit })},
		asked{fmt.Sprintf("%s:>%d", field, limit), some(func(n uint64) bool { return n > limit })},
		asked{field + ":any", some(func(uint64) bool { return true })},
		asked{field + ":none", func(e *entry) bool {
			list, has := values(e)
			return has && len(list) == 0
		}},
	)
}

func timeTerm(r *rand.Rand) asked {
	from := incident.Day.Add(time.Duration(r.IntN(20)) * time.Minute)
	until := from.Add(time.Duration(1+r.IntN(10)) * time.Minute)
	text := from.Format("15:04") + ".." + until.Format("15:04")
	in := func(ns uint64) bool { return ns >= uint64(from.UnixNano()) && ns < uint64(until.UnixNano()) }
	return pick(r,
		asked{"time:" + text, func(e *entry) bool { return in(e.timeNS) }},
		asked{"recorded:" + text, func(e *entry) bool { return e.decoded && in(e.timeMS*1e6) }},
		asked{"time:<" + from.Format("15:04"), func(e *entry) bool { return e.timeNS < uint64(from.UnixNano()) }},
		asked{"recorded:" + strconv.FormatInt(from.UnixMilli(), 10) + "..", func(e *entry) bool {
			return e.decoded && e.timeMS >= uint64(from.UnixMilli())
		}},
	)
}

func randomQuery(r *rand.Rand, depth int) asked {
	if depth == 0 || r.IntN(3) == 0 {
		return pick(r, wordTerm, reasonTerm, nameTerm, setTerm, numberTerm, optionTerm, timeTerm)(r)
	}
	a, b := randomQuery(r, depth-1), randomQuery(r, depth-1)
	return pick(r,
		asked{"(" + a.text + " " + b.text + ")", func(e *entry) bool { return a.holds(e) && b.holds(e) }},
		asked{"(" + a.text + " or " + b.text + ")", func(e *entry) bool { return a.holds(e) || b.holds(e) }},
		asked{"-" + a.text, func(e *entry) bool { return !a.holds(e) }},
		asked{"not (" + a.text + ")", func(e *entry) bool { return !a.holds(e) }},
	)
}
