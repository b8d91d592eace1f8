package query

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"

	"chainglass/app/kind"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// entry is an entry with its record, as the naive evaluator sees it.
type entry struct {
	node, channel             string
	chain                     wire.ChainKind
	position, seq             uint64
	timeNS, timeMS, id        uint64
	status                    wire.EntryStatus
	decoded                   bool
	kind, outcome             string
	text, template            string
	source, detail, errorIs   string
	delay, daemon             postcard.Option[uint64]
	operators                 []uint64
	unknownClass, unknownText bool // how the index knows it
}

// maskBytes bounds the part of a text that makes its template, as in an index.
// It is short here, so that many texts are longer.
const maskBytes = 24

var (
	wordOfText = regexp.MustCompile(`[0-9A-Za-z_]+`)
	hexWord    = regexp.MustCompile(`^[0-9a-fA-F]{6,}$`)
)

// maskedText masks numbers and ids the way an index does.
func maskedText(text string, masked *WordBytes) string {
	text = text[:min(len(text), maskBytes)]
	if strings.Contains(text, "#") {
		*masked = masked.With([]byte("#"))
	}
	return wordOfText.ReplaceAllStringFunc(text, func(word string) string {
		isID := hexWord.MatchString(word) && strings.ContainsAny(word, "0123456789")
		if word[0] >= '0' && word[0] <= '9' || isID {
			*masked = masked.With([]byte(word))
			return "#"
		}
		return word
	})
}

// pick returns one of the choices.
func pick[T any](r *rand.Rand, choices ...T) T { return choices[r.IntN(len(choices))] }

// world has few values, so that random queries find random records.
var (
	kindsOf = map[wire.ChainKind][]string{
		wire.ChainAction: {"pull_replica", "start_daemon", "stop_daemon", "x"},
		wire.ChainAudit:  {"drain", "force_restart_daemon"},
		wire.ChainLog:    {"daemon", "node"},
	}
	outcomesOf = map[wire.ChainKind][]string{
		wire.ChainAction:  {"Dispatched", "Failed", "Gated"},
		wire.ChainAudit:   {"Accepted", "Rejected", "Unverified"},
		wire.ChainLog:     {"Trace", "Debug", "Info", "Warn", "Error"},
		wire.ChainFailure: {"Failure"},
	}
	pieces = []string{"Timed", "out", "pull", "5000ms", "42", "9timed", "ab12cd", "#", "Ärger", "refused", "0x2a", "-", ":", "é"}
)

func randomText(r *rand.Rand) string {
	var words []string
	for range r.IntN(5) {
		words = append(words, pick(r, pieces...))
	}
	return strings.Join(words, pick(r, " ", "", "-", "  "))
}

func randomEntry(r *rand.Rand, chain wire.ChainKind, position int) entry {
	ms := uint64(incident.Day.UnixMilli()) + r.Uint64N(20*60_000)
	e := entry{
		node: "Node-1", channel: "meshos/x", chain: chain,
		position: uint64(position), seq: uint64(position) + 5, timeNS: ms*1e6 + r.Uint64N(3e9),
		status: pick(r, wire.EntryOK, wire.EntryOK, wire.EntryOK, wire.EntryBadChecksum, wire.EntryTorn),
	}
	if e.status != wire.EntryOK {
		return e
	}
	if chain == wire.ChainUnknown || r.IntN(8) == 0 {
		e.errorIs = "decoding: timed out at " + randomText(r)
		return e
	}
	e.decoded, e.timeMS, e.id = true, ms, r.Uint64N(100)
	e.outcome, e.text = pick(r, outcomesOf[chain]...), randomText(r)
	e.unknownClass, e.unknownText = r.IntN(10) == 0, r.IntN(10) == 0
	fillEntry(r, &e)
	var masked WordBytes
	e.template = maskedText(e.text, &masked)
	if chain == wire.ChainFailure {
		e.kind = maskedText(e.source, &masked)
	}
	return e
}

// fillEntry adds what only one kind of chain has.
func fillEntry(r *rand.Rand, e *entry) {
	number := func() postcard.Option[uint64] {
		if r.IntN(3) == 0 {
			return postcard.None[uint64]()
		}
		return postcard.Some(r.Uint64N(10) * 100)
	}
	switch e.chain {
	case wire.ChainAction:
		e.kind = pick(r, kindsOf[e.chain]...)
		if e.outcome != "Dispatched" {
			e.delay = number()
		}
	case wire.ChainAudit:
		e.kind, e.detail, e.daemon = pick(r, kindsOf[e.chain]...), "node 1 · "+randomText(r), number()
		for range r.IntN(3) {
			e.operators = append(e.operators, r.Uint64N(10)*100)
		}
	case wire.ChainLog:
		e.kind, e.daemon = "node", number()
		if e.daemon.Some {
			e.kind = "daemon"
		}
	case wire.ChainFailure:
		e.source = pick(r, "action-id:42", "action-id:43", "dispatcher", "5source", strings.Repeat("source ", 9)+"end")
	}
}

// indexed builds the tables and rows that an index would hold of entries.
func indexed(r *rand.Rand, entries []entry) (*Tables, []Row) {
	t := &Tables{Node: entries[0].node, Channel: entries[0].channel, Chain: entries[0].chain}
	var rows []Row
	known := map[string]int{}
	for _, state := range []ClassState{ClassUnreadable, ClassUndecodable} {
		class := Class{State: state}
		known[fmt.Sprintf("%+v", class)] = len(t.Classes)
		t.Classes = append(t.Classes, class)
	}
	templates := map[string]Template{}
	for i := range entries {
		learn(templates, entries[i].text)
		learn(templates, entries[i].source)
	}
	for i := range entries {
		e := &entries[i]
		class := classOf(e, templates)
		key := fmt.Sprintf("%+v", class)
		id, seen := known[key]
		if !seen {
			id = len(t.Classes)
			known[key] = id
			t.Classes = append(t.Classes, class)
		}
		rows = append(rows, Row{e.position, e.seq, e.timeNS, e.timeMS, e.id, uint16(id), e.status})
	}
	// The last class may have come after the tables were read.
	t.Classes = t.Classes[:max(2, len(t.Classes)-r.IntN(2))]
	return t, rows
}

// learn adds what a text shows of its template.
func learn(templates map[string]Template, text string) {
	var masked WordBytes
	template := maskedText(text, &masked)
	known, seen := templates[template]
	templates[template] = Template{template, (known.Whole || !seen) && len(text) <= maskBytes, known.Masked | masked}
}

func classOf(e *entry, templates map[string]Template) Class {
	switch {
	case e.status != wire.EntryOK:
		return Class{State: ClassUnreadable}
	case !e.decoded:
		return Class{State: ClassUndecodable}
	case e.unknownClass:
		return Class{}
	}
	c := Class{State: ClassRecord, Kind: e.kind, Outcome: e.outcome, Text: templates[e.template]}
	if e.unknownText {
		c.Text = Template{}
	}
	if e.chain == wire.ChainFailure {
		c.Source = templates[e.kind]
	}
	return c
}

func (e *entry) record() *Record {
	return &Record{
		Record: kind.Record{
			Kind: []byte(e.kind), Outcome: e.outcome, Text: []byte(e.text), Source: []byte(e.source), Detail: []byte(e.detail),
			DelayMS: e.delay, Operators: e.operators, DaemonID: e.daemon,
		},
		Template: []byte(e.template), Error: []byte(e.errorIs),
	}
}
