package synth

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strconv"

	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/redex"
)

// Node makes up what a node would record: it takes actions, fails some, tries
// them again, and now and then has a bad hour or restarts. Time is the node's
// own, in nanoseconds since 1970.
type Node struct {
	dice dice

	nowNS        uint64 // when the record at hand was made
	appendedAtNS uint64 // when it reached the channel, a little later
	lastID       uint64
	retries      []attempt // in the order of dueNS
	daemons      [8]daemon
	weather      weather
	weatherLeft  int // records until the weather changes
}

// attempt is an action that waits to be tried again.
type attempt struct {
	id       uint64
	kind     string
	attempts int
	dueNS    uint64
	// fault keeps the reason the same over the attempts of an action.
	fault wire.Failed
}

// daemon is a daemon as its node's supervisor sees it.
type daemon struct {
	crashes  int    // in a row
	gatedTil uint64 // no start before this time, in nanoseconds
}

// weather is how a node fares.
type weather struct {
	// meanGapNS is the mean time between two new actions.
	meanGapNS uint64
	// failPermille is how often the first attempt of an action fails, againPermille
	// how often the next ones do.
	failPermille, againPermille int
	// crashPermille is how often a started daemon crashes at once.
	crashPermille int
	// minRecords and maxRecords bound how long it lasts.
	minRecords, maxRecords int
}

// The weathers.
var (
	calm  = weather{meanGapNS: 400e6, failPermille: 25, againPermille: 250, crashPermille: 60, minRecords: 2000, maxRecords: 9000}
	storm = weather{meanGapNS: 30e6, failPermille: 500, againPermille: 720, crashPermille: 800, minRecords: 1500, maxRecords: 7500}
)

const (
	msNS     = 1_000_000
	secondNS = 1000 * msNS

	// birthNS is when a node begins: 2026-05-22 16:00 UTC.
	birthNS = 1_779_465_600 * secondNS

	// maxAttempts is how often a node tries before it gives an action up.
	maxAttempts = 6
	// maxWaiting bounds how many actions wait for another attempt.
	maxWaiting = 64
	// restartEvery is the mean number of records between two restarts.
	restartEvery = 150_000

	firstBackoffMS = 1000
	maxBackoffMS   = 300_000
)

// weights say how often each kind of action is taken, out of their sum.
var weights = [...]struct {
	kind   string
	weight int
}{
	{wire.KindPullReplica, 360}, {wire.KindReduceHeat, 190}, {wire.KindRequestPlacement, 130},
	{wire.KindMigrateBlob, 80}, {wire.KindMarkAvoid, 70}, {wire.KindStartDaemon, 60},
	{wire.KindDropReplica, 60}, {wire.KindRequestEviction, 32}, {wire.KindStopDaemon, 15},
	{wire.KindApplyBackoff, 2}, {wire.KindCommitMaintenanceTransition, 1},
}

const totalWeight = 1000

// peers are the ids of the other nodes.
var peers = [...]string{"0x51b7e0c2d4a89f33", "0x9f3c11d27a6e80b4", "0x00c4d18e5b7a2f96"}

// retryDelaysMS are the hints that dispatchers give.
var retryDelaysMS = [...]uint64{250, 500, 1000, 2000}

// NewNode returns a node that has recorded nothing yet. The same seed gives the
// same records on every machine.
func NewNode(seed uint64) *Node {
	n := &Node{dice: dice{rand.NewPCG(seed, 0x636861696e)}, nowNS: birthNS}
	n.changeWeather(calm)
	return n
}

// Next returns the next record.
func (n *Node) Next() wire.ActionChainRecord {
	if n.weatherLeft--; n.weatherLeft < 0 {
		n.turnWeather()
	}
	if n.dice.below(restartEvery) == 0 {
		n.restart()
	}
	a := n.pick()
	r := wire.ActionChainRecord{ID: a.id, Kind: a.kind, EmittedAtMS: n.nowNS / msNS, Disposition: n.dispose(&a)}
	// A batch of appends may share a time; a channel's clock never runs back.
	n.appendedAtNS = max(n.appendedAtNS, n.nowNS+n.dice.upTo(900_000))
	return r
}

// AppendedAtNS is when the last record reached its channel, in Unix nanoseconds.
func (n *Node) AppendedAtNS() uint64 { return n.appendedAtNS }

// Append appends that many records to a channel.
func (n *Node) Append(w *redex.Writer, records int) error {
	var payload []byte
	for range records {
		r := n.Next()
		payload = wire.AppendRecord(payload[:0], &r)
		if _, err := w.AppendAt(payload, n.appendedAtNS); err != nil {
			return err
		}
	}
	return nil
}

// pick advances the clock to the next thing to do: a retry that has become due
// or a new action.
func (n *Node) pick() attempt {
	newAt := n.nowNS + n.dice.about(n.weather.meanGapNS)
	if len(n.retries) > 0 && n.retries[0].dueNS <= newAt {
		a := n.retries[0]
		n.retries = slices.Delete(n.retries, 0, 1)
		n.nowNS = max(n.nowNS, a.dueNS) + n.dice.upTo(2*msNS)
		return a
	}
	n.nowNS = newAt
	n.lastID++
	return attempt{id: n.lastID, kind: n.kind()}
}

func (n *Node) kind() string {
	roll := n.dice.below(totalWeight)
	for i := range weights {
		if roll -= weights[i].weight; roll < 0 {
			return weights[i].kind
		}
	}
	panic("invariant: the weights do not add up to totalWeight")
}

// dispose decides what becomes of an attempt.
func (n *Node) dispose(a *attempt) wire.Disposition {
	if a.kind == wire.KindStartDaemon {
		return n.start(&n.daemons[n.dice.below(len(n.daemons))])
	}
	permille := n.weather.failPermille
	switch {
	case !touchesPeers(a.kind):
		permille /= 40
	case a.attempts > 0:
		permille = n.weather.againPermille
	}
	if n.dice.below(1000) >= permille {
		return wire.Dispatched{}
	}
	return n.fail(a)
}

// touchesPeers reports whether an action of the kind depends on other nodes.
func touchesPeers(kind string) bool {
	switch kind {
	case wire.KindPullReplica, wire.KindRequestPlacement, wire.KindMigrateBlob, wire.KindMarkAvoid:
		return true
	}
	return false
}

// start starts a daemon, or refuses to as long as its backoff lasts. A daemon
// that crashes again doubles its backoff.
func (n *Node) start(d *daemon) wire.Disposition {
	if n.nowNS < d.gatedTil {
		left := (d.gatedTil - n.nowNS) / msNS
		return wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some(left)}
	}
	if n.dice.below(1000) >= n.weather.crashPermille {
		d.crashes = 0
		return wire.Dispatched{}
	}
	backoffMS := min(firstBackoffMS<<d.crashes, maxBackoffMS)
	d.crashes = min(d.crashes+1, 16)
	d.gatedTil = n.nowNS + uint64(backoffMS)*msNS
	return wire.Dispatched{}
}

// fail fails an attempt and, if it is worth it, queues the next one.
func (n *Node) fail(a *attempt) wire.Disposition {
	a.attempts++
	switch {
	case a.attempts >= maxAttempts:
		return wire.Failed{Reason: "dispatch retry budget exhausted after " + strconv.Itoa(a.attempts) + " attempts"}
	case a.attempts > 1:
	case n.dice.below(2000) == 0:
		return wire.Failed{Reason: "dispatcher panicked"}
	case n.dice.below(500) == 0:
		return wire.Failed{Reason: "deferred 17 times — exceeds max_defer_count 16"}
	default:
		a.fault = wire.Failed{Reason: n.reason(), RetryAfterMS: postcard.Some(retryDelaysMS[n.dice.below(len(retryDelaysMS))])}
	}
	if len(n.retries) == maxWaiting {
		return wire.Failed{Reason: a.fault.Reason}
	}
	n.queue(*a)
	return a.fault
}

// queue adds an attempt in its place.
func (n *Node) queue(a attempt) {
	a.dueNS = n.nowNS + a.fault.RetryAfterMS.Value*msNS
	at := len(n.retries)
	for at > 0 && n.retries[at-1].dueNS > a.dueNS {
		at--
	}
	n.retries = slices.Insert(n.retries, at, a)
}

// reason is what a dispatcher says about a peer.
func (n *Node) reason() string {
	switch n.dice.below(3) {
	case 0:
		return "pull timed out after " + strconv.Itoa(5000<<n.dice.below(3)) + " ms"
	case 1:
		return "source checksum mismatch at seq " + strconv.Itoa(n.dice.below(1_000_000))
	}
	return "peer " + peers[n.dice.below(len(peers))] + " unreachable: connection refused"
}

// turnWeather changes calm and storm.
func (n *Node) turnWeather() {
	if n.weather == calm {
		n.changeWeather(storm)
	} else {
		n.changeWeather(calm)
	}
}

func (n *Node) changeWeather(w weather) {
	n.weather = w
	n.weatherLeft = w.minRecords + n.dice.below(w.maxRecords-w.minRecords)
}

// restart stops the process: what waited is lost, ids begin again.
func (n *Node) restart() {
	n.nowNS += 2*secondNS + n.dice.upTo(20*secondNS)
	n.lastID, n.retries, n.daemons = 0, n.retries[:0], [8]daemon{}
}

// dice draws numbers from a generator whose sequence is specified, so that a
// seed means the same with every release of the compiler.
type dice struct{ pcg *rand.PCG }

// below returns a number from 0 up to n-1.
func (d dice) below(n int) int {
	// 32 random bits times n, the upper half: the bias is n in 2^32.
	return int(d.pcg.Uint64() >> 32 * uint64(n) >> 32)
}

// bytes appends n random bytes to dst.
func (d dice) bytes(dst []byte, n int) []byte {
	for ; n > 0; n -= 8 {
		word := binary.LittleEndian.AppendUint64(nil, d.pcg.Uint64())
		dst = append(dst, word[:min(n, 8)]...)
	}
	return dst
}

// upTo returns a number from 0 up to most, which is below 2^63.
func (d dice) upTo(most uint64) uint64 { return d.pcg.Uint64() % (most + 1) }

// about returns a number around mean: short ones are the most likely, and one
// in eight is long.
func (d dice) about(mean uint64) uint64 {
	if d.below(8) == 0 {
		return mean + d.upTo(4*mean)
	}
	return d.upTo(mean + mean/7)
}
