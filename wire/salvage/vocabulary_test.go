package salvage_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"chainglass/app/synth"
	"chainglass/snapshot"
	"chainglass/wire"
	"chainglass/wire/postcard"
	"chainglass/wire/salvage"
)

// made is a chain that was made up: its payloads and append times.
type made struct {
	kind     wire.ChainKind
	payloads [][]byte
	times    []uint64
}

func (m *made) dat() []byte { return bytes.Join(m.payloads, nil) }

// writer makes up chains of one kind.
type writer func(d *rand.Rand, n int) made

// writers are chains of all kinds, of different tempers.
func writers() map[string]writer {
	return map[string]writer{
		"action":          synthActions,
		"action-by-hand":  handActions,
		"audit":           audits,
		"log":             logs,
		"log-free-text":   freeLogs,
		"failure":         failures,
		"failure-no-rule": unorderedFailures,
	}
}

const birthMS = 1_779_465_600_000

func synthActions(d *rand.Rand, n int) made {
	node := synth.NewNode(d.Uint64())
	m := made{kind: wire.ChainAction}
	for range n {
		r := node.Next()
		m.payloads = append(m.payloads, wire.AppendRecord(nil, &r))
		m.times = append(m.times, node.AppendedAtNS())
	}
	return m
}

// clock runs in jumps; now and then it stands.
type clock struct{ ms uint64 }

func (c *clock) tick(d *rand.Rand, mean uint64) uint64 {
	if d.IntN(5) > 0 {
		c.ms += d.Uint64N(2*mean + 1)
	}
	return c.ms
}

func (m *made) add(d *rand.Rand, payload []byte, ms uint64) {
	at := ms*1e6 + d.Uint64N(900_000)
	if n := len(m.times); n > 0 {
		at = max(at, m.times[n-1])
	}
	m.payloads, m.times = append(m.payloads, payload), append(m.times, at)
}

// handActions are actions of a process that restarts, with texts of another writer.
func handActions(d *rand.Rand, n int) made {
	m, c, id := made{kind: wire.ChainAction}, clock{birthMS + d.Uint64N(1e10)}, uint64(0)
	reasons := []string{"connection reset by peer", "no route to host", "store is full: %d of 4096 MiB", "timeout after %d ms", "блоб не найден"}
	kinds := wire.ActionKinds()
	for range n {
		if id++; d.IntN(2000) == 0 {
			id = 1
		}
		r := wire.ActionChainRecord{ID: id, Kind: kinds[d.IntN(len(kinds))], EmittedAtMS: c.tick(d, 900), Disposition: wire.Dispatched{}}
		switch d.IntN(9) {
		case 0, 1:
			f := wire.Failed{Reason: reasons[d.IntN(len(reasons))]}
			if bytes.ContainsRune([]byte(f.Reason), '%') {
				f.Reason = fmt.Sprintf(f.Reason, 1000*(1+d.IntN(5)))
			}
			if d.IntN(2) == 0 {
				f.RetryAfterMS = postcard.Some[uint64](500)
			}
			r.Disposition = f
		case 2:
			r.Disposition = wire.Gated{Reason: "daemon-backoff", CooldownMS: postcard.Some(d.Uint64N(60_000))}
		}
		m.add(d, wire.AppendRecord(nil, &r), r.EmittedAtMS)
	}
	return m
}

func audits(d *rand.Rand, n int) made {
	m, c := made{kind: wire.ChainAudit}, clock{birthMS}
	for i := range n {
		r := snapshot.AdminAuditRecord{Seq: uint64(i + 1), CommittedAtMS: c.tick(d, 40_000), OperatorIDs: []uint64{7 + d.Uint64N(3)}}
		r.Event.Kind = snapshot.AdminEventKind(d.IntN(16))
		r.Event.Node, r.Event.Chain, r.Event.Target, r.Event.Victim = 1+d.Uint64N(5), 100+d.Uint64N(40), 1+d.Uint64N(5), 1+d.Uint64N(5)
		r.Event.DrainFor = postcard.Some(snapshot.Duration{Secs: 60 * d.Uint64N(10)})
		r.Event.TTL.Secs = 30
		r.Event.Chains = []uint64{100 + d.Uint64N(40), 100 + d.Uint64N(40)}
		r.Event.Daemon = snapshot.DaemonRef{ID: d.Uint64N(9), Name: "telemetry"}
		r.Event.Migration = d.Uint64N(1000)
		if d.IntN(6) == 0 {
			r.Outcome = snapshot.VerificationOutcome{Kind: snapshot.OutcomeRejected, RejectionKind: "not_authorized", Message: fmt.Sprintf("operator %d is not registered in the cluster's operator policy", r.OperatorIDs[0])}
		}
		m.add(d, r.AppendPostcard(nil), r.CommittedAtMS)
	}
	return m
}

func logs(d *rand.Rand, n int) made {
	m, c, node := made{kind: wire.ChainLog}, clock{birthMS}, d.Uint64()
	texts := []string{"heartbeat rtt %d ms", "replica lag %d entries", "reconcile pass %d ms", "scheduler tick", "pull of blob %d began", "throttling: %d requests in flight"}
	for i := range n {
		at := d.IntN(len(texts))
		r := snapshot.LogRecord{Seq: uint64(i + 1), TSMS: c.tick(d, 300), Level: snapshot.LogLevel(1 + at%4), NodeID: postcard.Some(node), Message: texts[at]}
		if bytes.ContainsRune([]byte(r.Message), '%') {
			r.Message = fmt.Sprintf(r.Message, d.IntN(9000))
		}
		if d.IntN(3) == 0 {
			r.DaemonID = postcard.Some(d.Uint64N(20))
		}
		m.add(d, r.AppendPostcard(nil), r.TSMS)
	}
	return m
}

// freeLogs are texts in which hardly two lines are the same, of several lines, with
// what terminals show in colour.
func freeLogs(d *rand.Rand, n int) made {
	m, c := made{kind: wire.ChainLog}, clock{birthMS}
	for i := range n {
		r := snapshot.LogRecord{Seq: uint64(i + 1), TSMS: c.tick(d, 5000), Level: snapshot.LogLevel(d.IntN(5))}
		for range d.IntN(30) {
			switch d.IntN(12) {
			case 0:
				r.Message += "\n\tat "
			case 1:
				r.Message += "\x1b[31m"
			case 2:
				r.Message += "héllo "
			default:
				for range 2 + d.IntN(8) {
					r.Message += string(rune('a' + d.IntN(26)))
				}
				r.Message += " "
			}
		}
		m.add(d, r.AppendPostcard(nil), r.TSMS)
	}
	return m
}

func failures(d *rand.Rand, n int) made {
	m, c := made{kind: wire.ChainFailure}, clock{birthMS}
	for i := range n {
		r := snapshot.FailureRecord{Seq: uint64(i + 1), Source: fmt.Sprintf("action-id:%d", i*3+d.IntN(3)), RecordedAtMS: c.tick(d, 700)}
		r.Reason = []string{"dispatcher panicked", "gated (daemon-backoff) for 5000 ms", fmt.Sprintf("dispatch retry budget exhausted after %d attempts", 3+d.IntN(4))}[d.IntN(3)]
		m.add(d, r.AppendPostcard(nil), r.RecordedAtMS)
	}
	return m
}

// unorderedFailures have seqs in no order, as failures of several writers have.
func unorderedFailures(d *rand.Rand, n int) made {
	m, c := made{kind: wire.ChainFailure}, clock{birthMS}
	for i := range n {
		r := snapshot.FailureRecord{Seq: uint64(i + 1 + d.IntN(20)), Source: fmt.Sprintf("action-id:%d", i+d.IntN(40)), RecordedAtMS: c.tick(d, 90)}
		r.Reason = fmt.Sprintf("pull timed out after %d ms", 5000<<d.IntN(3))
		m.add(d, r.AppendPostcard(nil), r.RecordedAtMS)
	}
	return m
}

// damage changes a file.
type damage func(d *rand.Rand, dat []byte)

func damages() map[string]damage {
	return map[string]damage{
		"whole": func(*rand.Rand, []byte) {},
		"20 bits turned": func(d *rand.Rand, dat []byte) {
			for range 20 {
				dat[d.IntN(len(dat))] ^= 1 << d.IntN(8)
			}
		},
		"4 KiB of zeros": func(d *rand.Rand, dat []byte) {
			at := d.IntN(max(len(dat)-4096, 1))
			clear(dat[at:min(at+4096, len(dat))])
		},
		"a page of zeros": func(d *rand.Rand, dat []byte) {
			at := d.IntN(len(dat)/4096+1) * 4096
			clear(dat[at:min(at+4096, len(dat))])
		},
	}
}

// rate is how well records were found.
type rate struct {
	records, untouched int // written, and of those the ones that damage left alone
	found, kept        int // of the untouched; without those that are doubted
	false, falseKept   int // found that were never written
	out                int // not doubted
	misplaced          int // of kept
}

func (r *rate) add(o rate) {
	r.records += o.records
	r.untouched += o.untouched
	r.found += o.found
	r.kept += o.kept
	r.false += o.false
	r.falseKept += o.falseKept
	r.out += o.out
	r.misplaced += o.misplaced
}

func (r rate) String() string {
	return fmt.Sprintf("of %d records damage left %d: %.3f %% of them kept, %.3f %% found, %d misplaced; %d kept that were never written, %.3f of 1000", r.records, r.untouched,
		100*r.of(r.kept), 100*r.of(r.found), r.misplaced, r.falseKept, r.falsePer1000())
}

// of is a part of the untouched records.
func (r rate) of(n int) float64 { return float64(n) / float64(max(r.untouched, 1)) }

func (r rate) falsePer1000() float64 { return 1000 * float64(r.falseKept) / float64(max(r.out, 1)) }

// measure salvages a damaged chain and counts.
func measure(t testing.TB, m made, dat []byte, times []uint64, kind wire.ChainKind) (rate, *salvage.Result) {
	t.Helper()
	res, err := salvage.Run(context.Background(), salvage.Input{DAT: bytes.NewReader(dat), DATSize: int64(len(dat)), Times: times, Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	starts, at := map[int64]int{}, int64(0)
	r := rate{records: len(m.payloads)}
	whole := make([]bool, len(m.payloads))
	orig := m.dat()
	for i, p := range m.payloads {
		starts[at] = i
		whole[i] = bytes.Equal(orig[at:at+int64(len(p))], dat[at:at+int64(len(p))])
		if whole[i] {
			r.untouched++
		}
		at += int64(len(p))
	}
	for i := range res.Found {
		f := &res.Found[i]
		n, begins := starts[int64(f.Offset)]
		good := begins && whole[n] && int(f.Size) == len(m.payloads[n])
		keep := f.Doubt != salvage.Doubtful
		switch {
		case good && keep:
			r.found++
			r.kept++
			if int(f.Place) != n {
				r.misplaced++
			}
		case good:
			r.found++
		case keep:
			r.false++
			r.falseKept++
		default:
			r.false++
		}
		if keep {
			r.out++
		}
	}
	return r, res
}
