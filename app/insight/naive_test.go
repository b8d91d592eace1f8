package insight

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"

	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
)

// The rules once more, row by row, with a map wherever one will do and everything
// kept: what the watches find must be what these find.

// noted is what a chain's rows come to.
type noted struct {
	Decoded, Unreadable int
	LastNS              uint64
	Falls               []fall
	Append, Record      notedClock
	Silence             notedSilence
	Uses                []textUse
	WidthNS             uint64
	Steps               []step
	Panics              []int
	Storms              [endings]int
	Spent               [endings]int
	Given               [3]int
	Worst               []notedTrouble
	Shown               []notedTrouble
	Loops               []loop
	Keys                []keyed
	Others              int
	Commands            []int
	Reached             [maxReached]int
	Names               map[string]map[uint64]notedName
}

// notedName is a value that a text names.
type notedName struct {
	Count, First    int
	FirstNS, LastNS uint64
}

type notedClock struct {
	Steps             []clockStep
	Count, Back, Rows int
}

type notedSilence struct {
	Weight  map[int]float64
	Total   float64
	Longest []wait
	FrontNS uint64
	Front   int
	Rows    int
}

type notedTrouble struct {
	ID              uint64
	Failures        int
	FirstNS, LastNS uint64
	Last            int
	End             ending
	Attempts        []attempt
	Hints           uint8
}

func (t *trouble) noted() notedTrouble {
	n := min(t.failures, maxAttempts)
	return notedTrouble{t.id, t.failures, t.firstNS, t.lastNS, t.last, t.end, slices.Clone(t.attempts[:n]), t.hints}
}

// noted is what a watch has gathered.
func (w *Watch) noted() noted {
	w = w.Clone()
	w.finish()
	clock := func(x *stepWatch) notedClock { return notedClock{x.steps, x.count, x.back, x.rows} }
	n := noted{Decoded: w.decoded, Unreadable: w.unreadable, LastNS: w.lastNS, Falls: w.falls.falls,
		Append: clock(&w.clocks.append), Record: clock(&w.clocks.record), Commands: w.commands}
	if x := w.silence; x != nil {
		n.Silence = notedSilence{map[int]float64{}, x.total, x.longest, x.frontNS, x.front, x.rows}
		for class, weight := range x.weights() {
			if weight > 0 {
				n.Silence.Weight[class] = weight
			}
		}
		n.Uses = w.novelty.uses
	}
	if x := w.rates; x != nil {
		n.WidthNS, n.Steps = x.widthNS, x.steps
		n.Others = w.keys.others
		reader := keyReader{log: w.keys}
		for k := reader.peek(); k != nil; k = reader.peek() {
			n.Keys = append(n.Keys, *k)
			reader.skip()
		}
	}
	if x := w.names; x != nil {
		n.Names = map[string]map[uint64]notedName{}
		for i := range x.uses {
			u := &x.uses[i]
			template := x.texts[u.text].template
			if n.Names[template] == nil {
				n.Names[template] = map[uint64]notedName{}
			}
			n.Names[template][u.value] = notedName{u.count, u.first, u.firstNS, u.lastNS}
			in := 0
			for _, s := range u.steps {
				in += s.count
			}
			if in != u.count {
				panic(fmt.Sprintf("%d of %d are in steps", in, u.count))
			}
		}
	}
	if x := w.actions; x != nil {
		n.Reached = x.storms.reached
		if w.panics.count > 0 {
			n.Panics = append(slices.Clone(w.panics.positions), w.panics.count, w.panics.last)
		}
		n.Storms, n.Spent, n.Loops = x.storms.storms, x.storms.spent, x.loops.loops
		n.Given = [3]int{x.storms.given.first, x.storms.given.last, x.storms.given.count}
		for i := range x.storms.worst {
			n.Worst = append(n.Worst, x.storms.worst[i].noted())
		}
		if x.storms.given.count > 0 {
			n.Shown = []notedTrouble{x.storms.shown.noted()}
		}
	}
	return n
}

// naive is what the rows of a chain come to, one after the other.
func (c *memoryChain) naive() noted {
	var n noted
	var teller Teller
	var appendTimes, recordTimes []placed
	var decoded []int
	told := make([]Told, len(c.rows))
	for i := range c.rows {
		r := &c.rows[i]
		if r.TSNS.Some {
			appendTimes = append(appendTimes, placed{i, r.TSNS.Value})
		}
		if !r.Decoded {
			n.Unreadable++
			continue
		}
		decoded = append(decoded, i)
		n.LastNS = max(n.LastNS, r.TimeNS)
		if r.TimeMS <= ^uint64(0)/nanosPerMilli {
			recordTimes = append(recordTimes, placed{i, r.TimeMS * nanosPerMilli})
		}
		if k := (Class{r.Kind, r.Template, r.Outcome}); k.Tells(c.kind) {
			told[i] = c.told(&teller, i)
		}
	}
	n.Decoded = len(decoded)
	n.Append, n.Record = naiveClock(appendTimes, appendStepNS), naiveClock(recordTimes, recordStepNS)
	n.Falls = c.naiveFalls(decoded)
	if c.kind == wire.ChainAction || c.kind == wire.ChainLog {
		n.Silence = c.naiveSilence(decoded)
		n.Uses = c.naiveUses(decoded)
	}
	if c.kind == wire.ChainAction || c.kind == wire.ChainFailure {
		n.WidthNS, n.Steps = c.naiveSteps(decoded)
		n.Keys, n.Others = c.naiveKeys(decoded, told)
		n.Names = c.naiveNames(decoded, told)
	}
	if c.kind == wire.ChainAction {
		c.naiveActions(&n, decoded, told)
	}
	if c.kind == wire.ChainAudit && len(decoded) > 0 {
		n.Commands = decoded[:min(len(decoded), maxCommands)]
	}
	return n
}

// placed is a row and its time.
type placed struct {
	position int
	ns       uint64
}

func naiveClock(times []placed, leastNS uint64) notedClock {
	n := notedClock{Rows: len(times)}
	pending := -1 // a row that is earlier than the two before
	at := func(i int) uint64 {
		if i < 0 {
			return 0
		}
		return times[i].ns
	}
	for i := range times {
		if i > 0 && later(at(i), leastNS) <= at(i-1) {
			n.Back++
		}
		if pending >= 0 && min(at(pending-1), at(pending-2)) > 0 {
			if later(at(i), leastNS) <= min(at(pending-1), at(pending-2)) {
				if n.Count++; n.Count <= maxPerRule {
					n.Steps = append(n.Steps, clockStep{times[pending].position, at(pending - 1), at(pending)})
				}
			}
			pending = -1
		} else if pending = -1; i >= 2 && later(at(i), leastNS) <= min(at(i-1), at(i-2)) {
			pending = i
		}
	}
	return n
}

// naiveFalls remembers all numbers.
func (c *memoryChain) naiveFalls(decoded []int) []fall {
	w := newFallWatch(c.kind)
	var all []numbered
	judge := func() {
		at := w.candidates[0]
		w.candidates = w.candidates[1:]
		before := all[max(at-fallWindow, w.begun):at]
		after := all[at:min(at+fallWindow, len(all))]
		if len(before) == 0 {
			return
		}
		if w.isCliff(before, after) {
			if skip := foot(after); skip > 0 {
				before, after, at = after[:skip], after[skip:], at+skip
			}
		} else if !w.isSecondOne(at, after) {
			return
		}
		if len(w.falls) < maxFalls {
			w.falls = append(w.falls, fall{before: before[len(before)-1], after: after[0]})
		}
		w.begun, w.one = at, -1
		for len(w.candidates) > 0 && w.candidates[0] <= at {
			w.candidates = w.candidates[1:]
		}
		for i, r := range after {
			if r.number == 1 {
				w.one, w.oneTimeMS = at+i, r.timeMS
				break
			}
		}
	}
	for _, i := range decoded {
		r := &c.rows[i]
		if r.ID == 0 {
			continue
		}
		if len(all) > w.begun && r.ID <= freshNumber && r.ID <= all[len(all)-1].number {
			w.candidates = append(w.candidates, len(all))
		}
		if r.ID == 1 && w.one < 0 {
			w.one, w.oneTimeMS = len(all), r.TimeMS
		}
		all = append(all, numbered{i, r.ID, r.TimeNS, r.TimeMS})
		if len(w.candidates) > 0 && len(all)-w.candidates[0] >= fallWindow {
			judge()
		}
	}
	for len(w.candidates) > 0 {
		judge()
	}
	return w.falls
}

func (c *memoryChain) naiveSilence(decoded []int) notedSilence {
	n := notedSilence{Weight: map[int]float64{}, Rows: len(decoded)}
	var pending wait
	behind := 0
	confirm := func() {
		if ns := pending.lengthNS(); ns > 0 {
			n.Weight[lengthClass(ns)] += float64(ns)
			n.Total += float64(ns)
			at, _ := slices.BinarySearchFunc(n.Longest, pending, func(a, b wait) int { return compare(b.lengthNS(), a.lengthNS()) })
			if len(n.Longest) <= maxSilences || ns > n.Longest[len(n.Longest)-1].lengthNS() {
				n.Longest = slices.Insert(n.Longest, at, pending)
				n.Longest = n.Longest[:min(len(n.Longest), maxSilences+1)]
			}
		}
		pending = wait{}
	}
	for k, i := range decoded {
		t := c.rows[i].TimeNS
		if k == 0 {
			n.Front, n.FrontNS = i, t
			continue
		}
		if later(t, timeSlackNS) < n.FrontNS {
			if behind++; behind == 1 {
				continue
			}
			if pending.toNS > 0 {
				n.Front, n.FrontNS, pending = pending.before, pending.fromNS, wait{}
			}
			if later(t, timeSlackNS) < n.FrontNS {
				n.Front, n.FrontNS = i, t
			}
		} else {
			confirm()
		}
		behind = 0
		if t > n.FrontNS {
			pending = wait{n.Front, i, n.FrontNS, t}
			n.Front, n.FrontNS = i, t
		}
	}
	confirm()
	return n
}

func (c *memoryChain) naiveUses(decoded []int) []textUse {
	var uses []textUse
	for _, i := range decoded {
		r := &c.rows[i]
		if r.Template == "" {
			continue
		}
		at := slices.IndexFunc(uses, func(u textUse) bool { return u.template == r.Template })
		if at < 0 {
			if len(uses) == maxTemplates {
				continue
			}
			at = len(uses)
			uses = append(uses, textUse{template: r.Template, first: i, firstNS: r.TimeNS})
		}
		u := &uses[at]
		u.count++
		u.lastNS = max(u.lastNS, r.TimeNS)
		if u.apart == 0 || r.TimeNS >= later(u.apartNS, firstApartNS) {
			u.apart++
			u.apartNS = r.TimeNS
		}
	}
	return uses
}

func (c *memoryChain) naiveSteps(decoded []int) (uint64, []step) {
	width := stepNS
	var steps []step
	for _, i := range decoded {
		r := &c.rows[i]
		start := r.TimeNS - r.TimeNS%width
		at := sort.Search(len(steps), func(i int) bool { return steps[i].startNS >= start })
		if at == len(steps) || steps[at].startNS != start {
			if at < len(steps)-maxStepsBack {
				at = max(at-1, 0)
			} else {
				steps = slices.Insert(steps, at, step{startNS: start})
			}
		}
		if s := &steps[at]; c.kind == wire.ChainFailure || r.failed() {
			s.fails(i, r.TimeNS)
		} else if r.gated() {
			s.gated++
		}
	}
	return width, steps
}

// naiveNames counts the ids and numbers that the reasons of failures name.
func (c *memoryChain) naiveNames(decoded []int, told []Told) map[string]map[uint64]notedName {
	var names map[string]map[uint64]notedName
	for _, i := range decoded {
		r := &c.rows[i]
		for _, value := range told[i].Names {
			if value == 0 || c.kind == wire.ChainAction && !r.failed() {
				continue
			}
			if names == nil {
				names = map[string]map[uint64]notedName{}
			}
			if names[r.Template] == nil {
				names[r.Template] = map[uint64]notedName{}
			}
			n, known := names[r.Template][value]
			if !known {
				n = notedName{First: i, FirstNS: r.TimeNS}
			}
			n.Count++
			n.FirstNS, n.LastNS = min(n.FirstNS, r.TimeNS), max(n.LastNS, r.TimeNS)
			names[r.Template][value] = n
		}
	}
	return names
}

func (c *memoryChain) naiveKeys(decoded []int, told []Told) (keys []keyed, others int) {
	after := ^uint64(0)
	for _, i := range decoded {
		r := &c.rows[i]
		if k := (Class{r.Kind, r.Template, r.Outcome}); told[i].Live != 0 {
			keys = append(keys, keyed{key: told[i].Live, position: i, timeNS: r.TimeNS})
			after = ^uint64(0)
			continue
		} else if k.Tells(c.kind) {
			others++
		}
		after = min(after, r.TimeNS)
	}
	for i := range keys {
		by := keys[i].timeNS
		batch := i / keyedBatch * keyedBatch
		for j := i; j < min(batch+keyedBatch+keyedAhead, len(keys)); j++ {
			by = min(by, keys[j].timeNS)
		}
		if len(keys) < batch+keyedBatch+keyedAhead {
			by = min(by, after)
		}
		keys[i].byNS = by
	}
	return keys, others
}

// naiveActions follows single actions, each with a map of those of its process.
func (c *memoryChain) naiveActions(n *noted, decoded []int, told []Told) {
	open := map[uint64]*trouble{}
	var order []*trouble
	storms := &stormWatch{}
	loops := &loopWatch{}
	endProcess := func() {
		for _, t := range order {
			if open[t.id] == t {
				storms.count(t, endUnknown)
			}
		}
		clear(open)
		order = nil
		loops.endRun()
	}
	falls := n.Falls
	for _, i := range decoded {
		r := &c.rows[i]
		if r.failed() && r.Template == panicReason {
			n.Panics = append(n.Panics, i)
		}
		if r.ID == 0 {
			continue
		}
		for len(falls) > 0 && falls[0].after.position <= i {
			endProcess()
			falls = falls[1:]
		}
		k := Class{r.Kind, r.Template, r.Outcome}
		w := Watch{kind: c.kind}
		a := action{i, r.ID, r.TimeNS, r.TimeMS, w.note(&k).flags, told[i]}
		t := open[r.ID]
		end, ended := endDispatched, t != nil
		switch {
		case r.gated():
			loops.gated(&a)
			continue
		case r.failed():
			if t == nil {
				t = &trouble{id: r.ID, firstNS: r.TimeNS}
				open[r.ID] = t
				order = append(order, t)
			}
			t.fails(&a)
			end, ended = endOf(&a)
		}
		if !ended {
			continue
		}
		t.last, t.lastNS = i, r.TimeNS
		delete(open, r.ID)
		storms.count(t, end)
		if end >= endExhausted {
			n.Spent[end]++
			if n.Given[2]++; n.Given[2] == 1 {
				n.Given[0] = i
				n.Shown = []notedTrouble{t.noted()}
			}
			n.Given[1] = i
		}
	}
	endProcess()
	if count := len(n.Panics); count > 0 {
		last := n.Panics[count-1]
		n.Panics = append(n.Panics[:min(count, maxPerRule)], count, last)
	}
	n.Storms, n.Loops, n.Reached = storms.storms, loops.loops, storms.reached
	for i := range storms.worst {
		n.Worst = append(n.Worst, storms.worst[i].noted())
	}
}

// troubled returns the chain of a node that is made up of all that may go wrong:
// restarts at any time, clocks that step, retries, storms, crash loops, many texts,
// damage, wild numbers and times, append times that are missing.
func troubled(seed uint64) *memoryChain {
	random := rand.New(rand.NewPCG(seed, 3))
	chance := func(in int) bool { return in > 0 && random.IntN(in) == 0 }
	// rate is once in how many rows a thing happens, 0 for never.
	rate := func(most int) int {
		if random.IntN(3) == 0 {
			return 0
		}
		return 1 + random.IntN(most)
	}
	restarts, steps, damage, wild, noTS := rate(400), rate(300), rate(100), rate(200), rate(500)
	fails, retries, gates, texts := rate(10), rate(4), rate(20), 1+random.IntN(30)
	c := &memoryChain{id: 1, node: "n", channel: "c", kind: []wire.ChainKind{wire.ChainAction, wire.ChainAction, wire.ChainAction, wire.ChainAudit, wire.ChainLog, wire.ChainFailure}[random.IntN(6)]}
	now, next := startNS, uint64(1)
	gapNS := uint64(1) + random.Uint64N(uint64(1)<<(20+random.IntN(16)))
	if chance(3) {
		next = random.Uint64N(3000)
	}
	hasTS := !chance(4)
	var tried []uint64
	var gatedMS uint64
	for range random.IntN(4000) {
		now += random.Uint64N(gapNS)
		switch {
		case chance(restarts):
			now += random.Uint64N(30 * nanosPerSec)
			next, tried, gatedMS = uint64(1), nil, 0
		case chance(steps):
			now -= random.Uint64N(min(now, 1<<(25+random.IntN(20))))
		case chance(noTS):
			hasTS = !hasTS
		}
		r := Row{Seq: uint64(len(c.rows)), ID: next, TimeMS: now / nanosPerMilli, Decoded: true, Kind: wire.KindPullReplica}
		next++
		if r.TSNS.Some = hasTS; hasTS {
			r.TSNS.Value = now
		}
		var payload []byte
		reason := fmt.Sprintf("reason %c", 'a'+random.IntN(texts))
		if chance(2) {
			reason += fmt.Sprintf(" of 0x%016x on chain %d", 1<<60+random.Uint64N(5), 1+random.IntN(9))
		}
		switch c.kind {
		case wire.ChainFailure:
			f := snapshot.FailureRecord{Source: []string{actionSource + "7", "kill-migration:7", actionSource, actionSource + "18446744073709551615"}[random.IntN(4)], Reason: reason}
			payload, r.Template = f.AppendPostcard(nil), masked(reason)
		case wire.ChainAction:
			var d wire.Disposition = wire.Dispatched{}
			switch {
			case len(tried) > 0 && chance(retries):
				at := random.IntN(len(tried))
				r.ID = tried[at]
				next--
				fallthrough
			case chance(fails):
				f := wire.Failed{Reason: []string{reason, reason, reason, reason, reason, panicReason, "dispatch retry budget exhausted after 6 attempts", "deferred 17 times — exceeds max_defer_count 16"}[random.IntN(8)]}
				if !chance(8) {
					f.RetryAfterMS = postcard.Some(random.Uint64N(9000))
					tried = append(tried, r.ID)
				}
				d = f
			case chance(gates):
				gatedMS = gatedMS*3/2 + random.Uint64N(5000)
				d, r.Kind = wire.Gated{Reason: reason, CooldownMS: postcard.Some(gatedMS)}, []string{wire.KindStartDaemon, wire.KindStopDaemon, wire.KindPullReplica}[random.IntN(3)]
			}
			record := wire.ActionChainRecord{ID: r.ID, Kind: r.Kind, EmittedAtMS: r.TimeMS, Disposition: d}
			payload = wire.EncodeRecord(&record)
			var v wire.View
			if _, err := wire.DecodeView(payload, &v); err != nil {
				panic(err)
			}
			r.Outcome, r.Template = uint8(v.Outcome), masked(string(v.Reason))
		default:
			r.Template, r.Outcome = masked(reason), uint8(random.IntN(4))
		}
		if chance(wild) {
			switch random.IntN(4) {
			case 0:
				r.ID = random.Uint64()
			case 1:
				r.ID = random.Uint64N(3)
			case 2:
				r.TSNS.Value = random.Uint64() >> random.IntN(64)
			case 3:
				r.TimeMS = random.Uint64() >> random.IntN(64)
			}
		}
		if chance(damage) {
			r = Row{Seq: r.Seq, TSNS: r.TSNS, TimeMS: now / nanosPerMilli, Status: wire.EntryBadChecksum}
		}
		if r.TimeNS = placedNS(r.TimeMS); r.TSNS.Some {
			r.TimeNS = r.TSNS.Value
		}
		c.rows, c.payloads = append(c.rows, r), append(c.payloads, payload)
	}
	return c
}

var compareNoted = cmp.AllowUnexported(noted{}, fall{}, numbered{}, clockStep{}, wait{}, textUse{}, step{}, attempt{}, loop{}, keyed{})

// However the rows are cut, a watch finds what the rules find row by row.
func TestWatchesFindWhatRowsSay(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for seed := range uint64(150) {
		c := troubled(seed)
		want := c.naive()
		rows, classes := c.columns()
		random := rand.New(rand.NewPCG(seed, 4))
		for _, together := range []int{len(c.rows) + 1, 1, 1 + random.IntN(40), 1 + random.IntN(1500)} {
			w := NewWatch(c.kind)
			used := 1
			for part := range slices.Values(cutRows(&rows, classes, c.kind, together)) {
				for _, class := range part.Class {
					used = max(used, int(class)+1) // classes come as they are needed
				}
				w.Rows(&part, classes[:used])
				if random.IntN(50) == 0 {
					w.noted() // a look on the way changes nothing
				}
				if random.IntN(50) == 0 {
					w = w.Clone()
				}
			}
			for look := range 2 {
				if got := w.noted(); !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d, %d rows of a %v chain, %d together, look %d: -rows +watch\n%s",
						seed, len(c.rows), c.kind, together, look, cmp.Diff(want, got, compareNoted))
				}
			}
		}
	}
}

// The same with the chains of the reference implementation and of made-up nodes.
func TestWatchesFindWhatRealRowsSay(t *testing.T) {
	chains := append(incident(t), readFolder(t, testdata+"/damage")...)
	for seed := range uint64(3) {
		chains = append(chains, synthetic(seed, 20_000))
	}
	for _, chain := range chains {
		c := chain.(*memoryChain)
		if diff := cmp.Diff(c.naive(), c.Watch().noted(), compareNoted); diff != "" {
			t.Errorf("%s %s: -rows +watch\n%s", c.node, c.channel, diff)
		}
	}
}

// A table of ids holds what a map does.
func TestIDTable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var table idTable
	want := map[uint64]int32{}
	for i := range int32(200_000) {
		id := 1 + random.Uint64N(uint64(1)<<(1+i%17))
		place, held := want[id]
		at, got := table.look(id)
		if held != got || held && (table.slots[at].place != place || *table.nearOf(id) == 0) {
			t.Fatalf("%d is held: %t, want %t", id, got, held)
		}
		if held {
			delete(want, id)
			table.remove(at)
		} else {
			want[id] = i
			if at = table.put(at, id, i); table.slots[at] != (idSlot{id, i}) {
				t.Fatalf("%d is not where put says", id)
			}
		}
		if random.IntN(20_000) == 0 {
			clear(want)
			table.clear()
		}
	}
	if table.held != len(want) {
		t.Errorf("%d held, want %d", table.held, len(want))
	}
}

// The keys of both chains are the same for a record and its live failure, and for
// nothing else.
func TestTellersAgree(t *testing.T) {
	var teller Teller
	long := bytes.Repeat([]byte("x"), 3*tellerScratch)
	seen := map[uint64]bool{}
	for _, reason := range [][]byte{nil, []byte("boom"), []byte("daemon-backoff"), long} {
		for _, id := range []uint64{1, 2, 1 << 63, ^uint64(0)} {
			for _, v := range []wire.View{
				{ID: id, Outcome: wire.OutcomeFailed, Reason: reason},
				{ID: id, Outcome: wire.OutcomeGated, Reason: reason, DelayMS: postcard.Some(uint64(40))},
				{ID: id, Outcome: wire.OutcomeGated, Reason: reason, DelayMS: postcard.Some(uint64(41))},
			} {
				text := string(reason)
				if v.Outcome == wire.OutcomeGated {
					text = fmt.Sprintf("gated (%s) for %d ms", reason, v.DelayMS.Value)
				}
				action, failure := teller.Action(&v), teller.Failure(&snapshot.FailureView{Source: fmt.Appendf(nil, "action-id:%d", id), Reason: []byte(text)})
				if action.Live == 0 || action.Live != failure.Live || seen[action.Live] || action.DelayMS != v.DelayMS {
					t.Errorf("%d %.20q: %+v and %+v", id, text, action, failure)
				}
				seen[action.Live] = true
			}
		}
	}
	if cap(teller.scratch) > 2*tellerScratch {
		t.Errorf("%d bytes of scratch are kept", cap(teller.scratch))
	}
	for _, source := range []string{"", "action-id:", "action-id:-1", "action-id:+1", "action-id:1 ", "action-id:18446744073709551616", "action-id:184467440737095516150", "kill-migration:1"} {
		if told := teller.Failure(&snapshot.FailureView{Source: []byte(source), Reason: []byte("boom")}); told.Live != 0 {
			t.Errorf("%q is taken for an action", source)
		}
	}
	if told := teller.Action(&wire.View{ID: 1, Outcome: wire.OutcomeFailed, DelayMS: postcard.Some(uint64(9))}); told.Live != 0 || told.DelayMS.Value != 9 {
		t.Errorf("an action that is tried again tells %+v", told)
	}
}

func (r *Row) failed() bool { return r.Decoded && wire.Outcome(r.Outcome) == wire.OutcomeFailed }
func (r *Row) gated() bool  { return r.Decoded && wire.Outcome(r.Outcome) == wire.OutcomeGated }
