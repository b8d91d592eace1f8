package insight

import (
	"bytes"
	"strconv"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/message"
)

// An executor reports an action that will not be tried again twice: on the
// action chain and, as a live failure, on the failures chain.
//
//	action record                     live failure, source action-id:{id}
//	Failed, no retry hint             the same reason
//	Failed, retry hint                none: it will be tried again
//	Gated                             gated ({reason}) for {cooldown_ms} ms
//
// Live failures with another source, such as kill-migration:{id}, have no action.
// The order on the two chains differs a little, so the chains are walked side by
// side and a record waits liveWindowNS for its counterpart. What is older than
// the first entry of a chain whose head was removed cannot be compared. So that
// one wild time stops neither side, a row comes up for comparison no later than
// the rows behind it.
const (
	liveWindowNS = 60 * nanosPerSec
	// maxWaiting is how many records wait at once.
	maxWaiting = 1 << 16
)

const actionSource = "action-id:"

// liveKeyOf returns the key of the live failure that an action's record must
// have, 0 if it has none. The text is built in scratch, which is returned.
func liveKeyOf(v *wire.View, scratch []byte) (uint64, []byte) {
	switch {
	case v.Outcome == wire.OutcomeGated:
		scratch = append(scratch[:0], "gated ("...)
		scratch = append(scratch, v.Reason...)
		scratch = append(scratch, ") for "...)
		scratch = strconv.AppendUint(scratch, v.DelayMS.Or(0), 10)
		scratch = append(scratch, " ms"...)
		return liveKey(v.ID, scratch), scratch
	case v.Outcome == wire.OutcomeFailed && !v.DelayMS.Some:
		return liveKey(v.ID, v.Reason), scratch
	}
	return 0, scratch
}

// liveKey is FNV-1a over an action id and a text; never 0.
func liveKey(id uint64, text []byte) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	h := uint64(offset)
	for range 8 {
		h = (h ^ id&0xff) * prime
		id >>= 8
	}
	for _, b := range text {
		h = (h ^ uint64(b)) * prime
	}
	return max(h, 1)
}

// side is one of the two chains.
type side uint8

const (
	sideAction side = iota
	sideLive
	sides
)

// waiting is a record without its counterpart so far.
type waiting struct {
	key      uint64
	side     side
	position int
	// sinceNS is when it began to wait.
	sinceNS uint64
	matched bool
	next    int // the next one of this key, 0 for none
}

// queued are the ends of the list of records that wait with one key.
type queued struct{ first, last int }

// liveMatcher walks an action chain and the failures chain of its node.
type liveMatcher struct {
	chains [sides]*subject
	// live are the failures read ahead.
	live     []liveFailure
	nextLive int
	read     int // position on the failures chain
	others   int // live failures of other sources

	// queue holds who waits, in order; queue[i] has number base+i, from 1.
	queue []waiting
	base  int
	byKey map[uint64]queued

	sinceNS uint64
	nowNS   uint64
	matched int
	// missing are the records of each side without counterpart: all of them
	// counted, the first listed.
	missing [sides]struct {
		count     int
		positions []int
	}
}

// liveFailure is a failure read from the failures chain.
type liveFailure struct {
	key      uint64
	position int
	// timeNS is the placing time; byNS is when it comes up for comparison.
	timeNS, byNS uint64
}

func newLiveMatcher(actions, failures *subject) *liveMatcher {
	m := &liveMatcher{chains: [sides]*subject{actions, failures}, base: 1, byKey: map[uint64]queued{}}
	for _, s := range m.chains {
		if s.chain.Len() == 0 {
			continue
		}
		if r := s.chain.Row(0); r.Seq > 0 {
			m.sinceNS = max(m.sinceNS, r.TimeNS)
		}
	}
	return m
}

// action takes an action that must have a counterpart.
func (m *liveMatcher) action(p *pacer, a *action) error {
	if err := m.advance(p, a.byNS); err != nil {
		return err
	}
	m.nowNS = max(m.nowNS, a.byNS)
	m.take(sideAction, a.live, a.position, a.row.TimeNS)
	return nil
}

// finish takes the rest of the failures; who waits then, waits in vain.
func (m *liveMatcher) finish(p *pacer) error {
	if err := m.advance(p, ^uint64(0)); err != nil {
		return err
	}
	for len(m.queue) > 0 {
		m.giveUpOldest()
	}
	return nil
}

// advance takes the live failures up to a time.
func (m *liveMatcher) advance(p *pacer, timeNS uint64) error {
	for {
		if m.nextLive == len(m.live) {
			if err := m.readLive(p); err != nil {
				return err
			}
			if len(m.live) == 0 {
				return nil
			}
		}
		f := &m.live[m.nextLive]
		if f.byNS > timeNS {
			return nil
		}
		m.nextLive++
		m.nowNS = max(m.nowNS, f.byNS)
		m.take(sideLive, f.key, f.position, f.timeNS)
	}
}

// readLive reads the next failures, none at the end of the chain.
func (m *liveMatcher) readLive(p *pacer) error {
	m.live, m.nextLive = m.live[:0], 0
	chain := m.chains[sideLive].chain
	var positions []int
	for m.read < chain.Len() && len(m.live) == 0 {
		positions = positions[:0]
		for ; m.read < chain.Len() && len(positions) < batchRows; m.read++ {
			if err := p.row(); err != nil {
				return err
			}
			if r := chain.Row(m.read); r.Decoded {
				positions = append(positions, m.read)
			}
		}
		if len(positions) == 0 {
			continue
		}
		if err := chain.Payloads(positions, m.liveRecord); err != nil {
			return err
		}
	}
	byNS := earliestOfNext(chain, m.read)
	for i := len(m.live) - 1; i >= 0; i-- {
		byNS = min(byNS, m.live[i].timeNS)
		m.live[i].byNS = byNS
	}
	return nil
}

// liveRecord takes one live failure from its payload.
func (m *liveMatcher) liveRecord(position int, payload []byte) error {
	var v snapshot.FailureView
	if _, err := snapshot.DecodeFailureView(payload, &v); err != nil {
		return nil // the index took it for a record; then it is not ours to judge
	}
	digits, isAction := bytes.CutPrefix(v.Source, []byte(actionSource))
	id, err := strconv.ParseUint(string(digits), 10, 64)
	if !isAction || err != nil {
		m.others++
		return nil
	}
	timeNS := m.chains[sideLive].chain.Row(position).TimeNS
	m.live = append(m.live, liveFailure{key: liveKey(id, v.Reason), position: position, timeNS: timeNS})
	return nil
}

// take matches a record with one that waits on the other side, or makes it wait.
func (m *liveMatcher) take(from side, key uint64, position int, timeNS uint64) {
	if timeNS < m.sinceNS {
		return
	}
	for len(m.queue) > 0 && (m.queue[0].matched || later(m.queue[0].sinceNS, liveWindowNS) < m.nowNS || len(m.queue) >= maxWaiting) {
		m.giveUpOldest()
	}
	q, someone := m.byKey[key]
	if someone && m.at(q.first).side != from {
		m.at(q.first).matched = true
		m.matched++
		m.unqueue(key, q)
		return
	}
	number := m.base + len(m.queue)
	m.queue = append(m.queue, waiting{key: key, side: from, position: position, sinceNS: m.since(timeNS)})
	if someone {
		m.at(q.last).next = number
		m.byKey[key] = queued{q.first, number}
	} else {
		m.byKey[key] = queued{number, number}
	}
}

// since returns when a record began to wait: its placing time, unless others that
// came before it wait since much later, which makes the time a wild one.
func (m *liveMatcher) since(timeNS uint64) uint64 {
	since := max(timeNS, m.nowNS)
	if n := len(m.queue); n > 0 && later(since, liveWindowNS) < m.queue[n-1].sinceNS {
		return m.queue[n-1].sinceNS
	}
	return since
}

func (m *liveMatcher) at(number int) *waiting { return &m.queue[number-m.base] }

// unqueue takes the first one out of the list of a key.
func (m *liveMatcher) unqueue(key uint64, q queued) {
	if next := m.at(q.first).next; next > 0 {
		m.byKey[key] = queued{next, q.last}
	} else {
		delete(m.byKey, key)
	}
}

// giveUpOldest takes the oldest one out of the queue; if it still waits, it has
// no counterpart. Who waits longest with a key is the first of its list.
func (m *liveMatcher) giveUpOldest() {
	w := &m.queue[0]
	if !w.matched {
		m.unqueue(w.key, m.byKey[w.key])
		missing := &m.missing[w.side]
		missing.count++
		if len(missing.positions) < maxRelated {
			missing.positions = append(missing.positions, w.position)
		}
	}
	m.queue = m.queue[1:]
	m.base++
}

// report says whether both chains tell the same, with numbers.
func (m *liveMatcher) report(out *report) {
	actions, live := &m.missing[sideAction], &m.missing[sideLive]
	if m.matched+actions.count+live.count == 0 {
		return
	}
	if actions.count+live.count == 0 {
		s := m.chains[sideLive]
		f := about(RuleLive, s, 0, s.chain.Len()-1)
		f.Severity, f.Confidence, f.Count = Info, Certain, m.matched
		f.Title = message.New("All {live failure has its|live failures have their} action record, and the reverse", message.Count(m.matched))
		f.Detail = message.New("Ids and reasons agree, one to one, within a minute.")
		f.Detail.Append(m.caveat())
		out.add(f)
		return
	}
	m.reportMissing(out, sideLive)
	m.reportMissing(out, sideAction)
}

func (m *liveMatcher) reportMissing(out *report, from side) {
	missing := &m.missing[from]
	if missing.count == 0 {
		return
	}
	s := m.chains[from]
	f := about(RuleLive, s, missing.positions[0], missing.positions[len(missing.positions)-1])
	f.Severity, f.Confidence, f.Count = Warning, Likely, missing.count
	if missing.count <= m.chains[1-from].unreadable {
		f.Severity, f.Confidence = Notice, Possible
	}
	if f.Title = message.New("{action that must have left a live failure has none|actions that must have left a live failure have none}", message.Count(missing.count)); from == sideLive {
		f.Title = message.New("{live failure has no action record|live failures have no action record}", message.Count(missing.count))
	}
	f.Detail = message.New("{} do have their counterpart on {}. The first without are listed.",
		message.Count(m.matched), m.chains[1-from].channel())
	f.Detail.Append(m.caveat())
	for _, position := range missing.positions {
		r := s.chain.Row(position)
		f.Related = append(f.Related, s.refTo(position, message.New("{} at {clock}: {}", message.Kind(r.Kind), message.Time(r.TimeNS), reason(r.Template))))
	}
	out.add(f)
}

// caveat tells what could not be compared.
func (m *liveMatcher) caveat() message.Message {
	var text message.Message
	for _, s := range m.chains {
		if s.unreadable > 0 {
			text.Add(" {entry|entries} on {} cannot be read and may hold counterparts.", message.Count(s.unreadable), s.channel())
		}
	}
	if m.others > 0 {
		text.Add(" {live failure is|live failures are} of other sources than actions.", message.Count(m.others))
	}
	if m.sinceNS > 0 {
		text.Add(" Compared from {} on: what came before was removed.", message.Time(m.sinceNS))
	}
	return text
}
