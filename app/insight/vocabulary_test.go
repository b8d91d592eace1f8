package insight

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/message"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// memoryChain is a chain held in memory.
type memoryChain struct {
	id            uint32
	node, channel string
	kind          wire.ChainKind
	rows          []Row
	payloads      [][]byte
	names, masks  map[string]string
	// held and classes are the columns as they were when asked for first.
	held    *Rows
	classes []Class
}

func (c *memoryChain) ID() uint32           { return c.id }
func (c *memoryChain) Node() string         { return c.node }
func (c *memoryChain) Channel() string      { return c.channel }
func (c *memoryChain) Kind() wire.ChainKind { return c.kind }
func (c *memoryChain) Len() int             { return len(c.rows) }
func (c *memoryChain) Row(position int) Row { return c.rows[position] }

// columns are the rows as an index holds them, with what they tell.
func (c *memoryChain) columns() (Rows, []Class) {
	var rows Rows
	var teller Teller
	classes := make([]Class, 1) // that of rows that are not decoded
	numbers := map[Class]uint16{}
	for i := range c.rows {
		r := &c.rows[i]
		state, class, ms := RowState(r.Status), uint16(0), r.TimeNS/nanosPerMilli
		if r.TSNS.Some {
			state |= RowHasTS
		}
		if r.Decoded {
			state |= RowDecoded
			ms = r.TimeMS
			k := Class{r.Kind, r.Template, r.Outcome}
			if _, known := numbers[k]; !known {
				numbers[k] = uint16(len(classes))
				classes = append(classes, k)
			}
			if class = numbers[k]; k.Tells(c.kind) {
				rows.Told = append(rows.Told, c.told(&teller, i))
			}
		}
		rows.TSNS, rows.TimeMS, rows.ID = append(rows.TSNS, r.TSNS.Value), append(rows.TimeMS, ms), append(rows.ID, r.ID)
		rows.Class, rows.State = append(rows.Class, class), append(rows.State, state)
		if at := rows.placeNS(i); at != r.TimeNS {
			panic(fmt.Sprintf("row %d is placed at %d and not at %d", i, at, r.TimeNS))
		}
	}
	return rows, classes
}

// told is what a payload tells; nothing if it is no record after all.
func (c *memoryChain) told(t *Teller, position int) Told {
	var v wire.View
	var f snapshot.FailureView
	if c.kind == wire.ChainFailure {
		if _, err := snapshot.DecodeFailureView(c.payloads[position], &f); err == nil {
			return t.Failure(&f)
		}
	} else if _, err := wire.DecodeView(c.payloads[position], &v); err == nil {
		return t.Action(&v)
	}
	return Told{}
}

// part returns rows from one on up to another.
func (r *Rows) part(from, to int, classes []Class, kind wire.ChainKind) Rows {
	told := func(i int) bool { return r.State[i]&RowDecoded != 0 && classes[r.Class[i]].Tells(kind) }
	before, in := 0, 0
	for i := range to {
		switch {
		case !told(i):
		case i < from:
			before++
		default:
			in++
		}
	}
	return Rows{r.First + from, r.TSNS[from:to], r.TimeMS[from:to], r.ID[from:to], r.Class[from:to], r.State[from:to], r.Told[before : before+in], nil}
}

func (c *memoryChain) Watch() *Watch {
	w := NewWatch(c.kind)
	rows, classes := c.columns()
	w.Rows(&rows, classes)
	return w
}

// Columns returns a thousand rows at a time.
func (c *memoryChain) Columns(position int) (Rows, []Class) {
	if c.held == nil || len(c.held.State) != len(c.rows) {
		rows, classes := c.columns()
		c.held, c.classes = &rows, classes
	}
	const together = 1000
	from := position - position%together
	return c.held.part(from, min(from+together, len(c.rows)), c.classes, c.kind), c.classes
}

func (c *memoryChain) Payloads(positions []int, visit func(int, []byte) error) error {
	previous := -1
	for _, position := range positions {
		if position <= previous {
			return errors.New("positions do not ascend")
		}
		previous = position
		if err := visit(position, c.payloads[position]); err != nil {
			return err
		}
	}
	return nil
}

var valueWords = regexp.MustCompile(`[0-9A-Za-z_]+`)

// masked is the template of a text: words that are values become '#'.
func masked(text string) string {
	return valueWords.ReplaceAllStringFunc(text, func(word string) string {
		isID := len(word) >= 6 && strings.ContainsAny(word, "0123456789") && strings.Trim(strings.ToLower(word), "0123456789abcdef") == ""
		if word[0] >= '0' && word[0] <= '9' || isID {
			return "#"
		}
		return word
	})
}

// masked is the template of a text of the chain.
func (c *memoryChain) masked(text string) string {
	if c.masks == nil {
		c.masks = map[string]string{}
	}
	template, known := c.masks[text]
	if !known {
		template = c.intern(masked(text))
		c.masks[text] = template
	}
	return template
}

func (c *memoryChain) intern(text string) string {
	if c.names == nil {
		c.names = map[string]string{}
	}
	if _, known := c.names[text]; !known {
		c.names[text] = text
	}
	return c.names[text]
}

// add appends an entry; the row says what an index would know of it.
func (c *memoryChain) add(e wire.Entry) {
	r := Row{Seq: e.Seq, TSNS: e.TSNS, TimeNS: e.TSNS.Value, Status: e.Status}
	if e.Status == wire.EntryOK {
		r.Decoded = c.summarise(e.Payload, &r)
	}
	if !r.TSNS.Some {
		r.TimeNS = placedNS(r.TimeMS)
		if !r.Decoded && len(c.rows) > 0 {
			r.TimeNS = c.rows[len(c.rows)-1].TimeNS / nanosPerMilli * nanosPerMilli
		}
	}
	c.rows = append(c.rows, r)
	c.payloads = append(c.payloads, append([]byte(nil), e.Payload...))
}

func (c *memoryChain) summarise(payload []byte, r *Row) bool {
	switch c.kind {
	case wire.ChainAction:
		var v wire.View
		_, err := wire.DecodeView(payload, &v)
		r.ID, r.TimeMS, r.Outcome = v.ID, v.EmittedAtMS, uint8(v.Outcome)
		r.Kind, r.Template = c.intern(string(v.Kind)), c.masked(string(v.Reason))
		return err == nil
	case wire.ChainAudit:
		a, err := snapshot.DecodeAdminAuditRecord(payload)
		r.ID, r.TimeMS, r.Outcome = a.Seq, a.CommittedAtMS, uint8(a.Outcome.Kind)
		r.Kind, r.Template = a.Event.Kind.SnakeName(), c.masked(a.Outcome.Message)
		return err == nil
	case wire.ChainLog:
		var v snapshot.LogView
		_, err := snapshot.DecodeLogView(payload, &v)
		r.ID, r.TimeMS, r.Outcome = v.Seq, v.TSMS, uint8(v.Level)
		r.Kind, r.Template = "node", c.masked(string(v.Message))
		if v.DaemonID.Some {
			r.Kind = c.intern(fmt.Sprintf("daemon %d", v.DaemonID.Value))
		}
		return err == nil
	}
	var v snapshot.FailureView
	_, err := snapshot.DecodeFailureView(payload, &v)
	r.ID, r.TimeMS = v.Seq, v.RecordedAtMS
	r.Kind, r.Template = c.masked(string(v.Source)), c.masked(string(v.Reason))
	return err == nil
}

// until returns the chain's entries that were placed before a time.
func (c *memoryChain) until(timeNS uint64) *memoryChain {
	cut := *c
	cut.rows, cut.payloads, cut.held = nil, nil, nil
	for i, r := range c.rows {
		if r.TimeNS < timeNS {
			cut.rows, cut.payloads = append(cut.rows, r), append(cut.payloads, c.payloads[i])
		}
	}
	return &cut
}

// readChain reads a channel folder.
func readChain(t testing.TB, fsys fs.FS, dir redex.ChannelDir, kind wire.ChainKind, id uint32) *memoryChain {
	t.Helper()
	channel, err := redex.OpenChannel(fsys, dir.Dir)
	if err != nil {
		t.Fatal(err)
	}
	g, err := channel.OpenLive(redex.Readable)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	c := &memoryChain{id: id, node: dir.Node, channel: dir.Channel, kind: kind}
	var block wire.Block
	for {
		err := g.ReadBlock(c.Len(), &block)
		if errors.Is(err, io.EOF) {
			return c
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range block.Entries {
			c.add(e)
		}
	}
}

// readFolder reads all chains below a folder.
func readFolder(t testing.TB, folder string) []Chain {
	t.Helper()
	kinds := map[string]wire.ChainKind{"admin-audit": wire.ChainAudit, "log": wire.ChainLog, "failures": wire.ChainFailure}
	fsys := os.DirFS(folder)
	dirs, err := redex.FindChannels(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	var chains []Chain
	for i, dir := range dirs {
		kind, known := kinds[filepath.Base(dir.Dir)]
		if !known {
			kind = wire.ChainAction
		}
		chains = append(chains, readChain(t, fsys, dir, kind, uint32(i+1)))
	}
	return chains
}

// testdata is where the chains of the reference implementation are.
const testdata = "../../wire/redex/testdata"

func incident(t testing.TB) []Chain { return readFolder(t, testdata+"/incident") }

// analyse runs all rules.
func analyse(t testing.TB, chains ...Chain) []Finding {
	t.Helper()
	findings, err := Analyse(context.Background(), chains, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// by returns the findings of a rule, on one node or, with "", on all.
func by(findings []Finding, rule Rule, node string) []Finding {
	var found []Finding
	for _, f := range findings {
		if f.Rule == rule && (node == "" || f.Node == node) {
			found = append(found, f)
		}
	}
	return found
}

// one returns the only finding of a rule on a node.
func one(t *testing.T, findings []Finding, rule Rule, node string) Finding {
	t.Helper()
	found := by(findings, rule, node)
	if len(found) != 1 {
		t.Fatalf("%d findings of %s on %q, want one: %+v", len(found), rule, node, found)
	}
	return found[0]
}

// startNS is when made-up chains begin: 2026-05-22 16:00 UTC.
const startNS = 1779465600 * nanosPerSec

// sec is a time of a made-up chain, in seconds after its beginning.
func sec(s float64) uint64 { return startNS + uint64(s*float64(nanosPerSec)) }

// script writes the chains of one made-up node.
type script struct {
	actions, audit, logs, failures *memoryChain
	random                         *rand.Rand
	nextID, nextLog, nextLive      uint64
	// recordOffsetNS is added to what the record clock says, appendOffsetNS to the append times.
	recordOffsetNS, appendOffsetNS int64
	// nodeID is the id of the node in the records of its log; 0 for none.
	nodeID, nextCommand uint64
	teller              Teller
}

func newScript(node string, seed uint64) *script {
	chain := func(id uint32, channel string, kind wire.ChainKind) *memoryChain {
		return &memoryChain{id: id, node: node, channel: channel, kind: kind}
	}
	return &script{
		actions: chain(1, "meshos/actions", wire.ChainAction), audit: chain(2, "admin-audit", wire.ChainAudit),
		logs: chain(3, "log", wire.ChainLog), failures: chain(4, "failures", wire.ChainFailure),
		random: rand.New(rand.NewPCG(seed, 7)), nextID: 1, nextLog: 1, nextLive: 1,
	}
}

func (s *script) chains() []Chain { return []Chain{s.actions, s.audit, s.logs, s.failures} }

// restart makes the numbers begin again.
func (s *script) restart() { s.nextID, s.nextLog, s.nextLive, s.nextCommand = 1, 1, 1, 0 }

func (s *script) ms(timeNS uint64) uint64 {
	return uint64(int64(timeNS)+s.recordOffsetNS) / nanosPerMilli
}

func appendEntry(c *memoryChain, timeNS uint64, payload []byte) {
	c.add(wire.Entry{Seq: uint64(c.Len()), TSNS: postcard.Some(timeNS), Payload: payload})
}

// act appends an action with an id of its own choice, and the live failure that
// goes with it.
func (s *script) act(timeNS, id uint64, kind string, d wire.Disposition) {
	r := wire.ActionChainRecord{ID: id, Kind: kind, EmittedAtMS: s.ms(timeNS), Disposition: d}
	payload := wire.EncodeRecord(&r)
	appendEntry(s.actions, s.stamp(timeNS), payload)
	var v wire.View
	if _, err := wire.DecodeView(payload, &v); err != nil {
		panic(err)
	}
	t := &s.teller
	switch {
	case v.Outcome == wire.OutcomeGated:
		s.live(timeNS, actionSource+strconv.FormatUint(id, 10), string(t.gated(&v)))
	case t.Action(&v).Live != 0:
		s.live(timeNS, actionSource+strconv.FormatUint(id, 10), string(v.Reason))
	}
}

func (s *script) live(timeNS uint64, source, reason string) {
	r := snapshot.FailureRecord{Seq: s.nextLive, Source: source, Reason: reason, RecordedAtMS: s.ms(timeNS)}
	s.nextLive++
	appendEntry(s.failures, s.stamp(timeNS), r.AppendPostcard(nil))
}

func (s *script) log(timeNS uint64, message string) { s.logAs(timeNS, snapshot.LevelInfo, 0, message) }

// logAs writes a line of the log, of a daemon unless its id is 0.
func (s *script) logAs(timeNS uint64, level snapshot.LogLevel, daemon uint64, message string) {
	r := snapshot.LogRecord{Seq: s.nextLog, TSMS: s.ms(timeNS), Level: level, Message: message}
	if daemon > 0 {
		r.DaemonID = postcard.Some(daemon)
	}
	if s.nodeID > 0 {
		r.NodeID = postcard.Some(s.nodeID)
	}
	s.nextLog++
	appendEntry(s.logs, s.stamp(timeNS), r.AppendPostcard(nil))
}

// stamp is the append time of what is written at a time.
func (s *script) stamp(timeNS uint64) uint64 { return uint64(int64(timeNS) + s.appendOffsetNS) }

func (s *script) command(timeNS, seq uint64, event snapshot.AdminEvent, outcome snapshot.VerificationOutcome) {
	r := snapshot.AdminAuditRecord{Seq: seq, CommittedAtMS: s.ms(timeNS), Event: event, OperatorIDs: []uint64{7}, Outcome: outcome}
	appendEntry(s.audit, timeNS, r.AppendPostcard(nil))
}

// newID returns the id of the next action.
func (s *script) newID() uint64 {
	s.nextID++
	return s.nextID - 1
}

// calm is an ordinary stretch of time: rows come by chance, one action in fifty
// fails and is tried again, one in a thousand is given up, a start is gated now
// and then, and the log says the same things over and over.
func (s *script) calm(from, to, perSec float64) {
	reasons := []string{"pull timed out after 5000 ms", "peer 0x51b7e0c2 unreachable", "source checksum mismatch at seq 77"}
	kinds := wire.ActionKinds()
	for t := from; t < to; t += s.random.ExpFloat64() / perSec {
		now, id, kind := sec(t), s.newID(), kinds[s.random.IntN(len(kinds))]
		switch n := s.random.IntN(1000); {
		case n < 20:
			s.act(now, id, kind, wire.Failed{Reason: reasons[s.random.IntN(3)], RetryAfterMS: postcard.Some(uint64(200))})
			s.act(now+200*nanosPerMilli, id, kind, wire.Dispatched{})
			t += 0.2
		case n < 21:
			s.act(now, id, kind, wire.Failed{Reason: "dispatch retry budget exhausted after 6 attempts"})
		case n < 24:
			s.act(now, id, wire.KindStartDaemon, wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some(uint64(4000))})
		default:
			s.act(now, id, kind, wire.Dispatched{})
		}
		if s.random.IntN(2) == 0 {
			s.log(now+nanosPerMilli, []string{"scheduler tick", "reconcile pass 12 ms", "heartbeat rtt 9 ms"}[s.random.IntN(3)])
		}
	}
}

// clock writes a time of day.
func clock(ns uint64) string { return message.UTC(ns, "clock") }
