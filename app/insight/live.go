package insight

import "chainglass/wire/message"

// An executor reports an action that will not be tried again twice: on the
// action chain and, as a live failure, on the failures chain.
//
//	action record                     live failure, source action-id:{id}
//	Failed, no retry hint             the same reason
//	Failed, retry hint                none: it will be tried again
//	Gated                             gated ({reason}) for {cooldown_ms} ms
//
// Live failures with another source, such as kill-migration:{id}, have no action.
// The order on the two chains differs a little, so they are walked side by
// side and a record waits liveWindowNS for its counterpart. What is older than
// the first entry of a chain whose head was removed cannot be compared. So that
// one wild time stops neither side, a row comes up for comparison no later than
// the rows behind it.
const (
	liveWindowNS = 60 * nanosPerSec
	// maxWaiting is how many records wait at once.
	maxWaiting = 1 << 16
)

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

// liveMatcher walks what the watches of an action chain and of the failures chain
// of its node have noted.
type liveMatcher struct {
	chains [sides]*subject

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

// match takes the records of both sides in the order in which they come up.
func (m *liveMatcher) match(p *pacer) error {
	actions := keyReader{log: m.chains[sideAction].watch.keys}
	failures := keyReader{log: m.chains[sideLive].watch.keys}
	for {
		a, f := actions.peek(), failures.peek()
		switch {
		case f != nil && (a == nil || f.byNS <= a.byNS):
			m.comesUp(sideLive, f)
			failures.skip()
		case a != nil:
			m.comesUp(sideAction, a)
			actions.skip()
		default:
			for len(m.queue) > 0 {
				m.giveUpOldest() // who waits now, waits in vain
			}
			return nil
		}
		if err := p.work(1); err != nil {
			return err
		}
	}
}

func (m *liveMatcher) comesUp(from side, k *keyed) {
	m.nowNS = max(m.nowNS, k.byNS)
	m.take(from, k.key, k.position, k.timeNS)
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
	if missing.count <= m.chains[1-from].watch.unreadable {
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
		if s.watch.unreadable > 0 {
			text.Add(" {entry|entries} on {} cannot be read and may hold counterparts.", message.Count(s.watch.unreadable), s.channel())
		}
	}
	if others := m.chains[sideLive].watch.keys.others; others > 0 {
		text.Add(" {live failure is|live failures are} of other sources than actions.", message.Count(others))
	}
	if m.sinceNS > 0 {
		text.Add(" Compared from {} on: what came before was removed.", message.Time(m.sinceNS))
	}
	return text
}
